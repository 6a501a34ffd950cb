"""The question holds its own answer.

**Why.** What is already on the front does not have to be recalled; the card is always right and never teaches (Matuschak 2020, "effortful"; among
the flaws of test items the same leak is known as a word repeat, NBME).

**Bad**

```yaml
- question: Which bitter tannins does a longer steep draw out?
  answer: Bitter tannins.
```

**Good**

```yaml
- question: What does a longer steep draw out?
  answer: Bitter tannins.
- question: Is white tea more like green tea or like black tea?
  answer: Like green tea.
- question: Should tea be kept dry before or after it is opened?
  answer: Before and after.
```

Words are compared without their endings. A prompt that offers alternatives or compares two things has to name them, and is left alone; so are
choices, *yes* and *no*, questions for a person, and words that the prompt sets apart in quotation marks, italics or code. Answers that tell
something by *before*, *not*, *more* and the like are, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import Prose
from citedeck.rules.rule import Finding, rule

_COMPARES = re.compile(
    r"\b(?:or|vs?|versus|than|between|both|either|compare[ds]?|comparison|differ|differs|difference|who|whose|whom|which (?:one|side|party|of)|order|relative|"
    r"relation|true|correct|mean|means|meant|plural|past tense|translat\w+|say|spell\w*|pronounc\w+|word for|called in|capital of)\b",
    re.IGNORECASE,
)
_SET_APART = re.compile(r"\"|“|«|`|\$|(?<![\w*])\*|(?<!\w)_|(?<!\w)['‘]\w")
_MEANINGFUL = frozenset(
    """before after above below under over between against without up down out into from more less most least never always often not no all both none
    neither every
    each only one once within inside outside behind during until since itself himself herself themselves many few same such other another most either
    far away off
    opposite equal equally""".split()
)
_VERDICTS = frozenset("yes no true false".split())
_JOINT = re.compile(r",? (?:and|&) |, ")
_STORY = re.compile(r"[.?!]\s+\S")
_SUM = re.compile(r"\d\s*[-+×x*/^]|[-+×*/^=]\s*\d|\b(?:root|square|absolute|rounded|modulo|decimal|binary|hexadecimal)\b", re.IGNORECASE)
_FIGURES = re.compile(r"[\d.,%]+")


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the answers whose words of content all stand in the prompt."""
    for asked in material.asked:
        if asked.wrong or asked.steps:
            continue
        for prompt in asked.texts("question"):
            for answer in (*asked.texts("answer"), *asked.texts("typed")):
                if _gives_away(prompt, answer):
                    yield Finding(
                        answer.text.span, f"the question already says '{answer.plain}'", "leave it out of the question, or ask for something else", asked.id
                    )


def _gives_away(prompt: Prose, answer: Prose) -> bool:
    if not answer.stems or not answer.stems <= prompt.stems or _VERDICTS & set(answer.words[:1]) or (_MEANINGFUL & set(answer.words)) - set(prompt.words):
        return False
    # "Vitamin D": a letter carries no content in a sentence, but all of it in a name.
    if {word for word in answer.words if len(word) == 1} - {"a", "i"} - set(prompt.words) or answer.plain.endswith((" A", " I")):
        return False
    if _COMPARES.search(prompt.plain) or _SET_APART.search(prompt.text.value) or _SET_APART.search(answer.text.value):
        return False
    if {(one.value, one.unit) for one in answer.numbers if one.unit} - {(one.value, one.unit) for one in prompt.numbers}:
        return False
    if all(_FIGURES.fullmatch(word) for word in answer.content):
        return _is_only_figure(prompt, answer)
    # One or two words may be one of several that the prompt names for the learner to choose from.
    return len(answer.stems) > 2 or not (_STORY.search(prompt.plain) or _is_one_of_several(prompt, answer))


def _is_one_of_several(prompt: Prose, answer: Prose) -> bool:
    """Say whether the prompt has a word of the answer beside a comma or an "and"."""
    parts = [part.split() for part in _JOINT.split(prompt.plain.lower())]
    edges = {word.strip(".?!:") for before, after in pairwise(parts) for word in (*before[-1:], *after[:2])}
    return not edges.isdisjoint(answer.content)


def _is_only_figure(prompt: Prose, answer: Prose) -> bool:
    """Say whether a figure is the prompt's only one, and too large to be there by chance."""
    return len(prompt.numbers) == 1 and all(len(word.strip(".,%")) > 1 for word in answer.content) and not _SUM.search(prompt.plain)
