"""JSON Schemas (2020-12) of deck files and of sources' metadata, so that editors complete and check while one types.

Made from the same tables that the reader goes by, with the project's packs and sources in them. Editors give YAML's values types, which the
reader does not: a text may be a string, a number, true, false or null.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from citedeck import keys, rules
from citedeck.load import BAD_IN_DECK_NAME, GUID, MAX_LEVELS, SILENCEABLE
from citedeck.model import STANCES, WORDINGS
from citedeck.packs import Pack
from citedeck.sources.csl import DATES, NAMES, TEXTS, TYPES

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR = ["string", "number", "boolean", "null"]
_FILLED = r"\S"
_IDENTIFIER = r"^\s*[a-z0-9][a-z0-9._-]*\s*$"
_LANGUAGE = r"^\s*[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[xX](-[A-Za-z0-9]{1,8})+)?\s*$"
_CLOCK = r"([0-9]{1,3}:[0-5]?[0-9]|[0-9]{1,2}):[0-5][0-9]"
_PAGE, _PARAGRAPH = r"pp?\. ?[\w.–-]+", r"para\. ?[1-9][0-9]*"
_SECTION = r"§[^>]*[^>\s][^>]*(>[^>]*[^>\s][^>]*)*"
# Joined by "::", no part empty, beginning or ending with a colon.
_DECK = rf"^(?!\s*(:|$))(?!.*::\s*(:|$))(?!.*:\s+::)(?!.*:\s*$)(?!(?:.*?::){{{MAX_LEVELS}}})[^{BAD_IN_DECK_NAME}]*$"
_AT = rf"^\s*({_CLOCK}|{_PAGE}|{_PARAGRAPH}|{_SECTION})\s*$"
_TO = r" ?[-–] ?"
_PLACES = rf"^\s*({_CLOCK}({_TO}{_CLOCK})?|{_PAGE}({_TO}[\w.]+)?|{_PARAGRAPH}({_TO}[1-9][0-9]*)?|{_SECTION})\s*$"
_TAG = r'^\s*(?!(?:[mM][aA][rR][kK][eE][dD]|[lL][eE][eE][cC][hH])\s*$)(?!::)(?!.*::::)(?!.*::\s*$)[^\s"]+\s*$'
_DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"

_HTML: Schema = {
    "type": "object",
    "properties": {"html": {"description": "HTML that goes into the field as it is.", "$ref": "#/$defs/text"}},
    "required": ["html"],
    "additionalProperties": False,
}

_CSL: Mapping[str, str] = {
    "title": "The title, as it stands on the work.",
    "title-short": "A short title: the name of the source on cards.",
    "container-title": "What it appeared in: the journal, podcast, site or book.",
    "publisher": "Who published it.",
    "URL": "Its https address. Cards link to it.",
    "DOI": "Its DOI, without an address.",
    "ISBN": "Its ISBN.",
    "author": "The authors, in order.",
    "issued": "When it came out: 2024, 2024-03 or 2024-03-15; two of them with '/' between for a range.",
    "accessed": "When it was read, in the form of `issued`.",
    "number": "The number of a report or an episode.",
    "volume": "The volume.",
    "issue": "The issue.",
    "page": "The pages in the container.",
    "edition": "The edition.",
    "genre": "What it is, for readers: podcast summary, white paper.",
    "medium": "The medium: video, audio.",
    "note": "A note for yourself.",
}


def deck_schema(packs: Iterable[Pack], sources: Collection[str]) -> Schema:
    """Return the schema of deck files. `sources` are the ids of the project's sources."""
    known = sorted(packs, key=lambda pack: pack.name)
    own_cite, own_pack = {"properties": {"cite": {"$ref": "#/$defs/own"}}}, {"$ref": "#/$defs/picked"}
    with_default = {"allOf": [_unless("source", own_cite), _unless("pack", own_pack), *(_in_file_of(pack) for pack in known)]}
    return {
        "$schema": DIALECT,
        "title": "A deck file of citedeck",
        **_mapping(keys.DECK),
        **with_default,
        "$defs": {
            **_basics(sources),
            "silence": _reasons(SILENCEABLE),
            "pack": {"enum": [pack.name for pack in known]},
            "html": {"anyOf": [{"$ref": "#/$defs/text"}, _HTML]},
            "questions": {"type": "array", "items": {"$ref": "#/$defs/question"}},
            "question": _question(known),
            "picked": _picked(known),
            "retired": _mapping(keys.RETIRED),
            "citation": {**_mapping(keys.CITATION), "anyOf": [{"required": [key]} for key in ("source", "quote", "at")]},
            "cite": _one_or_more({"anyOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/citation"}]}),
            "own": _one_or_more({"type": "object", "required": ["source"]}),
        },
    }


