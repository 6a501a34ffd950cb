"""A release's notes as a text that Anki imports (File → Import), for learners whose changed note types no package reaches.

Columns are matched to fields by name, so a learner's own fields stay; there is no column for tags, so those stay too. Anki takes one note type
from such a text: a package with several note types gets a text for each. Facts: rslib/src/import_export/text/csv/metadata.rs of Anki.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from citedeck.advance import Stamped
from citedeck.identity import note_type_id
from citedeck.model import NoteType
from citedeck.packs import SPARE_FIELDS

# Anki takes the column behind the last one that it could match for tags: a field that nobody removes stands there.
_LAST = "Citations"


def update_files(package: str, notes: Iterable[Stamped], kinds: Mapping[str, NoteType], *, project: str) -> dict[str, bytes]:
    """Return the texts beside a package, by file name. Retired questions are left out: Anki would make new notes, with cards, of them."""
    by_pack: dict[str, list[Stamped]] = {}
    for one in notes:
        by_pack.setdefault(one.note.pack, [])
        if not one.note.retired:
            by_pack[one.note.pack].append(one)
    names = {pack: f"{package}.update.txt" if len(by_pack) == 1 else f"{package}.{pack}.update.txt" for pack in by_pack}
    return {names[pack]: _text(found, kinds[pack], project) for pack, found in sorted(by_pack.items()) if found}


def _text(notes: Sequence[Stamped], kind: NoteType, project: str) -> bytes:
    spares = {spec.id for spec in SPARE_FIELDS}
    names = [spec.name for spec in kind.fields]
    used = [place for place, spec in enumerate(kind.fields) if spec.id not in spares or any(one.note.fields[place] for one in notes)]
    last = _LAST if _LAST in names else names[-1]
    wanted = [place for place in used if names[place] != last] + [names.index(last)]
    # The first column goes to the first field, if its name is not among the columns: it must not be the guid.
    labels = [names[place] for place in wanted[:-1]] + ["guid", "deck", last]
    head = {
        "separator": "tab", "html": "true", "notetype": str(note_type_id(project, kind)), "if matches": "update current",
        "guid column": str(len(labels) - 2), "deck column": str(len(labels) - 1), "columns": "\t".join(labels),
    }  # fmt: skip
    out = io.StringIO("".join(f"#{key}:{value}\n" for key, value in head.items()))
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
    for one in notes:
        values = [one.note.fields[place] for place in wanted]
        writer.writerow([*values[:-1], one.note.guid, one.note.deck, values[-1]])
    return out.getvalue().encode()
