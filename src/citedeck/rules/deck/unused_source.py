"""No question cites a source.

**Why.** Either its questions were forgotten, or its file is left over. A reader of the project takes each source for one that the deck rests on.

**Bad**

```yaml
# sources/old-leaflet.yaml
type: pamphlet
title: Tea, a leaflet
```

**Good**

```yaml
- question: Where is the leaflet on tea kept?
  answer: In the city library.
  cite: {source: tea-guide, at: § Storage}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.WARNING, about="source")
def find(material: Material) -> Iterator[Finding]:
    """Yield the sources that no question cites, retired ones included: what they cite is still on learners' cards."""
    cited = {citation.source.value for deck in material.decks for question in deck.questions for citation in question.citations or ()}
    for source in material.sources.values():
        if source.id not in cited and not source.broken:
            yield Finding(source.span, f"no question cites '{source.id}'", "write one, or remove the source's files")
