"""Only wrong options say always, never and the like.

**Why.** Hardly anything is always so. Whoever has sat a few exams strikes out options with *always* or *never* unread, and what is left is
right more often than chance (NBME, "absolute terms"; Haladyna, Downing & Rodriguez 2002: avoid specific determiners).

**Bad**

```yaml
- question: What does a cool cellar do for tea leaves?
  right: It may keep them fresh for longer
  wrong: [It always keeps them fresh, It never changes anything, It scalds them]
```

**Good**

```yaml
- question: What does a cool cellar do for tea leaves?
  right: It may keep them fresh for longer
  wrong: [It may dry them out, It seldom changes anything, It may scald them]
```

Reported are choices of which two wrong options, or all of them, are so absolute, and the right one is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_ABSOLUTE = re.compile(
    r"\b(?:always|never|invariably|completely|totally|entirely|absolutely|exclusively|impossible|without exception|under no circumstances|"
    r"in (?:all|every) cases?"
    r"|(?:all|every|each|no) (?:\w+ )?(?:patients?|people|persons?|cases?|cells?|animals?|children|adults|drugs?|countries|members|states))\b",
    re.IGNORECASE,
)
_LEAST = 2


@rule(Severity.INFO, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first absolute option of choices in which several wrong options are absolute and no right one is."""
    for asked in material.asked:
        if not asked.options or any(_ABSOLUTE.search(said.plain) for said in (*asked.right, *([asked.prompt] if asked.prompt else []))):
            continue
        found = [(option, match[0]) for option in asked.wrong if len(option.words) > 1 and (match := _ABSOLUTE.search(option.plain))]
        if len(found) >= min(_LEAST, len(asked.wrong)):
            option, word = found[0]
            message = f"'{word.lower()}' makes this easy to strike out; the right option has no such word"
            yield Finding(option.text.span, message, "make wrong options as cautious as the right one", asked.id)
