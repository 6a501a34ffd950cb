"""Changes that the maintainer of an adopted deck makes to its packs: what Anki or learners could not use is refused, what the deck came with is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from adopting import adopt, edit, media_of, run, succeed
from anki_desk import Imported, desk
from citedeck.adopted_packs import CARD_SETTINGS, FIELD_SETTINGS, TYPE_SETTINGS, Kind, field_name
from citedeck.card_html import refused
from conftest import compile_folder
from shelf import add_note
from test_odd_decks import make

LOGO = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
PACK = "templates/anki-basic/pack.yaml"
FIELDS = "the pack's fields: "


def change(project: Path, path: str, *changes: tuple[str, str]) -> None:
    text = (project / path).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (project / path).write_text(text)


def said(project: Path, code: str = "bad-pack") -> list[str]:
    """Return what is wrong with a project, all of it if one of a code is, each as "place: severity message; hint"."""
    found = compile_folder(project).diagnostics
    if not any(one.code == code for one in found):
        return []
    return [f"{one.span.path}:{one.span.line}: {one.severity.name.lower()}[{one.code}] {one.message}; {one.hint}" for one in found]


def fill(col: Any) -> None:
    """One note of Anki's own type, whose card templates and notes show a picture, and a cloze."""
    assert col.media.write_data("_logo.svg", LOGO) == "_logo.svg"
    assert col.media.write_data("_font.ttf", b"font") == "_font.ttf"
    kind = col.models.by_name("Basic")
    kind["tmpls"][0]["afmt"] += "<img src='_logo.svg'>"
    kind["css"] += "@font-face { font-family: x; src: url('_font.ttf') }"
    col.models.update_dict(kind)
    add_note(col, "Basic", "Deck", ["what <img src='_logo.svg'>", "that"])
    add_note(col, "Cloze", "Deck", ["{{c1::hidden}}", "more"])
    col.db.execute("update notetypes set mtime_secs = mtime_secs - 100")  # A release within the second would be passed over.


def break_templates(col: Any) -> None:
    """Card templates that were broken behind Anki's back, as add-ons and other tools do."""
    kind = col.models.by_name("Basic (and reversed card)")
    kind["tmpls"][0]["afmt"] = "{{Back}}{{Source}}"
    kind["tmpls"][1]["qfmt"] = "{{#Back}}{{Back}}"
    col.models.update_dict(kind, skip_checks=True)
    add_note(col, "Basic", "Deck", ["what", "that"])
    note = col.new_note(kind)
    note.fields = ["one", "two"]
    col.add_note(note, col.decks.id("Deck"))


def adopted(folder: Path, filling: Callable[[Any], object] = fill) -> Path:
    adopt(make(folder / "author", filling, legacy=False), folder / "project")
    return folder / "project"


# --- fields ----------------------------------------------------------------------------------------------------------------------------


def test_card_templates_that_name_a_renamed_field_are_refused(tmp_path: Path) -> None:
    project = adopted(tmp_path)
    with desk(tmp_path / "learner") as learner, desk(tmp_path / "new") as new:
        learner.import_package(tmp_path / "author/original.apkg")
        change(project, PACK, ("name: Back", "name: Answer"), ("citations: Back", "citations: Answer"))
        message = "the card shows '{{Back}}', and the note type has no such field"
        assert said(project) == [f"templates/anki-basic/card-1.back.html:0: error[bad-pack] {message}; {FIELDS}Front, Answer"]
        assert run("release", "--project", project).exit_code == 1
        change(project, "templates/anki-basic/card-1.back.html", ("{{Back}}", "{{Answer}}"))
        assert said(project) == []
        succeed("release", "--project", project)
        (package,) = (project / "build").glob("*.apkg")
        assert learner.import_package(package) == Imported(new=0, updated=0, unchanged=2, conflicting=0)
        assert new.import_package(package).new == 2
        for one in (learner, new):
            (card,) = one.cards("what")
            assert [field["name"] for field in card.note_type()["flds"]] == ["Front", "Answer"]
            assert "that" in card.render_output().answer_text


