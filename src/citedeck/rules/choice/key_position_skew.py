"""In most choices of a deck the right option stands out in the same way.

**Why.** No single choice gives anything away, but all of them together do: the right number is always the one in the middle, or the right option
nearly always the longest. Learners notice after a few cards, and go by it (NBME, "long correct answer"; Haladyna, Downing & Rodriguez 2002: vary
the place of the right answer, keep options about equal in length). As the built-in pack shuffles options, what counts is not the place in the
file but the size of a number and the length of a text.

**Bad**

```yaml
- question: How many minutes does green tea steep?
  right: 2 minutes
  wrong: [3 minutes, 5 minutes, 8 minutes]
- question: At which temperature does it steep?
  right: 80 °C
  wrong: [85 °C, 90 °C, 100 °C]
- question: How much leaf makes a cup?
  right: 2 g
  wrong: [4 g, 6 g, 8 g]
- question: How large is a cup?
  right: 150 ml
  wrong: [200 ml, 250 ml, 300 ml]
- question: For how many months do leaves keep?
  right: 12 months
  wrong: [18 months, 24 months, 36 months]
```

**Good**

```yaml
- question: How many minutes does green tea steep?
  right: 2 minutes
  wrong: [1 minute, 5 minutes, 8 minutes]
- question: At which temperature does it steep?
  right: 80 °C
  wrong: [60 °C, 70 °C, 75 °C]
- question: How much leaf makes a cup?
  right: 2 g
  wrong: [4 g, 6 g, 8 g]
- question: How large is a cup?
  right: 150 ml
  wrong: [100 ml, 125 ml, 200 ml]
- question: For how many months do leaves keep?
  right: 12 months
  wrong: [3 months, 6 months, 24 months]
```

The rule speaks once a deck, and only if chance would do this less than once in a hundred decks. `skewed-choices` in the settings says from how many
choices on it looks. A choice that `longest-key` is about does not count. It does not run unless you select it: too few decks are so skewed to know
how often it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from citedeck.diagnostics import Severity
from citedeck.rules.limits import Limits
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import measure
from citedeck.rules.rule import Finding, rule

_CHANCE = 0.01 / 4
"""How seldom chance does it; four ways of standing out are looked at."""
_COMPARED = 200
"""Choices of one deck that are compared; more of them tell no more."""
_SEEN = 1.1
"""How many times longer an option has to be for its length to be seen."""
_OPAQUE = re.compile(r"</?[A-Za-z]|\$|!\[")


@rule(Severity.INFO, on=False)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first choice of each deck whose right numbers, or right options, stand out too often to be chance."""
    for name, asked in material.by_deck.items():
        choices = [one for one in asked if one.wrong and len(one.right) == 1][:_COMPARED]
        yield from islice(chain(_by_size(name, choices, material.limits), _by_length(name, choices, material.limits)), 1)


def _by_size(name: str, choices: Sequence[Asked], limits: Limits) -> Iterator[Finding]:
    """Yield the choices of numbers whose right one is too often the smallest, the largest or in the middle."""
    numeric = [(one, place) for one in choices if (place := _place(one))]
    for end in ("smallest", "largest", "middle"):
        chances = [1 / len(one.options) for one, _ in numeric if end != "middle" or len(one.options) > 2]
        hits = [one for one, place in numeric if end in place]
        if len(chances) >= limits.skewed_choices and _tail(chances, len(hits)) < _CHANCE:
            where = "in the middle" if end == "middle" else f"the {end}"
            message = f"in {len(hits)} of the {len(chances)} choices of numbers in '{name}' the right one is {where}"
            yield Finding(hits[0].right[0].text.span, message, "let wrong numbers lie on both sides of the right one, as chance has it", hits[0].id)


def _by_length(name: str, choices: Sequence[Asked], limits: Limits) -> Iterator[Finding]:
    """Yield the first of the choices of texts if the right one is too often the longest."""
    texts = [one for one in choices if not _place(one) and not any(_OPAQUE.search(option.text.value) for option in one.options)]
    longest = [one for one in texts if _is_longest(one, limits.key_longer_percent)]
    if len(texts) >= limits.skewed_choices and _tail([1 / len(one.options) for one in texts], len(longest)) < _CHANCE:
        message = f"in {len(longest)} of the {len(texts)} choices of texts in '{name}' the right option is the longest"
        yield Finding(longest[0].right[0].text.span, message, "lengthen wrong options, or shorten right ones", longest[0].id)


def _place(asked: Asked) -> str:
    """Return where the right one of some numbers lies by size: "smallest", "largest", "middle"; "inside" between these; empty if it is no such choice."""
    values = [measure(option.plain) for option in asked.options]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len(known) < 2 or len({unit for _, unit in known}) > 1:
        return ""
    numbers = [number for number, _ in known]
    below = sum(number < numbers[0] for number in numbers)
    if below in (0, len(numbers) - 1):
        return "largest" if below else "smallest"
    return "middle" if len(numbers) % 2 and below == len(numbers) // 2 else "inside"


def _is_longest(asked: Asked, most: int) -> bool:
    """Say whether the right option is visibly the longest, and not by so much that the single choice gives it away."""
    here, there = len(asked.right[0].plain), max(len(option.plain) for option in asked.wrong)
    return here > _SEEN * there and 100 * (here - there) <= most * there


def _tail(chances: Sequence[float], count: int) -> float:
    """Return the chance that `count` or more of some independent events happen."""
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[hits] if hits < len(exactly) else 0) * (1 - chance) + (exactly[hits - 1] if hits else 0) * chance for hits in range(len(exactly) + 1)
        ]
    return sum(exactly[count:])
