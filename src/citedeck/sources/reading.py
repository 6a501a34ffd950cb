"""From files to texts: which module reads which format, and which of them in a process of its own."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from citedeck.diagnostics import Diagnostic, RawFile, Span, TextFile, error, warning
from citedeck.sources import epub, markdown, pdf, plain, srt, vtt, web
from citedeck.sources.blocks import Reader, Reading, UnreadableError, assemble
from citedeck.sources.confined import encoded, limit_resources, read_confined, read_frame, write_frame
from citedeck.texts import SourceText

READERS: Mapping[str, Reader] = {
    ".md": markdown,
    ".txt": plain,
    ".html": web,
    ".htm": web,
    ".xhtml": web,
    ".pdf": pdf,
    ".epub": epub,
    ".vtt": vtt,
    ".srt": srt,
}
"""The formats, by file suffix."""
CONFINED = frozenset({".html", ".htm", ".xhtml", ".pdf", ".epub"})
"""Those whose parsers are not ours, and written in other languages than Python."""


def suffix(path: str) -> str:
    """Return a path's suffix in lower case."""
    return PurePosixPath(path).suffix.lower()


def read_texts(files: Sequence[RawFile]) -> list[tuple[SourceText | None, list[Diagnostic]]]:
    """Return each file's text, or None and why it cannot be read. All have a suffix that READERS lists."""
    confined = [file for file in files if suffix(file.path) in CONFINED]
    answers = dict(zip((file.path for file in confined), read_confined([(suffix(file.path), file.content) for file in confined]), strict=True))
    return [_text(file, answers.get(file.path) or _read(READERS[suffix(file.path)], file.content)) for file in files]


def serve() -> None:
    """Read the files that come in and answer each: the child's side of `read_confined`."""
    limit_resources()
    inward, outward = sys.stdin.buffer, sys.stdout.buffer
    while (name := read_frame(inward)) is not None and (content := read_frame(inward)) is not None:
        write_frame(outward, encoded(_read(READERS[name.decode()], content)))


def _read(reader: Reader, content: bytes) -> Reading | UnreadableError:
    try:
        return reader.read(content)
    except UnreadableError as problem:
        return problem


def _text(file: RawFile, answer: Reading | UnreadableError) -> tuple[SourceText | None, list[Diagnostic]]:
    if isinstance(answer, UnreadableError):
        return None, [error(_place(file.path, answer.before), answer.code, answer.message, answer.hint)]
    text = assemble(file.path, answer, READERS[suffix(file.path)].FORMAT, hashlib.sha256(file.content).hexdigest())
    return text, [warning(_line(file.path, answer, one.offset), "damaged-source", one.message, one.hint) for one in answer.problems]


def _place(path: str, before: str | None) -> Span:
    """Return the place of the character behind `before`."""
    if before is None:
        return Span(path)
    line, column = TextFile(path, before).position(len(before))
    return Span(path, line, column, line, column + 1)


def _line(path: str, reading: Reading, offset: int | None) -> Span:
    if offset is None:
        return Span(path)
    file = TextFile(path, reading.text)
    line, _ = file.position(offset)
    return Span(path, line, 1, line, len(file.line(line)) + 1)
