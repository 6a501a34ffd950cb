"""The quoted words are a question, which asserts nothing.

**Why.** A source says something only where it answers. Beneath a question stands often enough "no", or "nobody knows"; with the question quoted,
the card looks proved and is not (Wozniak 1999, rule 18: provide sources). The words to quote are mostly those of the next sentence.

**Bad**

```yaml
- question: How is green tea best served?
  answer: Plain.
  cite: How should it be served?
```

**Good**

```yaml
- question: How is green tea best served?
  answer: Plain.
  cite: How should it be served? Most tasters serve it plain.
```

It is silent where another quote of the question supports the answer, and where the quoted question is itself the answer or the term: a line of a
poem, a phrase of another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.model import Found
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import words
from citedeck.rules.rule import Finding, rule

# The Greek question mark looks like a semicolon, and is one where somebody typed it so.
_ASKING = "?？؟՞\u037e"
_CLOSING = "\"'”’»)]*_ \u00a0\u202f"
_SENTENCE = re.compile(rf"[^.!。।！{_ASKING}]+[.!。।！{_ASKING}]*")


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the quotes that are nothing but questions, if no other quote supports the answer."""
    for asked in material.asked:
        supporting = [one for one in asked.found if one.words and one.citation.stance == "supports"]
        if supporting and all(_asks(one) for one in supporting) and not _is_about(asked, supporting):
            for one in supporting:
                span = one.citation.quote.span if one.citation.quote else one.citation.span
                yield Finding(span, "the quote is a question and asserts nothing", "quote the words that answer it", asked.id)


def _asks(one: Found) -> bool:
    """Say whether each sentence of a quote is a question. A question mark that was left off counts, if the sentence is there from its start."""
    sentences = [match[0].strip() for match in _SENTENCE.finditer(one.words) if any(map(str.isalnum, match[0]))]
    if not sentences or not all(sentence.rstrip(_CLOSING)[-1] in _ASKING for sentence in sentences[:-1]):
        return False
    if one.words.rstrip(_CLOSING)[-1] in _ASKING:
        return True
    if not one.place or not one.source.text or not one.passage:
        return False
    text, (start, end) = one.source.text.text, one.place
    before, behind = text[one.passage.start : start].rstrip(_CLOSING + "\n"), text[end : one.passage.end].lstrip(_CLOSING)
    return behind[:1] in tuple(_ASKING) and (not before or before[-1] in ".!:。" + _ASKING)


def _is_about(asked: Asked, supporting: list[Found]) -> bool:
    """Say whether a question is about the quoted question itself: an answer, or the term that it defines, asks, or has most words of the quote."""
    quoted = {word for one in supporting for word in words(one.words)}
    texts = [*asked.claims, *asked.texts("term")]
    return any(2 * len(quoted.intersection(text.words)) > len(quoted) or text.plain.rstrip(_CLOSING)[-1:] in tuple(_ASKING) for text in texts)
