"""Reading real exports: what real Anki and genanki write comes back whole."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import genanki
import pytest
import zstandard
from anki.import_export_pb2 import MediaEntries

from citedeck.exports.nouns import Export, ExportedDeck, ExportedField, ExportedNote, ExportedTemplate, ExportedType, UnreadableError
from citedeck.exports.reading import read_export
from citedeck.exports.stock_types import STOCK_TYPES
from shelf import MEDIA, Shelf, shelf

__all__ = ["shelf"]

ORDER = ["{{c1::image", "{{c2::two", "R1", "see", "go", "put", "Q1", "O1", "T1"]
"""How the notes begin, in the author's order: by deck, and in each by position."""

DECKS = (
    ExportedDeck("Leaf", "All about **leaves**", True),
    ExportedDeck("Leaf::aa"),
    ExportedDeck("Leaf::Verbs", "<b>Verbs</b>"),
    ExportedDeck("Leaf::🍃 Green::Deep"),
    ExportedDeck("Zebra"),
    ExportedDeck("Zebra::Elsewhere"),
)


def expected_settings(found: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name, default in defaults.items() if found.get(name, default) not in (default, None)}


def expected_type(found: dict[str, Any]) -> ExportedType:
    """Return what should be read of a note type, as the collection itself says it."""
    field = {
        "sticky": 0,
        "rtl": 0,
        "font": "Arial",
        "size": 20,
        "description": "",
        "plainText": 0,
        "collapsed": 0,
        "excludeFromSearch": 0,
        "preventDeletion": 0,
    }
    fields = tuple(ExportedField(f["name"], f["id"], expected_settings(f, field) | ({} if f["tag"] is None else {"tag": f["tag"]})) for f in found["flds"])
    template = {"bqfmt": "", "bafmt": "", "bfont": "", "bsize": 0}
    templates = tuple(ExportedTemplate(t["name"], t["qfmt"], t["afmt"], t["id"], expected_settings(t, template)) for t in found["tmpls"])
    own = {"sortf": 0, "latexsvg": False, "originalStockKind": 0, "originalId": None}
    settings = expected_settings(found, own)
    settings |= {key: found[key] for key in ("latexPre", "latexPost") if found["name"] == "Verb"}
    return ExportedType(found["name"], found["type"] == 1, fields, templates, found["css"], found["id"], found["mod"], settings)


def expected_note(col: Any, note_id: int, types: list[str], *, filtered: bool) -> ExportedNote:
    note = col.get_note(note_id)
    cards = sorted(note.cards(), key=lambda card: card.ord)
    decks = list(dict.fromkeys(col.decks.name(card.did if filtered else card.odid or card.did) for card in cards))
    tags = tuple(tag for tag in note.tags if tag not in ("marked", "Leech"))
    ids = tuple((card.ord, card.id) for card in cards)
    return ExportedNote(note.guid, types.index(note.note_type()["name"]), tuple(note.fields), tags, decks[0], note.id, note.mod, ids, tuple(decks[1:]))


def media_bytes(export: Export) -> dict[str, bytes]:
    found = {}
    for media in export.media:
        with media.open() as stream:
            found[media.name] = stream.read()
        assert media.size == len(found[media.name])
    return found


@pytest.mark.parametrize("scheduling", [True, False])
@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("ending", ["apkg", "colpkg"])
def test_anki_packages_come_back_whole(shelf: Shelf, ending: str, legacy: bool, scheduling: bool) -> None:
    export = shelf.read(shelf.export(f"{legacy}{scheduling}.{ending}", legacy=legacy, scheduling=scheduling))
    what = "collection (.colpkg" if ending == "colpkg" else "package (.apkg"
    assert export.format == f"{what}, Anki 2.1)" if legacy else f"{what}, Anki 2.1.50 and newer)"
    assert export.remarks == ()
    names = [note_type.name for note_type in export.types]
    assert sorted(export.types, key=lambda one: one.name) == sorted((expected_type(found) for found in shelf.col.models.all()), key=lambda one: one.name)
    lost = ending == "apkg" and not scheduling  # Anki then turns filtered decks into plain ones.
    assert {note.id: note for note in export.notes} == {
        note_id: expected_note(shelf.col, note_id, names, filtered=lost) for note_id in shelf.col.find_notes("")
    }
    begun = [next(start for start in ORDER if note.fields[0].startswith(start)) for note in export.notes]
    assert begun == ORDER
    assert export.decks == (*([ExportedDeck("Cramming")] if lost else []), *DECKS)
    assert media_bytes(export) == {name: content for name, content in MEDIA.items() if ending == "colpkg" or name != "empty.txt"}


