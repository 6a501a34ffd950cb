"""A question points at something that is not on the card.

**Why.** "The author", "the table above", "as mentioned": whoever wrote the card had the page before them. The learner meets it between cards on
other things, months later, and cannot know what is meant (Wozniak 1999, rule 16 on context; Matuschak 2020, "precise").

**Bad**

```yaml
- question: According to the author, how long should it steep?
  answer: Two minutes.
- question: What does figure 3 show about hot water?
  answer: It scalds the leaf.
```

**Good**

```yaml
- question: How long should green tea steep, according to the guide of the Example Tea Society?
  answer: Two minutes.
- question: One trial compared two kettles. What did the trial find?
  answer: No difference.
- question: Which of the following scalds the leaf?
  right: Water at 95 °C
  wrong: [Water at 60 °C, Water at 70 °C]
```

Prompts with a picture, code, a table or several lines are left alone: these may hold what is meant. So is what the prompt itself brings up or
names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Prose
from citedeck.rules.rule import Finding, rule

_ON_CARD = re.compile(r"!\[|\n|`|\$\$")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)['‘][^'‘’]+['’](?!\w)|\([^()]*\)")
_TITLE = re.compile(r"(?<![\w*])\*[^*\n]+\*|(?<!\w)_[^_\n]+_(?!\w)|\"|“")
_NAME = re.compile(r"(?<=[\w,;'’-] )[A-Z][\w'’-]*|\b(?:1[5-9]|20)\d\d\b")
_EARLIER = re.compile(r"[.?!:;]\s")

_PEOPLE = r"(?:authors?|writers?|speaker|lecturer|presenter|instructor|teacher|professor|narrator|researchers|investigators)"
_WORKS = r"(?:text|passage|excerpt|extract|reading|article|paper|chapter|book|textbook|lecture|slides?|video|podcast|episode|talk|handout|transcript|study)"
_SAID = (
    r"(?:say|argue|claim|mention|recommend|suggest|describe|call|think|believe|conclude|define|compare|give|list|name|state|mean|attribute|explain|"
    r"propose|regard|consider|warn|advise|distinguish|find|show|report|cite|discuss|use|refer|point)"
)
# Not "the author of Emma", "the text that …", "the study by Milgram".
_ENDS = r"(?!['’]|\s+(?:of|at|by|on|from|about|for|that|which|who|whom|with|behind|called|named|entitled|titled|published|in|[A-Z0-9*_\"“]))"
_PARTS = r"(?:mentioned|described|discussed|listed|named|given|stated|cited|presented|covered|shown|explained|used)"

_ALWAYS = re.compile(
    r"(?:[Aa]s (?:was |were |is |has been |already |we |we have )?(?:mentioned|described|discussed|stated|noted|shown|seen|explained|said|listed|saw)"
    r" (?:above|earlier|before|previously|below|in class|last time)(?=[\s]*(?:[,.;?)]|$|\b(?:why|how|what|which|who|when|where|is|are|was|were)\b))"
    r"|\b(?:mentioned|listed|described|shown|given|discussed|stated) above\b"
    r"|\b(?:the|this|that) (?:above|aforementioned|abovementioned|above-mentioned)\b(?!-)"
    r"|\b(?:table|figure|list|example|text|passage|diagram|picture|image|graph|question|case|equation|formula|sentence) (?:above|below)\b"
    r"|\bwe (?:saw|discussed|learned|learnt|covered|talked about|mentioned) (?:earlier|above|before|in class|in the lecture|last time|last week)\b)"
)
_FOLLOWING = re.compile(
    r"\b[Tt]he following(?! (?:days?|mornings?|nights?|weeks?|months?|years?|seasons?|decades?|century|centuries|summer|winter|spring|generation)\b)"
)
_LISTED = re.compile(r"[:(]|\?\s*\S|;")
_FIGURE = re.compile(
    r"(?:\b(?:[Ii]n|[Oo]n|[Ff]rom|see|does|do|to|of) |^)(?:[Ff]igure|[Ff]ig\.|table|slide|diagram|panel) \d+[a-z]?\b(?! (?:of|in|from|by)\b)"
    r"|\b[Ii]n (?:chapter|lecture|lesson|slide|unit) \d+(?=\s*(?:[,.?]|$))"
)
_POINTED = re.compile(
    rf"\b[Aa]ccording to (?:the {_PEOPLE}|the {_WORKS}|the source|this \w+)\b{_ENDS}"
    rf"|\b(?:[Ii]n|[Oo]n|[Ff]rom|by) (?:this|these|our|today's) (?:{_WORKS}|list|figures?|table|diagram|graph|chart|image|picture|photo|map|"
    rf"slides?|course)\b{_ENDS}"
    rf"|\b[Ii]n the (?:lecture|slides|handout|excerpt|extract|podcast|episode|video|transcript)(?=\s*(?:[,.?]|$|{_PARTS}\b))"
    rf"|\b{_PARTS} in the (?:{_WORKS}|figure|table|diagram|graph|chart|picture|image)\b{_ENDS}"
    rf"|\bof this (?:text|passage|excerpt|article|paper|chapter|lecture|essay|podcast|episode)\b{_ENDS}|^In the (?:text|passage|article|chapter|reading),"
    rf"|\bthe (?:study|trial|experiment|article|paper|text|passage) (?:described|mentioned|discussed|cited|above)\b(?! (?:by|in|of|above)\b)"
    rf"|\b[Dd]oes (?:this|the) (?:figure|diagram|graph|chart|picture|photo|slide|passage|excerpt) (?:show|say|depict|describe|illustrate)\b"
)
_UNNAMED = re.compile(
    rf"\b(?:do|does|did) the {_PEOPLE} {_SAID}\b|\b(?:what|how|why) the {_PEOPLE} {_SAID}s?\b"
    r"|\b(?:did|does|what) (?:the|this) (?:study|trial|experiment|paper|article) (?:find|found|show|showed|shows|conclude|concluded|report|reported|say|says)\b"
    r"|\bin this (?:study|trial|test|experiment|paper|article)\b(?! (?:of|by|on|that|which)\b)"
)
"""What may be meant is clear as soon as the prompt has a name or a year."""


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first place in each prompt that leans on what is not there."""
    for asked in material.asked:
        for prompt in asked.texts("question"):
            if not _ON_CARD.search(prompt.text.value) and (words := _dangling(asked, prompt)):
                message = f"'{words}' points at something that is not on the card"
                yield Finding(prompt.text.span, message, "name what is meant, or put it on the card", asked.id)


def _dangling(asked: Asked, prompt: Prose) -> str:
    """Return the words that point at something else; empty if there are none."""
    text = _QUOTED.sub(lambda match: "(" + "-" * (len(match[0]) - 2) + ")", prompt.plain)
    if match := _ALWAYS.search(text):
        return match[0].strip()
    match = _FOLLOWING.search(text)
    if match and not asked.wrong and not asked.steps and not _LISTED.search(text, match.end()):
        return match[0]
    named = _TITLE.search(prompt.text.value)
    for pattern in (_FIGURE, _POINTED, _UNNAMED):
        match = pattern.search(text)
        if match and not named and not _EARLIER.search(text, 0, match.start()) and not (pattern is _UNNAMED and _NAME.search(text)):
            return match[0].strip()
    return ""
