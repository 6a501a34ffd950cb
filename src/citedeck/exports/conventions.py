"""What all exports of Anki's share: how decks are sorted, tags split, fields counted, and how remarks name what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from citedeck.exports.nouns import ExportedDeck, ExportedNote, UnreadableError

DEFAULT_DECK = "Default"
"""Anki's own deck: every collection has it."""
_OWN_TAGS = frozenset(("marked", "leech"))
_NAMED, _LENGTH = 5, 60
_JOINED = "empty ones were added, or the surplus was joined to the last one"
TYPELESS = (
    "note is left out, because its note type is missing or damaged; its guid",
    "notes are left out, because their note type is missing or damaged; their guids",
)
UNEVEN = (
    f"note has more or fewer fields than its note type: {_JOINED}; its guid",
    f"notes have more or fewer fields than their note type: {_JOINED}; their guids",
)
"""What is said of such notes, whatever the format."""


def read_file(file: Path, limit: int) -> bytes:
    """Return a file's bytes, of which there may be no more than a limit."""
    try:
        with file.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as problem:
        raise UnreadableError(f"it cannot be opened: {problem.strerror or problem}", "check the file and its permissions") from None
    if len(content) > limit:
        raise UnreadableError(f"it is larger than {limit // 1024**2} MiB", "export one deck at a time")
    return content


def sort_key(deck: str) -> tuple[str, str]:
    """Return what Anki sorts decks by: a deck is followed by those below it, in any case. Names that differ in case only are kept apart."""
    return deck.replace("::", "\x1f").casefold(), deck


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags in a text, without those by which Anki marks what a learner has trouble with."""
    return tuple(dict.fromkeys(tag for tag in text.split() if tag.casefold() not in _OWN_TAGS))


def fit(fields: Sequence[str], count: int) -> tuple[str, ...]:
    """Return as many fields as the note type has: the last one takes what is too much, as in Anki."""
    padded = [*fields, *[""] * (count - len(fields))]
    return (*padded[: count - 1], "; ".join((padded[count - 1], *filter(None, padded[count:]))))


def remarks_on(*kinds: tuple[Sequence[str], str, str]) -> list[str]:
    """Return a sentence for each kind of thing found, with their number and some names; the words are those for one and for many."""
    return [f"{len(found):,} {one if len(found) == 1 else many}: {names(found)}." for found, one, many in kinds if found]


def names(found: Sequence[str]) -> str:
    """Return some names for a remark: the first ones, shortened."""
    shown = ", ".join(name if len(name) <= _LENGTH and name.isprintable() else repr(name[:_LENGTH]) for name in found[:_NAMED])
    return f"{shown}, …" if len(found) > _NAMED else shown


def decks_in_use(notes: Iterable[ExportedNote], decks: Iterable[ExportedDeck]) -> tuple[ExportedDeck, ...]:
    """Return the decks that hold notes or cards, and those above them that have a text under them, as Anki sorts them."""
    known: Mapping[str, ExportedDeck] = {deck.name: deck for deck in decks}
    used = {name for note in notes for name in (note.deck, *note.other_decks)}
    above = {"::".join(levels[:end]) for levels in (name.split("::") for name in used) for end in range(1, len(levels))}
    described = {name for name in above if name in known and known[name].description}
    return tuple(known.get(name) or ExportedDeck(name) for name in sorted(used | described, key=sort_key))
