"""The note types that every collection of Anki's has from the start, for exports that only name them."""

from __future__ import annotations

from collections.abc import Sequence

from citedeck.exports.nouns import ExportedField, ExportedTemplate, ExportedType

CSS = """.card {
    font-family: arial;
    font-size: 20px;
    line-height: 1.5;
    text-align: center;
    color: black;
    background-color: white;
}
"""
CLOZE_CSS = (
    CSS
    + """.cloze {
    font-weight: bold;
    color: blue;
}
.nightMode .cloze {
    color: lightblue;
}
"""
)
_BACK = "{{FrontSide}}\n\n<hr id=answer>\n\n"


def _stock(name: str, kind: int, fields: Sequence[str | ExportedField], *templates: tuple[str, str, str]) -> ExportedType:
    cloze = name == "Cloze"
    parts = tuple(field if isinstance(field, ExportedField) else ExportedField(field) for field in fields)
    made = tuple(ExportedTemplate(*template) for template in templates)
    return ExportedType(name, cloze, parts, made, CLOZE_CSS if cloze else CSS, settings={"originalStockKind": kind})


_FORWARD = ("Card 1", "{{Front}}", f"{_BACK}{{{{Back}}}}")
_REVERSE = ("Card 2", "{{Back}}", f"{_BACK}{{{{Front}}}}")
_OPTIONAL = ("Card 2", "{{#Add Reverse}}{{Back}}{{/Add Reverse}}", _REVERSE[2])
_TYPED = ("Card 1", "{{Front}}\n\n{{type:Back}}", "{{Front}}\n\n<hr id=answer>\n\n{{type:Back}}")
_CLOZE = ("Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>\n{{Back Extra}}")
_CLOZE_FIELDS = (ExportedField("Text", settings={"tag": 0, "preventDeletion": True}), ExportedField("Back Extra", settings={"tag": 1}))
STOCK_TYPES = {
    found.name: found
    for found in (
        _stock("Basic", 1, ("Front", "Back"), _FORWARD),
        _stock("Basic (and reversed card)", 2, ("Front", "Back"), _FORWARD, _REVERSE),
        _stock("Basic (optional reversed card)", 3, ("Front", "Back", "Add Reverse"), _FORWARD, _OPTIONAL),
        _stock("Basic (type in the answer)", 4, ("Front", "Back"), _TYPED),
        _stock("Cloze", 5, _CLOZE_FIELDS, _CLOZE),
    )
}
"""By their English names, as in texts exported by an English Anki."""


def plain_type(name: str, fields: Sequence[str], cloze: str | None) -> ExportedType:
    """Return a note type of which only the fields are known: it asks for the others by the first one, or for the clozes of a field."""
    front = f"{{{{cloze:{cloze}}}}}" if cloze else f"{{{{{fields[0]}}}}}"
    others = "".join(f"<br>\n{{{{{field}}}}}" for field in fields if field != (cloze or fields[0]))
    back = front + others if cloze else _BACK + others.removeprefix("<br>\n")
    template = ExportedTemplate("Cloze" if cloze else "Card 1", front, back)
    return ExportedType(name, cloze is not None, tuple(ExportedField(field) for field in fields), (template,), CLOZE_CSS if cloze else CSS)
