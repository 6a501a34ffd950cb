"""Pictures and sounds that texts name by path: found inside the project, and given names that Anki never confuses.

Anki keeps one flat folder of media for all decks and never replaces a file there, so a name carries a digest of the content.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from citedeck.clozes import Problem
from citedeck.model import Media

_NAMED = re.compile(
    r"""\[sound:([^\]]+)\]|<(?:img|audio|video|source|embed|object)\b[^>]*?\b(?:src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
FORMATS = frozenset(".avif .gif .jpg .jpeg .png .svg .webp .aac .flac .m4a .mp3 .mp4 .oga .ogg .opus .wav .webm".split())


FOLDER = "media"
"""The folder of media beside the deck files of a deck that was imported."""
SHORT = 20
"""Hexadecimal digits of a file's digest: 80 bits."""
MAX_BYTES = 100 * 1000 * 1000
"""AnkiWeb syncs no larger file."""
LARGE_BYTES = 5 * 1000 * 1000


class MediaFinder:
    """Finds media files under a project's root; each file is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._found: dict[Path, Media] = {}
        self._listed: dict[Path, frozenset[str]] = {}
        self._released: Mapping[str, str] = {}

    def keep(self, released: Mapping[str, str]) -> None:
        """Let files that learners have under names of their own keep these: digests by name."""
        self._released = released

    @property
    def found(self) -> tuple[Media, ...]:
        """Return the files that were found so far."""
        return tuple(self._found.values())

    def find(self, deck_path: str, path: str) -> Media | Problem:
        """Return the media file that a deck file names, by a path from the deck file's folder."""
        if re.match(r"[a-z][a-z0-9+.-]*:", path, re.IGNORECASE):
            return "media-missing", f"'{path}' is an address, not a file", "save the file in the project: cards have to work offline"
        target = self._root / PurePosixPath(deck_path).parent / path
        written = self._as_written(target)
        if _nfc(written) == _nfc(target.name):
            target = target.with_name(written)
        try:
            real = target.resolve()
            inside = real.is_relative_to(self._root)
            there = inside and real.is_file()
        except (OSError, ValueError, RuntimeError):  # A loop of links, for one.
            inside, there = True, False
        if not inside or path.startswith("/"):
            return "outside-project", f"'{path}' leads out of the project", "copy the file into the project"
        if written and _nfc(written) != _nfc(target.name):
            return "media-missing", f"there is no file '{path}'", f"there is '{written}': write it alike, some disks tell case apart"
        if not there:
            return "media-missing", f"there is no file '{path}'", f"paths start from {PurePosixPath(deck_path).parent}/"
        if real not in self._found and real.name in self._released and self._released[real.name] == _digest_of(real):
            self._found[real] = Media(real.name, real.relative_to(self._root).as_posix(), real.stat().st_size)
        if real in self._found:
            return self._found[real]
        if real.suffix.lower() not in FORMATS:
            return "media-format", f"'{path}' is no picture or sound that Anki shows on every client", "known: " + " ".join(sorted(FORMATS))
        size = real.stat().st_size
        if why := too_large(path, size):
            return "media-large", why, "make it smaller, or leave it out"
        self._found[real] = Media(hashed_name(real.read_bytes(), real.name), real.relative_to(self._root).as_posix(), size)
        return self._found[real]

    def _as_written(self, target: Path) -> str:
        """Return how the disk spells a file's name, or one like it but for case; empty if there is neither."""
        folder = target.parent
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(path.name for path in folder.iterdir())
            except (OSError, ValueError):
                self._listed[folder] = frozenset()
        names = sorted(self._listed[folder])
        wanted = _nfc(target.name)
        alike = (name for test in (str, str.casefold) for name in names if test(_nfc(name)) == test(wanted))
        return target.name if target.name in self._listed[folder] else next(alike, "")


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def hashed_name(content: bytes, name: str, prefix: str = "citedeck") -> str:
    """Return a name for a file in Anki: of its content alone, so that the same picture is one file, and a changed one another."""
    return f"{prefix}-{short_digest(content)}{PurePosixPath(name).suffix.lower()}"


def rename(made: str, name_of: Callable[[str], str | None]) -> str:
    """Return HTML with other names for the media that it shows or plays, where there are any."""
    if "[sound:" not in made and "<" not in made:
        return made

    def renamed(match: re.Match[str]) -> str:
        number = match.lastindex or 1
        old = html.unescape(match[number]).strip()
        new = name_of(old)
        if new is None:
            return match[0]
        start, end = match.start(number) - match.start(), match.end(number) - match.start()
        return match[0][:start] + _spelled(new, old, match[number].strip(), quoted=number > 1) + match[0][end:]

    return _NAMED.sub(renamed, made)


def _spelled(new: str, old: str, spelling: str, *, quoted: bool) -> str:
    """Return how a name is written in HTML: where only the folder differs from the old one, the rest keeps its spelling."""
    if PurePosixPath(new).name == PurePosixPath(old).name:
        return new[: -len(PurePosixPath(new).name)] + spelling.rpartition("/")[2]
    return html.escape(new, quote=False).replace('"', "&quot;").replace("'", "&#39;") if quoted else new


def _digest_of(path: Path) -> str:
    """Return the short digest of a file that may not fit into memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:SHORT]


def short_digest(content: bytes) -> str:
    """Return 80 bits of a hash of a file's content."""
    return hashlib.sha256(content).hexdigest()[:SHORT]


def too_large(name: str, size: int) -> str:
    """Say that a file is too large to reach a learner's devices; empty if it is not."""
    return f"'{name}' has {size / 1e6:,.0f} MB: AnkiWeb syncs no file above {MAX_BYTES / 1e6:.0f} MB" if size > MAX_BYTES else ""
