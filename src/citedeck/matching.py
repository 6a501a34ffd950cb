"""Finding words in a text: a ladder of normal forms, and the way back from each to the untouched text.

A rung forgives more than the one before: white space, then typography, then letter case where no meaning hangs on it, then words broken at the
end of a line. Nothing here is similar-enough: what is found is the same words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from citedeck.boundaries import INVISIBLE, cuts

NORMALISER = "n1"
"""The version of these normal forms. A change that makes another form of any text gets the next one: digests of quotes hang on it."""
LADDER = ("space", "typography", "case", "layout")
SECTION_BREAK = "\ufdde"
"""Stands between the passages of different sections, so that no quote runs over it. A noncharacter: no text holds it."""
MAX_PLACES = 200
"""Places of one quote that are looked at; more of them tell nothing new."""

_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
_BREAK = re.compile(r"(?<=\w)(?:[-‐‑]|(?P<soft>\u00ad))[^\S\n]*\n\s*(?=\w)")
# A longer run of broken words is no word.
_MAX_JOINED = 1000
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐‑‒–—―−](?=[^\W\d_])")
_BROKEN_MARK = "\ufdd1"
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
    _rung: str
    _starts: list[int]
    _originals: list[tuple[int, str]]
    """Where each token stands in the untouched text; its characters, empty if they are the normal form's."""

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where in the untouched text the normal form's characters from `start` to `end` stand; None if that cuts a character."""
        first, last = self._edge(start, begins=True), self._edge(end - 1, begins=False)
        return None if first is None or last is None else (first, last)

    def _edge(self, offset: int, *, begins: bool) -> int | None:
        """Return the place before the character at `offset`, or behind it."""
        at = bisect_right(self._starts, offset) - 1
        start, token = self._originals[at]
        inside = offset - self._starts[at] + (not begins)
        if not token:
            return start + inside
        there, here = _edges(token, self._rung == "layout")
        found = bisect_right(here, inside) - 1 if begins else bisect_left(here, inside)
        return start + there[found] if 0 <= found < len(here) and here[found] == inside else None


def normalise(text: str, rung: str) -> Normal:
    """Bring a text to a rung's normal form."""
    fold = _FOLDS[rung]
    tokens = _joined_tokens(text) if rung == "layout" else [(match.start(), match[0]) for match in _TOKEN.finditer(text)]
    parts: list[str] = []
    starts: list[int] = []
    originals: list[tuple[int, str]] = []
    at = 0
    for number, (start, token) in enumerate(tokens):
        part = fold(token, number, tokens)
        if part:
            parts.append(part)
            starts.append(at)
            originals.append((start, "" if part == token else token))
            at += len(part) + 1
    return Normal(" ".join(parts), rung, starts, originals)


