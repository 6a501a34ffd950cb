"""Packs: folders in `templates/` that say which keys a kind of question takes and how it becomes a note.

`pack.yaml` holds the keys and the note type's identity, `fields.j2` (Jinja, when building) has one block a field, `<card>.front.html` and
`<card>.back.html` are Anki's own templates (when reviewing), `style.css` is added to the shared style. `<!-- include: file -->` in a card
template stands for a file of the pack, or of `_shared/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from citedeck import card_html, pack_assets
from citedeck.adopted_packs import read_adopted
from citedeck.diagnostics import Diagnostic, RawFile, Severity, Span, TextFile, error, warning
from citedeck.entry import Entry, Text, did_you_mean
from citedeck.keys import QUESTION
from citedeck.model import CardTemplate, FieldSpec, NoteType
from citedeck.yaml_reader import read_yaml

SHARED = "_shared"
KEY_TYPES = ("text", "plain", "texts", "cloze")

COMMON_FIELDS = (
    FieldSpec(101, "Extra"), FieldSpec(102, "Citations"), FieldSpec(103, "Source"), FieldSpec(104, "Locator"), FieldSpec(105, "Status"),
    FieldSpec(106, "Lang"), FieldSpec(107, "Id"),
)  # fmt: skip
SPARE_FIELDS = (FieldSpec(108, "Spare1"), FieldSpec(109, "Spare2"), FieldSpec(110, "Spare3"), FieldSpec(111, "Spare4"))
SHARED_FIELDS = COMMON_FIELDS + SPARE_FIELDS
"""What follows a pack's own fields, in this order, for ever: a note type that changes shape freezes the notes that learners have.

A pack that needs another field once people have it claims a spare one, by its id.
"""

# A card template can never be added to a note type that learners have; a spare one, which makes no card while its field is empty, can be claimed.
SPARE_CARDS = (CardTemplate(901, "Spare 1", "{{#Spare3}}{{Spare3}}{{/Spare3}}", ""), CardTemplate(902, "Spare 2", "{{#Spare4}}{{Spare4}}{{/Spare4}}", ""))

# Anki compares names without regard to case.
_TAKEN = {
    "fields": {name.casefold() for name in (*(spec.name for spec in SHARED_FIELDS), *card_html.SPECIAL)},
    "cards": {card.name.casefold() for card in SPARE_CARDS},
}
_SPARES: Mapping[str, dict[int, str]] = {
    what: {one.id: one.name for one in some if one.id} for what, some in (("fields", SPARE_FIELDS), ("cards", SPARE_CARDS))
}
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_JINJA_WORDS = frozenset("and caller else false if import in is loop none not or self super true varargs kwargs".split())
_INCLUDE = re.compile(r"<!-- include: ([\w./-]+) -->[ \t]*\n?")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 ]*")
_BLOCK = re.compile(r"\{%-?\s*block\s+(\w+)")


@dataclass(frozen=True)
class Pack:
    """A pack as read. `keys` maps each own key to its type; `jinja` holds the templates that its fields are made from, by name.

    An adopted one is picked by no key, but by name.
    """

    name: str
    picked_by: str
    keys: Mapping[str, str]
    optional: frozenset[str]
    note_type: NoteType
    jinja: Mapping[str, TextFile] = field(repr=False)
    fills: Mapping[str, str] = field(default_factory=dict)
    """Of an adopted pack: the key whose text goes into a field, by the field's name."""
    citation_style: str = field(default="", repr=False)
    """What an adopted pack's style needs besides once its cards show citations."""

    @property
    def own_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that the pack's templates fill: its own, and spares that it claims."""
        if self.note_type.adopted:
            return ()
        common, spares = set(COMMON_FIELDS), set(SPARE_FIELDS)
        blocks = {match[1] for match in _BLOCK.finditer(self.jinja["fields.j2"].text)}
        return tuple(spec.name for spec in self.note_type.fields if spec not in common and (spec not in spares or spec.name in blocks))


def load_packs(
    files: Iterable[TextFile], assets: Iterable[RawFile] = (), released: Mapping[str, str] | None = None
) -> tuple[dict[str, Pack], list[Diagnostic]]:
    """Return the packs by name. Files are `templates/<pack>/<file>` and `templates/_shared/<file>`, assets such whose name begins with '_'.

    `released` are the digests of files that learners have under names of their own, by name.
    """
    folders: dict[str, dict[str, TextFile]] = {}
    diagnostics: list[Diagnostic] = []
    for file in files:
        parts = PurePosixPath(file.path).parts
        if len(parts) == 3:
            folders.setdefault(parts[1], {})[parts[2]] = file
        else:
            diagnostics.append(error(file.whole, "bad-pack", "a pack's files lie side by side in templates/<pack>/", "move or remove it"))
    shared = folders.pop(SHARED, {})
    packs: dict[str, Pack] = {}
    for name, folder in sorted(folders.items()):
        loader = _Loader(name, folder, shared)
        pack = loader.pack()
        diagnostics += loader.diagnostics
        if pack is None:
            continue
        twin = next((other for other in packs.values() if other.picked_by == pack.picked_by), None) if pack.picked_by else None
        if twin:
            diagnostics.append(error(folder["pack.yaml"].whole, "bad-pack", f"the packs '{twin.name}' and '{name}' are both picked by '{pack.picked_by}'"))
            continue
        packs[name] = pack
    return _with_assets(packs, list(assets), released or {}, diagnostics), diagnostics


