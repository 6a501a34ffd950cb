"""From a format's blocks to a source's visible text, its passages and their locators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from citedeck.diagnostics import TextFile
from citedeck.locators import LEADING_STAMP, STAMP, clock_seconds
from citedeck.matching import SECTION_BREAK
from citedeck.model import Passage, SourceText


@dataclass(frozen=True, slots=True)
class Piece:
    """Visible characters, and where in the file the first of them stands."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (its level from 1) or a block of text (level 0)."""

    pieces: tuple[Piece, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    seconds: int | None


def assemble(file: TextFile, blocks: Iterable[Block]) -> SourceText:
    """Put blocks together; timestamps are set aside from the text and locate it."""
    made = _Assembly()
    blocks = list(blocks)
    if [block.level for block in blocks].count(1) == 1 and blocks[0].level == 1:
        blocks = blocks[1:]  # The text's own title is no section of it.
    for block in blocks:
        made.take(block)
    starts = [0]
    for line in file.lines_with_ends:
        starts.append(starts[-1] + len(line))
    return SourceText(file.path, "".join(made.parts), tuple(made.passages), tuple(made.pieces) or ((0, 0),), tuple(starts[:-1]) or (0,))


class _Assembly:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.passages: list[Passage] = []
        self.pieces: list[tuple[int, int]] = []
        self._at = 0
        self._headings: list[_Heading] = []
        self._standing: int | None = None
        self._new_section = False

    def take(self, block: Block) -> None:
        pieces, stamps = _set_stamps_aside(block.pieces)
        text = "".join(piece.text for piece in pieces)
        if block.level:
            self._take_heading(block.level, " ".join(text.split()), stamps)
        elif text.strip():
            self._take_text(pieces, stamps)
        elif stamps:
            self._standing = stamps[-1][1]

    def _take_heading(self, level: int, title: str, stamps: list[tuple[int, int]]) -> None:
        self._headings = [heading for heading in self._headings if heading.level < level]
        self._headings.append(_Heading(level, title, stamps[0][1] if stamps else None))
        self._standing = None
        self._new_section = True

    def _take_text(self, pieces: list[Piece], stamps: list[tuple[int, int]]) -> None:
        if self.passages:
            self._append(f"\n{SECTION_BREAK}\n" if self._new_section else "\n\n")
        self._new_section = False
        start = self._at
        for piece in pieces:
            self.pieces.append((self._at, piece.offset))
            self._append(piece.text)
        inherited = self._standing
        if inherited is None:
            inherited = next((heading.seconds for heading in reversed(self._headings) if heading.seconds is not None), None)
        section = tuple(heading.title for heading in self._headings if heading.title)
        placed = tuple((start + at, seconds) for at, seconds in stamps)
        self.passages.append(Passage(start, self._at, len(self.passages) + 1, section, placed, inherited))

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self._at += len(text)


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
        if first < last:
            found.append(Piece(piece.text[first:last], piece.offset + first))
        at += len(piece.text)
    return found
