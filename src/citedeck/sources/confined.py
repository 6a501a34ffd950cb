"""Reading in a process of its own: a parser of strangers' files may crash, hang or eat memory, and takes only itself with it.

One child reads all such files of a run. It is handed frames (a suffix, a file) and answers with JSON: it is not trusted either.
"""

from __future__ import annotations

import contextlib
import json
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from citedeck.locators import Page, Time
from citedeck.sources.blocks import Block, Piece, Problem, Reading, UnreadableError

SECONDS = 60
"""For one file, on a slow machine."""
MEMORY = 3 * 1024**3
"""Bytes of address space, of which libraries need the smaller part."""
MAX_ANSWER = 256 * 1024**2
_LENGTH = struct.Struct(">Q")
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from citedeck.sources.reading import serve; serve()"

Answer = Reading | UnreadableError


def read_confined(files: Sequence[tuple[str, bytes]]) -> list[Answer]:
    """Return what the readers make of files, each given by its suffix and bytes. A child that fails costs its file alone."""
    answers: list[Answer] = []
    while len(answers) < len(files):
        left = files[len(answers) :]
        with _Child(left) as child:
            for _ in left:
                answer = child.answer()
                answers.append(answer if answer is not None else child.failure)
                if answer is None:
                    break
    return answers


class _Child:
    """A child process that reads files in order."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        self.failure = UnreadableError("the reader broke on this file", "it may be damaged or hostile: get it again, or save its text as .md or .txt")
        package = str(Path(__file__).resolve().parents[2])
        # -I: nothing is imported from the current folder, nor from where the environment says.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _CHILD, package], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (lambda: self._feed(files), self._listen)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(5)
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()

    def answer(self) -> Answer | None:
        """Return the answer on the next file; None if there is none, for which `failure` says why."""
        try:
            frame = self._answers.get(timeout=SECONDS)
        except queue.Empty:
            self.failure = UnreadableError(f"reading the file took more than {SECONDS} seconds", "split it, or save its text as .md or .txt")
            return None
        try:
            return None if frame is None else _decoded(json.loads(frame))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    def _feed(self, files: Sequence[tuple[str, bytes]]) -> None:
        stream = self._process.stdin
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):  # It died, which `answer` says.
            for suffix, content in files:
                write_frame(stream, suffix.encode())
                write_frame(stream, content)
            stream.close()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            while (frame := read_frame(stream, MAX_ANSWER)) is not None:
                self._answers.put(frame)
        self._answers.put(None)


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Write bytes behind their length."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: IO[bytes], most: int = 1 << 40) -> bytes | None:
    """Return the next bytes; None at the end of the stream, or if there are more than `most`."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length) if length <= most else b""
    return content if len(content) == length else None


def limit_resources() -> None:
    """Bound what this process may take, where the platform can; the parent watches the time everywhere."""
    try:
        import resource
    except ImportError:  # Windows.
        return
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))


def encoded(answer: Answer) -> bytes:
    """Return an answer as JSON."""
    if isinstance(answer, UnreadableError):
        made: dict[str, object] = {"message": answer.message, "hint": answer.hint, "code": answer.code, "before": answer.before}
    else:
        made = {
            "blocks": [[block.level, [[piece.text, piece.offset, _mark(piece.mark)] for piece in block.pieces]] for block in answer.blocks],
            "text": answer.text,
            "pages": [[page.label, page.number] for page in answer.pages],
            "problems": [asdict(problem) for problem in answer.problems],
        }
    return json.dumps(made).encode()


def _mark(mark: Time | Page | None) -> object:
    return None if mark is None else [mark.seconds] if isinstance(mark, Time) else [mark.label, mark.number]


def _decoded(data: Any) -> Answer:
    """Return the answer that JSON holds; TypeError, KeyError or ValueError if it is none."""
    if "message" in data:
        before = data["before"]
        return UnreadableError(str(data["message"]), str(data["hint"]), code=str(data["code"]), before=None if before is None else str(before))
    blocks = [Block(tuple(Piece(str(text), int(offset), _unmarked(mark)) for text, offset, mark in pieces), int(level)) for level, pieces in data["blocks"]]
    problems = [Problem(str(one["message"]), str(one["hint"]), None if one["offset"] is None else int(one["offset"])) for one in data["problems"]]
    return Reading(blocks, str(data["text"]), [Page(str(label), int(number)) for label, number in data["pages"]], problems)


def _unmarked(mark: Any) -> Time | Page | None:
    if mark is None:
        return None
    return Time(int(mark[0])) if len(mark) == 1 else Page(str(mark[0]), int(mark[1]))
