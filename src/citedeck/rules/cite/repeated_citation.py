"""A question cites the same words twice.

**Why.** Two citations look like two pieces of evidence. If both are the same words of the same source, or one stands within the other, there is
only one, and the back of the card is longer for nothing (Wozniak 1999, rule 18: sources are there to lead somewhere). Most often the second one
was meant for another place.

**Bad**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
  cite:
    - Green tea should steep for two minutes
    - should steep for two minutes
```

**Good**

```yaml
- question: How is green tea brewed?
  answer: Two grams of leaf, two minutes.
  cite:
    - steep for two minutes in water at 80 °C
    - Two grams of leaf make a cup of 150 ml
```

Quotes that merely overlap are left alone, and so are two that bear on the answer in different ways, or that both have a remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citedeck.diagnostics import Severity
from citedeck.model import Found
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_MANY = 50
"""Citations of one question from which on only neighbours are compared."""


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the citations whose words a citation before them has, or whose words have those of one before them."""
    for asked in material.asked:
        for number, one in enumerate(asked.found):
            if one.words and (first := _same(one, asked.found[max(number - _MANY, 0) : number])):
                again = "cited once already" if _within(one, first) else "cited already, in part"
                hint = "keep the longer quote" if one.words != first.words else "leave one of them out"
                yield Finding(one.citation.span, f"these words are {again}: '{_excerpt(first.words)}'", hint, asked.id)


def _same(one: Found, before: Sequence[Found]) -> Found | None:
    """Return the first of the citations before one that shows the same words to the same end."""
    return next((first for first in before if _alike(one, first) and (_within(one, first) or _within(first, one))), None)


def _alike(one: Found, other: Found) -> bool:
    remarked = one.citation.remark is not None and other.citation.remark is not None
    return one.source.id == other.source.id and one.citation.stance == other.citation.stance and bool(other.words) and not remarked


def _within(inner: Found, outer: Found) -> bool:
    """Say whether the words of one citation stand within another's: by their place, or letter by letter if nobody looked them up."""
    if inner.place and outer.place and "…" not in outer.words:  # An ellipsis may leave out the very words.
        return outer.place[0] <= inner.place[0] and inner.place[1] <= outer.place[1]
    return inner.words in outer.words


def _excerpt(words: str) -> str:
    return words if len(words) <= 60 else words[:59].rpartition(" ")[0] + " …"
