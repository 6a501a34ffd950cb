"""Where words that do not stand in a source probably come from. Likeness only finds the place to compare; it never makes a quote pass."""

from __future__ import annotations

import heapq
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from citedeck.boundaries import cuts, is_unspaced
from citedeck.comparing import Difference, Word, align, compare, split_words
from citedeck.normal_forms import SECTION_BREAK, Normal, normalise
from citedeck.texts import SourceText

_WORDS = re.compile(r"[^\W_]+")
_ALIKE, _ALIKE_SHORT, _SHORT = 72, 80, 40
"""From which likeness on, in percent, two texts are held against each other; below it, chance makes any text as like as that."""
_WINDOW = 2000
_MARGIN = 60
_REACH = 12


@dataclass(frozen=True, slots=True)
class Nearest:
    """The place in a source that is most like a quote, whole words only, and how the two differ."""

    start: int
    end: int
    likeness: float
    """In percent."""
    differences: tuple[Difference, ...]
    """Empty if the two are too unlike to be compared."""
    alike: bool


def is_short(quote: str) -> bool:
    """Say whether a quote is too short to tell a slip from other words: under 5 words or 25 characters, of which Chinese ones count double."""
    form = normalise(quote, "case").text
    size = sum(2 if is_unspaced(char) else 1 for char in form)
    return size < 25 or sum(word.form[0].isalnum() for word in split_words(form)) < 5


def overlap(text: str, other: str) -> float:
    """Return how like the words of two texts are, from 0 to 1; their order, and what only the longer one has, set aside. It tells a rank and proves nothing."""
    return fuzz.token_set_ratio(text, other) / 100


