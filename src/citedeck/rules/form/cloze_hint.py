"""A cloze's hint gives the answer away, or says nothing.

**Why.** A hint narrows down what is asked for: *how long*, *an enzyme*, *killed or weakened?*. One that holds the answer, or half of its letters,
leaves nothing to recall (Matuschak 2020, "effortful"). One that says `?` or `...` takes the place of one that helps (Wozniak 1999, rules 12 and 16: wording,
context cues).

**Bad**

```yaml
- cloze: A longer steep draws out {{c1::tannins::tann…}}.
- cloze: Green tea steeps for {{c1::two minutes::?}}.
```

**Good**

```yaml
- cloze: A longer steep draws out {{c1::tannins::substances}}.
- cloze: Green tea steeps for {{c1::two minutes::how long?}}.
- cloze: The leaves are kept {{c1::cool::warm or cool?}}.
```

A first letter, the last word of a term (`{{c1::green tea::tea}}`), and alternatives to choose from are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Hidden, Material
from citedeck.rules.prose import FUNCTION_WORDS, content, numbers, words
from citedeck.rules.rule import Finding, rule

_MUTE = re.compile(r"[?.…\s]+")
_ALTERNATIVES = re.compile(r"[/|,]|\b(?:or|vs|versus|oder|ou)\b", re.IGNORECASE)
_CUT = re.compile(r"[\s.…_*-]+$")
_LEAST = 3
"""Letters that tell something; fewer are a first letter, or chance."""


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the hints that hold what their card hides, or the first half of it, and those without a word."""
    for asked in material.asked:
        for one in asked.cloze.hidden if asked.cloze else ():
            assert asked.cloze
            span = asked.cloze.prose.text.span
            if _MUTE.fullmatch(one.hint):
                yield Finding(span, f"the hint '{one.hint}' says nothing", "say what kind of thing is hidden, or leave the hint out", asked.id)
            elif one.hint and (told := _told(one, asked.cloze.hidden, asked.english)):
                yield Finding(span, f"the hint '{one.hint}' gives '{told}' away", "say what kind of thing is hidden", asked.id)


def _told(one: Hidden, everything: tuple[Hidden, ...], english: bool) -> str:
    """Return what a hint gives away: its own words, or others that its card hides; empty if nothing."""
    if _ALTERNATIVES.search(one.hint):
        return ""
    if _is_begun(one) or _is_spelled(one):
        return one.words
    named = _named(one.hint, english)
    return next((other.words for other in everything if other.number == one.number and (wanted := _named(other.words, english)) and wanted <= named), "")


def _named(text: str, english: bool) -> frozenset[str]:
    """Return the words of a text that carry content, and its numbers as digits."""
    figures = list(numbers(text))
    return frozenset(number.value for number in figures) | {
        word for word in content(words(text), "en" if english else "") if word not in {number.typed.lower() for number in figures}
    }


def _is_begun(one: Hidden) -> bool:
    """Say whether a hint is the first half of the hidden words, broken off."""
    cut = _CUT.sub("", one.hint)
    begun, whole = _letters(cut), _letters(one.words)
    broken = cut != one.hint or words(cut) != words(one.words)[: len(words(cut))]
    return broken and len(begun) >= _LEAST and 2 * len(begun) >= len(whole) and whole.startswith(begun)


def _is_spelled(one: Hidden) -> bool:
    """Say whether a hint holds the letters of the hidden words, or is a name whose initials are hidden."""
    whole = _letters(one.words)
    initials = "".join(word[0] for word in re.findall(r"\w+", one.hint) if word.lower() not in FUNCTION_WORDS)
    return len(whole) >= _LEAST and (_letters(one.hint) == whole or (one.words.isupper() and initials.casefold() == whole))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
