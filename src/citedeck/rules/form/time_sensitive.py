"""A text says "currently" or "the latest" and gives no date.

**Why.** Cards live for years. What is new today is old when the card comes back, and nothing on it shows that (Wozniak 1999, rule 19: provide date
stamping). With a year in the question the card stays true for good.

**Bad**

```yaml
- question: What is the latest guide of the tea society?
  answer: Brewing green tea.
```

**Good**

```yaml
- question: What was the latest guide of the tea society in 2024?
  answer: Brewing green tea.
- question: What is the latest time at which the leaves should be taken out?
  answer: After two minutes.
- question: Which river is now called the Volga?
  answer: The Rha of the ancients.
```

A year anywhere on the question, `extra` included, is enough. Cases ("A patient is now …"), definitions, quotations and translations are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Prose, plain
from citedeck.rules.rule import Finding, rule

_BE = r"(?:is|are|does|do|has|have|can|will)"
_THING = (
    r"(?:version|edition|guidelines?|guide|figures|data|models?|research|standard|release|reports?|estimates?|findings?|rules?|law|trend|trends|"
    r"generation|news|drugs?)"
)
_TIMELY = re.compile(
    rf"\b(?<!the )(?<!an )(?<!a )(?<!each )(?<!who )(?<!that )(?:currently|presently)\b(?! (?!being\b)\w+ing\b)"
    rf"|\bnowadays\b(?! (?:referred to|known|called)\b)|(?<!in )(?<!during )(?<!of )\bthis year(?:'s)?\b"
    rf"|\bthese days\b|\bat present\b|\bat the moment(?=[?.,]|$)|\bup to now\b|\buntil now\b|\b[Aa]s of (?:now|today)\b|\bright now\b|"
    rf"\bto this day\b"
    rf"|\bso far(?=[?.,]|$)|\b{_BE} (?:\w+ ){{0,3}}?so far\b(?! (?:from|away|apart|north|south|east|west|"
    rf"as|that|below|above|down|up|out|back|inland|off))"
    rf"|\b{_BE} (?:\w+ )?now\b(?! (?:called|known as|named|that|and then|a|an|the|in|part|\w+ing)\b| (?:(?:north|south|east|west|central)\w* )?[A-Z])"
    rf"|\b{_BE} (?:\w+ ){{0,4}}?today(?=[?.,]|$)|^[Tt]oday,|\bin use today\b|\btoday's (?:standards?|rules?|law|value|price|records?|world record)\b"
    r"|\b(?:has|have|was|were|been) (?:only )?recently\b(?! had\b)|\bmost recent (?:version|edition|guidelines?|update|election|census|data)\b"
    r"|\b[Tt]he newest\b(?! (?:crust|rock|layer|element|item|entry|node|leaf|leaves|cells?|growth|ring|sample|member|part|process|page|block))"
    r"|^How (?:many|much) [^?]*\btoday(?=\?$)"
    r"|\b[Tt]he current (?:world record|edition|guidelines?)\b|^Who (?:is|are) the current\b"
    rf"|\b[Tt]he latest (?:\w+ )?{_THING}\b"
)
_DATE = re.compile(r"\b(?:1\d|20)\d\d\b")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)['‘][^'‘’]+['’](?!\w)|`[^`]*`|«[^»]*»")
_SPEAKS = re.compile(r"\b(?:I|you|we|my|your|our)\b")
_CASE = re.compile(r"[.!]\s+\S|\b(?:patient|year-old|man|woman|boy|girl|translate|mean|means|say)\b", re.IGNORECASE)
_FEWEST = 3
"""Shorter texts may be the word itself that is learnt."""


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first text of each question that hangs on when it was written, if there is no year on the question."""
    for asked in material.asked:
        for prose in (*asked.texts("question"), *asked.claims):
            if asked.texts("term") or len(prose.words) < _FEWEST or not (word := _timely(asked, prose)):
                continue
            if not _is_dated(asked):
                message = f"'{word}' hangs on when this was written, and there is no year"
                yield Finding(prose.text.span, message, "say as of when, such as 'in 2024' or 'as of 2024'", asked.id)
            break


def _timely(asked: Asked, prose: Prose) -> str:
    text = _QUOTED.sub(" ", prose.plain)
    match = _TIMELY.search(text)
    if not match or _SPEAKS.search(text) or (asked.prompt and _CASE.search(asked.prompt.plain)):
        return ""
    # "someone who currently holds an office" is what a word means.
    return "" if re.search(r"\b(?:who|that|which) (?:\w+ )?$", text[: match.start()]) and prose is not asked.prompt else match[0].strip()


def _is_dated(asked: Asked) -> bool:
    remarks = [plain(one.citation.remark.value) for one in asked.found if one.citation.remark]
    return any(_DATE.search(text) for text in (*(prose.plain for prose in asked.said), *remarks))
