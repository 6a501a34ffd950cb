"""Many questions of one deck have the same answer.

**Why.** After a week of cards whose answer is *NMDA receptor*, learners say it before they have read the question. They are right, and know nothing.
Ask some of them from the other side, so that the answer is what the question said before (Matuschak 2020, "effortful").

**Bad**

```yaml
- {question: What draws bitter tannins out of the leaf?, answer: A longer steep.}
- {question: What makes green tea bitter?, answer: A longer steep.}
- {question: What does a second pour of the same leaf need?, answer: A longer steep.}
- {question: What does cooler water ask for?, answer: A longer steep}
- {question: By what do beginners hope for more strength?, answer: longer steep}
```

**Good**

```yaml
- {question: What draws bitter tannins out of the leaf?, answer: A longer steep.}
- {question: What makes green tea bitter?, answer: A longer steep.}
- {question: What does a longer steep draw out?, answer: Bitter tannins.}
- {question: How does the second pour of the same leaf differ from the first?, answer: It steeps for longer.}
```

Articles, letter case and punctuation are set aside. The rule speaks once, of an answer that a fifth of the deck's questions or more have, and not where
another answer is half as frequent or more: telling two or three things apart may be what the deck is for.

It does not run unless you select it: too few decks have such a row of answers to know how often it is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Prose, words
from citedeck.rules.rule import Finding, rule

_PART = 20
"""Percent of a deck's questions from which on an answer is known beforehand."""
_ARTICLES = frozenset(("a", "an", "the"))


@rule(Severity.INFO, on=False)
def find(material: Material) -> Iterator[Finding]:
    """Yield, for the answer that most questions of a deck have, the first of them that is over the limit."""
    most = material.limits.same_answer
    for name, deck in material.by_deck.items():
        given: dict[tuple[str, ...], list[tuple[Asked, Prose, str]]] = {}
        for asked in deck:
            if (found := _answer(asked)) and (folded := tuple(word for word in words(found[1]) if word not in _ARTICLES)):
                given.setdefault(folded, []).append((asked, *found))
        same, *others = sorted(given.values(), key=len, reverse=True) or [[]]
        if len(same) > most and 100 * len(same) >= _PART * len(deck) and not any(2 * len(other) >= len(same) for other in others[:1]):
            asked, prose, _ = same[most]
            message = f"{len(same)} of the {len(deck)} questions in '{name}' have the answer '{same[0][2].rstrip('.')}'"
            yield Finding(prose.text.span, message, "ask some of them from the other side, with this answer in the question", asked.id)


def _answer(asked: Asked) -> tuple[Prose, str] | None:
    """Return the place and the words of what a question wants to hear, if that is one thing: an answer, or the one gap of a cloze."""
    if asked.cloze:
        return (asked.cloze.prose, asked.cloze.hidden[0].words) if len(asked.cloze.hidden) == 1 else None
    return (asked.answers[0], asked.answers[0].plain) if len(asked.answers) == 1 else None
