"""The part of a passage that is worth quoting: the shortest run of whole sentences that holds what somebody looks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

MAX_LENGTH = 300
"""Characters of a run, where a sentence is not longer itself."""
_LENGTH_COSTS = 0.25
"""What a run as long as may be costs, in shares of the context."""
_SENTENCES = re.compile(r"""(?<=[.!?…])["'”’»)\]]*\s+(?=["'“‘«¿¡(\[]*[^\W_a-z])|(?<=[。！？।])|\n\s*\n""")
# "Dr. Berg", "p. 12", "J. Doe": a short word before the point is none that ends a sentence.
_SHORTENED = re.compile(r"""(?:^|[\s("'“])(?:[^\W\d_]|pp?|no|vs|cf|e\.g|i\.e|[Dd]r|Mr|Mrs|Ms|St|Fig|Nr|bzw|z\. ?B|ca|approx)\.\s*\Z""")
_CLAUSES = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—]\s)")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a quote shall hold: terms of an answer, and of what is asked, by their weights."""

    answer: Mapping[str, float]
    context: Mapping[str, float]

    @property
    def terms(self) -> frozenset[str]:
        """Return all of them."""
        return frozenset((*self.answer, *self.context))

    def held(self, terms: Collection[str]) -> tuple[float, float]:
        """Return how much weight of the answer and of the context some terms have."""
        return _weight(self.answer, terms), _weight(self.context, terms)


@dataclass(frozen=True, slots=True)
class Run:
    """Sentences that follow each other: where they begin and end in the text, and which of the wanted terms they hold."""

    start: int
    end: int
    terms: frozenset[str]


def best_run(text: str, start: int, end: int, wanted: Wanted, terms_of: Callable[[str], frozenset[str]]) -> Run:
    """Return the run of a passage that holds most of the answer; of those that hold as much, one short and near to what is asked."""
    parts = [Run(first, last, terms_of(text[first:last]) & wanted.terms) for first, last in _parts(text, start, end)]
    best, key = parts[0], (-1.0, -1.0)
    whole = sum(wanted.context.values()) or 1.0
    parts = [part for part in parts if part.terms]  # No run begins or ends with anything else.
    for number, first in enumerate(parts):
        terms = behind = frozenset[str]()
        for last in parts[number:]:
            length = last.end - first.start
            if length > MAX_LENGTH and last is not first:
                break
            before, terms = terms, terms | last.terms
            behind = behind if last is first else behind | last.terms
            answer, context = wanted.held(terms)
            if last is not first and max(wanted.held(before)[0], wanted.held(behind)[0]) >= answer:
                continue  # It would hold as much of the answer without its first or its last sentence.
            if (found := (round(answer, 6), context / whole - _LENGTH_COSTS * length / MAX_LENGTH)) > key:
                best, key = Run(first.start, last.end, terms), found
    return best


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a passage; those that are too long in clauses, and these in words."""
    for sentence in sentences(text, start, end):
        for clause in _cut(_CLAUSES, text, *sentence) if _is_long(sentence) else [sentence]:
            yield from _cut(_BLANKS, text, *clause) if _is_long(clause) else [clause]


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the sentences of a part of a text begin and end."""
    return list(_cut(_SENTENCES, text, start, end))


def _weight(of: Mapping[str, float], terms: Collection[str]) -> float:
    return sum(weight for term, weight in of.items() if term in terms)


def _is_long(place: tuple[int, int]) -> bool:
    return place[1] - place[0] > MAX_LENGTH


def _cut(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in pattern.finditer(text, start, end):
        behind = match.start() + len(match[0].rstrip())  # A closing quotation mark belongs to its sentence.
        if _SHORTENED.search(text[max(at, match.start() - 12) : match.start()]):
            continue
        if text[at:behind].strip():
            yield at, behind
            at = match.end()
    if text[at:end].strip() or at == start:
        yield at, max(at, len(text[:end].rstrip()))
