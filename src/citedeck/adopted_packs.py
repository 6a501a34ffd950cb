"""Packs that were adopted from an existing deck: note types that learners have, whose shape can therefore never change.

Their `pack.yaml` says under `adopted:` what Anki knows them by. Each field holds the text of one key of its questions; there are no shared
fields, no spares and no `fields.j2`. Card templates and style are the deck's own, to the letter. Whatever would keep Anki from taking a package,
or learners from seeing a card, is refused, but for what the deck came with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from citedeck import card_html
from citedeck.diagnostics import Severity, TextFile, error, warning
from citedeck.entry import Entry, Text
from citedeck.keys import QUESTION
from citedeck.model import Adopted, CardTemplate, FieldSpec, NoteType, Settings

_U16, _U32, _I32, _I64 = range(1 << 16), range(1 << 32), range(-(1 << 31), 1 << 31), range(-(1 << 63), 1 << 63)

Kind = type[str] | type[bool] | range
"""What a setting can be: a text, true or false, or one of the numbers that Anki has room for. One number beyond, and it takes no note of a package."""

FIELD_SETTINGS: Mapping[str, Kind] = {
    "sticky": bool, "rtl": bool, "font": str, "size": _U16, "description": str, "plainText": bool, "collapsed": bool, "excludeFromSearch": bool,
    "tag": _U32, "preventDeletion": bool,
}  # fmt: skip
CARD_SETTINGS: Mapping[str, Kind] = {"bqfmt": str, "bafmt": str, "bfont": str, "bsize": range(1 << 8)}
TYPE_SETTINGS: Mapping[str, Kind] = {
    "sortf": _U16, "latexPre": str, "latexPost": str, "latexsvg": bool, "originalStockKind": _I32, "originalId": _I64,
}  # fmt: skip
"""What Anki keeps of fields, card templates and note types besides, under the names of its JSON."""

SIDES = ("front", "back")
RESERVED = frozenset(QUESTION) - {"extra"}
"""Keys that mean something on every question, so that no field can have them."""
_ID = re.compile(r"-?\d{1,19}")
_KEY = re.compile(r"[^\W\d]\w*")
_FILE = re.compile(r"[^\W_][\w.-]*")
_UNFIT, _UNFIT_FIRST = re.compile(r'[:{}"]'), re.compile(r"[\s#^/]+")
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


def field_name(name: str) -> str:
    """Return a field's name as Anki keeps it; empty if nothing is left."""
    made = _UNFIT.sub("", unicodedata.normalize("NFC", name)).strip()
    first = _UNFIT_FIRST.match(made)
    return made[first.end() :] if first else made


def card_name(name: str) -> str:
    """Return a card's, or a note type's, name as Anki keeps it; empty if nothing is left."""
    return name.replace('"', "")


def fits(value: object, kind: Kind) -> bool:
    """Say whether Anki takes a value of a setting."""
    return isinstance(value, int) and value in kind if isinstance(kind, range) else isinstance(value, kind)


def faults(side: str, template: str, fields: Collection[str], *, cloze: bool) -> Iterator[str]:
    """Yield why learners would see no card for a side of a card template."""
    yield from card_html.refused(template, fields)
    if cloze and side == "front" and not cloze_fields((template,)):
        yield "a cloze card has to show a field with {{cloze:…}}"


def read_adopted(name: str, entry: Entry, folder: Mapping[str, TextFile]) -> AdoptedPack | None:
    """Return what an adopted pack's `pack.yaml` says, or None after saying what is wrong with it. `folder` are the pack's files by name."""
    before = len(entry.sink)
    for key in ("title", "fields", "cards"):
        entry.require(key)
    title = entry.exact("title")
    if title and not card_name(title.value):
        _refuse(entry, title, "the note type has no name", "write the one that learners know it by")
    cloze = entry.choice("kind", ("normal", "cloze"), "normal") == "cloze"
    adopted = entry.entry("adopted")
    fields, fills = _fields(entry)
    entries = entry.entries("cards")
    cards = tuple(card for one in entries if (card := _card(one, folder)))
    identity = _adopted(adopted, fills) if adopted else None
    entry.finish()
    if len(entry.sink) == before:
        for one in entries:
            _check_sides(one, folder, fills, cloze=cloze)
    if any(one.severity is Severity.ERROR for one in entry.sink[before:]) or identity is None or title is None:
        return None
    shown = cloze_fields(tuple(side for card in cards for side in (card.front, card.back)))
    keys = {key: "cloze" if cloze and field in shown else "text" for field, key in fills.items()}
    style = folder["style.css"].text if "style.css" in folder else ""
    return AdoptedPack(NoteType(name, title.value, cloze, fields, cards, style, adopted=identity), keys, fills)


def _refuse(entry: Entry, text: Text, message: str, hint: str) -> None:
    entry.sink.append(error(text.span, "bad-pack", message, hint))


def _adopted(entry: Entry, fields: Mapping[str, str]) -> Adopted:
    number, citations = entry.text("id"), entry.exact("citations")
    settings = _settings(entry, {**TYPE_SETTINGS, "sortf": range(max(len(fields), 1))})  # Anki would set back another one, and touch every note.
    if citations and citations.value not in fields:
        _refuse(entry, citations, f"'{citations.value}' is none of the pack's fields", "the field at whose end citations shall stand")
    made = _number(entry, number)
    if number and made == 0:
        _refuse(entry, number, "a note type's id cannot be 0", "the one that Anki gave it; without one it is a new note type")
    entry.finish()
    return Adopted(made, citations.value if citations else "", settings)


