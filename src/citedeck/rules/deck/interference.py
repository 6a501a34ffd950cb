"""Two questions differ in a single word, and their answers are of one kind.

**Why.** What is alike is mixed up: the learner knows both answers, and not which belongs where. It is among the most frequent reasons why cards are
forgotten again and again (Wozniak 1999, rule 11: combat interference). Add what sets the two apart: a reason, a picture, an example in `extra`; or ask
for the difference. It is a note, not a warning: many such pairs are wanted, and the remedy is not to drop one.

**Bad**

```yaml
- {question: At which core temperature is a wheat loaf done?, answer: 96 °C.}
- {question: At which core temperature is a rye loaf done?, answer: 98 °C.}
```

**Good**

```yaml
- {question: At which core temperature is a wheat loaf done?, answer: 96 °C.}
- {question: Why is a rye loaf baked to a higher core temperature than a wheat loaf?, answer: Its crumb holds more water.}
```

Only answers alike in kind are compared, two numbers or two names. More than three questions of one pattern are a series, and left alone. The later
question is reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Prose
from citedeck.rules.rule import Finding, rule

_ARTICLES = frozenset(("a", "an", "the"))
_SHORTEST, _LONGEST = 4, 40
"""Words of a prompt: shorter ones are alike by nature, and longer ones are no pattern."""
_NAME, _FIGURE = 2, 4
"""Words that a name, or a number with what belongs to it, has at most."""
_SERIES = 3


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions whose words are those of an earlier one but for one that carries content, or for their order."""
    alike: dict[str, list[Asked]] = {}
    for asked in material.asked:
        if asked.prompt and _kind(asked):
            for pattern in _patterns(asked.prompt):
                alike.setdefault(pattern, []).append(asked)
    told = set()
    for first, *later in alike.values():
        for asked in later if len(later) < _SERIES else ():
            if asked.id not in told and _differ(first, asked):
                told.add(asked.id)
                message = f"'{asked.id}' asks nearly the same as '{first.id}', with another answer: the two are easily mixed up"
                hint = f"that is at {first.span.path}:{first.span.line}; say in extra: what sets the two apart, or ask for the difference"
                yield Finding(asked.span, message, hint, asked.id)


def _kind(asked: Asked) -> str:
    """Return the kind of a question's answer, if it is short enough to be mixed up with another one; empty otherwise."""
    if len(asked.answers) != 1:
        return ""
    answer = asked.answers[0]
    if any(number.typed[0].isdigit() for number in answer.numbers):
        return "figure" if len(answer.words) <= _FIGURE else ""
    return "name" if 0 < len(answer.content) <= _NAME else ""


def _patterns(prompt: Prose) -> Iterator[str]:
    """Yield what a prompt has in common with others: its words with one of content left out, and its words in no order."""
    words = _words(prompt)
    if _SHORTEST <= len(words) <= _LONGEST:
        yield " ".join(sorted(words))
        content = frozenset(prompt.content)
        for place, word in enumerate(words):
            if word in content:
                yield " ".join((*words[:place], "…", *words[place + 1 :]))


def _differ(first: Asked, later: Asked) -> bool:
    """Say whether two questions ask differently, and have different answers of one kind and unit."""
    if first.prompt is None or later.prompt is None or _words(first.prompt) == _words(later.prompt):
        return False
    units = [{number.unit for number in one.answers[0].numbers} for one in (first, later)]
    return _kind(first) == _kind(later) and units[0] == units[1] and first.answers[0].content != later.answers[0].content


def _words(prompt: Prose) -> tuple[str, ...]:
    return tuple(word for word in prompt.words if word not in _ARTICLES)
