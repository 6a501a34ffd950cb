"""A source does not say who wrote it, when, or where to find it.

**Why.** A citation is there to be followed. Without a name a reader cannot weigh it, without a date nobody knows whether it is outdated, without
an address it cannot be found (Wozniak 1999, rules 18 and 19: provide sources, provide date stamping). Needed are an author, editor or
publisher; a date; and a URL, DOI, ISBN, number or the like.
A personal communication or a manuscript needs no address, nor does a book with a publisher; a law needs no author.

**Bad**

```yaml
# sources/tea-guide.yaml
type: report
title: Brewing green tea
```

**Good**

```yaml
# sources/tea-guide.yaml
type: report
title: Brewing green tea
author: [{literal: Example Tea Society}]
issued: "2024-03"
URL: https://example.org/tea
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_WHO = frozenset("author editor container-author publisher host director interviewer composer container-title authority".split())
_WHEN = frozenset("issued accessed event-date submitted original-date available-date".split())
_WHERE = frozenset("URL DOI ISBN ISSN PMID PMCID archive call-number container-title number event-place publisher-place".split())
_LAWS = frozenset("bill legal_case legislation regulation treaty".split())
_UNPUBLISHED = frozenset("personal_communication manuscript interview".split())


@rule(Severity.WARNING, about="source")
def find(material: Material) -> Iterator[Finding]:
    """Yield the sources that lack one of the three, all that is lacking at once."""
    for source in material.sources.values():
        if source.broken:
            continue
        known = dict.fromkeys(source.authors and ("author",), "") | dict(source.metadata)
        form = source.metadata.get("type")
        lacking = [] if form in _LAWS else _lacking(known, _WHO, "who wrote it")
        lacking += _lacking(known, _WHEN, "when")
        lacking += [] if form in _UNPUBLISHED or (form == "book" and "publisher" in known) else _lacking(known, _WHERE, "where to find it")
        if lacking:
            hint = "add author or publisher, issued, and URL, DOI or ISBN, as far as they are known"
            yield Finding(source.span, f"the source '{source.id}' does not say {', '.join(lacking)}", hint)


def _lacking(metadata: Mapping[str, str], wanted: frozenset[str], what: str) -> list[str]:
    return [] if wanted & metadata.keys() else [what]
