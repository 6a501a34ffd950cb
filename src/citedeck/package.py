"""Notes → `.apkg`. The only module that knows genanki, and the place of its words ("model", "qfmt").

Same notes and time, same bytes: the database is built in memory and its header cleared of what SQLite counts, and the archive has no clock.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import SEEK_END, BytesIO
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from weakref import finalize

import genanki

from citedeck.advance import Stamped
from citedeck.identity import deck_id, note_type_id
from citedeck.model import NoteType, Settings

_IN_MEMORY = 64 * 1024**2
"""Bytes of a package that are kept in memory until it is written."""
_PIECE = 1024**2
"""Bytes of a file that are in memory at once."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
# SQLite's header: the change counter, the version-valid-for number and the library's version.
_VOLATILE = (slice(24, 28), slice(92, 100))


@dataclass(frozen=True)
class Archive:
    """A package's bytes, in memory or, if they are many, on the disk; and a digest of its members, which are the same wherever they are packed."""

    file: IO[bytes] = field(repr=False, compare=False)
    size: int
    digest: str


@dataclass(frozen=True)
class DeckSpec:
    """A deck as Anki shows it: its name, and the text under it."""

    name: str
    description: str


def build_package(
    notes: Iterable[Stamped], note_types: Mapping[str, NoteType], decks: Iterable[DeckSpec], *,
    project: str, title: str, looks_changed: Mapping[str, int], open_media: Callable[[str], IO[bytes]],
) -> Archive:  # fmt: skip
    """Return a package.

    Notes are in the author's order, which is the order in which new cards come. `note_types` are by pack, and so is when their looks last
    changed, in seconds since 1970. `open_media` opens a media file by its path in the project.
    """
    models = {pack: _model(kind, project, title, looks_changed[pack]) for pack, kind in note_types.items()}
    made = {deck.name: genanki.Deck(deck_id(project, deck.name), deck.name, deck.description) for deck in decks}
    media: dict[str, str] = {}
    for due, stamped in enumerate(notes, 1):
        note = stamped.note
        made[note.deck].add_note(_Note(models[note.pack], stamped, due))
        media |= {item.name: item.path for item in note.media}
    assets = {name: content for kind in note_types.values() for name, content in kind.assets.items()}
    package = genanki.Package([deck for deck in made.values() if deck.notes])
    return _archive(_database(package), sorted(media.keys() | assets.keys()), lambda name: BytesIO(assets[name]) if name in assets else open_media(media[name]))


class _Model(genanki.Model):  # type: ignore[misc]
    """A genanki model that says itself which fields its cards need: genanki's guess fails on filters and conditions.

    It is dated with when it last changed itself, whatever time the package is written with.
    """

    changed: int
    settings: Settings

    @cached_property
    def _req(self) -> list[list[Any]]:
        return [[place, "any", [0]] for place in range(len(self.templates))]

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        made: dict[str, Any] = super().to_json(self.changed, deck_id)
        made |= self.settings
        return made


class _Note(genanki.Note):  # type: ignore[misc]
    """A genanki note with an id, a time and cards of our own choosing."""

    def __init__(self, model: _Model, stamped: Stamped, due: int) -> None:
        note = stamped.note
        super().__init__(model=model, fields=list(note.fields), tags=list(note.tags), guid=note.guid, due=due)
        self._stamped = stamped

    @property
    def cards(self) -> list[genanki.Card]:
        return [genanki.Card(ordinal) for ordinal, _ in self._stamped.cards]

    def _check_invalid_html_tags_in_fields(self) -> None:
        """Skip genanki's check: fields are sanitised already, and it takes quadratic time on many '<'."""

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: Iterator[int]) -> None:
        ids = (self._stamped.note_id, *(number for _, number in self._stamped.cards))
        super().write_to_db(cursor, self._stamped.mod, deck_id, iter(ids))


def note_type_name(title: str, kind: NoteType) -> str:
    """Return what Anki calls a project's note type: an adopted one keeps its name."""
    return kind.title if kind.adopted else f"{title} – {kind.title}"


def _model(kind: NoteType, project: str, title: str, changed: int) -> _Model:
    model = _Model(
        note_type_id(project, kind),
        note_type_name(title, kind),
        fields=[{"name": spec.name, **_id(spec.id), "font": "Arial", **spec.settings} for spec in kind.fields],
        templates=[{"name": card.name, **_id(card.id), "qfmt": card.front, "afmt": card.back, **card.settings} for card in kind.cards],
        css=kind.css,
        model_type=genanki.Model.CLOZE if kind.cloze else genanki.Model.FRONT_BACK,
    )
    model.changed = changed
    model.settings = kind.adopted.settings if kind.adopted else {}
    return model


def _id(number: int | None) -> dict[str, int]:
    """Return the id as Anki's JSON has it. What has none there is recognised by its name, and must get none."""
    return {} if number is None else {"id": number}


def _database(package: genanki.Package) -> bytes:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("PRAGMA page_size = 4096")
        package.write_to_db(connection.cursor(), 0.0, iter(()))  # Notes and note types have times of their own.
        connection.commit()
        connection.execute("VACUUM")
        database = bytearray(connection.serialize())
    finally:
        connection.close()
    for place in _VOLATILE:
        database[place] = bytes(place.stop - place.start)
    return bytes(database)


def _archive(database: bytes, media: Sequence[str], open_file: Callable[[str], IO[bytes]]) -> Archive:
    """Pack the database and the media files, each of which is read when its turn comes, and piece by piece: it may not fit into memory."""
    names = json.dumps({str(place): name for place, name in enumerate(media)}, ensure_ascii=True)
    made = hashlib.sha256()
    buffer = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it is closed when the package is forgotten
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        members = chain(
            [("collection.anki2", BytesIO(database)), ("media", BytesIO(names.encode()))], ((str(place), open_file(name)) for place, name in enumerate(media))
        )
        for name, content in members:
            with content:
                made.update(f"{name}\0{_pack(archive, name, content)}\0".encode())
    packed = Archive(buffer, buffer.tell(), made.hexdigest())
    finalize(packed, buffer.close)
    return packed


def _pack(archive: zipfile.ZipFile, name: str, content: IO[bytes]) -> str:
    """Add a member to an archive; return the digest of its bytes."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    entry.file_size = content.seek(0, SEEK_END)
    content.seek(0)
    made = hashlib.sha256()
    with archive.open(entry, "w") as member:
        while piece := content.read(_PIECE):
            made.update(piece)
            member.write(piece)
    return made.hexdigest()
