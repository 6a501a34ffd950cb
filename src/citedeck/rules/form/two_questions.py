"""One prompt asks two things.

**Why.** The card is failed when either half is, so the half that is known comes back as often as the half that is not (Wozniak 1999, rule 4, the
minimum information principle; Matuschak 2020, "focused"). Each question on a card of its own gets the schedule that it needs.

**Bad**

```yaml
- question: How long does green tea steep, and why should it not steep for longer?
  answer: For two minutes. Tannins make it bitter.
- question: Where are the leaves kept? And for how long do they keep?
  answer: In a dark place, for 12 months.
```

**Good**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
- question: Why should green tea not steep for longer than two minutes?
  answer: A longer steep draws out bitter tannins.
- question: Which two things spoil green tea?
  answer: Hot water and a long steep.
```

A sentence that leads up to one question is no second one. Quotations, code and brackets are left alone, and so is "and which …" that may go on
describing what is asked for. Where the two answers are only ever needed together, silence the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import plain
from citedeck.rules.rule import Finding, rule

_ASIDE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]+`|\$\$.*?\$\$|\$[^$\n]+\$|\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|“[^”]*”|«[^»]*»|(?<!\w)['‘][^'‘’\n]+['’](?!\w)", re.DOTALL
)
_SENTENCE = re.compile(r"(?<=[.?!:])\s+")
_IN = r"(?:(?:in|at|by|on|of|for|with|to|from|under|through|after|during|since|until|against|about)\s+)?"
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)(?:n't)?"
_IT = r"(?:it|they|he|she|this|that|these|those|there|one|you|we|i|the|an?|its|their|his|her)"
_WH = r"(?:why|how|what|when|where|which|who|whom|whose)"

_OPENS = re.compile(
    rf"(?:(?:and|but|so)\s+)?(?:{_IN}(?:what|which|who|whom|whose)\b|{_IN}(?:why|when|where|how(?:\s+\w+){{0,3}}?)\s+{_AUX}\b|{_AUX}\s)"
    rf"|and\s+{_IN}(?:why|how|when|where|which|what)(?:\s+[\w-]+){{0,2}}\?$|{_WH} and {_IN}{_WH}\s+{_AUX}\b",
    re.IGNORECASE,
)
"""How a question begins that is one by its word order: "when does", but not "when water boils"."""
_LEAD = re.compile(r"[^,?]*,\s+")
_PAIR = re.compile(rf"{_IN}{_WH} and {_IN}{_WH}\b", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<!\bif )(?<!\bwhen )(?<!\bwhere )(?<!\bhow )\band {_IN}(?:why|how(?: (?:long|many|much|often|far|high|fast))?|when|where|by whom)(?: not)?[\s.?]*$",
    re.IGNORECASE,
)
# Without "and" only a pronoun tells ", where was it" from ", which is the native language of …".
_TURNED = re.compile(
    rf",\s+and\s+{_IN}{_WH}\s+(?:\w+\s+){{0,3}}?{_AUX}\s+{_IT}\b|,\s+{_IN}{_WH}\s+{_AUX}\s+(?:it|they|he|she|this|there)\b"
    rf"|,?\s+and\s+{_AUX}\s+(?:it|they|he|she|this|there|you|we)\b",
    re.IGNORECASE,
)
_ADDED = re.compile(
    rf"\band\s+{_IN}(?:(?:why|when|where)\s+{_AUX}\b|(?:how|what)\s+(?:\w+\s+){{0,3}}?{_AUX}\b|which\s+(?!{_AUX}\b)(?:\w+\s+){{1,2}}?{_AUX}\b)"
    r"|,\s+and\s+(?:why|how|what)\b",
    re.IGNORECASE,
)
_EMBEDDED = re.compile(rf"\b(?:{_WH}|that|between)\b", re.IGNORECASE)
_TOLD = re.compile(r"(?:please )?(?:describe|discuss|explain|define|name|list|state|give|compare|outline|say|tell|identify)\b", re.IGNORECASE)
_TOLD_MORE = re.compile(
    r"\band (?:also |then |briefly )?(?:(?:describe|discuss|explain|define|name|list|state|give|compare|outline|say|identify) "
    rf"(?:the|an?|its|their|his|her|one|two|three|it|them|{_WH})\b|(?:why|how)\b|what\b)",
    re.IGNORECASE,
)


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the prompts with two questions, be it in two sentences or in one."""
    for asked in material.asked:
        for prompt in asked.texts("question"):
            text = plain(_ASIDE.sub(" ", prompt.text.value))
            sentences = _SENTENCE.split(text)
            if sum(_asks(sentence) for sentence in sentences) > 1 or any(_is_double(sentence) for sentence in sentences):
                yield Finding(prompt.text.span, "this asks two things at once", "make two questions of it", asked.id)


def _asks(sentence: str) -> bool:
    """Say whether a sentence is a question of its own, rather than the alternatives of the one before."""
    return sentence.endswith("?") and _opening(sentence) is not None


def _opening(sentence: str) -> int | None:
    """Return where a question begins in its sentence: at its start, or behind a few words and a comma."""
    if _OPENS.match(sentence):
        return 0
    lead = _LEAD.match(sentence)
    return lead.end() if lead and _OPENS.match(sentence, lead.end()) else None


def _is_double(sentence: str) -> bool:
    """Say whether a sentence asks two things by itself."""
    if _TOLD.match(sentence):
        more = _TOLD_MORE.search(sentence)
        return more is not None and not re.search(r"\bbetween\b", sentence[: more.start()], re.IGNORECASE)
    at = _opening(sentence)
    if at is None:
        return False
    if _PAIR.match(sentence, at) or _BARE.search(sentence, at) or _TURNED.search(sentence, at):
        return True
    added = _ADDED.search(sentence, at)
    # "the man who came and what he did": a clause within the question may be what goes on.
    return added is not None and not _EMBEDDED.search(sentence, _first_word(sentence, at), added.start())


def _first_word(sentence: str, at: int) -> int:
    """Return where the word that asks ends."""
    match = re.compile(rf"(?:(?:and|but|so)\s+)?{_IN}\w+", re.IGNORECASE).match(sentence, at)
    return match.end() if match else at
