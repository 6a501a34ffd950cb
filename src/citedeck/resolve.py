"""Find every citation in its source. What a card shows as a source's words comes from here, never from the deck file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from citedeck.attest import Attestation, Attestations
from citedeck.diagnostics import Diagnostic, about, error, warning
from citedeck.entry import did_you_mean
from citedeck.locators import Locator, Page, Paragraph, Section, Time
from citedeck.lookup import Lookup, Match
from citedeck.model import Citation, DeckFile, Found, Question, Source
from citedeck.texts import SourceText

# A transcript's timestamp may be a little off the moment that an author noted.
TIME_TOLERANCE = 5


def resolve(
    decks: Iterable[DeckFile], sources: Mapping[str, Source], attested: Mapping[str, Attestation] | None = None, *, require_originals: bool = False
) -> tuple[dict[str, tuple[Found, ...]], list[Diagnostic]]:
    """Return what was found for each question's citations, by question id.

    `attested` are the citations that a release verified, by their digests: they stand for texts that may not be shared and are not here.
    With `require_originals` they do not.
    """
    resolver = _Resolver(sources, Attestations(attested or {}, required=require_originals))
    found = {question.id: resolver.question(question) for deck in decks for question in deck.questions}
    return found, resolver.diagnostics


class _Resolver:
    def __init__(self, sources: Mapping[str, Source], attestations: Attestations) -> None:
        self.sources = sources
        self.diagnostics: list[Diagnostic] = []
        self._attestations = attestations
        self._lookups: dict[str, Lookup] = {}

    def question(self, question: Question) -> tuple[Found, ...]:
        """Find a question's citations."""
        start = len(self.diagnostics)
        found = tuple(one for citation in question.citations or () if (one := self._citation(citation)))
        if question.retired:  # What it cited may be gone: that is often why.
            del self.diagnostics[start:]
            return found
        self._check_stances(question)
        self.diagnostics[start:] = about(question.id, self.diagnostics[start:])
        return found

    def _check_stances(self, question: Question) -> None:
        if question.citations is None:
            hint = "write cite: with words of a source, or silence: {no-citation: why there is none}"
            self.diagnostics.append(error(question.span, "no-citation", f"'{question.id}' cites no source", hint))
        elif question.citations and all(citation.stance == "disputes" for citation in question.citations):
            hint = "cite what it rests on, too; or ask about the claim that is disputed"
            self.diagnostics.append(error(question.span, "only-disputed", f"everything that '{question.id}' cites disputes it", hint))

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
        if source.text is None and not source.share:
            found, diagnostic = self._attestations.stand_in(citation, source)
            self.diagnostics.append(diagnostic)
            return found
        if source.text is None or not source.text.passages:
            self.diagnostics.append(error(citation.quote.span, "no-text", *_why_no_text(source)))
            return None
        return self._quote(citation, source, source.text)

    def _quote(self, citation: Citation, source: Source, text: SourceText) -> Found | None:
        quote = citation.quote.value if citation.quote else ""
        lookup = self._lookups.get(source.id)
        if lookup is None:
            lookup = self._lookups[source.id] = Lookup(text)
        matches = lookup.find(quote)
        if not matches:
            self.diagnostics.append(lookup.explain(citation.span, quote))
            return None
        agreeing = _agreeing(citation.locator, text, matches) if citation.locator else []
        candidates = agreeing or matches
        addresses = {(text.passage(one.start).number, str(text.locate(one.start, one.end))): one for one in reversed(candidates)}
        if len(addresses) > 1:
            elsewhere = f"none of them at {citation.locator}; " if citation.locator and not agreeing else ""
            hint = elsewhere + _choices(text, sorted(addresses.values(), key=lambda one: one.start))
            self.diagnostics.append(error(citation.span, "quote-ambiguous", f"these words stand {len(addresses)} times in '{source.id}'", hint))
            return None
        match = candidates[0]
        locator = text.locate(match.start, match.end)
        if citation.at and citation.locator and not agreeing:
            if isinstance(citation.locator, Page) and not text.pages:
                locator = citation.locator  # The text knows no pages; its author has the print at hand.
            else:
                message, hint = f"the words stand at {locator}, not at {citation.locator}", f"write at: {_quoted(str(locator))}"
                self.diagnostics.append(warning(citation.at.span, "locator-mismatch", message, hint, replacement=str(locator)))
        words = match.words if source.share else " ".join(quote.split())
        fragment = lookup.fragment(match) if text.format.web or "{fragment}" in source.link else ""
        return Found(citation, source, words, locator, text.passage(match.start), (match.start, match.end), fragment)

    def _check_place(self, citation: Citation, text: SourceText | None) -> Locator | None:
        """Return a place that is cited without words, in the source's own spelling; say so if the source's text has no such place."""
        locator = citation.locator
        if text is None or citation.at is None or locator is None:
            return locator
        if isinstance(locator, Page):
            found = text.find_page(locator.label)
            if found or not text.pages:
                return found or locator
        bodies = [passage for passage in text.passages if not passage.heading]
        for passage in bodies:
            if isinstance(locator, Section) and (section := locator.found_in(passage.section)):
                return section
            if isinstance(locator, Time) and passage.inherited is not None and abs(passage.inherited - locator.seconds) <= TIME_TOLERANCE:
                return locator
            if _distance(locator, text, passage.start, passage.end) is not None:
                return locator
        message = f"'{citation.source.value}' has no place {locator}"
        hint = "check it against the source"
        if isinstance(locator, Section):
            headings = {heading for passage in bodies for heading in passage.section}
            hint = did_you_mean(locator.path[-1], headings) if headings else "it has no headings"
        elif isinstance(locator, Page):
            hint = f"its pages run from {text.pages[0].label} to {text.pages[-1].label}"
        self.diagnostics.append(warning(citation.at.span, "locator-mismatch", message, hint))
        return locator


