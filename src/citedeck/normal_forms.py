"""Normal forms of a text, and the way back from each to the untouched text.

A form forgives more than the one before: white space, then typography, then letter case where no meaning hangs on it, then words broken at the
end of a line.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from citedeck.boundaries import INVISIBLE

NORMALISER = "n1"
"""The version of these normal forms. A change that makes another form of any text gets the next one: digests of quotes hang on it."""
LADDER = ("space", "typography", "case", "layout")
SECTION_BREAK = "\ufdde"
"""Stands between the passages of different sections, so that no quote runs over it. A noncharacter: no text holds it."""

_COMMON = 2000
"""A token that stands oftener tells less about where a needle is than the needle itself."""
_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
LINE_BREAK = re.compile(r"(?<=[\w\u0300-\u036f])(?:[-‐‑]|(?P<soft>\u00ad))[^\S\n]*\n\s*(?=\w)")
# A longer run of broken words is no word.
_MAX_JOINED = 1000
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
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

    def occurrences(self, needle: str, *, often: bool) -> Iterator[int]:
        """Yield where a needle stands in the normal form, in order. If it is asked `often`, the rarest token within the needle is looked up."""
        inner = needle.split(" ")[1:-1] if often else []
        number = min(range(len(inner)), key=lambda number: len(self._tokens.get(inner[number], ())), default=0)
        if not inner or len(self._tokens.get(inner[number], ())) > _COMMON:
            yield from (match.start() for match in re.finditer(f"(?={re.escape(needle)})", self.text))
            return
        before = len(" ".join(needle.split(" ")[: number + 1]))
        for token in self._tokens.get(inner[number], ()):
            at = self._starts[token] - before - 1
            if at >= 0 and self.text.startswith(needle, at):
                yield at

    @cached_property
    def _tokens(self) -> dict[str, list[int]]:
        """Return the numbers of the tokens in normal form, by the token."""
        found: dict[str, list[int]] = {}
        for number, token in enumerate(self.text.split(" ")):
            found.setdefault(token, []).append(number)
        return found

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
    token = LINE_BREAK.sub(lambda match: "" if match["soft"] else "-", token)
    return _case(_HYPHEN.sub("", _typography(token)), number, tokens)


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
    ends = {match.start(): match.end() for match in LINE_BREAK.finditer(text)}
    places: list[tuple[int, int]] = []
    joins = -1
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if start == joins and end - places[-1][0] <= _MAX_JOINED:
            start = places.pop()[0]
        places.append((start, end))
        joins = ends.get(end - 1, -1)
    return [(start, text[start:end]) for start, end in places]


@lru_cache(maxsize=4096)
def _edges(token: str, joined: bool) -> tuple[list[int], list[int]]:
    """Return (characters of the token read, characters of its normal form made) at each edge between characters as readers see them.

    Letters that Unicode composes (é, Hangul syllables) count as one, and a ligature has no edge inside. Folding case keeps lengths. `joined`:
    hyphens within the word, and its break at a line's end, are set aside.
    """
    there, here = [0], [0]
    made, i = 0, 0
    breaks = {match.start(): match for match in LINE_BREAK.finditer(token)} if joined else {}
    while i < len(token):
        if i in breaks:
            end = breaks[i].end()
            kept = not breaks[i]["soft"] and not (token[i - 1].isalpha() and token[end].isalpha())
            made += kept
        elif joined and _is_inner_hyphen(token, i):
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


def _is_inner_hyphen(token: str, at: int) -> bool:
    """Say whether a character is a hyphen between letters in the typographic form."""
    if _typography(token[at]) != "-":
        return False
    before, behind = _typography(token[max(0, at - 8) : at]), _typography(token[at + 1 : at + 9])
    return bool(_HYPHEN.match(f"{before[-1:]}-{behind[:1]}", 1))


def _composes(cluster: str, char: str) -> bool:
    if char.isascii():
        return False
    return bool(unicodedata.combining(char)) or unicodedata.normalize("NFC", cluster + char) != unicodedata.normalize("NFC", cluster) + unicodedata.normalize(
        "NFC", char
    )
