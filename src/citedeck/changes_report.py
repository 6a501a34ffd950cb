"""What a release changes, for people on a terminal, for programs, and for release notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from citedeck.changes import KINDS, Change, Kind
from citedeck.printing import Paint, printable

_NOTHING = "nothing changes for learners"
_SHOWN = 20


def as_text(changes: Sequence[Change], paint: Paint) -> str:
    """Return the changes by consequence, each kind with at most twenty of its subjects by name."""
    lines = []
    for kind, found in _grouped(changes):
        lines.append(f"{paint(f'{kind.heading} ({len(found)})', 'warning' if kind.risky else 'bold')}: {kind.consequence}")
        lines += [f"  {_subject(change)}" for change in found[:_SHOWN]]
        lines += [f"  … and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "\n".join(lines) or _NOTHING


def as_json(changes: Iterable[Change], against: str) -> str:
    """Return the changes as a JSON object; its shape is documented in docs/commands.md."""
    found = [{"kind": change.code, "subject": change.subject, "guid": change.guid or None, "detail": change.detail} for change in changes]
    return json.dumps({"version": 1, "against": against, "changes": found}, ensure_ascii=False, indent=2)


def as_markdown(changes: Sequence[Change], questions: Mapping[str, str]) -> str:
    """Return the changes as release notes for learners, with the questions' words (by id) instead of their ids."""
    lines: list[str] = []
    for kind, found in _grouped(changes):
        lines += [f"### {kind.heading} ({len(found)})", "", _sentence(kind.consequence), ""]
        lines += [_item(change, questions) for change in found]
        lines.append("")
    return "\n".join(lines or [_sentence(_NOTHING), ""]).rstrip("\n")


def summary(changes: Iterable[Change]) -> str:
    """Return the counts in words: "2 new, 1 text"."""
    return ", ".join(f"{len(found)} {kind.code}" for kind, found in _grouped(changes)) or _NOTHING


def _grouped(changes: Iterable[Change]) -> list[tuple[Kind, list[Change]]]:
    by_code: dict[str, list[Change]] = {}
    for change in changes:
        by_code.setdefault(change.code, []).append(change)
    return [(kind, by_code[kind.code]) for kind in KINDS if kind.code in by_code]


def _subject(change: Change) -> str:
    return printable(f"{change.subject}: {change.detail}" if change.detail else change.subject)


def _item(change: Change, questions: Mapping[str, str]) -> str:
    words = questions.get(change.subject, "")
    named = f"{_escaped(words)} (`{change.subject}`)" if words else f"`{change.subject}`"
    return f"- {named}" + (f": {_escaped(change.detail)}" if change.detail else "")


def _escaped(text: str) -> str:
    return printable(" ".join(text.split())).translate({ord(mark): f"\\{mark}" for mark in "\\`*_[]<>#|"})


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