@pytest.mark.parametrize(
    ("name", "message", "shape"),
    [
        ("'Q: text'", "'Q: text' cannot be a field's name: Anki would call it 'Q text', and templates would not find it", True),
        ("'#x'", "'#x' cannot be a field's name: Anki would call it 'x', and templates would not find it", True),
        ("^x", "'^x' cannot be a field's name: Anki would call it 'x', and templates would not find it", True),
        ("/x", "'/x' cannot be a field's name: Anki would call it 'x', and templates would not find it", True),
        ("a{b}c", "'a{b}c' cannot be a field's name: Anki would call it 'abc', and templates would not find it", True),
        ("'a\"b'", "'a\"b' cannot be a field's name: Anki would call it 'ab', and templates would not find it", True),
        ("' x '", "' x ' cannot be a field's name: Anki would call it 'x', and templates would not find it", True),
        ("''", "'' cannot be a field's name; a word, at least: templates show the field by it", False),
        ("':'", "':' cannot be a field's name; a word, at least: templates show the field by it", False),
        ("FRONT", "two fields are called 'FRONT'; give each a name of its own; case does not count", False),
    ],
)
def test_names_of_fields_that_anki_would_change_are_refused(tmp_path: Path, name: str, message: str, shape: bool) -> None:
    project = adopted(tmp_path)
    change(project, PACK, ("name: Back", f"name: {name}"), ("  citations: Back\n", ""))
    change(project, "templates/anki-basic/card-1.back.html", ("{{Back}}", f"{{{{{name.strip(chr(39))}}}}}"))
    line = (project / PACK).read_text().split("\n").index(f"  - name: {name}") + 1
    hint = "; no ':', '{', '}' or '\"' in it, none of '#', '^', '/' and blanks before it, no blanks behind it" if shape else ""
    assert f"{PACK}:{line}: error[bad-pack] {message}{hint}" in said(project)
    assert [one for one in said(project) if "pack.yaml" in one] == [f"{PACK}:{line}: error[bad-pack] {message}{hint}"]


def test_names_of_fields_are_what_anki_makes_of_them(tmp_path: Path) -> None:
    names = ["Q: text", "#x", "^ /x", " x ", 'a"{b}', "x#", "a::b", "\xa0x", "e\u0301", "x\u200b", "a\tb", "<b>", "!x", "Tags", "# #"]
    with desk(tmp_path / "anki") as anki:
        models = anki.col.models
        for name in names:
            kind = models.new(name)
            for field in ("First", name):
                models.add_field(kind, models.new_field("First") | {"name": field})
            models.add_template(kind, models.new_template("Card") | {"qfmt": "{{First}}"})
            try:
                made = models.get(models.add_dict(kind).id)["flds"][1]["name"]
            except Exception:
                made = ""
            assert field_name(name) == made, name


# --- card templates --------------------------------------------------------------------------------------------------------------------


TEMPLATES = [
    *("{{A}}", "{{ A }}", "{{A\n}}", "{{a}}", "{{Nope}}", "{{type:Nope}}", "{{text:}}", "{{}}", "{{tts-voices:}}", "{{hint:A}}", "{{furigana: A}}"),
    *("{{#A}}{{A}}", "{{A}}{{/A}}", "{{#A}}{{^B}}{{/A}}{{/B}}", "{{#Nope}}{{/Nope}}{{A}}", "{{#c1}}x{{/c1}}{{A}}", "{{^c12}}x{{/c12}}{{A}}", "{{#cx}}{{/cx}}"),
    *("{{A}}<!-- {{Nope}} -->", "{{A}}<!-- {{Nope}}", "{{A", "{{A}} {{ x", "{{A}} }}", "{{{A}}}", "{{{{A}}}}", "{{A}}{{&B}}", "{{!x}}{{A}}", "{{cloze:A}}"),
    *("", "{{FrontSide}}", "{{Tags}}{{Deck}}{{CardFlag}}{{CardID}}{{Subdeck}}{{Type}}{{Card}}", "{{#Tags}}x{{/Tags}}{{A}}", "{{nope:A}}", "var x = {{a:1}};"),
]


def test_refused_is_what_anki_shows_an_error_for(tmp_path: Path) -> None:
    with desk(tmp_path / "anki") as anki:
        models = anki.col.models
        for number, template in enumerate(TEMPLATES):
            kind = models.new(f"kind {number}")
            for name in ("A", "B"):
                models.add_field(kind, models.new_field(name))
            models.add_template(kind, models.new_template("Card") | {"qfmt": f"{{{{A}}}} {number}", "afmt": ""})
            kind = models.get(models.add_dict(kind).id)
            note = add_note(anki.col, kind["name"], "Deck", ["a", "b"])
            kind["tmpls"][0]["afmt"] = template
            models.update_dict(kind, skip_checks=True)
            shown = anki.col.get_card(note.cards()[0].id).render_output().answer_text
            assert bool(list(refused(template, {"A", "B"}))) == ("has a problem" in shown), (template, shown)


