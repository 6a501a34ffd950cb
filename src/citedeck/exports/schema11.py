"""Note types and decks of databases of schema 11, which every version of Anki since 2.0 reads: two JSON texts."""

from __future__ import annotations

import sqlite3

from citedeck.exports.anki_json import as_map, as_number, as_text, load_json, read_deck, read_type
from citedeck.exports.nouns import ExportedDeck, ExportedType, UnreadableError


def read_types_and_decks(connection: sqlite3.Connection, remarks: list[str]) -> tuple[dict[int, ExportedType], dict[int, ExportedDeck]]:
    """Return note types and decks by their ids."""
    row = connection.execute("SELECT CAST(models AS TEXT), CAST(decks AS TEXT) FROM col LIMIT 1").fetchone()
    types, decks = (_entries(text or "{}", what) for text, what in zip(row, ("note types", "decks"), strict=True))
    found: dict[int, ExportedType] = {}
    for type_id, entry in types.items():
        if note_type := read_type(entry, type_id):
            found[type_id] = note_type
        else:
            remarks.append(f"The note type {as_text(entry.get('name'))[:80]!r} has no fields or no card templates and is left out.")
    return found, {deck_id: read_deck(entry, as_text(entry.get("name"))) for deck_id, entry in decks.items()}


def _entries(text: str, what: str) -> dict[int, dict[str, object]]:
    try:
        found = as_map(load_json(text))
    except UnreadableError:
        raise UnreadableError(f"the list of its {what} is damaged", "get the file again") from None
    return {as_number(key): dict(as_map(entry)) for key, entry in found.items() if as_number(key) and isinstance(entry, dict)}
