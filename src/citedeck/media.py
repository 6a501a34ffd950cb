"""Pictures and sounds that texts name by path: found inside the project, and given names that Anki never confuses.

Anki keeps one flat folder of media for all decks and never replaces a file there, so a name carries a digest of the content.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path, PurePosixPath

from citedeck.clozes import Problem
from citedeck.model import Media

FORMATS = frozenset(".avif .gif .jpg .jpeg .png .svg .webp .aac .flac .m4a .mp3 .mp4 .oga .ogg .opus .wav .webm".split())


class MediaFinder:
    """Finds media files under a project's root; each file is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._found: dict[Path, Media] = {}

    def find(self, deck_path: str, path: str) -> Media | Problem:
        """Return the media file that a deck file names, by a path from the deck file's folder."""
        if re.match(r"[a-z][a-z0-9+.-]*:", path, re.IGNORECASE):
            return "media-missing", f"'{path}' is an address, not a file", "save the file in the project: cards have to work offline"
        target = self._root / PurePosixPath(deck_path).parent / path
        try:
            real = target.resolve()
            inside = real.is_relative_to(self._root)
            there = inside and real.is_file()
        except (OSError, ValueError, RuntimeError):  # A loop of links, for one.
            inside, there = True, False
        if not inside or path.startswith("/"):
            return "outside-project", f"'{path}' leads out of the project", "copy the file into the project"
        if not there:
            return "media-missing", f"there is no file '{path}'", f"paths start from {PurePosixPath(deck_path).parent}/"
        if real.suffix.lower() not in FORMATS:
            return "media-format", f"'{path}' is no picture or sound that Anki shows on every client", "known: " + " ".join(sorted(FORMATS))
        if real not in self._found:
            digest = hashlib.sha256(real.read_bytes()).hexdigest()[:16]
            self._found[real] = Media(f"{_ascii(real.stem)}-{digest}{real.suffix.lower()}", real.relative_to(self._root).as_posix())
        return self._found[real]


def _ascii(stem: str) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:40] or "media"
