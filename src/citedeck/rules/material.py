"""What rules look at: the project's questions as they read, with what they cite, and the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from citedeck.anki_text import visible
from citedeck.diagnostics import Span
from citedeck.entry import Html, Text
from citedeck.model import Coverage, DeckFile, Found, Question, Source
from citedeck.rules.limits import Limits
from citedeck.rules.prose import FUNCTION_WORDS, Prose, is_english, plain, words

PROMPTS = ("question", "term")
ANSWERS = ("answer", "definition", "typed", "right", "steps")
"""Keys of the built-in packs; a project's own packs that use the same names are read alike."""
OPTIONS = ("right", "wrong")

# Of three braces the first belongs to the hidden words.
_BRACES = re.compile(r"(?<!\\)\{\{c(?P<number>\d{1,6})::|\}\}(?!\}(?!\}))")
_HINTED = re.compile(r"((?:`[^`]*`|\$[^$]*\$|[^`$])*?)::")
"""Hidden words and what parts them from a hint; colons of code and math do not."""
_MAX_DEPTH = 20
_ENGLISH_SHARE = 0.25
"""The least share of English function words in a deck that does not say its language, and is English."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What one cloze of a text hides: its number, its words, and its hint, which may be empty."""

    number: int
    words: str
    hint: str


class Cloze:
    """A cloze text as readers see it: with all words shown, and what is hidden."""

    def __init__(self, text: Text, language: str) -> None:
        self._tree = _read_cloze(text.value)
        self.hidden = tuple(self._tree.hidden())
        self.prose = Prose(Text(self._tree.shown(), text.span), language)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of its cards, in order."""
        return tuple(sorted({one.number for one in self.hidden}))

    def without(self, number: int) -> str:
        """Return what one of its cards shows in plain words, with "[...]" where words are hidden."""
        return plain(self._tree.shown(number))


class Asked:
    """A question as rules read it: what it asks, what it answers, what it cites. A text's `text.span` says where it stands."""

    def __init__(self, question: Question, deck: DeckFile, found: Sequence[Found], *, english: bool) -> None:
        self.question = question
        self.deck = deck
        self.found = tuple(found)
        self.english = english
        self._language = deck.language or ("en" if english else "")
        self._texts: dict[str, tuple[Prose, ...]] = {}

    @property
    def id(self) -> str:
        """Return the question's id."""
        return self.question.id

    @property
    def span(self) -> Span:
        """Return where its id stands: the place of findings about the question as a whole."""
        return self.question.span

    @cached_property
    def prompt(self) -> Prose | None:
        """Return what it asks, if that is a text of its own: `question` or `term`."""
        return next((one for key in PROMPTS for one in self.texts(key)), None)

    @cached_property
    def answers(self) -> tuple[Prose, ...]:
        """Return what it takes for right: the answer, the definition, what is typed, each right option, each step."""
        return tuple(one for key in ANSWERS for one in self.texts(key))

    @cached_property
    def right(self) -> tuple[Prose, ...]:
        """Return the right options of a choice."""
        return self.texts("right")

    @cached_property
    def wrong(self) -> tuple[Prose, ...]:
        """Return the wrong options of a choice."""
        return self.texts("wrong")

    @property
    def options(self) -> tuple[Prose, ...]:
        """Return the options of a choice, the right ones first; none if it is no choice."""
        return self.right + self.wrong if "wrong" in self.question.values else ()

    @cached_property
    def steps(self) -> tuple[Prose, ...]:
        """Return the steps of an ordered list."""
        return self.texts("steps")

    @cached_property
    def cloze(self) -> Cloze | None:
        """Return its cloze text."""
        value = self.question.values.get("cloze")
        return Cloze(value, self._language) if isinstance(value, Text) and not isinstance(value, Html) else None

    @cached_property
    def claims(self) -> tuple[Prose, ...]:
        """Return what it says to be so: its answers, or its cloze text with all words shown."""
        return (self.cloze.prose,) if self.cloze else self.answers

    @cached_property
    def said(self) -> tuple[Prose, ...]:
        """Return all that learners read of the author's words but for wrong options: prompt, claims, extra."""
        extra = (Prose(self.question.extra, self._language),) if self.question.extra else ()
        return (*([self.prompt] if self.prompt else []), *self.claims, *extra)

    def written(self) -> Iterator[Prose]:
        """Yield all texts of its author's, under whatever keys, in the order of the file: for rules that look at each but once."""
        for key in self.question.values:
            if key == "cloze" and self.cloze:
                yield self.cloze.prose
            else:
                yield from self.texts(key)
        if self.question.extra:
            yield Prose(self.question.extra, self._language)

    @cached_property
    def passages(self) -> str:
        """Return the passages that its quotes stand in, with the headings above them, in plain words; empty if no quote was looked up."""
        parts = []
        for one in self.found:
            if one.place and one.source.text:
                for passage in one.source.text.find_passages(*one.place):
                    parts += [*passage.section, one.source.text.text[passage.start : passage.end]]
        return plain(" \n".join(dict.fromkeys(parts)))

    def texts(self, key: str) -> tuple[Prose, ...]:
        """Return the texts under one of the keys of its pack. Each is read once, whichever rule asks for it."""
        if key not in self.question.values:
            return ()
        if key not in self._texts:
            value = self.question.values[key]
            self._texts[key] = tuple(Prose(_read(text), self._language) for text in (value if isinstance(value, tuple) else (value,)))
        return self._texts[key]


