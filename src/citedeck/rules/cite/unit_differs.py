"""The answer gives a number of the source with another unit of measure.

**Why.** 0.5 g for 0.5 mg is a thousandfold dose, and nothing about the card looks wrong: the figure is the source's own. Whoever copies a number
looks at its digits. Units that are spelt out equal their signs: `2 min` is `two minutes`.

**Bad**

```yaml
- question: How long does green tea steep?
  answer: 2 hours.
  cite: steep for two minutes in water at 80 °C
```

**Good**

```yaml
- question: How long does green tea steep?
  answer: 2 min.
  cite: steep for two minutes in water at 80 °C
- question: How long do the leaves keep?
  answer: A year (12 months).
  cite: for up to 12 months
```

Compared are units of one kind, such as times with times, of the answer and of the words quoted for it; `0.5 mg` agrees with `0.5 mg/kg`. It is
silent where the passage has the number with the answer's unit as well, or without any; where the question, `extra` or a remark gives it with that
unit; and where some of the cited passages were not looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import numbers, plain, value_of
from citedeck.rules.rule import Finding, rule

_KINDS = {
    "mass": """ng nanogram nanograms/µg mcg microgram micrograms mikrogramm microgramme microgrammes/mg milligram milligrams milligramm milligramme
        milligrammes/g gram grams gramm gramme grammes gramos/kg kilogram kilograms kilo kilos kilogramm kilogramme kilogrammes kilogramos/t tonne
        tonnes tonnen/oz ounce ounces/lb lbs pound pounds""",
    "volume": """µl microlitre microlitres microliter microliters/ml millilitre millilitres milliliter milliliters/cl centilitre centilitres/dl decilitre
        decilitres deciliter deciliters/l litre litres liter liters litro litros/gal gallon gallons/pint pints""",
    "length": """nm nanometre nanometres nanometer nanometers/µm micrometre micrometres micrometer micrometers micron microns/mm millimetre millimetres
        millimeter millimeters millimètres/cm centimetre centimetres centimeter centimeters zentimeter centimètres/m metre metres meter meters mètre
        mètres metros/km kilometre kilometres kilometer kilometers kilomètre kilomètres kilómetros/inch inches/ft foot feet/yard yards/mile miles""",
    "time": """ns nanosecond nanoseconds/µs microsecond microseconds/ms millisecond milliseconds millisekunden/s sec secs second seconds sekunde sekunden
        seconde secondes segundos/min mins minute minutes minuten minutos/h hr hrs hour hours stunde stunden heure heures hora horas/day days tag tage
        tagen jour jours día días/week weeks wk wks woche wochen semaine semaines semanas/month months monat monate monaten mois meses/year years yr
        yrs jahr jahre jahren ans année années años/decade decades jahrzehnt jahrzehnte décennies/century centuries jahrhundert jahrhunderte
        siècle siècles""",
    "share": "% percent pourcent prozent/‰ permille promille/ppm/ppb",
    "warmth": "°C celsius/°F fahrenheit/kelvin kelvins",
    "energy": "J joule joules/kJ kilojoule kilojoules/MJ megajoule megajoules/cal/kcal kilocalorie kilocalories/Wh/kWh/MWh/GWh/TWh",
    "power": "mW milliwatt milliwatts/W watt watts/kW kilowatt kilowatts/MW megawatt megawatts/GW gigawatt gigawatts",
    "voltage": "µV microvolt microvolts/mV millivolt millivolts/V volt volts/kV kilovolt kilovolts",
    "current": "µA/mA milliamp milliamps milliampere milliamperes/A amp amps ampere amperes",
    "frequency": "Hz hertz/kHz kilohertz/MHz megahertz/GHz gigahertz",
    "pressure": "Pa pascal pascals/hPa/kPa kilopascal kilopascals/MPa/mbar millibar millibars/bar bars/mmHg/psi/atm",
    "amount": "nmol nanomole nanomoles/µmol micromole micromoles/mmol millimole millimoles/mol mole moles",
    "concentration": "nM/µM/mM",
    "data": """bit bits/byte bytes/kbit kilobit kilobits/Mbit megabit megabits/Gbit gigabit gigabits/kB KB kilobyte kilobytes/MB megabyte megabytes/GB
        gigabyte gigabytes/TB terabyte terabytes""",
}
"""Units by what they measure. Between slashes stand the spellings of one, its name first."""
_UNITS = {spelling: (kind, group.split()[0]) for kind, groups in _KINDS.items() for group in groups.split("/") for spelling in group.split()}
_NUMBER = re.compile(r"(?<![\w.,/])(?:(?P<digits>\d{1,3}(?:[ ,]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)*)|(?P<word>[A-Za-z]+(?:-[A-Za-z]+)?)(?![\w-]))")
_RANGE = re.compile(r"\s?(?:-|to|and|or|bis|und|oder|à|et|ou)\s?(?:\d+(?:[.,]\d+)*|[a-z]+(?:-[a-z]+)?(?= ))")
_NAME = r"(?:°\s?[CF]|[^\W\d_]+|[%‰])"
# An "s" that is joined to its number makes years of it: "1970s".
_BEHIND = re.compile(rf"(?!s)[\s-]?(?:an?\s)?(?:degrees?\s)?(?P<units>{_NAME}(?:(?:\s?/\s?|\s(?:per|pro|par|an?)\s){_NAME})*)(?![\w²³^])")
_BETWEEN = re.compile(r"\s?/\s?|\s(?:per|pro|par|an?)\s")
_NO_COUNTS = frozenset("once twice thrice double dozen hundred thousand million first second third fourth fifth sixth seventh eighth ninth tenth".split())
"""Words for numbers behind which a unit means something else: "twice a day", "the second week"."""

Units = tuple[tuple[str, str], ...]


class _Measure(NamedTuple):
    value: str
    units: Units
    """Empty if no known unit stands behind the number."""
    typed: str


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the claims that give a number with a unit where the quotes have it with another of the same kind, and the passages have no such unit."""
    for asked in material.asked:
        if not asked.found or len(asked.found) < len(asked.question.citations or ()) or not all(one.place for one in asked.found):
            continue
        for claim in asked.claims:
            given = [one for one in _measures(claim.plain) if one.units and one.value != "1"]
            if given and (pair := _differing(given, asked)):
                message = f"the answer has '{pair[0].typed}' where the source has '{pair[1].typed}'"
                yield Finding(claim.text.span, message, "check the unit against the source", asked.id)


