"""What real Anki makes of the packages: the official `anki` package imports and renders them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from anki_desk import Desk, Imported, desk, visible
from citedeck.pipeline import Compilation, Package
from conftest import ROOT, Compile, compile_folder, deck, package_of, packages_of

T = 1_780_000_000


@pytest.fixture(scope="module")
def own() -> Compilation:
    """Compile this repository's own decks."""
    return compile_folder(ROOT)


def write_packages(compilation: Compilation, folder: Path) -> dict[Path, Package]:
    written = {folder / package.file_name: package for package in packages_of(compilation, T)}
    for path, package in written.items():
        path.write_bytes(package.content)
    return written


def write_package(compilation: Compilation, folder: Path, time: int = T) -> Path:
    package = package_of(compilation, time)
    path = folder / package.file_name
    path.write_bytes(package.content)
    return path


def test_the_decks_of_this_repository_import_render_and_import_again(own: Compilation, tmp_path: Path) -> None:
    packages = write_packages(own, tmp_path)
    assert [path.name for path in packages] == ["ketamine.apkg", "learn-citedeck.apkg"]
    with desk(tmp_path / "anki") as learner:
        for path, package in packages.items():
            assert learner.import_package(path) == Imported(new=package.notes, updated=0, unchanged=0, conflicting=0)
        assert learner.col.card_count() == sum(len(note.ordinals) for note in own.notes)
        expected = Counter((note.guid, ordinal) for note in own.notes for ordinal in note.ordinals)
        assert Counter((card.note().guid, card.ord) for card in learner.cards()) == expected
        for card in learner.cards():
            output = card.render_output()
            assert visible(output.question_text).strip()
            assert "{{" not in output.question_text + output.answer_text
            assert "template-error" not in output.question_text + output.answer_text
            assert card.note()["Citations"] in output.answer_text
            assert card.note()["Citations"].count("<li") >= 1
        before = snapshot(learner)
        for path, package in packages.items():
            assert learner.import_package(path) == Imported(new=0, updated=0, unchanged=package.notes, conflicting=0)
        assert snapshot(learner) == before
        problems, ok = learner.col.fix_integrity()
        assert ok, problems
        assert snapshot(learner) == before, "Anki's Check Database finds nothing to repair"


def snapshot(learner: Desk) -> list[tuple[object, ...]]:
    notes: list[tuple[object, ...]] = learner.col.db.all("select id, guid, mid, mod, tags, flds from notes order by id")
    cards: list[tuple[object, ...]] = learner.col.db.all("select id, nid, did, ord, due, ivl, reps from cards order by id")
    return notes + cards


def test_anki_would_make_the_same_cards_itself(own: Compilation, tmp_path: Path) -> None:
    with desk(tmp_path / "anki") as learner:
        for path in write_packages(own, tmp_path):
            learner.import_package(path)
        before = {(card.nid, card.ord) for card in learner.cards()}
        notes = [learner.col.get_note(note) for note in learner.col.find_notes("")]
        learner.col.after_note_updates([note.id for note in notes], mark_modified=False, generate_cards=True)
        assert {(card.nid, card.ord) for card in learner.cards()} == before
        assert not learner.col.get_empty_cards().notes


def test_new_cards_come_in_the_authors_order(own: Compilation, tmp_path: Path) -> None:
    for path in write_packages(own, tmp_path):
        with desk(tmp_path / path.stem) as learner:
            learner.import_package(path)
            by_due = [learner.col.get_note(nid)["Id"] for (nid,) in learner.col.db.all("select distinct nid from cards order by due, ord")]
            assert by_due == [note.question_id for note in own.notes if note.deck_path.startswith(f"decks/{path.stem}/")]


def test_the_order_is_that_of_paths_then_of_places_in_the_file(compile_files: Compile) -> None:
    question = "- {{id: {}, question: Where?, answer: In the air., cite: Swifts sleep in the air.}}\n"
    files = {
        "decks/b.yaml": deck(question.format("fourth")),
        "decks/a/z.yaml": deck(question.format("second") + question.format("third")),
        "decks/a/b/c.yaml": deck(question.format("first")),
        "decks/é.yaml": deck(question.format("fifth")),
    }
    assert [note.question_id for note in compile_files(files).notes] == ["first", "second", "third", "fourth", "fifth"]


