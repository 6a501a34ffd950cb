"""Passages of sources by the words and numbers that they hold: which of them share the rarest with a text."""

from __future__ import annotations

import heapq
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from citedeck.boundaries import is_unspaced
from citedeck.rules.prose import FUNCTION_WORDS, is_english, numbers, plain, readings, stem
from citedeck.texts import Passage, SourceText

NUMBER = "#"
"""What the terms of numbers begin with; no word does."""
# The marks are those that scripts from Devanagari to Thai write within words.
_WORD = re.compile(r"[^\W_](?:[-'./]?[^\W_]|[\u0300-\u036f\u0900-\u0963\u0981-\u0dff\u0e31-\u0e4e\u200c\u200d])*")
_PARTS = re.compile("[-/]")
_UNIT = re.compile(r"[%‰]|°\s?[cf]|\D{1,3}|[^\W\d_]+(?:/[^\W\d_]+)+")
_MAX_WORK = 2000
"""Entries of the index that are read for one text, those of its rarest terms first."""
_SHORT, _SHORT_WORD = 0.5, 3
"""What a short word counts where no list tells the words of grammar."""


@dataclass(frozen=True, slots=True)
class Place:
    """A passage, its terms, and those of the headings above it."""

    text: SourceText
    passage: Passage
    terms: frozenset[str]
    headings: frozenset[str]
    plain: str
    """Its words in lower case, on one line."""


class PassageIndex:
    """Passages in one language, made ready for many texts."""

    def __init__(self, passages: Iterable[tuple[SourceText, Passage]], language: str) -> None:
        self.language = language
        self.places: list[Place] = []
        self._holders: dict[str, list[int]] = {}
        for text, passage in passages:
            words = text.text[passage.start : passage.end]
            found = terms(words, language)
            for term in found:
                self._holders.setdefault(term, []).append(len(self.places))
            self.places.append(Place(text, passage, found, _heading_terms(passage.section, language), plain(words).lower()))

    def weight(self, term: str) -> float:
        """Return what a term tells: the more, the fewer passages hold it; a number twice as much."""
        told = math.log(1 + len(self.places) / len(self._holders.get(term, (0,))))
        if term.startswith(NUMBER):
            return 2 * told
        return told * _SHORT if len(term) <= _SHORT_WORD and term.isalpha() and not is_english(self.language) else told

    def nearest(self, wanted: Mapping[str, float], count: int, sources: Collection[str] = ()) -> list[Place]:
        """Return the passages that share most with a text, given the weights of its terms. `sources` are those to look in, unless it is all.

        The terms that most passages hold are passed over if rarer ones have led to enough of them.
        """
        votes: dict[int, float] = {}
        left = _MAX_WORK
        for term in sorted(wanted, key=lambda term: (len(self._holders.get(term, ())), term)):
            holders = self._holders.get(term, [])
            left -= len(holders)
            if left < 0 and votes:
                break
            weight = wanted[term]
            for number in holders:
                votes[number] = votes.get(number, 0) + weight
        found = [number for number in votes if not sources or self.places[number].text.id in sources]
        return [self.places[number] for number in heapq.nlargest(count, found, key=votes.__getitem__)]


@lru_cache(maxsize=2**14)
def terms(text: str, language: str) -> frozenset[str]:
    """Return what a text is told apart by: stems of its words, its numbers with and without their units, pairs of characters where no blanks part words."""
    typed = plain(text if text.isascii() else unicodedata.normalize("NFC", text))
    found = {term for word in _WORD.findall(typed) for term in _of_word(word, language)}
    for number in numbers(typed):
        if number.typed[0].isdigit() or is_english(language):
            for value in readings(number):
                found.add(NUMBER + value)
                if unit := unit_of(number.unit):
                    found.add(f"{NUMBER}{value} {unit}")
    return frozenset(found)


def unit_of(behind: str) -> str:
    """Return the unit behind a number as it is compared; empty if that is a word which no unit needs to be."""
    unit = behind.replace(" ", "").lower()
    return unit if _UNIT.fullmatch(unit) else ""


def language_of(text: str) -> str:
    """Return "en" if a text reads as English, by the share of words that only carry grammar; empty otherwise."""
    words = [word.lower() for word in _WORD.findall(text[:20_000])]
    return "en" if sum(word in FUNCTION_WORDS for word in words) >= 0.25 * len(words) > 0 else ""


@lru_cache(maxsize=2**16)
def _of_word(word: str, language: str) -> tuple[str, ...]:
    return tuple(_split(word.lower(), language))


def _split(word: str, language: str) -> Iterator[str]:
    english = is_english(language)
    for part in (word, *parts) if len(parts := _PARTS.split(word)) > 1 else parts:
        part = part.removesuffix("'s")
        if not part or part.replace(".", "").isdigit() or (english and (part in FUNCTION_WORDS or len(part) < 2)):
            continue
        if not part.isascii() and any(map(is_unspaced, part)):
            yield from (part[at : at + 2] for at in range(max(1, len(part) - 1)))
        else:
            yield stem(part, language).casefold()


@lru_cache(maxsize=4096)
def _heading_terms(section: tuple[str, ...], language: str) -> frozenset[str]:
    return frozenset(term for heading in section for term in terms(heading, language))