class Finder:
    """Finds the place in one source that is most like a quote."""

    def __init__(self, text: SourceText) -> None:
        self.scanned = False
        """Whether the last quote was looked for letter by letter."""
        self._text = text.text
        self._windows = [window for passage in text.passages for window in _windows(text.text, passage.start, passage.end)]

    def find(self, quote: str, *, scan: bool) -> Nearest | None:
        """Return the place most like a quote. `scan`: look letter by letter if no word of it helps, which takes time."""
        number, offset = self._vote(quote), None
        self.scanned = number is None and scan
        if self.scanned:
            offset = self._scan(quote)
            number = bisect_right(self._windows, offset, key=lambda window: window[1]) if offset is not None else None
        return None if number is None else self._compare(quote, *self._around(min(number, len(self._windows) - 1), quote, offset))

    @cached_property
    def vocabulary(self) -> Mapping[str, list[int]]:
        """Return the windows in which each word of the source stands, by the word in lower case."""
        found: dict[str, list[int]] = {}
        for number, (start, end) in enumerate(self._windows):
            for word in _terms(self._text[start:end]):
                found.setdefault(word, []).append(number)
        return found

    def _vote(self, quote: str) -> int | None:
        """Return the window that shares the rarest words with a quote."""
        count = len(self._windows)
        votes: dict[int, float] = {}
        for word in sorted(_terms(quote)):
            places = self.vocabulary.get(word, [])
            if len(places) <= max(20, count // 10):
                weight = math.log(1 + count / max(len(places), 1))
                for number in places:
                    votes[number] = votes.get(number, 0) + weight
        best = heapq.nsmallest(3, votes, key=lambda number: (-votes[number], number))
        form = quote.lower()
        return max(best, key=lambda number: self._likeness(form, number), default=None)

    def _likeness(self, form: str, number: int) -> float:
        """Return how like a window is to a quote; one much shorter is like any part of it, which says little."""
        start, end = self._windows[number]
        return fuzz.partial_ratio(form, self._text[start:end].lower()) * min(1.0, (end - start) / len(form))

    def _scan(self, quote: str) -> int | None:
        found = fuzz.partial_ratio_alignment(quote.lower(), self._lower, score_cutoff=50)
        return None if found is None else min(found.dest_start, len(self._text) - 1)

    @cached_property
    def _lower(self) -> str:
        return self._text.lower()

    def _around(self, number: int, quote: str, offset: int | None) -> tuple[int, int]:
        """Return the part of the text to compare: what surrounds the quote's probable place in a window and its neighbours in the section."""
        start, end = self._windows[number]
        first, last = start - 2 * len(quote), end + 2 * len(quote)
        before, behind = number - 1, number + 1
        while before >= 0 and start > first and SECTION_BREAK not in self._text[self._windows[before][1] : start]:
            start = self._windows[before][0]
            before -= 1
        while behind < len(self._windows) and end < last and SECTION_BREAK not in self._text[end : self._windows[behind][0]]:
            end = self._windows[behind][1]
            behind += 1
        if end - start > 4 * len(quote) + _MARGIN:
            if offset is None:
                found = fuzz.partial_ratio_alignment(quote.lower(), self._text[start:end].lower())
                offset = start + (found.dest_start if found else 0)
            reach = len(quote) // 2 + _MARGIN
            start, end = self._to_blanks(max(start, offset - reach), min(end, offset + len(quote) + reach))
        return start, end

    def _to_blanks(self, start: int, end: int) -> tuple[int, int]:
        """Widen a part of the text to blanks, if some are near."""
        text = self._text
        start = next((at for at in range(start, max(start - _MARGIN, 0), -1) if text[at - 1].isspace()), start)
        return start, next((at for at in range(end, min(end + _MARGIN, len(text))) if text[at].isspace()), end)

    def _compare(self, quote: str, start: int, end: int) -> Nearest | None:
        """Lay a quote against the text from `start` to `end`."""
        normal = normalise(self._text[start:end], "case")
        theirs = split_words(normal.text)
        ours = [word.form for word in split_words(normalise(quote, "case").text)]
        if not theirs or not ours:
            return None
        first, last, pairs = align([word.form for word in theirs], ours)
        if first == last:
            return None
        likeness = fuzz.ratio(" ".join(word.form for word in theirs[first:last]), " ".join(ours))
        whole = self._widen(normal, theirs, first, last, start)
        if whole is None:
            return None
        first, last, place = whole
        differences: tuple[Difference, ...] = ()
        alike = likeness >= (_ALIKE if len(quote) >= _SHORT else _ALIKE_SHORT)
        if alike:
            forms = [word.form for word in theirs[first:last]]
            differences = compare(forms, ours, [(at - first, number) for at, number in pairs], self.vocabulary)
        return Nearest(*place, likeness, differences, alike)

    def _widen(self, normal: Normal, words: list[Word], first: int, last: int, offset: int) -> tuple[int, int, tuple[int, int]] | None:
        """Return the words from `first` to `last`, and those that cannot be parted from them, with their place in the text."""
        text = self._text
        grown_left = grown_right = False
        for _ in range(_REACH):
            place = normal.place(words[first].start, words[last - 1].end)
            start, end = (offset + place[0], offset + place[1]) if place else (0, 0)
            # Once an edge is known to cut, all that stands there without a blank belongs to it.
            left = first > 0 and (place is None or cuts(text, start, -1) or (grown_left and not text[start - 1].isspace()))
            right = last < len(words) and (place is None or cuts(text, end, +1) or (grown_right and not text[end : end + 1].isspace()))
            if place and not left and not right:
                return first, last, (start, end)
            first, last = first - left, last + right
            grown_left, grown_right = grown_left or left, grown_right or right
        return None


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a passage, parted at blanks if it is long."""
    while end - start > 2 * _WINDOW:
        cut = text.find(" ", start + _WINDOW, start + 2 * _WINDOW)
        cut = cut if cut > 0 else start + _WINDOW
        yield start, cut
        start = cut
    yield start, end


def _terms(text: str) -> set[str]:
    """Return what a text is told apart by: its words in lower case, and pairs of characters in scripts without blanks."""
    words = set(_WORDS.findall(text.lower()))
    if text.isascii():
        return words
    found: set[str] = set()
    for word in words:
        if word.isascii() or not any(map(is_unspaced, word)):
            found.add(word)
        else:
            found.update(word[at : at + 2] for at in range(len(word)))
    return found
