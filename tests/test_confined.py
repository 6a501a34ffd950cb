"""Reading in a process of its own: whatever a parser does to itself, the run goes on."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedeck.locators import Page
from citedeck.sources import confined
from citedeck.sources.blocks import Block, Piece, Problem, Reading, UnreadableError
from citedeck.sources.confined import read_confined
from citedeck.sources.reading import READERS
from paper import pages

GOOD = pages("Swifts sleep in the air.")


def words(answer: confined.Answer) -> str:
    return answer.message if isinstance(answer, UnreadableError) else " ".join(piece.text for block in answer.blocks for piece in block.pieces)


@contextlib.contextmanager
def child_that(monkeypatch: pytest.MonkeyPatch, does: str) -> Iterator[None]:
    """Let the child do something terrible on a file that says so."""
    wrapped = f"""
import sys; sys.path.insert(0, sys.argv[1])
from citedeck.sources import reading
class Reader:
    FORMAT = None
    @staticmethod
    def read(content):
        if content == b"terrible":
            {does}
        return pdf.read(content)
from citedeck.sources import pdf
reading.READERS = {{**reading.READERS, ".pdf": Reader}}
reading.serve()
"""
    monkeypatch.setattr(confined, "_CHILD", wrapped)
    yield


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("import os; os.abort()", "broke"),
        ("import os; os._exit(0)", "broke"),
        ("raise ZeroDivisionError", "broke"),
        ("import time; time.sleep(60)", "took more than 3 seconds"),
        ("\n            while True: pass", "took more than 3 seconds"),
        ("x = bytearray(8 * 1024**3)", "broke"),
        ("sys.stdout.buffer.write(b'garbage' * 100); sys.stdout.flush()", "broke"),
        ("reading.write_frame(sys.stdout.buffer, b'[]'); import os; os._exit(0)", "broke"),
        ("reading.write_frame(sys.stdout.buffer, b'{\"blocks\": 1}'); import os; os._exit(0)", "broke"),
        ("open('left-behind', 'w').write('x')", "no PDF"),
    ],
)
def test_a_terrible_file_costs_itself_alone(does: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(confined, "SECONDS", 3)
    monkeypatch.chdir(tmp_path)
    with child_that(monkeypatch, does):
        answers = read_confined([(".pdf", GOOD), (".pdf", b"terrible"), (".pdf", GOOD)])
    assert [words(answers[0]), words(answers[2])] == ["Swifts sleep in the air."] * 2
    assert said in words(answers[1])
    assert not any(path.stat().st_size for path in tmp_path.iterdir())


def test_too_large_an_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "MAX_ANSWER", 10)
    assert "broke" in words(read_confined([(".pdf", GOOD)])[0])


def test_no_file_needs_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert read_confined([]) == []


def test_many_files_need_one_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    popen = subprocess.Popen

    def count(*arguments: object, **options: object) -> object:
        made = popen(*arguments, **options)  # type: ignore[call-overload]
        started.append(made.pid)
        return made

    monkeypatch.setattr(subprocess, "Popen", count)
    assert len(read_confined([(".pdf", GOOD), (".html", b"<p>x</p>"), (".epub", b"x"), (".pdf", GOOD)])) == 4
    assert len(started) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_the_child_imports_nothing_from_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("json", "pypdfium2", "citedeck", "resource"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert words(read_confined([(".pdf", GOOD)])[0]) == "Swifts sleep in the air."


@pytest.mark.parametrize(
    "answer",
    [
        Reading([Block((Piece("a\ud800é\0", 3), Piece("b", 4, Page("iv", 4))), 2)], "text\r\n", [Page("iv", 4)], [Problem("m", "h", 7), Problem("n")]),
        UnreadableError("m", "h", code="not-utf-8", before="é"),
        UnreadableError("m"),
    ],
)
def test_answers_come_through_as_they_are(answer: confined.Answer) -> None:
    import json

    made = confined._decoded(json.loads(confined.encoded(answer)))
    if isinstance(answer, UnreadableError):
        assert isinstance(made, UnreadableError)
        assert (made.message, made.hint, made.code, made.before) == (answer.message, answer.hint, answer.code, answer.before)
    else:
        assert made == answer


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD))), min_size=8, max_size=8), st.binary())
def test_damaged_files_end_as_answers(damages: list[tuple[int, int, int]], noise: bytes) -> None:
    files = [(".pdf", noise), (".pdf", b"%PDF-1.7\n" + noise)]
    for place, byte, cut in damages:
        content = bytearray(GOOD)
        content[place] = byte
        files.append((".pdf", bytes(content if cut % 2 else content[:cut])))
    assert len(read_confined(files)) == len(files)


def test_every_confined_format_is_known() -> None:
    from citedeck.sources.reading import CONFINED

    assert set(READERS) >= CONFINED
    assert sys.executable
