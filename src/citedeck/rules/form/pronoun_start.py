"""A question is about "it" or "they", and nothing says who or what that is.

**Why.** Beside its neighbours in the file the question is clear; on its card it stands alone, weeks later and among other subjects. Every card
has to be understood without the one before it (Matuschak 2020, "precise"; Wozniak 1999, rule 16 on context).

**Bad**

```yaml
- question: Why does it turn bitter?
  answer: A longer steep draws out tannins.
- question: When was this discovered?
  answer: In 1998.
```

**Good**

```yaml
- question: Why does green tea turn bitter?
  answer: A longer steep draws out tannins.
- question: Green tea is kept in a tin. Why is it not kept in a glass?
  answer: Light spoils it.
- question: How long does it take for green tea to steep?
  answer: Two minutes.
```

The *it* of "how long does it take" or "why is it that" stands for nothing, and is left alone; so are prompts with a picture, code or several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_ON_CARD = re.compile(r"!\[|\n|`|\$\$|[:(]|[.?!]\s+\S")
_ASKS = re.compile(r"\w\?$")
_AUX = r"(?P<aux>is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)(?:n't)?"
_WH = r"(?:(?:in|at|by|on|of|for|with|to|from|under|through|after|during|since|until|against|about|into|as) )?(?:why|how|what|when|where|which|who|whom|whose)"
_BEGINS = re.compile(rf"(?:(?:and|but|so) )?(?:{_WH} (?:[\w-]+ ){{0,2}}?)?{_AUX} (?P<pronoun>it|they|he|she|this|that|these|those)\b(?!,| -)", re.IGNORECASE)
# An "it" that stands for nothing.
_EMPTY_BE = re.compile(
    r"^(?:dark|light|cold|hot|warm|night|day|summer|winter)\b"
    r"|\b(?:that|to|whether|if|when|who|which|like|for|worth|time|raining|snowing|(?:un)?likely|\w{3,}ing)\b|\bcalled (?:an?|the|[A-Z\"'“])"
)
_EMPTY_DO = re.compile(
    r"(?:\w+ly )?(?:take|cost|rain|snow|hail|thunder|matter|make sense|seem|appear|mean to|feel like|get (?:dark|cold|light|warm)|hurt|help|pay|"
    r"follow|come about|become \w+ (?:to|that|for))\b"
)
_EMPTY_MAY = re.compile(r"\b(?:that|to|whether|if|rain|snow|take|cost)\b")
_TIME_OR_WEATHER = re.compile(r"\b(?:hot|cold|warm|dark|(?:time|day|date|season) (?:is|was))\b", re.IGNORECASE)
_PEOPLE_SAY = re.compile(r"(?:say|call|tell)\b")
# "this" by itself, rather than before a noun.
_ALONE = re.compile(
    r"$|[?.!]|(?:not |also |always |only |first |usually |most |often )?(?:\w{3,}ed|done|made|found|given|seen|known|built|written|begun|"
    r"taught|held|lost|won|so|true|important|possible|dangerous|necessary|"
    r"useful|the case|happen|work|matter|occur|mean|affect|differ|lead to|cause|imply|tell)\b(?= ?[?.!]?$| (?:to|for|in|by|with|about|when|if|"
    r"during|after|first|us|you|the|an?)\b)"
)
_OBJECT = re.compile(
    r"(?:(?:how|why|when|where) (?:do|does|can|did|should|could) (?:we|you|one|people|scientists|doctors) \w+|who (?:\w+ed|found|made|wrote|built|led|won)"
    r"|what (?:causes|caused|explains|prevents|treats|inhibits|activates|triggers)) (?P<pronoun>it|this|them|that)\?$",
    re.IGNORECASE,
)


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the prompts of one sentence whose subject is a pronoun, with no noun before it."""
    for asked in material.asked:
        for prompt in asked.texts("question"):
            text = prompt.plain
            # An answer that asks is a translation of the prompt.
            if _ON_CARD.search(prompt.text.value) or any(_ASKS.search(answer.plain) for answer in asked.answers):
                continue
            match = _OBJECT.match(text) or _BEGINS.match(text)
            if match and (match.re is _OBJECT or _stands_for_something(match, text[match.end() :].lstrip())):
                pronoun = match["pronoun"].lower()
                yield Finding(prompt.text.span, f"nothing says what '{pronoun}' stands for", "put the noun in its place", asked.id)


def _stands_for_something(match: re.Match[str], rest: str) -> bool:
    """Say whether the pronoun takes the place of a noun that is missing, judged by what comes after it."""
    pronoun, verb = match["pronoun"].lower(), match["aux"].lower()
    if pronoun == "it":
        empty = _EMPTY_BE if verb in ("is", "was") else _EMPTY_DO if verb in ("do", "does", "did") else _EMPTY_MAY
        return not _TIME_OR_WEATHER.search(match[0]) and not (empty.match(rest) if empty is _EMPTY_DO else empty.search(rest))
    if pronoun in ("this", "that", "these", "those"):
        return _ALONE.match(rest) is not None
    return not _PEOPLE_SAY.match(rest)
