"""Finding words in a text: a ladder of normal forms, and the way back from each to the untouched text.

A rung forgives more than the one before: white space, then typography, then letter case where no meaning hangs on it. Nothing here is
similar-enough: what is found is the same words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from citedeck.boundaries import INVISIBLE, cuts

LADDER = ("space", "typography", "case")
SECTION_BREAK = "\ufdde"
"""Stands between the passages of different sections, so that no quote runs over it. A noncharacter: no text holds it."""

_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys(INVISIBLE, ""),
        "µ": "μ",
        "…": "...",
        "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    }
)  # fmt: skip
# Symbols that a capital turns into another unit or element (Mg is not mg, Mbar not mbar) are never folded.
_UNITS = "g m l mol s hz pa bar cal ohm eq osm w v a j n gy sv bq b ci u".split()
_WORDS = frozenset("ma ga ta na mm pm cv tv dv nu mu cu du gu pu ku tu gs".split())
_SYMBOLS = frozenset({prefix + unit for prefix in "kmgtnpcdμ" for unit in _UNITS} - _WORDS | {"pa", "da", "gy", "bq", "hz", "sv", "ci", "cal", "ph", "co"})


@dataclass(frozen=True)
class Normal:
    """A text in one normal form: its tokens joined by single blanks, and where each began before and after."""

    text: str
    _starts: list[int]
    _originals: list[tuple[int, str]]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where in the untouched text the normal form's characters from `start` to `end` stand; None if that cuts a character."""
        first, last = self._edge(start, begins=True), self._edge(end - 1, begins=False)
        return None if first is None or last is None else (first, last)

    def _edge(self, offset: int, *, begins: bool) -> int | None:
        """Return the place before the character at `offset`, or behind it."""
        at = bisect_right(self._starts, offset) - 1
        start, token = self._originals[at]
        inside = offset - self._starts[at] + (not begins)
        length = (self._starts[at + 1] - 1 if at + 1 < len(self._starts) else len(self.text)) - self._starts[at]
        if self.text.startswith(token, self._starts[at]) and length == len(token):
            return start + inside
        edges = [there for there, here in _edges(token) if here == inside]
        return None if not edges else start + (edges[-1] if begins else edges[0])


def normalise(text: str, rung: str) -> Normal:
    """Bring a text to a rung's normal form."""
    fold = _FOLDS[rung]
    parts: list[str] = []
    starts: list[int] = []
    originals: list[tuple[int, str]] = []
    at, before = 0, ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        part = fold(token, before)
        before = token
        if part:
            parts.append(part)
            starts.append(at)
            originals.append((match.start(), token))
            at += len(part) + 1
    return Normal(" ".join(parts), starts, originals)


class Index:
    """A text made ready for many look-ups; each normal form is made when first needed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._normals: dict[str, Normal] = {}

    def find(self, quote: str) -> tuple[str, list[tuple[int, int]]]:
        """Return the lowest rung on which the quote stands in the text as whole words, and all its places there (start, end).

        The rung is "exact" if white space agrees as well; it is empty, and so is the list, if the quote is not found.
        """
        for rung in LADDER:
            needle = normalise(quote, rung).text
            normal = self._normals.get(rung) or self._normals.setdefault(rung, normalise(self._text, rung))
            places = list(_places(self._text, normal, needle)) if needle else []
            if places:
                exact = rung == "space" and all(self._text[start:end] == quote for start, end in places)
                return ("exact" if exact else rung), places
        return "", []


def _places(text: str, normal: Normal, needle: str) -> Iterator[tuple[int, int]]:
    at = normal.text.find(needle)
    while at >= 0:
        place = normal.place(at, at + len(needle))
        if place and not cuts(text, place[0], -1) and not cuts(text, place[1], +1):
            yield place
        at = normal.text.find(needle, at + 1)


def _space(token: str, before: str) -> str:
    return token


def _typography(token: str, before: str) -> str:
    return token if token.isascii() else unicodedata.normalize("NFC", token.translate(_TYPOGRAPHY))


def _case(token: str, before: str) -> str:
    token = _typography(token, before)
    if any(char.isdigit() for char in token) or before[-1:].isdigit():
        return token
    return _LETTERS.sub(_fold_word, token)


def _fold_word(match: re.Match[str]) -> str:
    word = match[0]
    lower = word.lower()
    if lower in _SYMBOLS or len(lower) != len(word):
        return word
    if len(word) >= 3 and word.isupper():
        return lower
    if word[0].isupper() and (word[1:].islower() or word in ("A", "I")):
        return lower[0] + word[1:]
    return word


_FOLDS: dict[str, Callable[[str, str], str]] = {"space": _space, "typography": _typography, "case": _case}


def _edges(token: str) -> Iterator[tuple[int, int]]:
    """Yield (characters of the token read, characters of its normal form made) at each edge between characters as readers see them.

    Letters that Unicode composes (é, Hangul syllables) count as one, and a ligature has no edge inside. The case rung keeps lengths.
    """
    done, i = 0, 0
    while i < len(token):
        yield i, done
        end = i + 1
        while end < len(token) and _composes(token[i:end], token[end]):
            end += 1
        done += len(_typography(token[i:end], ""))
        i = end
    yield i, done


def _composes(cluster: str, char: str) -> bool:
    if char.isascii():
        return False
    return bool(unicodedata.combining(char)) or unicodedata.normalize("NFC", cluster + char) != unicodedata.normalize("NFC", cluster) + unicodedata.normalize(
        "NFC", char
    )
