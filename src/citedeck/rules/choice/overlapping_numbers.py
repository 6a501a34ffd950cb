"""Two numeric options of a choice overlap.

**Why.** Of two ranges that overlap, one may be right where the other is, too, and whoever sees that one contains the other knows more than was asked
(NBME, numeric data not stated consistently; Haladyna, Downing & Rodriguez 2002: keep choices independent, they should not overlap).

**Bad**

```yaml
- question: How long may green tea steep?
  right: 1-3 minutes
  wrong: [2-5 minutes, 6-8 minutes, 9-12 minutes]
```

**Good**

```yaml
- question: How long may green tea steep?
  right: 1-3 minutes
  wrong: [4-5 minutes, 6-8 minutes, 9-12 minutes]
```

Ranges may touch: 10-20 and 20-30 are left alone. So are numbers of different units, questions that ask for a range, of which only one is right,
and bounds on the same side ("up to 5" and "up to 9").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import Prose, value_of
from citedeck.rules.rule import Finding, rule

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_UNIT = r"(?:\s?(?P<unit>\D{0,20}?))"
_RANGE = re.compile(
    rf"(?:from |about |(?P<between>between ))?(?P<low>{_DIGITS})\s?(?:%|°C)?\s?(?:-|to|(?(between)and|to))\s?(?P<high>{_DIGITS}){_UNIT}\.?", re.IGNORECASE
)
_OVER = re.compile(rf"(?:more than|over|above|at least|>|>=|≥) ?(?P<low>{_DIGITS}){_UNIT}\.?", re.IGNORECASE)
_UNDER = re.compile(rf"(?:less than|fewer than|under|below|at most|up to|<|<=|≤) ?(?P<high>{_DIGITS}){_UNIT}\.?", re.IGNORECASE)
_ASKS_RANGE = re.compile(r"\b(?:which|what) (?:\w+ ){0,3}?(?:range|interval|span)\b|\binterval\b", re.IGNORECASE)
_MOST = 12
"""Options that are compared with each other."""


class _Range(NamedTuple):
    low: Decimal
    high: Decimal
    unit: str
    option: Prose


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first pair of options of which one range reaches into the other, for each choice."""
    for asked in material.asked:
        if asked.prompt and _ASKS_RANGE.search(asked.prompt.plain):
            continue
        ranges = [found for option in asked.options[:_MOST] if (found := _read(option))]
        for one, other in combinations(ranges, 2):
            if one.unit == other.unit and not _are_bounds(one, other) and one.low < other.high and other.low < one.high:
                message = f"'{other.option.plain}' overlaps with '{one.option.plain}'"
                yield Finding(other.option.text.span, message, "let ranges begin where the one before ends", asked.id)
                break


def _are_bounds(one: _Range, other: _Range) -> bool:
    """Say whether both are open at the same end. "Up to 5" among "up to 3" and "up to 9" asks for the bound."""
    return one.low == other.low == Decimal("-Infinity") or one.high == other.high == Decimal("Infinity")


def _read(option: Prose) -> _Range | None:
    """Return the range that an option is; None if it is none."""
    match = _RANGE.fullmatch(option.plain) or _OVER.fullmatch(option.plain) or _UNDER.fullmatch(option.plain)
    if not match:
        return None
    ends = match.groupdict()
    low = Decimal(value_of(ends["low"])) if ends.get("low") else Decimal("-Infinity")
    high = Decimal(value_of(ends["high"])) if ends.get("high") else Decimal("Infinity")
    return _Range(low, high, match["unit"].strip(" .").lower().removesuffix("s"), option) if low < high else None
