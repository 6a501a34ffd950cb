"""A citation names a place and quotes none of the words that stand there.

**Why.** A quote is looked up, and the card shows the source's own words. A bare place proves nothing: nobody sees which sentence was meant, and
when the text changes, no check notices. The card says "not verified" beside it (Wozniak 1999, rule 18: provide sources).

**Bad**

```yaml
- question: Where are the leaves kept?
  answer: In a dry, dark and cool place.
  cite: {at: § Storage}
```

**Good**

```yaml
- question: Where are the leaves kept?
  answer: In a dry, dark and cool place.
  cite: {quote: "Keep the leaves dry, dark and cool", at: § Storage}
```

Left alone are sources whose text is not here, pages without words, as in scans, and questions that show a picture or speak of a figure or a map.
It is silent, too, where another citation of the question was found word for word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from citedeck.diagnostics import Severity
from citedeck.locators import Locator, Page, Paragraph, Section, Time
from citedeck.rules.material import Asked, Material
from citedeck.rules.rule import Finding, rule
from citedeck.texts import SourceText

_FIGURE = re.compile(
    r"!\[|\b(?:fig(?:ure|s?\.)|figures|diagrams?|drawings?|graphs?|illustrations?|images?|maps?|photo(?:graph)?s?|pictures?|plates?|charts?|screenshots?|"
    r"Abb(?:ildung|\.)|Abbildungen|Bild(?:er)?|Fotos?|Karten?|Schaubild|Zeichnung|schémas?|cartes?|dessins?|imagen|mapa|figuras?)",
    re.IGNORECASE,
)
_NEAR = 5
"""Seconds between a moment that an author noted and a timestamp of the text."""


class _Places:
    """The places of a text at which words stand."""

    def __init__(self, text: SourceText) -> None:
        bodies = [passage for passage in text.passages if not passage.heading]
        self.sections = {passage.section for passage in bodies}
        self.numbers = {passage.number for passage in bodies}
        stamps = (seconds for passage in bodies for seconds in (passage.inherited, *(stamp[1] for stamp in passage.stamps)) if seconds is not None)
        self.times = sorted(stamps)
        self.pages = {page.label.casefold() for passage in bodies for _, page in passage.pages}

    def has_words(self, locator: Locator) -> bool:
        """Say whether words stand at a place."""
        match locator:
            case Section():
                return any(locator.found_in(path) for path in self.sections)
            case Paragraph(number):
                return number in self.numbers
            case Page(label):
                return label.casefold() in self.pages
            case Time(seconds):
                at = bisect_left(self.times, seconds - _NEAR)
                return any(time <= seconds + _NEAR for time in islice(self.times, at, at + 1))


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the citations of a place that has words, if no other citation of their question is verified."""
    known: dict[str, _Places] = {}
    worded: dict[tuple[str, Locator], bool] = {}
    for asked in material.asked:
        if any(one.verified for one in asked.found):
            continue
        for one in asked.found:
            text, place = one.source.text, one.locator
            if one.citation.quote or one.citation.at is None or place is None or not text or not text.passages:
                continue
            if (one.source.id, place) not in worded:
                if one.source.id not in known:
                    known[one.source.id] = _Places(text)
                worded[one.source.id, place] = known[one.source.id].has_words(place)
            if worded[one.source.id, place] and not _is_about_a_figure(asked):
                message = f"no words are quoted from {place}, so nothing shows that they give the answer"
                yield Finding(one.citation.at.span, message, "add quote: with the words that give the answer", asked.id)


def _is_about_a_figure(asked: Asked) -> bool:
    remarks = (one.citation.remark.value for one in asked.found if one.citation.remark)
    return any(_FIGURE.search(text) for text in (*(prose.text.value for prose in asked.said), *(prose.text.value for prose in asked.wrong), *remarks))
