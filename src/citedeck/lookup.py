"""Looking a quote up in one source: where it stands, and if it does not, what stands there instead."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from citedeck.boundaries import is_unspaced
from citedeck.diagnostics import Diagnostic, Span, error
from citedeck.fragments import Page
from citedeck.matching import Index
from citedeck.texts import SourceText

if TYPE_CHECKING:
    from citedeck.comparing import Difference
    from citedeck.nearest import Finder, Nearest

MAX_SCANS = 100
"""Quotes that are looked for letter by letter in a whole source, when no word of them tells where to look."""
MAX_PIECES = 20
"""Ellipses in a quote that are read as such."""
MAX_COMPARED = 2000
"""Characters of the longest quote that is compared word by word."""
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\.\.)\s*")
_SHOWN_FROM, _SHOWN_FROM_SHORT = 55, 75
_EXCERPT = 90
_MAX_DIFFERENCES = 3


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quote stands in a source's visible text, and the source's words there."""

    start: int
    end: int
    words: str


class Lookup:
    """One source, made ready for many quotes."""

    def __init__(self, text: SourceText) -> None:
        self._text = text
        self._index = Index(text.text)
        self._scans_left = MAX_SCANS

    def find(self, quote: str) -> list[Match]:
        """Return where a quote stands. The pieces around an ellipsis stand in this order in one passage; headings count where nothing else does."""
        matches = [Match(start, end, self._index.words(start, end, quote)) for start, end in self._index.find(quote)[1]]
        if not matches and len(pieces := _pieces(quote)) > 1:
            matches = [match for match, gaps in self._stitched(pieces) if not self._turning_gap(gaps)]
        bodies = [match for match in matches if not self._text.passage(match.start).heading]
        return bodies or matches

    def fragment(self, match: Match) -> str:
        """Return what leads a browser to the words, if the source is a web page."""
        return self._page.fragment(match.start, match.end)

    def explain(self, span: Span, quote: str) -> Diagnostic:
        """Return what is to be said about a quote that does not stand in the source."""
        from citedeck.nearest import is_short

        pieces = _pieces(quote)
        if len(pieces) > 1:
            lost = next((piece for piece in pieces if not self._index.find(piece)[1]), None)
            if lost is None:
                return self._explain_ellipsis(span, pieces)
            quote = lost
        if len(quote) > MAX_COMPARED:
            return error(span, "quote-missing", f"these words do not stand in '{self._text.id}'", self._explain_long(quote))
        nearest = self._nearest(quote)
        if nearest and nearest.alike and not is_short(quote):
            return self._explain_difference(span, quote, nearest, repairable=len(pieces) < 2)
        what = "these words do" if len(pieces) < 2 else f"the words '{quote}' do"
        return error(span, "quote-missing", f"{what} not stand in '{self._text.id}'", self._hint(quote, nearest))

    def _explain_long(self, quote: str) -> str:
        """Return the hint for a quote too long to compare: the first part of it that does not stand in the source."""
        words = quote.split()
        parts = (" ".join(words[at : at + 20]) for at in range(0, len(words), 20))
        lost = next((part for part in parts if self._index.find_cut(part) is None), "")
        return f"'{_excerpt(lost, 0, _EXCERPT)}' does not" if lost else "its parts do, but not in one piece"

    def _explain_difference(self, span: Span, quote: str, nearest: Nearest, *, repairable: bool) -> Diagnostic:
        words = self._index.words(nearest.start, nearest.end, quote)
        first = next((word for one in nearest.differences for word in one.source), "")
        message = f"the source says '{_excerpt(words, max(words.lower().find(first.lower()), 0), 2 * _EXCERPT)}'"
        told = [_told(one) for one in nearest.differences]
        hint = f"{self._address(nearest.start, nearest.end)} {'; '.join(told[:_MAX_DIFFERENCES])}{'; …' if len(told) > _MAX_DIFFERENCES else ''}"
        if any(one.turning for one in nearest.differences):
            return error(span, "quote-altered", message, hint)
        found = self.find(words)
        safe = repairable and [(one.start, one.end) for one in found] == [(nearest.start, nearest.end)]
        return error(span, "quote-drifted", message, hint, words if safe else None)

    def _explain_ellipsis(self, span: Span, pieces: Sequence[str]) -> Diagnostic:
        for match, gaps in self._stitched(pieces):
            if gap := self._turning_gap(gaps):
                hint = f"{self._address(match.start, match.end)} has [{gap}] there: quote it, too"
                return error(span, "quote-altered", "the ellipsis leaves out words that turn the meaning", hint)
        places = [self._index.find(piece)[1][0] for piece in pieces]
        where = "; ".join(f"'{_excerpt(piece, 0, 40)}' at {self._address(*place)}" for piece, place in zip(pieces, places, strict=True))
        return error(span, "quote-missing", "the parts of this quote do not stand in this order in one passage", where)

    def _hint(self, quote: str, nearest: Nearest | None) -> str:
        if cut := self._index.find_cut(quote):
            start, end = cut
            first = max((self._text.text.rfind(blank, 0, start) for blank in " \n"), default=-1) + 1
            last = min((at for blank in " \n" if (at := self._text.text.find(blank, end)) >= 0), default=len(self._text.text))
            return f"they stand there only as a part of '{_excerpt(self._text.text[first:last], 0, _EXCERPT)}' ({self._address(start, end)})"
        if nearest is None or nearest.likeness < (_SHOWN_FROM if len(quote) >= 25 else _SHOWN_FROM_SHORT):
            return "no passage is like them; copy the words from the source"
        passage = self._text.passage(nearest.start)
        body = self._text.text[passage.start : passage.end]
        excerpt = _excerpt(body, (nearest.start + nearest.end) // 2 - passage.start, min(max(_EXCERPT, len(quote)), 2 * _EXCERPT))
        return f"nearest, at {self._address(nearest.start, nearest.end)}: '{excerpt}'"

    def _address(self, start: int, end: int) -> str:
        line = self._text.line(start)
        return f"{self._text.locate(start, end)} ({self._text.path}{f':{line}' if line else ''})"

    def _stitched(self, pieces: Sequence[str]) -> Iterator[tuple[Match, list[tuple[int, int]]]]:
        """Yield where pieces stand one behind the other in one passage, as close together as they do, and the gaps between them."""
        places = [self._index.find(piece)[1] for piece in pieces]
        if not all(places):
            return
        found: dict[int, list[tuple[int, int]]] = {}
        for first in places[0]:
            chain = [first]
            end = self._text.passage(first[0]).end
            for others in places[1:]:
                at = bisect_left(others, (chain[-1][1], 0))
                if at == len(others) or others[at][1] > end:
                    break
                chain.append(others[at])
            else:
                found[chain[-1][1]] = chain  # Of two that end together, the later begins nearer.
        for chain in found.values():
            words = " … ".join(self._index.words(*place, piece) for place, piece in zip(chain, pieces, strict=True))
            gaps = [(before[1], behind[0]) for before, behind in pairwise(chain)]
            yield Match(chain[0][0], chain[-1][1], words), gaps

    def _turning_gap(self, gaps: Sequence[tuple[int, int]]) -> str:
        """Return the words that one of the gaps leaves out if they turn the meaning of what stands around it; empty if none does."""
        from citedeck.comparing import leaves_out_negation

        left_out = (" ".join(self._text.text[start:end].split()) for start, end in gaps)
        return next((words for words in left_out if leaves_out_negation(words)), "")

    def _nearest(self, quote: str) -> Nearest | None:
        found = self._finder.find(quote, scan=self._scans_left > 0)
        self._scans_left -= self._finder.scanned
        return found

    @cached_property
    def _page(self) -> Page:
        return Page(self._text.text)

    @cached_property
    def _finder(self) -> Finder:
        from citedeck.nearest import Finder  # Slow to import, and needed for mistakes only.

        return Finder(self._text)


def _pieces(quote: str) -> list[str]:
    """Return the parts of a quote between its ellipses."""
    return [piece for piece in _ELLIPSIS.split(quote, maxsplit=MAX_PIECES) if piece]


def _told(difference: Difference) -> str:
    source, quote = _shown(difference.source), _shown(difference.quote)
    if not quote:
        return f"has [{source}], the quote leaves it out"
    return f"has [{source}], the quote has [{quote}]" if source else f"has no [{quote}], the quote adds it"


def _shown(words: Sequence[str]) -> str:
    return ("" if words and all(map(is_unspaced, "".join(words))) else " ").join(words)


def _excerpt(text: str, middle: int, length: int) -> str:
    """Cut a text to about `length` characters around its middle, at blanks where there are some."""
    body = " ".join(text.split())
    if len(body) <= length + 20:
        return body
    start = max(0, min(middle - length // 2, len(body) - length))
    end = start + length
    first = body.find(" ", start, start + 20) + 1 or start
    last = body.rfind(" ", end - 20, end) if end < len(body) else end
    last = last if last > first else end
    return ("… " if start else "") + body[first if start else 0 : last] + (" …" if last < len(body) else "")
