"""Only the right option fits the grammar of the question.

**Why.** After "an" only a word that begins with a vowel can follow, after "which two" only two things. Whoever reads well strikes the rest out
without knowing anything (NBME, "grammatical cues"; Haladyna, Downing & Rodriguez 2002: keep choices alike in grammar).

**Bad**

```yaml
- question: Leaves that are scalded turn into an
  right: infusion without taste
  wrong: [powder, jelly, drink for guests]
- question: Which two things does a cup of 150 ml need?
  right: Two grams of leaf and two minutes
  wrong: [Sugar, A lid, A spoon]
```

**Good**

```yaml
- question: Leaves that are scalded turn into a/an
  right: infusion without taste
  wrong: [powder, jelly, drink for guests]
- question: Which two things does a cup of 150 ml need?
  right: Two grams of leaf and two minutes
  wrong: [Sugar and a lid, A spoon and two minutes, A lid and a spoon]
```

Where options begin with a digit or with an article of their own, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Prose
from citedeck.rules.rule import Finding, rule

_ARTICLE = re.compile(r"(?<![\w/(.-])(?P<article>an?)(?: [\"'“]?_{2,}[\"'”]?\W*$|\s*[:…._-]*$)")
_NO_ARTICLE = re.compile(r"(?:for|find|of|vitamin|type|hepatitis|group|letter|note|variable|and|or|=) a\W*$", re.IGNORECASE)
"""What an "a" at the end is otherwise: a letter, a variable."""
_OF_THE_OTHERS = re.compile(r"(?:all|none|both|neither) of\b|(?:both|n?either) [A-F]\b", re.IGNORECASE)
_OWN_ARTICLE = re.compile(r"(?:an?|the|his|her|its|their|some|any|no|one|two|three|all|both|none|each|herb\w*)\b", re.IGNORECASE)
_FIRST = re.compile(r"[\"'“‘(]*([A-Za-z]+)(?![\w/.])")
_BOTH_WAYS = frozenset("FHLMNRSUX")
"""Abbreviations in capitals that begin so are read in one way or another: a NATO member, an NMDA receptor."""
_AS_IN_YOU = re.compile(r"uni(?!n|m|de)|unanim|us[aeu]|ur[aeio]|ut[eio]|uv[eu]|ubiq|eu|ewe|one\b|once\b", re.IGNORECASE)
_SILENT_H = re.compile(r"hour|hono|heir|honest", re.IGNORECASE)
_COUNTED = re.compile(r"\b(?:which|what) (?:two|three|four)\b|\b(?:which|what) (?:are|were) the (?:two|three|four)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\band\b|[,&;/+]|\bor\b", re.IGNORECASE)


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield choices whose article or number fits the right options only."""
    for asked in material.asked:
        if asked.prompt is None or len(asked.wrong) < 2:
            continue
        plain = asked.prompt.plain
        article = _ARTICLE.search(plain)
        if article and not _NO_ARTICLE.search(plain) and _fits_only_right(asked, article["article"]):
            message = f"after '{article['article']}' only the right option fits"
            yield Finding(asked.prompt.text.span, message, "write 'a/an', or move the article into the options", asked.id)
        elif (counted := _COUNTED.search(plain)) and _names_several(asked):
            message = f"the question says '{counted[0].lower()}'; only the right option names several"
            yield Finding(asked.prompt.text.span, message, "give each option the same number of things", asked.id)


def _names_several(asked: Asked) -> bool:
    """Say whether the right option, if it is one, names several things, and no wrong one does."""
    right, *others = asked.options
    return len(asked.right) == 1 and bool(_SEVERAL.search(right.plain)) and not any(_SEVERAL.search(option.plain) for option in others)


def _fits_only_right(asked: Asked, article: str) -> bool:
    """Say whether an article goes with each right option and with no wrong one, as far as that is known of all of them."""
    right = {_article(option) for option in asked.right}
    wrong = {_article(option) for option in asked.wrong if not _OF_THE_OTHERS.match(option.plain)}
    return right == {article} and wrong == {"a", "an"} - {article}


def _article(option: Prose) -> str:
    """Return the article that goes before an option, "a" or "an", by its sound; empty if that cannot be known."""
    first = _FIRST.match(option.plain)
    if not first or _OWN_ARTICLE.match(option.plain):
        return ""
    word = first[1]
    if len(word) > 1 and not word[1:].islower() and (word[0] in _BOTH_WAYS or not word.isupper()):
        return ""
    if len(word) == 1:
        return "an" if word.upper() in "AEFHILMNORSX" else "a"
    vowel = _SILENT_H.match(word) or (word[0].lower() in "aeiou" and not _AS_IN_YOU.match(word))
    return "an" if vowel else "a"
