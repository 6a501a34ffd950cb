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
_NEAREST_SCORE = 55
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
        if citation.quote is None:
            self._check_place(citation, source.text)
            return Found(citation, source, "", citation.locator, None)
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
            self.diagnostics.append(error(citation.span, "quote-missing", f"these words do not stand in '{source.id}'", _nearest(quote, text)))
            return None
        agreeing = [place for place in places if citation.locator and _agrees(citation.locator, text, *place)]
        chosen = agreeing or places
        passages = {passage.number for start, _ in chosen if (passage := text.passage_at(start))}
        if len(passages) > 1:
            self.diagnostics.append(
                error(citation.span, "quote-ambiguous", f"these words stand {len(passages)} times in '{source.id}'", _choices(text, chosen))
            )
            return None
        start, end = chosen[0]
        locator, passage = _locate(text, start, end), text.passage_at(start)
        if citation.at and citation.locator and not agreeing:
            self.diagnostics.append(
                warning(citation.at.span, "locator-mismatch", f"the words stand at {locator}, not at {citation.locator}", f"write at: {_yaml(locator)}")
            )
        return Found(citation, source, " ".join(text.text[start:end].split()), locator, passage)

    def _check_place(self, citation: Citation, text: SourceText | None) -> None:
        """Say so if a place that is cited without words does not exist in the source's text."""
        if text is None or citation.at is None or citation.locator is None or isinstance(citation.locator, Page):
            return
        if not any(_agrees(citation.locator, text, passage.start, passage.end) for passage in text.passages):
            self.diagnostics.append(
                warning(citation.at.span, "locator-mismatch", f"'{citation.source.value}' has no place {citation.locator}", "check it against the source")
            )


def _locate(text: SourceText, start: int, end: int) -> Locator:
    """Return the best address of a place: its time, else its headings, else its number."""
    passage = _passage(text, start)
    time = passage.time(start, end)
    if time is not None:
        return time
    return Section(passage.section) if passage.section else Paragraph(passage.number)


def _agrees(locator: Locator, text: SourceText, start: int, end: int) -> bool:
    passage = _passage(text, start)
    match locator:
        case Time(seconds):
            time = passage.time(start, end)
            return time is not None and abs(time.seconds - seconds) <= TIME_TOLERANCE
        case Section():
            return locator.within(passage.section)
        case Paragraph(number):
            return passage.number == number
        case Page():
            return False


def _passage(text: SourceText, offset: int) -> Passage:
    passage = text.passage_at(offset)
    assert passage is not None, "a match begins inside a passage: between passages stands white space only"
    return passage


def _nearest(quote: str, text: SourceText) -> str:
    """Return the hint that shows the passage most like the quote."""
    from rapidfuzz import fuzz, process, utils  # Slow to import, and needed for mistakes only.

    bodies = [" ".join(text.text[passage.start : passage.end].split()) for passage in text.passages]
    best = process.extractOne(quote, bodies, scorer=fuzz.partial_ratio, processor=utils.default_process, score_cutoff=_NEAREST_SCORE)
    if best is None:
        return "no passage is like them; copy the words from the source"
    body, _, number = best
    place = fuzz.partial_ratio_alignment(quote.lower(), body.lower())
    middle = (place.dest_start + place.dest_end) // 2 if place else 0
    passage = text.passages[number]
    locator = _locate(text, passage.start, passage.end)
    return f"nearest, at {locator} ({text.path}:{text.line(passage.start)}): '{_excerpt(body, middle, max(_EXCERPT, len(quote)))}'"


def _excerpt(body: str, middle: int, length: int) -> str:
    """Cut a text to about `length` characters around its middle, at blanks."""
    if len(body) <= length + 20:
        return body
    start = max(0, min(middle - length // 2, len(body) - length))
    first = body.find(" ", start) + 1 if start else 0
    last = body.rfind(" ", 0, start + length) if start + length < len(body) else len(body)
    return ("… " if first else "") + body[first:last] + (" …" if last < len(body) else "")


def _choices(text: SourceText, places: list[tuple[int, int]]) -> str:
    """Return the hint that lists where an ambiguous quote stands."""
    addresses = [(str(_locate(text, start, end)), text.line(start)) for start, end in places]
    alike = len({address for address, _ in addresses}) < len(addresses)
    named = [
        f"{f'para. {_passage(text, start).number}' if alike else address} (line {line})" for (address, line), (start, _) in zip(addresses, places, strict=True)
    ]
    shown = ", ".join(named[:5]) + (" …" if len(named) > 5 else "")
    return f"quote more words, or choose with at: {shown}"


def _yaml(locator: Locator) -> str:
    return f'"{locator}"' if isinstance(locator, Time | Section) else str(locator)
