"""Notes and the lock of the last release → the lock of the next one: which notes changed, and when. The clock is an argument."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from citedeck.attest import Attestation
from citedeck.fingerprint import digest, prints
from citedeck.identity import card_ids, note_ids
from citedeck.lock import Lock
from citedeck.lock_records import NoteRecord, TypeRecord
from citedeck.model import Note, NoteType

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Stamped:
    """A note with what Anki identifies and dates it by. A card's id is the note's id plus the card's ordinal, unless it is an adopted note's."""

    note: Note
    note_id: int
    mod: int
    ordinals: tuple[int, ...]
    """Its cards, as Anki counts them."""
    card_ids: Mapping[int, int]
    """The ids of an adopted note's cards, by ordinal."""

    @property
    def cards(self) -> tuple[tuple[int, int], ...]:
        """Return the ordinals and ids of the cards that a package holds: none for a retired question, which nobody shall begin to learn."""
        return () if self.note.retired else tuple((ordinal, self.card_ids.get(ordinal, self.note_id + ordinal)) for ordinal in self.ordinals)


@dataclass(frozen=True)
class Plan:
    """What a build or a release ships: the notes, and the lock that a release would write. `dated` says whether the time was needed."""

    before: Lock
    lock: Lock
    notes: tuple[Stamped, ...]
    dated: bool
    rerendered: tuple[str, ...]
    """The ids of questions whose notes changed although their authors changed nothing."""

    @cached_property
    def looks_changed(self) -> Mapping[str, int]:
        """Return when each note type last changed, by pack."""
        return {pack: record.mod for pack, record in self.lock.note_types.items()}


def release_time(lock: Lock, now: int) -> int:
    """Return the time of a build or release: now, but past everything that was released."""
    return max(now, lock.newest + 1)


def is_behind(lock: Lock, now: int) -> bool:
    """Say whether a clock is so far behind the last release that one of the two must be wrong."""
    return lock.newest > now + DAY


def advance(
    lock: Lock, notes: Iterable[Note], note_types: Mapping[str, TypeRecord], decks: Mapping[str, str], attestations: Mapping[str, Attestation], *,
    kinds: Mapping[str, NoteType], packages: Mapping[str, tuple[str, ...]], time: int, redate: bool, forget: Collection[str] = (),
) -> Plan:  # fmt: skip
    """Return what is to be shipped at `time`, in seconds.

    Notes that did not change keep their time; so do those that only the tool renders differently, unless `redate`. `packages` are the names of
    the packages that take a deck file, by its path. A retired question that was never released is left out: nobody has it.
    """
    shipped = [note for note in notes if not note.retired or note.guid in lock.notes]
    taken = [number for record in lock.notes.values() for number in (record.note_id, *(record.card_ids or {}).values())]
    fresh = note_ids([note.guid for note in shipped if note.guid not in lock.notes], time, taken)
    records: dict[str, NoteRecord] = {}
    rerendered = []
    for note in shipped:
        made = _record(note, kinds[note.pack], packages.get(note.deck_path, ()))
        old = lock.notes.get(note.guid)
        if old is None:
            made = replace(made, note_id=fresh[note.guid], mod=time)
        else:
            same = made.same_content(old)
            if not same and made.same_author(old):
                rerendered.append(note.question_id)
                same = not redate
            made = replace(made, note_id=old.note_id, mod=old.mod if same else time, card_ids=old.card_ids)
            if same and old.card_ids is not None:  # Its author may have deleted cards that Anki would make.
                made = replace(made, cards=old.cards)
        records[note.guid] = made
    records = _with_card_ids(records, time, [*taken, *fresh.values()])
    used = {note.pack for note in shipped}
    types = dict(lock.note_types)
    for pack in sorted(used):
        known, now = lock.note_types.get(pack), note_types[pack]
        types[pack] = replace(now, mod=known.mod if known and known.same_looks(now) else time)
    forgotten = {**lock.forgotten, **{guid: record.id for guid, record in lock.notes.items() if record.id in forget and guid not in records}}
    there = {note.deck for note in shipped}
    after = Lock(
        lock.project, records, types, {name: made for name, made in decks.items() if name in there}, attestations, forgotten,
        media=lock.media,
    )  # fmt: skip
    dated = time in {*(record.mod for record in records.values()), *(record.mod for record in types.values())}
    stamped = tuple(
        Stamped(note, made.note_id, made.mod, made.cards, made.card_ids or {}) for note, made in ((note, records[note.guid]) for note in shipped)
    )  # fmt: skip
    return Plan(lock, after, stamped, dated, tuple(rerendered))


def _with_card_ids(records: dict[str, NoteRecord], time: int, taken: list[int]) -> dict[str, NoteRecord]:
    """Give ids to the cards that adopted notes got since they were adopted."""
    known = {guid: record.card_ids for guid, record in records.items() if record.card_ids is not None}
    grown = [(guid, ordinal) for guid, ids in known.items() for ordinal in records[guid].cards if ordinal not in ids]
    for (guid, ordinal), number in card_ids(grown, time, taken).items():
        records[guid] = replace(records[guid], card_ids={**(records[guid].card_ids or {}), ordinal: number})
    return records


@dataclass(frozen=True, slots=True)
class Origin:
    """What an adopted note is known by: its id, when it last changed (in seconds), and the ids of its cards by ordinal."""

    note_id: int
    mod: int
    card_ids: Mapping[int, int]


def take_over(
    project: str, notes: Iterable[Note], origins: Mapping[str, Origin], types: Mapping[str, TypeRecord], kinds: Mapping[str, NoteType],
    decks: Mapping[str, str], media: Mapping[str, str], package: str,
) -> Lock:  # fmt: skip
    """Return the lock of an adopted deck: what learners have of it, as if this project had released it.

    `origins` are by guid; notes without one are not in it, being new to learners. `types` are dated, `decks` are digests of descriptions.
    """
    records = {}
    for note in notes:
        if origin := origins.get(note.guid):
            records[note.guid] = _record(note, kinds[note.pack], (package,), origin)
    there = {record.deck for record in records.values()}
    used = {record.pack for record in records.values()}
    return Lock(
        project, records, {pack: one for pack, one in types.items() if pack in used}, {name: made for name, made in decks.items() if name in there}, media=media
    )  # fmt: skip


def describe(kind: NoteType, name: str) -> TypeRecord:
    """Return the record of a note type, not dated yet. `name` is what Anki shows."""
    settings = [one.settings for one in kind.fields] + [one.settings for one in kind.cards]
    kept = [[dict(one) for one in settings], dict(kind.adopted.settings)] if kind.adopted else []
    looks = digest([kind.css, [(card.front, card.back) for card in kind.cards], *kept])
    fields, cards = tuple((spec.id, spec.name) for spec in kind.fields), tuple((card.id, card.name) for card in kind.cards)
    return TypeRecord(kind.pack, name, kind.cloze, fields, cards, looks, 0, kind.adopted.id if kind.adopted else None)


def _record(note: Note, kind: NoteType, packages: tuple[str, ...], origin: Origin | None = None) -> NoteRecord:
    made = prints(kind, note.fields, note.tags)
    note_id, mod, ordinals, cards = (origin.note_id, origin.mod, tuple(sorted(origin.card_ids)), origin.card_ids) if origin else (0, 0, note.ordinals, None)
    return NoteRecord(
        note.guid, note.question_id, note_id, mod, note.pack, note.deck, packages, ordinals,
        note.author, made.text, made.citations, made.tags, made.parts, note.retired, cards,
    )  # fmt: skip
