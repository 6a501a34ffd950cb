"""What a format's reader makes of a file, and the way from there to a source's visible text, its passages and their locators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from citedeck.diagnostics import TextFile
from citedeck.locators import LEADING_STAMP, STAMP, Page, Time, clock_seconds
from citedeck.normal_forms import SECTION_BREAK
from citedeck.texts import Format, Passage, SourceText


@dataclass(frozen=True, slots=True)
class Piece:
    """Visible characters, where in the file the first of them stands, and the time or page that begins with them."""

    text: str
    offset: int
    mark: Time | Page | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (its level from 1) or a block of text (level 0)."""

    pieces: tuple[Piece, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a part of a file that can be read otherwise: a warning. `offset` is where in its text, if it has lines."""

    message: str
    hint: str = ""
    offset: int | None = None


@dataclass(slots=True)
class Reading:
    """What a reader made of a file. `text` is the file as decoded, by which offsets and lines are counted; empty if the format has no lines."""

    blocks: list[Block]
    text: str = ""
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class UnreadableError(Exception):
    """A file cannot be read as what its name says. It never leaves `load_sources`, which makes a diagnostic of it."""

    def __init__(self, message: str, hint: str = "", *, code: str = "unreadable-source", before: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.before = before
        """The text before the place at which reading ended, if it has one."""


class Reader(Protocol):
    """A module that reads one format."""

    FORMAT: Format

    def read(self, content: bytes) -> Reading:
        """Return what a file's bytes hold; UnreadableError if they are not what the format asks for."""
        ...


def decode(content: bytes) -> str:
    """Return a text file's characters, without a byte order mark; UnreadableError if it is no UTF-8, or no text."""
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        before = content[: problem.start].decode("utf-8", "replace").removeprefix("\ufeff")
        said = f"the byte 0x{content[problem.start]:02X} is no UTF-8"
        raise UnreadableError(said, "save the file as UTF-8", code="not-utf-8", before=before) from None
    if "\0" in text:
        raise UnreadableError("the file holds a NUL byte: it is no text", "save it as plain UTF-8 text", before=text[: text.index("\0")])
    return text


def assemble(path: str, reading: Reading, traits: Format, sha256: str = "") -> SourceText:
    """Put blocks together; timestamps are set aside from the text and locate it."""
    made = _Assembly(traits)
    blocks = reading.blocks
    lone_title = [block.level for block in blocks].count(1) == 1 and blocks[0].level == 1
    for number, block in enumerate(blocks):
        made.take(block, title=lone_title and not number)
    starts = [0]
    for line in TextFile(path, reading.text).lines_with_ends if traits.lines else ():
        starts.append(starts[-1] + len(line))
    return SourceText(
        path, "".join(made.parts), tuple(made.passages), tuple(made.pieces) or ((0, 0),), (tuple(starts[:-1]) or (0,)) if traits.lines else (),
        traits, sha256, tuple(reading.pages),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    seconds: int | None


class _Assembly:
    def __init__(self, traits: Format) -> None:
        self.parts: list[str] = []
        self.passages: list[Passage] = []
        self.pieces: list[tuple[int, int]] = []
        self._stamped = traits.stamps
        self._at = 0
        self._bodies = 0
        self._headings: list[_Heading] = []
        self._standing: int | None = None
        self._new_section = False

    def take(self, block: Block, *, title: bool = False) -> None:
        """Add a block. A `title` is the whole text's, and no section of it."""
        pieces, stamps = _set_stamps_aside(block.pieces) if self._stamped else (_trimmed(block.pieces), [])
        text = "".join(piece.text for piece in pieces)
        if block.level:
            self._take_heading(block.level, " ".join(text.split()), pieces, stamps, title=title)
        elif text.strip():
            self._take_text(pieces, stamps)
        elif stamps:
            self._standing = stamps[-1][1]

    def _take_heading(self, level: int, words: str, pieces: list[Piece], stamps: list[tuple[int, int]], *, title: bool) -> None:
        self._headings = [heading for heading in self._headings if heading.level < level]
        self._headings.append(_Heading(level, words, stamps[0][1] if stamps else None))
        self._standing = None
        self._new_section = True
        if words:
            self._take_text(pieces, [], heading=True)
            self._new_section = True
        if title:
            self._headings = []

    def _take_text(self, pieces: list[Piece], stamps: list[tuple[int, int]], *, heading: bool = False) -> None:
        if self.passages:
            self._append(f"\n{SECTION_BREAK}\n" if self._new_section else "\n\n")
        self._new_section = False
        start = self._at
        placed = [(start + at, seconds) for at, seconds in stamps]
        pages: list[tuple[int, Page]] = []
        for piece in pieces:
            if isinstance(piece.mark, Time):
                placed.append((self._at, piece.mark.seconds))
            elif piece.mark:
                pages.append((self._at, piece.mark))
            self.pieces.append((self._at, piece.offset))
            self._append(piece.text)
        inherited = self._standing
        if inherited is None:
            inherited = next((heading.seconds for heading in reversed(self._headings) if heading.seconds is not None), None)
        section = tuple(heading.title for heading in self._headings if heading.title)
        self._bodies += not heading
        self.passages.append(Passage(start, self._at, self._bodies, section, tuple(placed), inherited, tuple(pages), heading))

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self._at += len(text)


def _trimmed(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces without the block's outer blanks."""
    pieces = list(pieces)
    text = "".join(piece.text for piece in pieces)
    return _cut_pieces(pieces, len(text) - len(text.lstrip()), len(text.rstrip()))


def _set_stamps_aside(pieces: Iterable[Piece]) -> tuple[list[Piece], list[tuple[int, int]]]:
    """Return the pieces without timestamps and outer blanks, and (offset in what remains, seconds) for each timestamp."""
    pieces = list(pieces)
    text = "".join(piece.text for piece in pieces)
    cuts: list[tuple[int, int, int | None]] = []
    lead = len(text) - len(text.lstrip())
    if (leading := LEADING_STAMP.match(text, lead)) and (seconds := clock_seconds(leading)) is not None:
        rest = text[leading.end() :]
        cuts.append((lead, leading.end() + len(rest) - len(rest.lstrip(" :–—-")), seconds))
    for match in STAMP.finditer(text):
        seconds = clock_seconds(match)
        # "(3:10)" inside a text may be a ratio or a verse; with hours, or at an edge of the block, it is a time.
        certain = match["m2"] is None or match["h2"] is not None or match.start() == lead or match.end() == len(text.rstrip())
        if seconds is not None and certain and not (cuts and match.start() < cuts[-1][1]):
            before = len(text[: match.start()].rstrip())
            after = len(text) - len(text[match.end() :].lstrip(" " if before else " :"))
            # One of the blanks around a timestamp stays, so that the words beside it do not run together: "Host (0:30:00): Hello" → "Host: Hello".
            gap = before < match.start() and after < len(text) and text[after] not in ".,;:!?"
            cuts.append((match.start() if gap else before, after, seconds))
    edge = len(text.rstrip())
    cuts = [(0, lead, None), *cuts, (max(edge, lead), len(text), None)]
    kept: list[Piece] = []
    stamps: list[tuple[int, int]] = []
    length, at = 0, 0
    for start, end, stamp in cuts:
        run = _cut_pieces(pieces, at, start)
        kept += run
        length += sum(len(piece.text) for piece in run)
        if stamp is not None:
            stamps.append((length, stamp))
        at = max(at, end)
    return kept, stamps


def _cut_pieces(pieces: Iterable[Piece], start: int, end: int) -> list[Piece]:
    found, at = [], 0
    for piece in pieces:
        first, last = max(start - at, 0), min(end - at, len(piece.text))
        if first == 0 and last == len(piece.text):
            found.append(piece)
        elif first < last:
            found.append(replace(piece, text=piece.text[first:last], offset=piece.offset + first))
        at += len(piece.text)
    return found
