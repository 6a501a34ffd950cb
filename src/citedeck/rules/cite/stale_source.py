"""A source is older than knowledge in most fields lasts.

**Why.** What was true in print may have been overtaken, and a card goes on teaching it for years. A date beside the fact tells learners how far to
trust it (Wozniak 1999, rule 19: provide date stamping); a newer source beside the old one tells them more. The limit is `source-years`.

**Bad**

```yaml
# sources/tea-guide.yaml
type: report
title: Brewing green tea
author: [{literal: Example Tea Society}]
issued: "1987-03"
URL: https://example.org/tea
citedeck: {language: en}
```

**Good**

```yaml
# sources/tea-guide.yaml
type: report
title: Brewing green tea
author: [{literal: Example Tea Society}]
issued: "2024-03"
URL: https://example.org/tea
citedeck: {language: en}
```

It does not run unless you select it: laws, poems and classics are old without being outdated. Switch it on where knowledge ages fast, as in
medicine and computing. Of a range of dates, the later one counts; a source without a date is left to `incomplete-metadata`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_MONTHS = 12
_DATE = re.compile(r"(?<!\d)(?P<year>\d{4})(?!\d)(?:-(?P<month>\d\d)(?!\d))?")


@rule(Severity.INFO, on=False, about="source")
def find(material: Material) -> Iterator[Finding]:
    """Yield the sources that were issued more than the limit's years ago. A year without a month is taken to its end."""
    if material.today is None:
        return
    most = material.limits.source_years
    for source in material.sources.values():
        months = None if source.broken else _age(source.metadata.get("issued", ""), material.today)
        if months is not None and months > most * _MONTHS:
            message = f"the source '{source.id}' is {months // _MONTHS} years old; more than {most} are a long time in most fields"
            yield Finding(source.span, message, "look whether something newer says the same, and cite that")


def _age(issued: str, today: date) -> int | None:
    """Return the months since the last of the dates in a text; None if it has none."""
    ages = [(today.year - int(match["year"])) * _MONTHS + today.month - int(match["month"] or _MONTHS) for match in _DATE.finditer(issued)]
    return min(ages, default=None)
