"""The notes and cards of a database, in the author's order. Their tables are the same in all versions of Anki."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from citedeck.exports.conventions import DEFAULT_DECK, TYPELESS, UNEVEN, fit, remarks_on, sort_key, split_tags
from citedeck.exports.nouns import ExportedDeck, ExportedNote, ExportedType, UnreadableError

MAX_ROWS, MAX_TEXT = 3_000_000, 1024**3
"""Notes, or cards, and characters of all fields together."""
MAX_CARD = 1024 * 1024
"""Bytes of a card: add-ons may keep data in it."""
# A new card's place is when it is due; in a filtered deck, that and its own deck are kept elsewhere. Other cards may remember theirs in their data.
_CARDS = """
SELECT CAST(nid AS INTEGER), CASE WHEN ord IS NULL THEN 0 ELSE CAST(ord AS INTEGER) END, CAST(id AS INTEGER),
    CASE WHEN odid > 0 THEN CAST(odid AS INTEGER) ELSE CAST(did AS INTEGER) END,
    CASE WHEN type != 0 THEN NULL WHEN odid > 0 THEN CAST(odue AS INTEGER) ELSE CAST(due AS INTEGER) END,
    CASE WHEN type != 0 THEN substr(CAST(data AS TEXT), 1, 200) END
FROM cards WHERE id IS NOT NULL AND nid IS NOT NULL LIMIT ?"""
_NOTES = """
SELECT CAST(id AS INTEGER), CASE WHEN guid IS NULL THEN '' ELSE CAST(guid AS TEXT) END, CAST(mid AS INTEGER),
    CASE WHEN mod > 0 THEN CAST(mod AS INTEGER) ELSE 0 END, CASE WHEN tags IS NULL THEN '' ELSE CAST(tags AS TEXT) END,
    CASE WHEN flds IS NULL THEN '' ELSE CAST(flds AS TEXT) END
FROM notes WHERE id IS NOT NULL LIMIT ?"""
_POSITION = re.compile(r'[{,]\s*"pos"\s*:\s*(\d{1,18})\b')
_LAST = 2**63
_Card = tuple[int, int, int, int, int | None, str | None]
"""A card: its note's id, its ordinal, its id, its deck's id, its position if it is new, its data if it is not."""
_ORDINAL_AND_ID, _DECK = itemgetter(1, 2), itemgetter(3)
_Placed = tuple[bool, int, int, int, ExportedNote]
"""A note after what it is sorted by within its deck: whether its position is unknown, its position, its id, its place in the table."""


@dataclass
class _Found:
    """What is being read: notes by deck, the cards of notes that are still to come, and what is wrong."""

    decks: Mapping[int, str]
    firsts: dict[int, _Card]
    several: Mapping[int, Sequence[_Card]]
    notes: defaultdict[str, list[_Placed]] = field(default_factory=lambda: defaultdict(list))
    cardless: list[ExportedNote] = field(default_factory=list)
    types: dict[int, int] = field(default_factory=dict)
    typeless: list[str] = field(default_factory=list)
    uneven: list[str] = field(default_factory=list)
    homeless: dict[str, None] = field(default_factory=dict)


def read_notes(
    connection: sqlite3.Connection, types: Mapping[int, ExportedType], decks: Mapping[int, ExportedDeck], remarks: list[str]
) -> tuple[list[ExportedType], list[ExportedNote]]:
    """Return the note types in use, and the notes by deck, each deck's in the order in which new cards come."""
    found = _Found({deck_id: deck.name for deck_id, deck in decks.items() if deck.name}, *_cards(connection))
    _read(connection, {type_id: len(note_type.fields) for type_id, note_type in types.items()}, found)
    remarks += _remarks(found)
    return [types[type_id] for type_id in found.types], _sorted(found)


def _cards(connection: sqlite3.Connection) -> tuple[dict[int, _Card], Mapping[int, Sequence[_Card]]]:
    """Return the first card of each note, and all cards of those that have several, by ordinal."""
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CARD)
    cards: list[_Card] = connection.execute(_CARDS, (MAX_ROWS + 1,)).fetchall()
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)
    if len(cards) > MAX_ROWS:
        raise UnreadableError(f"it holds more than {MAX_ROWS:,} cards", "export one deck at a time")
    firsts = {card[0]: card for card in cards}
    if len(firsts) == len(cards):
        return firsts, {}
    several: defaultdict[int, list[_Card]] = defaultdict(list)
    for card in cards:
        several[card[0]].append(card)
    for note, many in several.items():
        many.sort(key=_ORDINAL_AND_ID)
        firsts[note] = many[0]
    return firsts, {note: many for note, many in several.items() if len(many) > 1}


