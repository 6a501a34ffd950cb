"""What makes a note the same note for ever: its guid, and the ids of notes, note types and decks. See docs/upgrades.md."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from citedeck.model import NoteType

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Anki takes ids for milliseconds; these lie between 2001 and 2020, so no note type or deck made by hand will get one of them.
_FIRST_ID, _IDS = 1_000_000_000_000, 600_000_000_000


def guid(project: str, question_id: str) -> str:
    """Return a note's guid: 96 bits of a hash, in base 62, which no spreadsheet or text import mangles."""
    number = int.from_bytes(_digest("note", project, question_id)[:12])
    digits = ""
    while len(digits) < 17:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits


def note_type_id(project: str, kind: NoteType) -> int:
    """Return the id of a project's note type: the one that an adopted one has, else one made of the project's and the pack's names."""
    if kind.adopted and kind.adopted.id is not None:
        return kind.adopted.id
    pack = kind.pack
    return _FIRST_ID + int.from_bytes(_digest("note type", project, pack)[:8]) % _IDS


def deck_id(project: str, name: str) -> int:
    """Return an id for a deck. Anki matches decks by name, so it only has to differ from the package's other decks; each has one called Default."""
    if name.casefold() == "default":
        return 1
    return _FIRST_ID + int.from_bytes(_digest("deck", project, name)[:8]) % _IDS


def card_ids(cards: Collection[tuple[str, int]], time: int, taken: Collection[int]) -> dict[tuple[str, int], int]:
    """Give new cards of adopted notes their ids, like `note_ids`. A card is told by its note's guid and its ordinal."""
    made = note_ids([f"{guid} {ordinal}" for guid, ordinal in cards], time, taken)
    return dict(zip(cards, made.values(), strict=True))


def note_ids(guids: Collection[str], time: int, taken: Collection[int]) -> dict[str, int]:
    """Give new notes their ids, in their order: milliseconds since 1970, as Anki's are. `taken` are those of other notes of the project.

    Each note gets a second of its own, counted back from `time`, so that the up to 500 cards whose ids follow from it have room and nothing
    lies in the future. The milliseconds come from the guid: two projects released at the same moment hardly ever claim the same id.
    """
    seconds = {number // 1000 for number in taken}
    free: list[int] = []
    second = time
    while len(free) < len(guids):
        if second not in seconds:
            free.append(second)
        second -= 1
    return {guid: second * 1000 + int.from_bytes(_digest("note id", guid)[:4]) % 499 for guid, second in zip(guids, reversed(free), strict=True)}


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(("citedeck", *parts)).encode()).digest()
