"""What the report of an import says: nothing that is not so, about texts and CrowdAnki's folders as about packages, for one thing and for many."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from adopting import succeed
from anki_desk import desk
from citedeck.adoption.project import adopt as adopted
from shelf import Shelf, shelf

__all__ = ["shelf"]

UPDATE = "Anki then finds every note again"


def crowdanki(
    folder: Path, *notes: Sequence[str], name: str = "World", kind: str = "Place", media: Sequence[str] = (), fields: Sequence[str] = ("A", "B")
) -> Path:
    """Write what CrowdAnki exports."""
    model = {
        "crowdanki_uuid": "m", "name": kind, "type": 0, "css": "", "flds": [{"name": one, "ord": place} for place, one in enumerate(fields)],
        "tmpls": [{"name": "Card", "ord": 0, "qfmt": "{{A}}", "afmt": "{{B}}"}],
    }  # fmt: skip
    made = [{"fields": [*note], "guid": f"guid-{number}", "note_model_uuid": "m", "tags": []} for number, note in enumerate(notes)]
    content = {"crowdanki_uuid": "d", "name": name, "children": [], "desc": "", "notes": made, "note_models": [model], "media_files": [*media]}
    (folder / "media").mkdir(parents=True)
    for one in media:
        (folder / "media" / one).write_bytes(one.encode())
    (folder / "deck.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def report(file: Path, project: Path) -> str:
    succeed("import", file, project)
    return (project / "import-report.md").read_text(encoding="utf-8")


# --- what learners are promised ---------------------------------------------------------------------------------------------------------


def test_a_package_updates_what_learners_have(shelf: Shelf, tmp_path: Path) -> None:
    said = report(shelf.export("new.apkg", legacy=False, scheduling=False), tmp_path / "project")
    assert (tmp_path / "project/citedeck.lock").exists()
    assert UPDATE in said
    assert "new deck for learners" not in said
    assert said.endswith("`docs/adopting.md` of citedeck describes the whole way.\n")


@pytest.mark.parametrize("form", ["text", "crowdanki"])
def test_what_says_no_ids_of_note_types_is_a_new_deck_for_learners(form: str, tmp_path: Path) -> None:
    text = tmp_path / "n.txt"
    text.write_text("one\ttwo\n", encoding="utf-8")
    said = report(text if form == "text" else crowdanki(tmp_path / "World", ["one", "two"]), tmp_path / "project")
    assert not (tmp_path / "project/citedeck.lock").exists()
    assert UPDATE not in said
    assert said.count("makes the first release, which is a new deck for learners.") == 1
    assert said.count("cannot get updates of it by package") == 1


# --- media ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field", ['<img src="a%20b.png">', '<div style="color: red"><img src="a%20b.png"></div>', "<img src=a%20b.png hspace=3>", "[sound:a%20b.png]"]
)
def test_a_missing_file_is_one_and_called_as_anki_s_own_check_calls_it(field: str, tmp_path: Path) -> None:
    with desk(tmp_path / "learner") as learner:
        note = learner.col.new_note(learner.col.models.by_name("Basic"))
        note.fields = [field, "x"]
        learner.col.add_note(note, 1)
        assert list(learner.col.media.check().missing) == ["a%20b.png"]
    said = report(crowdanki(tmp_path / "World", [field, "x"]), tmp_path / "project")
    assert "- 1 media file that questions show or play is not in the export: a%20b.png.\n" in said


def test_missing_files_are_counted_by_what_they_are(tmp_path: Path) -> None:
    fields = '<img src="a%20b.png" hspace=3> <img src="a b.png"> [sound:c%20d.mp3]', '<img src="https://x.org/e%20f.png" hspace=3>'
    said = report(crowdanki(tmp_path / "World", fields), tmp_path / "project")
    assert "- 2 media files that questions show or play are not in the export: a%20b.png, c%20d.mp3.\n" in said


def test_a_name_spelled_as_in_addresses_is_that_of_the_file(tmp_path: Path) -> None:
    """Anki's window shows "a b.png" for it, and the package has to hold that."""
    project = tmp_path / "project"
    said = report(crowdanki(tmp_path / "World", ['<img src="a%20b.png">', "x"], media=["a b.png"]), project)
    assert "a%20b.png" not in said
    (deck,) = (project / "decks").glob("*.yaml")
    assert "![](<media/a b.png>)" in deck.read_text(encoding="utf-8")
    succeed("build", "--project", project)
    (package,) = (project / "build").glob("*.apkg")
    with desk(tmp_path / "learner") as learner:
        learner.import_package(package)
        assert not learner.col.media.check().missing


