"""The binary messages in Anki's newer packages (protobuf), read into plain values. The only module that knows that library.

Only what is read is described; the rest of a message is passed over. Values get the names that they have in Anki's older JSON, so that what
reads note types need not know which of the two held them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from citedeck.exports.nouns import UnreadableError

MAX_ENTRIES = 500_000
"""Media files in a list."""
_FILE, _SPACE = "citedeck/anki.proto", "citedeck.anki"
_Kind = descriptor_pb2.FieldDescriptorProto
_KINDS = {"bool": _Kind.TYPE_BOOL, "int": _Kind.TYPE_INT64, "short": _Kind.TYPE_UINT32, "text": _Kind.TYPE_STRING}
_MESSAGES: Mapping[str, Mapping[int, str]] = {
    "Metadata": {1: "int version"},
    "Entry": {1: "text name", 2: "short size"},
    "Entries": {1: "Entry* entries"},
    "Type": {
        1: "int type",
        2: "short sortf",
        3: "text css",
        5: "text latexPre",
        6: "text latexPost",
        7: "bool latexsvg",
        9: "int originalStockKind",
        10: "int? originalId",
    },
    "Field": {
        1: "bool sticky",
        2: "bool rtl",
        3: "text font",
        4: "short size",
        5: "text description",
        6: "bool plainText",
        7: "bool collapsed",
        8: "bool excludeFromSearch",
        9: "int? id",
        10: "short? tag",
        11: "bool preventDeletion",
    },
    "Template": {1: "text qfmt", 2: "text afmt", 3: "text bqfmt", 4: "text bafmt", 6: "text bfont", 7: "short bsize", 8: "int? id"},
    "NormalDeck": {4: "text desc", 5: "bool md"},
    "FilteredDeck": {},
    "Deck": {1: "NormalDeck normal", 2: "FilteredDeck filtered"},
}
"""The messages' fields by number: kind (a star for many, a question mark for one that may be absent) and name."""


def read_version(content: bytes) -> int:
    """Return the version of a package's format: 1 and 2 hold JSON, 3 holds messages."""
    return int(_read("Metadata", content).version)


def read_media(content: bytes) -> list[tuple[str, int]]:
    """Return a package's list of media files: name and size, in the order of the members that hold them."""
    entries = _read("Entries", content).entries
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(f"the package lists more than {MAX_ENTRIES:,} media files", "export one deck at a time")
    return [(entry.name, entry.size) for entry in entries]


def read_type(content: bytes) -> dict[str, object]:
    """Return the settings of a note type, its CSS and its kind among them."""
    return _values("Type", content)


def read_field(content: bytes) -> dict[str, object]:
    """Return a field's settings."""
    return _values("Field", content)


def read_template(content: bytes) -> dict[str, object]:
    """Return a card template's two sides and settings."""
    return _values("Template", content)


def read_deck(content: bytes) -> dict[str, object]:
    """Return the text under a deck and whether it is Markdown; nothing for a filtered deck, which has none."""
    deck = _read("Deck", content)
    return {"desc": deck.normal.desc, "md": deck.normal.md} if deck.HasField("normal") else {}


def _values(name: str, content: bytes) -> dict[str, object]:
    found = _read(name, content)
    optional = [field.split() for field in _MESSAGES[name].values()]
    return {key: getattr(found, key) for kind, key in optional if not kind.endswith("?") or found.HasField(key)}


def _read(name: str, content: bytes) -> Any:
    try:
        return _classes()[name].FromString(content)
    except (DecodeError, RecursionError, ValueError):
        raise UnreadableError("a part of the package is damaged: it is not the message that it should be", "get the file again") from None


@cache
def _classes() -> dict[str, Any]:
    """Return the messages' classes, made at the first use."""
    file = descriptor_pb2.FileDescriptorProto(name=_FILE, package=_SPACE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        described = file.message_type.add(name=name)
        for number, text in fields.items():
            kind, key = text.split()
            field = described.field.add(name=key, number=number, json_name=key, label=_Kind.LABEL_REPEATED if kind.endswith("*") else _Kind.LABEL_OPTIONAL)
            if kind.endswith("?"):  # What tells an absent value from a zero: a "oneof" of its own.
                field.proto3_optional = True
                field.oneof_index = len(described.oneof_decl)
                described.oneof_decl.add(name=f"_{key}")
            if bare := _KINDS.get(kind.rstrip("*?")):
                field.type = bare
            else:
                field.type, field.type_name = _Kind.TYPE_MESSAGE, f".{_SPACE}.{kind.rstrip('*?')}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_SPACE}.{name}")) for name in _MESSAGES}