def source_schema() -> Schema:
    """Return the schema of sources' metadata: variables of CSL, and what citedeck itself has to know."""
    variables: Schema = {
        **{key: {"$ref": "#/$defs/date"} for key in sorted(DATES)},
        **{key: {"type": "array", "items": {"$ref": "#/$defs/name"}} for key in sorted(NAMES)},
        **{key: {"$ref": "#/$defs/text"} for key in sorted(TEXTS)},
    }
    described = {
        key: {"description": _CSL.get(key, f"The variable '{key}' of CSL, as reference managers export it."), **value} for key, value in variables.items()
    }
    return {
        "$schema": DIALECT,
        "title": "The metadata of a source of citedeck",
        "type": "object",
        "properties": {
            "type": {"description": "What kind of work it is, in CSL's words.", "enum": sorted(TYPES)},
            **described,
            "citedeck": {"description": "What citedeck itself has to know.", **_mapping(keys.SOURCE)},
        },
        "required": ["type", "title"],
        "additionalProperties": False,
        "$defs": {
            **_basics(()),
            "silence": _reasons(rules.CODES),
            "date": _text(rf"^\s*{_DATE}(/{_DATE})?\s*$", "write it as 2024, 2024-03 or 2024-03-15"),
            "name": {**_mapping(keys.NAME), "anyOf": [{"required": ["family"]}, {"required": ["literal"]}]},
            "wording": {"enum": list(WORDINGS)},
            "link": _text(r"^(?=\s*\S)([^{}]|\{(s|hms|page|fragment)\})*$"),
            "share": {"enum": ["true", "false", True, False]},
            "original": _mapping(keys.ORIGINAL),
            "sha256": _text(r"^\s*[0-9a-f]{64}\s*$"),
            "places": _text(_PLACES, "write it as p. 12, p. 3-5, 24:44, 24:44-26:10, § Heading or para. 7"),
            "skip": {"type": "array", "items": {"$ref": "#/$defs/skipped"}},
            "skipped": {**_mapping(keys.SKIP), "oneOf": [{"required": ["at"]}, {"required": ["quote"]}]},
        },
    }


def as_json(schema: Schema) -> str:
    """Return a schema as text."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _basics(sources: Collection[str]) -> Schema:
    """Return the definitions of what keys take, by the names that the tables of keys use."""
    return {
        "text": _text(_FILLED, "write a value, or remove the key"),
        "texts": _one_or_more({"$ref": "#/$defs/text"}),
        "id": _text(_IDENTIFIER, keys.IDENTIFIER_HINT),
        "deck": _text(_DECK, "names joined by '::', each with words in it, no double quotes, no colons at an end"),
        "language": _text(_LANGUAGE, "use BCP 47: en, de-CH, zh-Hant …"),
        "source": {"enum": sorted(sources)} if sources else _text(_FILLED),
        "tags": _one_or_more(_text(_TAG, "write words-like-this, without blanks or double quotes")),
        "guid": _text(rf"^\s*{GUID.pattern}\s*$"),
        "at": _text(_AT, "write it as p. 12, 24:44, § Heading > Subheading or para. 7"),
        "stance": {"enum": list(STANCES)},
    }


def _question(packs: list[Pack]) -> Schema:
    """Return the schema of a question: the keys of all packs, of which those of the pack that it names are its own."""
    own = {key: _pack_key(key, packs) for pack in packs for key in pack.keys}
    common = _mapping(keys.QUESTION)
    named = [{"if": _names(pack), "then": _of_pack(pack)} for pack in packs]
    return {**common, "properties": {**common["properties"], **own}, "allOf": named}


def _picked(packs: list[Pack]) -> Schema:
    """Return what holds of a question in a file that names no pack: it names one itself, or one of its keys picks one and settles the rest."""
    picks = [pack for pack in packs if pack.picked_by]
    unnamed = {"not": {"required": ["pack"]}}
    return {
        "if": unnamed,
        "then": {
            "oneOf": [{"required": [pack.picked_by], "title": pack.note_type.title} for pack in picks],
            "allOf": [{"if": {"required": [pack.picked_by]}, "then": _of_pack(pack)} for pack in picks],
        },
    }


def _in_file_of(pack: Pack) -> Schema:
    """Return what holds of a file that names a pack: its questions that name none are of that pack."""
    questions = {"if": {"not": {"required": ["pack"]}}, "then": _of_pack(pack)}
    return {"if": _names(pack), "then": {"properties": {"questions": {"items": questions}}}}


def _names(pack: Pack) -> Schema:
    return {"required": ["pack"], "properties": {"pack": {"const": pack.name}}}


def _of_pack(pack: Pack) -> Schema:
    """Return what holds of a pack's questions."""
    needed = sorted(pack.keys.keys() - pack.optional)
    return {**({"required": needed} if needed else {}), "propertyNames": {"enum": [*keys.QUESTION, *pack.keys]}}


def _pack_key(key: str, packs: list[Pack]) -> Schema:
    using = [pack for pack in packs if key in pack.keys]
    meaning = keys.PACK_KEYS.get(key) or f"A key of the pack '{using[0].note_type.title}'."
    kinds = {"texts" if pack.keys[key] == "texts" else "html" if pack.fills else "text" for pack in using}
    return {"description": meaning, "$ref": f"#/$defs/{next(kind for kind in ('texts', 'html', 'text') if kind in kinds)}"}


def _mapping(table: keys.Keys) -> Schema:
    """Return the schema of a mapping with the keys of a table."""
    return {
        "type": "object",
        "properties": {name: {"description": key.meaning, "$ref": f"#/$defs/{key.takes}"} for name, key in table.items()},
        "required": [name for name, key in table.items() if key.required],
        "additionalProperties": False,
    }


def _reasons(codes: Iterable[str]) -> Schema:
    return {"type": "object", "propertyNames": {"enum": list(codes)}, "additionalProperties": {"$ref": "#/$defs/text"}}


def _text(pattern: str, told: str = "") -> Schema:
    """Return the schema of a text. Only strings are held against the pattern; editors show what is `told` instead of it."""
    return {"type": _SCALAR, "pattern": pattern, **({"patternErrorMessage": told} if told else {})}


def _unless(key: str, then: Schema) -> Schema:
    """Return what holds of a file's questions unless the file itself says something."""
    return {"if": {"not": {"required": [key]}}, "then": {"properties": {"questions": {"items": then}}}}


def _one_or_more(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}
