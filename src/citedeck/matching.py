"""Finding words in a text, on a ladder of normal forms. Nothing here is similar-enough: what is found is the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.boundaries import cuts
from citedeck.normal_forms import LADDER, LINE_BREAK, Normal, normalise

MAX_PLACES = 200
"""Places of one quote that are looked at; more of them tell nothing new."""
_OFTEN = 16
"""Look-ups from which on an index of the text's words pays."""
_BROKEN_MARK = "\ufdd1"


class Index:
    """A text made ready for many look-ups; each normal form is made when first needed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._normals: dict[str, Normal] = {}
        self._broken = bool(LINE_BREAK.search(text))
        self._asked = 0

    def normal(self, rung: str) -> Normal:
        """Return the text in a rung's normal form."""
        found = self._normals.get(rung)
        if found is None:
            # Typography has nothing to do in ASCII.
            same = rung == "typography" and self._text.isascii()
            found = self._normals[rung] = self.normal("space") if same else normalise(self._text, rung)
        return found

    def find(self, quote: str) -> tuple[str, list[tuple[int, int]]]:
        """Return the lowest rung on which the quote stands in the text as whole words, and its places there (start, end).

        The rung is "exact" if white space agrees as well; it is empty, and so is the list, if the quote is not found.
        """
        self._asked += 1
        for rung in LADDER if self._broken or LINE_BREAK.search(quote) else LADDER[:-1]:
            needle = normalise(quote, rung).text
            places = list(_places(self._text, self.normal(rung), needle, often=self._asked > _OFTEN)) if needle else []
            if rung == "layout":
                places = [place for place in places if _broken_as(self._text[place[0] : place[1]], quote) is not None]
            if places:
                exact = rung == "space" and all(self._text[start:end] == quote for start, end in places)
                return ("exact" if exact else rung), places
        return "", []

    def find_cut(self, quote: str) -> tuple[int, int] | None:
        """Return the first place where the quote's characters stand without being whole words."""
        needle, normal = normalise(quote, "case").text, self.normal("case")
        at = normal.text.find(needle) if needle else -1
        return normal.place(at, at + len(needle)) if at >= 0 else None

    def words(self, start: int, end: int, quote: str) -> str:
        """Return the text's words at a place as one line. A word broken at a line's end is put together as the quote has it."""
        words = self._text[start:end]
        if not self._broken or not LINE_BREAK.search(words):
            return " ".join(words.split())
        breaks = iter(_broken_as(words, quote) or ())
        return " ".join(LINE_BREAK.sub(lambda match: next(breaks, match[0]), words).split())


def _places(text: str, normal: Normal, needle: str, *, often: bool) -> Iterator[tuple[int, int]]:
    left = MAX_PLACES
    for at in normal.occurrences(needle, often=often):
        end = at + len(needle)
        if not _splits(normal.text, at) and not _splits(normal.text, end):
            place = normal.place(at, end)
            if place and not cuts(text, place[0], -1) and not cuts(text, place[1], +1):
                yield place
                left -= 1
                if not left:
                    return


def _splits(text: str, at: int) -> bool:
    """Say quickly whether a place is inside a word of ASCII letters: most false hits of short quotes are."""
    return 0 < at < len(text) and text[at - 1].isascii() and text[at].isascii() and text[at - 1].isalnum() and text[at].isalnum()


def _broken_as(words: str, quote: str) -> list[str] | None:
    """Return what stands in a quote at each line's end that breaks one of the words: a hyphen or nothing. None if it has hyphens elsewhere.

    Between digits the hyphen is part of the number.
    """
    breaks = ["" if one["soft"] else None if words[one.start() - 1].isalpha() and words[one.end()].isalpha() else "-" for one in LINE_BREAK.finditer(words)]
    marked = normalise(LINE_BREAK.sub(_BROKEN_MARK, words), "case").text.split(_BROKEN_MARK)
    gaps = ["(-?)" if hyphen is None else f"({hyphen})" for hyphen in breaks] + [""]
    pattern = "".join(re.escape(part) + gap for part, gap in zip(marked, gaps, strict=True))
    for hyphen in ("", "-"):
        match = re.fullmatch(pattern, normalise(LINE_BREAK.sub(hyphen, quote), "case").text)
        if match:
            return list(match.groups())
    return None
