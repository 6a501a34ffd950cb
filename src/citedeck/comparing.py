"""Words against words: where a quote differs from what the source says, and whether that can turn the meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from citedeck.boundaries import is_unspaced
from citedeck.normal_forms import normalise
from citedeck.turning import FILLERS, LOOKALIKES, NEGATIONS, TURNING

_JOINED = re.compile(r"\w-\w")
_WORD = re.compile(r"(?:(?<![\w.])\.)?\d+(?:[.,:'’·٫٬/]\d+)*[^\W\d_]*|[\w\u0300-\u036f\u200c\u200d]+(?:'[\w]+)*|\S")
# Between words these part and join sentences; anything else that is no letter is a sign.
_PUNCTUATION = frozenset(".,;:!?'\"()[]{}«»‹›-*_•·…¿¡、。，．；：？！「」『』（）《》〈〉・،؛؟।॥")
_CHARACTER = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0300-\u036f]*|\S")
_NUMBER_BEHIND = re.compile(r"\s?\d")
_INSERT, _DROP = 1, 2
_PUNCTUATION_COST = 0.2
# A quote that ends its sentence where the source goes on leaves out what follows.
_ENDS = frozenset(".!?।。！？؟")
_LONG, _LONGER = 6, 8
_SAFE_START, _SAFE_END = 4, 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number or a sign, and where in a text it stands."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the source where a quote has others; either may be empty."""

    source: tuple[str, ...]
    quote: tuple[str, ...]
    turning: bool
    """Whether the meaning may be another."""


def split_words(text: str) -> list[Word]:
    """Return the words, numbers and signs of a text in normal form. In scripts without blanks, each character is a word."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        run = match[0]
        if run == "-" and _NUMBER_BEHIND.match(text, match.end()):
            words.append(Word("−", match.start(), match.end()))  # A sign, not a dash.
        elif run == "-" and _JOINED.match(text, match.start() - 1):
            words.append(Word("‐", match.start(), match.end()))  # Part of a word.
        elif run.isascii() or not any(map(is_unspaced, run)):
            words.append(Word(run, match.start(), match.end()))
        else:
            words += [Word(part[0], match.start() + part.start(), match.start() + part.end()) for part in _CHARACTER.finditer(run)]
    return words


def align(source: Sequence[str], quote: Sequence[str]) -> tuple[int, int, list[tuple[int, int]]]:
    """Lay a quote's words where they fit a source's best: return the source's first and last word (end exclusive), and the pairs of equal words.

    Words of the source before and behind cost nothing; a word left out, put in or exchanged costs one, or less if it is nearly the same, and
    punctuation little.
    """
    drops = [_PUNCTUATION_COST if theirs in _PUNCTUATION else 1.0 for theirs in source]
    width = len(source)
    costs = [0.0] * (width + 1)
    steps: list[bytearray] = []
    for ours in quote:
        add = _PUNCTUATION_COST if ours in _PUNCTUATION else 1.0
        row, trail = [costs[0] + add], bytearray(width + 1)
        trail[0] = _INSERT
        left = row[0]
        for at, theirs in enumerate(source):
            exchange = costs[at] + (0.0 if ours == theirs else _exchange_cost(theirs, ours))
            insert = costs[at + 1] + add
            drop = left + drops[at]
            if exchange <= insert and exchange <= drop:
                left = exchange
            elif insert <= drop:
                left, trail[at + 1] = insert, _INSERT
            else:
                left, trail[at + 1] = drop, _DROP
            row.append(left)
        steps.append(trail)
        costs = row
    end = min(range(width + 1), key=lambda at: costs[at])
    pairs: list[tuple[int, int]] = []
    at, number = end, len(quote)
    while number:
        step = steps[number - 1][at]
        if step == _DROP:
            at -= 1
        elif step == _INSERT:
            number -= 1
        else:
            at, number = at - 1, number - 1
            if source[at] == quote[number]:
                pairs.append((at, number))
    return at, end, pairs[::-1]


def compare(source: Sequence[str], quote: Sequence[str], pairs: Sequence[tuple[int, int]], vocabulary: Container[str]) -> tuple[Difference, ...]:
    """Return where the words of a quote differ from a source's, in order, between the equal ones. `vocabulary` are all words of the source."""
    found = []
    theirs = ours = 0
    for at, number in (*pairs, (len(source), len(quote))):
        if at > theirs or number > ours:
            ends = number == len(quote) > ours and quote[-1] in _ENDS and (at == 0 or source[at - 1] not in _ENDS)
            turning = ends or _turns(source[theirs:at], quote[ours:number], vocabulary)
            found.append(Difference(tuple(source[theirs:at]), tuple(quote[ours:number]), turning))
        theirs, ours = at + 1, number + 1
    return tuple(found)


