"""What tests of `citedeck import` share: adopting a deck as its new maintainer does, and looking at what learners then have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from selectolax.lexbor import LexborHTMLParser

from anki_desk import Desk
from citedeck.adoption.same_html import normal_form
from citedeck.cli import cli

_OF_CONTENT = re.compile(r' data-cloze="[^"]*"|(?<=hint)[0-9a-f]{10,}')
"""What Anki makes of how a field is spelled."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def succeed(*arguments: object) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def adopt(file: Path, folder: Path) -> Path:
    """Import a file and build what it became; return the package. The lock agrees with what the files themselves compile to."""
    succeed("import", file, folder)
    succeed("build", "--locked", "--project", folder)
    (package,) = (folder / "build").glob("*.apkg")
    return package


def edit(folder: Path, old: str, new: str) -> None:
    """Replace words that stand in one deck file."""
    (path,) = (path for path in sorted((folder / "decks").glob("*.yaml")) if old in path.read_text())
    path.write_text(path.read_text().replace(old, new, 1))


def learner_state(learner: Desk) -> list[Any]:
    """Return everything that a learner could lose: schedules, reviews, decks, notes."""
    rows = ("select * from cards order by id", "select * from revlog order by id", "select id, guid, mid, mod, tags, flds from notes order by id")
    return [learner.col.db.all(query) for query in rows]


def comparable_type(kind: dict[str, Any]) -> dict[str, Any]:
    """Return a note type without what differs between any two collections: the update sequence number, and what Anki derives."""
    kept = {name: value for name, value in kind.items() if name not in ("usn", "req", "did", "vers", "tags", "mod")}
    kept["flds"] = [{name: value for name, value in field.items() if name != "media"} for field in kind["flds"]]  # An empty list of genanki's.
    return json.loads(json.dumps(kept, sort_keys=True))  # type: ignore[no-any-return]


def seen(value: str) -> object:
    """Return what is seen of a field between the edges of blocks; all but its blanks where that cannot be told."""
    made = normal_form(value, alone=True)
    return "".join(made.split()) if isinstance(made, str) else made


def seen_side(side: str) -> object:
    """Return what is seen of a side of a card; its words without blanks where that cannot be told."""
    side = _OF_CONTENT.sub("", side)
    made = normal_form(side, alone=True)
    return "".join(LexborHTMLParser(side).text().split()) if isinstance(made, str) else made


def contents(learner: Desk) -> dict[str, Any]:
    """Return each note by its guid as learners see it: type, decks, tags, fields and rendered cards up to HTML's spellings."""
    found = {}
    col = learner.col
    for number in col.find_notes(""):
        note = col.get_note(number)
        cards = sorted(note.cards(), key=lambda card: card.ord)
        sides = [tuple(seen_side(side) for side in (out.question_text, out.answer_text)) for card in cards for out in [card.render_output()]]
        decks = [col.decks.name(card.odid or card.did) for card in cards]
        fields = [seen(value) for value in note.fields]
        found[note.guid] = (note.id, comparable_type(note.note_type()), decks[:1], sorted(note.tags), fields, [(c.ord, c.id) for c in cards], sides)
    return found


def media_of(learner: Desk) -> dict[str, bytes]:
    folder = Path(learner.col.media.dir())
    return {path.name: path.read_bytes() for path in folder.iterdir()}
