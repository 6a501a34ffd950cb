"""Many questions quote one short passage.

**Why.** A few lines that bear question after question are usually asked for every detail, or for the same fact in several dresses, and the learner's
time goes there while other passages go without (Wozniak 1999, rule 20: prioritise). Look at them side by side: which would you miss?

**Bad**

```yaml
- {question: How long does green tea steep?, answer: Two minutes., cite: Green tea should steep for two minutes}
- {question: How hot is the water for green tea?, answer: 80 °C., cite: in water at 80 °C}
- {question: Which tea steeps at 80 °C?, answer: Green tea., cite: Green tea should steep}
- {question: What does hotter water do?, answer: It scalds the leaf., cite: Hotter water scalds the leaf}
- {question: Who says so?, answer: Experienced tasters., cite: experienced tasters say}
- {question: What scalds the leaf?, answer: Hotter water., cite: Hotter water scalds the leaf}
- {question: Which tea steeps for two minutes?, answer: Green tea., cite: Green tea should steep for two minutes}
```

**Good**

```yaml
- {question: How long does green tea steep?, answer: Two minutes., cite: Green tea should steep for two minutes}
- {question: How hot is the water for green tea?, answer: 80 °C., cite: in water at 80 °C}
- {question: What does hotter water do?, answer: It scalds the leaf., cite: Hotter water scalds the leaf}
```

Long passages bear more: the rule is silent where a passage has 20 words or more for each question. It speaks once, at the first question too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from citedeck.diagnostics import Severity
from citedeck.model import Found
from citedeck.rules.material import Asked, Material
from citedeck.rules.rule import Finding, rule

_ENOUGH = 20
"""Words of a passage that are enough for a question."""
_SHOWN = 5
"""Words by which a passage is named."""


@dataclass(frozen=True)
class _Quoted:
    """A passage, and the questions that quote it, each with its first quote of it."""

    words: tuple[str, ...]
    by: dict[str, tuple[Asked, Found]] = field(default_factory=dict)


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield, for each passage that too many questions quote, the first of them that is over the limit."""
    most = material.limits.passage_questions
    for (name, _), quoted in _gather(material).items():
        if len(quoted.by) > most and len(quoted.words) < _ENOUGH * len(quoted.by):
            asked, found = list(quoted.by.values())[most]
            passage = " ".join(quoted.words[:_SHOWN]) + (" …" if len(quoted.words) > _SHOWN else "")
            span = found.citation.quote.span if found.citation.quote else asked.span
            message = f"{len(quoted.by)} questions quote the passage '{passage}' of '{name}'"
            yield Finding(span, message, "keep those that matter most, and ask about other passages", asked.id)


def _gather(material: Material) -> dict[tuple[str, int], _Quoted]:
    """Return who quotes each passage, by source and number. A heading is no passage that questions crowd on."""
    quoted: dict[tuple[str, int], _Quoted] = {}
    for asked in material.asked:
        for found in asked.found:
            if found.place is None or found.source.text is None:
                continue
            for passage in found.source.text.find_passages(*found.place):
                if not passage.heading:
                    key = (found.source.id, passage.number)
                    if key not in quoted:
                        quoted[key] = _Quoted(tuple(found.source.text.text[passage.start : passage.end].split()))
                    quoted[key].by.setdefault(asked.id, (asked, found))
    return quoted
