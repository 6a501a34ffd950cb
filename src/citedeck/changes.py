"""What one release changes for learners who have another: two locks compared, by consequence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from citedeck.fingerprint import EVERYWHERE
from citedeck.lock import Lock
from citedeck.lock_records import NoteRecord, TypeRecord


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: its code, its heading, and what becomes of what learners have. `risky` ones want a second look before a release."""

    code: str
    heading: str
    consequence: str
    risky: bool = False


KINDS = (
    Kind(
        "history-moves", "History would move", "a card's schedule goes on with other content; a new id, or a new cloze number, would keep it apart", risky=True
    ),
    Kind("new", "New questions", "new cards for everyone"),
    Kind("text", "Text", "the note is replaced; schedules stay, a learner's own edits of it and tags on it go"),
    Kind("citation", "Citation only", "the note is replaced as above, but asks and answers what it did"),
    Kind("tags", "Tags or id only", "the note is replaced as above; its text is the same"),
    Kind("cards-added", "Cards added", "they come as new; the other cards keep their schedule"),
    Kind("cards-removed", "Cards removed", "they stay empty, with their schedule, until a learner runs Tools → Empty Cards"),
    Kind("retired", "Retired", "learners who have the note read why on its back, and find it by its tag; nobody gets new cards of it"),
    Kind("returned", "Returned", "the note is replaced; learners without cards of it get them"),
    Kind("renamed-id", "New id", "the note and its schedules stay the same"),
    Kind("forgotten", "Forgotten", "learners keep the note as it was, for good"),
    Kind("moved", "Moved to another deck", "only new learners get the cards there; existing cards stay in the deck that they are in"),
    Kind("package", "In other packages", "who imports only one package gets or loses updates of the note"),
    Kind("note-type", "Looks", "all cards of the note type change at once; no note is touched"),
    Kind("deck-new", "New decks", "they are made at the import"),
    Kind("deck-description", "Descriptions of decks", "they are replaced, unless the new one is empty"),
    Kind("deck-gone", "Decks without questions", "learners keep them, and the cards in them"),
)
_ORDER = {kind.code: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of which kind, of what (a question's id, a pack, a deck), and what exactly."""

    code: str
    subject: str
    detail: str = ""
    guid: str = ""


def compare(before: Lock, after: Lock) -> tuple[Change, ...]:
    """Return what learners who have `before` will notice of `after`, the risky first."""
    found = [*_notes(before, after), *_note_types(before, after), *_decks(before, after)]
    return tuple(sorted(found, key=lambda change: _ORDER[change.code]))


def _notes(before: Lock, after: Lock) -> Iterator[Change]:
    for guid, now in after.notes.items():
        old = before.notes.get(guid)
        if old is None:
            yield Change("new", now.id, _cards(len(now.cards)), guid)
        else:
            yield from (Change(code, now.id, detail, guid) for code, detail in _note(old, now, after.note_types.get(now.pack)))
    for guid, old in before.notes.items():
        if guid not in after.notes:
            yield Change("forgotten", old.id, "", guid)


def _note(old: NoteRecord, now: NoteRecord, kind: TypeRecord | None) -> Iterator[tuple[str, str]]:
    if old.id != now.id:
        yield "renamed-id", f"was {old.id}"
    if now.retired != old.retired:
        yield ("retired" if now.retired else "returned"), ""
    elif not now.same_content(old):
        code = "text" if old.text != now.text else "citation" if old.citations != now.citations else "tags"
        if code != "tags" or old.id == now.id:
            yield code, "its author changed nothing" if now.same_author(old) else ""
    if moved := _moved(old, now, kind):
        yield "history-moves", moved
    if not now.retired and (added := {*now.cards} - {*old.cards}):
        yield "cards-added", _cards(len(added))
    if not now.retired and (removed := {*old.cards} - {*now.cards}):
        yield "cards-removed", _cards(len(removed))
    if old.deck and old.deck.casefold() != now.deck.casefold():  # A package does not say where a note without cards belongs.
        yield "moved", f"{old.deck} → {now.deck}"
    if set(old.packages) != set(now.packages):
        yield "package", f"{_names(old.packages)} → {_names(now.packages)}"


def _moved(old: NoteRecord, now: NoteRecord, kind: TypeRecord | None) -> str:
    """Say which content a card would take over that another card, or another place of the note, had."""
    moves = []
    for place, texts in now.parts.items():
        for text in set(texts) - set(old.parts.get(place, ())):
            moves += [f"{_place(was, kind)} → {_place(place, kind)}" for was, had in old.parts.items() if text in had and text not in now.parts.get(was, ())]
    return ", ".join(dict.fromkeys(moves))


def _place(part: str, kind: TypeRecord | None) -> str:
    """Return what people call a part of a note: "c2" is a cloze, "2.right" what is of the class right in the second own field."""
    number, _, of_class = part.partition(".")
    own = [name for _, name in kind.fields if name not in EVERYWHERE] if kind else []
    name = own[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(own) else number
    return f"{name} ({of_class})" if of_class else name


def _note_types(before: Lock, after: Lock) -> Iterator[Change]:
    for pack, now in after.note_types.items():
        old = before.note_types.get(pack)
        if old and not old.same_looks(now):
            yield Change("note-type", pack, ", ".join(_looks(old, now)))


def _looks(old: TypeRecord, now: TypeRecord) -> Iterator[str]:
    if old.name != now.name:
        yield f"'{old.name}' is called '{now.name}'"
    for what, was, names in (("field", old.fields, now.fields), ("card", old.cards, now.cards)):
        known = dict(was)
        yield from (f"the {what} '{known[number]}' is called '{name}'" for number, name in names if number in known and known[number] != name)
    if old.looks != now.looks:
        yield "card templates or style"


def _decks(before: Lock, after: Lock) -> Iterator[Change]:
    old, new = ({name.casefold(): (name, made) for name, made in lock.decks.items()} for lock in (before, after))
    for key, (name, description) in new.items():
        if key not in old:
            yield Change("deck-new", name)
        elif old[key][1] != description:
            yield Change("deck-description", name)
    for key in old.keys() - new.keys():
        yield Change("deck-gone", old[key][0])


def _cards(count: int) -> str:
    return f"{count} card{'' if count == 1 else 's'}"


def _names(packages: tuple[str, ...]) -> str:
    return ", ".join(packages) or "none"