def _read(text: Text) -> Text:
    """Return a text as readers see it, if it is HTML; what is in Markdown stays so."""
    return Text(visible(text.value), text.span) if isinstance(text, Html) else text


@dataclass(frozen=True)
class Material:
    """Everything that a rule may look at. Retired questions are not among it: nobody learns them any more."""

    asked: tuple[Asked, ...]
    decks: tuple[DeckFile, ...]
    sources: Mapping[str, Source]
    coverage: tuple[Coverage, ...]
    limits: Limits
    today: date | None
    """The day of the run; None if nothing shall hang on it."""

    @cached_property
    def english(self) -> Material:
        """Return the same with the questions in English only."""
        return replace(self, asked=tuple(one for one in self.asked if one.english))

    @cached_property
    def by_deck(self) -> Mapping[str, tuple[Asked, ...]]:
        """Return the questions by the name of their deck, which several files may share, in the authors' order."""
        found: dict[str, list[Asked]] = {}
        for one in self.asked:
            found.setdefault(one.deck.name, []).append(one)
        return {name: tuple(asked) for name, asked in found.items()}


def gather(
    decks: Sequence[DeckFile], found: Mapping[str, tuple[Found, ...]], sources: Mapping[str, Source], coverage: tuple[Coverage, ...],
    limits: Limits, today: date | None,
) -> Material:  # fmt: skip
    """Put together what rules look at. `found` are the citations of each question, by its id."""
    asked = []
    for deck in decks:
        english = is_english(deck.language) if deck.language else _reads_as_english(deck)
        asked += [Asked(question, deck, found.get(question.id, ()), english=english) for question in deck.questions if not question.retired]
    return Material(tuple(asked), tuple(decks), sources, coverage, limits, today)


def _reads_as_english(deck: DeckFile) -> bool:
    """Say whether a deck that does not say its language is English, by the share of words that only carry grammar."""
    texts = (text for question in deck.questions for value in question.values.values() for text in (value if isinstance(value, tuple) else (value,)))
    found = [word for text in texts for word in words(text.value)]
    return sum(word in FUNCTION_WORDS for word in found) >= _ENGLISH_SHARE * len(found) > 0


@dataclass
class _Gap:
    """A cloze as it stands in its text: texts and clozes inside it, and its hint. The number of the whole text is None."""

    number: int | None
    parts: list[str | _Gap]
    hint: str = ""

    def shown(self, without: int | None = None) -> str:
        """Return the words, with "[...]" in place of the clozes of one number."""
        return "".join(part if isinstance(part, str) else "[...]" if part.number == without else part.shown(without) for part in self.parts)

    def hidden(self) -> Iterator[Hidden]:
        """Yield what is hidden, outermost first."""
        for part in self.parts:
            if isinstance(part, _Gap):
                yield Hidden(part.number or 0, plain(part.shown()), plain(part.hint))
                yield from part.hidden()


def _read_cloze(typed: str) -> _Gap:
    """Return a cloze text as a tree. What is nested too deep, or never closed, counts as text."""
    open_gaps = [_Gap(None, [])]
    at = 0
    for match in _BRACES.finditer(typed):
        innermost = open_gaps[-1]
        if match["number"]:
            if len(open_gaps) > _MAX_DEPTH:
                continue
            innermost.parts.append(typed[at : match.start()])
            open_gaps.append(_Gap(int(match["number"]), []))
        elif len(open_gaps) > 1:
            inside = typed[at : match.start()]
            if hinted := _HINTED.match(inside):
                inside, innermost.hint = hinted[1], inside[hinted.end() :]
            innermost.parts.append(inside)
            open_gaps.pop()
            open_gaps[-1].parts.append(innermost)
        else:
            continue
        at = match.end()
    while len(open_gaps) > 1:
        unclosed = open_gaps.pop()
        open_gaps[-1].parts += [*unclosed.parts, typed[at:]]
        at = len(typed)
    open_gaps[0].parts.append(typed[at:])
    return open_gaps[0]