def _why_no_text(source: Source) -> tuple[str, str]:
    if source.text is None:
        return (
            f"the source '{source.id}' has no text to look the quote up in",
            f"add sources/{source.id}.md, or one in another format, or cite the place alone with at:",
        )
    if source.text.pages:
        return f"'{source.id}' is a scan: its pages hold no text", "cite the page alone with at: p. 12, or add the text to the file with an OCR program"
    return f"{source.text.path} holds no text", "write the text into it, or cite the place alone with at:"


def _agreeing(locator: Locator, text: SourceText, matches: list[Match]) -> list[Match]:
    """Return the matches that a locator leads to: the nearest in time, or all in a section or on a page."""
    near = [(distance, match) for match in matches if (distance := _distance(locator, text, match.start, match.end)) is not None]
    nearest = min(distance for distance, _ in near) if near else 0
    return [match for distance, match in near if distance == nearest]


def _distance(locator: Locator, text: SourceText, start: int, end: int) -> int | None:
    """Return how far a place is from where a locator leads, in seconds, or 0; None if the locator does not lead there."""
    passage = text.passage(start)
    match locator:
        case Time(seconds):
            off = passage.time_off(seconds, start, end)
            return off if off is not None and off <= TIME_TOLERANCE else None
        case Section():
            return 0 if locator.found_in(passage.section) else None
        case Paragraph(number):
            return 0 if passage.number == number else None
        case Page(label):
            pages = {page.label.casefold() for page in text.pages_of(start, end)}
            return 0 if label.casefold() in pages else None


def _choices(text: SourceText, matches: list[Match]) -> str:
    """Return the hint that lists where an ambiguous quote stands."""
    addresses = [str(text.locate(one.start, one.end)) for one in matches]
    if len(set(addresses)) < len(addresses):
        addresses = [str(Paragraph(text.passage(one.start).number)) for one in matches]
    named = [address + (f" (line {line})" if (line := text.line(one.start)) else "") for address, one in zip(addresses, matches, strict=True)]
    return f"quote more words, or choose with at: {', '.join(named[:5])}{' …' if len(named) > 5 else ''}"


def _quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text and "\\" not in text else "'" + text.replace("'", "''") + "'"
