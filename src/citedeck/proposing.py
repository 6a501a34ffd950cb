"""Which passages of the sources hold the words of an answer that cites none: proposals, for an author to look at. A likeness proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from citedeck.claims import Claim, is_negated, read_claim
from citedeck.diagnostics import NOWHERE
from citedeck.entry import Text
from citedeck.excerpts import Run, Wanted, best_run
from citedeck.locators import Paragraph, parse_locator
from citedeck.model import Citation, DeckFile, Found, Question, Source
from citedeck.nearest import overlap
from citedeck.passage_index import PassageIndex, Place, language_of, terms
from citedeck.resolve import resolve
from citedeck.rules.prose import is_english
from citedeck.texts import Passage, SourceText

MAX_CANDIDATES = 3
_LOOKED_AT = 20
"""Passages that are looked at more closely for one question."""
_ANSWER_COUNTS = 2.0
"""What an answer's words count beside those of the question."""
_LIKENESS_COUNTS = 0.4
_NEGATION_COSTS = 0.85
# Below these nothing is proposed. They were tuned on tests/test_proposing.py's decks, so that nonsense is rare and most true passages come.
_LEAST_SCORE, _LEAST_ANSWER, _LEAST_CONTEXT, _LEAST_WITHOUT_ANSWER = 0.45, 0.35, 0.1, 0.6


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words of a source that may carry an answer. `at` is their place as the tool finds it; empty if none can be written."""

    source: str
    at: str
    quote: str
    score: int
    """From 0 to 100."""
    words: tuple[str, ...]
    """The answer's words that they hold."""
    look: str = ""
    """What an author should look at first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question, its texts in plain words, and what it may cite, best first; perhaps nothing."""

    question: Question
    asked: str
    answer: str
    candidates: tuple[Candidate, ...]


def uncited(decks: Iterable[DeckFile], named: Collection[str] = ()) -> list[tuple[Question, DeckFile]]:
    """Return the questions that cite no words and no place, and their deck files: those that are named, or all that do not say why they cite nothing."""
    return [
        (question, deck)
        for deck in decks
        for question in deck.questions
        if cites_nothing(question) and (question.id in named if named else "no-citation" not in question.silence)
    ]


def cites_nothing(question: Question) -> bool:
    """Say whether a question is asked and cites nothing, or sources only, without words and place."""
    if question.retired or question.citations == ():
        return False
    return all(one.quote is None and one.at is None for one in question.citations or ())


def propose(
    asked: Sequence[tuple[Question, DeckFile]], sources: Mapping[str, Source], skipped: Mapping[str, frozenset[int]], progress: Progress | None = None
) -> list[Proposal]:
    """Return what questions may cite. `skipped` are numbers of passages that deserve no question, by source.

    Each quote was looked up: it stands in its source, at that place only.
    """
    indexes = _index(sources, skipped, _common_language(asked))
    readers = {index.language: index for index in indexes}
    found: list[tuple[Question, Claim, list[_Hit]]] = []
    for done, (question, deck) in enumerate(asked):
        if progress:
            progress("looking for passages", done, len(asked))
        reading = read_claim(question, deck.language)
        named = {one.source.value for one in question.citations or ()}
        hits = [hit for index in readers.values() for hit in _Seeker(index, reading).hits(named)]
        found.append((question, reading, _best(hits)))
    verified = _verify([(question, hit) for question, _, hits in found for hit in hits], sources)
    return [Proposal(question, reading.asked, reading.answer, _candidates(question, hits, reading, verified)) for question, reading, hits in found]


# --- which passages hold it ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hit:
    """A passage that may carry an answer, how well it does, and the words of it to quote."""

    place: Place
    score: float
    run: Run
    language: str
    negation_differs: bool

    @property
    def quote(self) -> str:
        return " ".join(self.place.text.text[self.run.start : self.run.end].split())


class _Seeker:
    """Looks for the passages of one index that hold what a question answers."""

    def __init__(self, index: PassageIndex, reading: Claim) -> None:
        self._index = index
        self._reading = reading
        answer = terms(reading.answer, index.language)
        asked = terms(reading.asked, index.language) - answer
        self._wanted = Wanted({term: index.weight(term) for term in answer}, {term: index.weight(term) for term in asked})
        self._whole = sum(self._wanted.answer.values()), sum(self._wanted.context.values())

    @cached_property
    def _said(self) -> str:
        return f"{self._reading.asked} {self._reading.answer}".lower()

    def hits(self, sources: Collection[str]) -> list[_Hit]:
        """Return the passages that are worth proposing, in no order."""
        if not self._reading.answer or not any(self._whole):
            return []
        weights = {**self._wanted.context, **{term: _ANSWER_COUNTS * weight for term, weight in self._wanted.answer.items()}}
        rated = ((place, self._rate(place)) for place in self._index.nearest(weights, _LOOKED_AT, sources))
        best = sorted(((place, score) for place, score in rated if score >= _LEAST_SCORE), key=lambda one: -one[1])
        return [self._hit(place, score) for place, score in best[: MAX_CANDIDATES + 1]]

    def _rate(self, place: Place) -> float:
        """Return how well a passage carries the answer, from 0 to 1; 0 if it lacks a number of it, or too many of its words."""
        if any(place.terms.isdisjoint(readings) for readings in self._reading.numbers):
            return 0.0
        answer, _ = self._wanted.held(place.terms)
        _, context = self._wanted.held(place.terms | place.headings)
        of_answer, of_context = self._whole
        if of_answer and answer < _LEAST_ANSWER * of_answer:
            return 0.0
        if of_context and context < (_LEAST_CONTEXT if of_answer else _LEAST_WITHOUT_ANSWER) * of_context:
            return 0.0
        held = (_ANSWER_COUNTS * answer + context) / (_ANSWER_COUNTS * of_answer + of_context)
        likeness = overlap(self._said, place.plain)
        return (1 - _LIKENESS_COUNTS) * held + _LIKENESS_COUNTS * likeness

    def _hit(self, place: Place, score: float) -> _Hit:
        text = place.text.text
        run = best_run(text, place.passage.start, place.passage.end, self._wanted, partial(terms, language=self._index.language))
        differs = is_negated(text[run.start : run.end]) != self._reading.negated
        return _Hit(place, score * (_NEGATION_COSTS if differs else 1), run, self._index.language, differs)


