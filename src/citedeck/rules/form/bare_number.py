"""An answer is a number without the unit that the source gives it.

**Why.** 30 milliseconds and 30 seconds are both "30", and a card that leaves out the unit trains the digits without the size. Whoever looks the
number up later has to guess (Matuschak 2020, "precise"; NBME on numbers that are not stated consistently).

**Bad**

```yaml
- question: How much water makes a cup?
  answer: "150"
  cite: Two grams of leaf make a cup of 150 ml.
```

**Good**

```yaml
- question: How much water makes a cup?
  answer: 150 ml
  cite: Two grams of leaf make a cup of 150 ml.
- question: How many millilitres make a cup?
  answer: "150"
  cite: Two grams of leaf make a cup of 150 ml.
- question: In which year did the first guide appear?
  answer: "1998"
  cite: The society's first guide appeared in 1998.
```

Years, ages and counts have no unit, and are left alone. So are numbers whose unit the prompt names, or says how to write ("format: 90%").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import numbers, value_of
from citedeck.rules.rule import Finding, rule

_BARE = re.compile(r"(?:about |around |some |[~≈<>±+-] ?)?(\d{1,3}(?: \d{3})+|\d+(?:[.,]\d+)*)\.?", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_MONEY = re.compile(r"(?P<sign>[$£€¥])\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
_NAMED_UNITS = {
    "%": "per ?cent|%|prozent|pour cent|por ciento|procent|share|proportion", "‰": "per mille|‰|promille", "°C": "degree|°|grad|degr|celsius",
    "°F": "degree|°|fahrenheit", "mg": "milligram", "g": "gram", "kg": "kilo", "µg": "microgram|mikrogram", "μg": "microgram|mikrogram",
    "mcg": "microgram", "ng": "nanogram", "t": "tonne", "m": "met(?:re|er)|mètre|metro", "cm": "centim|zentim", "mm": "millim|milím",
    "µm": "microm|mikrom", "μm": "microm|mikrom", "nm": "nanom", "km": "kilom|quilóm", "ha": "hectare|hektar", "L": "lit(?:re|er)", "l": "lit(?:re|er)",
    "mL": "millilit", "ml": "millilit", "dL": "decilit|dezilit", "dl": "decilit|dezilit", "s": "second|sekund", "ms": "millisec|millisek",
    "µs": "microsec", "ns": "nanosec", "min": "minut", "h": "hour|stunde|heure", "Hz": "hertz", "kHz": "hertz", "MHz": "hertz", "GHz": "hertz",
    "dB": "decibel|dezibel|décibel", "mV": "millivolt", "kV": "volt", "kW": "watt", "MW": "watt", "GW": "watt", "kWh": "watt", "kJ": "joule",
    "kcal": "calor|kalor", "Pa": "pascal", "hPa": "pascal", "kPa": "pascal", "mmHg": "mercury|quecksilber|mercure", "bar": "bar\\b", "mmol": "millimol",
    "mol": "mole", "mM": "millimol", "nmol": "nanomol", "ppm": "parts", "ppb": "parts", "kB": "byte", "KB": "byte", "MB": "byte", "GB": "byte",
    "TB": "byte", "kbit": "bit", "Mbit": "bit", "Gbit": "bit", "mph": "mile", "km/h": "kilom", "m/s": "met(?:re|er)",
}  # fmt: skip
_WORDS = frozenset(
    """percent grams gram kilograms milligrams micrograms tonnes tons metres meters kilometres kilometers centimetres centimeters millimetres millimeters litres
    liters millilitres milliliters miles feet inches yards acres pounds ounces gallons degrees seconds minutes hours days weeks months milliseconds
    hertz decibels
    volts watts bytes bits cents units pascals calories dollars euros Prozent Meter Kilometer Gramm Liter Sekunden Minuten Stunden Tage Wochen Monate
    Grad mètres
    kilomètres millimètres grammes litres secondes heures jours semaines mois degrés""".split()
)
_ASKS_UNIT = re.compile(
    r"\bhow many\b|\bformat\b|\bage\b|\bhow old\b|\b(?:what|which|in what|in which) (?:year|number|port)\b|\bwie viele?\b|\bcombien d|\bhoeveel\b|"
    r"\bcuánt[oa]s\b|\bunits?\b|\bunité|"
    r"\beinheit|\bnumber of\b|\banzahl\b|\bnombre de\b|\bcurrency\b|[$£€¥]",
    re.IGNORECASE,
)


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the answers that are bare numbers where every mention of the number in the passages has a unit."""
    for asked in material.asked:
        if not asked.prompt or not asked.found or _ASKS_UNIT.search(asked.prompt.plain):
            continue
        for answer in (*asked.texts("answer"), *asked.texts("typed"), *asked.right):
            bare = _BARE.fullmatch(answer.plain)
            if bare and (unit := _unit(asked, bare[1])) and not _names(asked.prompt.plain, unit) and not (len(unit) == 1 and _YEAR.fullmatch(bare[1])):
                typed = f"{unit}{bare[1]}" if unit in "$£€¥" else f"{bare[1]} {unit}"
                yield Finding(answer.text.span, f"the number has no unit; the source says '{typed}'", "add the unit, or name it in the question", asked.id)


def _unit(asked: Asked, typed: str) -> str:
    """Return the unit that a number has wherever the passages mention it; empty if it stands without one, or is not there."""
    value = value_of(typed)
    if sign := next((match["sign"] for match in _MONEY.finditer(asked.passages) if value_of(match["digits"]) == value), ""):
        return sign
    units = {_known(one.unit) for one in numbers(asked.passages) if value in (one.value, one.typed.replace(".", "")) and one.typed[0].isdigit()}
    return units.pop() if len(units) == 1 else ""


def _known(unit: str) -> str:
    """Return a unit of measure without the blanks in it; empty if it is none."""
    unit = unit.replace(" ", "")
    head = unit.partition("/")[0]
    return unit if unit in _NAMED_UNITS or head in _NAMED_UNITS or unit in _WORDS else ""


def _names(prompt: str, unit: str) -> bool:
    """Say whether a prompt names a unit, by its sign or its name."""
    names = _NAMED_UNITS.get(unit) or _NAMED_UNITS.get(unit.partition("/")[0]) or re.escape(unit.removesuffix("s"))
    return re.search(rf"(?<!\w){re.escape(unit)}(?!\w)|{names}", prompt, re.IGNORECASE) is not None
