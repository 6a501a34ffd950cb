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
the quotes and the question by a simple calculation is known as well: a sum, a difference, a product, a quotient, a share in percent or what is left
of it, another unit, fewer decimals. Left alone are figures of a kind that the quotes do not have (months, if they speak of days), bounds ("more than
10"), addresses such as 10.0.0.1, questions that ask for a calculation ("how many in all") or bring a figure of their own to reckon with, and those
with figures in a remark: that is the place for a longer calculation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, permutations

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Number, Prose, numbers, plain
from citedeck.rules.rule import Finding, rule

_BOUND = re.compile(r"(?:\b(?:more than|less than|fewer than|at least|at most|over|under|above|below|up to)|[<>≤≥]) ?[£$€]?$", re.IGNORECASE)
_LONGEST_BOUND = 20
_RAISED = re.compile(r"[\^_]\{?[+-]?$")
"""What stands before an exponent or an index of TeX."""
_CALCULATES = re.compile(
    r"\b(?:in all|altogether|(?:in )?total|difference|by how (?:much|many)|how (?:much|many) (?:more|less|fewer)|how many times"
    r"|how far away|and back|ratio|calculate|work out"
    r"|what (?:share|percentage|proportion|fraction)|which (?:share|percentage|proportion|fraction))\b",
    re.IGNORECASE,
)
_RATIO = re.compile(r"\b(\d+) (?:in|of|out of) (\d+)\b")
_UNIT = re.compile(r"[%‰]|°\s?[CF]?|[^\W\d_]+(?:/[^\W\d_]+)*")
_IN_FULL = {
    "g": "gram", "kg": "kilogram", "mg": "milligram", "m": "metre", "km": "kilometre", "cm": "centimetre", "mm": "millimetre", "l": "litre", "ml": "millilitre",
    "s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "d": "day", "yr": "year", "percent": "%",
    "meter": "metre", "kilometer": "kilometre", "liter": "litre", "milliliter": "millilitre",
}  # fmt: skip
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
            others = [number for number in _told(claim) if number.value not in known and _is_of_a_kind(number, claim, asked)]
            if lost := next((number.typed for number in others if not _follows(number, claim, asked)), ""):
                yield Finding(claim.text.span, f"the number {lost} stands in none of the cited passages", "check it against the source", asked.id)


def _is_explained(asked: Asked) -> bool:
    """Say whether a question asks for a calculation, brings a figure of its own for one, or a remark shows it."""
    remarks = (one.citation.remark.value for one in asked.found if one.citation.remark)
    if any(map(str.isdigit, "".join(remarks))):
        return True
    own = (number for number in numbers(_prompt(asked)) if number.typed[0].isdigit())
    return bool(_CALCULATES.search(_prompt(asked))) or not _values(own) <= _values(chain(numbers(asked.passages), numbers(_named(asked))))


def _told(claim: Prose) -> Iterator[Number]:
    """Yield the numbers that a claim states: not zero or one, a bound, an address, an exponent, or the constant of a unit ("per 1.73 m²")."""
    at = 0
    for number in claim.numbers:
        at = claim.plain.index(number.typed, at)
        stated = number.typed[0].isdigit() and number.value not in ("0", "1") and number.value.count(".") < 2
        end = at + len(number.typed)
        before = claim.plain[max(at - _LONGEST_BOUND, 0) : at]
        if stated and not _BOUND.search(before) and not _RAISED.search(before) and not claim.plain.startswith((" m²", "m²"), end):
            yield number
        at = end


def _is_of_a_kind(number: Number, claim: Prose, asked: Asked) -> bool:
    """Say whether the quotes have figures of this kind: of the same unit or, without one, of as many digits. Others may come from a calculation."""
    quoted = " ".join(plain(one.words) for one in asked.found) if all(one.words for one in asked.found) else asked.passages
    unit = _unit(number.unit)
    if unit and not claim.plain.rstrip(".").endswith(number.typed):
        return unit in map(_unit, _UNIT.findall(quoted))
    alone = len(claim.words) == 1
    return any(alone or len(one.value) == len(number.value) for one in numbers(quoted) if one.typed[0].isdigit() or alone)


def _unit(typed: str) -> str:
    """Return a unit as a word in the singular."""
    word = typed.lower().replace(" ", "")
    word = word if len(word) < 3 else word.removesuffix("s")
    return _IN_FULL.get(word, word)


def _known(asked: Asked) -> set[str]:
    """Return the values of the numbers that the passages, the sources' names and the question have."""
    return _values(number for text in (asked.passages, _prompt(asked), _named(asked)) for number in numbers(text))


def _named(asked: Asked) -> str:
    return " ".join(f"{one.source.metadata.get('issued', '')[:4]} {one.source.metadata.get('title', '')}" for one in asked.found)


def _values(found: Iterable[Number]) -> set[str]:
    """Return the values of numbers. A point may group thousands."""
    return {value for number in found for value in _readings(number)}


def _prompt(asked: Asked) -> str:
    return asked.prompt.plain if asked.prompt else ""


def _readings(number: Number) -> tuple[str, ...]:
    grouped = number.typed.replace(".", "") if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number.typed) else number.value
    return number.value, grouped


