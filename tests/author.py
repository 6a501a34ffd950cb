"""An author who releases a deck again and again, with the real command, for tests."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from citedeck.cli import cli
from citedeck.diagnostics import TextFile
from citedeck.lock import Lock, read_lock
from citedeck.model import Note
from conftest import compile_folder, write_project


@dataclass(frozen=True)
class Release:
    """What a release left: its package, the texts beside it, its lock, and its notes by guid."""

    package: Path
    texts: tuple[Path, ...]
    lock: Lock
    notes: Mapping[str, Note]
    said: str


class Author:
    """Writes a project, and releases it at times of its own clock."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self._shelf = folder / "released"
        self._count = 0

    def write(self, files: Mapping[str, str | bytes]) -> None:
        write_project(self.root, files)

    def run(self, *arguments: str, time: int) -> Result:
        """Run a command of citedeck on the project at a time."""
        return CliRunner(env={"SOURCE_DATE_EPOCH": str(time)}).invoke(cli, [*arguments, "--project", str(self.root)])

    def release(self, time: int, *options: str) -> Release:
        result = self.run("release", *options, time=time)
        assert result.exit_code == 0, result.output
        self._count += 1
        kept = self._shelf / str(self._count)
        shutil.copytree(self.root / "build", kept)
        shutil.copy(self.root / "citedeck.lock", kept)
        shutil.rmtree(self.root / "build")
        lock, problems = read_lock(TextFile("citedeck.lock", (kept / "citedeck.lock").read_text(encoding="utf-8")), "")
        assert not problems
        notes = {note.guid: note for note in compile_folder(self.root).notes if note.guid in lock.notes}
        (package,) = kept.glob("*.apkg")
        return Release(package, tuple(sorted(kept.glob("*.update.txt"))), lock, notes, result.stdout)
