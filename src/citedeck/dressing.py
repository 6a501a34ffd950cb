"""What citations need in the style of an adopted note type, which knows nothing of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from citedeck import card_html
from citedeck.model import Note, NoteType
from citedeck.packs import Pack

FOOT = "citedeck"
"""The class of citations at the end of an adopted note's field."""
_TURNED = ".card:has(#answer) .citedeck[hidden] { display: block; }\n"
"""Shows citations, hidden in a field that fronts show too, once the card is turned. Where it does not arrive they give nothing away."""


def dress(packs: Mapping[str, Pack], notes: Iterable[Note]) -> dict[str, Pack]:
    """Return the packs, adopted ones with a style for citations if a note of theirs shows one: without any, learners' note types stay as they are."""
    citing = {note.pack for note in notes if note.footed}
    dressed = {name: replace(packs[name].note_type, css=_with_citations(packs[name])) for name in citing}
    return {name: replace(pack, note_type=dressed.get(name, pack.note_type)) for name, pack in packs.items()}


def _with_citations(pack: Pack) -> str:
    kind = pack.note_type
    where = kind.adopted.citations if kind.adopted else ""
    wanted = [pack.citation_style, *([_TURNED] if where in on_fronts(kind) else [])]
    return "\n".join([kind.css, *(style for style in wanted if style not in kind.css)])  # A release that was adopted has it already.


def on_fronts(kind: NoteType) -> frozenset[str]:
    """Return the names of the fields that the fronts of an adopted note type show."""
    return frozenset(name for card in kind.cards for name in card_html.shown_fields(card_html.parse(card.front, lenient=True)))
