"""Two options of a choice are the same.

**Why.** If the right option stands among the wrong ones as well, the card cannot be answered; if a wrong one stands twice, everybody sees that it
is wrong. This is an error. Letter case, punctuation and Markdown are set aside.

**Bad**

```yaml
- question: What does hotter water do to the leaf?
  right: It scalds it
  wrong: [It cools it, it scalds it.]
```

**Good**

```yaml
- question: What does hotter water do to the leaf?
  right: It scalds it
  wrong: [It cools it, It dries it]
```
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import Prose
from citedeck.rules.rule import Finding, rule


@rule(Severity.ERROR)
def find(material: Material) -> Iterator[Finding]:
    """Yield each option that an earlier one equals. Signs count: "+5 °C" is not "-5 °C"."""
    for asked in material.asked:
        seen: dict[str, Prose] = {}
        for option in asked.options:
            first = seen.setdefault(_folded(option.plain), option)
            if first is not option:
                line = first.text.span.line
                yield Finding(option.text.span, f"the option '{option.plain}' stands twice", f"the first is on line {line}; write another one", asked.id)


def _folded(text: str) -> str:
    """Return a text without what readers do not take for a difference. One of symbols only stays as it is."""
    folded = " ".join(unicodedata.normalize("NFC", text).casefold().rstrip(".,;:! ").split())
    return folded or text
