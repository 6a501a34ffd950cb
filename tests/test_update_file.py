"""The text beside a package, on real Anki: for learners whose changed note types no package reaches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anki_desk import Desk, Imported, desk
from author import Author, Release
from conftest import deck

T = 1_700_000_000
BASIC = """
- {id: sleep, question: 'Where do "swifts"; sleep?', answer: "# In the air,\\tmostly.", cite: Swifts sleep in the air.}
- {id: weight, question: How heavy were the tags?, answer: 1.6 grams., cite: The tags weighed 1.6 grams.}
"""
CLOZE = '- {id: stay, cloze: "{{c1::Some adults}} stay aloft for {{c2::ten}} months.", cite: Some adults stay aloft for ten months.}\n'


def state(learner: Desk) -> tuple[list[Any], list[Any]]:
    cards = learner.col.db.all("select id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, flags from cards order by id")
    return cards, learner.col.db.all("select * from revlog")


def add_field(learner: Desk, question: str, name: str, place: int | None = None) -> None:
    """Give a note type a field of the learner's own."""
    models = learner.col.models
    kind = models.get(learner.note(question).mid)
    field = models.new_field(name)
    models.add_field(kind, field)
    if place is not None:
        models.reposition_field(kind, field, place)
    models.update_dict(kind)


def releases(author: Author, before: str, after: str) -> tuple[Release, Release]:
    author.write({"decks/birds.yaml": deck(before)})
    first = author.release(T)
    author.write({"decks/birds.yaml": deck(after)})
    return first, author.release(T + 1000)


@pytest.mark.parametrize("place", [None, 1, 3], ids=["at the end", "in the middle", "behind the answer"])
def test_a_note_type_with_a_field_of_the_learner_s_own(place: int | None, tmp_path: Path) -> None:
    first, second = releases(Author(tmp_path), BASIC, BASIC.replace("1.6 grams.,", "1.6 g.,"))
    with desk(tmp_path / "anki") as learner:
        learner.import_package(first.package)
        learner.answer(learner.note("weight").cards()[0])
        add_field(learner, "weight", "My notes", place)
        note = learner.note("weight")
        note["My notes"] = "heavier than they look"
        note.tags.append("mine")
        learner.col.update_note(note)
        before = state(learner)

        assert learner.import_package(second.package).conflicting == 2, "no package reaches these notes"
        assert learner.note("weight")["Answer"] == "1.6 grams."

        (text,) = second.texts
        assert text.name == "birds.update.txt"
        assert learner.import_text(text).updated == 1
        assert learner.note("weight")["Answer"] == "1.6 g."
        assert learner.note("weight")["My notes"] == "heavier than they look"
        assert "mine" in learner.note("weight").tags
        for guid, released in second.notes.items():
            (found,) = learner.col.db.list("select id from notes where guid = ?", guid)
            values = dict(learner.col.get_note(found).items())
            names = [name for name in values if name != "My notes"]
            assert [values[name] for name in names] == list(released.fields)
        assert state(learner) == before
        assert learner.import_text(text) == Imported(new=0, updated=0, unchanged=2, conflicting=0)


def test_a_field_of_the_learner_s_own_in_the_first_place_is_overwritten(tmp_path: Path) -> None:
    """An exception that the documentation names: Anki always fills the first field. The deck's own are filled as they should be."""
    first, second = releases(Author(tmp_path), BASIC, BASIC.replace("1.6 grams.,", "1.6 g.,"))
    with desk(tmp_path / "anki") as learner:
        learner.import_package(first.package)
        add_field(learner, "weight", "My notes", 0)
        learner.import_text(second.texts[0])
        (found,) = learner.col.find_notes("Id:weight")
        note = learner.col.get_note(found)
        assert (note["My notes"], note["Question"], note["Answer"]) == ("How heavy were the tags?", "How heavy were the tags?", "1.6 g.")


def test_new_questions_come_in_their_deck_and_retired_ones_do_not(tmp_path: Path) -> None:
    retired = BASIC.replace("answer: 1.6 grams.,", "answer: 1.6 grams., retired: {because: of a slip},")
    author = Author(tmp_path)
    first, second = releases(author, BASIC, retired + "- {id: high, question: How high?, answer: 3 km, cite: up to 3 km}")
    with desk(tmp_path / "anki") as learner:
        learner.import_package(first.package)
        old = learner.note("weight").fields
        add_field(learner, "weight", "My notes")
        done = learner.import_text(second.texts[0])
        assert (done.new, done.updated) == (1, 0)
        assert learner.col.decks.name(learner.note("high").cards()[0].did) == "Birds"
        assert learner.note("weight").fields[:-1] == old, "only the package tells of a retirement"
    with desk(tmp_path / "newcomer") as newcomer:
        newcomer.import_package(first.package)
        newcomer.col.remove_notes([newcomer.note("weight").id])
        newcomer.import_text(second.texts[0])
        assert not newcomer.col.find_notes("Id:weight")


def test_each_note_type_has_a_text_of_its_own(tmp_path: Path) -> None:
    """Anki takes one note type from a text by the names of its fields. With several it goes by place, and would overwrite learners' fields."""
    first, second = releases(Author(tmp_path), BASIC + CLOZE, BASIC.replace("1.6 grams.,", "1.6 g.,") + CLOZE.replace("Some adults}}", "Adults}}"))
    assert [path.name for path in second.texts] == ["birds.basic.update.txt", "birds.cloze.update.txt"]
    with desk(tmp_path / "anki") as learner:
        learner.import_package(first.package)
        for question in ("weight", "stay"):
            add_field(learner, question, "My notes", 1)
        assert [learner.import_text(path).updated for path in second.texts] == [1, 1]
        assert "{{c1::Adults}}" in learner.note("stay")["Text"]
        assert learner.note("stay")["My notes"] == learner.note("weight")["My notes"] == ""


def test_a_learner_without_the_note_type_s_last_field_keeps_the_tags(tmp_path: Path) -> None:
    """Anki takes the column behind the last one that it knows for tags."""
    first, second = releases(Author(tmp_path), BASIC, BASIC.replace("1.6 grams.,", "1.6 g.,"))
    with desk(tmp_path / "anki") as learner:
        learner.import_package(first.package)
        models = learner.col.models
        kind = models.get(learner.note("weight").mid)
        for field in [field for field in kind["flds"] if field["name"] in ("Id", "Lang", "Locator", "Spare4")]:
            models.remove_field(kind, field)
        models.update_dict(kind)
        (found,) = learner.col.find_notes("Question:*tags*")
        learner.col.tags.bulk_add([found], "mine")
        learner.import_text(second.texts[0])
        note = learner.col.get_note(found)
        assert note["Answer"] == "1.6 g."
        assert set(note.tags) == {"birds::source::swifts", "birds::evidence::field-notes", "mine"}


def test_the_text_as_it_is_written(tmp_path: Path) -> None:
    first, _ = releases(Author(tmp_path), BASIC, BASIC)
    lines = first.texts[0].read_text(encoding="utf-8").split("\n")
    assert lines[:7] == [
        "#separator:tab",
        "#html:true",
        "#notetype:1456731808948",
        "#if matches:update current",
        "#guid column:9",
        "#deck column:10",
        "#columns:Question\tAnswer\tExtra\tSource\tLocator\tStatus\tLang\tId\tguid\tdeck\tCitations",
    ]
    assert lines[7].startswith('"Where do ""swifts""; sleep?"\t"# In the air,')
