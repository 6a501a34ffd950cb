"""The disk, on the way in: where a project is, and the texts of its files. Paths never leave the project."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from citedeck.clozes import Problem
from citedeck.diagnostics import Diagnostic, RawFile, Span, TextFile, error
from citedeck.media import FORMATS, MediaFinder
from citedeck.model import PRIVATE
from citedeck.settings import Settings, has_settings, load_settings

LOCK = "citedeck.lock"
BASELINE = "citedeck-baseline.json"
MAX_BYTES = 64 * 1024 * 1024
YAML_SUFFIXES = (".yaml", ".yml")
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
    settings_file: TextFile
    decks: tuple[TextFile, ...]
    metadata: tuple[TextFile, ...]
    """Of the sources."""
    texts: tuple[RawFile, ...]
    """Of the sources, in whatever format."""
    packs: tuple[TextFile, ...]
    assets: tuple[RawFile, ...]
    """Pictures, fonts and scripts of packs."""
    media_files: tuple[str, ...]
    """Paths of the pictures and sounds beside the decks."""
    unreadable: frozenset[str]
    """Paths of files that could not be read as texts, which was said."""
    lock_file: TextFile | None
    """The record of the last release; None before the first."""
    baseline_file: TextFile | None
    """What an old deck is known to lack; None if there is no such file."""
    media: MediaFinder
    private_ignored: bool
    """Whether git leaves out the folder of texts that may not be shared; true where there is no git."""
    elsewhere: dict[str, RawFile] = field(default_factory=dict)
    """Texts of sources that do not lie in `sources/`, by path, as far as they were asked for."""

    @property
    def pack_folders(self) -> frozenset[str]:
        """Return the names of the folders that hold packs, whether these can be used or not."""
        return frozenset(PurePosixPath(file.path).parent.name for file in self.packs) - {"_shared"}

    def files(self) -> dict[str, TextFile]:
        """Return the texts by path, for printing excerpts."""
        texts = (TextFile(file.path, file.content.decode("utf-8", "replace").removeprefix("\ufeff")) for file in (*self.texts, *self.elsewhere.values()))
        known = [self.baseline_file] if self.baseline_file else []
        return {file.path: file for file in (self.settings_file, *self.decks, *self.metadata, *texts, *self.packs, *known)}

    def find_text(self, path: str) -> RawFile | Problem:
        """Return the file at a path of the project, for a source whose text is not in `sources/`; or what is wrong with it."""
        if path not in self.elsewhere:
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                return "outside-project", f"'{path}' leads out of the project", "the path starts at the project's folder, as in docs/format.md"
            if not os.path.lexists(self.root / path):
                return "text-missing", f"there is no file '{path}'", "the path starts at the project's folder, as in docs/format.md"
            reader = _Reader(self.root)
            file = reader.raw(self.root / path)
            if file is None:
                (refused,) = reader.diagnostics
                return refused.code, f"'{path}': {refused.message}", refused.hint
            self.elsewhere[path] = file
        return self.elsewhere[path]

    def read_media(self, path: str) -> bytes:
        """Return a media file's content."""
        return (self.root / path).read_bytes()

    def open_media(self, path: str) -> IO[bytes]:
        """Open a media file."""
        return (self.root / path).open("rb")