def _with_assets(packs: dict[str, Pack], files: list[RawFile], released: Mapping[str, str], diagnostics: list[Diagnostic]) -> dict[str, Pack]:
    """Let the packs' looks name their assets as Anki will; say which are missing, unused, or cannot be shipped."""
    whole = not any(one.severity is Severity.ERROR for one in diagnostics)
    diagnostics += [error(Span(file.path), "bad-pack", why) for file in files if (why := pack_assets.problem(file, released))]
    shipped: set[str] = set()
    made = {}
    for name, pack in packs.items():
        near = {path.name: file for file in files for path in [PurePosixPath(file.path)] if path.parent.name in (SHARED, name)}
        near |= {PurePosixPath(file.path).name: file for file in files if PurePosixPath(file.path).parent.name == name}
        kind, used, missing = pack_assets.ship(pack.note_type, near, released)
        shipped |= {near[one].path for one in used}
        hint = f"put it at templates/{name}/, or at templates/{SHARED}/"
        diagnostics += [error(Span(f"templates/{name}/pack.yaml"), "bad-pack", f"the looks name a file '{one}' that is not there", hint) for one in missing]
        made[name] = replace(pack, note_type=kind)
    unused = [file for file in files if file.path not in shipped and whole]  # Else a pack that cannot be read may name it.
    diagnostics += [warning(Span(file.path), "media-unused", "no card and no style names this file", "remove it") for file in unused]
    return made


