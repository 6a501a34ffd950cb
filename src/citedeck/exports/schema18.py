"""Note types and decks of databases of schemas 15 to 18, from Anki 2.1.28 on: tables with binary settings."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping

from citedeck.exports import anki_json, messages
from citedeck.exports.database import fetch
from citedeck.exports.nouns import ExportedDeck, ExportedType, UnreadableError

_BOUNDS = {"rows": 200_000, "value": 16 * 1024 * 1024, "total": 256 * 1024 * 1024}
"""Of note types, fields, card templates or decks of a collection."""
_TYPES = "SELECT CAST(id AS INTEGER), CAST(name AS TEXT), CAST(mtime_secs AS INTEGER), CAST(config AS BLOB) FROM notetypes"
_FIELDS = "SELECT CAST(ntid AS INTEGER), CAST(ord AS INTEGER), CAST(name AS TEXT), CAST(config AS BLOB) FROM fields"
_TEMPLATES = "SELECT CAST(ntid AS INTEGER), CAST(ord AS INTEGER), CAST(name AS TEXT), CAST(config AS BLOB) FROM templates"
_DECKS = "SELECT CAST(id AS INTEGER), CAST(name AS TEXT), CAST(kind AS BLOB) FROM decks"

_Part = tuple[int, str, bytes]
"""Ordinal, name and settings of a field or a card template."""


def read_types_and_decks(connection: sqlite3.Connection, remarks: list[str]) -> tuple[dict[int, ExportedType], dict[int, ExportedDeck]]:
    """Return note types and decks by their ids."""
    return _types(connection, remarks), _decks(connection, remarks)


def _types(connection: sqlite3.Connection, remarks: list[str]) -> dict[int, ExportedType]:
    fields, templates = _parts(connection, _FIELDS), _parts(connection, _TEMPLATES)
    types: dict[int, ExportedType] = {}
    for type_id, name, mod, config in fetch(connection, _TYPES, **_BOUNDS):
        try:
            found = messages.read_type(config or b"") | {
                "name": name,
                "mod": mod,
                "flds": _read(fields[type_id], messages.read_field),
                "tmpls": _read(templates[type_id], messages.read_template),
            }
            note_type = anki_json.read_type(found, type_id)
        except UnreadableError:
            note_type = None
        if note_type:
            types[type_id] = note_type
        else:
            remarks.append(f"The note type {(name or '')[:80]!r} is damaged and is left out.")
    return types


def _parts(connection: sqlite3.Connection, query: str) -> Mapping[int, list[_Part]]:
    """Return the fields or card templates of each note type."""
    found: defaultdict[int, list[_Part]] = defaultdict(list)
    for type_id, ordinal, name, config in fetch(connection, query, **_BOUNDS):
        found[type_id].append((ordinal or 0, name or "", config or b""))
    return found


def _read(parts: list[_Part], read: Callable[[bytes], dict[str, object]]) -> list[dict[str, object]]:
    return [read(config) | {"name": name} for _, name, config in sorted(parts)]


def _decks(connection: sqlite3.Connection, remarks: list[str]) -> dict[int, ExportedDeck]:
    decks: dict[int, ExportedDeck] = {}
    for deck_id, levels, kind in fetch(connection, _DECKS, **_BOUNDS):
        name = (levels or "").replace("\x1f", "::")
        try:
            found = messages.read_deck(kind or b"")
        except UnreadableError:
            found = {}
            remarks.append(f"The text under the deck {name[:80]!r} is damaged and is left out.")
        decks[deck_id] = anki_json.read_deck(found, name)
    return decks
