"""Finding words in a text: a ladder of normal forms, and the way back from each to the untouched text.

A rung forgives more than the one before: white space, then typography, then letter case where no meaning hangs on it. Nothing here is
similar-enough: what is found is the same words. NORMALISER names these rules; a change to them is a new version.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

NORMALISER = "n1"
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
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        "…": "...",
        "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    }
)  # fmt: skip
# Symbols that a capital turns into another unit or element: never folded.
_SYMBOLS = frozenset("Mg Pa Da Gy Bq Hz Co Hg Sv Ms Mm Ml Mmol Nm Ph".split())
_SIGNS = "+-−–—±<>≤≥=~≈≪≫×^"
_JOINERS = "-‐‑/'’&"
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0x20000, 0x3FFFF))
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


@dataclass(frozen=True)
class Normal:
    """A text in one normal form: its tokens joined by single blanks, and where each began before and after."""

    text: str
    _starts: list[int]
    _originals: list[tuple[int, str]]
    _fold: Callable[[str, str], str]

    def original(self, offset: int) -> int:
        """Return where in the untouched text the normal form's character at `offset` stands."""
        at = bisect_right(self._starts, offset) - 1
        start, token = self._originals[at]
        inside = offset - self._starts[at]
        end = self._starts[at + 1] - 1 if at + 1 < len(self._starts) else len(self.text)
        if inside == 0 or end - self._starts[at] == len(token):
            return start + min(inside, len(token))
        before = self._originals[at - 1][1] if at else ""
        return start + next((i for i, done in _clusters(token, before, self._fold) if done >= inside), len(token))


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
    return Normal(" ".join(parts), starts, originals, fold)


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
        start, end = normal.original(at), normal.original(at + len(needle) - 1) + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if not _cuts(text, start, -1) and not _cuts(text, end, +1):
            yield start, end
        at = normal.text.find(needle, at + 1)


def _cuts(text: str, at: int, side: int) -> bool:
    """Say whether a cut before `at` parts what belongs together: a word, a number, or a number from its sign or unit."""
    if not 0 < at < len(text):
        return False
    inside, outside = (text[at], text[at - 1]) if side < 0 else (text[at - 1], text[at])
    if outside.isspace():
        return False
    if _is_word(inside) and _is_word(outside):
        return not (_unspaced(inside) or _unspaced(outside))
    beyond = text[at - 2 : at - 1] if side < 0 else text[at + 1 : at + 2]
    if outside in _JOINERS and _is_word(inside) and _is_word(beyond):
        return True
    if inside.isdigit() and outside in ".,:" + _SIGNS:
        return beyond.isdigit() or (side < 0 and outside in _SIGNS)
    if inside.isdigit() and side > 0 and outside in "%‰°′″":
        return True
    return outside in _RAISED or (inside in _RAISED and outside.isdigit())


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_" or (char != "" and bool(unicodedata.combining(char)))


def _unspaced(char: str) -> bool:
    """Say whether a character belongs to a script that is written without blanks between words."""
    return any(first <= ord(char) <= last for first, last in _UNSPACED)


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
    if word in _SYMBOLS:
        return word
    if len(word) >= 3 and word.isupper():
        return word.lower()
    if word[0].isupper() and (word[1:].islower() or word in ("A", "I")):
        return word[0].lower() + word[1:]
    return word


_FOLDS: dict[str, Callable[[str, str], str]] = {"space": _space, "typography": _typography, "case": _case}


def _clusters(token: str, before: str, fold: Callable[[str, str], str]) -> Iterator[tuple[int, int]]:
    """Yield (characters of the token read, characters of its normal form made), one base character with its marks at a time."""
    done, i = 0, 0
    while i < len(token):
        yield i, done
        end = i + 1
        while end < len(token) and unicodedata.combining(token[end]):
            end += 1
        done += len(_typography(token[i:end], before))
        i = end