def _differing(given: list[_Measure], asked: Asked) -> tuple[_Measure, _Measure] | None:
    """Return the first of some measures whose unit differs from that in the supporting quotes, and the one there."""
    quotes = [one for found in asked.found if found.citation.stance == "supports" for one in _measures(plain(found.words))]
    for one in given:
        if not (other := next((other for other in quotes if other.value == one.value and _differ(one.units, other.units)), None)):
            continue
        there = [near for near in _measures(asked.passages) if near.value == one.value]
        own = [said for text in _own_words(asked) for said in _measures(text) if said.value == one.value]
        if not any(not near.units or _agree(one.units, near.units) for near in there) and not any(_agree(one.units, said.units) for said in own):
            return one, other
    return None


def _own_words(asked: Asked) -> Iterator[str]:
    """Yield what the author says beside the answer, and may explain it."""
    if asked.prompt:
        yield asked.prompt.plain
    if asked.question.extra:
        yield plain(asked.question.extra.value)
    yield from (plain(one.citation.remark.value) for one in asked.found if one.citation.remark)


def _agree(units: Units, other: Units) -> bool:
    """Say whether two units are one; what is measured per something may leave that out."""
    return bool(units) and bool(other) and all(one == two for one, two in zip(units, other, strict=False))


def _differ(units: Units, other: Units) -> bool:
    """Say whether two units measure the same kind of thing, and are not one."""
    return bool(other) and all(one[0] == two[0] for one, two in zip(units, other, strict=False)) and not _agree(units, other)


def _measures(text: str) -> Iterator[_Measure]:
    """Yield the numbers of a plain text with the units behind them. The first number of a range has the unit of the last."""
    text = text.replace("per cent", "percent").replace("pour cent", "pourcent").replace("μ", "µ")
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if not value:
            continue
        behind = _BEHIND.match(text, match.end())
        units = _units(behind["units"]) if behind else ()
        if not units and (last := _RANGE.match(text, match.end())) and (behind := _BEHIND.match(text, last.end())):
            units = _units(behind["units"])
        yield _Measure(value, units, text[match.start() : behind.end()] if units and behind else match[0])


def _value(match: re.Match[str]) -> str:
    """Return the value of a number in digits or in a word; empty if the word is none."""
    if digits := match["digits"]:
        return value_of(digits.replace(",", ".") if digits.startswith("0,") else digits)
    return "" if match["word"].lower() in _NO_COUNTS else next((number.value for number in numbers(match["word"])), "")


def _units(typed: str) -> Units:
    """Return the known units that a text such as "mg/kg" begins with."""
    found: list[tuple[str, str]] = []
    for name in _BETWEEN.split(typed):
        unit = _unit(name.replace(" ", ""))
        if unit is None:
            break
        found.append(unit)
    return tuple(found)


def _unit(name: str) -> tuple[str, str] | None:
    """Return a unit by one of its spellings. Capitals count in signs, mW is not MW, but a litre may be l or L, and words may begin with one."""
    word = name.lower() if name[1:].islower() and len(name) > 2 else name.replace("L", "l")
    return _UNITS.get(name) or _UNITS.get(word)
