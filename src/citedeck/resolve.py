"""Find every citation in its source. What a card shows as a source's words comes from here, never from the deck file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from citedeck.diagnostics import Diagnostic, error, warning
from citedeck.entry import did_you_mean
from citedeck.locators import Locator, Page, Paragraph, Section, Time
from citedeck.matching import Index
from citedeck.model import Citation, DeckFile, Found, Passage, Question, Source, SourceText

# A transcript's timestamp may be a little off the moment that an author noted.
TIME_TOLERANCE = 5
MAX_NEAREST = 100
"""Missing quotes of one run whose nearest passage is looked for."""
_SHORT = 25
_NEAREST_SCORE, _NEAREST_SCORE_SHORT = 55, 75
_EXCERPT = 90


def resolve(decks: Iterable[DeckFile], sources: Mapping[str, Source]) -> tuple[dict[str, tuple[Found, ...]], list[Diagnostic]]:
    """Return what was found for each question's citations, by question id."""
    resolver = _Resolver(sources)
    found = {question.id: resolver.question(question) for deck in decks for question in deck.questions}
    return found, resolver.diagnostics


class _Resolver:
    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self.diagnostics: list[Diagnostic] = []
        self._indexes: dict[str, Index] = {}
        self._nearest = _Nearest()

    def question(self, question: Question) -> tuple[Found, ...]:
        """Find a question's citations; what it silences is left out, and a silence without need is reported."""
        start = len(self.diagnostics)
        found = tuple(one for citation in question.citations or () if (one := self._citation(citation)))
        if question.citations is None:
            hint = "write cite: with words of a source, or silence: {no-citation: why there is none}"
            self.diagnostics.append(error(question.span, "no-citation", f"'{question.id}' cites no source", hint))
        raised = self.diagnostics[start:]
        self.diagnostics[start:] = [diagnostic for diagnostic in raised if diagnostic.code not in question.silence]
        for code in sorted(question.silence.keys() - {diagnostic.code for diagnostic in raised}):
            self.diagnostics.append(warning(question.silence[code].span, "unused-silence", f"there is no '{code}' here to silence", "remove it"))
        return found

    def _citation(self, citation: Citation) -> Found | None:
        source = self.sources.get(citation.source.value)
        if source is None:
            hint = did_you_mean(citation.source.value, self.sources) if self.sources else "there are no sources yet: write sources/<id>.yaml"
            self.diagnostics.append(error(citation.source.span, "unknown-source", f"there is no source '{citation.source.value}'", hint))
            return None
        if source.broken:
            return None
        if citation.quote is None:
            return Found(citation, source, "", self._check_place(citation, source.text), None)
        if source.text is None:
            hint = f"add sources/{source.id}.md or .txt, or cite the place alone with at:"
            self.diagnostics.append(error(citation.quote.span, "no-text", f"the source '{source.id}' has no text to look the quote up in", hint))
            return None
        return self._quote(citation, source, source.text)

    def _quote(self, citation: Citation, source: Source, text: SourceText) -> Found | None:
        quote = citation.quote.value if citation.quote else ""
        index = self._indexes.setdefault(source.id, Index(text.text))
        _, places = index.find(quote)
        if not places:
            hint = self._nearest.hint(quote, text)
            self.diagnostics.append(error(citation.span, "quote-missing", f"these words do not stand in '{source.id}'", hint))
            return None
        agreeing = _agreeing(citation.locator, text, places) if citation.locator else []
        addresses = {(_passage(text, start).number, str(_locate(text, start, end))): (start, end) for start, end in reversed(agreeing or places)}
        if len(addresses) > 1:
            elsewhere = f"none of them at {citation.locator}; " if citation.locator and not agreeing else ""
            hint = elsewhere + _choices(text, sorted(addresses.values()))
            self.diagnostics.append(error(citation.span, "quote-ambiguous", f"these words stand {len(addresses)} times in '{source.id}'", hint))
            return None
        start, end = (agreeing or places)[0]
        locator = _locate(text, start, end)
        if citation.at and citation.locator and not agreeing:
            hint = f"write at: {_quoted(str(locator))}"
            self.diagnostics.append(warning(citation.at.span, "locator-mismatch", f"the words stand at {locator}, not at {citation.locator}", hint))
        return Found(citation, source, " ".join(text.text[start:end].split()), locator, _passage(text, start))

    def _check_place(self, citation: Citation, text: SourceText | None) -> Locator | None:
        """Return a place that is cited without words, in the source's own spelling; say so if the source's text has no such place."""
        locator = citation.locator
        if text is None or citation.at is None or locator is None or isinstance(locator, Page):
            return locator
        for passage in text.passages:
            if isinstance(locator, Section) and (found := locator.found_in(passage.section)):
                return found
            if isinstance(locator, Time) and passage.inherited is not None and abs(passage.inherited - locator.seconds) <= TIME_TOLERANCE:
                return locator
            if _distance(locator, text, passage.start, passage.end) is not None:
                return locator
        message = f"'{citation.source.value}' has no place {locator}"
        hint = "check it against the source"
        if isinstance(locator, Section):
            headings = {heading for passage in text.passages for heading in passage.section}
            hint = did_you_mean(locator.path[-1], headings) if headings else "it has no headings"
        self.diagnostics.append(warning(citation.at.span, "locator-mismatch", message, hint))
        return locator


