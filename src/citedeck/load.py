"""Deck files → what their authors wrote, checked for its shape. Which keys a question takes is said by the packs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from citedeck import keys, rules
from citedeck.diagnostics import Diagnostic, TextFile, about, error
from citedeck.entry import IDENTIFIER, Entry, Text, did_you_mean, is_near
from citedeck.keys import IDENTIFIER_HINT
from citedeck.locators import parse_locator
from citedeck.model import STANCES, Citation, DeckFile, Question
from citedeck.packs import Pack
from citedeck.yaml_reader import Mapping as YamlMapping
from citedeck.yaml_reader import Scalar, Sequence, read_yaml

BAD_IN_DECK_NAME = r'"\x00-\x1f\x7f'
"""Characters that Anki drops from a deck's name, as part of a regular expression."""
_BAD_IN_NAME = re.compile(rf"[{BAD_IN_DECK_NAME}]|^:|:$")
MAX_LEVELS = 20
"""Decks in decks, at most."""
GUID = re.compile(r"[^\s\x00-\x1f\x7f]{1,200}")
SILENCEABLE = ("no-citation", "locator-mismatch", *rules.CODES)
"""Codes that need not be reported on a question, or on all of a deck file, if its author says why."""


def load_deck(file: TextFile, packs: Mapping[str, Pack], broken: Collection[str] = ()) -> tuple[DeckFile, list[Diagnostic]]:
    """Return a deck file's questions; entries that cannot be understood are left out and reported.

    `broken` are the names of packs that cannot be used: nothing more is said of questions that name one.
    """
    node, diagnostics = read_yaml(file)
    empty = DeckFile(file.path, "", file.whole, None, "", (), {})
    if node is None and diagnostics:
        return empty, diagnostics
    entry = Entry.of(file, node, "a deck file", diagnostics)
    if entry is None:
        return empty, diagnostics
    entry.require_all(keys.DECK)
    name = _deck_name(entry)
    description = entry.text_or_html("description")
    language = entry.language("language")
    source = entry.text("source")
    pack = _named_pack(entry, packs, broken)
    picking = _Picking(packs, broken, pack, named="pack" in entry.written())
    tags = _tags(entry)
    silence = entry.reasons("silence", SILENCEABLE)
    questions = [question for item in entry.entries("questions") if (question := _question(item, picking, source, tags))]
    entry.finish(keys.DECK)
    return replace(
        empty, name=name.value if name else "", name_span=name.span if name else file.whole,
        description=description, language=language, questions=tuple(questions), silence=silence, source=source.value if source else "",
        pack=pack.name if pack else "",
    ), diagnostics  # fmt: skip


def find_twins(decks: Collection[DeckFile]) -> list[Diagnostic]:
    """Say which ids and guids stand twice in the project, and which decks Anki could not tell apart."""
    diagnostics: list[Diagnostic] = []
    ids: dict[str, Question] = {}
    guids: dict[str, Question] = {}
    for question in (question for deck in decks for question in deck.questions):
        first = ids.setdefault(question.id, question)
        if first is not question:
            where = f"{first.span.path}:{first.span.line}"
            said = error(question.span, "duplicate-id", f"the id '{question.id}' stands twice in the project", f"the first is at {where}")
            diagnostics += about(question.id, [said])
        twin = guids.setdefault(question.guid, question) if question.guid else question
        if twin is not question:
            said = error(question.span, "duplicate-id", f"the guid '{question.guid}' is that of '{twin.id}' too", "a guid belongs to one note")
            diagnostics += about(question.id, [said])
    return diagnostics + _find_deck_twins(decks)