def leaves_out_negation(text: str) -> bool:
    """Say whether words that an ellipsis leaves out turn what stands around them: a "not" in the sentence before or behind the gap."""
    words = [word.form for word in split_words(normalise(text, "case").text)]
    ends = [number for number, word in enumerate(words) if word in _ENDS]
    joined = words if not ends else words[: ends[0]] + words[ends[-1] + 1 :]
    return any(word in NEGATIONS or word.endswith("n't") for word in joined)


def _turns(source: Sequence[str], quote: Sequence[str], vocabulary: Container[str]) -> bool:
    theirs, ours = list(_telling(source)), list(_telling(quote))
    if theirs == ours:
        return False  # Punctuation, sounds.
    joined = "".join(theirs)
    if joined == "".join(ours) and joined.isalpha():
        return min(map(len, theirs + ours)) <= _SAFE_END  # "in active" is not "inactive"; "base line" is "baseline".
    if len(theirs) != len(ours):
        return True
    return any(_is_another(*pair, vocabulary) for pair in zip(theirs, ours, strict=True))


def _telling(words: Sequence[str]) -> Iterator[str]:
    return (word for word in words if word not in _PUNCTUATION and word not in FILLERS)


def _is_another(theirs: str, ours: str, vocabulary: Container[str]) -> bool:
    """Say whether two words are different ones, and not one of them mistyped: one letter off, far from where prefixes and endings are."""
    if theirs == ours:
        return False
    if not all(len(word) >= _LONG and word.isalpha() and _is_european(word) and word not in TURNING for word in (theirs, ours)):
        return True
    if ours in vocabulary or frozenset((theirs, ours)) in LOOKALIKES:
        return True
    if _undoubled(theirs) == _undoubled(ours):
        return abs(len(theirs) - len(ours)) > 1
    slips = _slips(theirs, ours)
    return not slips or len(slips) > (2 if min(len(theirs), len(ours)) >= _LONGER else 1)


def _slips(theirs: str, ours: str) -> list[int]:
    """Return where single letters were mistyped or two neighbours were swapped; nothing if that does not explain the difference."""
    places: list[int] = []
    for step in Levenshtein.editops(theirs, ours):
        at = places[-1] if places else -9
        swapped = step.src_pos - at <= 2 and sorted(theirs[at : at + 2]) == sorted(ours[at : at + 2])
        if not swapped:
            places.append(step.src_pos)
    inside = all(_SAFE_START <= place < len(theirs) - _SAFE_END for place in places)
    apart = all(second - first > 2 for first, second in pairwise(places))
    return places if inside and apart else []


@lru_cache(maxsize=65536)
def _exchange_cost(theirs: str, ours: str) -> float:
    """Return what it costs to have a word for another: less than one if they are alike, so that they are laid side by side."""
    return 1.0 - 0.5 * fuzz.ratio(theirs, ours) / 100 if theirs[0].isalnum() == ours[0].isalnum() else 1.5


def _undoubled(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _is_european(word: str) -> bool:
    """Say whether a word is of a script in which one letter more or less is a slip rather than another word."""
    return all(unicodedata.name(char, "").startswith(("LATIN", "GREEK", "CYRILLIC")) for char in word)