class _Loader:
    """Reads one pack's folder."""

    def __init__(self, name: str, folder: Mapping[str, TextFile], shared: Mapping[str, TextFile]) -> None:
        self.name = name
        self.folder = folder
        self.shared = shared
        self.diagnostics: list[Diagnostic] = []

    def pack(self) -> Pack | None:
        """Return the pack, or None after saying why it cannot be one."""
        if "pack.yaml" not in self.folder:
            self._say(Span(f"templates/{self.name}"), "the pack has no pack.yaml")
            return None
        file = self.folder["pack.yaml"]
        node, self.diagnostics = read_yaml(file)
        entry = Entry.of(file, node, "a pack", self.diagnostics) if node or not self.diagnostics else None
        if entry is None:
            return None
        if "adopted" in entry.written():
            return self._adopted(entry)
        for key in ("title", "kind", "picked-by", "keys", "fields", "cards"):
            entry.require(key)
        title = entry.text("title")
        cloze = entry.choice("kind", ("normal", "cloze"), "normal") == "cloze"
        picked_by = entry.text("picked-by")
        keys, optional = self._keys(entry.entry("keys"), cloze=cloze)
        if picked_by and picked_by.value not in keys:
            entry.bad(picked_by, f"'{picked_by.value}' is none of the pack's keys", did_you_mean(picked_by.value, keys))
        named = [FieldSpec(number, name.value) for number, name in self._named(entry.entries("fields"), "fields")]
        claimed: dict[int | None, FieldSpec] = {spec.id: spec for spec in named}
        own = tuple(spec for spec in named if spec.id not in _SPARES["fields"])
        note_fields = (*own, *COMMON_FIELDS, *(claimed.get(spec.id, spec) for spec in SPARE_FIELDS))
        made = [card for number, name in self._named(entry.entries("cards"), "cards") if (card := self._card(number, name, note_fields, cloze=cloze))]
        spare: dict[int | None, CardTemplate] = {card.id: card for card in made if card.id in _SPARES["cards"]}
        cards = (*(card for card in made if card.id not in spare), *(spare.get(card.id, card) for card in SPARE_CARDS))
        if cloze and len(made) > 1:
            self._say(entry.span, "a cloze pack has one card template: Anki makes its cards from the clozes")
        entry.finish()
        self._check_fields(tuple(named))
        if not title or not picked_by or self.diagnostics:
            return None
        style = "\n".join(part.text.strip() for part in (self.shared.get("style.css"), self.folder.get("style.css")) if part) + "\n"
        note_type = NoteType(self.name, title.value, cloze, note_fields, tuple(made) if cloze else cards, style)
        return Pack(self.name, picked_by.value, keys, optional, note_type, self._jinja())

    def _adopted(self, entry: Entry) -> Pack | None:
        made = read_adopted(self.name, entry, self.folder)
        if made is None:
            return None
        style = self.shared["citations.css"].text if "citations.css" in self.shared else ""
        return Pack(self.name, "", made.keys, frozenset(made.keys), made.note_type, self._jinja(), made.fills, style)

    def _keys(self, entry: Entry | None, *, cloze: bool) -> tuple[dict[str, str], frozenset[str]]:
        keys: dict[str, str] = {}
        optional = set()
        for key in entry.written() if entry else ():
            text = entry.text(key) if entry else None
            if entry is None or text is None:
                continue
            kind = text.value.removesuffix("?")
            if kind not in KEY_TYPES:
                entry.bad(text, f"'{kind}' is no type of a key", did_you_mean(kind, KEY_TYPES))
            if kind == "cloze" and not cloze:
                entry.bad(text, "only a pack of the kind 'cloze' hides words", "write kind: cloze, or text")
            if not _KEY.fullmatch(key) or key in _JINJA_WORDS:
                entry.bad(text, f"'{key}' cannot be a key", "lower-case letters, digits and '_': templates use it as a name")
            if key in QUESTION or key == "citations":
                entry.bad(text, f"templates see something else as '{key}'", "choose another key")
            keys[key] = kind
            if text.value.endswith("?"):
                optional.add(key)
        return keys, frozenset(optional)

    def _named(self, entries: list[Entry], what: str) -> list[tuple[int, Text]]:
        """Read a list of {id, name}."""
        found: list[tuple[int, Text]] = []
        for entry in entries:
            entry.require("id", "a number that never changes: Anki recognises a renamed field or card by it")
            entry.require("name")
            number, name = entry.text("id"), entry.text("name")
            entry.finish()
            spares = _SPARES[what]
            if number and not re.fullmatch(r"[1-9]\d?", number.value) and number.value not in map(str, spares):
                entry.bad(number, f"'{number.value}' is no id", f"a number from 1 to 99; {min(spares)} to {max(spares)} claim a spare")
            elif name and not _FIELD_NAME.fullmatch(name.value):
                entry.bad(name, f"'{name.value}' is no name", "letters, digits and blanks, beginning with a letter")
            elif number and name:
                folded = name.value.casefold()
                if folded in _TAKEN[what] and name.value != spares.get(int(number.value)):
                    entry.bad(name, f"'{name.value}' is taken: every note type has it, or Anki does")
                if any(int(number.value) == other or folded == earlier.value.casefold() for other, earlier in found):
                    entry.bad(name, f"two {what} share an id or a name")
                found.append((int(number.value), name))
        return found

    def _card(self, number: int, name: Text, fields: tuple[FieldSpec, ...], *, cloze: bool) -> CardTemplate | None:
        stem = name.value.lower().replace(" ", "-")
        front, back = self._html(f"{stem}.front.html", name.span), self._html(f"{stem}.back.html", name.span)
        if front is None or back is None:
            return None
        for side, text in (("front", front), ("back", back)):
            for problem in card_html.problems(text, {spec.name for spec in fields}, cloze=cloze):
                self._say(self.folder[f"{stem}.{side}.html"].whole, problem)
        return CardTemplate(number, name.value, front, back)

    def _html(self, file_name: str, span: Span) -> str | None:
        if file_name not in self.folder:
            self._say(span, f"the file templates/{self.name}/{file_name} is missing")
            return None
        file = self.folder[file_name]

        def included(match: re.Match[str]) -> str:
            folder, _, name = match[1].rpartition("/")
            part = {"": self.folder, SHARED: self.shared}.get(folder, {}).get(name)
            if part is None:
                self._say(file.span(*match.span(1)), f"'{match[1]}' cannot be included", "a file of the pack itself, or _shared/<file>")
            return part.text if part else ""

        return _INCLUDE.sub(included, file.text).strip()

    def _check_fields(self, filled: tuple[FieldSpec, ...]) -> None:
        file = self.folder.get("fields.j2")
        if file is None:
            self._say(self.folder["pack.yaml"].whole, f"the file templates/{self.name}/fields.j2 is missing")
            return
        blocks = {match[1]: match for match in _BLOCK.finditer(file.text)}
        names = {spec.name.replace(" ", "_") for spec in filled}
        for name in sorted(names - blocks.keys()):
            self._say(file.whole, f"the field '{name}' has no block", f"write {{% block {name} %}}…{{% endblock %}}")
        for name in sorted(blocks.keys() - names):
            self._say(file.span(*blocks[name].span(1)), f"'{name}' is none of the pack's own fields", did_you_mean(name, names))

    def _jinja(self) -> dict[str, TextFile]:
        own = {name: file for name, file in self.folder.items() if name.endswith(".j2")}
        return {**own, **{f"{SHARED}/{name}": file for name, file in self.shared.items() if name.endswith(".j2")}}

    def _say(self, span: Span, message: str, hint: str = "") -> None:
        self.diagnostics.append(error(span, "bad-pack", message, hint))