def _index(sources: Mapping[str, Source], skipped: Mapping[str, frozenset[int]], language: str) -> list[PassageIndex]:
    """Return the passages that deserve questions, by their language; a source that does not say it is read by its words."""
    found: dict[str, list[tuple[SourceText, Passage]]] = {}
    for source in sources.values():
        if source.text:
            of = (source.language or language_of(source.text.text) or language).partition("-")[0].lower()
            left_out = skipped.get(source.id, frozenset())
            bodies = (one for one in source.text.passages if not one.heading and one.number not in left_out)
            found.setdefault(of, []).extend((source.text, one) for one in bodies)
    return [PassageIndex(passages, of) for of, passages in found.items()]


def _common_language(asked: Sequence[tuple[Question, DeckFile]]) -> str:
    """Return the language that most of the questions say they are in; not English, which is told by its words."""
    said = [deck.language for _, deck in asked if deck.language and not is_english(deck.language)]
    return max(sorted(set(said)), key=said.count, default="")


def _best(hits: Iterable[_Hit]) -> list[_Hit]:
    """Return the best passages; of those with the same words in one source, one."""
    told: dict[tuple[str, str], _Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.place.text.id, hit.place.passage.number)):
        told.setdefault((hit.place.text.id, hit.quote.casefold()), hit)
    return list(told.values())[:MAX_CANDIDATES]


# --- what can be quoted ----------------------------------------------------------------------------------------------------------------


def _verify(hits: Sequence[tuple[Question, _Hit]], sources: Mapping[str, Source]) -> dict[int, Candidate]:
    """Return the hits whose words are found where they stand, by the hits' identity. Where they stand twice, `at` tells which."""
    left = {id(hit): hit for _, hit in hits}
    made: dict[int, Candidate] = {}
    for attempt in (_alone, _at_address, _at_paragraph, _whole_passage):
        trials = {number: attempt(hit) for number, hit in left.items()}
        found = _look_up(trials, sources)
        for number, hit in list(left.items()):
            if (one := found.get(number)) and one.passage and one.passage.number == hit.place.passage.number:
                _, at = trials[number]
                address = str(one.locator) if not at and one.locator else at
                made[number] = Candidate(hit.place.text.id, address if parse_locator(address) else "", one.words, round(100 * hit.score), ())
                del left[number]
    return made


def _look_up(trials: Mapping[int, tuple[_Hit, str]], sources: Mapping[str, Source]) -> dict[int, Found]:
    """Return what the compiler itself finds for quotes, if it has nothing to say about them."""
    questions = [Question(str(number), NOWHERE, "", {}, None, (), (_citation(*trial),), {}, "") for number, trial in trials.items()]
    found, said = resolve([DeckFile("", "", NOWHERE, None, "", tuple(questions), {})], sources)
    wrong = {one.subject for one in said}
    return {int(name): ones[0] for name, ones in found.items() if ones and name not in wrong}


def _citation(hit: _Hit, at: str) -> Citation:
    quote = Text(hit.quote, NOWHERE)
    return Citation(Text(hit.place.text.id, NOWHERE), quote, Text(at, NOWHERE) if at else None, parse_locator(at) if at else None, "supports", None, NOWHERE)


def _alone(hit: _Hit) -> tuple[_Hit, str]:
    return hit, ""


def _at_address(hit: _Hit) -> tuple[_Hit, str]:
    return hit, str(hit.place.text.locate(hit.run.start, hit.run.end))


def _at_paragraph(hit: _Hit) -> tuple[_Hit, str]:
    return hit, str(Paragraph(hit.place.passage.number))


def _whole_passage(hit: _Hit) -> tuple[_Hit, str]:
    passage = hit.place.passage
    return _at_paragraph(replace(hit, run=replace(hit.run, start=passage.start, end=passage.end)))


def _candidates(question: Question, hits: Iterable[_Hit], reading: Claim, verified: Mapping[int, Candidate]) -> tuple[Candidate, ...]:
    """Return the verified ones of a question's hits, with the words of the answer that they hold."""
    made = []
    for hit in hits:
        if one := verified.get(id(hit)):
            held = terms(one.quote, hit.language)
            words = dict.fromkeys(word.strip(".,;:!?()[]\"'") for word in reading.answer.split() if not held.isdisjoint(terms(word, hit.language)))
            made.append(replace(one, words=tuple(words), look="one of the two says not, no or never" if hit.negation_differs else ""))
    return tuple(made)