def _follows(number: Number, claim: Prose, asked: Asked) -> bool:
    """Say whether a number is what a simple calculation makes of those in the quotes and the question, or a part of a share that is: "2 in 5"."""
    texts = [*(plain(one.words) for one in asked.found), _prompt(asked)]
    given = {(float(value), one.unit) for text in texts for one in numbers(text) for value in _readings(one) if value.count(".") < 2}
    operands = sorted({value for value, _ in given} - {0, 1})[-_MOST_OPERANDS:]
    wanted = float(number.value)
    other_units = {value for value, unit in given if number.unit and unit and unit.lower() != number.unit.lower()}
    converted = [result for one in other_units for factor in _FACTORS for result in (one * factor, one / factor)]
    parts = [float(one) / float(all_of_them) for one, all_of_them in _RATIO.findall(claim.plain) if number.value in (one, all_of_them) and float(all_of_them)]
    if any(math.isclose(part, share) for part in parts for share in _ratios(given, operands)):
        return True
    left = _left(given, asked.passages) if number.unit == "%" else ()
    if any(math.isclose(result, wanted) for result in chain(converted, left, _exact(operands), _halved(operands, asked.passages))):
        return True
    tolerance = 0.501 * 10.0 ** -len(number.value.partition(".")[2])
    with_point = "." in number.value
    cut = (result for result in chain(operands, converted if with_point else ()) if not result.is_integer())
    rounded = _shares(operands) if number.unit == "%" else _quotients(operands) if with_point else ()
    return any(abs(result - wanted) <= tolerance for result in chain(rounded, cut if wanted > 1 else ()))


def _ratios(given: Iterable[tuple[float, str]], operands: Sequence[float]) -> Iterator[float]:
    """Yield the shares that are given in percent, and those that numbers are of each other."""
    yield from (value / 100 for value, unit in given if unit == "%")
    yield from _quotients(operands)


def _halved(operands: Sequence[float], passages: str) -> Iterator[float]:
    """Yield the double and the half of each number if the passages speak of such."""
    return (result for one in operands for result in (2 * one, one / 2)) if _HALVES.search(passages) else iter(())


def _left(given: Iterable[tuple[float, str]], passages: str) -> Iterator[float]:
    """Yield what is left of all, in percent, when a share is taken away, or half again and again."""
    yield from (100 - value for value, unit in given if unit == "%")
    if _HALVES.search(passages):
        yield from (100 / 2**times for times in range(1, 11))


def _exact(operands: Sequence[float]) -> Iterator[float]:
    """Yield sums, differences, quotients and products of two or three numbers; some also by a thousand, as of units."""
    for one, two in permutations(operands, 2):
        yield from (one + two, one - two, (one - two) / 1000, one * two, one * two / 1000, one * two * two, one / two)
    for three in combinations(operands, 3):
        yield from (sum(three), math.prod(three))


def _quotients(operands: Sequence[float]) -> Iterator[float]:
    """Yield how many times one number goes into another."""
    return (one / two for one, two in permutations(operands, 2))


def _shares(operands: Sequence[float]) -> Iterator[float]:
    """Yield what share each number is of each other, in percent, and how much less it is."""
    for one, two in permutations(operands, 2):
        yield from (100 * one / two, 100 * (two - one) / two)