def test_faults_that_the_deck_came_with_stay_and_others_are_refused(tmp_path: Path) -> None:
    project = adopted(tmp_path, break_templates)
    pack, folder = "templates/basic-and-reversed-card/pack.yaml", "templates/basic-and-reversed-card"
    text = (project / pack).read_text()
    assert "    file: card-1\n    unchecked: [back]" in text
    assert "    file: card-2\n    unchecked: [front]" in text
    report = (project / "import-report.md").read_text()
    assert "Card templates that Anki cannot show, kept as they are, in “Basic (and reversed card)”: the back of “Card 1”, the front of “Card 2”." in report
    change(project, f"{folder}/style.css", ("color: black", "color: teal"))
    change(project, f"{folder}/card-1.back.html", ("{{Source}}", "{{Author}}"))
    assert said(project) == []
    change(project, f"{folder}/card-1.front.html", ("{{Front}}", "{{Frnt}}"))
    wrong = f"{folder}/card-1.front.html:0: error[bad-pack] the card shows '{{{{Frnt}}}}', and the note type has no such field; {FIELDS}Front, Back"
    assert said(project) == [wrong]
    change(project, f"{folder}/card-1.front.html", ("{{Frnt}}", "{{Front}}"))
    change(project, f"{folder}/card-1.back.html", ("{{Author}}", ""))
    line = text[: text.index("unchecked")].count("\n") + 1
    assert f"{pack}:{line}: warning[bad-pack] nothing is wrong with the back any more; remove it from unchecked:" in said(project)
    assert not any("error" in one for one in said(project))
    succeed("release", "--project", project)


def test_a_cloze_pack_has_to_hide_something(tmp_path: Path) -> None:
    project = adopted(tmp_path)
    change(project, "templates/anki-cloze/cloze.front.html", ("{{cloze:Text}}", "{{Text}}"))
    assert said(project) == [
        f"templates/anki-cloze/cloze.front.html:0: error[bad-pack] a cloze card has to show a field with {{{{cloze:…}}}}; {FIELDS}Text, Back Extra"
    ]


@pytest.mark.parametrize("side", ["both", "[front, sides]"])
def test_what_is_unchecked_is_a_side(tmp_path: Path, side: str) -> None:
    project = adopted(tmp_path)
    change(project, PACK, ("file: card-1\n", f"file: card-1\n    unchecked: {side}\n"))
    word = "both" if side == "both" else "sides"
    line = (project / PACK).read_text()[: (project / PACK).read_text().index("unchecked")].count("\n") + 1
    assert said(project) == [f"{PACK}:{line}: error[bad-pack] '{word}' is no side of a card; front or back"]


# --- values that Anki has no room for ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: normal\nadopted:\n", "adopted:\n  anki: {sortf: -77}\n", "'sortf' cannot be '-77'; a whole number from 0 to 1"),
        ("kind: normal\nadopted:\n", "adopted:\n  anki: {sortf: 2}\n", "'sortf' cannot be '2'; a whole number from 0 to 1"),
        (
            "kind: normal\nadopted:\n",
            "adopted:\n  anki: {originalStockKind: 2147483648}\n",
            "'originalStockKind' cannot be '2147483648'; a whole number from -2147483648 to 2147483647",
        ),
        (
            "kind: normal\nadopted:\n",
            "adopted:\n  anki: {originalId: 9223372036854775808}\n",
            "'originalId' cannot be '9223372036854775808'; a whole number from -9223372036854775808 to 9223372036854775807",
        ),
        ("kind: normal\nadopted:\n", "adopted:\n  anki: {latexsvg: 1}\n", "'latexsvg' cannot be '1'; true or false"),
        ("    key: answer\n", "    key: answer\n    anki: {size: 99999999999}\n", "'size' cannot be '99999999999'; a whole number from 0 to 65535"),
        ("    key: answer\n", "    key: answer\n    anki: {tag: -1}\n", "'tag' cannot be '-1'; a whole number from 0 to 4294967295"),
        ("    file: card-1\n", "    file: card-1\n    anki: {bsize: 256}\n", "'bsize' cannot be '256'; a whole number from 0 to 255"),
        ("title: Basic\n", 'title: ""\n', "the note type has no name; write the one that learners know it by"),
        ("title: Basic\n", "title: '\"'\n", "the note type has no name; write the one that learners know it by"),
        ("name: Card 1\n", "name: ''\n", "the card has no name; write the one that learners know it by"),
        ("name: Card 1\n", "name: 'a\"b'\n", "'a\"b' cannot be a card's name: Anki would call it 'ab'; no '\"' in it"),
        ("  id: ", "  id: 0 # ", "a note type's id cannot be 0; the one that Anki gave it; without one it is a new note type"),
    ],
)
def test_values_that_anki_has_no_room_for_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    project = adopted(tmp_path)
    text = (project / PACK).read_text()
    assert old in text
    if "anki:" in new and "adopted:" in new:
        text = "\n".join(line for line in text.split("\n") if not line.startswith(("  anki:", "    original", "    sortf")))
    (project / PACK).write_text(text.replace(old, new, 1))
    line = (text[: text.index(old)] + new.rstrip("\n")).count("\n") + 1
    assert said(project) == [f"{PACK}:{line}: error[bad-pack] {message}"]


