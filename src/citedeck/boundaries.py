"""Where a quote may begin and end: never inside a word or a number, never between a number and its sign or unit, never behind a "not" that
is written without a blank."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Characters that readers do not see: soft hyphens, zero-width blanks, marks of direction."""

_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0x20000, 0x3FFFF))
_JOINERS = "-‐‑–⁃־/'’&·⋅‧"
_HYPHENS = "-‐‑־"
_DECIMALS = ".,:·∙٫٬，．：⁄∕'’"
_SIGNS = "+-−–—－﹣➖^*"
# Set apart from their number by a blank, these part sentences or words instead of being its sign.
_NEVER_LOOSE = "+|~^¬"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
_RAISED = _SUPERSCRIPTS + "⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉₊₋" + _FRACTIONS
_MARKS_OF_UNITS = "%‰‱％٪°℃℉′″º"
_BLANK = "[ \u00a0\u2007\u2009\u200a\u202f]"
_UNITS = (
    "[kmµμndp]?(?:g|l|L|m|mol|s|Hz|V|W|J|Pa|Gy|Sv|Bq|M|eV|N|cal)|mc?g|mcl|d[lL]|c[mlL]|[MG]Hz|[MG]W|kcal|hPa|mmHg|bar|mbar|h|min|IU|U|mU|ppm|ppb|"
    "per ?cent|percent|Prozent|million|billion|thousand|K|°C|°F|[cmk]m[²³]|h[lL]|kDa|bpm|rpm|wt"
)
_UNIT_BEHIND = re.compile(rf"(?:\s(?:{_UNITS})(?![\w'’])|\s?[{_MARKS_OF_UNITS}])")
_UNIT_AT = re.compile(rf"(?:{_UNITS})(?![\w'’-])|[{_MARKS_OF_UNITS}]")
_GROUPED_BEFORE = re.compile(rf"(?<![\w.,])\d{{1,3}}(?:{_BLANK}\d{{3}})*{_BLANK}\Z")
_GROUPED_AFTER = re.compile(rf"{_BLANK}\d{{3}}(?!\d)")
_RANGE_BEHIND = re.compile(r"\s(?:to|bis|à|до|[–—-])\s?\d")
_RANGE_BEFORE = re.compile(r"\d\s?(?:to|bis|à|до|[–—-])\s\Z")
_BROKEN = re.compile(r"\w[-‐‑\u00ad]\Z")
_GROUP = re.compile(r"\d{3}(?!\d)")
_GROUP_END = re.compile(r"(?<![\w.,])\d{1,3}\Z")
_REFERENCE_BEHIND = re.compile(r"[\[(]\d[\d,;\s–-]*[\])]")
_REFERENCE_BEFORE = re.compile(r"[\[(]\d[\d,;\s–-]*[\])]\Z")
_WORD_BEFORE = re.compile(r"[^\W\d_]+\Z")
_WORD_AT = re.compile(r"[^\W\d_]{4}")
_NUMERALS = "〇零一二三四五六七八九十百千万萬億亿兆两兩半"
# A "not" that scripts without blanks write directly before or behind its word.
_NOT_BEFORE = re.compile(
    "(?:[不无無非未没沒勿莫别別否](?:太|很|是|会|會|能|可|可以|再|够|夠|具|甚|怎么|法|应|應|该|宜|一定|必|必须|需|需要|得|有|曾|想|要|易|再|至|见|見|被|予)?|难以|難以|禁止|严禁|避免|ไม่|ไร้|มิ|ບໍ່|មិន|မ)\\Z"
)
_NOT_BEHIND = re.compile("[ぁ-ん]{0,4}?(?:ない|なか|なく|なけ|なさ|ません|ませ|ず[、。にと]|ぬ|まい)")


def cuts(text: str, at: int, side: int) -> bool:
    """Say whether an edge before `at` parts what belongs together. `side` is -1 for a quote's start, +1 for its end."""
    outside = _next(text, at, side)
    if outside < 0:
        return False
    inside = text[at] if side < 0 else text[at - 1]
    char = text[outside]
    beyond = _next(text, outside if side < 0 else outside + 1, side)
    further = text[beyond] if beyond >= 0 else ""
    if char.isspace():
        return _cuts_at_blank(text, at, side, outside, inside)
    if side > 0 and unicodedata.category(char)[0] == "M":
        return True
    if is_word(inside) and is_word(char) and char not in _RAISED:
        return _cuts_run(text, at, side, inside, char)
    return _cuts_joined(text, at, side, inside, char, further) or _cuts_signed(text, at, side, inside, char, further)