class Index:
    """A text made ready for many look-ups; each normal form is made when first needed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._normals: dict[str, Normal] = {}
        self._broken = bool(_BREAK.search(text))

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
        for rung in LADDER if self._broken or _BREAK.search(quote) else LADDER[:-1]:
            needle = normalise(quote, rung).text
            places = list(_places(self._text, self.normal(rung), needle)) if needle else []
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
        if not self._broken or not _BREAK.search(words):
            return " ".join(words.split())
        breaks = iter(_broken_as(words, quote) or ())
        return " ".join(_BREAK.sub(lambda match: next(breaks, match[0]), words).split())


def _places(text: str, normal: Normal, needle: str) -> Iterator[tuple[int, int]]:
    left = MAX_PLACES
    at = normal.text.find(needle)
    while at >= 0 and left:
        end = at + len(needle)
        if not _splits(normal.text, at) and not _splits(normal.text, end):
            place = normal.place(at, end)
            if place and not cuts(text, place[0], -1) and not cuts(text, place[1], +1):
                left -= 1
                yield place
        at = normal.text.find(needle, at + 1)


def _splits(text: str, at: int) -> bool:
    """Say quickly whether a place is inside a word of ASCII letters: most false hits of short quotes are."""
    return 0 < at < len(text) and text[at - 1].isascii() and text[at].isascii() and text[at - 1].isalnum() and text[at].isalnum()


_Tokens = Sequence[tuple[int, str]]


def _space(token: str, number: int, tokens: _Tokens) -> str:
    return token


def _typography(token: str, number: int = 0, tokens: _Tokens = ()) -> str:
    return token if token.isascii() else unicodedata.normalize("NFC", token.translate(_TYPOGRAPHY))


def _case(token: str, number: int, tokens: _Tokens) -> str:
    plain, folded, short = _folded(token)
    if plain == folded and not short:
        return plain
    if number:
        start, before = tokens[number - 1]
        if before[-1].isdigit() and tokens[number][0] - start - len(before) == 1:
            return plain  # Behind a number stands its unit, unless a new block begins.
    return folded.lower() if short and _among_capitals(number, tokens) else folded


@lru_cache(maxsize=2**16)
def _folded(token: str) -> tuple[str, str, bool]:
    """Return a token in typographic form, the same with its case folded, and whether it is a word of two capitals: that depends on its neighbours."""
    plain = _typography(token)
    if plain.islower() or any(char.isdigit() for char in plain):
        return plain, plain, False
    letters = _LETTERS.search(plain)
    short = letters is not None and len(letters[0]) == 2 and letters[0].isupper() and letters[0].lower() not in _SYMBOLS
    return plain, _LETTERS.sub(_fold_word, plain), short


def _layout(token: str, number: int, tokens: _Tokens) -> str:
    token = _BREAK.sub(lambda match: "" if match["soft"] else "-", token)
    return _case(_HYPHEN.sub("", token), number, tokens)


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


def _among_capitals(number: int, tokens: _Tokens) -> bool:
    """Say whether the words on both sides of a token, if its sentence has some there, are written in capitals, too."""
    sides = []
    if number and tokens[number - 1][1][-1] not in ".!?:":
        sides.append(tokens[number - 1][1])
    if number + 1 < len(tokens) and tokens[number][1][-1] not in ".!?:":
        sides.append(tokens[number + 1][1])
    return bool(sides) and all(word.isupper() for word in sides)


_FOLDS: dict[str, Callable[[str, int, _Tokens], str]] = {"space": _space, "typography": _typography, "case": _case, "layout": _layout}


def _joined_tokens(text: str) -> list[tuple[int, str]]:
    """Return the tokens of a text; two that are one word broken at a line's end are one, with the break in it."""
    ends = {match.start(): match.end() for match in _BREAK.finditer(text)}
    places: list[tuple[int, int]] = []
    joins = -1
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if start == joins and end - places[-1][0] <= _MAX_JOINED:
            start = places.pop()[0]
        places.append((start, end))
        joins = ends.get(end - 1, -1)
    return [(start, text[start:end]) for start, end in places]


def _broken_as(words: str, quote: str) -> list[str] | None:
    """Return what stands in a quote at each line's end that breaks one of the words: a hyphen or nothing. None if it has hyphens elsewhere.

    Between digits the hyphen is part of the number.
    """
    breaks = ["" if match["soft"] else None if words[match.start() - 1].isalpha() and words[match.end()].isalpha() else "-" for match in _BREAK.finditer(words)]
    marked = normalise(_BREAK.sub(_BROKEN_MARK, words), "case").text.split(_BROKEN_MARK)
    gaps = ["(-?)" if hyphen is None else f"({hyphen})" for hyphen in breaks] + [""]
    pattern = "".join(re.escape(part) + gap for part, gap in zip(marked, gaps, strict=True))
    for hyphen in ("", "-"):
        match = re.fullmatch(pattern, normalise(_BREAK.sub(hyphen, quote), "case").text)
        if match:
            return list(match.groups())
    return None


@lru_cache(maxsize=4096)
def _edges(token: str, joined: bool) -> tuple[list[int], list[int]]:
    """Return (characters of the token read, characters of its normal form made) at each edge between characters as readers see them.

    Letters that Unicode composes (é, Hangul syllables) count as one, and a ligature has no edge inside. Folding case keeps lengths. `joined`:
    hyphens within the word, and its break at a line's end, are set aside.
    """
    there, here = [0], [0]
    made, i = 0, 0
    breaks = {match.start(): match for match in _BREAK.finditer(token)} if joined else {}
    while i < len(token):
        if i in breaks:
            end = breaks[i].end()
            kept = not breaks[i]["soft"] and not (token[i - 1].isalpha() and token[end].isalpha())
            made += kept
        elif joined and _HYPHEN.match(token, i):
            end = i + 1
        else:
            end = i + 1
            while end < len(token) and _composes(token[i:end], token[end]):
                end += 1
            made += len(_typography(token[i:end]))
        i = end
        there.append(i)
        here.append(made)
    return there, here


def _composes(cluster: str, char: str) -> bool:
    if char.isascii():
        return False
    return bool(unicodedata.combining(char)) or unicodedata.normalize("NFC", cluster + char) != unicodedata.normalize("NFC", cluster) + unicodedata.normalize(
        "NFC", char
    )
