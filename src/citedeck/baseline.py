"""The baseline: what an old deck's questions are known to lack, so that only new findings are reported. An entry that matches nothing is one.

`citedeck-baseline.json` names each finding by its code, the question's id (or the file's path) and a digest of the text that it points at: who
touches that text hears of it again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from citedeck.diagnostics import Diagnostic, Span, TextFile, error, warning
from citedeck.project import BASELINE

_JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A known finding."""

    code: str
    subject: str
    """The question's id, or the path of a file."""
    digest: str
    """Of the text that it points at."""


def make_baseline(diagnostics: Iterable[Diagnostic], files: Mapping[str, TextFile]) -> str:
    """Return a baseline's text: findings, sorted, one a line."""
    return write_baseline(entry_of(one, files) for one in diagnostics)


def write_baseline(found: Iterable[Entry]) -> str:
    """Return the text of a baseline with these entries."""
    entries = sorted(found, key=lambda entry: (entry.code, entry.subject, entry.digest))
    return '{"version": 1, "findings": [\n' + ",\n".join(map(_line, entries)) + "\n]}\n"


def read_baseline(file: TextFile) -> tuple[Counter[Entry], list[Diagnostic]]:
    """Return the entries of a baseline, counted."""
    try:
        data = json.loads(file.text)
        if data["version"] != 1:
            return Counter(), [_damaged(file, "a newer citedeck wrote it", "install that, or write the baseline anew")]
        return Counter(Entry(*(_text(one, key) for key in ("code", "subject", "digest"))) for one in data["findings"]), []
    except (ValueError, KeyError, TypeError, RecursionError):
        return Counter(), [_damaged(file, "it is no baseline", "citedeck check --write-baseline writes it anew")]


def without(file: TextFile, code: str, subjects: Collection[str]) -> str | None:
    """Return a baseline's text without the entries of a code on some subjects; None if there are none, or it cannot be read."""
    known, found = read_baseline(file)
    left = [entry for entry in known.elements() if entry.code != code or entry.subject not in subjects]
    return write_baseline(left) if not found and len(left) < known.total() else None


def leave_out(
    diagnostics: Iterable[Diagnostic], known: Counter[Entry], files: Mapping[str, TextFile], reported: Collection[str], former: Mapping[str, str]
) -> list[Diagnostic]:
    """Return the diagnostics that a baseline does not know, and say which entries match nothing.

    `reported` are the codes that were looked for, `former` the old ids of questions that have another one now.
    """
    remaining = Counter(known)
    left = []
    for one in diagnostics:
        entries = _entries(one, files, former) if one.code in reported else ()
        entry = next((entry for entry in entries if remaining[entry]), None)
        if entry:
            remaining[entry] -= 1
        else:
            left.append(one)
    stale = sorted(entry for entry in remaining.elements() if entry.code in reported)
    file = files[BASELINE] if BASELINE in files else TextFile(BASELINE, "")
    return left + [_stale(file, entry) for entry in dict.fromkeys(stale)]


def _entries(one: Diagnostic, files: Mapping[str, TextFile], former: Mapping[str, str]) -> Iterator[Entry]:
    """Yield the entries that a baseline may have for a finding: also that of the question's former id, at which the finding may point itself."""
    entry = entry_of(one, files)
    yield entry
    if old := former.get(one.subject):
        yield entry_for(one.code, old, old) if entry == entry_for(one.code, one.subject, one.subject) else replace(entry, subject=old)


def entry_of(diagnostic: Diagnostic, files: Mapping[str, TextFile]) -> Entry:
    """Return the entry for a finding. `files` are the project's texts by path."""
    span = diagnostic.span
    file = files.get(span.path)
    text = file.text[file.offset(span.line, span.column) : file.offset(span.end_line, span.end_column)] if file and span.column else ""
    return entry_for(diagnostic.code, diagnostic.subject or span.path, text)


def entry_for(code: str, subject: str, text: str) -> Entry:
    """Return the entry for a finding that points at a text."""
    return Entry(code, subject, hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16])


def _line(entry: Entry) -> str:
    return f'{{"code": {_JSON.encode(entry.code)}, "subject": {_JSON.encode(entry.subject)}, "digest": {_JSON.encode(entry.digest)}}}'


def _stale(file: TextFile, entry: Entry) -> Diagnostic:
    written = _line(entry)
    line = next((number for number, text in enumerate(file.lines_with_ends, 1) if text.strip(" ,\r\n") == written), 0)
    span = Span(file.path, line, 1, line, len(file.line(line)) + 1) if line else Span(file.path)
    message = f"there is no '{entry.code}' on '{entry.subject}' any more, or the text that it points at changed"
    return warning(span, "unused-baseline", message, "citedeck check --write-baseline writes the file anew")


def _text(one: Mapping[str, object], key: str) -> str:
    value = one[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _damaged(file: TextFile, message: str, hint: str) -> Diagnostic:
    return error(file.whole, "baseline-damaged", message, hint)
