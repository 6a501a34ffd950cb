"""What one card of a cloze hides can be read on the same card.

**Why.** A gap is no question if its answer stands beside it: learners look it up in the text, rate the card as easy, and the schedule sends it away
without anything having been recalled. It happens when a term comes twice in a text and is hidden once (Matuschak 2020, "effortful"; NBME on words
that stem and answer repeat).

**Bad**

```yaml
- cloze: A longer steep draws out {{c1::tannins}}, and tannins taste bitter.
- cloze: Black tea keeps for {{c1::24 months}}; green tea does not keep for 24 months.
```

**Good**

```yaml
- cloze: A longer steep draws out {{c1::tannins}}, and {{c1::tannins}} taste bitter.
- cloze: A longer steep draws out {{c1::tannins}}, which taste bitter.
- cloze: Of tannins and catechins, {{c1::tannins}} come out later.
```

All words of the gap that carry content have to stand elsewhere, a number with its unit. Left alone are short and common words, alternatives to
choose from, and texts about forms of words. Hints are the matter of `cloze-hint`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import content, numbers, words
from citedeck.rules.rule import Finding, rule

_COMMON = frozenset(
    """anterior bad big both cold common day days decrease decreased decreases different early easy end equal even external fast female few first good great
    greater half hard heavy high higher highest hot hour hours increase increased increases inferior internal large larger largest last late lateral left
    light little long longer low lower lowest male many medial minor major month months negative new normal number old one open other part people person
    positive posterior rapid raised reduced right same second short shorter single slow small smaller smallest strong superior system third three time two
    type upper warm water way weak week weeks wide year years young""".split()
)
"""English words that come twice in a text without the one telling the other."""
_FOREIGN_LETTERS = 6
"""The least length of a telling word in another language than English, whose common words are not known here."""
_LETTERS = 3
_FEWEST = 6
"""Texts of fewer words are rows of forms, such as put, put, put."""
_FORMS = re.compile(r"\b(?:past|tense|plural|singular|participle|infinitive|conjugat\w+|declension|comparative|superlative|rhymes?)\b", re.IGNORECASE)
_OR = r"(?:or|and|vs\.?|versus|oder|und|ou|et|o|y)"
_JOINTS = re.compile(r"[-/']")


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the texts in which a card shows words that it hides; the first of them."""
    for asked in material.asked:
        cloze = asked.cloze
        if not cloze or len(cloze.prose.words) < _FEWEST or _FORMS.search(cloze.prose.plain):
            continue
        shown = {number: cloze.without(number) for number in cloze.numbers}
        for one in cloze.hidden:
            if _leaks(one.words, shown[one.number], asked.english):
                message = f"card {one.number} hides '{one.words}', which the same card shows elsewhere"
                yield Finding(cloze.prose.text.span, message, "hide both with the same number, or reword the text", asked.id)
                break


def _leaks(hidden: str, shown: str, english: bool) -> bool:
    """Say whether all words that matter among the hidden ones are shown, and not as one of several alternatives. Numbers have to stand with their units."""
    typed = words(hidden)
    if any(numbers(hidden)) or any(len(word) == 1 for word in typed):  # As in "vitamin D": what remains would stand for all vitamins.
        told = (len(typed) > 1 or (hidden[0].isdigit() and len(hidden) >= _LETTERS)) and f" {' '.join(typed)} " in f" {' '.join(words(shown))} "
    else:
        matter = _parts(content(typed, "en" if english else ""))
        telling = any(len(word) >= _LETTERS and word not in _COMMON if english else len(word) >= _FOREIGN_LETTERS for word in matter)
        told = telling and matter <= _with_singulars(_parts(words(shown)), english)
    return told and not _is_alternative(hidden, shown)


def _parts(found: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part for word in found for part in _JOINTS.split(word.removesuffix("'s")) if part)


def _with_singulars(found: frozenset[str], english: bool) -> frozenset[str]:
    """Return words, those of English with and without the plural's ending."""
    long = (word for word in found if english and len(word) > _LETTERS)
    return found.union(*((word.removesuffix("s"), word + "s") for word in long))


def _is_alternative(hidden: str, shown: str) -> bool:
    """Say whether hidden words are shown only where a text lists what there is to choose from."""
    here = rf"\b{re.escape(hidden)}\b"
    listed = rf"\b{_OR} {here}(?=[,.;:?)]|$)|{here} {_OR}\b|{here},(?: [\w-]+){{1,4}},? {_OR}\b"
    times = len(re.findall(here, shown, re.IGNORECASE))
    return 0 < times <= len(re.findall(listed, shown, re.IGNORECASE))
