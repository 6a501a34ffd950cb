"""Note types of an existing deck → adopted packs: their files, and the packs as they will be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from citedeck import card_html
from citedeck.adopted_packs import CARD_SETTINGS, FIELD_SETTINGS, SIDES, TYPE_SETTINGS, Kind, card_name, cloze_fields, faults, field_name, fits, read_adopted
from citedeck.adoption.naming import BUILT_IN, Names, file_name, keys_of
from citedeck.adoption.yaml_text import written
from citedeck.diagnostics import Diagnostic, TextFile
from citedeck.entry import Entry
from citedeck.exports.nouns import ExportedType, Setting
from citedeck.packs import Pack
from citedeck.printing import listed
from citedeck.yaml_reader import read_yaml

_BESIDE = re.compile(r"extra|source|reference|citation|note|remark|comment|info|explanation|quelle|literatur", re.IGNORECASE)
"""Names of fields that hold what is beside the answer."""
_BLOCK_BEFORE = re.compile(r"<(?:hr|/?div|/?section|/?main|/?table|/?ul|/?ol|/p|/h\d)\b[^<>]*>$", re.IGNORECASE)
_BLOCK_BEHIND = re.compile(r"<(?:hr|/?div|/?section|/?main|/?table|/?ul|/?ol|p|h\d)\b[^<>]*>", re.IGNORECASE)
_STYLED = re.compile(r"<style\b.*?</style>|\bstyle\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE | re.DOTALL)
_IN_PARAGRAPH = re.compile(r"<(?:p|h\d)\b[^<>]*>[^<]*\{\{", re.IGNORECASE)
_WORD_FOR_WORD = re.compile(r"\{\{\s*(?:[^{}:]+:)*(?:type|text|tts[^{}:]*):(?:[^{}:]+:)*([^{}:]+)\}\}")
_ANSWER = re.compile(r"""\bid\s*=\s*["']?answer\b""")


@dataclass(frozen=True)
class AdoptedType:
    """A note type as a pack: its files by name, and what they will be read as."""

    name: str
    files: Mapping[str, str]
    pack: Pack
    css_elements: frozenset[str]
    """Elements that the style speaks of: these have to stay what they are."""
    spaced: bool
    """Whether the style may show blanks and line ends as they are."""
    alone: frozenset[str]
    """Fields that stand between the edges of blocks wherever cards show them: line ends at their own ends do not count."""
    typed: frozenset[str]
    """Fields whose text learners type or hear, or see without its HTML: every character of it counts."""
    exported: ExportedType
    """The note type as Anki keeps it."""
    remarks: tuple[str, ...]
    """What could not be kept as it was, each a sentence."""


def adopt_types(types: Sequence[ExportedType], shared: Mapping[str, TextFile]) -> list[AdoptedType]:
    """Return a pack for each note type. `shared` are the files of `templates/_shared/` by name."""
    names = Names(BUILT_IN)
    made = []
    for kind in types:
        wanted = file_name(kind.name, "pack")
        name = names.give(f"anki-{wanted}" if wanted in BUILT_IN else wanted)
        made.append(_adopt(name, kind, shared))
    return made


