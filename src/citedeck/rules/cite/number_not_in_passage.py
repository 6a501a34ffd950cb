"""A number in the answer stands in none of the cited passages.

**Why.** A wrong figure is the costliest mistake on a card: it looks exact, and nobody looks it up again. That a quote stands in the source says
nothing about an answer that has another number beside it (Wozniak 1999, rule 18: sources let a card be checked).

**Bad**

```yaml
- question: How long does green tea steep?
  answer: 3 minutes.
  cite: steep for two minutes in water at 80 °C
```

**Good**

```yaml
- question: How long does green tea steep?
  answer: 2 minutes.
  cite: steep for two minutes in water at 80 °C
- question: How many grams of leaf do five cups take?
  answer: 10 g
  cite: Two grams of leaf make a cup of 150 ml
```

Numbers in words count (`two` is 2), and so do the headings above a passage, the question, remarks, and the source's title and year. What follows from
the quotes and the question by a simple calculation is known as well: a sum, a difference, a product, a quotient, a share in percent, another unit.
Left alone are bounds ("more than 10"), addresses such as 10.0.0.1, questions that ask for a calculation ("how many in all"), and those with figures
in a remark: that is the place for a longer calculation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, permutations

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Number, Prose, numbers, plain
from citedeck.rules.rule import Finding, rule

_BOUND = re.compile(r"(?:\b(?:more than|less than|fewer than|at least|at most|over|under|above|below|up to)|[<>≤≥]) ?[£$€]?$", re.IGNORECASE)
_LONGEST_BOUND = 20
_CALCULATES = re.compile(
    r"\b(?:in all|altogether|(?:in )?total|difference|by how (?:much|many)|how (?:much|many) (?:more|less|fewer)|how many times"
    r"|how far away|ratio|calculate|work out"
    r"|what (?:share|percentage|proportion|fraction)|which (?:share|percentage|proportion|fraction))\b",
    re.IGNORECASE,
)
_HALVES = re.compile(r"\b(?:halv\w+|half|doubl\w+|twice)\b", re.IGNORECASE)
_MOST_OPERANDS = 10
_FACTORS = (10, 12, 24, 60, 100, 365, 1000)
"""How many of one unit another has."""


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first number of each claim that neither stands in the passages nor follows from them. Numbers in words may count things and are left."""
    for asked in material.asked:
        if not asked.passages or _is_explained(asked):
            continue
        known: set[str] | None = None
        for claim in asked.claims:
            if not any(map(str.isdigit, claim.plain)):
                continue
            known = _known(asked) if known is None else known
            if lost := next((number.typed for number in _told(claim) if number.value not in known and not _follows(number, asked)), ""):
                yield Finding(claim.text.span, f"the number {lost} stands in none of the cited passages", "check it against the source", asked.id)


def _is_explained(asked: Asked) -> bool:
    """Say whether a question asks for a calculation, or a remark shows one."""
    remarks = (one.citation.remark.value for one in asked.found if one.citation.remark)
    return bool(asked.prompt and _CALCULATES.search(asked.prompt.plain)) or any(map(str.isdigit, "".join(remarks)))


def _told(claim: Prose) -> Iterator[Number]:
    """Yield the numbers that a claim states: not zero or one, a bound, an address, or the constant of a unit ("per 1.73 m²")."""
    at = 0
    for number in claim.numbers:
        at = claim.plain.index(number.typed, at)
        stated = number.typed[0].isdigit() and number.value not in ("0", "1") and number.value.count(".") < 2
        end = at + len(number.typed)
        if stated and not _BOUND.search(claim.plain[max(at - _LONGEST_BOUND, 0) : at]) and not claim.plain.startswith((" m²", "m²"), end):
            yield number
        at = end


def _known(asked: Asked) -> set[str]:
    """Return the values of the numbers that the passages, the sources' names and the question have. A point may group thousands."""
    named = " ".join(f"{one.source.metadata.get('issued', '')[:4]} {one.source.metadata.get('title', '')}" for one in asked.found)
    return {value for text in (asked.passages, _prompt(asked), named) for number in numbers(text) for value in _readings(number)}


def _prompt(asked: Asked) -> str:
    return asked.prompt.plain if asked.prompt else ""


def _readings(number: Number) -> tuple[str, ...]:
    grouped = number.typed.replace(".", "") if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number.typed) else number.value
    return number.value, grouped


def _follows(number: Number, asked: Asked) -> bool:
    """Say whether a number is what a simple calculation makes of those in the quotes and the question."""
    texts = [*(plain(one.words) for one in asked.found), _prompt(asked)]
    given = {(float(value), one.unit) for text in texts for one in numbers(text) for value in _readings(one) if value.count(".") < 2}
    operands = sorted({value for value, _ in given} - {0, 1})[-_MOST_OPERANDS:]
    wanted = float(number.value)
    other_units = {value for value, unit in given if number.unit and unit and unit.lower() != number.unit.lower()}
    converted = (result for one in other_units for factor in _FACTORS for result in (one * factor, one / factor))
    halved = (result for one in operands for result in (2 * one, one / 2)) if _HALVES.search(asked.passages) else ()
    exact = any(math.isclose(result, wanted) for result in chain(converted, halved, _exact(operands)))
    tolerance = 0.501 * 10.0 ** -len(number.value.partition(".")[2])
    rounded = _shares(operands) if number.unit == "%" else _quotients(operands) if "." in number.value else ()
    return exact or any(abs(result - wanted) <= tolerance for result in rounded)


def _exact(operands: Sequence[float]) -> Iterator[float]:
    """Yield sums, differences and products of two or three numbers; of the latter, also by a thousand, as of units."""
    for one, two in permutations(operands, 2):
        yield from (one + two, one - two, (one - two) / 1000, one * two, one * two / 1000, one * two * two)
    for three in combinations(operands, 3):
        yield from (sum(three), math.prod(three))


def _quotients(operands: Sequence[float]) -> Iterator[float]:
    """Yield how many times one number goes into another."""
    return (one / two for one, two in permutations(operands, 2))


def _shares(operands: Sequence[float]) -> Iterator[float]:
    """Yield what share each number is of each other, in percent, and how much less it is."""
    for one, two in permutations(operands, 2):
        yield from (100 * one / two, 100 * (two - one) / two)
