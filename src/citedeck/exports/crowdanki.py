"""Exports of the add-on CrowdAnki: a folder with one JSON file, decks inside decks, and a folder of media files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from citedeck.exports.anki_json import as_list, as_map, as_text, load_json, read_deck, read_type
from citedeck.exports.conventions import TYPELESS, UNEVEN, decks_in_use, fit, read_file, remarks_on, sort_key, split_tags
from citedeck.exports.media_names import safe_name
from citedeck.exports.nouns import Export, ExportedDeck, ExportedMedia, ExportedNote, ExportedType, UnreadableError

MAX_JSON, MAX_DEPTH, MAX_FILES = 256 * 1024 * 1024, 100, 500_000
"""Bytes of the JSON file, levels of decks, and media files."""
_NO_IDS = "An export of CrowdAnki's holds no ids of note types: learners who have this deck already cannot get updates of it by package."
_ELSE = "choose the folder that CrowdAnki exported, with deck.json in it"


@dataclass
class _Found:
    """What is being read: note types by CrowdAnki's ids, decks, notes, the media files that they name, and what is wrong."""

    types: dict[str, ExportedType] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    decks: dict[str, ExportedDeck] = field(default_factory=dict)
    notes: list[ExportedNote] = field(default_factory=list)
    media: dict[str, None] = field(default_factory=dict)
    typeless: list[str] = field(default_factory=list)
    uneven: list[str] = field(default_factory=list)


def read_crowdanki(path: Path) -> Export:
    """Return what a folder of CrowdAnki's holds, or the JSON file in it."""
    file = _deck_file(path) if path.is_dir() else path
    root = as_map(load_json(read_file(file, MAX_JSON)))
    if not isinstance(root.get("notes"), list) or not as_text(root.get("name")):
        raise UnreadableError("this JSON is no export of CrowdAnki's", _ELSE)
    found, remarks = _Found(), [_NO_IDS]
    decks = list(_decks(root))
    for _, deck in decks:
        _take_types(deck, found, remarks)
    for name, deck in decks:
        _take_deck(name, deck, found)
    remarks += remarks_on((found.typeless, *TYPELESS), (found.uneven, *UNEVEN))
    media = _media(file.parent / "media", found.media, remarks)
    notes = sorted(found.notes, key=lambda note: sort_key(note.deck))
    types = tuple(found.types[key] for key in found.places)
    return Export("CrowdAnki's folder", types, decks_in_use(notes, found.decks.values()), tuple(notes), media, tuple(remarks))


def _deck_file(folder: Path) -> Path:
    for name in ("deck.json", f"{folder.resolve().name}.json"):
        file = folder / name
        if file.is_symlink():
            raise UnreadableError(f"{name} in this folder is a link to another place", "do not trust this folder")
        if file.is_file():
            return file
    raise UnreadableError("this folder holds no export: there is no deck.json in it", _ELSE)


def _decks(root: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Return all decks with their full names. Those below another one have only their own in the file; older versions wrote the full one."""
    waiting: list[tuple[tuple[str, ...], Mapping[str, object]]] = [((), root)]
    while waiting:
        above, deck = waiting.pop()
        if len(above) > MAX_DEPTH:
            raise UnreadableError(f"its decks lie more than {MAX_DEPTH} levels deep", "do not trust this file")
        prefix = "::".join((*above, ""))
        levels = (*above, as_text(deck.get("name")).removeprefix(prefix)[:1000] or "blank")
        yield "::".join(levels), deck
        waiting += [(levels, child) for child in reversed(as_list(deck.get("children"))) if isinstance(child, dict)]


def _take_types(deck: Mapping[str, object], found: _Found, remarks: list[str]) -> None:
    for entry in as_list(deck.get("note_models")):
        model = as_map(entry)
        if note_type := read_type(model, None):
            found.types[as_text(model.get("crowdanki_uuid"))] = note_type
        else:
            remarks.append(f"The note type {as_text(model.get('name'))[:80]!r} has no fields or no card templates and is left out.")


def _take_deck(name: str, deck: Mapping[str, object], found: _Found) -> None:
    found.decks.setdefault(name, read_deck(deck, name))
    found.media |= dict.fromkeys(file for file in as_list(deck.get("media_files")) if isinstance(file, str))
    for entry in as_list(deck.get("notes")):
        note = as_map(entry)
        guid, key = as_text(note.get("guid")), as_text(note.get("note_model_uuid"))
        if key not in found.types:
            found.typeless.append(guid)
            continue
        fields = tuple(as_text(text) for text in as_list(note.get("fields")))
        width = len(found.types[key].fields)
        if len(fields) != width:
            found.uneven.append(guid)
            fields = fit(fields, width)
        tags = split_tags(" ".join(as_text(tag) for tag in as_list(note.get("tags"))))
        found.notes.append(ExportedNote(guid, found.places.setdefault(key, len(found.places)), fields, tags, name))


def _media(folder: Path, listed: Mapping[str, None], remarks: list[str]) -> tuple[ExportedMedia, ...]:
    """Return the files in the folder of media files, as CrowdAnki imports them, and remark on those that are only named."""
    found: dict[str, ExportedMedia] = {}
    refused: list[str] = []
    for given, size in _files(folder, refused):
        name = safe_name(given)
        if name is None or name in found:
            refused.append(given)
        else:
            found[name] = ExportedMedia(name, size, partial(_open, folder / given))
    missing = [given for given in listed if safe_name(given) not in found and given not in refused]
    remarks += remarks_on(
        (
            sorted(refused),
            "media file is left out: it is a link or no file, or its name is not safe",
            "media files are left out: they are links or no files, or their names are not safe",
        ),
        (missing, "media file is missing from the folder", "media files are missing from the folder"),
    )
    return tuple(found.values())


def _files(folder: Path, refused: list[str]) -> Sequence[tuple[str, int]]:
    """Return name and size of the files in a folder, sorted; what is a link or no file is refused."""
    if folder.is_symlink():
        refused.append(folder.name)
        return []
    found: list[tuple[str, int]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    found.append((entry.name, entry.stat(follow_symlinks=False).st_size))
                elif not entry.name.startswith("."):  # A folder, a link, a device.
                    refused.append(entry.name)
                if len(found) + len(refused) > MAX_FILES:
                    raise UnreadableError(f"its folder of media files holds more than {MAX_FILES:,}", "export one deck at a time")
    except OSError:
        return []  # There may be none; what is named but not found is remarked on.
    return sorted(found)


@contextmanager
def _open(file: Path) -> Iterator[IO[bytes]]:
    try:
        stream = os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb")
    except OSError as problem:
        raise UnreadableError(f"the media file {file.name!r} cannot be opened: {problem.strerror or problem}", "check the file and its permissions") from None
    with stream:
        yield stream
