"""Each code has an example: files with the complete expected diagnostics written beneath the lines that earn them, see `annotated`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from annotated import annotate, parts_of
from citedeck.attest import Attestation, attest
from citedeck.diagnostics import CODES, TextFile
from citedeck.pipeline import plan_release
from citedeck.settings import load_settings
from conftest import compile_folder, write_project

EXAMPLES = Path(__file__).parent / "examples"
RELEASING = ("clock-behind", "renderer-changed")


def examples() -> list[str]:
    return sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("code", examples())
def test_an_example_earns_exactly_what_is_written_in_it(
    code: str, tmp_path: Path, file_regression: FileRegressionFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if code == "too-large":
        monkeypatch.setattr("citedeck.project.MAX_BYTES", 2**20)
    monkeypatch.setattr("citedeck.pipeline.LARGE_BYTES", 10**6)
    path = EXAMPLES / f"{code}.yaml"
    text = path.read_text(encoding="utf-8")
    parts = parts_of(text)
    if "citedeck.toml" in parts and code == "settings":
        _, diagnostics = load_settings(TextFile("citedeck.toml", parts["citedeck.toml"]))
        said = tuple(diagnostics)
    else:
        root = write_project(tmp_path, {name: decoded(part) for name, part in parts.items()})
        attested: dict[str, Attestation] = {}
        if code == "attested":
            attested = attest(one for found in compile_folder(root).citations.values() for one in found)
            (root / "sources/private/book.md").unlink()
        compilation = compile_folder(root, attested=attested)
        said = compilation.diagnostics
        if code in RELEASING:
            said += tuple(plan_release(compilation, 1_780_000_000)[1])
    file_regression.check(annotate(text, said), fullpath=path, encoding="utf-8")
    assert code in {one.code for one in said}


def decoded(part: str) -> bytes:
    """Return a part's bytes; `<0xFF>` stands for a byte, and `<x1000>` for that many letters."""
    part = re.sub(r"<x(\d+)>", lambda match: "x" * int(match[1]), part)
    return b"".join(bytes([int(byte, 16)]) if byte else text.encode() for text, byte in re.findall(r"((?:(?!<0x..>).)+)|<0x(..)>", part, re.DOTALL))


def test_every_code_has_an_example_and_a_section_in_the_documentation() -> None:
    documented = re.findall(r"^##+ `?([a-z0-9-]+)`?$", (EXAMPLES.parents[1] / "docs" / "diagnostics.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert examples() == sorted(CODES)
    assert sorted(code for code in documented if code in CODES) == sorted(CODES)
