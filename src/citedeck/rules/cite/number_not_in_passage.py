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
of it, fewer decimals. Left alone are figures of a kind that the quotes do not have (months, if they speak of days), bounds ("more than
10"), addresses such as 10.0.0.1, questions that ask for a calculation ("how many in all") or bring a figure of their own to reckon with, and those
with figures in a remark: that is the place for a longer calculation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Number, Prose, numbers, plain, readings
from citedeck.rules.reckoning import follows, is_share
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
_SHARE = re.compile(r"\b(\d+) (?:in|of|out of) (\d+)\b")
_UNIT = re.compile(r"[%‰]|°\s?[CF]?|[^\W\d_]+(?:/[^\W\d_]+)*")
_IN_FULL = {
    "g": "gram", "kg": "kilogram", "mg": "milligram", "m": "metre", "km": "kilometre", "cm": "centimetre", "mm": "millimetre", "l": "litre", "ml": "millilitre",
    "s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "d": "day", "yr": "year", "percent": "%",
    "meter": "metre", "kilometer": "kilometre", "liter": "litre", "milliliter": "millilitre",
}  # fmt: skip
_HALVES = re.compile(r"\b(?:halv\w+|half|doubl\w+|twice)\b", re.IGNORECASE)


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first number of each claim that neither stands in the passages nor follows from them. Numbers in words may count things and are left."""
    for asked in material.asked:
        claims = [claim for claim in asked.claims if any(map(str.isdigit, claim.plain))]
        if not claims or not asked.passages or _is_explained(asked):
            continue
        known = _values(numbers(f"{_known(asked)} {_prompt(asked)}"))
        for claim in claims:
            others = (number for number in _told(claim) if number.value not in known and _is_of_a_kind(number, claim, asked))
            if lost := next((number.typed for number in others if not _is_worked_out(number, claim, asked)), ""):
                yield Finding(claim.text.span, f"the number {lost} stands in none of the cited passages", "check it against the source", asked.id)


def _is_explained(asked: Asked) -> bool:
    """Say whether a question asks for a calculation, brings a figure of its own for one, or a remark shows it."""
    remarks = (one.citation.remark.value for one in asked.found if one.citation.remark)
    if any(map(str.isdigit, "".join(remarks))):
        return True
    own = (number for number in numbers(_prompt(asked)) if number.typed[0].isdigit())
    return bool(_CALCULATES.search(_prompt(asked))) or not _values(own) <= _values(numbers(_known(asked)))


def _told(claim: Prose) -> Iterator[Number]:
    """Yield the numbers that a claim states: but no bound, address or exponent."""
    at = 0
    for number in claim.numbers:
        at = claim.plain.index(number.typed, at)
        stated = number.typed[0].isdigit() and number.value.count(".") < 2
        before = claim.plain[max(at - _LONGEST_BOUND, 0) : at]
        if stated and not _BOUND.search(before) and not _RAISED.search(before):
            yield number
        at += len(number.typed)


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


def _known(asked: Asked) -> str:
    """Return the texts that a figure may come from: the passages, and the titles and years of the sources."""
    named = (f"{one.source.metadata.get('issued', '')[:4]} {one.source.metadata.get('title', '')}" for one in asked.found)
    return " ".join((asked.passages, *named))


def _prompt(asked: Asked) -> str:
    return asked.prompt.plain if asked.prompt else ""


def _values(found: Iterable[Number]) -> set[str]:
    return {value for number in found for value in readings(number)}


def _is_worked_out(number: Number, claim: Prose, asked: Asked) -> bool:
    """Say whether a number follows from those in the quotes and the question, by itself or as a part of a share that does: "2 in 5"."""
    given = [one for text in (*(plain(one.words) for one in asked.found), _prompt(asked)) for one in numbers(text)]
    shares = (match for match in _SHARE.findall(claim.plain) if number.value in match)
    return any(is_share(float(part), float(whole), given) for part, whole in shares) or follows(number, given, halving=bool(_HALVES.search(asked.passages)))
