"""What is wrong, where it stands in the author's files, and what to do about it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property

CODES = tuple(
    """attested bad-link bad-pack bad-value baseline-damaged clock-behind cloze-shape damaged-source deck-renamed duplicate-id duplicate-key
    empty-value id-used-up link-not-https locator-mismatch lock-damaged media-format media-large media-missing media-unused missing-key no-card
    no-citation no-metadata
    no-questions no-text not-private not-utf-8 note-type-changed only-disputed outside-project project-renamed question-vanished quote-altered
    quote-ambiguous quote-drifted quote-missing renderer-changed settings swallowed-text text-missing too-large two-files two-kinds unattested unknown-format
    unknown-key unknown-language unknown-source unpackaged unreadable-source unused-baseline unused-silence unused-skip unused-was wrong-type
    yaml-syntax""".split()
)
"""Every code that the compiler itself can report; rules have codes of their own. Each has an example in tests/examples and a section in
docs/diagnostics.md."""

WARNINGS = frozenset(
    """attested damaged-source link-not-https locator-mismatch media-large media-unused swallowed-text unused-baseline unused-silence unused-skip
    unused-was""".split()
)
"""Those of them that need not be errors, and that a project may ignore."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class Severity(IntEnum):
    """How bad a diagnostic is; only errors stop a build."""

    INFO = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A place in an author's file: lines and columns from 1 in code points, the end exclusive, 0 where there is none."""

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


NOWHERE = Span("")


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """One finding. The message states the fact, the hint says what to do."""

    span: Span
    code: str
    severity: Severity
    message: str
    hint: str = ""
    replacement: str | None = field(default=None, compare=False)
    """The value that the scalar at the span should have, if putting it there is a safe repair."""
    subject: str = field(default="", compare=False)
    """The id of the question that it is about; empty if it is about a file, or no question could be told."""


def error(span: Span, code: str, message: str, hint: str = "", replacement: str | None = None) -> Diagnostic:
    """Make a diagnostic that stops the build."""
    return _known(Diagnostic(span, code, Severity.ERROR, message, hint, replacement))


def warning(span: Span, code: str, message: str, hint: str = "", replacement: str | None = None) -> Diagnostic:
    """Make a diagnostic that only `--strict` fails on."""
    return _known(Diagnostic(span, code, Severity.WARNING, message, hint, replacement))


def info(span: Span, code: str, message: str, hint: str = "") -> Diagnostic:
    """Make a diagnostic that nothing fails on."""
    return _known(Diagnostic(span, code, Severity.INFO, message, hint))


def about(subject: str, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics with the question named that they are about."""
    return [replace(one, subject=subject) for one in diagnostics]


def _known(diagnostic: Diagnostic) -> Diagnostic:
    assert diagnostic.code in CODES, diagnostic.code
    return diagnostic


@dataclass(frozen=True)
class RawFile:
    """A file of the project as bytes: a source's text, whose format says how to read it."""

    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class TextFile:
    """An author's file: its path from the project's root (with `/`) and its untouched text, without a byte order mark."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [0], 0
        for line in self.lines_with_ends:
            at += len(line)
            starts.append(at)
        return starts

    @cached_property
    def lines_with_ends(self) -> list[str]:
        """Return the lines as editors count them: ended by LF, CRLF or CR only."""
        return _LINE.findall(self.text)

    @cached_property
    def whole(self) -> Span:
        """Return the span that names the file and no line of it."""
        return Span(self.path)

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its line end; empty past the end of the file."""
        lines = self.lines_with_ends
        return lines[number - 1].rstrip("\r\n") if 0 < number <= len(lines) else ""

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column, both from 1, of a code point offset."""
        line = bisect_right(self._line_starts, offset)
        if line == len(self._line_starts) and line > 1 and not self.text.endswith(("\n", "\r")):
            line -= 1
        return line, offset - self._line_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the code point offset of a line and column, both from 1."""
        return self._line_starts[line - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """Return the place from `start` to `end` (code point offsets, end exclusive)."""
        return Span(self.path, *self.position(start), *self.position(end))
