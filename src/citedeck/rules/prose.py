"""Words, numbers and stems of a text that an author typed, Markdown set aside."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

import snowballstemmer

from citedeck.entry import Text

_WORD = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*%?")
_MARKDOWN = (
    (re.compile(r"!\[[^\]]*\]\((?:<[^>]*>|[^)]*)\)"), " "),  # pictures and sounds
    (re.compile(r"\[([^\]]*)\]\(https://[^)]*\)"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(?<![\w*])\*{1,3}(?=\S)(.+?)(?<=\S)\*{1,3}(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_{1,2}(?=\S)(.+?)(?<=\S)_{1,2}(?!\w)"), r"\1"),
    (re.compile(r"~~(.+?)~~|`+(.+?)`+"), r"\1\2"),
    (re.compile(r"\\([^\w\s])"), r"\1"),
)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_KEPT = re.compile("\ue000(\\d+)\ue001")
"""Code that is set aside, in characters for private use."""
_MARKED = re.compile(r"[*_~`\\\[<]")
_TYPOGRAPHY = str.maketrans({**dict.fromkeys("‘’ʼ", "'"), **dict.fromkeys("–—−‐‑", "-"), "\u00a0": " ", "\u202f": " "})

FUNCTION_WORDS = frozenset(
    """a about above according after again against all also although always am among an and another any are around as at away back be became because become
    been before behind being below beside besides between both but by called can cannot could did do does doing done down during each either else ever
    every few for from further get gets give given gives go goes had has have having he her here hers him his how however i if in instead into is it its
    itself just least less like made make makes many may me might mine more most much must my near need neither never next no nor not now of off often on
    once one only onto or other others ought our ours out over own per quite rather s said same say says several shall she should since so some still such
    t than that the their theirs them then there these they this those though through thus to together too toward towards under until up upon us use used
    uses using usually very via was we well were what when where whether which while who whom whose why will with within without would yes yet you your
    yours""".split()
)
"""English words that carry grammar rather than content."""

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBER_WORDS = {
    **{word: str(value) for value, word in enumerate(_UNITS)},
    **{word: str(10 * value) for value, word in enumerate(_TENS, 2)},
    **{f"{tens}-{unit}": str(10 * value + ones) for value, tens in enumerate(_TENS, 2) for ones, unit in enumerate(_UNITS[1:10], 1)},
    "once": "1", "twice": "2", "thrice": "3", "double": "2", "half": "0.5", "dozen": "12", "hundred": "100", "thousand": "1000", "million": "1000000",
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<digits>\d{1,3}(?: \d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)*)"
    r"(?P<behind>\s?(?:%|‰|°\s?[CF]|[^\W\d_]+(?:/[^\W\d_]+)*))?|(?P<word>[A-Za-z]+(?:-[A-Za-z]+)?)"
)
_MEASURE = re.compile(r"(?P<sign>[-+]?)(?P<digits>\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)(?P<unit>\s?\D{0,20})")
_POINTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[, ]\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: its value as plain digits ("1600", "0.5"), what stands behind it ("mg/kg", "%", "cells"), and as it was typed."""

    value: str
    unit: str
    typed: str


class Prose:
    """A text as its readers see it."""

    def __init__(self, text: Text, language: str = "en") -> None:
        self.text = text
        self._language = language

    @cached_property
    def plain(self) -> str:
        """Return the text without Markdown, on one line."""
        return plain(self.text.value)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words, in lower case. A number is a word, with its per cent sign; "well-known" and "it's" are one."""
        return words(self.plain)

    @cached_property
    def content(self) -> tuple[str, ...]:
        """Return the words that carry content: neither grammar nor single letters. In other languages than English, words of four letters or more."""
        return content(self.words, self._language)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the stems of the words that carry content."""
        return stems(self.content, self._language)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Return the numbers, those in English words too."""
        return tuple(numbers(self.plain))


def plain(typed: str) -> str:
    """Return a text without its Markdown, on one line, with straight apostrophes and hyphens."""
    if _MARKED.search(typed):
        typed = typed.replace("\ue000", "")
        code = [match[2] for match in _CODE.finditer(typed)]
        numbered = iter(range(len(code)))
        # What stands in code is neither Markdown nor HTML.
        typed = _CODE.sub(lambda _: f"\ue000{next(numbered)}\ue001", typed) if code else typed
        for pattern, instead in _MARKDOWN:
            typed = pattern.sub(instead, typed)
        typed = html.unescape(typed)
        typed = _KEPT.sub(lambda match: code[int(match[1])], typed) if code else typed
    elif "&" in typed:
        typed = html.unescape(typed)
    return " ".join(typed.translate(_TYPOGRAPHY).split())


def words(text: str) -> tuple[str, ...]:
    """Return the words of a plain text, in lower case."""
    return tuple(match[0].lower() for match in _WORD.finditer(text))


def content(found: tuple[str, ...], language: str = "en") -> tuple[str, ...]:
    """Return the words that carry content."""
    if is_english(language):
        return tuple(word for word in found if word.removesuffix("'s") not in FUNCTION_WORDS and (len(word) > 1 or word.isdigit()))
    return tuple(word for word in found if len(word) > 3 or word[:1].isdigit())


def stems(found: tuple[str, ...], language: str = "en") -> frozenset[str]:
    """Return the stems of words; those joined by hyphens or slashes are several."""
    return frozenset(stem(part, language) for word in found for part in re.split(r"[-/]", word.removesuffix("'s")) if part)


@lru_cache(maxsize=2**16)
def stem(word: str, language: str = "en") -> str:
    """Return a word without its endings, as Snowball's stemmer for the language has it; the word itself if there is none."""
    stemmer = _stemmer(language.partition("-")[0].lower())
    return stemmer.stemWord(word) if stemmer else word


def is_english(language: str) -> bool:
    """Say whether a language tag is one of English."""
    return language.partition("-")[0].lower() == "en"


def numbers(text: str) -> Iterator[Number]:
    """Yield the numbers of a plain text: "1,600 cells", "0.5 mg/kg", "twenty-five percent"."""
    for match in _NUMBER.finditer(text):
        if match["digits"]:
            yield Number(value_of(match["digits"]), (match["behind"] or "").strip(), match["digits"])
        elif value := _NUMBER_WORDS.get(match["word"].lower()):
            yield Number(value, "", match["word"])


def value_of(digits: str) -> str:
    """Return a typed number as plain digits: "1,600" is 1600, "1,6" is 1.6, "0.50" is 0.5."""
    joined = re.sub("[, ]", "", digits) if _GROUPED.fullmatch(digits) else digits.replace(" ", "").replace(",", ".")
    return joined if joined.count(".") > 1 else format(Decimal(joined).normalize(), "f")


def readings(number: Number) -> tuple[str, ...]:
    """Return the values that a number may have: a point may group thousands, as in "1.600"."""
    return (number.value, number.typed.replace(".", "")) if _POINTED.fullmatch(number.typed) else (number.value,)


def measure(text: str) -> tuple[Decimal, str] | None:
    """Return the number and the unit of a plain text that is just that, "12 minutes"; None if it is not. A plural is no other unit."""
    match = _MEASURE.fullmatch(text)
    if not match:
        return None
    return Decimal(match["sign"] + value_of(match["digits"])), match["unit"].strip(" .").lower().removesuffix("s")


_LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian",
    "it": "italian", "nl": "dutch", "no": "norwegian", "nb": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip


@lru_cache(maxsize=8)
def _stemmer(language: str) -> snowballstemmer.stemmer | None:
    name = _LANGUAGES.get(language)
    return snowballstemmer.stemmer(name) if name else None
