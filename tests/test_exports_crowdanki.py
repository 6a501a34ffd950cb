"""Reading what the add-on CrowdAnki exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from citedeck.exports.nouns import ExportedDeck, ExportedField, ExportedTemplate, ExportedType, UnreadableError
from citedeck.exports.reading import read_export

MODEL = {
    "__type__": "NoteModel",
    "crowdanki_uuid": "7d9c-model",
    "name": "Place",
    "type": 0,
    "css": ".card {}",
    "flds": [
        {"name": "Name", "ord": 0, "font": "Arial", "size": 20, "media": [], "rtl": False, "sticky": False, "id": 6_554_405_596_137_987_390},
        {"name": "Map", "ord": 1, "font": "Verdana", "size": 12, "rtl": False, "sticky": True, "id": None},
    ],
    "tmpls": [{"name": "Map - Name", "ord": 0, "qfmt": "{{Map}}", "afmt": "{{Name}}", "bqfmt": "", "bafmt": "", "did": None}],
    "latexPre": "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amssymb,amsmath}\n"
    "\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n\\begin{document}\n",
    "latexPost": "\\end{document}",
    "sortf": 0,
    "req": [[0, "any", [1]]],
}


def note(guid: str, *fields: str, tags: tuple[str, ...] = (), model: str = "7d9c-model") -> dict[str, Any]:
    return {"__type__": "Note", "data": "", "fields": list(fields), "flags": 0, "guid": guid, "note_model_uuid": model, "tags": list(tags)}


def deck(name: str, *notes: dict[str, Any], children: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "__type__": "Deck",
        "children": list(children),
        "crowdanki_uuid": name,
        "desc": "",
        "dyn": 0,
        "name": name,
        "notes": list(notes),
        "media_files": [],
    } | more


def write(folder: Path, content: Any, name: str = "deck.json") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=4), encoding="utf-8")
    return folder


def geography() -> dict[str, Any]:
    europe = deck("Europe", note("b>1", "Malta", "<img src=mt.svg>", tags=("eu", "leech")), note("a", "Åland", ""), desc="only **islands**", md=True)
    full = deck("World::Asia", note("c", "Japan", "x", "y"))  # As older versions wrote it.
    return deck(
        "World",
        note("z", "Earth", ""),
        children=(europe, full),
        desc="<b>All</b>",
        note_models=[MODEL],
        media_files=["mt.svg", "gone.svg"],
        deck_configurations=[],
    )


def test_a_folder_comes_back_whole(tmp_path: Path) -> None:
    folder = write(tmp_path / "World", geography())
    (folder / "media").mkdir()
    (folder / "media" / "mt.svg").write_bytes(b"<svg>")
    (folder / "media" / "_font.woff").write_bytes(b"font")
    export = read_export(folder, tmp_path)
    assert export.format == "CrowdAnki's folder"
    fields = (ExportedField("Name", 6_554_405_596_137_987_390), ExportedField("Map", None, {"font": "Verdana", "size": 12, "sticky": True}))
    assert export.types == (ExportedType("Place", False, fields, (ExportedTemplate("Map - Name", "{{Map}}", "{{Name}}"),), ".card {}"),)
    assert export.decks == (ExportedDeck("World", "<b>All</b>"), ExportedDeck("World::Asia"), ExportedDeck("World::Europe", "only **islands**", True))
    assert [(one.guid, one.deck, one.fields, one.tags) for one in export.notes] == [
        ("z", "World", ("Earth", ""), ()),
        ("c", "World::Asia", ("Japan", "x; y"), ()),
        ("b>1", "World::Europe", ("Malta", "<img src=mt.svg>"), ("eu",)),
        ("a", "World::Europe", ("Åland", ""), ()),
    ]
    contents = {}
    for media in export.media:
        with media.open() as stream:
            contents[media.name, media.size] = stream.read()
    assert contents == {("_font.woff", 4): b"font", ("mt.svg", 5): b"<svg>"}
    assert export.remarks == (
        "An export of CrowdAnki's holds no ids of note types: learners who have this deck already cannot get updates of it by package.",
        "1 note has more or fewer fields than its note type: empty ones were added, or the surplus was joined to the last one; its guid: c.",
        "1 media file is missing from the folder: gone.svg.",
    )
    assert read_export(folder / "deck.json", tmp_path).notes == export.notes


def test_the_file_may_be_named_after_the_folder(tmp_path: Path) -> None:
    assert len(read_export(write(tmp_path / "World", geography(), "World.json"), tmp_path).notes) == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "JSON cannot be read"),
        ("[" * 100_000, "JSON cannot be read"),
        ("[]", "no export of CrowdAnki's"),
        ('{"name": "x"}', "no export of CrowdAnki's"),
        (None, "no deck.json"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    if content is not None:
        write(folder, content)
    with pytest.raises(UnreadableError, match=message):
        read_export(folder, tmp_path)


def test_decks_are_not_endlessly_deep(tmp_path: Path) -> None:
    content = deck("0")
    for number in range(200):
        content = deck(str(number), children=(content,))
    with pytest.raises(UnreadableError, match="more than 100 levels"):
        read_export(write(tmp_path / "x", content), tmp_path)


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = write(tmp_path / "x", geography())
    (folder / "media").mkdir()
    (folder / "media" / "mt.svg").symlink_to(secret)
    (folder / "media" / "sub").mkdir()
    export = read_export(folder, tmp_path)
    assert export.media == ()
    assert "2 media files are left out: they are links or no files, or their names are not safe: mt.svg, sub." in export.remarks
    (folder / "media" / "mt.svg").unlink()
    (folder / "media" / "mt.svg").write_text("fine")
    (media,) = read_export(folder, tmp_path).media
    (folder / "media" / "mt.svg").unlink()
    (folder / "media" / "mt.svg").symlink_to(secret)
    with pytest.raises(UnreadableError, match="cannot be opened"), media.open():
        pass
    (folder / "deck.json").rename(tmp_path / "deck.json")
    (folder / "deck.json").symlink_to(tmp_path / "deck.json")
    with pytest.raises(UnreadableError, match="link to another place"):
        read_export(folder, tmp_path)


def test_a_linked_folder_of_media_is_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", geography())
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mt.svg").write_text("x")
    (folder / "media").symlink_to(tmp_path / "elsewhere")
    assert read_export(folder, tmp_path).media == ()


def test_values_of_the_wrong_kind_are_passed_over(tmp_path: Path) -> None:
    odd = geography()
    odd["notes"] += [None, 7, {"guid": 5, "note_model_uuid": ["x"]}, note("\ud800", "half \udc00", "", tags=(None, "t")), note("m", "x", model="none")]  # type: ignore[arg-type]
    odd["media_files"] = [["mt.svg"], None]
    odd["note_models"] += [None, 3, {"crowdanki_uuid": 4, "flds": "x", "tmpls": {}}, {"flds": [1], "tmpls": [{}]}]
    odd["children"] += ["x", {}, {"name": 5, "notes": {}}]
    folder = write(tmp_path / "x", json.dumps(odd))
    export = read_export(folder, tmp_path)
    assert [one.guid for one in export.notes] == ["z", "?", "c", "b>1", "a"]
    assert export.notes[1].fields[0] == "half ?"
    assert any(remark.startswith("4 notes are left out") for remark in export.remarks)
