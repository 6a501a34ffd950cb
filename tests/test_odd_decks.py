"""Old and odd decks, held against real Anki: all of them arrive, or the report names what does not, and learners notice nothing."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import genanki
import pytest
from anki import collection
from anki.errors import AnkiException

from adopting import adopt, contents, edit, learner_state, media_of, run, succeed
from anki_desk import Imported, desk
from shelf import add_note

LATER = 4_000_000_000
"""In seconds since 1970."""


def make(folder: Path, fill: Callable[[Any], object], *, legacy: bool = True) -> Path:
    """Fill a collection of real Anki's, and export all of it."""
    folder.mkdir(exist_ok=True)
    col = collection.Collection(str(folder / "collection.anki2"))
    fill(col)
    path = folder / "original.apkg"
    options = collection.ExportAnkiPackageOptions(with_scheduling=False, with_deck_configs=False, with_media=True, legacy=legacy)
    col.export_anki_package(out_path=str(path), limit=None, options=options)
    col.close()
    return path


def write(path: Path, *notes: genanki.Note, media: Sequence[Path] = (), timestamp: float | None = None) -> Path:
    """Write a package as genanki does."""
    made = genanki.Deck(1 << 31, "Deck")
    for note in notes:
        made.add_note(note)
    with warnings.catch_warnings(action="ignore"):  # It says that HTML is invalid.
        genanki.Package(made, list(map(str, media))).write_to_file(str(path), timestamp=timestamp)
    return path


def note_type(number: int, name: str = "Pair", front: str = "{{A}}", back: str = "{{B}}", css: str = "") -> genanki.Model:
    return genanki.Model(number, name, [{"name": "A"}, {"name": "B"}], [{"name": "Card", "qfmt": front, "afmt": back}], css=css)


def report(project: Path) -> str:
    return (project / "import-report.md").read_text()


def survives(original: Path, folder: Path) -> Path:
    """Adopt a deck, and see that those who have it notice nothing and that others get the same; return the project."""
    package = adopt(original, folder / "project")
    with desk(folder / "learner") as learner, desk(folder / "fresh") as fresh:
        count = learner.import_package(original).new
        had, media, before = contents(learner), media_of(learner), learner_state(learner)
        assert learner.import_package(package) == Imported(new=0, updated=0, unchanged=count, conflicting=0)
        assert learner_state(learner) == before
        fresh.import_package(package)
        assert contents(fresh) == had
        assert media_of(fresh) == media == media_of(learner)
    return folder / "project"


def ids(project: Path) -> list[str]:
    return [line.removeprefix("  - id: ") for path in sorted((project / "decks").glob("*.yaml")) for line in path.read_text().split("\n") if "  - id: " in line]


def test_missing_media_are_named(tmp_path: Path) -> None:
    (tmp_path / "there.png").write_bytes(b"there")
    fields = ["<img src=there.png><img src=gone.png>", "[sound:gone.mp3] <i>ümlaut</i>"]
    original = write(tmp_path / "a.apkg", genanki.Note(note_type(1 << 40), fields), media=[tmp_path / "there.png"])
    project = survives(original, tmp_path)
    assert "gone.png, gone.mp3" in report(project)
    assert (project / "decks/media/there.png").read_bytes() == b"there"


@pytest.mark.parametrize(
    "html",
    [
        *("<b>never <i>closed", "</div></b>closed", '<img src="x', "<a href='y'>z", "a < b > c & d", "<table><b>x</table>", "<p><p><div></p>", "&#xffffffff;"),
        *("<script>if (a < b) {}</script>", "<!-- never closed", "<!doctype html><html><body>x</body></html>", "<style>.card{color:red}</style>x", "<" * 3000),
        *(
            "<svg><circle r=1 /></svg>",
            "<iframe src=https://x.org></iframe>",
            "<div " * 500,
            "<b>" * 500 + "deep",
            "{{c1::x",
            "}}{{#A}}",
            "a\u2028b\u2029c",
            " \xa0 ",
        ),
    ],
)
def test_invalid_html_arrives(tmp_path: Path, html: str) -> None:
    kind = note_type(1 << 40)
    survives(write(tmp_path / "a.apkg", genanki.Note(kind, ["word", html]), genanki.Note(kind, [f"x {html}", html])), tmp_path)


