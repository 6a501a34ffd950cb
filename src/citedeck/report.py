"""Diagnostics → text for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from citedeck.diagnostics import Diagnostic, Severity, Span, TextFile
from citedeck.printing import Paint, columns, counted, printable, unpainted


def as_text(diagnostics: Iterable[Diagnostic], files: Mapping[str, TextFile], paint: Paint = unpainted) -> str:
    """Return each diagnostic with its place, an excerpt and a hint, as `path:line:column: severity[code] message`."""
    return "\n".join(line for diagnostic in diagnostics for line in _lines(diagnostic, files, paint))


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the diagnostics as a JSON object; its shape is documented in docs/commands.md."""
    found = [
        {
            "path": diagnostic.span.path or None,
            "line": diagnostic.span.line or None,
            "column": diagnostic.span.column or None,
            "end_line": diagnostic.span.end_line or None,
            "end_column": diagnostic.span.end_column or None,
            "code": diagnostic.code,
            "severity": diagnostic.severity.name.lower(),
            "message": diagnostic.message,
            "hint": diagnostic.hint,
        }
        for diagnostic in diagnostics
    ]
    return json.dumps({"version": 1, "diagnostics": found}, ensure_ascii=False, indent=2)


def as_github(diagnostics: Iterable[Diagnostic], folder: str = "") -> str:
    """Return the diagnostics as GitHub's workflow commands, which it shows beside the lines. `folder` is the project's, as seen from the repository's root."""
    return "\n".join(_annotation(diagnostic, folder) for diagnostic in diagnostics)


def _annotation(diagnostic: Diagnostic, folder: str) -> str:
    span = diagnostic.span
    places: dict[str, object] = {"file": folder + span.path} if span.path else {}
    if span.line:
        places |= {"line": span.line, "endLine": span.end_line or span.line}
        if span.column and span.line == span.end_line:  # GitHub takes columns of one line only.
            places |= {"col": span.column, "endColumn": span.end_column}
    kind = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}[diagnostic.severity]
    properties = ",".join(f"{key}={_command_text(str(value), ':,')}" for key, value in {**places, "title": diagnostic.code}.items())
    said = f"{diagnostic.message}\nhint: {diagnostic.hint}" if diagnostic.hint else diagnostic.message
    return f"::{kind} {properties}::{_command_text(said)}"


def _command_text(text: str, reserved: str = "") -> str:
    """Escape what ends a workflow command, or a part of one."""
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + reserved else char for char in text)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the counts in words: "2 errors, 1 warning"."""
    counts = dict.fromkeys(reversed(Severity), 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    said = [counted(count, words[severity]) for severity, count in counts.items() if count]
    return ", ".join(said) or "no errors"


def _lines(diagnostic: Diagnostic, files: Mapping[str, TextFile], paint: Paint) -> Iterable[str]:
    span = diagnostic.span
    place = ":".join(str(part) for part in (printable(span.path), span.line, span.column) if part)
    severity = diagnostic.severity.name.lower()
    yield f"{paint(place, 'bold')}: {paint(f'{severity}[{diagnostic.code}]', severity)} {printable(diagnostic.message)}"
    if span.line and span.path in files:
        yield from _excerpt(span, printable(files[span.path].line(span.line)), paint, severity)
    if diagnostic.hint:
        yield f"  hint: {printable(diagnostic.hint)}"


def _excerpt(span: Span, line: str, paint: Paint, severity: str) -> Iterable[str]:
    margin = max(5, len(str(span.line)) + 1)
    yield f"{paint(f'{span.line:>{margin}} |', 'dim')} {line}"
    if span.column:
        end = span.end_column if span.end_line == span.line else len(line.rstrip()) + 1
        before, marked = line[: span.column - 1], line[span.column - 1 : end - 1]
        blanks = "".join("\t" if char == "\t" else " " * columns(char) for char in before)
        yield f"{paint(' ' * margin + ' |', 'dim')} {blanks}{paint('^' * max(1, columns(marked)), severity)}"
