"""What an import tells its maintainer: what came, what was kept as HTML, what could not be kept, and where citations are wanted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from citedeck.adoption.named_sources import NamedSource, most_named
from citedeck.adoption.note_types import AdoptedType
from citedeck.adoption.questions import Adopted, Writer
from citedeck.exports.nouns import Export
from citedeck.printing import counted, listed

_SOME = 10
_MARKS = re.compile(r"[\\`*\[<|]")
"""What breaks a table or a list in Markdown, or hides what follows."""
_UPDATE = (
    "Learners import the package of your first release over the deck that they have. Anki then finds every note again: unchanged ones stay as they are, with "
    "their schedules and the learners' own edits; those that you change are updated."
)
_WHOLE_WAY = "`docs/adopting.md` of citedeck describes the whole way."


@dataclass(frozen=True)
class Adoption:
    """All that an export became, for the report."""

    export: Export
    file: str
    types: Sequence[AdoptedType]
    questions: Sequence[Adopted]
    files: int
    """How many deck files there are."""
    writer: Writer
    unused: Sequence[str]
    """Media that no card shows."""
    remarks: Sequence[str]


def report(adoption: Adoption) -> str:
    """Return the report, as Markdown."""
    known = any(one.exported.id is not None for one in adoption.types)  # Else there is nothing by which Anki could find old notes again.
    first = "the first release" if known else "the first release, which is a new deck for learners"
    sections = [
        f"# Imported from {_plain(adoption.file)}", _totals(adoption), _section("What could not be kept as it was", _lost(adoption)),
        _section("What stays HTML", _html(adoption)), _section("Which questions still want a citation", _wanting(adoption)),
        _section("What comes next", [
            "`citedeck check` finds no errors; `citedeck check --write-baseline` puts up with what its rules find in old cards.",
            "`citedeck cite` proposes passages of your sources for questions without a citation, once `sources/` holds texts.",
            f"`citedeck release` makes {first}.",
        ]), f"{_UPDATE} {_WHOLE_WAY}" if known else _WHOLE_WAY,
    ]  # fmt: skip
    return "\n\n".join(section for section in sections if section) + "\n"


def summary(adoption: Adoption) -> str:
    """Return in one line what came."""
    kept = sum(adoption.writer.kept.values())
    return (
        f"{counted(len(adoption.questions), 'question')} in {counted(adoption.files, 'deck file')}, {counted(len(adoption.types), 'note type')}, "
        f"{counted(len(adoption.export.media), 'media file')}, {counted(len(adoption.writer.sources.found), 'source')}; {counted(kept, 'text')} kept as HTML"
    )


def _totals(adoption: Adoption) -> str:
    uses = Counter(one.question.pack for one in adoption.questions)
    lines = [f"A {adoption.export.format}. {summary(adoption)}.", "", "| note type | pack | questions | id in Anki |", "|---|---|---|---|"]
    for one in adoption.types:
        number = one.exported.id if one.exported.id is not None else "none: a new one"
        lines.append(f"| {_plain(one.exported.name)} | `templates/{one.name}/` | {uses[one.name]:,} | {number} |")
    return "\n".join(lines)


def _section(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _lost(adoption: Adoption) -> list[str]:
    writer = adoption.writer
    lines = [*adoption.export.remarks, *adoption.remarks]
    scattered = [one.question.id for one in adoption.questions if one.note.other_decks]
    if scattered:
        lines.append(f"{counted(len(scattered), 'note')} had cards in several decks; new learners get all of them in that of the first: {_some(scattered)}.")
    if writer.new_guids:
        lines.append(
            f"{counted(len(writer.new_guids), 'note')} had no usable guid, or that of another note, and will be new to learners: {_some(writer.new_guids)}."
        )
    empty = [one.question.id for one in adoption.questions if not one.note.cards]
    if empty and len(empty) < len(adoption.questions):
        lines.append(f"{counted(len(empty), 'note')} had no card: {_some(empty)}.")
    if missing := list(writer.missing.values()):
        are = _form(len(missing), "is", "are")
        lines.append(f"{counted(len(missing), 'media file')} that questions show or play {are} not in the export: {_some(missing)}.")
    if writer.cleaned:
        lines.append(f"{counted(writer.cleaned, 'text')} held control characters, which show nothing and were left out.")
    if writer.mended_tags:
        lines.append(f"{counted(writer.mended_tags, 'tag')} held characters that Anki takes out of tags.")
    if adoption.unused:
        lie = _form(len(adoption.unused), "lies", "lie")
        lines.append(f"{counted(len(adoption.unused), 'media file')} that no card shows {lie} in `unused-media/`: {_some(adoption.unused)}.")
    placeless = [one.name for one in adoption.types if one.pack.note_type.adopted and not one.pack.note_type.adopted.citations]
    if placeless:
        lines.append(f"No field was found at whose end citations could stand in {_some(placeless, '`templates/{}/`')}: say it in its `pack.yaml`.")
    return lines


def _html(adoption: Adoption) -> list[str]:
    return [f"`{key}` of {counted(number, 'question')} of the pack `{pack}`" for (pack, key), number in adoption.writer.kept.most_common()]


def _wanting(adoption: Adoption) -> list[str]:
    """Return where citations are wanted: sources that notes name first, most of them first, then the decks whose notes name none."""
    lines = []
    named = most_named(list(adoption.writer.sources.found.values()))
    for source in named[:_SOME]:
        names, quotes = _form(source.notes, "names", "name"), _form(source.notes, "quotes", "quote")
        lines.append(f"{counted(source.notes, 'question')} {names} {_described(source)} (`sources/{source.id}.yaml`), and {quotes} no words of it.")
    if rest := named[_SOME:]:
        number = sum(source.notes for source in rest)
        lines.append(f"{number:,} more {_form(number, 'names', 'name')} {'one of ' if len(rest) > 1 else ''}{counted(len(rest), 'other source')}.")
    bare = Counter(one.note.deck for one in adoption.questions if one.question.citations is None).most_common()
    for deck, number in bare[:_SOME]:
        lines.append(f"{counted(number, 'question')} in {_plain(deck)} {_form(number, 'names', 'name')} no source; `citedeck-baseline.json` allows that.")
    if others := bare[_SOME:]:
        number = sum(number for _, number in others)
        lines.append(f"{number:,} more in {counted(len(others), 'other deck')} {_form(number, 'names', 'name')} none, either.")
    return lines


def _described(source: NamedSource) -> str:
    return _plain(source.address or f"“{source.title}”")


def _form(number: int, singular: str, plural: str) -> str:
    return singular if number == 1 else plural


def _some(names: Sequence[str], form: str = "{}") -> str:
    """Return the first of some names, each in a form, and how many there are besides."""
    return listed([form.format(_plain(name)) for name in names], _SOME)


def _plain(text: str) -> str:
    """Return somebody else's words as Markdown that shows them as they are."""
    return " ".join(_MARKS.sub(r"\\\g<0>", text).split())