def _find_deck_twins(decks: Iterable[DeckFile]) -> list[Diagnostic]:
    diagnostics: list[Diagnostic] = []
    names: dict[str, str] = {}
    described: dict[str, Text] = {}
    for deck in decks:
        other = names.setdefault(deck.name.casefold(), deck.name)
        if other != deck.name:
            hint = "Anki would take them for one deck: write them alike"
            diagnostics.append(error(deck.name_span, "bad-value", f"'{deck.name}' is '{other}' but for its case", hint))
        if deck.description:
            first = described.setdefault(deck.name, deck.description)
            if first.value != deck.description.value:
                hint = f"it is at {first.span.path}:{first.span.line}; keep one of them"
                diagnostics.append(error(deck.description.span, "bad-value", f"the deck '{deck.name}' has another description", hint))
    return diagnostics


def _deck_name(entry: Entry) -> Text | None:
    name = entry.text("deck")
    if name is None:
        return None
    parts = [part.strip() for part in unicodedata.normalize("NFC", name.value).split("::")]
    # Anki drops or changes what is refused here, and would make another deck of it.
    if len(parts) > MAX_LEVELS or not all(part and not _BAD_IN_NAME.search(part) for part in parts):
        entry.bad(
            name,
            f"'{name.value}' cannot be a deck's name",
            "names joined by '::', each with words in it, no double quotes, no colons at an end, at most 20 levels",
        )
    return Text("::".join(parts), name.span)


def _tags(entry: Entry) -> tuple[str, ...]:
    tags = entry.texts("tags") or ()
    for tag in tags:
        if re.search(r"[\s\"]", tag.value) or not all(tag.value.split("::")):
            entry.bad(tag, f"'{tag.value}' cannot be a tag", "write words-like-this, without blanks or double quotes; '::' between words makes a hierarchy")
        elif tag.value.lower() in ("marked", "leech"):
            entry.bad(tag, f"'{tag.value}' is a tag of the learner's", "Anki sets it itself, and drops it from packages")
    return tuple(unicodedata.normalize("NFC", tag.value) for tag in tags)


@dataclass(frozen=True)
class _Picking:
    """What settles the packs of a file's questions: the packs, and the one that the file names, which may be none that can be used."""

    packs: Mapping[str, Pack]
    broken: Collection[str]
    default: Pack | None
    named: bool


def _question(entry: Entry, picking: _Picking, source: Text | None, deck_tags: tuple[str, ...]) -> Question | None:
    start = len(entry.sink)
    entry.require_all(keys.QUESTION)
    identity = entry.text("id")
    if identity and not IDENTIFIER.fullmatch(identity.value):
        entry.bad(identity, f"'{identity.value}' cannot be an id", IDENTIFIER_HINT)
    named = picking.named or "pack" in entry.written()
    pack = _pack(entry, picking)
    values = _values(entry, pack) if pack else {}
    extra = entry.text("extra") if "extra" not in values else None
    tags = _tags(entry)
    citations = _citations(entry, source)
    silence = entry.reasons("silence", SILENCEABLE)
    guid = entry.text("guid")
    if guid and not GUID.fullmatch(guid.value):
        entry.bad(guid, f"'{guid.value}' cannot be a guid", "up to 200 characters, without blanks")
    retired, was = _retired(entry), entry.text("was")
    if was and not IDENTIFIER.fullmatch(was.value):
        entry.bad(was, f"'{was.value}' cannot be an id", IDENTIFIER_HINT)
    unsettled = entry.written() if named else (key for other in picking.packs.values() for key in other.keys)
    entry.finish(keys.QUESTION, pack.keys if pack else unsettled)
    if identity is None:
        return None
    entry.sink[start:] = about(identity.value, entry.sink[start:])
    merged = tuple({tag.casefold(): tag for tag in (*tags, *deck_tags)}.values())
    return Question(
        identity.value, identity.span, pack.name if pack else "", values, extra, merged, citations, silence, guid.value if guid else "", retired, was
    )  # fmt: skip


def _named_pack(entry: Entry, packs: Mapping[str, Pack], broken: Collection[str]) -> Pack | None:
    """Return the pack that `pack` names, if it is written."""
    name = entry.text("pack")
    if name and name.value not in packs and name.value not in broken:
        entry.bad(name, f"there is no pack '{name.value}'", did_you_mean(name.value, packs))
    return packs.get(name.value) if name else None


