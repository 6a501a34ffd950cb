"""Checking again on each save, with the real command and the real file system."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from watchfiles import Change

import citedeck.watch
from citedeck.watch import _is_ours, watch_project
from conftest import deck, hear_interrupts, write_project

GOOD = deck("- {id: a, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}")
WAIT = 30


@pytest.mark.skipif(sys.platform == "win32", reason="no interrupts there")
def test_each_save_is_checked_until_an_interrupt(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD})
    command = [sys.executable, "-m", "citedeck", "check", "--watch", "--select", "yes-no", "--project", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", preexec_fn=hear_interrupts) as process:
        lines: queue.Queue[str] = queue.Queue()
        assert process.stdout is not None
        threading.Thread(target=forward, args=[process.stdout, lines], daemon=True).start()

        def until(words: str) -> list[str]:
            seen: list[str] = []
            while not seen or words not in seen[-1]:
                seen.append(lines.get(timeout=WAIT))
            return seen

        try:
            walk_through(tmp_path, until)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=WAIT) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("name", [".a.yaml.swp", "a.yaml~", "#a.yaml#", "4913"])
def test_an_editor_s_own_files_are_passed_over(name: str) -> None:
    assert not _is_ours(Change.modified, f"/birds/decks/{name}")
    assert _is_ours(Change.modified, "/birds/decks/a.yaml")


def test_a_file_that_goes_away_while_it_is_read_ends_no_watch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    runs = []

    def run() -> None:
        runs.append(1)
        raise FileNotFoundError(2, "No such file", "decks/a.yaml")

    monkeypatch.setattr(citedeck.watch, "_changes", lambda root: iter([(), ("decks/a.yaml",)]))
    watch_project(tmp_path, run)
    assert len(runs) == 2
    assert capsys.readouterr().err.count("citedeck: [Errno 2] No such file: 'decks/a.yaml'") == 2


def forward(stream: IO[str], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)


def walk_through(tmp_path: Path, until: Callable[[str], list[str]]) -> None:
    until("no errors (")
    # Written over, as simple editors do.
    (tmp_path / "decks/a.yaml").write_text(GOOD.replace("in the air.}", "on the ground.}"), encoding="utf-8")
    seen = until("1 error (")
    assert seen[0] == "--- decks/a.yaml\n"
    assert any("error[quote-altered]" in line for line in seen)
    # Replaced, as careful editors do; and a new file.
    (tmp_path / "decks/a.yaml.new").write_text(GOOD, encoding="utf-8")
    (tmp_path / "decks/a.yaml.new").replace(tmp_path / "decks/a.yaml")
    until("no errors (")
    (tmp_path / "decks/b.yaml").write_text(GOOD.replace("id: a", "id: b"), encoding="utf-8")
    until("2 questions in 2 deck files")
    # A folder that was not there at the beginning is watched once files come or go.
    (tmp_path / "templates/x").mkdir(parents=True)
    (tmp_path / "decks/b.yaml").unlink()
    until("1 question in 1 deck file")
    (tmp_path / "templates/x/pack.yaml").write_text("title: X\n", encoding="utf-8")
    until("error[bad-pack]")
    (tmp_path / "templates/x/pack.yaml").unlink()
    until("no errors (")
    # A text in no watched folder is watched once a source names it.
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/page.md").write_text("Swifts sleep.", encoding="utf-8")
    source = tmp_path / "sources/page.yaml"
    source.write_text("type: book\ntitle: A page\n", encoding="utf-8")
    until("2 sources")
    source.write_text("type: book\ntitle: A page\ncitedeck: {text: docs/page.md}\n", encoding="utf-8")
    until("no errors (")
    (tmp_path / "docs/page.md").write_text("Swifts sleep.\0", encoding="utf-8")
    assert until("1 error (")[0] == "--- docs/page.md\n"
    (tmp_path / "docs/page.md").write_text("Swifts sleep.", encoding="utf-8")
    until("no errors (")
    # Settings that cannot be used end no watch.
    settings = (tmp_path / "citedeck.toml").read_text(encoding="utf-8")
    (tmp_path / "citedeck.toml").write_text("name = 3\n", encoding="utf-8")
    until("error[settings]")
    (tmp_path / "citedeck.toml").write_text(settings, encoding="utf-8")
    until("no errors (")