def test_an_edited_question_keeps_due_date_interval_and_review_log(compile_files: Compile, tmp_path: Path) -> None:
    question = "- {{id: sleep, question: Where do swifts sleep?, answer: {}, cite: Swifts sleep in the air.}}\n"
    other = "- {id: food, term: Food, definition: Insects, cite: Swifts hunt flying insects}\n"
    with desk(tmp_path / "anki") as learner:
        learner.import_package(write_package(compile_files({"decks/a.yaml": deck(question.format("In the air.") + other)}), tmp_path))
        for card in learner.cards():
            learner.answer(card, ease=4)
        schedule = "select id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses from cards order by id"
        before, log = learner.col.db.all(schedule), learner.col.db.all("select id, cid, ease, ivl from revlog order by id")
        assert len(log) == 3
        edited = compile_files({"decks/a.yaml": deck(question.format("On the wing.") + other)})
        again = learner.import_package(write_package(edited, tmp_path, T + 60))
        assert again == Imported(new=0, updated=2, unchanged=0, conflicting=0)
        assert learner.note("sleep")["Answer"] == "On the wing."
        assert learner.col.db.all(schedule) == before
        assert learner.col.db.all("select id, cid, ease, ivl from revlog order by id") == log


def test_a_renamed_file_and_a_moved_question_stay_the_same_note(compile_files: Compile, tmp_path: Path) -> None:
    question = "- {id: sleep, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}\n"
    with desk(tmp_path / "anki") as learner:
        learner.import_package(write_package(compile_files({"decks/a.yaml": deck(question)}), tmp_path))
        (tmp_path / "decks/a.yaml").unlink()
        moved = compile_files({"decks/deep/b.yaml": deck(question)})
        assert learner.import_package(write_package(moved, tmp_path, T + 1)).updated == 1
        assert learner.col.note_count() == 1


def test_pictures_and_sounds_arrive(compile_files: Compile, tmp_path: Path) -> None:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    files: dict[str, str | bytes] = {
        "decks/a.yaml": deck('- {id: sleep, question: "![Nest at night](<pictures/Nest é.svg>) ![](call.mp3)", answer: Air, cite: Swifts sleep in the air.}\n'),
        "decks/pictures/Nest é.svg": drawn,
        "decks/call.mp3": b"ID3sound",
    }
    compilation = compile_files(files)
    with desk(tmp_path / "anki") as learner:
        learner.import_package(write_package(compilation, tmp_path))
        picture, sound = (media.name for media in compilation.notes[0].media)
        assert picture.isascii()
        assert learner.note("sleep")["Question"] == f'<img src="{picture}" alt="Nest at night"> [sound:{sound}]'
        assert (Path(learner.col.media.dir()) / picture).read_bytes() == drawn
        assert (Path(learner.col.media.dir()) / sound).read_bytes() == b"ID3sound"
        assert not learner.col.media.check().missing


def test_two_projects_with_equal_ids_never_meet(compile_files: Compile, tmp_path: Path) -> None:
    question = "- {id: sleep, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}\n"
    with desk(tmp_path / "anki") as learner:
        learner.import_package(write_package(compile_files({"decks/a.yaml": deck(question)}), tmp_path))
        stranger = compile_files({"decks/a.yaml": deck(question), "citedeck.toml": 'name = "birds-zzz999"\n'})
        assert learner.import_package(write_package(stranger, tmp_path, T + 1)) == Imported(new=1, updated=0, unchanged=0, conflicting=0)
        assert len({note_type["id"] for note_type in learner.col.models.all() if "Basic" in note_type["name"] and "Birds" in note_type["name"]}) == 2


def test_a_learner_finds_all_cards_of_a_source(own: Compilation, tmp_path: Path) -> None:
    with desk(tmp_path / "anki") as learner:
        for path in write_packages(own, tmp_path):
            learner.import_package(path)
        for source in own.sources:
            tagged = {learner.col.get_note(note)["Id"] for note in learner.col.find_notes(f"tag:ketamine::source::{source}")}
            citing = {q.id for d in own.decks for q in d.questions if any(c.source.value == source for c in q.citations or ())}
            assert tagged == citing
            assert tagged


def test_note_types_have_the_ids_that_later_releases_rely_on(own: Compilation, tmp_path: Path) -> None:
    with desk(tmp_path / "anki") as learner:
        for path in write_packages(own, tmp_path):
            learner.import_package(path)
        for pack in own.packs.values():
            note_type = learner.col.models.by_name(f"Ketamine – {pack.note_type.title}")
            assert [(field["name"], field["id"]) for field in note_type["flds"]] == [(spec.name, spec.id) for spec in pack.note_type.fields]
            assert [(card["name"], card["id"]) for card in note_type["tmpls"]] == [(card.name, card.id) for card in pack.note_type.cards]
            learner.col.models.update_dict(note_type)  # Anki refuses templates that it could not show.
