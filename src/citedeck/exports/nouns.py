"""What a package or another export of Anki's holds, whatever its format: notes, note types, decks, media. Frozen, as it was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO

Setting = str | int | bool
"""A setting of a note type, a field or a card template."""


class UnreadableError(Exception):
    """The file cannot be read. The message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ExportedField:
    """A field of a note type. `settings` are those that differ from Anki's defaults, under their names in Anki's JSON ("rtl", "font", …)."""

    name: str
    id: int | None = None
    """What Anki recognises it by; None if the export has none, as older ones do."""
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportedTemplate:
    """A card template, in Anki's own language. `settings` as in a field ("bqfmt", "bafmt", "bfont", "bsize")."""

    name: str
    front: str
    back: str
    id: int | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportedType:
    """A note type. `settings` as in a field ("sortf", "latexPre", "latexPost", "latexsvg", "originalStockKind", "originalId")."""

    name: str
    cloze: bool
    fields: tuple[ExportedField, ...]
    templates: tuple[ExportedTemplate, ...]
    css: str
    id: int | None = None
    """None if the export has none: a text."""
    mod: int = 0
    """When it last changed, in seconds since 1970; 0 if the export does not say."""
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportedNote:
    """A note. Fields are HTML, in the note type's order."""

    guid: str
    type: int
    """The place of its note type in the export's list."""
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    """The name of the deck of its first card, with "::" between levels."""
    id: int | None = None
    mod: int = 0
    """In seconds since 1970; 0 if the export does not say."""
    cards: tuple[tuple[int, int], ...] = ()
    """The ordinal and the id of each card, by ordinal; none if the export does not say."""
    other_decks: tuple[str, ...] = ()
    """Decks that other cards of it are in."""


@dataclass(frozen=True, slots=True)
class ExportedDeck:
    """A deck: its name, and the text under it, which is HTML, or Markdown if it says so."""

    name: str
    description: str = ""
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class ExportedMedia:
    """A media file. `open` gives its content as a stream of bytes, so that no file has to fit into memory."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Export:
    """Everything in an export. Notes are in the author's order within each deck: that in which new cards come."""

    format: str
    """For people: "package (.apkg, Anki 2.1.50 and newer)"."""
    types: tuple[ExportedType, ...]
    """Those that notes use."""
    decks: tuple[ExportedDeck, ...]
    """Those that hold notes, and those above them that have a description; by name."""
    notes: tuple[ExportedNote, ...]
    media: tuple[ExportedMedia, ...]
    remarks: tuple[str, ...] = ()
    """What was found wrong or had to be left behind, for people, each a sentence."""
