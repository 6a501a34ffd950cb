"""A quote is too short to tell readers anything, or too long to be read.

**Why.** A quote is there so that readers can see that the answer holds (Wozniak 1999, rule 18: provide sources). Two words prove only that the
source uses them. A whole paragraph hides the clause that matters, nobody reads it on a card, and at some length copying is no longer quoting.
The limits are `quote-words-least` and `quote-words-most`.

**Bad**

```yaml
- question: At which temperature does green tea steep?
  answer: At 80 °C.
  cite: at 80 °C
```

**Good**

```yaml
- question: At which temperature does green tea steep?
  answer: At 80 °C.
  cite: steep for two minutes in water at 80 °C
- question: Which chapter of the guide is about the cellar?
  answer: Storage.
  cite: Storage
```

A short quote is left alone if it is all that stands there: a heading, an entry of a list or of a table, a line of code, or the words from one mark
of punctuation to the next. In scripts without blanks, two characters count as a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.boundaries import is_unspaced
from citedeck.diagnostics import Severity
from citedeck.model import Found
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_MARKS = frozenset(".,;:!?…—–|/\"'()[]{}«»‹›“”„‘’¡¿،؛؟।、。，；：？！「」『』（）")
_LEAST_ALONE = 2
"""Words between two marks of punctuation that may say something by themselves."""


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield the quotes that have fewer or more words than the limits."""
    least, most = material.limits.quote_words_least, material.limits.quote_words_most
    for asked in material.asked:
        for one in asked.found:
            count = _count(one.words)
            if one.citation.quote is None or not count:
                continue
            span = one.citation.quote.span
            if count > most:
                message = f"the quote has {count} words; {most} are a lot to read on a card"
                yield Finding(span, message, "quote the sentence that the answer rests on", asked.id)
            elif count < least and not _is_whole(one, count):
                counted = "1 word" if count == 1 else f"{count} words"
                message = f"the quote has {counted}; fewer than {least} tell readers little"
                yield Finding(span, message, "quote the clause that gives the answer", asked.id)


def _count(text: str) -> int:
    """Return the number of words. Signs by themselves are none; two characters of a script without blanks are one."""
    if text.isascii() or not (unspaced := sum(map(is_unspaced, text))):
        return sum(any(map(str.isalnum, word)) for word in text.split())
    return -(-unspaced // 2) + _count("".join(" " if is_unspaced(char) else char for char in text))


def _is_whole(one: Found, count: int) -> bool:
    """Say whether a quote is all that stands at its place, or all from one mark of punctuation to the next. What nobody looked up is taken for whole."""
    if not one.place or not one.source.text or not one.passage:
        return True
    text, (start, end) = one.source.text.text, one.place
    before, behind = text[one.passage.start : start], text[end : one.passage.end]
    if before[-1:] in ("", "\n") and behind[:1] in ("", "\n"):
        return True
    opened, closed = before.rstrip()[-1:], behind.lstrip()[:1]
    marked = (not opened or opened in _MARKS) and (not closed or closed in _MARKS or one.words[-1:] in _MARKS)
    return marked and count >= _LEAST_ALONE
