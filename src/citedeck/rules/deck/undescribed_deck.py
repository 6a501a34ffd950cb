"""A deck has no description.

**Why.** A deck is judged before it is learnt: what it covers, for whom, and what it rests on. In Anki the description is all that learners see of that;
they do not have your files. Whoever cannot tell what a deck assumes begins to memorise what they have not understood (Wozniak 1999, rule 1: do not learn
what you do not understand).

**Bad**

```yaml
# decks/tea.yaml
deck: Tea
language: en
source: tea-guide
questions:
  - {id: sencha, term: Sencha, definition: A Japanese tea, cite: A longer steep draws out bitter tannins}
```

**Good**

```yaml
# decks/tea.yaml
deck: Tea
description: Brewing and storing green tea, after the guide of the Example Tea Society.
language: en
source: tea-guide
questions:
  - {id: sencha, term: Sencha, definition: A Japanese tea, cite: A longer steep draws out bitter tannins}
```

One file of a deck is enough, and so is the description of a deck that it is part of (`Tea` for `Tea::Green tea`).
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.model import DeckFile
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.INFO, about="file")
def find(material: Material) -> Iterator[Finding]:
    """Yield the first file of each deck with questions that no file describes, nor one of a deck above it."""
    first: dict[str, DeckFile] = {}
    described = {file.name for file in material.decks if file.description}
    for file in material.decks:
        if any(not question.retired for question in file.questions):
            first.setdefault(file.name, file)
    for name, file in first.items():
        parts = name.split("::")
        if name and not described & {"::".join(parts[:end]) for end in range(1, len(parts) + 1)}:
            hint = "say in a sentence what it covers, for whom, and what it rests on: description:"
            yield Finding(file.name_span, f"no file of the deck '{name}' describes it", hint)
