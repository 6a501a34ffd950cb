"""Two devices of one learner, with different releases, and Anki's own sync server between them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anki_desk import Desk, desk
from author import Author
from conftest import deck

QUESTIONS = """
- {id: sleep, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}
- {id: prey, term: Prey, definition: Insects, cite: Swifts hunt flying insects}
- {id: weight, question: How heavy were the tags?, answer: 1.6 grams., cite: The tags weighed 1.6 grams.}
"""
T = 1_700_000_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Run Anki's sync server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"SYNC_USER1": "me:secret", "SYNC_BASE": str(tmp_path / "server"), "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port), "RUST_LOG": "off"}
    process = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{address}health", timeout=1):
                    break
            except OSError:
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


def sync(device: Desk, address: str, *, upload: bool | None = None) -> None:
    """Synchronise; only a first time may need the whole collection to go one way."""
    auth = device.col.sync_login("me", "secret", address)
    out = device.col.sync_collection(auth, True)
    if upload is None:
        assert out.required == out.NO_CHANGES, "no full sync is forced"
    elif out.required != out.NO_CHANGES:
        device.col.close_for_full_sync()
        device.col.full_upload_or_download(auth=auth, server_usn=out.server_media_usn, upload=upload)
        device.col.reopen(after_full_sync=True)


def state(device: Desk) -> tuple[list[Any], list[Any], list[Any]]:
    notes = device.col.db.all("select guid, id, mod, flds, tags from notes order by guid")
    cards = device.col.db.all("select n.guid, c.ord, c.id, c.queue, c.due, c.ivl, c.reps from cards c join notes n on n.id = c.nid order by n.guid, c.ord")
    return notes, cards, device.col.db.all("select id, cid, ease from revlog order by id")


def test_two_devices_with_different_releases_come_together(server: str, tmp_path: Path) -> None:
    author = Author(tmp_path)
    author.write({"decks/birds.yaml": deck(QUESTIONS)})
    first = author.release(T)
    author.write(
        {"decks/birds.yaml": deck(QUESTIONS.replace("In the air.,", "On the wing.,") + "- {id: high, question: How high?, answer: 3 km, cite: up to 3 km}")}
    )
    second = author.release(T + 1000)
    with desk(tmp_path / "desktop") as desktop, desk(tmp_path / "phone") as phone:
        own = desktop.col.new_note(desktop.col.models.by_name("Basic"))
        own["Front"] = "The learner had cards before."
        desktop.col.add_note(own, desktop.col.decks.id("Default"))
        sync(desktop, server, upload=True)
        sync(phone, server, upload=False)
        desktop.import_package(first.package)
        phone.import_package(second.package)
        desktop.answer(desktop.note("sleep").cards()[0])
        time.sleep(0.01)  # A review's id is its millisecond.
        phone.answer(phone.note("prey").cards()[0], ease=4)
        for device in (desktop, phone, desktop):
            sync(device, server)
        assert state(desktop) == state(phone)
        notes, cards, log = state(desktop)
        assert len(notes) == 5, "the notes of both releases are the same notes"
        assert len(cards) == 6
        assert {deck.name for deck in desktop.col.decks.all_names_and_ids()} == {"Birds", "Birds+", "Default"}, "each device had made the deck"
        assert len(log) == 2, "the reviews of both devices count"
        assert desktop.note("sleep")["Answer"] == phone.note("sleep")["Answer"] == "On the wing."
        assert {card.reps for card in (desktop.note("sleep").cards()[0], desktop.note("prey").cards()[0])} == {1}

        # Later, one device imports the next release, the other the last one again.
        author.write({"decks/birds.yaml": deck(QUESTIONS.replace("1.6 grams.,", "1.6 g.,"))})
        third = author.run("release", "--forget", "high", time=T + 2000)
        assert third.exit_code == 0, third.output
        desktop.import_package(author.root / "build/birds.apkg")
        phone.import_package(second.package)
        phone.answer(phone.note("weight").cards()[0])
        for device in (phone, desktop, phone):
            sync(device, server)
        assert state(desktop) == state(phone)
        assert phone.note("weight")["Answer"] == "1.6 g."
        assert len(state(phone)[2]) == 3
        for device in (desktop, phone):
            problems, ok = device.col.fix_integrity()
            assert ok, problems