def test_a_database_of_schema_11_may_be_packed_as_the_newest_format(shelf: Shelf) -> None:
    """Tools make such packages by hand; Anki imports them."""
    old = shelf.read(source := shelf.export("old.apkg", legacy=True, scheduling=True))
    path = shelf.folder / "hand-made.apkg"
    media = MediaEntries()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(path, "w") as after:
        content = before.read("collection.anki21")
        after.writestr("meta", b"\x08\x03")
        after.writestr("collection.anki21b", zstandard.compress(content))
        for place, (name, data) in enumerate(MEDIA.items()):
            after.writestr(str(place), zstandard.compress(data))
            media.entries.add(name=name, size=0 if name == "leaf.png" else len(data))
        after.writestr("media", zstandard.compress(media.SerializeToString()))
    export = shelf.read(path)
    assert replace(export, format=old.format, media=old.media) == old
    assert media_bytes(export) == MEDIA


def test_which_database_is_read_follows_anki(shelf: Shelf, tmp_path: Path) -> None:
    """Packages hold a second collection, with one note that asks users of older versions to update."""
    source = shelf.export("latest.apkg", legacy=False, scheduling=True)
    with zipfile.ZipFile(source) as archive:
        assert {"collection.anki2", "collection.anki21b", "meta"} <= set(archive.namelist())
        members = {name: archive.read(name) for name in archive.namelist()}
    members["meta"] = b"\x08\x01"
    export = shelf.read(zipped(tmp_path / "forced.apkg", members | {"media": b"{}"}))
    assert export.format == "package (.apkg, any version of Anki)"
    assert len(export.notes) == 1
    del members["meta"]
    assert shelf.read(zipped(tmp_path / "without.apkg", members)).notes == shelf.read(source).notes
    with pytest.raises(UnreadableError, match="newer version of Anki"):
        shelf.read(zipped(tmp_path / "newer.apkg", members | {"meta": b"\x08\x04"}))


def test_genanki_packages_come_back_whole(tmp_path: Path) -> None:
    fields = [{"name": "Question", "rtl": True}, {"name": "Answer", "id": -77}]
    templates = [{"name": "Only", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr>{{Answer}}", "id": 5}]
    model = genanki.Model(1_607_392_319, "Genanki's", fields=fields, templates=templates, css="p {}")
    cloze = genanki.CLOZE_MODEL
    first, second = genanki.Deck(2_059_400_110, "One::Two", "Under <i>it</i>"), genanki.Deck(2_059_400_111, "Empty")
    for number in range(3):
        first.add_note(genanki.Note(model=model, fields=[f"Q{number}", "<img src='pic ture.jpg'>"], tags=["b", "a"], guid=f"guid{number}", due=3 - number))
    first.add_note(genanki.Note(model=cloze, fields=["{{c1::a}} {{c3::b}}", ""], due=9))
    (tmp_path / "pic ture.jpg").write_bytes(b"picture")
    path = tmp_path / "gen.apkg"
    genanki.Package([first, second], media_files=[str(tmp_path / "pic ture.jpg")]).write_to_file(path, timestamp=1_700_000_000)
    (scratch := tmp_path / "scratch").mkdir()
    export = read_export(path, scratch)
    assert export.format == "package (.apkg, any version of Anki)"
    assert export.decks == (ExportedDeck("One::Two", "Under <i>it</i>"),)
    assert export.remarks == ()
    assert [note.fields[0] for note in export.notes] == ["Q2", "Q1", "Q0", "{{c1::a}} {{c3::b}}"]
    assert export.notes[0].tags == ("b", "a")
    assert {note.mod for note in export.notes} == {1_700_000_000}
    assert [ordinal for ordinal, _ in export.notes[3].cards] == [0, 2]
    (own,) = (found for found in export.types if not found.cloze)
    assert own == ExportedType(
        "Genanki's",
        False,
        (ExportedField("Question", None, {"rtl": True, "font": "Liberation Sans"}), ExportedField("Answer", -77, {"font": "Liberation Sans"})),
        (ExportedTemplate("Only", "{{Question}}", "{{FrontSide}}<hr>{{Answer}}", 5),),
        "p {}",
        1_607_392_319,
        1_700_000_000,
    )
    assert media_bytes(export) == {"pic ture.jpg": b"picture"}


def test_stock_types_are_ankis_own(shelf: Shelf) -> None:
    for name, stock in STOCK_TYPES.items():
        real = expected_type(shelf.col.models.by_name(name))
        fields = tuple(replace(field, id=None) for field in real.fields)
        templates = tuple(replace(template, id=None) for template in real.templates)
        assert stock == replace(real, id=None, mod=0, fields=fields, templates=templates)


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
