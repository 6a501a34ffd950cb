"""What follows from numbers, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citedeck.rules.prose import numbers
from citedeck.rules.reckoning import follows, is_share

QUANTITY = st.integers(2, 10**6).map(str)


@pytest.mark.parametrize(
    ("told", "of", "halving"),
    [
        ("9", "4 and 5", False),
        ("3", "8 and 5", False),
        ("40", "8 and 5", False),
        ("48", "4 litres for 3 days", False),
        ("60", "4 litres, 5 people, 3 days", False),
        ("0.45 g", "15 mg, 30 times", False),
        ("4", "20 and 5", False),
        ("2.67", "8 and 3", False),
        ("40 %", "80 of 200", False),
        ("60 %", "80 of 200", False),
        ("70 %", "30 %", False),
        ("2", "1.6", False),
        ("1.64", "1.642", False),
        ("1600", "1.600 and 1.000", False),
        ("160", "80", True),
        ("40", "80", True),
        ("6.25 %", "8 days", True),
    ],
)
def test_a_number_follows(told: str, of: str, halving: bool) -> None:
    assert follows(next(numbers(told)), [*numbers(of)], halving=halving)


@pytest.mark.parametrize(
    ("told", "of"),
    [
        ("10", "4 and 5"),
        ("1.65", "1.642"),
        ("3", "1.6"),
        ("4", "8 and 3.1"),
        ("70", "30 %"),
        ("71 %", "30 %"),
        ("60 %", "40 and 7"),
        ("160", "80"),
        ("6.25 %", "8 days"),
        ("5", ""),
        ("12", "11 and 1"),
        ("7", "6 and 0"),
    ],
)
def test_a_number_does_not_follow(told: str, of: str) -> None:
    assert not follows(next(numbers(told)), [*numbers(of)], halving=False)


@pytest.mark.parametrize(
    ("part", "whole", "of", "is_one"), [(2, 5, "80 of 200", True), (1, 4, "25 %", True), (3, 5, "80 of 200", False), (1, 0, "25 %", False)]
)
def test_a_share(part: float, whole: float, of: str, is_one: bool) -> None:
    assert is_share(part, whole, [*numbers(of)]) is is_one


@given(QUANTITY, st.lists(QUANTITY, max_size=30).map(" and ".join), st.booleans())
def test_it_finds_an_end_and_raises_nothing(told: str, of: str, halving: bool) -> None:
    follows(next(numbers(f"{told} %")), [*numbers(of)], halving=halving)
    follows(next(numbers(told)), [*numbers(of)], halving=halving)
