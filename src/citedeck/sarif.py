"""Diagnostics → SARIF 2.1.0, which code hosts show beside the lines (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from citedeck import __version__
from citedeck.diagnostics import Diagnostic, Severity
from citedeck.explain import pages

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_sarif(diagnostics: Iterable[Diagnostic], folder: str = "") -> str:
    """Return a SARIF log with one run. `folder` is the project's, as seen from the repository's root, with `/` at its end if it is not that."""
    found = list(diagnostics)
    codes = sorted({one.code for one in found})
    counts: Counter[tuple[str, str]] = Counter()
    results = []
    for one in found:
        owner = (one.code, one.subject or one.span.path)
        results.append(_result(one, codes.index(one.code), _fingerprint(*owner, counts[owner]), folder))
        counts[owner] += 1
    driver = {"name": "citedeck", "version": __version__, "semanticVersion": __version__, "rules": [_rule(code) for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(one: Diagnostic, rule: int, fingerprint: str, folder: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(folder + one.span.path), "uriBaseId": "%SRCROOT%"}}
    if one.span.line:
        columns = {"startColumn": one.span.column, "endLine": one.span.end_line, "endColumn": one.span.end_column} if one.span.column else {}
        place["region"] = {"startLine": one.span.line, **columns}
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.message}\nhint: {one.hint}" if one.hint else one.message},
        "locations": [{"physicalLocation": place}] if one.span.path else [],
        "partialFingerprints": {"questionAndCode/v1": fingerprint},
    }


def _fingerprint(code: str, subject: str, number: int) -> str:
    """Return what stays the same when a question moves or is reworded: its id and the code; their number among those of one question counts."""
    return hashlib.sha256(f"{code}\0{subject}\0{number}".encode()).hexdigest()[:32]


def _rule(code: str) -> dict[str, Any]:
    page = pages()[code]
    return {
        "id": code,
        "shortDescription": {"text": page.summary or code},
        "help": {"text": page.text, "markdown": page.text},
        "properties": {"tags": [page.group]},
    }
