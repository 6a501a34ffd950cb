"""Packs that were adopted from an existing deck: note types that learners have, whose shape can therefore never change.

Their `pack.yaml` says under `adopted:` what Anki knows them by. Each field holds the text of one key of its questions; there are no shared
fields, no spares and no `fields.j2`. Card templates and style are the deck's own, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from citedeck.diagnostics import TextFile
from citedeck.entry import Entry, Text
from citedeck.keys import QUESTION
from citedeck.model import Adopted, CardTemplate, FieldSpec, NoteType, Settings

FIELD_SETTINGS: Mapping[str, type] = {
    "sticky": bool, "rtl": bool, "font": str, "size": int, "description": str, "plainText": bool, "collapsed": bool, "excludeFromSearch": bool,
    "tag": int, "preventDeletion": bool,
}  # fmt: skip
CARD_SETTINGS: Mapping[str, type] = {"bqfmt": str, "bafmt": str, "bfont": str, "bsize": int}
TYPE_SETTINGS: Mapping[str, type] = {
    "sortf": int, "latexPre": str, "latexPost": str, "latexsvg": bool, "originalStockKind": int, "originalId": int,
}  # fmt: skip
"""What Anki keeps of fields, card templates and note types besides, under the names of its JSON."""

RESERVED = frozenset(QUESTION) - {"extra"}
"""Keys that mean something on every question, so that no field can have them."""
_ID = re.compile(r"-?\d{1,19}")
_KEY = re.compile(r"[^\W\d]\w*")
_FILE = re.compile(r"[^\W_][\w.-]*")
_CLOZE_FIELD = re.compile(r"\{\{[^{}]*\bcloze:(?:[^{}:]+:)*([^{}:]+)\}\}")


@dataclass(frozen=True)
class AdoptedPack:
    """An adopted pack as read: its note type, its keys with their types, and the key of each field by the field's name."""

    note_type: NoteType
    keys: Mapping[str, str]
    fills: Mapping[str, str]


def cloze_fields(templates: tuple[str, ...]) -> frozenset[str]:
    """Return the names of the fields in which card templates look for clozes."""
    return frozenset(match[1].strip() for text in templates for match in _CLOZE_FIELD.finditer(text))


def read_adopted(name: str, entry: Entry, folder: Mapping[str, TextFile]) -> AdoptedPack | None:
    """Return what an adopted pack's `pack.yaml` says, or None after saying what is wrong with it. `folder` are the pack's files by name."""
    before = len(entry.sink)
    for key in ("title", "fields", "cards"):
        entry.require(key)
    title = entry.exact("title")
    cloze = entry.choice("kind", ("normal", "cloze"), "normal") == "cloze"
    adopted = entry.entry("adopted")
    fields, fills = _fields(entry)
    cards = tuple(card for one in entry.entries("cards") if (card := _card(one, folder)))
    identity = _adopted(adopted, fills) if adopted else None
    entry.finish()
    if len(entry.sink) > before or identity is None or title is None:
        return None
    shown = cloze_fields(tuple(side for card in cards for side in (card.front, card.back)))
    keys = {key: "cloze" if cloze and field in shown else "text" for field, key in fills.items()}
    style = folder["style.css"].text if "style.css" in folder else ""
    return AdoptedPack(NoteType(name, title.value, cloze, fields, cards, style, adopted=identity), keys, fills)


def _adopted(entry: Entry, fields: Mapping[str, str]) -> Adopted:
    number, citations = entry.text("id"), entry.exact("citations")
    settings = _settings(entry, TYPE_SETTINGS)
    if citations and citations.value not in fields:
        entry.bad(citations, f"'{citations.value}' is none of the pack's fields", "the field at whose end citations shall stand")
    entry.finish()
    return Adopted(_number(entry, number), citations.value if citations else "", settings)


def _fields(entry: Entry) -> tuple[tuple[FieldSpec, ...], dict[str, str]]:
    found: list[FieldSpec] = []
    fills: dict[str, str] = {}
    for one in entry.entries("fields"):
        one.require("name")
        one.require("key", "the key of questions whose text goes into the field")
        number, name, key, settings = one.text("id"), one.exact("name"), one.text("key"), _settings(one, FIELD_SETTINGS)
        one.finish()
        if key and (not _KEY.fullmatch(key.value) or key.value in RESERVED or key.value in fills.values()):
            one.bad(key, f"'{key.value}' cannot be the field's key", "a word that no other field has, and that means nothing on every question")
        if name and name.value in fills:
            one.bad(name, f"two fields are called '{name.value}'")
        if name and key:
            found.append(FieldSpec(_number(one, number), name.value, settings))
            fills[name.value] = key.value
    return tuple(found), fills


def _card(entry: Entry, folder: Mapping[str, TextFile]) -> CardTemplate | None:
    entry.require("name")
    entry.require("file", "the files are <file>.front.html and <file>.back.html")
    number, name, file, settings = entry.text("id"), entry.exact("name"), entry.text("file"), _settings(entry, CARD_SETTINGS)
    entry.finish()
    if name is None or file is None:
        return None
    if not _FILE.fullmatch(file.value):
        entry.bad(file, f"'{file.value}' cannot be a file's name", "letters, digits, '.', '_' and '-'")
        return None
    sides = [folder.get(f"{file.value}.{side}.html") for side in ("front", "back")]
    for side, found in zip(("front", "back"), sides, strict=True):
        if found is None:
            entry.bad(file, f"there is no file '{file.value}.{side}.html' in the pack's folder")
    front, back = (found.text if found else "" for found in sides)
    return CardTemplate(_number(entry, number), name.value, front, back, settings)


def _number(entry: Entry, text: Text | None) -> int | None:
    if text is None:
        return None
    if not _ID.fullmatch(text.value) or not -(2**63) <= int(text.value) < 2**63:
        entry.bad(text, f"'{text.value}' is no id", "a whole number of 64 bits, as Anki gave it")
        return None
    return int(text.value)


def _settings(entry: Entry, known: Mapping[str, type]) -> Settings:
    """Read `anki`: what Anki keeps besides."""
    table = entry.entry("anki")
    found: dict[str, str | int | bool] = {}
    for key in table.written() if table else ():
        if table is None or key not in known or (text := table.exact(key)) is None:
            continue  # An unknown one is reported by `finish`.
        if known[key] is bool and text.value in ("true", "false"):
            found[key] = text.value == "true"
        elif known[key] is int and _ID.fullmatch(text.value):
            found[key] = int(text.value)
        elif known[key] is str:
            found[key] = text.value
        else:
            table.bad(text, f"'{key}' has to be {'true or false' if known[key] is bool else 'a whole number'}")
    if table:
        table.finish()
    return found