def _as_anki_keeps(kind: ExportedType) -> tuple[ExportedType, list[str]]:
    """Return a note type with names and settings that Anki takes, and what could not be kept. Packages of other tools may hold any."""
    dropped: list[str] = []

    def kept(of: str, settings: Mapping[str, Setting], known: Mapping[str, Kind]) -> dict[str, Setting]:
        dropped.extend(f"{name} of {of} ({value})" for name, value in settings.items() if not fits(value, known[name]))
        return {name: value for name, value in settings.items() if fits(value, known[name])}

    title = kind.name if card_name(kind.name) else "Note type"
    names = _distinct([field_name(field.name) or f"Field {place}" for place, field in enumerate(kind.fields, 1)])
    titles = [card_name(card.name) or f"Card {place}" for place, card in enumerate(kind.templates, 1)]
    settings = kept("the note type", kind.settings, TYPE_SETTINGS)
    if "sortf" in settings:
        settings["sortf"] = min(int(settings["sortf"]), len(names) - 1)  # As Anki does.
    made = replace(
        kind, name=title, settings=settings, id=kind.id or None,
        fields=tuple(replace(one, name=name, settings=kept(name, one.settings, FIELD_SETTINGS)) for one, name in zip(kind.fields, names, strict=True)),
        templates=tuple(replace(one, name=name, settings=kept(name, one.settings, CARD_SETTINGS)) for one, name in zip(kind.templates, titles, strict=True)),
    )  # fmt: skip
    before = [kind.name, *(one.name for one in kind.fields), *(one.name for one in kind.templates)]
    renamed = [f"{old!r} is {new!r}" for old, new in zip(before, [title, *names, *titles], strict=True) if old != new]
    remarks = [f"Names that Anki does not take, in “{title}”: {listed(renamed)}."] if renamed else []
    return made, remarks + ([f"Settings that Anki does not take are left out of “{title}”: {listed(dropped)}."] if dropped else [])


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names with what Anki adds to those that differ in nothing, or in case."""
    taken: dict[str, int] = {}
    made = []
    for name in names:
        count = taken.get(name.casefold(), 0)
        while (free := name + "+" * count).casefold() in taken:
            count += 1
        taken[name.casefold()] = count
        taken.setdefault(free.casefold(), 1)
        made.append(free)
    return made


def _adopt(name: str, kind: ExportedType, shared: Mapping[str, TextFile]) -> AdoptedType:
    kind, lost = _as_anki_keeps(kind)
    hiding = cloze_fields(tuple(side for card in kind.templates for side in (card.front, card.back))) if kind.cloze else frozenset()
    keys = keys_of([field.name for field in kind.fields], next((field.name for field in kind.fields if field.name in hiding), ""))
    stems = Names()
    cards = [stems.give(file_name(card.name, "card")) for card in kind.templates]
    unchecked = _unchecked(kind)
    files = {"pack.yaml": _pack_yaml(kind, keys, cards, unchecked)}
    for stem, card in zip(cards, kind.templates, strict=True):
        files |= {f"{stem}.front.html": card.front, f"{stem}.back.html": card.back}
    if kind.css:
        files["style.css"] = kind.css
    sides = [side for card in kind.templates for side in (card.front, card.back)]
    looks = "\n".join([kind.css, *(match[0] for side in sides for match in _STYLED.finditer(side))])
    elements = frozenset(re.findall(r"(?<![\w.#-])[a-z][a-z0-9]*(?![\w-])", looks))
    if any(_IN_PARAGRAPH.search(side) for side in sides) or {"flex", "grid"} & elements:
        elements |= {"div"}  # There a block is no line.
    alone = frozenset(field.name for field in kind.fields if all(_is_alone(field.name, side) for side in sides))
    typed = frozenset(match[1].strip() for side in sides for match in _WORD_FOR_WORD.finditer(side))
    if broken := [f"the {side} of “{card.name}”" for card, some in zip(kind.templates, unchecked, strict=True) for side in some]:
        lost.append(f"Card templates that Anki cannot show, kept as they are, in “{kind.name}”: {listed(broken)}. `unchecked:` in `pack.yaml` lets them be.")
    return AdoptedType(name, files, _read(name, files, shared), elements, "white-space" in looks, alone, typed, kind, tuple(lost))


def _is_alone(name: str, side: str) -> bool:
    """Say whether a card template has block edges before and behind a field, wherever it shows it."""
    for match in re.finditer(rf"\{{\{{(?:[^{{}}#^/]*:)?\s*{re.escape(name)}\s*\}}\}}", side):
        before, behind = side[: match.start()].rstrip(), side[match.end() :].lstrip()
        if (before and not _BLOCK_BEFORE.search(before)) or (behind and not _BLOCK_BEHIND.match(behind)):
            return False
    return True


def _read(name: str, files: Mapping[str, str], shared: Mapping[str, TextFile]) -> Pack:
    """Return the pack as citedeck will read it from its files."""
    folder = {file: TextFile(f"templates/{name}/{file}", text) for file, text in files.items()}
    found: list[Diagnostic]
    node, found = read_yaml(folder["pack.yaml"])
    entry = Entry.of(folder["pack.yaml"], node, "a pack", found)
    made = entry and read_adopted(name, entry, folder)
    assert made, found
    jinja = {f"_shared/{file}": text for file, text in shared.items() if file.endswith(".j2")}
    style = shared["citations.css"].text if "citations.css" in shared else ""
    return Pack(name, "", made.keys, frozenset(made.keys), made.note_type, jinja, made.fills, style)


def _pack_yaml(kind: ExportedType, keys: Sequence[str], cards: Sequence[str], unchecked: Sequence[Sequence[str]]) -> str:
    named = all(number is not None for number in (*(field.id for field in kind.fields), *(card.id for card in kind.templates)))
    frozen = "number and order never change" if named else "number, order and names never change"
    lines = [f"# A note type that learners have: of its fields and cards, {frozen}.", f"title: {written(kind.name, 0)}"]
    lines += [f"kind: {'cloze' if kind.cloze else 'normal'}", "adopted:"]
    adopted = [f"  id: {kind.id}"] if kind.id is not None else []
    if where := citation_field(kind):
        adopted.append(f"  citations: {written(where, 2)}")
    adopted += _settings(kind.settings, 2)
    lines[-1:] = ["adopted:", *adopted] if adopted else ["adopted: {}"]
    lines.append("fields:")
    for field, key in zip(kind.fields, keys, strict=True):
        lines += [f"  - name: {written(field.name, 4)}", *_id(field.id), f"    key: {key}", *_settings(field.settings, 4)]
    lines.append("cards:")
    for card, stem, some in zip(kind.templates, cards, unchecked, strict=True):
        lines += [f"  - name: {written(card.name, 4)}", *_id(card.id), f"    file: {stem}", *_settings(card.settings, 4)]
        if some:
            lines.append(f"    unchecked: [{', '.join(some)}]  # Anki cannot show it; it came so.")
    return "\n".join(lines) + "\n"


def _unchecked(kind: ExportedType) -> list[list[str]]:
    """Return the sides of each card with which something is wrong."""
    names = {field.name for field in kind.fields}
    both = [zip(SIDES, (card.front, card.back), strict=True) for card in kind.templates]
    return [[side for side, template in sides if any(faults(side, template, names, cloze=kind.cloze))] for sides in both]


def _id(number: int | None) -> list[str]:
    return [] if number is None else [f"    id: {number}"]


def _settings(settings: Mapping[str, Setting], indent: int) -> list[str]:
    if not settings:
        return []
    blanks = " " * indent
    return [f"{blanks}anki:", *(f"{blanks}  {key}: {_setting(value, indent + 2)}" for key, value in sorted(settings.items()))]


def _setting(value: Setting, indent: int) -> str:
    return written(value, indent) if isinstance(value, str) else str(value).lower()


def citation_field(kind: ExportedType) -> str:
    """Return the field at whose end citations can stand: one that backs show and no front does, best one for things beside the answer.

    Never one on which it depends whether a card is made, or whose text is typed or spoken. If every field is on a front, the last one that all
    backs show will do, for cards that say where the answer begins: there the style hides citations until the card is turned. Empty if there is none.
    """
    fronts = [_shown_fields(card.front) for card in kind.templates]
    backs = [_shown_fields(card.back) for card in kind.templates]
    deciding = {name for card in kind.templates for name in card_html.deciding_fields(card_html.parse(card.front, lenient=True))}
    words = {match[1].strip() for card in kind.templates for side in (card.front, card.back) for match in _WORD_FOR_WORD.finditer(side)}
    names = [field.name for field in kind.fields if field.name not in deciding | words]
    behind = [name for name in names if all(name in back for back in backs) and not any(name in front for front in fronts)]
    beside = [name for name in behind if _BESIDE.search(name)]
    if behind:
        return (beside or behind)[-1]
    either = [name for name in names if all(name in front | back for front, back in zip(fronts, backs, strict=True))]
    return either[-1] if either and all(_ANSWER.search(card.back) for card in kind.templates) else ""


def _shown_fields(template: str) -> frozenset[str]:
    return frozenset(card_html.shown_fields(card_html.parse(template, lenient=True)))
