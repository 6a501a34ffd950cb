"""Each code has an example: files with the complete expected diagnostics written beneath the lines that earn them.

An example holds one or more files, each after a line `# --- path`. Expectations are comments: `#> 13-31 error[code] message` (columns, the end
exclusive; `13-4:2` ends on another line) and `#> hint: …` under a line; those without a line stand under `# --- expected`. Silence is
tested too: what is not written there must not be said. `make goldens` writes the expectations anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck.attest import Attestation, attest
from citedeck.diagnostics import CODES, Diagnostic, TextFile
from citedeck.pipeline import plan_release
from citedeck.settings import load_settings
from conftest import compile_folder, write_project

EXAMPLES = Path(__file__).parent / "examples"
HEADER = "# --- "
RELEASING = ("clock-behind", "renderer-changed")


def parts_of(text: str) -> dict[str, str]:
    """Return an example's files by path, without the expectations."""
    parts: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if line.startswith(HEADER):
            name = line.removeprefix(HEADER).strip()
            parts[name] = ""
        elif name and not re.match(r"\s*#>", line):
            parts[name] += line
    parts.pop("expected", None)
    return parts


def annotate(text: str, diagnostics: Iterable[Diagnostic]) -> str:
    """Return an example with what was really said beneath its lines."""
    parts = parts_of(text)
    said = list(diagnostics)
    out = [re.split(rf"^{HEADER}", text, maxsplit=1, flags=re.MULTILINE)[0]]
    for name, part in parts.items():
        out.append(f"{HEADER}{name}\n")
        for number, line in enumerate(TextFile(name, part).lines_with_ends, 1):
            out.append(line)
            here = [one for one in said if one.span.path == name and one.span.line == number]
            out += [f"{' ' * (len(line) - len(line.lstrip()))}#> {note}\n" for one in here for note in notes(one)]
    lines = {name: len(TextFile(name, part).lines_with_ends) for name, part in parts.items()}
    elsewhere = [one for one in said if not 0 < one.span.line <= lines.get(one.span.path, 0)]
    if elsewhere:
        out.append(f"{HEADER}expected\n")
        out += [f"#> {f'{one.span.path} ' if n == 0 else ''}{note}\n" for one in elsewhere for n, note in enumerate(notes(one))]
    return "".join(out)


def notes(one: Diagnostic) -> list[str]:
    span = one.span
    end = f"{span.end_column}" if span.end_line == span.line else f"{span.end_line}:{span.end_column}"
    place = f"{span.column}-{end} " if span.column else f"line {span.line} " if span.line else ""
    return [f"{place}{one.severity.name.lower()}[{one.code}] {one.message}", *([f"hint: {one.hint}"] if one.hint else [])]


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