def _read(connection: sqlite3.Connection, widths: Mapping[int, int], found: _Found) -> None:
    """Read all notes, and take away their first cards. Written for speed: this is where the time goes."""
    left, count = MAX_TEXT, 0
    tags: dict[str, tuple[str, ...]] = {}
    types, firsts, several, decks, notes = found.types, found.firsts, found.several, found.decks, found.notes
    for note_id, guid, type_id, mod, tag_text, text in connection.execute(_NOTES, (MAX_ROWS + 1,)):
        count += 1
        left -= len(text) + len(guid) + len(tag_text)
        if left < 0 or count > MAX_ROWS:
            raise UnreadableError(f"it holds more than {MAX_ROWS:,} notes, or more than {MAX_TEXT // 1024**3} GiB of text", "export one deck at a time")
        card = firsts.pop(note_id, None)
        if type_id not in widths:
            found.typeless.append(guid)
            continue
        fields = tuple(text.split("\x1f"))
        if len(fields) != widths[type_id]:
            found.uneven.append(guid)
            fields = fit(fields, widths[type_id])
        if tag_text not in tags:
            tags[tag_text] = split_tags(tag_text)
        if type_id not in types:
            types[type_id] = len(types)
        if card is None:
            found.cardless.append(ExportedNote(guid, types[type_id], fields, tags[tag_text], DEFAULT_DECK, note_id, mod))
            continue
        deck = decks.get(card[3]) or _home(found, guid)
        position = _position(card[5]) if card[5] else card[4]
        cards: tuple[tuple[int, int], ...] = ((card[1], card[2]),)
        others: tuple[str, ...] = ()
        if note_id in several:
            cards, others = _several(found, guid, several[note_id])
        note = ExportedNote(guid, types[type_id], fields, tags[tag_text], deck, note_id, mod, cards, others)
        notes[deck].append((position is None, position or 0, note_id, count, note))


def _several(found: _Found, guid: str, cards: Sequence[_Card]) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Return ordinals and ids of a note's cards, and the decks of those that are not where the first one is."""
    ids = tuple(map(_ORDINAL_AND_ID, cards))
    homes = dict.fromkeys(map(_DECK, cards))
    if len(homes) == 1:
        return ids, ()
    decks = dict.fromkeys(found.decks.get(home) or _home(found, guid) for home in homes)
    return ids, tuple(decks)[1:]


def _home(found: _Found, guid: str) -> str:
    """Return the deck of cards whose own deck is missing."""
    found.homeless[guid] = None
    return DEFAULT_DECK


def _position(data: str) -> int | None:
    """Return the position that a card had when it was new, if its data remember it."""
    match = _POSITION.search(data)
    return int(match[1]) if match else None


def _sorted(found: _Found) -> list[ExportedNote]:
    """Return the notes in order. Those without cards are in the only deck, if there is but one, and come last in theirs."""
    others = set(found.notes) or set(found.decks.values()) - {DEFAULT_DECK}
    home = others.pop() if len(others) == 1 else DEFAULT_DECK
    cardless = sorted(found.cardless, key=lambda note: note.id or 0)
    if cardless:
        found.notes[home] += [(True, _LAST, 0, place, replace(note, deck=home)) for place, note in enumerate(cardless)]
    return [placed[-1] for deck in sorted(found.notes, key=sort_key) for placed in sorted(found.notes[deck])]


def _remarks(found: _Found) -> list[str]:
    """Return what was wrong, each a sentence."""
    moved = (
        f'in a deck that is missing, which is now in "{DEFAULT_DECK}"; its guid',
        f'in a deck that is missing, which are now in "{DEFAULT_DECK}"; their guids',
    )
    return remarks_on(
        (found.typeless, *TYPELESS),
        (found.uneven, *UNEVEN),
        (list(found.homeless), f"note has cards {moved[0]}", f"notes have cards {moved[1]}"),
        (
            [str(note) for note in sorted(found.firsts)],
            "note is missing, although there are cards of it; its id",
            "notes are missing, although there are cards of them; their ids",
        ),
    )
