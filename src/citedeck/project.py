"""The disk, on the way in: where a project is, and the texts of its files. Paths never leave the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citedeck.diagnostics import Diagnostic, Span, TextFile, error
from citedeck.media import MediaFinder
from citedeck.settings import Settings, load_settings

MAX_BYTES = 64 * 1024 * 1024
SETTINGS_FILES = ("citedeck.toml", "pyproject.toml")
_HERE = Path(__file__).resolve().parent
# In a wheel the built-in packs lie inside the package; in a checkout they are its own templates.
BUILT_IN_PACKS = next((path for path in (_HERE / "templates", _HERE.parents[1] / "templates") if path.is_dir()), _HERE / "templates")


class NoProjectError(Exception):
    """There is no project here. The message says what to do."""


@dataclass(frozen=True)
class Project:
    """A project's files as texts. Media are read when they are needed."""

    root: Path
    settings: Settings | None
    decks: tuple[TextFile, ...]
    sources: tuple[TextFile, ...]
    packs: tuple[TextFile, ...]
    media: MediaFinder

    def files(self) -> dict[str, TextFile]:
        """Return the texts by path, for printing excerpts."""
        return {file.path: file for file in (*self.decks, *self.sources, *self.packs)}

    def read_media(self, path: str) -> bytes:
        """Return a media file's content."""
        return (self.root / path).read_bytes()


def find_root(start: Path) -> Path:
    """Return the nearest folder upward from `start` that holds settings; NoProjectError if there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if _settings_path(folder):
            return folder
    raise NoProjectError(f"no citedeck.toml in {start} or above it; `citedeck new DIR` makes a project")


def read_project(root: Path) -> tuple[Project, list[Diagnostic]]:
    """Read all files of a project."""
    diagnostics: list[Diagnostic] = []
    reader = _Reader(root.resolve(), diagnostics)
    path = _settings_path(root)
    settings = None
    if path and (file := reader.text(path)):
        settings, found = load_settings(file)
        diagnostics += found
    decks = tuple(reader.tree("decks", (".yaml", ".yml")))
    sources = tuple(reader.tree("sources"))
    return Project(root.resolve(), settings, decks, sources, tuple(reader.packs()), MediaFinder(root)), diagnostics


def _settings_path(folder: Path) -> Path | None:
    for name in SETTINGS_FILES:
        path = folder / name
        if path.is_file() and (name == "citedeck.toml" or "[tool.citedeck" in path.read_text(encoding="utf-8", errors="replace")):
            return path
    return None


class _Reader:
    def __init__(self, root: Path, diagnostics: list[Diagnostic]) -> None:
        self.root = root
        self.diagnostics = diagnostics

    def tree(self, folder: str, suffixes: tuple[str, ...] = ()) -> Iterator[TextFile]:
        """Yield a folder's files in the order of their paths; hidden ones and editors' leftovers are none of ours."""
        for path in self._walk(self.root / folder):
            if (not suffixes or path.suffix in suffixes) and (file := self.text(path)):
                yield file

    def packs(self) -> Iterator[TextFile]:
        """Yield the files of the built-in packs and of the project's own, which replace built-in ones of the same name."""
        own = self.root / "templates"
        folders = {path.name for path in own.iterdir() if path.is_dir()} if own.is_dir() else set()
        if own.resolve() != BUILT_IN_PACKS:
            built_in = _Reader(BUILT_IN_PACKS.parent, self.diagnostics)
            for path in self._walk(BUILT_IN_PACKS):
                replaced = own / path.relative_to(BUILT_IN_PACKS) if path.parent.name == "_shared" else own / path.parent.name
                if not replaced.exists() and path.parent != BUILT_IN_PACKS and (file := built_in.text(path)):
                    yield file
        for name in sorted(folders):
            yield from self.tree(f"templates/{name}")

    def text(self, path: Path) -> TextFile | None:
        """Return a file's text, or None after saying why it cannot be read as one."""
        name = path.relative_to(self.root).as_posix()
        if not path.resolve().is_relative_to(self.root):
            self._refuse(Span(name), "outside-project", "the file lies outside the project", "copy it into the project instead of linking to it")
            return None
        if path.stat().st_size > MAX_BYTES:
            self._refuse(Span(name), "too-large", f"the file has more than {MAX_BYTES // 1024**2} MiB", "split it")
            return None
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            before = content[: problem.start].decode("utf-8", "replace")
            line, column = TextFile(name, before).position(len(before))
            hint = "save the file as UTF-8"
            self._refuse(Span(name, line, column, line, column + 1), "not-utf-8", f"the byte 0x{content[problem.start]:02X} is no UTF-8", hint)
            return None
        return TextFile(name, text)

    def _walk(self, folder: Path) -> Iterator[Path]:
        if not folder.is_dir():
            return
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
            for name in sorted(names):
                if not name.startswith(".") and not name.endswith("~"):
                    yield Path(place) / name

    def _refuse(self, span: Span, code: str, message: str, hint: str) -> None:
        self.diagnostics.append(error(span, code, message, hint))
