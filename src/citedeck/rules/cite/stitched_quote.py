"""A quote joins pieces of different sentences, or leaves out far more than it shows.

**Why.** Joined pieces read as one sentence that nobody wrote. Even if each piece is true to the letter, what stood between them may have turned
the sense, and readers cannot see it: the quote looks like proof and is the author's own reading. Two quotes under `cite` show the same words, and
show that they stand apart.

**Bad**

```yaml
- question: How does the leaf react to water at 80 °C?
  answer: It is scalded.
  cite: Green tea should steep for two minutes in water at 80 °C. … scalds the leaf
```

**Good**

```yaml
- question: Which water is too hot for the leaf?
  answer: Water above 80 °C, which scalds it.
  cite:
    - Green tea should steep … in water at 80 °C.
    - Hotter water scalds the leaf
```

An ellipsis within a sentence is fine, and so is one that goes on with the beginning of another sentence, where everybody sees the seam.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from citedeck.diagnostics import Severity
from citedeck.model import Found
from citedeck.rules.material import Material
from citedeck.rules.prose import words
from citedeck.rules.rule import Finding, rule

_ELLIPSIS = " … "
_TIMES = 2
"""How many times the words that it shows a quote may leave out."""
# A point behind a short word may end an abbreviation.
_END = re.compile(r"(?:(?!(?:approx|Capt|Dept|Hrsg|Prof|Univ)\b)\b[^\W_]{4,}|\d(?:\s?°?[^\W\d_]{1,4})?|[)\]%])[\"'”’»)\]]*[.!?。！？][\"'”’»)\]]*(?=\s|$)")
_TAIL = 30
"""Characters at the end of a piece that are enough to see whether its sentence ends there."""


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield the quotes whose pieces are cut out of different sentences, or stand far apart."""
    for asked in material.asked:
        for one in asked.found:
            if one.citation.quote is None or _ELLIPSIS not in one.words or not (gaps := _gaps(one)):
                continue
            span = one.citation.quote.span
            shown, left_out = len(words(one.words)), sum(len(words(gap)) for _, gap, _ in gaps)
            if left_out > _TIMES * shown:
                yield Finding(span, f"the quote shows {shown} words and leaves out {left_out} between them", "make two quotes of it", asked.id)
            elif torn := next((behind for before, gap, behind in gaps if _is_torn(before, gap)), ""):
                message = f"'{' '.join(torn.split()[:4])}' behind the ellipsis belongs to another sentence"
                yield Finding(span, message, "make two quotes of it, or quote what stands between, too", asked.id)


def _gaps(one: Found) -> list[tuple[str, str, str]]:
    """Return the pieces of a quote by pairs, with the source's words between them; nothing if a piece is not found as it stands."""
    if not one.place or not one.source.text:
        return []
    text = " ".join(one.source.text.text[slice(*one.place)].split())
    places, at = [], 0
    for piece in one.words.split(_ELLIPSIS):
        piece = " ".join(piece.split())
        start = text.find(piece, at)
        if start < 0:
            return []
        at = start + len(piece)
        places.append((start, at))
    return [(text[first[0] : first[1]], text[first[1] : second[0]], text[second[0] : second[1]]) for first, second in pairwise(places)]


def _is_torn(before: str, gap: str) -> bool:
    """Say whether a sentence ends between two pieces, and the second of them begins within another."""
    left_out = gap.rstrip(" \"'“„«([")
    ends = [match.end() for match in _END.finditer(left_out)]
    return any(map(str.isalnum, gap)) and bool(ends or _END.search(before[-_TAIL:])) and len(left_out) not in ends
