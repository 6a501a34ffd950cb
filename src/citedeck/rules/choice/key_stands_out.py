"""The right option is written in another form than all wrong ones.

**Why.** One option with a bracket, a figure or a full stop among options without catches the eye before the question is read (NBME: options should
be alike in form; Haladyna, Downing & Rodriguez 2002: keep choices alike in content and grammar). On a card that comes back, the form is what is
learnt.

**Bad**

```yaml
- question: What draws bitter tannins out?
  right: A longer steep (over two minutes)
  wrong: [A cooler cup, A smaller leaf, A cleaner pot]
```

**Good**

```yaml
- question: What draws bitter tannins out?
  right: A longer steep
  wrong: [A cooler cup, A smaller leaf, A cleaner pot]
  extra: Over two minutes.
```

Looked at are brackets, digits, a full stop at the end, a first letter in the other case, and quotation marks, each on the right option alone, among
three options or more. Figures in names (vitamin B12), formulas and code are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.rule import Finding, rule

_BRACKETS = re.compile(r"\(.*\w.*\)")
_OPAQUE = re.compile(r"</?[A-Za-z]|\$|`|!\[")
_OF_THE_OTHERS = re.compile(r"(?:all|none|both|neither|any) (?:of|the|these)\b|\(?[A-F]\)?(?:,| and) ", re.IGNORECASE)
_AMOUNT = re.compile(r"(?<![\w.,/-])[$£€]?\d[\d.,]*(?:\s?[%°]|\s[a-zµ]|$)")
_SMALL = re.compile(r"(?<![\w-])[a-z]{3,}")
_SHORTENED = re.compile(r"(?:\.|\b(?:Jr|Sr|Co|Inc|Ltd|etc|[A-Z]))\.$")
_LEAST = 2
"""Wrong options that a form is held against, at least."""


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield right options that alone have a form which catches the eye."""
    for asked in material.asked:
        if len(asked.right) != 1 or len(asked.wrong) < _LEAST or any(_OPAQUE.search(option.text.value) for option in asked.options):
            continue
        if form := _alone(asked):
            yield Finding(asked.right[0].text.span, f"only the right option {form}", "write all options in one form", asked.id)


def _alone(asked: Asked) -> str:
    """Return in which way the right option differs from all wrong ones; empty if in none."""
    right, *wrong = (option.plain for option in asked.options)
    if _OF_THE_OTHERS.match(right):
        return ""
    if _BRACKETS.search(right) and not any("(" in option for option in wrong):
        return "has brackets"
    if right.endswith(".") and not _SHORTENED.search(right) and len(right.split()) > 1 and not any(option.endswith(".") for option in wrong):
        return "ends in a full stop"
    if _is_figure(right) and not any(map(str.isdigit, "".join(wrong))) and not any(option.numbers for option in asked.wrong):
        return "has a figure"
    if right[:1] in tuple("\"“'‘„") and not any(option[:1] in tuple("\"“'‘„") for option in wrong):
        return "stands in quotation marks"
    return _case(asked)


def _is_figure(right: str) -> bool:
    """Say whether a text states an amount: a number by itself in a phrase, not in a name such as "vitamin B12" or "Catch 22"."""
    return bool(_AMOUNT.search(right)) and len(_SMALL.findall(right)) > 1


def _case(asked: Asked) -> str:
    """Return that the right option begins with another kind of letter than the wrong ones. One word may be a name, and so may two capitals."""
    right, *wrong = (option.plain for option in asked.options)
    if not right[0].isalpha() or not all(option[0].isalpha() for option in wrong):
        return ""
    if right[0].islower() and all(option[0].isupper() and option[1:2].islower() for option in wrong):
        return "begins with a small letter" if not any(len(option.split()) == 1 or option.istitle() for option in wrong) else ""
    if right[0].isupper() and right[1:2].islower() and all(option[0].islower() for option in wrong):
        return "begins with a capital" if len(right.split()) > 2 and right[1:].islower() else ""
    return ""
