"""The question of a choice asks nothing by itself.

**Why.** A stem that breaks off, or has its blank at the beginning, can only be understood with the options, so learners read those first and look
for the one that fits. A whole question can be answered before the options are seen (Haladyna, Downing & Rodriguez 2002: the central idea belongs in
the stem; NBME, "cover the options" rule). The built-in pack shows options on the front: what matters is that one could do without.

**Bad**

```yaml
- question: Green tea
  right: steeps at 80 °C
  wrong: [steeps in milk, grows in Iceland, is never steeped]
- question: ____ are drawn out by a longer steep
  right: Tannins
  wrong: [Sugars, Oils, Salts]
```

**Good**

```yaml
- question: Which substances are drawn out by a longer steep?
  right: Tannins
  wrong: [Sugars, Oils, Salts]
- question: Green tea should steep in water at a temperature of
  right: 80 °C
  wrong: [60 °C, 100 °C, 120 °C]
```

A sentence that only its last words are missing from is left alone, as exams have them. The rule does not run unless you select it: too few decks have
such stems to know how often it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_BLANK_FIRST = re.compile(r"\W*(?:_{2,}|\.{3,}|…)\s*[A-Za-z]")
_ASKS = re.compile(r"\?|\b(?:what|which|who|whom|whose|when|where|why|how|choose|select|pick|name|find|identify|complete|match|calculate)\b", re.IGNORECASE)
_FEW = 4
"""A text of so few words without a verb is a topic."""
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|could|may|might|must|should|will|would|means?)\b"
    r"|_{2,}|=|\b(?:of|by|in|to|at|for|with|from|than|as|an?|the)[ :…._]*$",
    re.IGNORECASE,
)
_LONG = re.compile(rf"{_VERB.pattern}|\b\w{{3,}}(?:ed|es|[^su]s)\b", re.IGNORECASE)
"""In several words, one may be a verb by its ending; a word alone that ends so is mostly a plural."""


@rule(Severity.INFO, on=False, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the prompts of choices that are a topic, or that have their blank at the beginning."""
    for asked in material.asked:
        if asked.prompt is None or not asked.options or "![" in asked.prompt.text.value:
            continue
        plain = asked.prompt.plain
        if _BLANK_FIRST.match(asked.prompt.text.value) and "?" not in plain:
            yield Finding(
                asked.prompt.text.span,
                "the blank comes before anything that is asked",
                "make a question of it that can be answered without the options",
                asked.id,
            )
        elif not _ASKS.search(plain) and len(asked.prompt.words) <= _FEW and not (_LONG if len(asked.prompt.words) > 1 else _VERB).search(plain):
            yield Finding(asked.prompt.text.span, f"'{plain}' asks nothing", "make a question of it that can be answered without the options", asked.id)
