"""A telling word of the question stands in the right option, and in no other.

**Why.** Whoever knows nothing takes the option that sounds like the question (NBME, "word repeats"; Haladyna, Downing & Rodriguez 2002: avoid
giving clues to the right answer, among them words that are the same in the stem). The card then trains reading, not memory.

**Bad**

```yaml
- question: In which cellar-like place do tea leaves stay fresh?
  right: A cool cellar
  wrong: [A warm kitchen, A bright window, A damp bathroom]
```

**Good**

```yaml
- question: In which place do tea leaves stay fresh?
  right: A cool cellar
  wrong: [A warm kitchen, A bright window, A damp bathroom]
- question: Does a cellar or a kitchen keep tea leaves fresh?
  right: A cellar
  wrong: [A kitchen, "Both, equally long", Neither]
```

Only longer words count, only those that few questions of the project use, and only if they make up much of a right option. Where a wrong option
repeats words of the question, too, nothing is given away. Where the name of a thing says what it does (`round()` rounds), reword the question, or
silence the rule.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Prose, stem
from citedeck.rules.rule import Finding, rule

_PART = re.compile(r"[^\W\d_]+")
_LETTERS = 5
_PROMPTS = 3
"""A word that more questions use is what the project is about."""
_SHARE = 3
"""One in so many of a right option's words is much."""
_GENERAL = frozenset(stem(word) for word in "answer example following number option people question statement thing".split())


@rule(Severity.INFO, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield right options that share a long and rare word with the question, if no wrong option shares any of its words."""
    prompts = Counter(one for asked in material.asked if asked.prompt for one in asked.prompt.stems)
    for asked in material.asked:
        if asked.prompt is None or len(asked.wrong) < 2:
            continue
        shared = _shared(asked, asked.prompt)
        telling = {one for one in shared if len(one) >= _LETTERS and one.isalpha() and prompts[one] <= _PROMPTS and one not in _GENERAL}
        if telling and all(_SHARE * len(shared & option.stems) >= len(option.stems) for option in asked.right):
            right = asked.right[0]
            word = next((word for word in _PART.findall(right.plain.lower()) if stem(word) in telling), min(telling))
            yield Finding(right.text.span, f"'{word}' stands in the question and in the right option only", "say it in other words in one of them", asked.id)


def _shared(asked: Asked, prompt: Prose) -> frozenset[str]:
    """Return the words that the question shares with each right option; none if it shares any with a wrong one."""
    if any(not prompt.stems.isdisjoint(option.stems) for option in asked.wrong):
        return frozenset()
    return frozenset.intersection(prompt.stems, *(option.stems for option in asked.right))
