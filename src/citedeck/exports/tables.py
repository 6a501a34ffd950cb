"""Texts that notes were exported as: one note a row. They name note types, but do not hold them."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from citedeck.exports.conventions import DEFAULT_DECK, decks_in_use, remarks_on, sort_key, split_tags
from citedeck.exports.nouns import Export, ExportedNote, ExportedType, UnreadableError
from citedeck.exports.stock_types import STOCK_TYPES, plain_type
from citedeck.exports.text_rows import Head, read_rows

_MARKUP = re.compile(r"</?[a-z][^<>]{0,1000}>|&#?\w{1,30};", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c\d+::")
_MEDIA = re.compile(r"\[sound:[^\]\n]{1,200}\]|<(?:img|audio|video|source|object)\b[^<>]{0,1000}>", re.IGNORECASE)
_UNFIT = re.compile(r'^[\s#^/]+|[:{}"\x00-\x1f]')
"""What Anki allows in no field's name."""
_NO_TYPES = (
    "A text holds no note types: card templates and looks are not taken over, and learners who have this deck already cannot get updates of it by package."
)
_NO_GUIDS = "The text has no column of guids: every note counts as a new one."


@dataclass(frozen=True)
class _Plan:
    """What the rows of one note type become: which of their cells is which field, and which holds tags."""

    place: int
    type: ExportedType
    cells: Sequence[int]
    tags: int = -1


def read_table(path: Path) -> Export:
    """Return the notes of a text."""
    head, rows = read_rows(path)
    rows = [row for row in rows if any(head.fields(row))]
    if not rows:
        raise UnreadableError("it holds no notes", "export a deck from Anki with File → Export, as .apkg")
    if head.html is None:
        head.html = any(_MARKUP.search(cell) for row in rows[:5] for cell in row)
    remarks = [_NO_TYPES] if "guid" in head.columns else [_NO_TYPES, _NO_GUIDS]
    groups: defaultdict[str, list[list[str]]] = defaultdict(list)
    for row in rows:
        groups[_type_name(row, head)].append(head.fields(row))
    labels = head.field_names() if len(groups) == 1 else []
    plans = {name: _plan(place, name, some, labels, head, remarks) for place, (name, some) in enumerate(groups.items())}
    notes = [_note(row, plans[_type_name(row, head)], head) for row in rows]
    notes.sort(key=lambda note: sort_key(note.deck))
    media = {found: None for note in notes for text in note.fields for found in _MEDIA.findall(text)}
    remarks += remarks_on(
        (list(media), "media file is shown or played, which a text does not hold", "media files are shown or played, which a text does not hold")
    )
    types = tuple(plan.type for plan in plans.values())
    return Export("text with notes", types, decks_in_use(notes, ()), tuple(notes), (), tuple(remarks))


def _type_name(row: Sequence[str], head: Head) -> str:
    return head.cell(row, "notetype") or head.notetype


def _plan(place: int, name: str, rows: Sequence[Sequence[str]], labels: Sequence[str], head: Head, remarks: list[str]) -> _Plan:
    """Choose a note type for rows: Anki's own one of that name if they fit, else one with as many fields as they have."""
    width = max(at for row in rows for at, cell in enumerate(row, 1) if cell)
    stock = STOCK_TYPES.get(name) or (STOCK_TYPES["Basic"] if width <= 2 and not labels and not name else None)
    name = name or head.title
    if stock:
        wanted = [field.name for field in stock.fields]
        if wanted[0] in labels and set(filter(None, labels)) <= set(wanted):
            return _Plan(place, stock, [labels.index(field) if field in labels else -1 for field in wanted])
        if not labels and width <= len(wanted):
            return _Plan(place, stock, range(len(wanted)))
        if not labels and width == len(wanted) + 1 and not {"tags", "notetype"} & head.columns.keys():
            return _Plan(place, stock, range(len(wanted)), tags=len(wanted))  # As Anki guesses, too.
    fields = _field_names(labels, max(width, len(labels)))
    cloze = next((fields[at] for at in range(width) if any(_CLOZE.search(row[at]) for row in rows if at < len(row))), None)
    remarks.append(f"The fields of the note type {name[:80]!r} are not known: it gets fields and a card of its own. Number of fields: {len(fields)}.")
    return _Plan(place, plain_type(name, fields, cloze), range(len(fields)))


def _field_names(labels: Sequence[str], width: int) -> list[str]:
    """Return names for fields: the text's own where it has some that Anki allows."""
    found: dict[str, str] = {}
    for at in range(width):
        name = _UNFIT.sub("", labels[at]).strip()[:100] if at < len(labels) else ""
        if not name or name.casefold() in found:
            name = next(other for number in range(at + 1, 3 * width + 2) if (other := f"Field {number}").casefold() not in found)
        found[name.casefold()] = name
    return list(found.values())


def _note(row: Sequence[str], plan: _Plan, head: Head) -> ExportedNote:
    cells = head.fields(row)
    texts = [cells[at] if 0 <= at < len(cells) else "" for at in plan.cells]
    if not head.html:
        texts = [html.escape(text, quote=False).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "<br>") for text in texts]
    tags = split_tags(" ".join((head.tags, head.cell(row, "tags") or "", cells[plan.tags] if 0 <= plan.tags < len(cells) else "")))
    return ExportedNote(head.cell(row, "guid") or "", plan.place, tuple(texts), tags, head.cell(row, "deck") or head.deck or DEFAULT_DECK)
