"""Citations as people read them: a short one for the card's first glance, a full one, and the link to the place."""

from __future__ import annotations

import re
from urllib.parse import quote

from citedeck.locators import Locator, Page, Time
from citedeck.model import Source

PLACEHOLDER = re.compile(r"\{(\w*)\}")
"""What stands in a source's link for a part of the locator."""


def is_https(address: str) -> bool:
    """Say whether an address may stand on a card: every client opens https links, and no other kind."""
    return bool(re.fullmatch(r"https://[^\s/\"<>]+\.[^\s\"<>]+", address, re.IGNORECASE))


def short_name(source: Source) -> str:
    """Return the few words that name a source on a card: its short title, else its series, its authors and year, or its publisher."""
    data = source.metadata
    if data.get("title-short"):
        return data["title-short"]
    if data.get("type") in ("broadcast", "motion_picture", "song") and (series := data.get("container-title-short") or data.get("container-title")):
        return f"{series} {data['number']}" if "number" in data else series
    if source.authors:
        year = data.get("issued", "")[:4]
        return f"{_people(source.authors)} {year}".strip()
    return data.get("container-title-short") or data.get("container-title") or data.get("publisher") or data.get("title") or source.id


def short_citation(source: Source, locator: Locator | None) -> str:
    """Return a short citation, such as "Huberman Lab, 46:00"."""
    name = short_name(source)
    return f"{name}, {locator}" if locator else name


def full_citation(source: Source) -> str:
    """Return one reference-list entry, without its address: Authors (date). Title [kind]. Container, volume(issue), pages. Publisher."""
    data = source.metadata
    parts = []
    authors = ", ".join(source.authors_full[:-1]) + " & " + source.authors_full[-1] if len(source.authors_full) > 1 else "".join(source.authors_full)
    date = f"({data['issued'].replace('/', '–')})" if "issued" in data else ""
    if authors or date:
        parts.append(" ".join(part for part in (authors, date) if part))
    kind = data.get("genre") or data.get("medium")
    title = data.get("title", source.id)
    parts.append(f"{title} [{kind}]" if kind else title)
    volume = data.get("volume", "") + (f"({data['issue']})" if "issue" in data else "")
    container = ", ".join(part for part in (data.get("container-title"), volume, data.get("page", "").replace("-", "–")) if part)
    number = f"No. {data['number']}" if "number" in data else ""
    publisher = data.get("publisher", "")
    parts += [part for part in (container, number, publisher if publisher != data.get("container-title") else "") if part]
    return " ".join(part if part.endswith((".", "?", "!")) else part + "." for part in parts)


def link(source: Source, locator: Locator | None, fragment: str = "") -> str:
    """Return the https address of a place in a source, or of the source; empty if there is none.

    `fragment` leads a browser to the words, if the source is a web page.
    """
    values = {"fragment": fragment} if fragment else {}
    if isinstance(locator, Time):
        begin = max(0, locator.seconds - (source.text.format.lead if source.text else 0))
        minutes, seconds = divmod(begin, 60)
        values |= {"s": str(begin), "hms": f"{minutes // 60}h{minutes % 60:02}m{seconds:02}s"}
    elif isinstance(locator, Page):
        values["page"] = str(locator.number) if locator.number else quote(locator.label, safe="")
    if source.link and set(PLACEHOLDER.findall(source.link)) <= values.keys():
        return PLACEHOLDER.sub(lambda match: values[match[1]], source.link)
    address = source.metadata.get("URL", "")
    if is_https(address):
        return address + ("" if "#" in address else "#") + fragment if fragment and not source.link else address
    doi = source.metadata.get("DOI", "").removeprefix("https://doi.org/")
    return f"https://doi.org/{quote(doi, safe='/().;:-_')}" if doi else ""


def _people(names: tuple[str, ...]) -> str:
    if len(names) == 2:
        return f"{names[0]} & {names[1]}"
    return names[0] if len(names) == 1 else f"{names[0]} et al."
