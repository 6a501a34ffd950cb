"""Where a quote may begin and end: never inside a word or a number, and never between a number and its sign or unit."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Characters that readers do not see: soft hyphens, zero-width blanks, marks of direction."""

_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0x20000, 0x3FFFF))
_JOINERS = "-‐‑–⁃/'’&"
_DECIMALS = ".,:·∙٫٬，．：⁄∕"
_SIGNS = "+-−–—－﹣➖±∓<>≤≥=~≈≪≫×^"
# Set apart from its number by a blank, these still are its sign; dashes then part sentences.
_LOOSE_SIGNS = "−±∓<>≤≥=~≈≪≫×"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_GROUPED_BEFORE = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})*[ \u00a0\u2009\u202f]\Z")
_GROUPED_AFTER = re.compile(r"[ \u00a0\u2009\u202f]\d{3}(?!\d)")
_BROKEN = re.compile(r"\w[-‐‑]\Z")
_GROUP = re.compile(r"\d{3}(?!\d)")
_GROUP_END = re.compile(r"(?<![\d.,])\d{1,3}\Z")


def cuts(text: str, at: int, side: int) -> bool:
    """Say whether an edge before `at` parts what belongs together. `side` is -1 for a quote's start, +1 for its end."""
    outside = _next(text, at, side)
    inside = text[at] if side < 0 else text[at - 1]
    if outside < 0:
        return False
    char = text[outside]
    if unicodedata.combining(char) and side > 0:
        return True
    if side < 0 and char == "\n" and _is_word(inside) and _BROKEN.search(text[max(0, outside - 2) : outside]):
        return True  # A word with a hyphen, broken at the end of a line.
    if char.isspace():
        return inside.isdigit() and _parts_number(text, at, side, outside)
    if _is_word(inside) and _is_word(char):
        return not (_unspaced(inside) or _unspaced(char))
    beyond = _next(text, outside if side < 0 else outside + 1, side)
    further = text[beyond] if beyond >= 0 else ""
    if char in _JOINERS and _is_word(inside) and _is_word(further):
        return True
    if side > 0 and ((_is_word(inside) and char in "+#" and not _is_word(further)) or (inside == "°" and char.isalpha())):
        return True
    if inside.isdigit() and (char in _DECIMALS or char in _SIGNS):
        return further.isdigit() or (side < 0 and (char in _SIGNS or char == "."))
    if unicodedata.category(char) == "Sc" and inside.isdigit():
        return True
    if side > 0 and inside.isdigit() and char in "%‰°′″":
        return True
    return char in _RAISED or (inside in _RAISED and char.isdigit())


def _next(text: str, at: int, side: int) -> int:
    """Return the place of the first visible character outwards from an edge; -1 at the end of the text."""
    place = at - 1 if side < 0 else at
    while 0 <= place < len(text) and text[place] in INVISIBLE:
        place += side
    return place if 0 <= place < len(text) else -1


def _parts_number(text: str, at: int, side: int, blank: int) -> bool:
    """Say whether the blank at a number's edge belongs to it: "1 600 cells", "p < 0.05"."""
    if side > 0:
        return bool(_GROUP_END.search(text[max(0, at - 4) : at]) and _GROUPED_AFTER.match(text, at))
    if _GROUP.match(text, at) and _GROUPED_BEFORE.search(text[max(0, at - 24) : at]):
        return True
    return blank > 0 and text[blank - 1] in _LOOSE_SIGNS


def _is_word(char: str) -> bool:
    return char != "" and (char.isalnum() or char == "_" or bool(unicodedata.combining(char)))


def _unspaced(char: str) -> bool:
    """Say whether a character belongs to a script that is written without blanks between words."""
    return any(first <= ord(char) <= last for first, last in _UNSPACED)
