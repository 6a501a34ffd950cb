"""`citedeck import`, held against real Anki: learners of the old deck notice nothing but what its new maintainer changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from adopting import adopt, contents, edit, learner_state, media_of, succeed
from anki_desk import Imported, desk
from shelf import Shelf, shelf

__all__ = ["shelf"]

FORMATS = [("old.apkg", True, False), ("new.apkg", False, False), ("learnt.apkg", False, True), ("old-learnt.apkg", True, True)]


def without_times(notes: list[list[Any]]) -> list[list[Any]]:
    """Return notes without when they changed: Anki sets back what lies ahead, as a release within the second of the last one does."""
    return [[*note[:3], *note[4:]] for note in notes]


@pytest.mark.parametrize(("name", "legacy", "scheduling"), FORMATS)
def test_learners_of_the_old_deck_notice_nothing(shelf: Shelf, tmp_path: Path, name: str, legacy: bool, scheduling: bool) -> None:
    original = shelf.export(name, legacy=legacy, scheduling=scheduling)
    package = adopt(original, tmp_path / "project")
    with desk(tmp_path / "learner") as learner:
        count = learner.import_package(original).new
        for card in learner.cards("is:new"):
            learner.answer(card)
        before, media = learner_state(learner), media_of(learner)
        assert learner.import_package(package) == Imported(new=0, updated=0, unchanged=count, conflicting=0)
        assert learner_state(learner) == before
        assert media_of(learner) == media
        edit(tmp_path / "project", "answer: A1", "answer: A new one")
        succeed("release", "--project", tmp_path / "project")
        assert learner.import_package(package) == Imported(new=0, updated=1, unchanged=count - 1, conflicting=0)
        cards, reviews, notes = learner_state(learner)
        assert [cards, reviews] == before[:2]
        problems, _ = learner.col.fix_integrity()  # It may note when cards that were exported with their schedules were last seen.
        assert len(problems.splitlines()) <= 2, problems
        assert without_times(learner_state(learner)[2]) == without_times(notes)


@pytest.mark.parametrize(("name", "legacy", "scheduling"), FORMATS[:2])
def test_new_learners_get_the_same_deck(shelf: Shelf, tmp_path: Path, name: str, legacy: bool, scheduling: bool) -> None:
    original = shelf.export(name, legacy=legacy, scheduling=scheduling)
    package = adopt(original, tmp_path / "project")
    with desk(tmp_path / "old") as old, desk(tmp_path / "new") as new:
        old.import_package(original)
        new.import_package(package)
        assert contents(new) == contents(old)
        assert media_of(new) == media_of(old)


def test_a_backup_of_a_collection_is_adopted(shelf: Shelf, tmp_path: Path) -> None:
    original = shelf.export("old.apkg", legacy=True, scheduling=False)
    with desk(tmp_path / "learner") as learner:
        count = learner.import_package(original).new
        for name, legacy in (("new.colpkg", False), ("old.colpkg", True)):
            package = adopt(shelf.export(name, legacy=legacy, scheduling=True), tmp_path / name.replace(".", "-"))
            assert learner.import_package(package) == Imported(new=0, updated=0, unchanged=count, conflicting=0)


def test_what_makes_two_cards_of_one_note_survives(shelf: Shelf, tmp_path: Path) -> None:
    """A new cloze makes a new card with an id of its own; nothing else moves."""
    original = shelf.export("new.apkg", legacy=False, scheduling=False)
    package = adopt(original, tmp_path / "project")
    with desk(tmp_path / "learner") as learner:
        count = learner.import_package(original).new
        before = {card.id for card in learner.cards()}
        edit(tmp_path / "project", "{{c1::one}}", "{{c1::one}} {{c3::three}}")
        succeed("release", "--project", tmp_path / "project")
        assert learner.import_package(package) == Imported(new=0, updated=1, unchanged=count - 1, conflicting=0)
        after = {card.id for card in learner.cards()}
        assert before < after
        assert len(after) == len(before) + 1
        again = succeed("build", "--locked", "--project", tmp_path / "project")
        assert not re.search("differs", again.output)
