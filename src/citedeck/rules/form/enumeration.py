"""An answer is a set of many items to recite.

**Why.** A set has no order to hold on to, so one forgotten item fails the whole card, and which one it is changes from day to day. Sets and long
enumerations are among the hardest things to keep (Wozniak 1999, rules 9 and 10: avoid sets, avoid enumerations).

**Bad**

```yaml
- question: What does green tea need to stay fresh?
  answer: Dryness, darkness, cool air, a tight lid and a clean tin.
```

**Good**

```yaml
- question: Why do tasters keep green tea in a tin rather than in a glass?
  answer: A tin is dark.
- question: What three things keep green tea fresh?
  answer: Dryness, darkness and a cool place.
- question: How is green tea brewed?
  steps: [Boil the water, Let it cool, Pour it over, Wait, Strain]
```

Only `answer` and `definition` are looked at. Examples ("such as …"), alternatives ("… or …"), what stands in brackets or quotation marks, and
rows of figures are left alone. Where the whole is a name or a saying that is learnt as one, silence the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import FUNCTION_WORDS, Prose, plain, words
from citedeck.rules.rule import Finding, rule

_BULLET = re.compile(r"^(?:[-*+]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|`[^`]*`|\$[^$]*\$|\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
_COMMA = re.compile(r"[,;]\s+")
_AND = re.compile(r"(?:and|plus|und|sowie|et|y|og|och|&)\s", re.IGNORECASE)
_JOINED = re.compile(r"\s(?:and|und|sowie|et|y|og|och|&)\s", re.IGNORECASE)
_OR = re.compile(r"\b(?:or|oder|ou|nor)\b", re.IGNORECASE)
_EXAMPLES = re.compile(r"\b(?:such as|for (?:example|instance)|including|like|e\.\s?g\.|z\.\s?B\.|zum Beispiel|par exemple|p\.\s?ex\.)", re.IGNORECASE)
# Equations, initials of authors, and figures with or without a unit.
_NO_ITEM = re.compile(r".*[=<>≤≥≈]\s?[-+]?\d.*|(?:[^\W\d_]\.-?)+|[-+~≈±]?[\d.,/:]+\s?\S{0,4}|.*\b(?:1[0-9]|20)\d\d\b.*")
# "A chronic, progressive, painless disease": one thing, and what it is like.
_ADJECTIVES = re.compile(r"\ban? [\w-]+(?:, [\w-]+)+(?:,? and [\w-]+)? (?!and\b)\w", re.IGNORECASE)
_ITEM_WORDS = 5
_ITEM_WORDS_ABROAD = 3
"""In other languages than English, whose words of grammar are not known here, a longer part may be a clause."""
_BEGINNINGS = FUNCTION_WORDS - {"a", "an", "the", "get", "give", "go", "keep", "make", "use", "other", "own", "no", "not"}


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the answers and definitions that list more items than the limit."""
    most = material.limits.list_items
    for asked in material.asked:
        for answer in (*asked.texts("answer"), *asked.texts("definition")):
            count = _count(answer, _ITEM_WORDS if asked.english else _ITEM_WORDS_ABROAD)
            if count > most:
                message = f"the answer is a list of {count} items; {most} are a lot to recall at once"
                yield Finding(answer.text.span, message, "ask for single items, or for a reason behind them; what has an order belongs in steps:", asked.id)


def _count(answer: Prose, longest: int) -> int:
    """Return how many items the longest list of an answer has."""
    value = answer.text.value
    if "\n" in value and (bullets := len(_BULLET.findall(value))):
        return bullets
    if value.count(",") + value.count(";") < 2:
        return 0
    sentences = _SENTENCE.split(plain(_ASIDE.sub("", value)))
    return max(
        0 if _EXAMPLES.search(sentence) or _ADJECTIVES.search(sentence) else _in_sentence(sentence, longest, alone=len(sentences) == 1)
        for sentence in sentences
    )


def _in_sentence(sentence: str, longest: int, *, alone: bool) -> int:
    """Return how many items a sentence lists. The first may end a longer beginning; without an "and" the list has to be all there is."""
    parts = _COMMA.split(sentence.rstrip(".!: "))
    best, count, whole = 0, 1, _is_item(parts[0], longest)
    for part in parts[1:]:
        if _AND.match(part) and count > 1:
            best, count, whole = max(best, count + 1), 1, False
        elif count > 1 and (halves := _JOINED.split(part, maxsplit=1))[1:] and all(_is_item(half, longest) for half in halves):
            best, count, whole = max(best, count + 2), 1, False
        elif _is_item(part, longest):
            best = max(best, count + 2) if count > 1 and _JOINED.search(part) else best
            count += 1
        else:
            count, whole = 1, False
    return max(best, count) if whole and alone else best


def _is_item(part: str, longest: int) -> bool:
    found = words(part)
    return len(found) <= longest and not (found and found[0] in _BEGINNINGS) and not _NO_ITEM.fullmatch(part) and not _OR.search(part)
