"""The options differ in words such as often and sometimes.

**Why.** How often is often? People who know the same numbers choose between *often*, *usually* and *frequently* in different ways, so the card tests
how one reads the words (NBME, vague frequency terms). A number, or a comparison with something known, has one right answer.

**Bad**

```yaml
- question: How often do tasters serve green tea plain?
  right: Usually
  wrong: [Often, Sometimes, Rarely]
```

**Good**

```yaml
- question: How do most tasters serve green tea?
  right: Plain
  wrong: [With milk, With sugar, With lemon]
- question: How often are the leaves steeped?
  right: Twice
  wrong: [Once, Three times, Sometimes only once]
```

Reported are choices of which two options or more are such a word and little else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_VAGUE = re.compile(
    r"(?:(?:very|quite|only|fairly|not|more|most|less) )?(?:often|frequently|sometimes|usually|normally|generally|occasionally|rarely|seldom|"
    r"regularly|commonly|infrequently|from time to time|"
    r"now and then|most of the time|hardly ever|almost (?:always|never)|nearly (?:always|never))(?: \w+)?",
    re.IGNORECASE,
)
_LEAST = 2


@rule(Severity.INFO, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first vague option of choices that have several."""
    for asked in material.asked:
        vague = [option for option in asked.options if _VAGUE.fullmatch(option.plain.strip(" ."))]
        if len(vague) >= _LEAST:
            message = f"'{vague[0].plain.strip(' .')}' and '{vague[1].plain.strip(' .')}' mean different things to different people"
            yield Finding(vague[0].text.span, message, "give numbers, or ask for what can be counted", asked.id)
