"""A new question: an unused id, the keys of its kind, and words of a source with their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from citedeck.diagnostics import Diagnostic, TextFile
from citedeck.model import DeckFile
from citedeck.packs import Pack
from citedeck.pipeline import Compilation, compile_project
from citedeck.project import Project
from citedeck.rules.prose import content, words
from citedeck.yaml_append import Value, append_entry

TODO = "TODO"
_WORDS_OF_ID = 4
_SEVERAL = ("TODO: one", "TODO: another")
_CLOZE = "TODO: write a text and hide {{c1::words}} of it"


@dataclass(frozen=True)
class Request:
    """What somebody wants to add: values by key, and what is cited. Empty texts are not told."""

    values: Mapping[str, tuple[str, ...]]
    kind: str = ""
    """The pack. Where none is told it is the deck file's, or basic."""
    id: str = ""
    source: str = ""
    quote: str = ""
    at: str = ""


@dataclass(frozen=True)
class Added:
    """A deck file with a new question: where that begins, its id, and which of its keys are still to be written."""

    file: TextFile
    line: int
    id: str
    todo: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """What would be wrong with the question, and the project as it would be."""

    diagnostics: tuple[Diagnostic, ...]
    project: Project


def add_question(project: Project, said: list[Diagnostic], file: TextFile, request: Request) -> Added | Refused:
    """Return a deck file of a project with the question that is asked for, or what would be wrong with it. `said` is what reading the project said.

    The project is compiled as it would be then: a quote is written as the source has it, with its place. CannotAppendError if the file leaves no place.
    """
    before = compile_project(project, list(said))
    deck = next(deck for deck in before.decks if deck.path == file.path)
    pack = before.packs[request.kind or deck.pack or "basic"]
    taken = {question.id for deck in before.decks for question in deck.questions} | set(before.lock.by_id)
    request = replace(request, id=request.id or unused_id(request, taken), source=request.source or deck.source)
    after = _with(project, said, append_entry(file, "questions", entry(request, pack, deck))[0])
    if wrong := tuple(one for one in after.diagnostics if one not in before.diagnostics and not _is_todo(one, request)):
        return Refused(wrong, after.project)
    if request.quote and len(found := after.citations[request.id]) == 1:
        request = replace(request, quote=found[0].words, at=str(found[0].locator or request.at))
    written = entry(request, pack, deck)
    made, line = append_entry(file, "questions", written)
    return Added(made, line, request.id, tuple(key for key, value in written.items() if TODO in str(value)))


def _with(project: Project, said: list[Diagnostic], file: TextFile) -> Compilation:
    return compile_project(replace(project, decks=tuple(file if one.path == file.path else one for one in project.decks)), list(said))


def _is_todo(one: Diagnostic, request: Request) -> bool:
    """Say whether a finding about the new question only says that something is still to be written."""
    untold = {"placeholder"} | (set() if request.quote else {"quote-missing", "no-text"}) | (set() if request.source else {"unknown-source"})
    return one.subject == request.id and one.code in untold


def unused_id(request: Request, taken: Collection[str]) -> str:
    """Return an id made of the first words of the question, of its other texts or of the quote, that no question bears or bore."""
    texts = [text for key in ("question", "term", "cloze") for text in request.values.get(key, ())]
    texts += [text for values in request.values.values() for text in values] + [request.quote]
    stem = next((made for text in texts if (made := _slug(text))), "question")
    known = {name.casefold() for name in taken}
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(known) + 2))
    return next(name for name in numbered if name not in known)


def entry(request: Request, pack: Pack, deck: DeckFile) -> dict[str, Value]:
    """Return the question as it is to be written. What is needed and was not told is TODO, which `citedeck check` reports until it is written."""
    made: dict[str, Value] = {"id": request.id}
    if pack.name != deck.pack and (deck.pack or not pack.picked_by):
        made["pack"] = pack.name
    needed = pack.keys.keys() - pack.optional or _usual(pack)
    for key, kind in pack.keys.items():
        given = request.values.get(key, ())
        if not given and key in needed:
            given = (_CLOZE,) if kind == "cloze" else _SEVERAL if kind == "texts" and key == pack.picked_by else (TODO,)
        if given:
            made[key] = list(given) if len(given) > 1 else given[0]
    made |= {key: list(given) if len(given) > 1 else given[0] for key, given in request.values.items() if key not in pack.keys}
    return made | {"cite": _cite(request, deck.source)}


def _usual(pack: Pack) -> set[str]:
    """Return the keys without which no question of an adopted pack is whole, as far as can be told: it takes all for optional."""
    return {key for key, kind in pack.keys.items() if kind == "cloze" or key == "answer"} | set([] if pack.note_type.cloze else list(pack.keys)[:1])


def _cite(request: Request, default_source: str) -> Value:
    quote = request.quote or ("" if request.at else TODO)
    told = {"source": request.source if request.source != default_source else "", "quote": quote, "at": request.at}
    cite = {key: value for key, value in told.items() if value}
    if not request.source and not default_source:
        cite = {"source": TODO, **cite}
    return quote if cite.keys() == {"quote"} else cite


def _slug(text: str) -> str:
    """Return the first words of a text that carry content, joined by hyphens, in ASCII letters."""
    folded = unicodedata.normalize("NFKD", re.sub(r"\{\{c\d+::|\}\}", " ", text)).encode("ascii", "ignore").decode()
    found: Sequence[str] = content(words(folded)) or words(folded)
    return re.sub(r"[^a-z0-9]+", "-", " ".join(found[:_WORDS_OF_ID])).strip("-")[:60].strip("-")