@pytest.mark.parametrize("field", ['<img src="a%20b.png" hspace="3">', "<img hspace=3 src=a%20b.png>"])
def test_a_name_stays_to_the_letter_where_html_does(field: str, tmp_path: Path) -> None:
    said = report(crowdanki(tmp_path / "World", [field, "<img src='a b.png'>"], media=["a b.png"]), tmp_path / "project")
    assert "a%20b.png" not in said
    (deck,) = (tmp_path / "project/decks").glob("*.yaml")
    assert field in deck.read_text(encoding="utf-8")


def test_what_only_looks_like_a_name_stays_to_the_letter(tmp_path: Path) -> None:
    field = '<img alt="a src=b%20c d" hspace=3>'
    report(crowdanki(tmp_path / "World", [field, "x"]), tmp_path / "project")
    assert f"html: '{field}'" in (tmp_path / "project/decks/world.yaml").read_text(encoding="utf-8")


def test_a_file_is_not_missing_for_how_its_name_is_spelled(tmp_path: Path) -> None:
    made = adopted(crowdanki(tmp_path / "World", ['<img src="a%20b.png" hspace="3">', "x"], media=["a b.png"]), tmp_path / "project", 2_000_000_000)
    assert (made.writer.shown, made.writer.missing, made.unused) == (set(), {}, ["a b.png"])


def test_a_file_of_that_very_name_comes_first(tmp_path: Path) -> None:
    made = adopted(crowdanki(tmp_path / "World", ['<img src="a%20b.png">', "x"], media=["a b.png", "a%20b.png"]), tmp_path / "project", 2_000_000_000)
    assert (made.writer.shown, made.writer.missing, made.unused) == ({"a%20b.png"}, {}, ["a b.png"])


# --- its wording ------------------------------------------------------------------------------------------------------------------------


def test_one_thing_is_and_many_things_are(tmp_path: Path) -> None:
    fields = ("A", "B", "Source")
    one = report(crowdanki(tmp_path / "one", ["q", "a", ""], ["r", "b", "Tea, p. 3"], fields=fields, media=["no.png"]), tmp_path / "a")
    assert "- 1 question names “Tea” (`sources/tea.yaml`), and quotes no words of it.\n" in one
    assert "- 1 question in World names no source; " in one
    assert "- 1 media file that no card shows lies in `unused-media/`: no.png.\n" in one
    notes = [(f"q{number}", "a", source) for number, source in enumerate(["", "", "Tea, p. 3", "Tea, p. 4"])]
    two = report(crowdanki(tmp_path / "two", *notes, fields=fields, media=["no.png", "nor.png"]), tmp_path / "b")
    assert "- 2 questions name “Tea” (`sources/tea.yaml`), and quote no words of it.\n" in two
    assert "- 2 questions in World name no source; " in two
    assert "- 2 media files that no card shows lie in `unused-media/`: no.png, nor.png.\n" in two


@pytest.mark.parametrize(("more", "said"), [(1, "- 1 more names 1 other source.\n"), (2, "- 2 more name one of 2 other sources.\n")])
def test_what_is_beyond_the_first_ten_is_counted(more: int, said: str, tmp_path: Path) -> None:
    notes = [(f"q{number}", "a", f"Book {chr(65 + number)}") for number in range(10 + more)]
    assert said in report(crowdanki(tmp_path / "many", *notes, fields=("A", "B", "Source")), tmp_path / "a")


def test_odd_names_break_no_table_and_no_list(tmp_path: Path) -> None:
    folder = crowdanki(tmp_path / "odd", ["<img src='no`|*.png'>", "x"], name="Bio|`x` <b>*y*", kind="Two | `three`\\", media=["_a`b`.png"])
    said = report(folder, tmp_path / "a")
    assert "\n| Two \\| \\`three\\`\\\\ | `templates/" in said
    assert "- 1 question in Bio\\|\\`x\\` \\<b>\\*y\\* names no source; " in said
    assert "is not in the export: no\\`\\|\\*.png.\n" in said
    assert "`unused-media/`: _a\\`b\\`.png.\n" in said
