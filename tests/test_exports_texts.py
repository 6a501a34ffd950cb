"""Reading texts with notes, as Anki exports them, and as people write them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from anki import collection

from citedeck.exports.nouns import Export, ExportedField, ExportedTemplate, UnreadableError
from citedeck.exports.reading import read_export
from citedeck.exports.stock_types import STOCK_TYPES

NO_TYPES = "A text holds no note types"


def read(folder: Path, text: str | bytes, name: str = "notes.txt") -> Export:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_export(path, folder)


def fields(export: Export) -> list[tuple[str, ...]]:
    return [note.fields for note in export.notes]


@pytest.mark.parametrize("with_html", [True, False])
def test_what_anki_exports_comes_back(tmp_path: Path, with_html: bool) -> None:
    col: Any = collection.Collection(str(tmp_path / "collection.anki2"))
    contents = {
        "Basic": ["#no comment", 'a "quoted" <b>back</b>\t&amp; a tab'],
        "Basic (and reversed card)": ["R", "over\ntwo lines"],
        "Basic (optional reversed card)": ["O", "back", "y"],
        "Basic (type in the answer)": ["T", "typed <img src=a.png>"],
        "Cloze": ["{{c1::x}}", ""],
    }
    for name, values in contents.items():
        note = col.new_note(col.models.by_name(name))
        note.fields, note.tags = values, ["b", "marked", "a::c"]
        col.add_note(note, col.decks.id("Deck::🍃"))
    path = tmp_path / "notes.txt"
    col.export_note_csv(out_path=str(path), limit=None, with_html=with_html, with_tags=True, with_deck=True, with_notetype=True, with_guid=True)
    guids = {col.get_note(note).guid for note in col.find_notes("")}
    col.close()
    export = read_export(path, tmp_path)
    assert {note.guid for note in export.notes} == guids
    assert {note.deck for note in export.notes} == {"Deck::🍃"}
    assert {note.tags for note in export.notes} == {("a::c", "b")}
    assert {note_type.name: note_type for note_type in export.types} == STOCK_TYPES
    found = {export.types[note.type].name: list(note.fields) for note in export.notes}
    if with_html:
        assert found == contents
        assert export.remarks[1] == "1 media file is shown or played, which a text does not hold: <img src=a.png>."
    else:
        assert found["Basic"] == ["#no comment", 'a "quoted" back\t&amp; a tab']
        assert found["Basic (optional reversed card)"] == ["O", "back", "y"]
        assert len(export.remarks) == 1
    assert export.remarks[0].startswith(NO_TYPES)
    assert {(note.id, note.mod, note.cards) for note in export.notes} == {(None, 0, ())}


def test_fields_of_unknown_note_types_are_numbered(tmp_path: Path) -> None:
    head = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:8\n"
    export = read(tmp_path, head + "g1\tVerben\tD\tgehen\t\tging\t\tx\ng2\tBasic\tD\tF\tB\t\t\t\ng3\tLücke\tC\tno\t{{c1::eins}}\t\t\ty\n")
    assert [note_type.name for note_type in export.types] == ["Verben", "Basic", "Lücke"]
    verb, basic, gap = export.types
    assert basic == STOCK_TYPES["Basic"]
    assert verb.fields == (ExportedField("Field 1"), ExportedField("Field 2"), ExportedField("Field 3"))
    assert verb.templates == (ExportedTemplate("Card 1", "{{Field 1}}", "{{FrontSide}}\n\n<hr id=answer>\n\n{{Field 2}}<br>\n{{Field 3}}"),)
    assert gap.cloze
    assert gap.templates == (ExportedTemplate("Cloze", "{{cloze:Field 2}}", "{{cloze:Field 2}}<br>\n{{Field 1}}"),)
    assert [(note.guid, note.deck, note.tags, note.fields) for note in export.notes] == [
        ("g3", "C", ("y",), ("no", "{{c1::eins}}")),
        ("g1", "D", ("x",), ("gehen", "", "ging")),
        ("g2", "D", (), ("F", "B")),
    ]
    assert export.remarks[1:] == (
        "The fields of the note type 'Verben' are not known: it gets fields and a card of its own. Number of fields: 3.",
        "The fields of the note type 'Lücke' are not known: it gets fields and a card of its own. Number of fields: 2.",
    )


def test_columns_may_be_named(tmp_path: Path) -> None:
    export = read(tmp_path, "#separator:Semicolon\n#columns:Wort;Tags;#1 {Satz:};Wort;\n#tags column:2\n#notetype:Deutsch\n#deck:A::B\n#tags:all\na;t;b;c;d\n")
    assert [field.name for field in export.types[0].fields] == ["Wort", "1 Satz", "Field 3", "Field 4"]
    assert fields(export) == [("a", "b", "c", "d")]
    assert (export.notes[0].tags, export.notes[0].deck) == (("all", "t"), "A::B")
    swapped = read(tmp_path, "#separator:,\n#columns:Back,Front\n#notetype:Basic\n1,2\n")
    assert swapped.types == (STOCK_TYPES["Basic"],)
    assert fields(swapped) == [("2", "1")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\nc\td", [("a", "b"), ("c", "d")]),
        ("a,b\r\n\r\n# comment\r\nc,d\r\n", [("a", "b"), ("c", "d")]),
        ("\ufeffa;b\n", [("a", "b")]),
        ('"a ""x""\n# in it";b\n', [('a "x"<br># in it', "b")]),
        ("tags:t u\nnur eins|2 < 3 & 4\n", [("nur eins", "2 &lt; 3 &amp; 4")]),
        ("<b>a</b>\t2 < 3\n", [("<b>a</b>", "2 < 3")]),
        ("#html:false\n<b>a</b>\t2\n", [("&lt;b&gt;a&lt;/b&gt;", "2")]),
        ("#separator:pipe\n#html:TRUE;;;\na|b\n", [("a", "b")]),
        ("x\tb\tt1 t2\n#notetype:late comment\n", [("x", "b", "t1 t2")]),
    ],
)
def test_texts_of_people(tmp_path: Path, text: str, expected: list[tuple[str, ...]]) -> None:
    export = read(tmp_path, text)
    assert fields(export) == expected
    assert export.notes[0].deck == "Default"
    assert export.remarks[1] == "The text has no column of guids: every note counts as a new one."
    assert export.types[0] == STOCK_TYPES["Basic"] or len(expected[0]) > 2


def test_a_column_beyond_the_fields_holds_tags(tmp_path: Path) -> None:
    """As Anki guesses, if the text names one note type and no column of tags."""
    export = read(tmp_path, "#separator:tab\n#notetype:Basic\na\tb\tt u\n")
    assert (fields(export), export.notes[0].tags) == ([("a", "b")], ("t", "u"))


def test_other_encodings(tmp_path: Path) -> None:
    assert fields(read(tmp_path, "ä\tö\n".encode("utf-16"))) == [("ä", "ö")]
    for content, message in ((b"\xe4\t\xf6\n", "no text in UTF-8"), (b"a\0\tb\n", "no text"), (b"", "no notes"), (b"#html:true\n\n", "no notes")):
        with pytest.raises(UnreadableError, match=message):
            read(tmp_path, content)


def test_large_fields_leave_the_csv_module_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    assert fields(read(tmp_path, "a\t" + "x" * 300_000 + "\n"))[0][1] == "x" * 300_000
    with pytest.raises(UnreadableError, match="more than 1,000 columns"):
        read(tmp_path, "a\t" * 1_001)
    assert csv.field_size_limit() == before
