"""Many passages of a source are asked about by no question.

**Why.** A learner who knows all cards believes to know the source. What no question quotes was either forgotten or left out for a reason, and
only its author can tell which. This is off by default, since many decks take from a source no more than they need.

**Bad**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
  cite: steep for two minutes in water at 80 °C
```

**Good**

```yaml
# sources/tea-guide.yaml
type: report
title: Brewing green tea
citedeck:
  skip:
    - {at: § Serving, because: a matter of taste}
    - {at: § Storage, because: not of this deck}
```

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
  cite: steep for two minutes in water at 80 °C
```

Passages that the source's `skip` sets aside do not count, nor do sources that no question cites at all. `citedeck coverage` shows what is left.
"""

from __future__ import annotations

from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule


@rule(Severity.INFO, on=False, about="source")
def find(material: Material) -> Iterator[Finding]:
    """Yield the sources of which less than the limit's share is quoted, what is skipped set aside."""
    least = material.limits.coverage_share
    for coverage in material.coverage:
        counted, covered = len(coverage.passages) - len(coverage.skipped), len(coverage.covered)
        if covered and 100 * covered < least * counted:
            message = f"questions quote {covered} of the {counted} passages of '{coverage.text.id}', {100 * covered // counted} %"
            hint = "write questions for the rest, or set passages aside with skip: in the source's file"
            yield Finding(material.sources[coverage.text.id].span, message, hint)
