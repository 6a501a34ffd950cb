"""This repository's own decks: they compile without a word. Each question is a test of its own, and the notes of each deck are held, by citedeck's plug-in."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_regressions.data_regression import DataRegressionFixture

from citedeck.lock import Lock
from citedeck.pipeline import Compilation
from conftest import ROOT, compile_folder, copy_repository, packages_of

RETELLINGS = {"huberman-digest", "actualized-creator", "uses-and-risks", "brain-mechanisms"}
DOCUMENTS = RETELLINGS | {"two-minute-neuroscience"}
MOST_QUESTIONS = 4
"""That may quote one passage."""


@pytest.fixture(scope="module")
def own() -> Compilation:
    return compile_folder(ROOT)


def test_the_decks_are_clean(own: Compilation) -> None:
    assert own.diagnostics == ()


def test_every_pack_has_its_questions(own: Compilation) -> None:
    packs = Counter(note.pack for note in own.notes if note.deck.startswith("Ketamine::"))
    assert set(packs) == {"basic", "reversed", "cloze", "typed", "choice", "steps"}


def test_every_deck_says_what_it_is(own: Compilation) -> None:
    described = {deck.name: deck.description.value for deck in own.decks if deck.description}
    assert set(described) == {deck.name for deck in own.decks}
    for name, description in described.items():
        assert "November 2026" in description
        assert "MIT" in description
        assert "no medical advice" in description or not name.startswith("Ketamine")


def test_every_passage_of_the_five_documents_has_a_question_and_none_has_many(own: Compilation) -> None:
    quoting: dict[tuple[str, int], set[str]] = defaultdict(set)
    for question, citations in own.citations.items():
        for one in citations:
            if one.place and one.source.text:
                for passage in one.source.text.find_passages(*one.place):
                    quoting[one.source.id, passage.number].add(question)
    documents = [one for one in own.coverage if one.text.id in DOCUMENTS]
    assert len(documents) == len(DOCUMENTS)
    for coverage in documents:
        assert coverage.uncovered == ()
        many = {passage.number: quoting[coverage.text.id, passage.number] for passage in coverage.passages}
        assert {number: questions for number, questions in many.items() if len(questions) > MOST_QUESTIONS} == {}


def test_viewers_comments_are_cited_as_anecdotes_only(own: Compilation) -> None:
    cited = [one for citations in own.citations.values() for one in citations if one.passage and "Comments" in one.passage.section]
    assert cited
    for one in cited:
        assert one.citation.remark
        assert "anecdote, no evidence" in one.citation.remark.value


def test_cards_tell_retellings_from_the_independent_source(own: Compilation) -> None:
    for source in DOCUMENTS:
        assert ("retells" in own.sources[source].metadata["genre"]) == (source in RETELLINGS)


def test_a_change_of_the_documentation_that_outdates_a_card_is_an_error(tmp_path: Path) -> None:
    page = copy_repository(tmp_path) / "docs/upgrades.md"
    page.write_text(page.read_text(encoding="utf-8").replace("moves no card", "moves each card"), encoding="utf-8")
    said = compile_folder(tmp_path).diagnostics
    assert {(one.code, one.span.path, one.subject) for one in said} == {("quote-altered", "decks/learn-citedeck/3-releasing.yaml", "lc-decks-by-name")}


def test_every_picture_has_a_description(own: Compilation) -> None:
    shown = [note for note in own.notes if note.media]
    assert len({media.path for note in shown for media in note.media}) >= 3
    for note in shown:
        for image in re.findall(r"<img[^>]*>", "".join(note.fields)):
            assert re.search(r'alt="[^"]{20,}"', image), note.question_id


@pytest.mark.parametrize("number", [0, 1], ids=["ketamine", "learn-citedeck"])
def test_dump_of_the_package(own: Compilation, number: int, data_regression: DataRegressionFixture) -> None:
    """A readable picture of the package: everything that is not a field's text."""
    package = packages_of(replace(own, lock=Lock(own.lock.project, released=False)), 1_780_000_000)[number]
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        members = [f"{entry.filename} {entry.date_time} {entry.compress_type}" for entry in archive.infolist()]
        media = json.loads(archive.read("media"))
        connection = sqlite3.connect(":memory:")
        connection.deserialize(archive.read("collection.anki2"))
    try:
        models, decks = map(json.loads, connection.execute("select models, decks from col").fetchone())
        rows = connection.execute(
            "select n.id, n.guid, n.mod, n.mid, n.tags, c.id - n.id, c.ord, c.did, c.due, c.mod from cards c join notes n on n.id = c.nid order by n.id, c.ord"
        )
        deck_names = {int(number): deck["name"] for number, deck in decks.items()}
        type_names = {int(number): model["name"] for number, model in models.items()}
        dump = {
            "members": members,
            "media": media,
            "decks": {deck["name"]: deck["desc"] for deck in decks.values()},
            "note types": {
                model["name"]: {
                    "id": model["id"],
                    "mod": model["mod"],
                    "type": model["type"],
                    "fields": [f"{field['ord']} {field['id']} {field['name']}" for field in model["flds"]],
                    "cards": [f"{card['ord']} {card['id']} {card['name']}" for card in model["tmpls"]],
                }
                for model in models.values()
            },
            "cards": [
                f"{nid} {guid} mod={mod} {type_names[mid]} | {tags.strip()} | card {nid}+{offset} ord={ordinal} {deck_names[did]} due={due} mod={card_mod}"
                for nid, guid, mod, mid, tags, offset, ordinal, did, due, card_mod in rows
            ],
        }
    finally:
        connection.close()
    data_regression.check(dump)
