"""Decks of an export → deck files: one a deck, in parts if it is large."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from citedeck.adoption.markdown_back import to_markdown
from citedeck.adoption.naming import Names, file_name
from citedeck.adoption.note_types import AdoptedType
from citedeck.adoption.questions import Adopted, Writer
from citedeck.adoption.yaml_text import written
from citedeck.diagnostics import Span
from citedeck.entry import Html, Text
from citedeck.exports.nouns import Export, ExportedDeck, ExportedNote
from citedeck.load import BAD_IN_DECK_NAME, MAX_LEVELS
from citedeck.model import DeckFile

MAX_QUESTIONS = 1_000
"""In one deck file: editors are slow with more."""
_BAD = re.compile(f"[{BAD_IN_DECK_NAME}]")


@dataclass(frozen=True)
class WrittenDeck:
    """A deck file: its text, what it will be read as, and its questions."""

    text: str
    deck: DeckFile
    questions: tuple[Adopted, ...]


def write_decks(export: Export, types: Sequence[AdoptedType], writer: Writer) -> Iterator[WrittenDeck]:
    """Yield the deck files, in the order of their paths."""
    notes: dict[str, list[ExportedNote]] = {}
    spelled: dict[str, str] = {}
    for note in export.notes:
        name = deck_name(note.deck)
        notes.setdefault(spelled.setdefault(name.casefold(), name), []).append(note)  # Anki knows no case in decks' names.
    described = {deck_name(deck.name).casefold(): deck for deck in export.decks if deck.description.strip()}
    stems, files = Names(), []
    for name, found in notes.items():
        stem = stems.give(file_name(name, "deck"))
        parts = [found[at : at + MAX_QUESTIONS] for at in range(0, len(found), MAX_QUESTIONS)]
        width = len(str(len(parts)))
        for number, part in enumerate(parts, 1):
            path = f"decks/{stem}-{number:0{width}}.yaml" if len(parts) > 1 else f"decks/{stem}.yaml"
            files.append((path, name, part, described.get(name.casefold()) if number == 1 else None))
    for path, name, part, about in sorted(files, key=lambda one: one[0]):
        yield _write(path, name, part, about, types, writer)


def _write(path: str, name: str, notes: Sequence[ExportedNote], about: ExportedDeck | None, types: Sequence[AdoptedType], writer: Writer) -> WrittenDeck:
    ((usual, _),) = Counter(note.type for note in notes).most_common(1)
    pack = types[usual].name
    questions = tuple(writer.question(note, types[note.type], pack=pack, path=path) for note in notes)
    description = _description(about, path) if about else None
    lines = [f"deck: {written(name, 0)}", f"pack: {pack}"]
    if isinstance(description, Html):
        lines += ["description:", f"  html: {written(description.value, 2)}"]
    elif description:
        lines.append(f"description: {written(description.value, 0)}")
    text = "\n".join([*lines, "questions:", *(line for one in questions for line in one.lines)]) + "\n"
    deck = DeckFile(path, name, Span(path), description, "", tuple(one.question for one in questions), {}, pack=pack)
    return WrittenDeck(text, deck, questions)


def _description(deck: ExportedDeck, path: str) -> Text | None:
    text = deck.description.replace("\r\n", "\n").strip()
    if deck.markdown:
        return Text(text, Span(path))
    made = to_markdown(text, cloze=False, guarded=False, media=lambda _: None)
    return Text(made.strip(), Span(path)) if made and made.strip() else Html(text, Span(path))


@cache
def deck_name(name: str) -> str:
    """Return a deck's name as Anki would take it."""
    parts = [re.sub(r"\s+", " ", _BAD.sub("", part)).strip(" :") or "blank" for part in name.split("::")]
    return "::".join([*parts[: MAX_LEVELS - 1], " ".join(parts[MAX_LEVELS - 1 :])] if len(parts) > MAX_LEVELS else parts)


def common_name(decks: Mapping[str, int] | Sequence[str]) -> str:
    """Return what all decks lie in, or the name of the only one; empty if they have nothing in common."""
    tops = {name.split("::")[0] for name in decks}
    return tops.pop() if len(tops) == 1 else ""
