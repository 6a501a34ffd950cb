"""Notes of an existing deck → questions: as an author would have written them, and as citedeck will read them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

from citedeck.adoption.markdown_back import convert
from citedeck.adoption.named_sources import NamedSources
from citedeck.adoption.naming import Names, question_slug
from citedeck.adoption.note_types import AdoptedType
from citedeck.adoption.yaml_text import flow, written
from citedeck.diagnostics import Span
from citedeck.entry import BLANKS, Html, Rendered, Text
from citedeck.exports.nouns import ExportedNote
from citedeck.load import GUID
from citedeck.media import FOLDER, rename
from citedeck.model import Citation, Question

# What YAML cannot hold, and what Anki drops.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SPACED = re.compile(r"\s\s|\n")
_MARKED = re.compile(r"[<&]")
_BAD_IN_TAG = re.compile(r"[\s\"\u3000]+")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|latex-", re.IGNORECASE)
"""What is no file's name: an address, or a picture that each learner's Anki makes."""
_LEARNERS = ("marked", "leech")


@dataclass(frozen=True, slots=True)
class Adopted:
    """A note as a question, with the lines that stand for it in a deck file."""

    question: Question
    note: ExportedNote
    guid: str
    """Empty if the note's own cannot be kept."""
    lines: tuple[str, ...]


@dataclass
class Writer:
    """Writes one note after the other. What could not be kept as it was is counted on the way."""

    media: Collection[str]
    sources: NamedSources = field(default_factory=NamedSources)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many texts of a pack's key stay HTML."""
    shown: set[str] = field(default_factory=set)
    """Media that questions show or play."""
    missing: dict[str, str] = field(default_factory=dict)
    """Media that the export does not have, as questions name them, by the names that Anki's window looks for."""
    converted: int = 0
    """How many texts became Markdown that had been HTML."""
    cleaned: int = 0
    """How many texts held characters that are none."""
    mended_tags: int = 0
    new_guids: list[str] = field(default_factory=list)
    """Ids of questions whose notes are new to Anki, since another note has the same guid, or theirs is none."""
    _ids: Names = field(default_factory=Names)
    _guids: set[str] = field(default_factory=set)

    def question(self, note: ExportedNote, kind: AdoptedType, *, pack: str, path: str) -> Adopted:
        """Return a note as a question in the deck file at a path. `pack` is what the file says of its questions' pack."""
        identity = self._ids.give(question_slug(note.fields))
        span = Span(path)
        values: dict[str, Text | tuple[Text, ...]] = {}
        lines = [f"  - id: {identity}", *([f"    pack: {kind.name}"] if kind.name != pack else [])]
        for (name, key), value in zip(kind.pack.fills.items(), note.fields, strict=True):
            text = self._text(value, kind, name, key, span) if value else None
            if text is None:
                continue
            values[key] = text
            lines += [f"    {key}:", f"      html: {written(text.value, 6)}"] if isinstance(text, Html) else [f"    {key}: {written(text.value, 4)}"]
        tags = self._tags(note.tags)
        cited = self.sources.cite(zip(kind.pack.fills, note.fields, strict=True))
        guid = self._guid(note, identity)
        lines += [f"    tags: {flow(tags)}"] if tags else []
        lines += [f"    guid: {written(guid, 4)}"] if guid else []
        lines += _cite(cited)
        citations = tuple(Citation(Text(name, span), None, None, None, "supports", None, span) for name in cited) or None
        return Adopted(Question(identity, span, kind.name, values, None, tags, citations, {}, guid), note, guid, tuple(lines))

    def _text(self, value: str, kind: AdoptedType, name: str, key: str, span: Span) -> Text | None:
        """Return a field's text as Markdown if nothing is lost, else as HTML; None if there is nothing in it."""
        if not value.isascii() or "\r" in value:
            value = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
        if not value.isprintable():
            value = self._cleaned(value)
        shown = value if kind.spaced else value.strip(BLANKS)
        if not value.strip(BLANKS):
            return None
        cloze = kind.pack.keys[key] == "cloze"
        if not (kind.spaced and _SPACED.search(shown)) and not (name in kind.typed and _MARKED.search(shown)):
            made = convert(value, cloze=cloze, guarded=kind.exported.cloze, keep=kind.css_elements, media=self._path, alone=name in kind.alone)
            if made and html.unescape(made.text).strip():
                self.converted += made.text != value
                return Rendered(made.text, span, made.html) if made.html else Text(made.text, span)
        self.kept[kind.name, key] += 1
        return Html(rename(shown, self._path), span)

    def _cleaned(self, value: str) -> str:
        made = _FORBIDDEN.sub("", value)
        self.cleaned += made != value
        return made

    def _path(self, name: str) -> str | None:
        """Return the path at which a media file stands, as deck files name it; None if the export has no such file."""
        name = unicodedata.normalize("NFC", name)
        if name not in self.media:
            shown = unicodedata.normalize("NFC", unquote(name))  # Anki's window reads names as addresses.
            if name and shown not in self.media and not _ELSEWHERE.match(name):
                self.missing.setdefault(shown, name)
            return None
        self.shown.add(name)
        return f"{FOLDER}/{name}"

    def _tags(self, tags: Iterable[str]) -> tuple[str, ...]:
        made: dict[str, str] = {}
        for tag in tags:
            clean = _clean_tag(tag)
            if clean and clean.casefold() not in _LEARNERS:
                self.mended_tags += clean != tag
                made.setdefault(clean.casefold(), clean)
        return tuple(made.values())

    def _guid(self, note: ExportedNote, identity: str) -> str:
        if not GUID.fullmatch(note.guid) or note.guid in self._guids:
            self.new_guids.append(identity)
            return ""
        self._guids.add(note.guid)
        return note.guid


@cache
def _clean_tag(tag: str) -> str:
    """Return a tag as Anki would have it."""
    return "::".join(part or "blank" for part in _BAD_IN_TAG.sub("-", _FORBIDDEN.sub("", unicodedata.normalize("NFC", tag))).split("::"))


def _cite(sources: list[str]) -> list[str]:
    if not sources:
        return []
    if len(sources) == 1:
        return [f"    cite: {{source: {sources[0]}}}"]
    return ["    cite:", *(f"      - {{source: {name}}}" for name in sources)]
