"""A question has no tag, while most of its deck have one.

**Why.** Who studies by tags never meets it: a search for the topic, or a filtered deck made of it, passes it over, and nothing shows that it is
missing. A deck without any tags is a decision; a few questions without are mostly an oversight.

**Bad**

```yaml
# decks/tea.yaml
deck: Tea
description: On tea.
language: en
source: tea-guide
questions:
  - {id: heat, question: How hot?, answer: 80 °C, tags: [brewing], cite: for two minutes in water at 80 °C}
  - {id: time, question: How long?, answer: Two minutes., tags: [brewing], cite: Green tea should steep for two minutes}
  - {id: leaf, question: How much leaf a cup?, answer: Two grams., tags: [brewing], cite: Two grams of leaf make a cup}
  - {id: dark, question: Where are leaves kept?, answer: Where it is dark and cool., tags: [storage], cite: "Keep the leaves dry, dark and cool"}
  - {id: months, question: For how long are they kept?, answer: 12 months., cite: for up to 12 months}
```

**Good**

```yaml
# decks/tea.yaml
deck: Tea
description: On tea.
language: en
source: tea-guide
questions:
  - {id: heat, question: How hot?, answer: 80 °C, tags: [brewing], cite: for two minutes in water at 80 °C}
  - {id: time, question: How long?, answer: Two minutes., tags: [brewing], cite: Green tea should steep for two minutes}
  - {id: leaf, question: How much leaf a cup?, answer: Two grams., tags: [brewing], cite: Two grams of leaf make a cup}
  - {id: dark, question: Where are leaves kept?, answer: Where it is dark and cool., tags: [storage], cite: "Keep the leaves dry, dark and cool"}
  - {id: months, question: For how long are they kept?, answer: 12 months., tags: [storage], cite: for up to 12 months}
```

The tags of the file count for each of its questions. The rule speaks where at least three of four questions of the deck have one, and once if it is
a whole file that has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions without tags, and the files without any, in decks where tags are the custom."""
    for name, deck in material.by_deck.items():
        tagged = sum(1 for asked in deck if asked.question.tags)
        if not 3 * len(deck) <= 4 * tagged < 4 * len(deck):
            continue
        custom = f"while {tagged} of the {len(deck)} in '{name}' have one"
        by_file: dict[str, list[Asked]] = {}
        for asked in deck:
            by_file.setdefault(asked.deck.path, []).append(asked)
        for questions in by_file.values():
            yield from _in_file(questions, custom)


def _in_file(questions: Sequence[Asked], custom: str) -> Iterator[Finding]:
    bare = [asked for asked in questions if not asked.question.tags]
    if len(bare) == len(questions) > 1:
        yield Finding(bare[0].deck.name_span, f"the {len(bare)} questions of this file have no tag, {custom}", "add tags: to the top of the file")
    else:
        for asked in bare:
            yield Finding(asked.span, f"the question has no tag, {custom}", "add tags: to it, or to the top of the file", asked.id)
