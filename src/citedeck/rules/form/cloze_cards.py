"""A cloze text makes more cards than one text bears.

**Why.** Each number of a cloze makes a card, and each card shows what all the others hide. With five and more of them the learner meets one sentence
day after day, knows it by its shape, and fills the gap from the sentence instead of from memory. Short texts of their own are asked for when each of
them needs it (Wozniak 1999, rule 4, the minimum information principle; Matuschak 2020, "focused").

**Bad**

```yaml
- cloze: "{{c1::Green}} tea steeps for {{c2::two}} {{c3::minutes}} in {{c4::water}} at {{c5::80 °C}}."
```

**Good**

```yaml
- cloze: Green tea steeps for {{c1::two minutes}} in water at {{c2::80 °C}}.
- cloze: The leaves are kept {{c1::dry}}, {{c1::dark}}, {{c1::cool}}, {{c1::closed}} and {{c1::away}} from spices.
```

What stands in an order is better asked with `steps`, which shows on each card only what comes before. Words with the same number are one card.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the cloze texts that have more numbers than the limit. Words with one number count once."""
    most = material.limits.cloze_cards
    for asked in material.asked:
        if asked.cloze and len(asked.cloze.numbers) > most:
            message = f"this text makes {len(asked.cloze.numbers)} cards, and each of them shows the answers of the others"
            hint = "hide what matters most, make several texts of it, or, if it is a list in order, a question with steps:"
            yield Finding(asked.cloze.prose.text.span, message, hint, asked.id)