def _locate(text: SourceText, start: int, end: int) -> Locator:
    """Return the best address of a place: its time, else its headings, else its number."""
    passage = _passage(text, start)
    time = passage.time(start, end)
    if time is not None:
        return time
    return Section(passage.section) if passage.section else Paragraph(passage.number)


def _agreeing(locator: Locator, text: SourceText, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the places that a locator leads to: the nearest in time, or all in a section."""
    near = [(distance, place) for place in places if (distance := _distance(locator, text, *place)) is not None]
    nearest = min(near)[0] if near else 0
    return [place for distance, place in near if distance == nearest]


def _distance(locator: Locator, text: SourceText, start: int, end: int) -> int | None:
    """Return how far a place is from where a locator leads, in seconds, or 0; None if the locator does not lead there."""
    passage = _passage(text, start)
    match locator:
        case Time(seconds):
            time = passage.time(start, end)
            off = abs(time.seconds - seconds) if time else TIME_TOLERANCE + 1
            return off if off <= TIME_TOLERANCE else None
        case Section():
            return 0 if locator.found_in(passage.section) else None
        case Paragraph(number):
            return 0 if passage.number == number else None
        case Page():
            return None


def _passage(text: SourceText, offset: int) -> Passage:
    passage = text.passage_at(offset)
    assert passage is not None, "a match begins inside a passage: between passages stands white space only"
    return passage


class _Nearest:
    """Finds the passage most like words that do not stand in a source."""

    def __init__(self) -> None:
        self._bodies: dict[str, list[str]] = {}
        self._left = MAX_NEAREST

    def hint(self, quote: str, text: SourceText) -> str:
        """Return the hint that shows the nearest passage. Comparing takes time: past the first mistakes it is left out."""
        from rapidfuzz import fuzz, process  # Slow to import, and needed for mistakes only.

        if not self._left:
            return "copy the words from the source"
        self._left -= 1
        bodies = self._bodies.get(text.path)
        if bodies is None:
            bodies = self._bodies[text.path] = [_body(text, passage).lower() for passage in text.passages]
        # A passage much shorter than the quote is like any part of it, and helps nobody.
        fitting = {number: body for number, body in enumerate(bodies) if 2 * len(body) >= len(quote)}
        cutoff = _NEAREST_SCORE if len(quote) >= _SHORT else _NEAREST_SCORE_SHORT
        best = process.extractOne(quote.lower(), fitting, scorer=fuzz.partial_ratio, score_cutoff=cutoff)
        if best is None:
            return "no passage is like them; copy the words from the source"
        passage = text.passages[best[2]]
        place = fuzz.partial_ratio_alignment(quote.lower(), bodies[best[2]])
        middle = (place.dest_start + place.dest_end) // 2 if place else 0
        line = text.line(min(passage.start + (place.dest_start if place else 0), passage.end - 1))
        excerpt = _excerpt(_body(text, passage), middle, min(max(_EXCERPT, len(quote)), 2 * _EXCERPT))
        return f"nearest, at {_locate(text, passage.start, passage.end)} ({text.path}:{line}): '{excerpt}'"


def _body(text: SourceText, passage: Passage) -> str:
    return " ".join(text.text[passage.start : passage.end].split())


def _excerpt(body: str, middle: int, length: int) -> str:
    """Cut a text to about `length` characters around its middle, at blanks where there are some."""
    if len(body) <= length + 20:
        return body
    start = max(0, min(middle - length // 2, len(body) - length))
    end = start + length
    first = body.find(" ", start, start + 20) + 1 or start
    last = body.rfind(" ", end - 20, end) if end < len(body) else end
    last = last if last > first else end
    return ("… " if start else "") + body[first if start else 0 : last] + (" …" if last < len(body) else "")


def _choices(text: SourceText, places: list[tuple[int, int]]) -> str:
    """Return the hint that lists where an ambiguous quote stands."""
    addresses = [str(_locate(text, start, end)) for start, end in places]
    if len(set(addresses)) < len(addresses):
        addresses = [str(Paragraph(_passage(text, start).number)) for start, _ in places]
    named = [f"{address} (line {text.line(start)})" for address, (start, _) in zip(addresses, places, strict=True)]
    return f"quote more words, or choose with at: {', '.join(named[:5])}{' …' if len(named) > 5 else ''}"


def _quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text and "\\" not in text else "'" + text.replace("'", "''") + "'"
