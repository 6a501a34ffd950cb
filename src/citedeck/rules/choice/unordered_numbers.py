"""The wrong options are numbers in no order.

**Why.** Numbers in a row show at a glance whether they are equally far apart, overlap, or give the right one away; in a jumble a reviewer misses
it, and where options keep their order, learners search instead of thinking (Haladyna, Downing & Rodriguez 2002, place choices in logical or
numerical order). The built-in pack shuffles options on the card, so the rule is about the file, and does not run unless you select it.

**Bad**

```yaml
- question: How long does green tea steep?
  right: 2 minutes
  wrong: [9 minutes, 1 minute, 5 minutes]
```

**Good**

```yaml
- question: How long does green tea steep?
  right: 2 minutes
  wrong: [1 minute, 5 minutes, 9 minutes]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import measure
from citedeck.rules.rule import Finding, rule

_FEWEST = 3


@rule(Severity.INFO, on=False)
def find(material: Material) -> Iterator[Finding]:
    """Yield choices whose wrong options are all numbers of one unit, neither rising nor falling."""
    for asked in material.asked:
        values = [measure(option.plain) for option in asked.wrong]
        known = [value for value in values if value is not None]
        if len(known) < _FEWEST or len(known) < len(values) or len({unit for _, unit in known}) > 1:
            continue
        order = [number for number, _ in known]
        if order not in (sorted(order), sorted(order, reverse=True)):
            rising = ", ".join(option.plain for _, option in sorted(zip(order, asked.wrong, strict=True), key=lambda pair: pair[0]))
            yield Finding(asked.wrong[0].text.span, "the wrong options are numbers in no order", f"write them as {rising}", asked.id)
