"""A deck file does not say its language.

**Why.** Fonts, hyphenation and reading aloud go by the language of a card. Without it a screen reader may read French with English sounds, and rules
about English wording go by a guess. A tag of two letters ends the guessing.

**Bad**

```yaml
# decks/tea.yaml
deck: Tea
description: On tea.
source: tea-guide
questions:
  - {id: sencha, term: Sencha, definition: A Japanese tea, cite: A longer steep draws out bitter tannins}
```

**Good**

```yaml
# decks/tea.yaml
deck: Tea
description: On tea.
language: en
source: tea-guide
questions:
  - {id: sencha, term: Sencha, definition: A Japanese tea, cite: A longer steep draws out bitter tannins}
```

A deck about a language says the language in which it asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.INFO, about="file")
def find(material: Material) -> Iterator[Finding]:
    """Yield the files with questions, but for retired ones, and without a language."""
    for file in material.decks:
        if not file.language and any(not question.retired for question in file.questions):
            yield Finding(file.name_span, "the file does not say in which language its questions are", "add it at the top: language: en, or de, fr-CA …")
