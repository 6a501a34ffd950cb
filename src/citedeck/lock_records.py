"""Records of released notes and note types, and how they stand in the lock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

_LATEST = 2**33  # The year 2242: later ones are no times, and SQLite could not hold all of them.

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A released note. `mod` is when its content last changed, in seconds; the digests are those of `fingerprint`."""

    guid: str
    id: str
    note_id: int
    mod: int
    pack: str
    deck: str
    packages: tuple[str, ...]
    cards: tuple[int, ...]
    author: str
    text: str
    citations: str
    tags: str
    parts: Mapping[str, tuple[str, ...]]
    retired: bool
    card_ids: Mapping[int, int] | None = None
    """Of an adopted note: the ids of its cards by ordinal. Those of the others follow from the note's id."""

    def same_author(self, other: NoteRecord) -> bool:
        """Say whether the author changed nothing that is known of; a package does not tell."""
        return bool(other.author) and (self.id, self.author) == (other.id, other.author)

    def same_content(self, other: NoteRecord) -> bool:
        """Say whether Anki would find nothing changed in the note."""
        return (self.text, self.citations, self.tags) == (other.text, other.citations, other.tags)


@dataclass(frozen=True, slots=True)
class TypeRecord:
    """A released note type. Fields and cards are (id, name), in order: their ids may never change, nor the names of those without.

    `looks` is a digest of all the rest.
    """

    pack: str
    name: str
    cloze: bool
    fields: tuple[tuple[int | None, str], ...]
    cards: tuple[tuple[int | None, str], ...]
    looks: str
    mod: int
    id: int | None = None
    """Of an adopted one: what Anki knows it by. That of the others follows from the project's and the pack's names."""

    def same_looks(self, other: TypeRecord) -> bool:
        """Say whether Anki would find nothing changed in the note type."""
        return (self.name, self.fields, self.cards, self.looks) == (other.name, other.fields, other.cards, other.looks)


def note_json(note: NoteRecord) -> dict[str, object]:
    """Return a note's record as it is written."""
    record: dict[str, object] = {
        "note": note.guid, "id": note.id, "note id": note.note_id, "mod": note.mod, "pack": note.pack, "deck": note.deck, "packages": note.packages,
        "cards": note.cards, "author": note.author, "text": note.text, "citations": note.citations, "tags": note.tags, "parts": note.parts,
    }  # fmt: skip
    if note.card_ids is not None:
        record["card ids"] = dict(sorted(note.card_ids.items()))  # Ordinals are numbers here, and texts in JSON.
    if note.retired:
        record["retired"] = True
    return record


def read_note(record: Mapping[str, object]) -> NoteRecord:
    """Return a note's record from what was written; ValueError, TypeError or KeyError if a release cannot have written it."""
    parts = typed(record, "parts", dict)
    return NoteRecord(
        typed(record, "note", str), typed(record, "id", str), _time(record, "note id", 1000), _time(record, "mod"),
        typed(record, "pack", str), typed(record, "deck", str), tuple(_list(record["packages"], str)), tuple(_list(record["cards"], int)),
        typed(record, "author", str), typed(record, "text", str), typed(record, "citations", str), typed(record, "tags", str),
        {str(name): tuple(_list(found, str)) for name, found in parts.items()}, record.get("retired") is True,
        {int(ordinal): _is(number, int) for ordinal, number in typed(record, "card ids", dict).items()} if "card ids" in record else None,
    )  # fmt: skip


def type_json(kind: TypeRecord) -> dict[str, object]:
    """Return a note type's record as it is written."""
    return {
        "note type": kind.pack, "name": kind.name, "cloze": kind.cloze, "mod": kind.mod, "fields": kind.fields, "cards": kind.cards, "looks": kind.looks,
        **({"id": kind.id} if kind.id is not None else {}),
    }  # fmt: skip


def read_type(record: Mapping[str, object]) -> TypeRecord:
    """Return a note type's record from what was written; errors as in `read_note`."""
    fields, cards = ([(number and _is(number, int), _is(name, str)) for number, name in _list(record[key], list)] for key in ("fields", "cards"))
    return TypeRecord(
        typed(record, "note type", str), typed(record, "name", str), record["cloze"] is True,
        tuple(fields), tuple(cards), typed(record, "looks", str), _time(record, "mod"), typed(record, "id", int) if "id" in record else None,
    )  # fmt: skip


def typed(record: Mapping[str, object], key: str, kind: type[T]) -> T:
    """Return a record's value, which has to be of a type."""
    if key not in record:
        raise ValueError(f"it has no '{key}'")
    return _is(record[key], kind)


def _time(record: Mapping[str, object], key: str, unit: int = 1) -> int:
    value = typed(record, key, int)
    if not 0 < value < _LATEST * unit:
        raise ValueError(f"'{key}' is no time")
    return value


def _list(value: object, kind: type[T]) -> Iterator[T]:
    return (_is(item, kind) for item in _is(value, list))


def _is(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{json.dumps(value, default=str)[:40]} stands where it should not")
    return value