def find_root(start: Path) -> Path:
    """Return the nearest folder upward from `start` that holds settings; NoProjectError if there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if _settings_path(folder):
            return folder
    raise NoProjectError(f"no citedeck.toml in {start} or above it; `citedeck new DIR` makes a project")


def read_project(root: Path) -> tuple[Project, list[Diagnostic]]:
    """Read all files of a project."""
    root = root.resolve()
    reader = _Reader(root)
    path = _settings_path(root)
    file = (reader.text(path) if path else None) or TextFile("citedeck.toml", "")
    settings, diagnostics = load_settings(file)
    decks = tuple(reader.tree("decks", YAML_SUFFIXES))
    metadata = tuple(reader.tree("sources", YAML_SUFFIXES))
    texts = tuple(reader.raw_tree("sources", without=YAML_SUFFIXES))
    packs = tuple(reader.packs())
    media_files = tuple(reader.media())
    recorded = reader.raw(root / LOCK) if os.path.lexists(root / LOCK) else None
    # Bytes that are no text are damage, which the reader of records reports.
    lock = TextFile(recorded.path, recorded.content.decode("utf-8", "replace")) if recorded else None
    baseline = reader.text(root / BASELINE) if os.path.lexists(root / BASELINE) else None
    unreadable = frozenset(one.span.path for one in reader.diagnostics)
    project = Project(
        root, settings, file, decks, metadata, texts, packs, tuple(reader.assets), media_files, unreadable, lock, baseline, MediaFinder(root),
        _ignores_private(root),
    )  # fmt: skip
    return project, diagnostics + reader.diagnostics


def _settings_path(folder: Path) -> Path | None:
    own, shared = folder / "citedeck.toml", folder / "pyproject.toml"
    if own.is_file():
        return own
    try:
        return shared if shared.is_file() and has_settings(shared.read_text(encoding="utf-8", errors="replace")) else None
    except PermissionError:
        return None  # Somebody else's, further up.


def _ignores_private(root: Path) -> bool:
    """Say whether a .gitignore from the project up to its repository names the folder for texts that may not be shared."""
    repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if repository is None:
        return True
    for folder in (root, *root.parents):
        ignore = folder / ".gitignore"
        private = f"{root.relative_to(folder).as_posix()}/{PRIVATE}".removeprefix("./")
        lines = ignore.read_text(encoding="utf-8", errors="replace").splitlines() if ignore.is_file() else []
        if any(line.strip().strip("/").removesuffix("/**").removesuffix("/*").removeprefix("**/") in (private, "private") for line in lines):
            return True
        if folder == repository:
            return False
    return False


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.diagnostics: list[Diagnostic] = []
        self.assets: list[RawFile] = []

    def tree(self, folder: str, suffixes: tuple[str, ...] = ()) -> Iterator[TextFile]:
        """Yield a folder's files in the order of their paths; hidden ones and editors' leftovers are none of ours."""
        for path in sorted(self._walk(self.root / folder)):
            if (not suffixes or path.suffix.lower() in suffixes) and (file := self.text(path)):
                yield file

    def raw_tree(self, folder: str, without: tuple[str, ...]) -> Iterator[RawFile]:
        """Yield a folder's other files as bytes, in the order of their paths."""
        for path in sorted(self._walk(self.root / folder)):
            if path.suffix.lower() not in without and (file := self.raw(path)):
                yield file

    def media(self) -> Iterator[str]:
        """Yield the paths of the pictures and sounds beside the decks."""
        for path in sorted(self._walk(self.root / "decks")):
            if path.suffix.lower() in FORMATS:
                yield path.relative_to(self.root).as_posix()

    def packs(self) -> Iterator[TextFile]:
        """Yield the files of the built-in packs and of the project's own, which replace built-in ones of the same name."""
        own = self.root / "templates"
        folders = sorted(path.name for path in own.iterdir() if path.is_dir() and any(self._walk(path))) if own.is_dir() else []
        if own.resolve() != BUILT_IN_PACKS:
            built_in = _Reader(BUILT_IN_PACKS.parent)
            for path in self._walk(BUILT_IN_PACKS):
                pack = path.parent.name
                replaced = (own / pack / path.name).exists() if pack == "_shared" else pack in folders
                if not replaced:
                    yield from built_in.pack_file(path)
            self.diagnostics += built_in.diagnostics
            self.assets += built_in.assets
        for name in folders:
            for path in sorted(self._walk(self.root / "templates" / name)):
                yield from self.pack_file(path)

    def pack_file(self, path: Path) -> Iterator[TextFile]:
        """Yield a pack's file if it is a text; what its name says to be an asset is put aside."""
        if not path.name.startswith("_"):
            if file := self.text(path):
                yield file
        elif raw := self.raw(path):
            self.assets.append(raw)

    def raw(self, path: Path) -> RawFile | None:
        """Return a file's bytes, or None after saying why it cannot be read."""
        span = Span(path.relative_to(self.root).as_posix())
        try:
            inside = path.resolve(strict=True).is_relative_to(self.root)
            status = path.stat()
        except (FileNotFoundError, RuntimeError):  # Python before 3.13 raises RuntimeError for a loop of links.
            self._refused(span, "outside-project", "the link leads nowhere", "remove it, or put the file in its place")
            return None
        if not inside:
            self._refused(span, "outside-project", "the file lies outside the project", "copy it into the project instead of linking to it")
            return None
        if not stat.S_ISREG(status.st_mode):
            self._refused(span, "unknown-format", "this is no file with a text in it", "remove it")
            return None
        if status.st_size > MAX_BYTES:
            self._refused(span, "too-large", f"the file has more than {MAX_BYTES // 1024**2} MiB", "split it")
            return None
        return RawFile(span.path, path.read_bytes())

    def text(self, path: Path) -> TextFile | None:
        """Return a file's text, or None after saying why it cannot be read as one."""
        file = self.raw(path)
        if file is None:
            return None
        span, content = Span(file.path), file.content
        try:
            return TextFile(span.path, content.decode("utf-8").lstrip("\ufeff"))
        except UnicodeDecodeError as problem:
            before = content[: problem.start].decode("utf-8", "replace").lstrip("\ufeff")
            line, column = TextFile(span.path, before).position(len(before))
            place = Span(span.path, line, column, line, column + 1)
            self._refused(place, "not-utf-8", f"the byte 0x{content[problem.start]:02X} is no UTF-8", "save the file as UTF-8")
            return None

    def _walk(self, folder: Path) -> Iterator[Path]:
        if not folder.is_dir():
            return
        for place, folders, names in os.walk(folder, onerror=_fail):
            here = Path(place)
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
            for name in folders:
                if (here / name).is_symlink():
                    span = Span((here / name).relative_to(self.root).as_posix())
                    self._refused(span, "outside-project", "a link to a folder is not followed", "put the files here instead")
            for name in sorted(names):
                if not name.startswith((".", "#")) and not name.endswith("~"):
                    yield here / name

    def _refused(self, span: Span, code: str, message: str, hint: str) -> None:
        self.diagnostics.append(error(span, code, message, hint))


def _fail(problem: OSError) -> None:
    """Let an unreadable folder end the run: skipping it would drop its decks from the package."""
    raise problem
