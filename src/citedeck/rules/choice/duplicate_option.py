"""Two options of a choice are the same.

**Why.** If the right option stands among the wrong ones as well, the card cannot be answered; if a wrong one stands twice, everybody sees that it
is wrong. This is an error. Markdown, full stops and the capital that a sentence begins with are set aside.

**Bad**

```yaml
- question: What does hotter water do to the leaf?
  right: It scalds it
  wrong: [It cools it, it scalds it.]
```

**Good**

```yaml
- question: What does hotter water do to the leaf?
  right: It scalds it
  wrong: [It cools it, It dries it]
```

Other capitals count: AA is not Aa, 5 mW is not 5 MW, and a word by itself may be about its capital. Options with code, math, tags or pictures have to
be the same letter for letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import FUNCTION_WORDS, Prose
from citedeck.rules.rule import Finding, rule

_LITERAL = re.compile(r"`|\$|</?[A-Za-z]|!\[")
_INITIAL = re.compile(r"\b([^\W\d_])\.\s*(?=\w)")
_BEFORE_FIGURE = re.compile(r",(?= \d)")
_LEAST_LETTERS = 4
"""Shorter words may be symbols, whose capitals count."""


@rule(Severity.ERROR)
def find(material: Material) -> Iterator[Finding]:
    """Yield each option that an earlier one equals. Signs count: "+5 °C" is not "-5 °C"."""
    for asked in material.asked:
        seen: dict[str, Prose] = {}
        for option in asked.options:
            first = seen.setdefault(_folded(option), option)
            if first is not option:
                line = first.text.span.line
                yield Finding(option.text.span, f"the option '{option.plain}' stands twice", f"the first is on line {line}; write another one", asked.id)


def _folded(option: Prose) -> str:
    """Return an option without what readers do not take for a difference. One of symbols only stays as it is."""
    if _LITERAL.search(option.text.value):
        return " ".join(option.text.value.split())
    text = _INITIAL.sub(r"\1 ", unicodedata.normalize("NFC", option.plain))
    first, *others = (_BEFORE_FIGURE.sub("", text).rstrip(".,;: ") or text).split() or [text]
    return " ".join((_small(first) if others else first, *(word if len(word) < _LEAST_LETTERS else _small(word) for word in others)))


def _small(word: str) -> str:
    """Return a word without the capital that it begins with, if it is more than a symbol."""
    small = word[:1].lower() + word[1:]
    return small if len(word) >= _LEAST_LETTERS or small in FUNCTION_WORDS else word
