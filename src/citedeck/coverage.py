"""How much of the sources the decks ask about: which passages are quoted, which their authors set aside, and which are left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from citedeck.diagnostics import Diagnostic, warning
from citedeck.entry import did_you_mean
from citedeck.locators import Locator, Page, Paragraph, Range, Section, Time
from citedeck.lookup import Lookup
from citedeck.model import Coverage, Found, Skip, Source
from citedeck.texts import Passage, SourceText


def measure(sources: Mapping[str, Source], citations: Mapping[str, tuple[Found, ...]]) -> tuple[tuple[Coverage, ...], list[Diagnostic]]:
    """Return the coverage of each source that has a text, by id, and say which skips skip nothing. `citations` are those of each question."""
    quoted: dict[str, list[tuple[int, int]]] = {}
    for found in citations.values():
        for one in found:
            if one.place:
                quoted.setdefault(one.source.id, []).append(one.place)
    measured = []
    diagnostics: list[Diagnostic] = []
    for name, source in sorted(sources.items()):
        if source.broken or source.text is None:
            continue
        bodies = tuple(passage for passage in source.text.passages if not passage.heading)
        if not bodies:
            continue
        skipper = _Skipper(source.text, bodies)
        skipped = {passage.number for skip in source.skips for passage in skipper.find(skip)}
        covered = frozenset(passage.number for place in quoted.get(name, ()) for passage in skipper.touched(*place))
        measured.append(Coverage(source.text, bodies, covered, frozenset(skipped - covered)))
        diagnostics += skipper.diagnostics
    return tuple(measured), diagnostics


class _Skipper:
    def __init__(self, text: SourceText, bodies: tuple[Passage, ...]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._text = text
        self._bodies = bodies

    def find(self, skip: Skip) -> list[Passage]:
        """Return the passages that an entry skips; say so if there are none."""
        if skip.quote:
            found = [passage for match in self._lookup.find(skip.quote) for passage in self.touched(match.start, match.end)]
        else:
            found = next((passages for place in skip.places if (passages := self._standing_at(place))), [])
        if not found:
            self.diagnostics.append(self._explain(skip))
        return found

    def touched(self, start: int, end: int) -> list[Passage]:
        """Return the passages that words from `start` to `end` touch, without headings."""
        return [passage for passage in self._text.find_passages(start, end) if not passage.heading]

    def _standing_at(self, place: Locator | Range) -> list[Passage]:
        match place:
            case Section():
                return [passage for passage in self._bodies if place.found_in(passage.section)]
            case Paragraph(number):
                return [passage for passage in self._bodies if passage.number == number]
            case Range(Paragraph(number), Paragraph(last)):
                return [passage for passage in self._bodies if number <= passage.number <= last]
            case Time(seconds):
                return self._in_which_lies(seconds)
            case Range(Time(first), Time(until)):
                return [passage for passage in self._bodies if any(first <= seconds <= until for seconds in _times(passage))]
            case Page(label):
                return self._on(page.number for page in self._text.pages if page.label.casefold() == label.casefold())
            case Range(Page() as begin, Page() as end):
                first_page, last_page = (self._text.find_page(page.label) for page in (begin, end))
                if first_page and last_page and first_page.number and last_page.number:
                    return self._on(range(first_page.number, last_page.number + 1))
        return []

    def _in_which_lies(self, seconds: int) -> list[Passage]:
        """Return the passages that bear a timestamp; if none does, those in which the moment lies: behind the timestamp before, or before the next."""
        times = [(at, passage) for passage in self._bodies for at in _times(passage)]
        if exact := [passage for at, passage in times if at == seconds]:
            return exact
        before = max((at for at, _ in times if at < seconds), default=None)
        after = min((at for at, _ in times if at > seconds), default=None)
        spoken = [passage for at, passage in times if at == before and passage.stamps and passage.stamps[0][0] <= passage.start]
        return spoken or [passage for at, passage in times if at == after and passage.stamps and passage.stamps[0][0] > passage.start]

    def _on(self, numbers: Iterable[int | None]) -> list[Passage]:
        wanted = set(numbers)
        return [passage for passage in self._bodies if any(page.number in wanted for _, page in passage.pages)]

    def _explain(self, skip: Skip) -> Diagnostic:
        if skip.quote:
            if self._lookup.find(skip.quote):
                return warning(skip.span, "unused-skip", "these words stand in a heading only", "skip what is below it with at: § and the heading")
            return warning(skip.span, "unused-skip", f"these words do not stand in '{self._text.id}'", "copy them from the source, or remove the entry")
        (place, *_) = skip.places
        hint = "check it against the source, or remove the entry"
        if isinstance(place, Section):
            headings = {heading for passage in self._bodies for heading in passage.section}
            hint = did_you_mean(place.path[-1], headings) if headings else "it has no headings"
        written = place if not isinstance(place, Range) else f"{place.first}-{place.last}"
        return warning(skip.span, "unused-skip", f"'{self._text.id}' has no passage at {written}", hint)

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self._text)


def _times(passage: Passage) -> list[int]:
    """Return the moments that a passage's words belong to."""
    return [seconds for _, seconds in passage.stamps] or ([] if passage.inherited is None else [passage.inherited])