def test_empty_notes_and_equal_first_fields_arrive(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        for fields in (["", ""], ["<br>", " "], ["same", "1"], ["same", "2"], ["<b>Same</b>!", "3"], ["👍", "4"], ["👍", "5"], ["same-2", "6"]):
            add_note(col, "Basic", "Deck", fields)
        add_note(col, "Cloze", "Deck", ["no cloze", ""])
        add_note(col, "Basic", "Deck", ["x" * 300, ""])

    project = survives(make(tmp_path / "author", fill), tmp_path)
    assert ids(project)[2:5] == ["same", "same-2", "same-3"]
    assert len(set(ids(project))) == 10


def test_note_types_of_one_name_become_two_packs(tmp_path: Path) -> None:
    kinds = [note_type(1 << 40, "Twin"), note_type(1 << 41, "Twin", "{{B}}"), note_type(1 << 42, "twin!"), note_type(1 << 43, "🍃"), note_type(1 << 44, "漢")]
    kinds += [note_type(number, name) for number, name in ((1 << 45, "basic"), (1 << 46, "_shared"), (1 << 47, "con"), (1 << 48, "../../up"), (1 << 49, " "))]
    notes = [genanki.Note(kind, [str(place), "b"]) for place, kind in enumerate(kinds)]
    package = adopt(write(tmp_path / "a.apkg", *notes), tmp_path / "project")
    packs = {path.name for path in (tmp_path / "project/templates").iterdir()}
    assert {"twin", "twin-2", "twin-3"} < packs
    assert len(packs - {"_shared"}) == len(kinds)
    with desk(tmp_path / "learner") as learner:
        learner.import_package(tmp_path / "a.apkg")
        assert learner.import_package(package) == Imported(new=0, updated=0, unchanged=len(kinds), conflicting=0)


def test_assets_of_cards_and_of_fields_arrive(tmp_path: Path) -> None:
    names = ["_style.css", "_font.woff2", "_both.png", "_field.svg", "_empty.js", "_unused.png", "unused.mp3", "_a b.png"]
    for name in names:
        (tmp_path / name).write_bytes(b"" if "empty" in name else name.encode())
    css = "@import url('_style.css'); @font-face { font-family: x; src: url(_font.woff2) }"
    kind = note_type(1 << 40, front='{{A}}<img src="_both.png"><script src=_empty.js></script>', back='{{B}}<img src="_a b.png">', css=css)
    note = genanki.Note(kind, ["<img src=_both.png>", "<img src='_field.svg'> [latex]x[/latex]"])
    package = adopt(write(tmp_path / "a.apkg", note, media=[tmp_path / name for name in names]), tmp_path / "project")
    with desk(tmp_path / "new") as new:
        new.import_package(package)
        assert media_of(new) == {name: (tmp_path / name).read_bytes() for name in names if "unused" not in name}
    assert sorted(path.name for path in (tmp_path / "project/unused-media").iterdir()) == ["_unused.png", "unused.mp3"]
    assert "_unused.png, unused.mp3" in report(tmp_path / "project")
    edit(tmp_path / "project", "<img src='media/_field.svg'>", "none")
    succeed("release", "--project", tmp_path / "project")


@pytest.mark.parametrize(
    "front", ["{{A", "{{#A}}{{A}}", "{{Nope}}", "{{A}}{{/A}}", "{{nope:A}}", "", "{{#A}}{{^B}}{{A}}{{/A}}{{/B}}", "{{cloze:A}}", "{{A}}{{{B}}}"]
)
def test_faulty_card_templates_arrive(tmp_path: Path, front: str) -> None:
    kind = note_type(1 << 40, front=front)
    kind._req = [[0, "any", [0]]]  # genanki finds no card in some.
    project = survives(write(tmp_path / "a.apkg", genanki.Note(kind, ["a", "b"])), tmp_path)
    edit(project, "b\n", "b and more\n")
    succeed("release", "--project", project)


ODD: list[tuple[list[str], dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    (["A", "Q: text"], {}, {}, {}, "'Q: text' is 'Q text'"),
    (["A", "#x"], {}, {}, {}, "'#x' is 'x'"),
    (["A", " x{"], {}, {}, {}, "' x{' is 'x'"),
    (["A", "a", "A"], {}, {}, {}, "'a' is 'a+', 'A' is 'A++'"),
    (["A"], {}, {}, {"name": 'a"b'}, "'a\"b' is 'ab'"),
    (["A", "B"], {"sortf": 77}, {}, {}, ""),
    (["A"], {}, {"tag": 2**32}, {}, "tag of A (4294967296)"),
    (["A"], {}, {}, {"bsize": 256}, "bsize of Card (256)"),
    (["A"], {"originalStockKind": 99}, {"size": 65535}, {"bsize": 255}, ""),
]
REFUSED: list[tuple[list[str], dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    (["A", ""], {}, {}, {}, "'' is 'Field 2'"),
    (["A"], {"name": ""}, {}, {}, "'' is 'Note type'"),
    (["A"], {}, {}, {"name": ""}, "'' is 'Card 1'"),
    (["A"], {"sortf": -77}, {}, {}, "sortf of the note type (-77)"),
    (["A"], {"originalStockKind": 2**31}, {}, {}, "originalStockKind of the note type (2147483648)"),
    (["A"], {}, {"size": 99999999999}, {}, "size of A (99999999999)"),
    (["A"], {"originalId": 2**63}, {}, {}, ""),
]
"""Fields, settings of the note type, of the fields and of the card, and what the report says."""


def odd_package(path: Path, fields: list[str], settings: dict[str, Any], of_fields: dict[str, Any], of_card: dict[str, Any]) -> Path:
    class Odd(genanki.Model):  # type: ignore[misc]
        def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
            made: dict[str, Any] = super().to_json(timestamp, deck_id)
            return made | settings

    card = {"name": "Card", "qfmt": "{{A}}", "afmt": "back"} | of_card
    kind = Odd(1 << 40, "Odd", [{"name": name} | of_fields for name in fields], [card])
    return write(path, genanki.Note(kind, ["a"] * len(fields)))


@pytest.mark.parametrize(("fields", "settings", "of_fields", "of_card", "said"), ODD)
def test_names_and_settings_that_anki_mends_arrive_as_it_keeps_them(
    tmp_path: Path, fields: list[str], settings: dict[str, Any], of_fields: dict[str, Any], of_card: dict[str, Any], said: str
) -> None:
    project = survives(odd_package(tmp_path / "a.apkg", fields, settings, of_fields, of_card), tmp_path)
    assert said in report(project)
    assert ("that Anki does not take" in report(project)) == bool(said)
    assert "bad-pack" not in run("check", "--select", "all", "--project", project).output


@pytest.mark.parametrize(("fields", "settings", "of_fields", "of_card", "said"), REFUSED)
def test_packages_that_anki_refuses_become_some_that_it_takes(
    tmp_path: Path, fields: list[str], settings: dict[str, Any], of_fields: dict[str, Any], of_card: dict[str, Any], said: str
) -> None:
    original = odd_package(tmp_path / "a.apkg", fields, settings, of_fields, of_card)
    package = adopt(original, tmp_path / "project")
    assert said in report(tmp_path / "project")
    with desk(tmp_path / "learner") as learner:
        with pytest.raises(AnkiException):
            learner.import_package(original)
        assert learner.import_package(package).new == 1


def test_note_types_without_ids_of_fields_survive(tmp_path: Path) -> None:
    original = write(tmp_path / "a.apkg", genanki.Note(note_type(1 << 40), ["a", "b"]), genanki.Note(genanki.CLOZE_MODEL, ["{{c1::x}}", "y"]))
    project = survives(original, tmp_path)
    assert "id: 1099511627776" in (project / "templates/pair/pack.yaml").read_text()
    assert (project / "templates/pair/pack.yaml").read_text().count("id:") == 1


def test_notes_of_one_type_lie_in_several_decks(tmp_path: Path) -> None:
    decks = ["Default", "A::B", "a::b::C", "🍃::‘x’", "con", "..", "A::B::D", "x:y", "-", "A b", "a-b"]

    def fill(col: Any) -> None:
        for place, name in enumerate(decks * 2):
            add_note(col, "Basic", name, [str(place), name])

    project = survives(make(tmp_path / "author", fill, legacy=False), tmp_path)
    assert len(list((project / "decks").glob("*.yaml"))) == len(decks)


def test_deleted_and_missing_cards_stay_so(tmp_path: Path) -> None:
    def fill(col: Any) -> None:
        both, first, second = (add_note(col, "Basic (and reversed card)", "Deck", [word, "b"]) for word in ("both", "first", "second"))
        cloze = add_note(col, "Cloze", "Deck", ["{{c1::a}} {{c2::b}}", ""])
        col.db.execute("delete from cards where id in (?, ?, ?)", first.cards()[1].id, second.cards()[0].id, cloze.cards()[1].id)
        col.set_deck([both.cards()[1].id], col.decks.id("Other"))

    original = make(tmp_path / "author", fill)
    package = adopt(original, tmp_path / "project")
    with desk(tmp_path / "learner") as learner, desk(tmp_path / "fresh") as fresh:
        learner.import_package(original)
        for one in (learner, fresh):
            one.import_package(package)
            rows = one.col.db.all("select n.sfld, c.ord from cards c join notes n on n.id = c.nid")
            assert sorted(rows) == [["both", 0], ["both", 1], ["first", 0], ["second", 1], ["{{c1::a}} {{c2::b}}", 0]]
    assert "1 note had cards in several decks" in report(tmp_path / "project")


def test_notes_dated_in_the_future_are_named(tmp_path: Path) -> None:
    kind = note_type(1 << 40)
    original = write(tmp_path / "a.apkg", *(genanki.Note(kind, [word, "answer"]) for word in ("one", "two")), timestamp=LATER)
    package = adopt(original, tmp_path / "project")
    assert "2 notes last changed in the future" in report(tmp_path / "project")
    with desk(tmp_path / "learner") as learner:
        learner.import_package(original)
        assert learner.import_package(package) == Imported(new=0, updated=0, unchanged=2, conflicting=0)
    edit(tmp_path / "project", "b: answer", "b: another answer")
    succeed("release", "--project", tmp_path / "project")
    with desk(tmp_path / "fresh") as fresh:
        assert fresh.import_package(package).new == 2


def test_a_guid_that_two_notes_share_is_kept_by_one(tmp_path: Path) -> None:
    kind = note_type(1 << 40)
    original = write(tmp_path / "a.apkg", *(genanki.Note(kind, [word, "b"], guid="same") for word in ("one", "two")), genanki.Note(kind, ["x", ""], guid="a b"))
    succeed("import", original, tmp_path / "project")
    assert "2 notes had no usable guid, or that of another note, and will be new to learners: two, x." in report(tmp_path / "project")
    succeed("release", "--project", tmp_path / "project")
    (package,) = (tmp_path / "project/build").glob("*.apkg")
    with desk(tmp_path / "learner") as learner:
        learner.import_package(original)
        assert learner.import_package(package) == Imported(new=2, updated=0, unchanged=1, conflicting=0)


@pytest.mark.parametrize("text", ["What???", "TODO", "...", "xxx", "lorem ipsum dolor", "…"])
def test_texts_that_still_wait_to_be_written_do_not_keep_old_decks_from_being_built(tmp_path: Path, text: str) -> None:
    kind = note_type(1 << 40)
    project = survives(write(tmp_path / "a.apkg", genanki.Note(kind, [f"<b>{text}</b>", text]), genanki.Note(genanki.BASIC_MODEL, [text, text])), tmp_path)
    assert "placeholder" not in succeed("check", "--project", project).output


def test_crowdanki_and_text_become_projects(tmp_path: Path) -> None:
    model = {
        "__type__": "NoteModel", "crowdanki_uuid": "m", "name": "Pair", "css": "", "type": 0, "flds": [{"name": "A", "ord": 0}, {"name": "B", "ord": 1}],
        "tmpls": [{"name": "Card", "qfmt": "{{A}}", "afmt": "{{B}}", "ord": 0}],
    }  # fmt: skip
    notes = [{"__type__": "Note", "fields": ["<img src=a.png>", "x: # y"], "guid": "g]", "note_model_uuid": "m", "tags": ["t"]}]
    crowd = {"__type__": "Deck", "name": "Crowd", "children": [], "note_models": [model], "notes": notes, "media_files": ["a.png"]}
    (tmp_path / "crowd/media").mkdir(parents=True)
    (tmp_path / "crowd/deck.json").write_text(json.dumps(crowd))
    (tmp_path / "crowd/media/a.png").write_bytes(b"a")
    (tmp_path / "notes.csv").write_text("front,back\n'- a','#b: c'\n\"two\nlines\",x\n")
    for name, count in (("crowd", 1), ("notes.csv", 3)):
        succeed("import", tmp_path / name, tmp_path / f"p-{name}")
        succeed("release", "--project", tmp_path / f"p-{name}")
        (package,) = (tmp_path / f"p-{name}/build").glob("*.apkg")
        with desk(tmp_path / f"learner-{name}") as learner:
            assert learner.import_package(package).new == count
            assert len(learner.cards()) == count
            kept = "g]" in learner.col.db.list("select guid from notes")
            assert kept == (name == "crowd"), "without a lock, the deck files alone say it"


def test_an_export_without_notes_is_refused(tmp_path: Path) -> None:
    original = make(tmp_path / "author", lambda col: None)
    result = run("import", original, tmp_path / "project")
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [tmp_path / "author"])
    assert "it holds no notes; nothing was written" in result.output


@pytest.mark.parametrize("shown", ["{{text:B}}", "{{type:B}}", "{{tts en_US:B}}"])
def test_a_field_that_is_shown_without_its_html_keeps_it_to_the_letter(tmp_path: Path, shown: str) -> None:
    kind = note_type(1 << 40, front="{{A}}", back=shown)
    project = survives(write(tmp_path / "a.apkg", genanki.Note(kind, ["a<br>b", "word<br>word"]), genanki.Note(kind, ["c", "plain"])), tmp_path)
    text = (project / "decks/deck.yaml").read_text()
    assert "html: word<br>word" in text
    assert "b: plain" in text