def _fields(entry: Entry) -> tuple[tuple[FieldSpec, ...], dict[str, str]]:
    found: list[FieldSpec] = []
    fills: dict[str, str] = {}
    taken: set[str] = set()
    for one in entry.entries("fields"):
        one.require("name")
        one.require("key", "the key of questions whose text goes into the field")
        number, name, key, settings = one.text("id"), one.exact("name"), one.text("key"), _settings(one, FIELD_SETTINGS)
        one.finish()
        if key and (not _KEY.fullmatch(key.value) or key.value in RESERVED or key.value in fills.values()):
            _refuse(one, key, f"'{key.value}' cannot be the field's key", "a word that no other field has, and that means nothing on every question")
        if name:
            _check_name(one, name, taken)
        if name and key:
            found.append(FieldSpec(_number(one, number), name.value, settings))
            fills[name.value] = key.value
    return tuple(found), fills


def _check_name(entry: Entry, name: Text, taken: set[str]) -> None:
    """Say why a field cannot have a name. `taken` are those of the fields before it, without regard to case."""
    kept = field_name(name.value)
    if not kept:
        _refuse(entry, name, f"'{name.value}' cannot be a field's name", "a word, at least: templates show the field by it")
    elif kept != name.value:
        hint = "no ':', '{', '}' or '\"' in it, none of '#', '^', '/' and blanks before it, no blanks behind it"
        _refuse(entry, name, f"'{name.value}' cannot be a field's name: Anki would call it '{kept}', and templates would not find it", hint)
    elif kept.casefold() in taken:
        _refuse(entry, name, f"two fields are called '{name.value}'", "give each a name of its own; case does not count")
    taken.add(kept.casefold())


def _card(entry: Entry, folder: Mapping[str, TextFile]) -> CardTemplate | None:
    entry.require("name")
    entry.require("file", "the files are <file>.front.html and <file>.back.html")
    number, name, file, settings = entry.text("id"), entry.exact("name"), entry.text("file"), _settings(entry, CARD_SETTINGS)
    for text in entry.texts("unchecked") or ():
        if text.value not in SIDES:
            _refuse(entry, text, f"'{text.value}' is no side of a card", " or ".join(SIDES))
    entry.finish()
    if name and (kept := card_name(name.value)) != name.value:
        _refuse(entry, name, f"'{name.value}' cannot be a card's name: Anki would call it '{kept}'", "no '\"' in it")
    elif name and not name.value:
        _refuse(entry, name, "the card has no name", "write the one that learners know it by")
    if name is None or file is None:
        return None
    if not _FILE.fullmatch(file.value):
        _refuse(entry, file, f"'{file.value}' cannot be a file's name", "letters, digits, '.', '_' and '-'")
        return None
    sides = [folder.get(f"{file.value}.{side}.html") for side in SIDES]
    for side, found in zip(SIDES, sides, strict=True):
        if found is None:
            _refuse(entry, file, f"there is no file '{file.value}.{side}.html' in the pack's folder", "put it back, or name the one that there is")
    front, back = (found.text if found else "" for found in sides)
    return CardTemplate(_number(entry, number), name.value, front, back, settings)


def _check_sides(entry: Entry, folder: Mapping[str, TextFile], fields: Collection[str], *, cloze: bool) -> None:
    """Say what is wrong with a card's templates, but for sides that were so when the deck was adopted."""
    file = entry.text("file")
    assert file  # Else something was said of the card before.
    unchecked = {side.value: side.span for side in entry.texts("unchecked") or ()}
    for side in SIDES:
        template = folder[f"{file.value}.{side}.html"]
        problems = list(faults(side, template.text, fields, cloze=cloze))
        if side not in unchecked:
            hint = f"the pack's fields: {', '.join(list(fields)[:20])}"
            entry.sink += [error(template.whole, "bad-pack", problem, hint) for problem in problems]
        elif not problems:
            entry.sink.append(warning(unchecked[side], "bad-pack", f"nothing is wrong with the {side} any more", "remove it from unchecked:"))


def _number(entry: Entry, text: Text | None) -> int | None:
    if text is None:
        return None
    if not _ID.fullmatch(text.value) or int(text.value) not in _I64:
        _refuse(entry, text, f"'{text.value}' is no id", "a whole number of 64 bits, as Anki gave it")
        return None
    return int(text.value)


def _settings(entry: Entry, known: Mapping[str, Kind]) -> Settings:
    """Read `anki`: what Anki keeps besides."""
    table = entry.entry("anki")
    found: dict[str, str | int | bool] = {}
    for key in table.written() if table else ():
        if table is None or key not in known or (text := table.exact(key)) is None:
            continue  # An unknown one is reported by `finish`.
        value = _setting(text.value, known[key])
        if fits(value, known[key]):
            found[key] = value
        else:
            _refuse(table, text, f"'{key}' cannot be '{text.value}'", _taken(known[key]))
    if table:
        table.finish()
    return found


def _setting(text: str, kind: Kind) -> str | int | bool:
    """Return a text as a value of the kind, if it can be one."""
    if kind is bool and text in ("true", "false"):
        return text == "true"
    return int(text) if isinstance(kind, range) and _ID.fullmatch(text) else text


def _taken(kind: Kind) -> str:
    return f"a whole number from {kind[0]} to {kind[-1]}" if isinstance(kind, range) else "true or false"
