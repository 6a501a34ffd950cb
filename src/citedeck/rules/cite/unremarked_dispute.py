"""A citation disputes, qualifies or supersedes the answer, and no remark says how.

**Why.** The card shows learners that a source stands against the answer. With the quote alone they have to guess what the two disagree about, and
how much weight the objection has. One sentence in `remark` settles it, and it records why the author kept the answer all the same (Wozniak 1999,
rule 16: context makes wording simpler). Where the quote itself says what it holds, a remark adds little; so the rule does not run by default.

**Bad**

```yaml
- question: At which temperature do the leaves keep?
  answer: At room temperature.
  cite:
    - Keep the leaves dry, dark and cool
    - {quote: A cool cellar may keep them fresh for longer, stance: qualifies}
```

**Good**

```yaml
- question: Where do the leaves keep longest?
  answer: In a cool cellar.
  cite:
    - Keep the leaves dry, dark and cool
    - {quote: A cool cellar may keep them fresh for longer, stance: qualifies, remark: The guide says may; it names no test.}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.INFO, on=False)
def find(material: Material) -> Iterator[Finding]:
    """Yield the citations that do more than support the answer, and have no remark."""
    for asked in material.asked:
        for citation in asked.question.citations or ():
            if citation.stance != "supports" and citation.remark is None:
                message = f"this source {citation.stance} the answer, and no remark says how"
                yield Finding(citation.span, message, "add remark: with a sentence on what it says differently", asked.id)
