"""Packages of Anki's: .apkg (decks) and .colpkg (a whole collection), of every version since Anki 2.0."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from citedeck.exports import anki_json, database, messages, schema11, schema18
from citedeck.exports.archive import Archive
from citedeck.exports.conventions import decks_in_use, remarks_on
from citedeck.exports.media_names import safe_name
from citedeck.exports.notes import read_notes
from citedeck.exports.nouns import Export, ExportedDeck, ExportedMedia, ExportedNote, ExportedType, UnreadableError

MAX_DATABASE, MAX_LIST, MAX_MEDIA = 4 * 1024**3, 32 * 1024 * 1024, 32 * 1024**3
"""Bytes of the database, of the list of media files, and of all media files together, each once unpacked."""
_LEGACY_1, _LEGACY_2, _LATEST = 1, 2, 3
_DATABASES = {_LATEST: "collection.anki21b", _LEGACY_2: "collection.anki21", _LEGACY_1: "collection.anki2"}
_SINCE = {_LATEST: "Anki 2.1.50 and newer", _LEGACY_2: "Anki 2.1", _LEGACY_1: "any version of Anki"}
_NEWEST_SCHEMA, _FIRST_WITH_TABLES = 18, 15
_NEWER = ("it was made by a newer version of Anki, in a format that is not known yet", 'export it again with "Support older Anki versions"')

_Content = tuple[list[ExportedType], list[ExportedNote], dict[int, ExportedDeck]]


def read_package(path: Path, scratch: Path) -> Export:
    """Return what a package holds. Its database is unpacked into an empty folder; media files stay in the package until they are opened."""
    archive = Archive(path)
    try:
        remarks: list[str] = []
        version = _version(archive)
        types, notes, decks = _content(archive, version, scratch / "collection.db", remarks)
        media = _media(archive, version, remarks)
    except BaseException:
        archive.close()
        raise
    kind = f"collection (.colpkg, {_SINCE[version]})" if path.suffix.lower() == ".colpkg" else f"package (.apkg, {_SINCE[version]})"
    return Export(kind, tuple(types), decks_in_use(notes, decks.values()), tuple(notes), media, tuple(remarks))


def _version(archive: Archive) -> int:
    """Return which of a package's databases counts: the others only ask users of older versions to update."""
    if "meta" in archive:
        version = messages.read_version(archive.read("meta", MAX_LIST, packed=False))
        if version not in _DATABASES:
            raise UnreadableError(*_NEWER)
        if _DATABASES[version] in archive:
            return version
    for version, name in _DATABASES.items():
        if name in archive:
            return version
    raise UnreadableError("it is no package of Anki's: it holds no collection", "export a deck from Anki with File → Export, as .apkg")


def _content(archive: Archive, version: int, unpacked: Path, remarks: list[str]) -> _Content:
    archive.copy(_DATABASES[version], unpacked, MAX_DATABASE, packed=version == _LATEST)
    try:
        with database.open_database(unpacked) as connection:
            try:
                found: list[str] = []
                content = _read_database(connection, found)
            except sqlite3.OperationalError as problem:
                if not database.is_broken_text(problem):
                    raise
                database.replace_broken_text(connection)
                found = ["Some texts are damaged: what is no text in them was replaced by \N{REPLACEMENT CHARACTER}."]
                content = _read_database(connection, found)
    finally:
        unpacked.unlink(missing_ok=True)
    remarks += found
    return content


def _read_database(connection: sqlite3.Connection, remarks: list[str]) -> _Content:
    tables = database.tables(connection)
    _require(("col", "notes", "cards"), tables)
    row = connection.execute("SELECT CAST(ver AS INTEGER) FROM col LIMIT 1").fetchone()
    if row is None:
        raise UnreadableError("its database is damaged: it does not say its version", "get the file again")
    schema = row[0] or 0
    if schema > _NEWEST_SCHEMA:
        raise UnreadableError(*_NEWER)
    if schema >= _FIRST_WITH_TABLES:
        _require(("notetypes", "fields", "templates", "decks"), tables)
    reader = schema18 if schema >= _FIRST_WITH_TABLES else schema11
    types, decks = reader.read_types_and_decks(connection, remarks)
    used, notes = read_notes(connection, types, decks, remarks)
    return used, notes, decks


def _require(wanted: Sequence[str], tables: set[str]) -> None:
    for table in wanted:
        if table not in tables:
            raise UnreadableError(f"its database has no table {table!r}", "get the file again")


def _media(archive: Archive, version: int, remarks: list[str]) -> tuple[ExportedMedia, ...]:
    """Return the media files, and remark on those that are missing or that have a name which leads elsewhere."""
    found: dict[str, ExportedMedia] = {}
    missing: list[str] = []
    refused: list[str] = []
    twice: list[str] = []
    left = MAX_MEDIA
    for member, given, said in _listed(archive, version, remarks):
        name = safe_name(given)
        if name is None:
            refused.append(str(given))
        elif name in found:
            twice.append(name)
        elif member not in archive:
            missing.append(name)
        else:
            size = _size(archive, member, version, said, left)
            left -= size
            if left < 0:
                raise UnreadableError(f"its media files unpack to more than {MAX_MEDIA // 1024**3} GiB", "export one deck at a time")
            found[name] = ExportedMedia(name, size, partial(archive.open, member, size, packed=version == _LATEST, exactly=True))
    remarks += remarks_on(
        (missing, "media file is missing from the package", "media files are missing from the package"),
        (refused, "media file is left out, because its name is not safe", "media files are left out, because their names are not safe"),
        (twice, "media file is left out, because another one has its name", "media files are left out, because others have their names"),
    )
    return tuple(found.values())


def _listed(archive: Archive, version: int, remarks: list[str]) -> list[tuple[str, object, int]]:
    """Return the media files that a package says it has: member, name, and size if it says so."""
    if "media" not in archive:
        return []  # As older versions of AnkiDroid wrote collections.
    try:
        content = archive.read("media", MAX_LIST, packed=version == _LATEST)
        if version == _LATEST:
            return [(str(place), name, size) for place, (name, size) in enumerate(messages.read_media(content))]
        listed = anki_json.load_json(content)
        if isinstance(listed, dict):
            return [(member, name, 0) for member, name in listed.items()]
    except UnreadableError:
        pass
    remarks.append("The package's list of media files is damaged: no media files are taken over.")
    return []


def _size(archive: Archive, member: str, version: int, said: int, limit: int) -> int:
    """Return a media file's size: as the package says, or else as it turns out."""
    if version != _LATEST:
        return archive.size(member)
    return said or archive.measure(member, limit, packed=True)
