"""What the tests share: making a project from texts, and compiling it."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from citedeck.attest import Attestation
from citedeck.diagnostics import TextFile
from citedeck.lock import Lock
from citedeck.pipeline import Compilation, Package, build_packages, compile_project, plan_release
from citedeck.project import LOCK, read_project
from citedeck.selection import Selection

collect_ignore = ["blind", "corpus", "heldout"]  # Their questions are flawed on purpose.

ROOT = Path(__file__).resolve().parents[1]

TODAY = date(2026, 11, 25)
SETTINGS = 'name = "birds-abc123"\ntitle = "Birds"\n'
SOURCE = (
    "type: webpage\ntitle: Notes on swifts\ntitle-short: Swift notes\n"
    "citedeck: {evidence: field notes, language: en, silence: {incomplete-metadata: field notes}}\n"
)
TEXT = """# Notes on swifts

## Flight

Swifts sleep in the air. Some adults stay aloft for ten months.

- The tags weighed 1.6 grams.

## Food

Swifts hunt flying insects, at heights of up to 3 km.
"""

Compile = Callable[[Mapping[str, str | bytes]], Compilation]


def write_project(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a project: the given files, and a source `swifts` and settings unless they are given."""
    shared: dict[str, str | bytes] = {"citedeck.toml": SETTINGS, "sources/swifts.yaml": SOURCE, "sources/swifts.md": TEXT}
    for name, content in (shared | dict(files)).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def compile_folder(
    root: Path, *, attested: Mapping[str, Attestation] | None = None, require_originals: bool = False, selection: Selection | None = None
) -> Compilation:
    """Compile the project in a folder, as the command line does."""
    project, diagnostics = read_project(root)
    if attested:
        assert project.settings
        project = replace(project, lock_file=TextFile(LOCK, Lock(project.settings.name, attestations=attested).text()))
    return compile_project(project, diagnostics, require_originals=require_originals, selection=selection, today=TODAY)


def packages_of(compilation: Compilation, time: int) -> list[Package]:
    """Return a project's packages, as a release at a time would make them."""
    assert compilation.ok, compilation.diagnostics
    return build_packages(compilation, plan_release(compilation, time)[0])


def package_of(compilation: Compilation, time: int) -> Package:
    """Return a project's only package, as a release at a time would make it."""
    (package,) = packages_of(compilation, time)
    return package


def copy_repository(folder: Path) -> Path:
    """Copy what this repository's own decks are made from."""
    for name in ("decks", "sources", "templates", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("citedeck.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def compile_files(tmp_path: Path) -> Compile:
    """Compile a project made of the given files."""

    def compile_them(files: Mapping[str, str | bytes]) -> Compilation:
        return compile_folder(write_project(tmp_path, files))

    return compile_them


def deck(questions: str, **keys: str) -> str:
    """Return a deck file with these questions (YAML, not indented) and, unless overridden, the source `swifts`."""
    head = {"deck": "Birds", "source": "swifts"} | keys
    lines = "".join(f"  {line}\n" if line else "\n" for line in questions.strip("\n").split("\n"))
    return "".join(f"{key}: {value}\n" for key, value in head.items()) + "questions:\n" + lines


def hear_interrupts() -> None:
    """A run in the background ignores ^C, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
