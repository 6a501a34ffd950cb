"""Locators: the human address of a passage in its source, as written after `at:` and as printed on a card."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_CLOCK = r"(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,2}):(?P<s>[0-5]\d)"
_TIME = re.compile(_CLOCK)
_PAGE = re.compile(r"pp?\. ?(?P<label>[\w.–-]+)")
_PAGE_RANGE = re.compile(r"\w+[-–]\w+")
_RANGE = re.compile(r"(?P<kind>pp?\. ?|para\. ?|)(?P<first>[\w.:]+) ?[-–] ?(?P<last>[\w.:]+)")
_PARAGRAPH = re.compile(r"para\. ?(?P<number>[1-9]\d*)")
# In a text, a timestamp counts only in brackets, or at the start of a block.
STAMP = re.compile(rf"\[ ?{_CLOCK} ?(?:[-–—] ?[\d:]{{4,9}} ?)?\]|\((?:(?P<h2>\d{{1,3}}):)?(?P<m2>\d{{1,2}}):(?P<s2>[0-5]\d)\)")
LEADING_STAMP = re.compile(rf"{_CLOCK}(?=\s*$|\s+(?![ap]\.?m\b|Uhr\b|h\b)|\s*[–—:-]\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page, by the label that it bears in print; `number` is its place in the file, from 1, if there is a file."""

    label: str
    number: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{'pp.' if _PAGE_RANGE.fullmatch(self.label) else 'p.'} {self.label}"


@dataclass(frozen=True, slots=True)
class Time:
    """A moment of a recording, in whole seconds from its start."""

    seconds: int

    def __str__(self) -> str:
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and those above it, outermost first."""

    path: tuple[str, ...]

    def __str__(self) -> str:
        return "§ " + " > ".join(self.path)

    def found_in(self, path: tuple[str, ...]) -> Section | None:
        """Return the part of `path` that these headings name, in this order and without a gap; letter case and blanks set aside."""
        wanted = _plain(self.path)
        parts = (path[start:end] for start in range(len(path)) for end in range(start + 1, len(path) + 1))
        return next((Section(part) for part in parts if _plain(part) == wanted), None)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A passage by its number, from 1, for sources that have no better address."""

    number: int

    def __str__(self) -> str:
        return f"para. {self.number}"


Locator = Page | Time | Section | Paragraph


@dataclass(frozen=True, slots=True)
class Range:
    """From one place to another of the same kind, both included."""

    first: Page | Time | Paragraph
    last: Page | Time | Paragraph


def parse_places(text: str) -> tuple[Locator | Range, ...]:
    """Read a place or a range of places, what it most probably means first; nothing if it is neither. A page's label may hold a dash."""
    found: list[Locator | Range] = [place] if (place := parse_locator(text)) else []
    if match := _RANGE.fullmatch(text.strip()):
        first, last = parse_locator(match["kind"] + match["first"]), parse_locator(match["kind"] + match["last"])
        if first and last and not isinstance(first, Section) and type(first) is type(last):
            found.append(Range(first, last))
    return tuple(found)


def parse_locator(text: str) -> Locator | None:
    """Read what an author wrote after `at:`; None if it is none of the four forms."""
    text = text.strip()
    if clock := _TIME.fullmatch(text):
        seconds = clock_seconds(clock)
        return None if seconds is None else Time(seconds)
    if page := _PAGE.fullmatch(text):
        return Page(page["label"])
    if paragraph := _PARAGRAPH.fullmatch(text):
        return Paragraph(int(paragraph["number"]))
    if text.startswith("§"):
        path = tuple(part.strip() for part in text[1:].split(">"))
        return Section(path) if all(path) else None
    return None


def clock_seconds(match: re.Match[str]) -> int | None:
    """Return the seconds of a matched clock time; None if it is none (75 minutes after an hour)."""
    groups = match.groupdict()
    hours, minutes, seconds = (groups.get(name) or groups.get(name + "2") for name in "hms")
    if hours is not None and int(minutes or 0) > 59:
        return None
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)


def _plain(path: tuple[str, ...]) -> str:
    """Bring headings to a form in which a heading that holds '>' is the same as two joined by it."""
    joined = unicodedata.normalize("NFKC", ">".join(path)).casefold()
    return ">".join(" ".join(part.split()) for part in joined.split(">"))
