"""Sources that notes name themselves: in a field for that ("Source", "Reference", "URL"), or as links beside the answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from citedeck.adoption.naming import Names, slug
from citedeck.adoption.yaml_text import written
from citedeck.anki_text import visible

_NAMING = re.compile(r"(sources?|references?|refs?|citations?|urls?|links?|bibliography|literature|quellen?|literatur|fuentes?)[\s_-]*\d*", re.IGNORECASE)
_BESIDE = re.compile(r"(back )?extra|remarks?|notes?|additional.*|comments?|more|further.*|explanation|lecture notes", re.IGNORECASE)
_LINK = re.compile(r"""<a\b[^>]*?\bhref\s*=\s*["']?(https?://[^"'\s>]+)["']?[^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"""https?://[^\s<>"'\])}]+""", re.IGNORECASE)
_PLACE = re.compile(r"[\s,;:(]*\b(?:pp?|pages?|pg|s|seiten?)\b\.?\s*\d+(?:\s*[-–]\s*\d+)?\)?\.?$", re.IGNORECASE)
_MAX_TITLE = 200
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid)=")


@dataclass
class NamedSource:
    """A source as notes name it, and how many do."""

    id: str
    title: str
    address: str = ""
    notes: int = 0


@dataclass
class NamedSources:
    """All sources that notes name, in the order of their first mention."""

    found: dict[str, NamedSource] = field(default_factory=dict)
    """By address, or by title where there is none."""
    _names: Names = field(default_factory=Names)

    def cite(self, fields: Iterable[tuple[str, str]]) -> list[str]:
        """Return the ids of the sources that a note's fields (name, HTML) name."""
        cited: dict[str, NamedSource] = {}
        for name, value in fields:
            if not value:
                continue
            naming, beside = _kind(name)
            if not naming and not (beside and "://" in value):
                continue
            links = _links(value)
            if not links and naming and (title := _title(value)):
                links = [("", title)]
            for address, title in links:
                source = self._source(address, title)
                cited[source.id] = source
        for one in cited.values():
            one.notes += 1
        return list(cited)

    def _source(self, address: str, title: str) -> NamedSource:
        key = address.casefold() or title.casefold()
        if key not in self.found:
            wanted = slug(title) if not address or len(title.split()) > 1 else slug(re.sub(r"^https?://(www\.)?", "", address))
            self.found[key] = NamedSource(self._names.give(wanted or "source"), title, address)
        return self.found[key]


@cache
def _kind(name: str) -> tuple[bool, bool]:
    """Say whether a field is there to name sources, by its name, and whether it is for what is beside the answer."""
    return _NAMING.fullmatch(name.strip()) is not None, _BESIDE.fullmatch(name.strip()) is not None


def source_yaml(source: NamedSource) -> str:
    """Return a source's metadata. What the notes do not say is left to the maintainer."""
    secure = source.address.startswith("https://")
    lines = [f"type: {'webpage' if source.address else 'document'}", f"title: {written(source.title, 0)}"]
    if secure:
        lines.append(f"URL: {written(source.address, 0)}")
    elif source.address:
        lines.append(f"note: {written(source.address, 0)}")
    return "\n".join(lines) + "\n"


def _links(value: str) -> list[tuple[str, str]]:
    """Return the addresses that HTML leads to, each with a title."""
    found = {}
    for address, inner in _LINK.findall(value):
        title = visible(inner)
        found[_clean(address)] = title if title and "://" not in title else ""
    for address in _ADDRESS.findall(_LINK.sub(" ", value)):
        found.setdefault(_clean(address), "")
    return [(address, title[:_MAX_TITLE] or _short(address)) for address, title in found.items()]


def _clean(address: str) -> str:
    """Return an address without its fragment, without what only tracks readers, and without the full stop of its sentence."""
    address, _, query = html.unescape(address).rstrip(".,;:!?").partition("#")[0].partition("?")
    kept = [part for part in query.split("&") if part and not _TRACKING.match(part)]
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}" + ("?" + "&".join(kept) if kept else "")


def _short(address: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", address).rstrip("/")[:_MAX_TITLE]


def _title(value: str) -> str:
    """Return the words of a field that names a source, without the place in it: all chapters of a book are one source."""
    return _PLACE.sub("", visible(value)).strip(" ,;:.-–")[:_MAX_TITLE]


def most_named(sources: Sequence[NamedSource]) -> list[NamedSource]:
    """Return sources that notes name, those that most do first."""
    return sorted(sources, key=lambda source: (-source.notes, source.title))
