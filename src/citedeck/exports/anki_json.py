"""Note types and decks as Anki writes them in JSON: in older databases, and in the exports of add-ons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from citedeck.exports.nouns import ExportedDeck, ExportedField, ExportedTemplate, ExportedType, Setting, UnreadableError

LATEX_PRE = (
    "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amssymb,amsmath}\n"
    "\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n\\begin{document}\n"
)
LATEX_POST = "\\end{document}"
_TYPE: Mapping[str, Setting] = {"sortf": 0, "latexPre": LATEX_PRE, "latexPost": LATEX_POST, "latexsvg": False, "originalStockKind": 0, "originalId": 0}
_FIELD: Mapping[str, Setting] = {
    "sticky": False,
    "rtl": False,
    "font": "Arial",
    "size": 20,
    "description": "",
    "plainText": False,
    "collapsed": False,
    "excludeFromSearch": False,
    "tag": -1,
    "preventDeletion": False,
}
_TEMPLATE: Mapping[str, Setting] = {"bqfmt": "", "bafmt": "", "bfont": "", "bsize": 0}
"""Settings and their values in a new note type of Anki's. A tag may be 0, hence its default."""
MAX_PARTS = 10_000
"""Fields or card templates of a note type."""


def load_json(text: str | bytes) -> object:
    """Return what a JSON text holds; what is no text in it (halves of characters) is replaced."""
    try:
        value: object = json.loads(text)
        if (b"\\u" if isinstance(text, bytes) else "\\u") in text:  # type: ignore[operator]
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise UnreadableError("its JSON cannot be read", "get the file again") from None
    return value


def as_map(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a JSON array, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Return a text, or an empty one for anything else."""
    return value if isinstance(value, str) else ""


def as_number(value: object) -> int:
    """Return a whole number that fits into a database, or 0 for anything else."""
    if isinstance(value, str):
        value = int(value) if len(value) < 20 and value.removeprefix("-").isdecimal() else 0
    if isinstance(value, float):
        value = int(value) if abs(value) < 2**63 else 0  # Not a number is not less than anything.
    return int(value) if isinstance(value, int) and -(2**63) <= value < 2**63 else 0


def read_type(found: Mapping[str, object], type_id: int | None) -> ExportedType | None:
    """Return a note type from Anki's JSON; None for one that no card can be made with."""
    fields = tuple(ExportedField(as_text(part.get("name")), as_number(part.get("id")) or None, _settings(part, _FIELD)) for part in _parts(found.get("flds")))
    templates = tuple(
        ExportedTemplate(
            as_text(part.get("name")),
            as_text(part.get("qfmt")),
            as_text(part.get("afmt")),
            as_number(part.get("id")) or None,
            _settings(part, _TEMPLATE),
        )
        for part in _parts(found.get("tmpls"))
    )
    if not fields or not templates:
        return None
    cloze = as_number(found.get("type")) == 1
    name, css, mod = as_text(found.get("name")), as_text(found.get("css")), as_number(found.get("mod"))
    return ExportedType(name, cloze, fields, templates, css, type_id, max(mod, 0), _settings(found, _TYPE))


def read_deck(found: Mapping[str, object], name: str) -> ExportedDeck:
    """Return a deck of a name from Anki's JSON."""
    return ExportedDeck(name, as_text(found.get("desc")), found.get("md") is True)


def _parts(found: object) -> Iterable[Mapping[str, object]]:
    return (part for part in as_list(found)[:MAX_PARTS] if isinstance(part, dict))


def _settings(found: Mapping[str, object], defaults: Mapping[str, Setting]) -> dict[str, Setting]:
    """Return the settings that differ from Anki's own; a value of the wrong kind is none."""
    kept: dict[str, Setting] = {}
    for name, default in defaults.items():
        value = found.get(name)
        if value is None:
            continue
        if isinstance(default, bool):
            value = value is True or value == 1
        elif isinstance(default, int):
            value = as_number(value)
        elif not isinstance(value, str):
            continue
        if value != default:
            kept[name] = value
    return kept
