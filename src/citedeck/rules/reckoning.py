"""What an author may have worked out: which numbers follow from others by a simple calculation."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from itertools import chain, combinations, combinations_with_replacement, permutations

from citedeck.rules.prose import Number, readings

_MOST_OPERANDS = 10
"""Numbers that are reckoned with, the largest ones; of more, nearly anything follows."""
_HALVINGS = 10


def follows(number: Number, given: Collection[Number], *, halving: bool) -> bool:
    """Say whether a number follows from a few others: exactly, or rounded to the decimals that it has. With `halving` they may be halved."""
    operands, percents = _values(given)
    wanted, in_percent = float(number.value), number.unit == "%"
    exact = chain(_results(operands), _halves(operands, in_percent=in_percent) if halving else (), (100 - one for one in percents) if in_percent else ())
    if any(math.isclose(result, wanted) for result in exact):
        return True
    decimals = len(number.value.partition(".")[2])
    rounded = _percentages(operands) if in_percent else _ratios(operands) if decimals else ()
    with_more_decimals = (one for one in operands if not one.is_integer())
    return any(abs(result - wanted) <= 0.501 * 10.0**-decimals for result in chain(rounded, with_more_decimals))


def is_share(part: float, whole: float, given: Collection[Number]) -> bool:
    """Say whether "2 of 5" is the share of two numbers, or one that is given in percent."""
    operands, percents = _values(given)
    shares = chain(_ratios(operands), (one / 100 for one in percents))
    return whole > 0 and any(math.isclose(part / whole, share) for share in shares)


def _values(given: Collection[Number]) -> tuple[list[float], set[float]]:
    """Return the values to reckon with, and those that are percentages."""
    values = {(float(value), one.unit) for one in given for value in readings(one) if value.count(".") < 2}
    operands = sorted({value for value, _ in values} - {0, 1})
    return operands[-_MOST_OPERANDS:], {value for value, unit in values if unit == "%"}


def _results(operands: Collection[float]) -> Iterator[float]:
    """Yield sums, differences and quotients of two numbers, and products of two or three, whose thousandth is that in a larger unit."""
    for one, two in permutations(operands, 2):
        yield from (one + two, one - two, one / two)
    for factors in chain(combinations(operands, 2), combinations_with_replacement(operands, 3)):
        yield from (math.prod(factors), math.prod(factors) / 1000)


def _halves(operands: Collection[float], *, in_percent: bool) -> Iterator[float]:
    """Yield the double and the half of each number; in percent, what is left when all is halved again and again."""
    yield from (result for one in operands for result in (2 * one, one / 2))
    if in_percent:
        yield from (100 / 2**times for times in range(1, _HALVINGS + 1))


def _ratios(operands: Collection[float]) -> Iterator[float]:
    """Yield how many times each number goes into each other."""
    return (one / two for one, two in permutations(operands, 2))


def _percentages(operands: Collection[float]) -> Iterator[float]:
    """Yield how many percent each number is of each other, and how much less it is."""
    for ratio in _ratios(operands):
        yield from (100 * ratio, 100 * (1 - ratio))
