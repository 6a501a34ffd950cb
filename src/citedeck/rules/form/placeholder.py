"""A text still waits to be written.

**Why.** `TODO`, `???` or `xxx` on a card is learnt like any other answer. This is an error, and no package is built with it. `citedeck add`
writes `TODO` for what it is not told.

**Bad**

```yaml
- question: At which temperature does green tea steep?
  answer: TODO
```

**Good**

```yaml
- question: At which temperature does green tea steep?
  answer: At 80 °C.
- question: Which comment marks unfinished code?
  answer: TODO, or FIXME.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_PLACEHOLDER = re.compile(r"(?:TODO|FIXME|TBD|XXX+|\?{2,}|\.{3}|…|lorem ipsum.*)[.:!]?|(?:TODO|FIXME|TBD)[:\s-].*", re.IGNORECASE | re.DOTALL)
_MARKS = "???"
_SHOUTED = re.compile(r"(?:TODO|FIXME|TBD)[:\s-]")


@rule(Severity.ERROR)
def find(material: Material) -> Iterator[Finding]:
    """Yield texts that hold three question marks, are nothing but a placeholder, or begin with one in capitals."""
    for asked in material.asked:
        for prose in asked.written():
            value = prose.text.value.strip()
            if _MARKS in value or (_PLACEHOLDER.fullmatch(value) and (len(prose.words) < 2 or _SHOUTED.match(value))):
                yield Finding(prose.text.span, f"'{value}' still waits to be written", "write the text, or remove the question", asked.id)
