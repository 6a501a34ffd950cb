"""An answer has more words than one memory holds.

**Why.** A learner grades a card as a whole. With a long answer it is never clear which part was known; the rating is a guess, and the schedule
follows the guess. Several short cards are learnt faster than one long one, because each comes back when it alone needs to (Wozniak 1999,
rule 4, the minimum information principle; Matuschak 2020, "focused").

**Bad**

```yaml
- question: How is green tea brewed?
  answer: >-
    The water is brought to the boil and left to cool down to 80 °C, since hotter water scalds the leaf; then two grams of leaf a cup are
    poured over, steeped for two minutes, strained, and the same leaf may be used for a second and a third time, each a minute longer.
```

**Good**

```yaml
- question: At which temperature does green tea steep?
  answer: At 80 °C.
- question: How long does green tea steep the first time?
  answer: Two minutes.
```

What explains the answer, and need not be recalled, belongs in `extra`. A procedure is a question with `steps`.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the answers that have more words than the limit. Each option and each step counts by itself."""
    most = material.limits.answer_words
    for asked in material.asked:
        for answer in asked.answers:
            if len(answer.words) > most:
                message = f"the answer has {len(answer.words)} words; {most} are a lot to recall"
                yield Finding(answer.text.span, message, "make several questions of it, or move what explains it to extra:", asked.id)
