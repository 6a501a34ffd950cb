"""A question does not end in a question mark.

**Why.** At a glance it reads like a statement that was cut off, and a voice that reads cards aloud lets it fall. `citedeck fix` adds the mark.

**Bad**

```yaml
- question: How long does green tea steep
  answer: Two minutes.
```

**Good**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
- question: How long does green tea steep? (in minutes)
  answer: "2"
- question: When the water is hotter than 80 °C, the leaf
  right: is scalded
  wrong: [is cooled, is dried]
```

Left alone are texts of several lines, beginnings that the options of a choice complete, and what ends in a colon, an ellipsis, math or code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_AUX = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might|must)(?:n['’]t)?"
_IN = r"(?:(?:in|at|by|on|of|for|with|to|from|under|through|after|during|since|until|against|about|into|as) )?"
_SUBJECT = r"(?:the|an?|it|they|he|she|there|this|these|those|that|you|we|all|any|every|each|its|their)\b"
_ASKS = re.compile(
    rf"{_IN}(?:which (?!is\b|means\b)\w|whose \w|what (?:{_AUX}|(?!an?\b|the\b|you\b|we\b|if\b|it\b|they\b|follows\b)[\w-]+ (?:[\w-]+ )?{_AUX}) |"
    rf"who (?:{_AUX}|\w+ed|wrote|built|found|made|led|won) "
    rf"|(?:why|when|where) {_AUX} |how {_AUX} |how (?:many|much|long|often|far|old|high|large|big|fast|deep|soon) (?:[\w-]+ ){{0,4}}?{_AUX}\b)"
    rf"|(?:is|are|was|were|does|did|can|could|would|should|has) {_SUBJECT}|do (?:you|we|they|all|these|those)\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"(?:[\]:;,…!$`>=_-]|\.\.\.|\b(?:is|are|was|were|an?|the|of|to|by|in|for|with|that|because|and|or|than|from|on|at|as))\s*$", re.IGNORECASE
)
_SEVERAL = re.compile(r"\n|[.!?]\s+[A-Z]")
_DOTTED = re.compile(r"(?:\b(?:etc|inc|ltd|jr|sr|st|no|approx|vs|spp|sp|al|co|ca)|\.\w+)\.$", re.IGNORECASE)


@rule(Severity.INFO, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions of one sentence without a question mark, with the mark put where it belongs."""
    for asked in material.asked:
        for prompt in asked.texts("question"):
            value = prompt.text.value
            if "?" in value or _SEVERAL.search(value) or _OPEN_END.search(value) or not _ASKS.match(prompt.plain):
                continue
            whole = value if _DOTTED.search(value) else value.removesuffix(".")
            yield Finding(prompt.text.span, "the question has no question mark", "end it in '?'", asked.id, replacement=f"{whole.rstrip()}?")
