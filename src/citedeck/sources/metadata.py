"""A source's YAML file: CSL variables, as reference managers export them, and what citedeck itself has to know."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from citedeck import keys, rules
from citedeck.citing import is_https
from citedeck.diagnostics import Diagnostic, TextFile, error, warning
from citedeck.entry import IDENTIFIER, Entry, Text, did_you_mean
from citedeck.keys import IDENTIFIER_HINT
from citedeck.locators import parse_places
from citedeck.model import WORDINGS, Skip, Source
from citedeck.sources.csl import DATES, NAMES, TEXTS, TYPES
from citedeck.yaml_reader import read_yaml

PLACEHOLDERS = ("{s}", "{hms}", "{page}", "{fragment}")
_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


def load_metadata(file: TextFile) -> tuple[Source, list[Diagnostic]]:
    """Return the source that a metadata file describes, without its text; what is wrong in it is left empty."""
    node, diagnostics = read_yaml(file)
    source_id = PurePosixPath(file.path).stem
    empty = Source(source_id, {}, (), (), "verbatim", "", "", "", None)
    if not IDENTIFIER.fullmatch(source_id):
        diagnostics.append(error(file.whole, "bad-value", f"'{source_id}' cannot be a source's id", IDENTIFIER_HINT))
    if node is None and diagnostics:
        return empty, diagnostics
    entry = Entry.of(file, node, "a source", diagnostics)
    if entry is None:
        return empty, diagnostics
    entry.require("type", "a CSL type: webpage, book, report, article-journal, broadcast, motion_picture …")
    entry.require("title")
    metadata = _variables(entry)
    authors, authors_full = _names(entry, "author")
    for role in sorted(NAMES - {"author"}):
        _, full = _names(entry, role)
        if full:
            metadata[role] = ", ".join(full)
    own = entry.entry("citedeck")
    entry.finish()
    return _settings(own, replace(empty, metadata=metadata, authors=authors, authors_full=authors_full, span=entry.span)), diagnostics


def _variables(entry: Entry) -> dict[str, str]:
    values: dict[str, str] = {}
    for key in (*sorted(TEXTS), *sorted(DATES), "type"):
        text = entry.text(key)
        if text is None:
            continue
        values[key] = text.value
        if key == "type" and text.value not in TYPES:
            entry.bad(text, f"'{text.value}' is no CSL type", did_you_mean(text.value, TYPES))
        elif key in DATES and not _is_date(text.value):
            entry.bad(text, f"'{text.value}' is no date", "write it as 2024, 2024-03 or 2024-03-15, a range with '/'")
        elif key == "URL":
            _check_link(entry, text)
    return values


def _is_date(text: str) -> bool:
    """Say whether a text is a year, a month, a day, or a range of two of them in order."""
    days = []
    for part in text.split("/"):
        match = _DATE.fullmatch(part)
        try:
            days.append(date(*(int(number or 1) for number in match.groups())) if match else None)
        except ValueError:
            return False
    return None not in days and len(days) <= 2 and days == sorted(days, key=str)


def _check_link(entry: Entry, text: Text) -> None:
    if not is_https(text.value):
        entry.sink.append(
            warning(text.span, "link-not-https", "only https links are put on cards", "write an https address; without one the card names the place in words")
        )


def _names(entry: Entry, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names under a key, short and as a reference list prints them."""
    short, full = [], []
    for name in entry.entries(key):
        parts = {part: text.value for part in keys.NAME if (text := name.text(part))}
        if not parts.keys() & {"family", "literal"}:
            name.sink.append(error(name.span, "missing-key", "a name needs 'family' or 'literal'"))
        name.finish(keys.NAME)
        family = " ".join(parts[part] for part in ("non-dropping-particle", "family") if part in parts)
        initials = " ".join(f"{given[0]}." for given in parts.get("given", "").replace("-", " ").split())
        short.append(parts.get("literal") or family)
        full.append(parts.get("literal") or ", ".join(part for part in (family, initials, parts.get("suffix")) if part))
    return tuple(short), tuple(full)


def _settings(entry: Entry | None, source: Source) -> Source:
    """Read the keys under `citedeck:`."""
    if entry is None:
        return source
    wording = entry.choice("wording", WORDINGS, "verbatim")
    link = entry.text("link")
    if link:
        _check_template(entry, link)
    evidence = entry.text("evidence")
    language = entry.language("language")
    elsewhere = entry.text("text")
    original = entry.entry("original")
    if original:
        digest = original.text("sha256")
        if digest and not re.fullmatch(r"[0-9a-f]{64}", digest.value):
            original.bad(digest, "a sha256 has 64 hexadecimal digits, in lower case")
        original.finish(keys.ORIGINAL)
    share = entry.choice("share", ("true", "false"), "true") == "true"
    skips = tuple(skip for item in entry.entries("skip") if (skip := _skip(item)))
    silence = entry.reasons("silence", rules.CODES)
    entry.finish(keys.SOURCE)
    return replace(
        source,
        skips=skips,
        silence=silence,
        share=share,
        elsewhere=elsewhere,
        wording=wording,
        link=link.value if link and is_https(link.value) else "",
        evidence=evidence.value if evidence else "",
        language=language,
    )


def _skip(entry: Entry) -> Skip | None:
    """Read what deserves no question: `at` or `quote`, and the reason."""
    at, quote = entry.text("at"), entry.text("quote")
    entry.require_all(keys.SKIP)
    because = entry.text("because")
    entry.finish(keys.SKIP)
    if not {"at", "quote"} & set(entry.written()):
        entry.sink.append(error(entry.span, "missing-key", "the skip says neither place nor words", "write at: or quote:"))
    elif at and quote:
        entry.sink.append(error(entry.key_span("quote"), "two-kinds", "'at' and 'quote' say two things to skip", "make two entries of it"))
    places = parse_places(at.value) if at else ()
    if at and not places:
        entry.bad(at, f"'{at.value}' is no place in a source", "write it as p. 12, p. 3-5, 24:44, 24:44-26:10, § Heading or para. 7")
    span = at.span if at else quote.span if quote else entry.span
    return Skip(places, quote.value if quote else "", because.value, span) if because and (places or (quote and not at)) else None


def _check_template(entry: Entry, link: Text) -> None:
    _check_link(entry, link)
    for part in re.findall(r"\{[^{}]*\}?|\}", link.value):
        if part not in PLACEHOLDERS:
            entry.bad(link, f"'{part}' is no part of a link", "known: {s} (seconds), {hms} (1h02m03s), {page}, {fragment} (words of a web page)")