def _cuts_at_blank(text: str, at: int, side: int, blank: int, inside: str) -> bool:
    """Say whether the blank at an edge stands within a number ("1 600 cells"), or between it and its sign or unit ("p < 0.05", "5 %")."""
    if side > 0:
        if not (inside.isdigit() or inside in _FRACTIONS):
            return False
        behind = _next(text, blank + 1, side)
        grouped = _GROUP_END.search(text[max(0, at - 5) : at]) and _GROUPED_AFTER.match(text, at)
        fraction = text[blank + 1 : blank + 2] in tuple(_FRACTIONS) and text[blank] != "\n"
        signed = behind >= 0 and (_is_loose_sign(text[behind]) or unicodedata.category(text[behind]) == "Sc") and text[behind] not in "<>=$£"
        return bool(grouped or fraction or signed or _UNIT_BEHIND.match(text, at) or _RANGE_BEHIND.match(text, at))
    before = text[blank - 1] if blank else ""
    if text[blank] == "\n" and is_word(inside) and _BROKEN.search(text[max(0, blank - 2) : blank]):
        return True  # A word with a hyphen, broken at the end of a line.
    if inside.isdigit():
        grouped = _GROUP.match(text, at) and _GROUPED_BEFORE.search(text[max(0, at - 24) : at])
        return bool(grouped or _RANGE_BEFORE.search(text[max(0, at - 8) : at])) or (before != "" and _is_loose_sign(before))
    if before.isdigit() or (before and before in _FRACTIONS):
        return inside in _FRACTIONS or bool(_UNIT_AT.match(text, at))
    return False


def _cuts_run(text: str, at: int, side: int, inside: str, char: str) -> bool:
    """Say whether an edge within a run of letters, marks and digits parts a word; scripts without blanks have edges everywhere."""
    if not (is_unspaced(inside) or is_unspaced(char)):
        return True
    if inside.isdigit() or char.isdigit():
        return (side > 0) == inside.isdigit()  # A number and its counter: 2時間. What stands before a number is another word.
    if inside in _NUMERALS and char in _NUMERALS:
        return True
    if side < 0:
        return bool(_NOT_BEFORE.search(text[max(0, at - 6) : at]))
    return bool(_NOT_BEHIND.match(text, at))


def _cuts_joined(text: str, at: int, side: int, inside: str, char: str, further: str) -> bool:
    """Say whether what stands outside joins the words on its two sides: a hyphen, an apostrophe, a bracket inside a word."""
    if is_word(inside) and not is_unspaced(inside):
        if char in _JOINERS and further and is_word(further):
            return True
        if char in _HYPHENS and further in tuple(")]'’′" if side < 0 else "(["):
            return True  # (−)-ketamine, 5'-nucleotidase
        if side > 0 and char in "([" and further and is_word(further):
            return not _REFERENCE_BEHIND.match(text, at)
        if side < 0 and char in ")]" and further and is_word(further):
            return not _REFERENCE_BEFORE.search(text[max(0, at - 24) : at])
        return side > 0 and char in "+#" and not (further and is_word(further))
    return side > 0 and inside == "°" and char.isalpha()


def _cuts_signed(text: str, at: int, side: int, inside: str, char: str, further: str) -> bool:
    """Say whether what stands outside is a number's sign, decimals, unit or power."""
    if char in _RAISED:
        return not _is_footnote_mark(text, at, side, inside, char, further)
    if inside in _RAISED and char.isdigit():
        return True
    if side < 0 and inside in _MARKS_OF_UNITS and char.isdigit():
        return True
    if not inside.isdigit():
        return False
    category = unicodedata.category(char)
    if char in _DECIMALS or char in _SIGNS or category == "Sm":
        return further.isdigit() or (side < 0 and (char in _SIGNS or char == "." or category == "Sm"))
    return category == "Sc" or (side > 0 and char in _MARKS_OF_UNITS)


def _is_footnote_mark(text: str, at: int, side: int, inside: str, char: str, further: str) -> bool:
    """Say whether a raised digit at an edge points to a note: behind a sentence, behind or before a word too long to be a unit."""
    if char not in _SUPERSCRIPTS:
        return False
    if side > 0:
        word = _WORD_BEFORE.search(text[max(0, at - 40) : at])
        return inside in ".,;:!?\"'”’»" or bool(word and len(word[0]) >= 4)
    return (not further or further.isspace()) and bool(_WORD_AT.match(text, at))


def _is_loose_sign(char: str) -> bool:
    return char not in _NEVER_LOOSE and unicodedata.category(char) == "Sm"


def _next(text: str, at: int, side: int) -> int:
    """Return the place of the first visible character outwards from an edge; -1 at the end of the text."""
    place = at - 1 if side < 0 else at
    while 0 <= place < len(text) and text[place] in INVISIBLE:
        place += side
    return place if 0 <= place < len(text) else -1


@lru_cache(maxsize=4096)
def is_word(char: str) -> bool:
    """Say whether a character makes words and numbers: letters, their marks, digits, and the joiners within words of Indic scripts and Persian."""
    return unicodedata.category(char)[0] in "LMN" or char in "_\u200c\u200d"


@lru_cache(maxsize=4096)
def is_unspaced(char: str) -> bool:
    """Say whether a character belongs to a script that is written without blanks between words."""
    return any(first <= ord(char) <= last for first, last in _UNSPACED)
