"""A cloze hides only words that grammar gives away.

**Why.** *The*, *is*, *of* and the like can be filled in by anybody who speaks the language. Such a card takes time on each review, and nothing of
the subject is recalled (Matuschak 2020, "effortful"; Wozniak 1999, rule 12 on wording). A gap belongs where the fact is.

**Bad**

```yaml
- cloze: "{{c1::Tannins}} {{c2::are}} drawn out by a longer steep."
```

**Good**

```yaml
- cloze: "{{c1::Tannins}} are drawn out by a {{c2::longer}} steep."
- cloze: Green tea steeps {{c1::below}} 100 °C.
```

Small words that carry a fact are no part of the list: *not*, *more*, *never*, *above*, *from*, *to*. Left alone are gaps with a hint, small words
that are named rather than used (the keyword `is`), and whole decks whose clozes mostly hide such words, since they teach grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Cloze, Hidden, Material
from citedeck.rules.prose import words
from citedeck.rules.rule import Finding, rule

_SMALL = frozenset("the an a is are was were be been being has have had do does did of and at on in for by as it its that this which who".split())
_POINTS = frozenset(".,;:!?")
_GAP = re.compile(r"(?:(?P<starts>^|[.!?] )|(?P<before>[^\W_]+(?:'\w*)?)[)%\]]? )\[\.\.\.\](?= [\w(\[$'\"])")
_POINT_GAP = re.compile(r"[^\W\d_]\[\.\.\.\](?: |$)")
_NAMES = re.compile(
    r".*'s?|is|are|was|means?|called|named|says?|us(?:e|es|ing)|write|types?|(?:key)?words?|operators?|articles?|prepositions?|particles?|pronouns?"
    r"|conjunctions?|verbs?|commands?|functions?|statements?|clauses?|letters?|terms?|names?|notes?|groups?|vitamin|hepatitis",
    re.IGNORECASE,
)
"""What stands before a small word that is named, not used: "the keyword is"."""


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the texts with cards whose hidden words, all of them, are used for grammar only."""
    for deck in material.by_deck.values():
        clozes = [(asked, asked.cloze) for asked in deck if asked.cloze]
        found = [(asked, cloze, numbers) for asked, cloze in clozes if (numbers := _trivial(cloze))]
        teaches_grammar = 2 * sum(len(numbers) == len(cloze.numbers) for _, cloze, numbers in found) >= len(clozes)
        if not teaches_grammar:
            yield from (_finding(asked, cloze, numbers) for asked, cloze, numbers in found)


def _finding(asked: Asked, cloze: Cloze, numbers: Sequence[int]) -> Finding:
    hidden = ", ".join(dict.fromkeys(f"'{one.words}'" for one in cloze.hidden if one.number in numbers))
    cards = f"card {numbers[0]} hides" if len(numbers) == 1 else f"cards {', '.join(map(str, numbers))} hide"
    message = f"{cards} only {hidden}, which grammar gives away"
    return Finding(cloze.prose.text.span, message, "hide the words that carry the fact", asked.id)


def _trivial(cloze: Cloze) -> list[int]:
    """Return the numbers of the cards that hide nothing but small words, or points, in use."""
    by_number: dict[int, list[Hidden]] = {}
    for one in cloze.hidden:
        by_number.setdefault(one.number, []).append(one)
    return [number for number, hidden in sorted(by_number.items()) if _is_small(hidden) and _are_used(cloze.without(number), hidden)]


def _is_small(hidden: Sequence[Hidden]) -> bool:
    """Say whether hidden words are grammar, in letters that are not those of a symbol or a name, and without a hint."""
    return all(
        not one.hint and (set(one.words) <= _POINTS or ((one.words[1:].islower() or one.words == "a") and _SMALL.issuperset(words(one.words))))
        for one in hidden
    )


def _are_used(shown: str, hidden: Sequence[Hidden]) -> bool:
    """Say whether each of a card's gaps stands within a sentence. A capital begins one."""
    used = sum(1 for gap in _GAP.finditer(shown) if not (gap["before"] and _NAMES.fullmatch(gap["before"])))
    points = sum(1 for one in hidden if set(one.words) <= _POINTS)
    return used >= len(hidden) - points and len(_POINT_GAP.findall(shown)) >= points
