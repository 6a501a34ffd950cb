"""A question asks for a list and does not say how many items it has.

**Why.** Without a number nobody knows when the answer is complete, and grades what came to mind. The number makes the search end, and tells a
forgotten item from one that never was (Matuschak 2020, "precise"; Wozniak 1999, rule 9 on sets).

**Bad**

```yaml
- question: List the things that keep green tea fresh.
  answer: Dryness, darkness and a cool place.
```

**Good**

```yaml
- question: Which three things keep green tea fresh?
  answer: Dryness, darkness and a cool place.
- question: Name an aroma of green tea.
  answer: Grass, hay or seaweed.
```

Steps and choices show how many there are, and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import Prose, plain, words
from citedeck.rules.rule import Finding, rule

_ASKS = re.compile(
    r"(?:(?:[^,.?!:]{1,60}[,:]|please) )?(?:list|enumerate|(?:what|which) are the|recite) (?=\w)"
    r"|(?:please )?(?:name|state|give|recall|tell) (?:\w+ )?the (?:[\w'/-]+ ){0,3}?(?:[\w-]{2,}[^su]s|people|men|women|children|\w+(?:teria|omena|"
    r"rtebrae|genera))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\d|\b(?:an?|any|some|one of|both|each|every|several|few|couple|pair|example|examples|dozen)\b(?! of the)", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*+]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE)
_ASIDE = re.compile(r"\([^()]*\)|\"[^\"]*\"|“[^”]*”|`[^`]*`|\$[^$]*\$")
_JOINT = re.compile(r"[,;]\s+(?:and\s+|&\s+)?|\s+(?:and|&)\s+")
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_FEWEST = 3
"""So many items make a list."""
_ITEM_WORDS = 6
_CLAUSES = frozenset("which that who whose where when while because so if from with by as but then".split())


@rule(Severity.INFO, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions that ask for a list without a number and are answered by one."""
    for asked in material.asked:
        for prompt, answer in zip(asked.texts("question"), asked.texts("answer"), strict=False):
            match = _ASKS.match(prompt.plain)
            if not match or prompt.numbers or _COUNTED.search(_asked_for(prompt.plain, match.end())):
                continue
            if count := _count(answer):
                yield Finding(
                    prompt.text.span, f"the question does not say how many there are; the answer has {count}", "say how many to name: 'which three …'", asked.id
                )


def _asked_for(prompt: str, end: int) -> str:
    """Return the words before what is asked for is described further: "some causes" of "list some causes of a fever"."""
    return re.split(r"\b(?:of|for|in|that|which|who|by|from)\b", prompt[: end + 40], maxsplit=1)[0]


def _count(answer: Prose) -> int:
    """Return how many items an answer lists; 0 if it is no list."""
    value = answer.text.value
    if "\n" in value and (bullets := len(_BULLET.findall(value))) >= _FEWEST:
        return bullets
    text = plain(_ASIDE.sub("", value)).rstrip(". ")
    items = _JOINT.split(text)
    listed = len(items) >= _FEWEST and text.count(",") + text.count(";") >= 1 and not _OR.search(text) and not re.search(r"[.!?] ", text)
    named = any(letter.isalpha() for item in items for letter in item)
    return len(items) if listed and named and all(_is_item(item) for item in items if item != "???") else 0


def _is_item(text: str) -> bool:
    """Say whether a part of an answer is a thing rather than a clause."""
    found = words(text)
    return 0 < len(found) <= _ITEM_WORDS and found[0] not in _CLAUSES
