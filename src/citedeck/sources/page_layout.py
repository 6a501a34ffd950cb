"""Lines on pages → paragraphs: running heads dropped, columns and pages joined where a sentence goes on."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from citedeck.locators import Page

_SENTENCE_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]\d⁰¹²³⁴-⁹]*\s*\Z")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[\W_]*(?:page|seite|p\.)?[\W_]*(?:[ivxlcdm]+|#|[a-z]-?#)[\W_]*(?:(?:of|von|/)[\W_]*#)?[\W_]*\Z")
_MARGIN_LINES = 2
_REACH = 8
_SIZE_DIFFERS = 0.07
_GAP, _INDENT, _SHORT = 1.35, 0.8, 0.85


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of text on a page, its box in points from the lower left corner of the page."""

    text: str
    page: Page
    left: float
    right: float
    top: float
    bottom: float
    size: float
    """The height of its letters' boxes."""
    bold: bool = False


Paragraph = list[PageLine]


def paragraphs(pages: Sequence[Sequence[PageLine]]) -> list[Paragraph]:
    """Return the paragraphs of all pages, in the order of the lines."""
    running = _running_heads(pages)
    kept = [[line for line in page if id(line) not in running] for page in pages]
    pitch = _usual_pitch(kept)
    found: list[Paragraph] = []
    for line in (line for page in kept for line in page):
        before = found[-1][-1] if found else None
        if before and line.page == before.page and line.bottom <= before.top:
            if _begins(found[-1], line, pitch):
                found.append([line])
            else:
                found[-1].append(line)
        else:  # A new page or column.
            found.append([*_pop_unfinished(found, line), line])
    return found


def _pop_unfinished(found: list[Paragraph], line: PageLine) -> Paragraph:
    """Take from the last paragraphs the one that goes on with a line in the next column; footnotes may stand between. Empty if there is none."""
    for back in range(1, min(len(found), _REACH) + 1):
        before = found[-back][-1]
        if _alike(before, line):
            return found.pop(-back) if _continues(before.text, line.text) else []
    return []


def _continues(before: str, text: str) -> bool:
    """Say whether a sentence goes on from one column or page to the next."""
    if before.endswith("-") and text[:1].islower():
        return True
    return not _SENTENCE_END.search(before) and (text[:1].islower() or before[-1:].islower() or before[-1:] == ",")


def _begins(paragraph: Paragraph, line: PageLine, pitch: float) -> bool:
    """Say whether a line begins a paragraph below the one before it."""
    before = paragraph[-1]
    if not _alike(before, line) or (pitch and before.bottom - line.bottom > _GAP * max(pitch, line.size)):
        return True
    ended = bool(_SENTENCE_END.search(before.text))
    if line.left - before.left > _INDENT * line.size:
        return ended or len(paragraph) > 1
    left, right = min(one.left for one in paragraph), max(one.right for one in paragraph)
    short = before.right - left < _SHORT * (right - left)
    return ended and short and not line.text[:1].islower()


def _alike(one: PageLine, other: PageLine) -> bool:
    """Say whether two lines are set in the same size and weight."""
    return abs(one.size - other.size) <= _SIZE_DIFFERS * max(one.size, other.size) and one.bold == other.bold


def _usual_pitch(pages: Iterable[Sequence[PageLine]]) -> float:
    """Return the usual distance from one line to the next."""
    steps = [before.bottom - line.bottom for page in pages for before, line in pairwise(page) if 0 < before.bottom - line.bottom < 3 * line.size]
    return statistics.median(steps) if steps else 0.0


def _running_heads(pages: Sequence[Sequence[PageLine]]) -> set[int]:
    """Return the ids of the lines that stand at the top or foot of several pages in the same words and place, numbers set aside."""
    seen: Counter[tuple[str, int]] = Counter()
    places: dict[tuple[str, int], list[int]] = {}
    for page in pages:
        lines = sorted(page, key=lambda line: -line.top)
        edge = {id(line): line for line in (*lines[:_MARGIN_LINES], *lines[-_MARGIN_LINES:])}
        for key in {_key(line) for line in edge.values()}:
            seen[key] += 1
        for line in edge.values():
            places.setdefault(_key(line), []).append(id(line))
    often = min(3, max(2, (len(pages) + 1) // 2))
    return {place for key, found in places.items() if seen[key] >= often for place in found}


def _key(line: PageLine) -> tuple[str, int]:
    """Return what a running head is known by: its words without numbers, and its height on the page."""
    words = _NUMBER.sub("#", " ".join(line.text.casefold().split()))
    return ("#" if _PAGE_NUMBER.match(words) else words, round(line.bottom / 4))
