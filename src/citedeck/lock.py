"""`citedeck.lock`: the record of what was released, which learners therefore have.

One line of JSON a record, sorted, so that version control can merge and show what a release changed. Only a release writes it. The first line
says the format's version and the project's name, the last one that nothing is missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from citedeck import __version__
from citedeck.attest import Attestation
from citedeck.diagnostics import Diagnostic, Span, TextFile, error
from citedeck.lock_records import NoteRecord, TypeRecord, note_json, read_note, read_type, type_json, typed
from citedeck.project import LOCK

VERSION = 1
_MIGRATIONS: dict[int, Callable[[list[dict[str, object]]], list[dict[str, object]]]] = {}
"""What turns the records of an older version into those of the next, by the older version."""

_RESTORE = "take the file of the last release from version control (git checkout -- citedeck.lock): without it learners' cards lose their link to yours"
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_END = {"end": True}

T = TypeVar("T")


@dataclass(frozen=True)
class Lock:
    """What was released. Empty, with `released` unset, before the first release."""

    project: str
    notes: Mapping[str, NoteRecord] = field(default_factory=dict)
    """By guid."""
    note_types: Mapping[str, TypeRecord] = field(default_factory=dict)
    """By pack."""
    decks: Mapping[str, str] = field(default_factory=dict)
    """Digests of the decks' descriptions, by name."""
    attestations: Mapping[str, Attestation] = field(default_factory=dict)
    """By the citation's digest."""
    forgotten: Mapping[str, str] = field(default_factory=dict)
    """Ids that were dropped for good, by guid."""
    tool: str = __version__
    """The version of citedeck that released it."""
    released: bool = True
    media: Mapping[str, str] = field(default_factory=dict)
    """Digests of the files of an adopted deck, by the name under which learners have them."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Where a note's record stands in the file, by guid."""

    @cached_property
    def by_id(self) -> Mapping[str, NoteRecord]:
        """Return the notes by the id of their question."""
        return {record.id: record for record in self.notes.values()}

    @cached_property
    def newest(self) -> int:
        """Return the latest time in it, in seconds; 0 if there is none."""
        times = [max(record.mod, record.note_id // 1000, *(one // 1000 for one in (record.card_ids or {}).values())) for record in self.notes.values()]
        return max([*times, *(record.mod for record in self.note_types.values())], default=0)

    def text(self) -> str:
        """Return the file's text."""
        head = {LOCK: VERSION, "project": self.project, "citedeck": self.tool}
        body = [
            *({"deck": name, "description": self.decks[name]} for name in sorted(self.decks)),
            *(type_json(self.note_types[pack]) for pack in sorted(self.note_types)),
            *({"attestation": key, **_without_digest(self.attestations[key])} for key in sorted(self.attestations)),
            *({"media": name, "sha256": self.media[name]} for name in sorted(self.media)),
            *({"forgotten": guid, "id": self.forgotten[guid]} for guid in sorted(self.forgotten)),
            *(note_json(self.notes[guid]) for guid in sorted(self.notes)),
        ]
        return "".join(_JSON.encode(record) + "\n" for record in (head, *body, _END))


def read_lock(file: TextFile | None, project: str) -> tuple[Lock, list[Diagnostic]]:
    """Read the lock; one that cannot be trusted is an error, never a fresh start."""
    if file is None:
        return Lock(project, released=False), []
    try:
        return _Reader(file).lock(), []
    except _DamagedError as problem:
        span = Span(file.path, problem.line)
        return Lock(project), [error(span, "lock-damaged", str(problem), problem.hint)]


class _DamagedError(ValueError):
    def __init__(self, message: str, line: int = 0, hint: str = _RESTORE) -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint


class _Reader:
    def __init__(self, file: TextFile) -> None:
        self.file = file

    def lock(self) -> Lock:
        """Return what the file records; _DamagedError if anything in it is not as a release wrote it."""
        records = self._records()
        head, body = records[0], records[1:]
        notes: dict[str, NoteRecord] = {}
        note_types: dict[str, TypeRecord] = {}
        decks: dict[str, str] = {}
        attestations: dict[str, Attestation] = {}
        forgotten: dict[str, str] = {}
        media: dict[str, str] = {}
        lines: dict[str, int] = {}
        for record in body:
            line = typed(record, "line", int)
            try:
                match next(iter(record)):
                    case "note":
                        note = read_note(record)
                        _put(notes, note.guid, note)
                        lines[note.guid] = line
                    case "note type":
                        kind = read_type(record)
                        _put(note_types, kind.pack, kind)
                    case "deck":
                        _put(decks, typed(record, "deck", str), typed(record, "description", str))
                    case "attestation":
                        key = typed(record, "attestation", str)
                        attested = Attestation.from_json({**record, "digest": key})
                        _put(attestations, key, _there(attested))
                    case "forgotten":
                        _put(forgotten, typed(record, "forgotten", str), typed(record, "id", str))
                    case "media":
                        _put(media, typed(record, "media", str), typed(record, "sha256", str))
                    case other:
                        raise ValueError(f"'{other}' is no kind of record")
            except (ValueError, TypeError, KeyError) as problem:
                raise _DamagedError(f"this record cannot be read: {problem}", line) from None
        self._check_twins(notes.values(), lines)
        project, tool = typed(head, "project", str), typed(head, "citedeck", str)
        return Lock(project, notes, note_types, decks, attestations, forgotten, tool, media=media, lines=lines)

    def _records(self) -> list[dict[str, object]]:
        """Return the records, the head first, brought to this version; each with its line under the key "line"."""
        lines = self.file.text.split("\n")
        if conflict := next((number for number, line in enumerate(lines, 1) if re.match(r"(<{7}|={7}|>{7}|\|{7})(\s|$)", line)), 0):
            hint = "keep one side whole (git checkout --ours citedeck.lock), then release again: what the other side released becomes new once more"
            raise _DamagedError("the file holds the marks of a merge that has not been settled", conflict, hint)
        records = []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                raise _DamagedError("this line is no record", number) from None
            if not isinstance(record, dict) or not record:
                raise _DamagedError("this line is no record", number)
            records.append({**record, "line": number})
        version = records[0].get(LOCK) if records else None
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise _DamagedError("this is no lock: its first line does not say so", 1)
        if version > VERSION:
            raise _DamagedError(f"a newer citedeck wrote this file (format {version}, known here: {VERSION})", 1, "update citedeck: pip install -U citedeck")
        if "end" not in records[-1]:
            raise _DamagedError("the file ends too early: its last line is missing", len(lines))
        for older in range(version, VERSION):
            records = _MIGRATIONS[older](records)
        for name in ("project", "citedeck"):
            if not isinstance(records[0].get(name), str):
                raise _DamagedError(f"the first line does not say '{name}'", 1)
        return records[:-1]

    def _check_twins(self, notes: Iterable[NoteRecord], lines: Mapping[str, int]) -> None:
        """Refuse records that only two releases side by side can have written."""
        hint = "keep the lock of one branch (git checkout --ours citedeck.lock), then release again"
        seen: set[tuple[str, str | int]] = set()
        for note in notes:
            # A note made here has a second of its own, which its cards' ids share; adopted ones lie as close as they were.
            own = ("note id", note.note_id // 1000) if note.card_ids is None else ("adopted note id", note.note_id)
            for claim in (("id", note.id), own):
                if claim in seen:
                    raise _DamagedError(f"two notes have the same {claim[0]}: two branches were released side by side", lines[note.guid], hint)
                seen.add(claim)


def _without_digest(attestation: Attestation) -> dict[str, object]:
    return {name: value for name, value in json.loads(attestation.as_json()).items() if name != "digest"}


def _there(value: T | None) -> T:
    if value is None:
        raise ValueError("the attestation is not whole")
    return value


def _put(into: dict[str, T], key: str, value: T) -> None:
    if key in into:
        raise ValueError(f"'{key}' stands twice")
    into[key] = value
