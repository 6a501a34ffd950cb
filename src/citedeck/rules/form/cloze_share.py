"""One card of a cloze hides most of its text.

**Why.** A gap is found by what stands around it. Where most of a text is gone, learners cannot tell what is asked for, and have to recite a
sentence by heart to be right. A gap of a few words has one answer, and it is quickly given (Wozniak 1999, rules 5 and 12: cloze deletion, wording;
Matuschak 2020, "precise").

**Bad**

```yaml
- cloze: Green tea {{c1::should steep for two minutes in water at 80 °C}}.
```

**Good**

```yaml
- cloze: Green tea should steep for {{c1::two minutes}} in water at {{c2::80 °C}}.
- cloze: "{{c1::Tannins}} taste {{c2::bitter}}."
- cloze: "Storage of tea: {{c1::dry, dark and cool, for up to 12 months}}"
```

A hint counts among the words that are shown. Left alone are gaps of a few words, texts with a picture or a sound, and a gap that is all that
stands behind (or before) a colon, an equals sign, an arrow, a dash or a question: what it asks for is plain. A long definition is better asked as a
`term`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Cloze, Material
from citedeck.rules.prose import words
from citedeck.rules.rule import Finding, rule

_FEW = 5
"""So many hidden words are few, whatever is left of the text."""
_SHORT = 3
"""Words of so many letters may join gaps in a list: "and", "und", "ou"."""
_GAP = "[...]"
_MEDIA = re.compile(r"!\[[^\]]*\]\(")
_FORMULA = re.compile(r"\$\$.+?\$\$|\$(?=\S)[^$]+?(?<=\S)\$")
_SIGNS = re.compile(r"[\s.,;:!?()\[\]'\"-]*")
_CUE_ENDS = re.compile(r"\w.*(?:[:=?→⇒|]|\s-)\s*(?:\d+[.)]|[-*•(])?\s*$")
_CUE_BEGINS = re.compile(r"^\s*(?:[:=→⇒|]|-\s).*\w")


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the texts of which a card hides more than the limit; of several such cards, the one that hides most."""
    for asked in material.asked:
        cloze = asked.cloze
        if not cloze or _MEDIA.search(cloze.prose.text.value):
            continue
        total = _count(cloze.prose.plain)
        hidden, number = max(((_hidden(cloze, number, total, material.limits.hidden_share), -number) for number in cloze.numbers), default=(0, 0))
        if hidden:
            message = f"card {-number} hides {hidden} of the text's {total} words" if hidden < total else f"card {-number} hides the whole text"
            yield Finding(cloze.prose.text.span, message, "hide the few words that matter, or ask for the rest in a question", asked.id)


def _hidden(cloze: Cloze, number: int, total: int, most: int) -> int:
    """Return how many words a card hides, if they are more than the limit's share of the text; 0 otherwise."""
    shown = cloze.without(number)
    hidden = total - _count(shown)
    hints = sum(_count(one.hint) or bool(one.hint) for one in cloze.hidden if one.number == number)
    if not hints and _SIGNS.fullmatch(shown.replace(_GAP, "")):
        return total
    left = total - hidden + hints
    return hidden if hidden > _FEW and hidden * 100 > most * (hidden + left) and not _is_cued(shown) else 0


def _is_cued(shown: str) -> bool:
    """Say whether a card's gaps are all that stands on one side of a text of two, whose other side asks for them."""
    before, *between, after = shown.split(_GAP)
    joined = all(len(word) <= _SHORT for part in between for word in words(part))
    return joined and bool((_CUE_ENDS.search(before) and not words(after)) or (_CUE_BEGINS.match(after) and not words(before)))


def _count(text: str) -> int:
    """Return the number of words; a formula is one."""
    return len(words(_FORMULA.sub(" x ", text)))