def extremes(known: Mapping[str, Kind], last: int) -> str:
    """Return the least or the greatest numbers that settings take, as YAML."""
    return "{" + ", ".join(f"{name}: {kind[last]}" for name, kind in known.items() if isinstance(kind, range)) + "}"


@pytest.mark.parametrize("last", [0, -1])
def test_anki_takes_the_least_and_the_greatest_value(tmp_path: Path, last: int) -> None:
    project = adopted(tmp_path)
    text = "\n".join(line for line in (project / PACK).read_text().split("\n") if not line.startswith(("  anki:", "    original", "    sortf")))
    settings = extremes(TYPE_SETTINGS, last).replace("sortf: 65535", "sortf: 1")
    text = text.replace("adopted:\n", f"adopted:\n  anki: {settings}\n")
    text = text.replace("    key: answer\n", f"    key: answer\n    anki: {extremes(FIELD_SETTINGS, last)}\n")
    text = text.replace("    file: card-1\n", f"    file: card-1\n    anki: {extremes(CARD_SETTINGS, last)}\n")
    (project / PACK).write_text(text)
    succeed("release", "--project", project)
    (package,) = (project / "build").glob("*.apkg")
    with desk(tmp_path / "new") as new:
        assert new.import_package(package).new == 2
        kind = new.cards("what")[0].note_type()
        assert kind["sortf"] == (0, 1)[last]
        assert kind["originalStockKind"] == (-(2**31), 2**31 - 1)[last]
        assert (kind["flds"][1]["size"], kind["flds"][1]["tag"], kind["tmpls"][0]["bsize"]) == ((0, 0, 0), (65535, 2**32 - 1, 255))[last]


# --- what card templates show ----------------------------------------------------------------------------------------------------------


def test_an_asset_that_learners_have_cannot_go_missing(tmp_path: Path) -> None:
    project = adopted(tmp_path)
    shared = project / "templates/_shared"
    kept = {name: (shared / name).read_bytes() for name in ("_font.ttf", "_logo.svg")}
    for name in kept:
        (shared / name).unlink()
    hint = "put it at templates/anki-basic/, or at templates/_shared/"
    assert said(project) == [f"{PACK}:0: error[bad-pack] the looks name a file '{name}' that is not there; {hint}" for name in kept]
    assert run("build", "--locked", "--project", project).exit_code == 1
    for name, content in kept.items():
        (project / "templates/anki-basic" / name).write_bytes(content)
    assert said(project) == []
    succeed("build", "--locked", "--project", project)


def test_card_templates_keep_what_a_question_shows_too(tmp_path: Path) -> None:
    project = adopted(tmp_path)
    (package,) = (project / "build").glob("*.apkg")
    with ZipFile(package) as archive:
        assert sorted(archive.read(str(number)) for number in range(len(archive.namelist()) - 2)) == sorted([LOGO, b"font"])
    edit(project, "![](media/_logo.svg)", "")
    assert [(one.code, one.span.path) for one in compile_folder(project).diagnostics] == [("media-unused", "decks/media/_logo.svg")]
    (project / "decks/media/_logo.svg").unlink()
    assert list(compile_folder(project).diagnostics) == []
    succeed("release", "--project", project)
    with desk(tmp_path / "new") as new:
        new.import_package(package)
        assert media_of(new) == {"_logo.svg": LOGO, "_font.ttf": b"font"}
