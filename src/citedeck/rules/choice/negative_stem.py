"""The question asks which option is not so.

**Why.** Each option has to be turned over in mind: the right one is the one that is wrong. Learners overlook the "not", and what they remember
of the card is a false statement (NBME, negative stems; Haladyna, Downing & Rodriguez 2002: word the stem positively, avoid *not* and *except*).
Ask for what is so; one right option among wrong ones says the same.

**Bad**

```yaml
- question: Which of these is NOT good for tea leaves?
  right: Light
  wrong: [Dryness, Darkness, Cold]
```

**Good**

```yaml
- question: What harms tea leaves in the cupboard?
  right: Light
  wrong: [Dryness, Darkness, Cold]
- question: Which sort of tea does hot water not harm?
  right: Black tea
  wrong: [Green tea, White tea, Yellow tea]
```

A "not" that belongs to the fact is left alone: "Which vitamin can the body not make?" So is one in another clause: "Which of these helps patients
who do not sleep?"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_CLAUSE = r"(?:who|whom|whose|that|which|if|when|where|while|because|since|but|although|to|whether|as)"
_WORDS = rf"(?:(?!{_CLAUSE}\b|at\b)[\w'’/-]+,? )"
_OF_THESE = r"(?:which|what|who)(?: \w+)?(?: \w+)? of (?:these|those|the (?:following|above|below|options|answers|statements))"
_ONE = r"(?:which|what) (?:one|statement|option|answer|sentence|claim|assertion|alternative|choice|item)"
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must|might)"
_NO = rf"(?:{_AUX} {_WORDS}{{0,3}}?not|{_AUX}n['’]?t|cannot|never)\b(?! (?:only|yet|just|more than|less than|until))"
_WRONG = r"(?:false|incorrect|untrue|wrong|inaccurate|inappropriate|the exception|the odd one out)"
_LEAST = r"least (?:likely|appropriate|accurate|probable|suitable|true|applicable|relevant|helpful|useful|effective)"
_NEGATIVE = re.compile(
    rf"\b(?:{_OF_THESE}|{_ONE}) {_WORDS}{{0,6}}?(?:{_NO}|{_LEAST}|{_AUX} {_WRONG}(?=\W*$| (?:about|of|for|in|regarding|concerning|with|on)\b))"
    rf"|(?:^|[.:;?!] )which (?:is|are|was|were) not\b(?! (?:only|yet|just))"
    rf"|\b(?:which|what) {_WORDS}{{0,3}}?(?:is|are|was|were) not (?:an? |(?:true|correct|correctly|right|one of|among|part of|an example)\b)(?!.*\bbut\b)"
    rf"|\bone of these {_WORDS}{{0,2}}{_NO}"
    rf"|\b(?:all|each|every one|any)\b.*\b(?:except|but)(?: for)?(?: which)?\W*$"
    rf"|\bexcept\W*$"
    rf"|\b(?:which|what|who)\b.*\b(?:does|do|is|are) not (?:belong|fit)\b",
    re.IGNORECASE,
)
_SHOUTED = re.compile(
    r"\b(?:[Ww]hich|WHICH|[Ww]hat|WHAT)\b[^?`]*?(?:(?<!the )(?<!a )\b(?:NOT|EXCEPT|LEAST|NEVER|CANNOT)\b|\b(?:is|are|IS|ARE) (?:FALSE|INCORRECT|"
    r"UNTRUE|WRONG)\b)(?! [A-Z]{2})"
)


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield choices whose question asks for the option that is not true or does not belong."""
    for asked in material.asked:
        if asked.prompt and asked.options and (_NEGATIVE.search(asked.prompt.plain) or _SHOUTED.search(asked.prompt.plain)):
            yield Finding(
                asked.prompt.text.span, "the question asks which option is not so", "ask for what is so, with one right option among wrong ones", asked.id
            )
