"""Lines on pages → paragraphs: running heads dropped, columns and pages joined where a sentence goes on."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

from citedeck.locators import Page

_SENTENCE_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]\d⁰¹²³⁴-⁹]*\s*\Z")
_BULLET = re.compile(r"[•‣▪◦●○■□–*·-]\s+\S|\(?(?:\d{1,3}|[a-z])[.)]\s+\S")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[\W_]*(?:page|seite|p\.)?[\W_]*(?:[ivxlcdm]+|#|[a-z]-?#)[\W_]*(?:(?:of|von|/)[\W_]*#)?[\W_]*\Z")
_MARGIN_LINES = 2
_REACH = 8
_SIZE_DIFFERS = 0.07
WIDE_GAP = 1.2
"""From how wide a gap on, in heights of letters, two pieces are not one line; columns may be so parted, and the cells of a table."""
_NARROW_GAP, _SAME_ROW = 0.08, 0.45
_ROWS, _PROSE = 4, 15
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
    pages = [_arranged(page) for page in pages]
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


def _arranged(page: Sequence[PageLine]) -> list[PageLine]:
    """Return a page's lines in reading order, from pieces of lines as they stand in the file: parts of one line put together, columns one by one."""
    rows: list[list[PageLine]] = []
    for piece in page:
        before = rows[-1][-1] if rows else None
        if before and abs(before.bottom - piece.bottom) < _SAME_ROW * max(before.size, piece.size) and piece.left >= before.left:
            if piece.left - before.right <= WIDE_GAP * before.size:
                rows[-1][-1] = _joined(before, piece, " " if piece.left - before.right > _NARROW_GAP * before.size else "")
            else:
                rows[-1].append(piece)
        else:
            rows.append([piece])
    lines: list[PageLine] = []
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and len(rows[end]) > 1 and _share_gutter(rows[at], rows[end]):
            end += 1
        if end - at >= _ROWS and sum(len(piece.text) for row in rows[at:end] for piece in row) >= _PROSE * sum(map(len, rows[at:end])):
            lines += [row[column] for column in range(len(rows[at])) for row in rows[at:end]]
            at = end
        else:
            lines.append(reduce(lambda one, other: _joined(one, other, " "), rows[at]))
            at += 1
    return lines


def _share_gutter(one: list[PageLine], other: list[PageLine]) -> bool:
    """Say whether two rows of pieces are lines of the same columns."""
    return len(one) == len(other) and all(max(one[at].right, other[at].right) < min(one[at + 1].left, other[at + 1].left) for at in range(len(one) - 1))


def _joined(one: PageLine, other: PageLine, gap: str) -> PageLine:
    """Return two pieces as one line, as high as the longer: a bullet or a raised digit says nothing of the line."""
    longer = max(one, other, key=lambda piece: len(piece.text))
    return replace(longer, text=f"{one.text}{gap}{other.text}", left=one.left, right=other.right)


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
    if _BULLET.match(line.text):
        return True
    if len(paragraph) == 1 and _BULLET.match(before.text):
        return not _alike(before, line) or before.bottom - line.bottom > _GAP * max(pitch, line.size)
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
