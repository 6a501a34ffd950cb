"""This repository's own decks: they compile without a word. Each question is a test of its own, and the notes of each deck are held, by citedeck's plug-in."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections import Counter
from dataclasses import replace

import pytest
from pytest_regressions.data_regression import DataRegressionFixture

from citedeck.lock import Lock
from citedeck.pipeline import Compilation
from conftest import ROOT, compile_folder, package_of


@pytest.fixture(scope="module")
def ketamine() -> Compilation:
    return compile_folder(ROOT)


def test_the_decks_are_clean(ketamine: Compilation) -> None:
    assert ketamine.diagnostics == ()


def test_every_source_every_pack_and_every_subject_is_there(ketamine: Compilation) -> None:
    cited = Counter(citation.source.value for deck in ketamine.decks for question in deck.questions for citation in question.citations or ())
    packs = Counter(note.pack for note in ketamine.notes)
    assert set(cited) == set(ketamine.sources)
    assert len(ketamine.sources) == 5
    assert set(packs) == {"basic", "reversed", "cloze", "typed", "choice", "steps"}
    assert len({deck.name for deck in ketamine.decks}) >= 4
    assert len(ketamine.notes) >= 60
    for deck in ketamine.decks:
        assert deck.description is not None
        assert "no medical advice" in deck.description.value


def test_dump_of_the_package(ketamine: Compilation, data_regression: DataRegressionFixture) -> None:
    """A readable picture of the package: everything that is not a field's text."""
    package = package_of(replace(ketamine, lock=Lock(ketamine.lock.project, released=False)), 1_780_000_000)
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
