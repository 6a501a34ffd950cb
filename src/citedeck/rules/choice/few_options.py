"""The choice has so few options that guessing pays.

**Why.** Of two options every second guess is right, and the schedule takes luck for knowledge. Three good options are enough; a fourth rarely
deceives anybody (Haladyna, Downing & Rodriguez 2002: write as many plausible wrong options as you can). If there is no third possibility, a plain
question with an answer asks for more than a choice.

**Bad**

```yaml
- question: What does water above 80 °C do to green tea leaves?
  right: It scalds them
  wrong: It ferments them
```

**Good**

```yaml
- question: What does water above 80 °C do to green tea leaves?
  right: It scalds them
  wrong: [It ferments them, It bleaches them]
- question: Is green tea steeped cooler or hotter than black tea?
  right: Cooler
  wrong: Hotter
```

`fewest-options` in the settings says how many are enough. Where the question itself names all its options, nothing is said: more would not fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.rule import Finding, rule

_VERDICTS = frozenset("true false yes no".split())


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield choices with fewer options than the limit, unless the question names them all."""
    fewest = material.limits.fewest_options
    for asked in material.asked:
        count = len(asked.options)
        if 0 < count < fewest and not _names_all(asked):
            message = f"the choice has {count} options; one guess in {count} is right"
            yield Finding(asked.wrong[-1].text.span, message, "add wrong options that somebody might believe, or ask without options", asked.id)


def _names_all(asked: Asked) -> bool:
    """Say whether the words of each option stand in the question. That it says "true or false?" does not count."""
    named = frozenset(asked.prompt.words if asked.prompt else ()) - _VERDICTS
    return all(option.words and named.issuperset(option.words) for option in asked.options)
