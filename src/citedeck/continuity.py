"""What was released, against what the author has written since: questions stay the same notes, and nothing that Anki freezes has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from citedeck.diagnostics import Diagnostic, Span, about, error, warning
from citedeck.entry import did_you_mean
from citedeck.identity import guid
from citedeck.lock import Lock
from citedeck.lock_records import NoteRecord, TypeRecord
from citedeck.model import DeckFile, Note, NoteType, Question
from citedeck.packs import Pack
from citedeck.project import LOCK

# Why a note type must not change, in the words of a diagnostic.
_FROZEN = "learners' notes of this kind would never be updated again"


def recognise(decks: Iterable[DeckFile], lock: Lock) -> tuple[dict[str, str], list[Diagnostic]]:
    """Return each question's guid by its id, and say which ids would give learners' schedules to another question."""
    questions = [question for deck in decks for question in deck.questions]
    recogniser = _Recogniser(lock, questions)
    guids = {question.id: recogniser.guid(question) for question in questions}
    return guids, recogniser.diagnostics


class _Recogniser:
    def __init__(self, lock: Lock, questions: Iterable[Question]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._lock = lock
        self._ids = {question.id for question in questions}
        self._taken_over: dict[str, Question] = {}

    def guid(self, question: Question) -> str:
        record = self._lock.by_id.get(question.id)
        if record is None and question.was:
            record = self._former(question)
        if record is None:
            made = question.guid or guid(self._lock.project, question.id)
            owner = self._lock.notes.get(made)
            if owner is not None or made in self._lock.forgotten:
                whose = f"is that of '{owner.id}'" if owner else "belonged to a question that was dropped for good"
                message = f"the identity of '{question.id}' {whose}: learners' schedules for that would go to this question"
                hint = "choose another id" if not question.guid else "choose another guid"
                if owner and owner.id not in self._ids:
                    hint = f"if it is '{owner.id}' under a new id, write was: {owner.id}; else {hint}"
                self._say(question, question.span, "id-used-up", message, hint)
            return made
        if question.guid and question.guid != record.guid:
            message = f"'{question.id}' was released with the guid {record.guid}: with another one learners would get it as a new card"
            self._say(question, question.span, "question-vanished", message, f"write guid: {record.guid}, or remove the key")
        return record.guid

    def _former(self, question: Question) -> NoteRecord | None:
        """Return the record that a question takes over by `was`."""
        was = question.was
        assert was
        record = self._lock.by_id.get(was.value)
        first = self._taken_over.setdefault(was.value, question)
        if was.value in self._ids or first is not question:
            where = "is a question of its own" if was.value in self._ids else f"has become '{first.id}' already"
            self._say(question, was.span, "bad-value", f"'{was.value}' {where}", "an id can have one successor only")
            return None
        if record is None and self._lock.released:
            hint = did_you_mean(was.value, self._lock.by_id.keys() - self._ids) if self._lock.by_id.keys() - self._ids else "remove it"
            self.diagnostics.append(warning(was.span, "unused-was", f"no question '{was.value}' was released", hint))
        return record

    def _say(self, question: Question, span: Span, code: str, message: str, hint: str) -> None:
        self.diagnostics += about(question.id, [error(span, code, message, hint)])


def find_vanished(lock: Lock, guids: Collection[str], notes: Iterable[Note], forget: Collection[str] = ()) -> list[Diagnostic]:
    """Say which released questions are gone. `guids` are those of the questions that are there, `forget` the ids that may go."""
    here = set(guids)
    gone = [record for record in lock.notes.values() if record.guid not in here and record.id not in forget]
    # A question that is new, and word for word the old one, has most likely been given another id.
    renamed = {note.author: note.question_id for note in notes if note.guid not in lock.notes} if gone else {}
    found = []
    for record in gone:
        message = f"'{record.id}' was released, and is no longer there: learners would keep it, and keep learning it"
        hint = f"put it back with retired: {{because: …}}, or drop it for good with citedeck release --forget {record.id}"
        if record.author in renamed:
            hint = f"'{renamed[record.author]}' has its words: write was: {record.id} there"
        found.append(error(Span(LOCK, lock.lines.get(record.guid, 0)), "question-vanished", message, hint))
    return found


def check_frozen(
    lock: Lock, packs: Mapping[str, Pack], decks: Iterable[DeckFile], guids: Mapping[str, str], *, forget_decks: Collection[str] = ()
) -> list[Diagnostic]:
    """Say what has changed that must not: the shape of note types, the kind of a question, names of decks."""
    decks = tuple(decks)
    found = [diagnostic for pack, record in lock.note_types.items() if pack in packs for diagnostic in _check_type(record, packs[pack], lock)]
    for deck in decks:
        for question in deck.questions:
            record = lock.notes.get(guids[question.id])
            if record and question.pack and record.pack != question.pack:
                message = (
                    f"'{question.id}' was released as a question of the kind '{record.pack}', and is '{question.pack}' now: learners' note of it would freeze"
                )
                hint = f"retire it as it was, and ask the new way under a new id; if only the pack's folder was renamed, name it '{record.pack}' again"
                if record.pack in packs and packs[record.pack].note_type.adopted:
                    hint = f"write pack: {record.pack} on it; to ask in another way, retire it, and take a new id"
                found.append(error(question.span, "note-type-changed", message, hint))
    return found + list(_check_decks(lock, decks, guids, forget_decks))


def _check_type(record: TypeRecord, pack: Pack, lock: Lock) -> Iterator[Diagnostic]:
    changes = list(_shape_changes(record, pack.note_type))
    if not changes:
        return
    path = next((file.path for file in pack.jinja.values() if file.path.startswith(f"templates/{pack.name}/")), f"templates/{pack.name}/pack.yaml")
    count = sum(note.pack == pack.name for note in lock.notes.values())
    message = f"{'; '.join(changes)}: {_FROZEN} ({count} released)"
    hint = "put it back; a new field claims a spare (ids 108-111), a new card one of 901-902, and another shape is a new pack in a folder of its own"
    if pack.note_type.adopted:
        hint = "put it back: learners have the note type as it was; another shape is a new pack in a folder of its own, without adopted:"
    yield error(Span(path.rpartition("/")[0] + "/pack.yaml"), "note-type-changed", message, hint)


def _shape_changes(record: TypeRecord, kind: NoteType) -> Iterator[str]:
    if record.id != (kind.adopted.id if kind.adopted else None):
        yield f"the note type of the pack '{kind.pack}' has another id"
    if record.cloze != kind.cloze:
        yield f"the pack '{kind.pack}' was released as {'cloze' if record.cloze else 'normal'}"
    for what, before, now in (
        ("field", _known_by(record.fields), _known_by((spec.id, spec.name) for spec in kind.fields)),
        ("card", _known_by(record.cards), _known_by((card.id, card.name) for card in kind.cards)),
    ):
        gone = [f"the {what} {_shown(key, name)} is gone" for key, name in before.items() if key not in now]
        added = [f"the {what} {_shown(key, name)} is new" for key, name in now.items() if key not in before]
        yield from (*gone, *added)
        if not gone and not added and list(before) != list(now):
            yield f"the {what}s are in another order"


def _shown(key: int | str, name: str) -> str:
    return f"'{name}'" if isinstance(key, str) else f"'{name}' (id {key})"


def _known_by(parts: Iterable[tuple[int | None, str]]) -> dict[int | str, str]:
    """Return the names of fields or cards by what Anki recognises them by: the id, or the name if there is none."""
    return {name if number is None else number: name for number, name in parts}


def _check_decks(lock: Lock, decks: Iterable[DeckFile], guids: Mapping[str, str], forget: Collection[str]) -> Iterator[Diagnostic]:
    """Say which deck was renamed: its name is gone, and questions of it are in a deck of a new name."""
    # Anki compares decks' names without regard to case.
    released = {name.casefold(): name for name in lock.decks}
    gone = released.keys() - {deck.name.casefold() for deck in decks} - {name.casefold() for name in forget}
    said = set()
    for deck in decks:
        if deck.name.casefold() in released:
            continue
        for question in deck.questions:
            record = lock.notes.get(guids[question.id])
            if record is None or record.deck.casefold() not in gone or (record.deck, deck.name) in said:
                continue
            said.add((record.deck, deck.name))
            message = f"the deck '{record.deck}' was released, and its questions are in '{deck.name}' now: learners' cards would stay in the old one"
            hint = f"write deck: {record.deck}; or have learners rename theirs first, then run citedeck release --forget-deck '{record.deck}'"
            yield error(deck.name_span, "deck-renamed", message, hint)
