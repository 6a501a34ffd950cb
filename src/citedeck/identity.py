"""What makes a note the same note for ever: guids, ids and times. See "No progress lost" in docs/upgrades.md.

A release will record ids and times in the lock; until a note is in one, they follow from the time of the build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from citedeck.model import Note

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Anki takes ids for milliseconds; these lie between 2001 and 2020, so no note type or deck made by hand will get one of them.
_FIRST_ID, _IDS = 1_000_000_000_000, 600_000_000_000


@dataclass(frozen=True, slots=True)
class Stamped:
    """A note with what Anki identifies and dates it by. A card's id is the note's id plus the card's ordinal."""

    note: Note
    note_id: int
    mod: int


def guid(project: str, question_id: str) -> str:
    """Return a note's guid: 96 bits of a hash, in base 62, which no spreadsheet or text import mangles."""
    number = int.from_bytes(_digest("note", project, question_id)[:12])
    digits = ""
    while len(digits) < 17:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits


def note_type_id(project: str, pack: str) -> int:
    """Return the id of a project's note type for a pack."""
    return _FIRST_ID + int.from_bytes(_digest("note type", project, pack)[:8]) % _IDS


def deck_id(project: str, name: str) -> int:
    """Return an id for a deck. Anki matches decks by name, so it only has to differ from the package's other decks."""
    return _FIRST_ID + int.from_bytes(_digest("deck", project, name)[:8]) % _IDS


def stamp(notes: Iterable[Note], time: int) -> tuple[Stamped, ...]:
    """Give each note its id and its time of last change, `time` in seconds since 1970.

    Ids count seconds up to `time`, one second a note, so that a note's up to 500 cards have ids of their own and none lies in the future.
    """
    ordered = tuple(notes)
    first = time - len(ordered)
    return tuple(Stamped(note, (first + place) * 1000, time) for place, note in enumerate(ordered, 1))


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(("citedeck", *parts)).encode()).digest()
