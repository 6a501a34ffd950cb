"""`citedeck import`, held against real Anki: learners of the old deck notice nothing but what its new maintainer changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from selectolax.lexbor import LexborHTMLParser

from anki_desk import Desk, Imported, desk
from citedeck.adoption.same_html import normal_form
from citedeck.cli import cli
from shelf import Shelf, shelf

__all__ = ["shelf"]

FORMATS = [("old.apkg", True, False), ("new.apkg", False, False), ("learnt.apkg", False, True), ("old-learnt.apkg", True, True)]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def succeed(*arguments: object) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def adopt(file: Path, folder: Path) -> Path:
    """Import a file and build what it became; return the package. The lock agrees with what the files themselves compile to."""
    succeed("import", file, folder)
    succeed("build", "--locked", "--project", folder)
    (package,) = (folder / "build").glob("*.apkg")
    return package


def edit(folder: Path, old: str, new: str) -> None:
    """Replace words that stand in one deck file."""
    (path,) = (path for path in sorted((folder / "decks").glob("*.yaml")) if old in path.read_text())
    path.write_text(path.read_text().replace(old, new, 1))


def learner_state(learner: Desk) -> list[Any]:
    """Return everything that a learner could lose: schedules, reviews, decks, notes."""
    rows = ("select * from cards order by id", "select * from revlog order by id", "select id, guid, mid, mod, tags, flds from notes order by id")
    return [learner.col.db.all(query) for query in rows]


def comparable_type(kind: dict[str, Any]) -> dict[str, Any]:
    """Return a note type without what differs between any two collections: the update sequence number, and what Anki derives."""
    kept = {name: value for name, value in kind.items() if name not in ("usn", "req", "did", "vers", "tags", "mod")}
    kept["flds"] = [{name: value for name, value in field.items() if name != "media"} for field in kind["flds"]]  # An empty list of genanki's.
    return json.loads(json.dumps(kept, sort_keys=True))  # type: ignore[no-any-return]


def shown(side: str) -> str:
    """Return a side of a card as a browser reads it, up to what looks the same."""
    made = " ".join((LexborHTMLParser(side).html or "").split())
    for old, new in ((' alt=""', ""), ("<strong>", "<b>"), ("</strong>", "</b>"), ("<em>", "<i>"), ("</em>", "</i>"), ("<br> ", "<br>")):
        made = made.replace(old, new)
    return made


def contents(learner: Desk, *, types: bool = True) -> dict[str, Any]:
    """Return each note by its guid as learners see it: type, decks, tags, fields and rendered cards up to HTML's spellings."""
    found = {}
    col = learner.col
    for number in col.find_notes(""):
        note = col.get_note(number)
        cards = sorted(note.cards(), key=lambda card: card.ord)
        sides = [(shown(out.question_text), shown(out.answer_text)) for card in cards for out in [card.render_output()]]
        decks = [col.decks.name(card.odid or card.did) for card in cards]
        kind = comparable_type(note.note_type()) if types else note.note_type()["id"]
        found[note.guid] = (note.id, kind, decks[:1], sorted(note.tags), [normal_form(value) for value in note.fields], [(c.ord, c.id) for c in cards], sides)
    return found


def media_of(learner: Desk) -> dict[str, bytes]:
    folder = Path(learner.col.media.dir())
    return {path.name: path.read_bytes() for path in folder.iterdir()}


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
        assert learner_state(learner)[2] == notes


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
