"""Digests that tell, years later, what of a note has changed: what its author wrote, its text, its citations, and what each card asks for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from citedeck.card_html import cloze_contents
from citedeck.entry import Html, Text
from citedeck.model import Citation, DeckFile, Found, Media, NoteType, Question, Source

CITING = frozenset({"Citations", "Source", "Locator"})
"""Fields that hold where an answer comes from. The others are the text."""

_ENCODER = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), check_circular=False)
_ITEM = re.compile(r'<li(?: class="(\w+)")?>(.*?)</li>', re.DOTALL)
EVERYWHERE = CITING | {"Extra", "Status", "Lang", "Id"}
"""Fields that are on all cards of a note. What the others hold may move from one card to another."""


@dataclass(frozen=True, slots=True)
class Prints:
    """The digests of a note as rendered. The id counts with the tags: learners search by both.

    `parts` are the digests of what its cards ask for, by their place: a cloze's number, or a field.
    """

    text: str
    citations: str
    tags: str
    parts: Mapping[str, tuple[str, ...]]


def digest(value: object) -> str:
    """Return 64 bits of a hash of a value made of texts, lists and mappings."""
    return hashlib.sha256(_ENCODER.encode(value).encode()).hexdigest()[:16]


def _digest_of_texts(texts: Iterable[str]) -> str:
    """Return the digest of a list of texts, as `digest` does, in half the time."""
    return hashlib.sha256(f"[{','.join(map(_ENCODER.encode, texts))}]".encode()).hexdigest()[:16]


_digest_of_words = lru_cache(maxsize=1024)(_digest_of_texts)


def author_print(deck: DeckFile, question: Question, found: Sequence[Found], media: Iterable[Media]) -> str:
    """Return a digest of everything about a note that its author controls. The id is not among it: a question may be renamed."""
    values = {key: _typed(value) if not isinstance(value, tuple) else [text.value for text in value] for key, value in question.values.items()}
    cited = [[*_citation_print(one.citation), *_source_print(one.source, one)] for one in found]
    extra, retired = question.extra and question.extra.value, question.retired and question.retired.value
    return digest([question.pack, deck.language, values, extra, sorted(question.tags), retired, cited, sorted(item.name for item in media)])


def _typed(text: Text) -> object:
    return {"html": text.value} if isinstance(text, Html) else text.value


def _citation_print(citation: Citation) -> list[object]:
    words = [text.value if text else None for text in (citation.quote, citation.remark)]
    return [*words, str(citation.locator or ""), citation.stance]


def _source_print(source: Source, found: Found) -> list[object]:
    """Return what of a source is its author's doing: its metadata, and the text; not a private one that may be absent and matters to no words."""
    sha256 = found.attested or (source.text.sha256 if source.text and (found.place or source.share) else "")
    metadata = [source.id, dict(source.metadata), source.authors_full, source.wording, source.link, source.evidence, source.language, source.share]
    return [*metadata, sha256]


def prints(kind: NoteType, fields: Sequence[str], tags: Iterable[str]) -> Prints:
    """Return the digests of a note's fields, which are in the note type's order, and of its tags."""
    if kind.adopted:  # Whatever its fields are called, they are text.
        parts = _cloze_parts(fields) if kind.cloze else _field_parts(fields)
        return Prints(_digest_of_texts(fields), _digest_of_words(()), _digest_of_words(tuple(sorted(tags))), parts)
    named = list(zip((spec.name for spec in kind.fields), fields, strict=True))
    own = {name: value for name, value in named if name not in EVERYWHERE}
    # By place, not by name: a field may be renamed without any note changing.
    text = [value for name, value in named if name not in CITING and name != "Id"]
    citing = [value for name, value in named if name in CITING]
    parts = _cloze_parts(own.values()) if kind.cloze else _field_parts([value for name, value in named if name not in EVERYWHERE])
    return Prints(digest(text), digest(citing), digest([dict(named)["Id"], sorted(tags)]), parts)


def _cloze_parts(fields: Iterable[str]) -> dict[str, tuple[str, ...]]:
    contents = cloze_contents(fields)
    return {f"c{number}": tuple(sorted(_short(text) for text in contents[number])) for number in sorted(contents)}


def _field_parts(values: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the digests of each field; of each item, if a field is a list. Items with a class of their own are a part of their own."""
    parts: dict[str, tuple[str, ...]] = {}
    for place, value in enumerate(values, 1):
        if items := "<li" in value and _ITEM.findall(value):
            found: dict[str, list[str]] = {}
            for kind, item in items:
                found.setdefault(f"{place}.{kind}" if kind else str(place), []).append(_short(item))
            parts |= {name: tuple(sorted(digests)) for name, digests in found.items()}
        elif value:
            parts[str(place)] = (_short(value),)
    return parts


def _short(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]
