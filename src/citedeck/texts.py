"""The text of a source: visible words, the passages that they fall into, and the addresses that lead to them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from citedeck.locators import Locator, Page, Paragraph, Section, Time


@dataclass(frozen=True, slots=True)
class Format:
    """What the format of a source's text means for those who look words up in it and are led to them."""

    name: str
    lines: bool = True
    """The file has lines that an editor can jump to."""
    stamps: bool = True
    """Timestamps in brackets, or at the start of a block, are set aside from the words and locate them."""
    lead: int = 0
    """Seconds by which a link begins before the words' own time."""
    web: bool = False
    """A browser shows the text, and can be led to words of it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a source's visible text: one block, and the locators that lead to it."""

    start: int
    end: int
    number: int
    section: tuple[str, ...]
    stamps: tuple[tuple[int, int], ...]
    """Timestamps that stood in the block: (offset in the visible text, seconds), in the text's order."""
    inherited: int | None
    """Seconds of the heading or of the line above that locates the block, if it has no timestamp of its own."""
    pages: tuple[tuple[int, Page], ...] = ()
    """Pages that the block stands on: (offset in the visible text from which on, page), in the text's order."""
    heading: bool = False
    """The block is a heading. It can be quoted, and asks for no question."""

    def time(self, start: int, end: int) -> Time | None:
        """Return the moment of the words from `start` to `end`.

        A block that begins with a timestamp is a transcript: words belong to the timestamp before them. Otherwise timestamps close the
        sentence that they locate: words belong to the next one.
        """
        if not self.stamps:
            return None if self.inherited is None else Time(self.inherited)
        if self.stamps[0][0] <= self.start:
            return Time([seconds for at, seconds in self.stamps if at <= start][-1])
        return Time(next((seconds for at, seconds in self.stamps if at >= end), self.stamps[-1][1]))

    def time_off(self, seconds: int, start: int, end: int) -> int | None:
        """Return how many seconds a moment lies before or after the words from `start` to `end`; None if nothing tells their time."""
        time = self.time(start, end)
        if time is None:
            return None
        spoken = [at for offset, at in self.stamps if start <= offset < end] if self.stamps and self.stamps[0][0] <= self.start else []
        return max(time.seconds - seconds, seconds - max([time.seconds, *spoken]), 0)

    def page(self, start: int) -> Page | None:
        """Return the page on which the character at `start` stands."""
        return next((page for at, page in reversed(self.pages) if at <= start), None)


@dataclass(frozen=True)
class SourceText:
    """The text that quotes are looked up in: a source file's visible words, markup set aside."""

    path: str
    text: str = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)
    pieces: tuple[tuple[int, int], ...] = field(repr=False)
    """The way back to the file: (offset in the visible text, offset in the file) where a run of untouched characters begins."""
    line_starts: tuple[int, ...] = field(repr=False)
    """Offsets in the file at which its lines begin; none if the format has no lines."""
    format: Format
    sha256: str = ""
    """Of the file's bytes."""
    pages: tuple[Page, ...] = ()
    """All pages of the file, those without words too."""
    source: str = ""
    """The id of the source, if the file is not named by it."""

    @property
    def id(self) -> str:
        """Return the id of the source."""
        return self.source or PurePosixPath(self.path).stem

    def passage_at(self, offset: int) -> Passage | None:
        """Return the passage that holds the character at `offset`."""
        at = bisect_right(self.passages, offset, key=lambda passage: passage.start) - 1
        return self.passages[at] if at >= 0 and offset < self.passages[at].end else None

    def file_offset(self, offset: int) -> int:
        """Return where in the untouched file the visible character at `offset` stands."""
        at = bisect_right(self.pieces, offset, key=lambda piece: piece[0]) - 1
        visible, there = self.pieces[at]
        return there + offset - visible

    def line(self, offset: int) -> int:
        """Return the line of the file, from 1, on which the visible character at `offset` stands; 0 if the format has no lines."""
        return bisect_right(self.line_starts, self.file_offset(offset))

    def find_passages(self, start: int, end: int) -> tuple[Passage, ...]:
        """Return the passages that the characters from `start` to `end` touch."""
        first = bisect_right(self.passages, start, key=lambda passage: passage.end)
        last = bisect_left(self.passages, end, key=lambda passage: passage.start)
        return self.passages[first:last]

    def passage(self, offset: int) -> Passage:
        """Return the passage that holds a character which is known to stand in one."""
        passage = self.passage_at(offset)
        assert passage is not None, "between passages stands white space only"
        return passage

    def locate(self, start: int, end: int) -> Locator:
        """Return the best address of a place: its time, else its page, else its headings, else its number."""
        passage = self.passage(start)
        section = Section(passage.section) if passage.section else None
        return passage.time(start, end) or passage.page(start) or section or Paragraph(passage.number)

    def find_page(self, label: str) -> Page | None:
        """Return the page that bears a label in print."""
        return next((page for page in self.pages if page.label.casefold() == label.casefold()), None)

    def pages_of(self, start: int, end: int) -> tuple[Page, ...]:
        """Return the pages that the characters from `start` to `end` stand on."""
        found: dict[Page, None] = {}
        for passage in self.find_passages(start, end):
            if first := passage.page(max(start, passage.start)):
                found[first] = None
            found |= {page: None for at, page in passage.pages if start <= at < end}
        return tuple(found)
