"""A question can be answered with yes or no.

**Why.** Half of the guesses are right, so a schedule grows on luck; and the learner recalls no more than a direction. The same fact asked with
*which*, *how much* or *why* has to be produced (Matuschak 2020, "effortful"; Wozniak 1999, rule 12 on wording).

**Bad**

```yaml
- question: Does hotter water scald the leaf?
  answer: Yes.
```

**Good**

```yaml
- question: What does water above 80 °C do to the leaf?
  answer: It scalds it.
- question: Is white tea more like green tea or like black tea?
  answer: Like green tea.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_BEGINS = re.compile(
    r"(?:[^?.!:]*, )?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)(?:n't)? [^?]*\?$", re.IGNORECASE
)
_ASKS = re.compile(r"\b(?:what|which|who|whose|whom|when|where|why|how|or)\b", re.IGNORECASE)
_ANSWER = re.compile(r"(?:yes|no|true|false)\b", re.IGNORECASE)


@rule(Severity.INFO, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield questions that begin with a verb, offer no alternatives, and are answered by yes or no; not choices, which show their alternatives."""
    for asked in material.asked:
        if asked.prompt is None or asked.wrong or len(asked.answers) != 1:
            continue
        plain = asked.prompt.plain
        verdict = _ANSWER.match(asked.answers[0].plain)
        if (_BEGINS.match(plain) and not _ASKS.search(plain)) or (verdict and len(asked.answers[0].words) == 1):
            yield Finding(
                asked.prompt.text.span, "yes or no answers this question", "ask with which, how or why, so that the answer has to be recalled", asked.id
            )
