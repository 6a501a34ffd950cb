"""The right option is by far the longest.

**Why.** Authors make the right answer exact and leave the wrong ones short. Learners who know nothing take the longest option, and are right
(NBME, "long correct answer"; Haladyna, Downing & Rodriguez 2002: keep the length of choices about equal). On a card that comes back
many times the long option is soon known by its shape. What explains the answer belongs in `extra`.

**Bad**

```yaml
- question: Why should green tea steep no longer than two minutes?
  right: Because a longer steep draws bitter tannins out of the leaf, which tasters dislike
  wrong: [Because it cools, Because it fades, Because it foams]
```

**Good**

```yaml
- question: Why should green tea steep no longer than two minutes?
  right: Because tannins are drawn out
  wrong: [Because the tea cools down, Because the colour fades, Because the leaf dissolves]
  extra: Tannins taste bitter.
```

`key-longer-percent` in the settings says how much longer is too long. With several right options the shortest counts. Names, single words,
math, code and pictures are left alone: their length is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import FUNCTION_WORDS, Prose
from citedeck.rules.rule import Finding, rule

_LEAST_CHARACTERS = 10
"""Fewer are not seen at a glance."""
_LEAST_WORDS = 5
_OPAQUE = re.compile(r"</?[A-Za-z]|\$|`|!\[")
_WORD = re.compile(r"[^\W\d_]{4,}")
_OF_THE_OTHERS = re.compile(r"(?:all|none|both|neither|any) (?:of|the|these)\b", re.IGNORECASE)


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the shortest right option of a choice if it is longer than the longest wrong one by more than the limit."""
    most = material.limits.key_longer_percent
    for asked in material.asked:
        if not asked.options or any(_OPAQUE.search(option.text.value) for option in asked.options):
            continue
        right, wrong = _compared(asked)
        here, there = len(right.plain), len(wrong.plain)
        if 100 * (here - there) > most * there and here - there >= _LEAST_CHARACTERS and _is_phrase(right):
            message = f"the right option has {here} characters, the longest wrong one has {there}"
            yield Finding(right.text.span, message, "make them alike in length; move what explains the answer to extra:", asked.id)


def _compared(asked: Asked) -> tuple[Prose, Prose]:
    """Return the shortest right option and the longest wrong one."""
    return min(asked.right, key=lambda option: len(option.plain)), max(asked.wrong, key=lambda option: len(option.plain))


def _is_phrase(option: Prose) -> bool:
    """Say whether an option is put into words by its author: no name, no title, no word for other options."""
    small = [word for word in _WORD.findall(option.plain) if word.islower() and word not in FUNCTION_WORDS]
    return len(option.words) >= _LEAST_WORDS and len(small) > 1 and not _OF_THE_OTHERS.match(option.plain)