def _pack(entry: Entry, picking: _Picking) -> Pack | None:
    """Find the pack of a question: that which it names, that of its file, or the one whose key says what kind of question this is."""
    named, packs = _named_pack(entry, picking.packs, picking.broken), picking.packs
    if "pack" in entry.written() or picking.named:
        return named if "pack" in entry.written() else picking.default
    picks = {pack.picked_by: pack for pack in packs.values() if pack.picked_by}
    found = [key for key in entry.written() if key in picks]
    if len(found) > 1:
        message = f"'{found[0]}' and '{found[1]}' make two kinds of question"
        entry.sink.append(error(entry.key_span(found[1]), "two-kinds", message, "keep one of them"))
        return None
    if not found:
        known = {*keys.QUESTION, *(key for pack in packs.values() for key in pack.keys)}
        if not any(is_near(key, picks) for key in entry.written() if key not in known):  # A mistyped one is reported as such.
            hint = "one of these keys says it: " + ", ".join(sorted(picks))
            entry.sink.append(error(entry.span, "missing-key", "nothing says what kind of question this is", hint))
        return None
    return picks[found[0]]


def _values(entry: Entry, pack: Pack) -> dict[str, Text | tuple[Text, ...]]:
    values: dict[str, Text | tuple[Text, ...]] = {}
    for key, kind in pack.keys.items():
        if key not in pack.optional:
            entry.require(key, f"a question with '{pack.picked_by}' needs it")
        value = entry.texts(key) if kind == "texts" else entry.text_or_html(key) if pack.fills else entry.text(key)
        if value:
            values[key] = value
    return values


def _citations(entry: Entry, source: Text | None) -> tuple[Citation, ...] | None:
    """Read `cite`: a quote, a mapping, or a list of them; None if it is not written."""
    node = entry.node("cite")
    if node is None:
        return None
    items = node.items if isinstance(node, Sequence) else [node]
    if not items or (isinstance(node, Scalar) and not node.text.strip()):
        entry.texts("cite")  # Says that it is empty.
        return ()
    found = []
    for item in items:
        if isinstance(item, Scalar):
            quote = YamlMapping(item.start, item.end, {"quote": (item, item)})
            citation = _citation(Entry(entry.file, quote, entry.sink), source)
        else:
            mapping = Entry.of(entry.file, item, "a citation", entry.sink)
            citation = _citation(mapping, source) if mapping else None
        if citation:
            found.append(citation)
    return tuple(found)


def _citation(entry: Entry, default: Text | None) -> Citation | None:
    own = entry.text("source")
    quote, at = entry.text("quote"), entry.text("at")
    stance = entry.choice("stance", STANCES, "supports")
    remark = entry.text("remark")
    entry.finish(keys.CITATION)
    if not {"source", "quote", "at"} & set(entry.written()):
        entry.sink.append(error(entry.span, "missing-key", "the citation says neither source, words nor place", "write quote: or at:"))
        return None
    source = own or default
    if source is None:
        hint = "write source: in the citation, or once for the deck"
        entry.sink.append(error(entry.span, "missing-key", "nothing says which source is cited", hint))
        return None
    locator = parse_locator(at.value) if at else None
    if at and locator is None:
        entry.bad(at, f"'{at.value}' is no place in a source", "write it as p. 12, 24:44, § Heading > Subheading or para. 7")
    span = quote.span if quote else at.span if at else source.span
    return Citation(source, quote, at, locator, stance, remark, span)


def _retired(entry: Entry) -> Text | None:
    """Read `retired`: why a question is taken out."""
    retired = entry.entry("retired")
    if retired is None:
        return None
    retired.require_all(keys.RETIRED)
    because = retired.text("because")
    retired.finish(keys.RETIRED)
    return because
