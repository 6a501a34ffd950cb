"""The same question stands twice.

**Why.** Learners answer it twice as often as they need to, and when one of the two is corrected, the other stays wrong. Redundancy helps only
where it asks from another side (Wozniak 1999, rule 17). If the two answers differ, see
`undisclosed-dispute`. Letter case and punctuation are set aside, and so are words that one answer has beyond the other (`1998`, `In 1998`), but not
numbers, signs and pictures. Wrong options do not make another question of a choice.

**Bad**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
- question: How long does green tea steep
  answer: For two minutes.
```

**Good**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
- question: Why should green tea not steep for longer than two minutes?
  answer: A longer steep draws out bitter tannins.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import Prose
from citedeck.rules.rule import Finding, rule

_PICTURE = re.compile(r"!\[[^\]]*\]\((?:<[^>]*>|[^)]*)\)")
_TOLD = re.compile(r"[^\W_]+(?:[-'./][^\W_]+)*|(?<!\w)-(?=\d)|-{2,}|[^\w\s.,;:!?'\"()\[\]…„“”«»-]|_+")
_NEGATIONS = re.compile(r"\b(?:no|not|non|none|never|neither|nor|without|cannot)\b|n't\b", re.IGNORECASE)


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions that ask and answer what an earlier one does. If several ask alike, answers are held against the first, and against equal ones."""
    equal: dict[tuple[object, ...], Asked] = {}
    alike: dict[tuple[object, ...], Asked] = {}
    for asked in material.asked:
        asks = _asks(asked)
        if not any(asks):
            continue
        first = equal.setdefault((*asks, _answers(asked)), asked)
        if first is asked:
            first = alike.setdefault(asks, asked)
            first = first if _answer_alike(first, asked) else asked
        if first is not asked:
            span = first.span
            yield Finding(asked.span, f"'{asked.id}' asks the same as '{first.id}'", f"that is at {span.path}:{span.line}; keep one of them", asked.id)


def _asks(asked: Asked) -> tuple[object, ...]:
    """Return what a question asks, without what readers do not take for a difference."""
    prompt = _folded(asked.prompt) if asked.prompt else ()
    return prompt, (_folded(asked.cloze.prose), frozenset(one.words for one in asked.cloze.hidden)) if asked.cloze else ()


def _answers(asked: Asked) -> tuple[object, ...]:
    """Return what a question answers. The order of steps counts, that of options does not."""
    answers = [_folded(answer) for answer in asked.answers]
    return tuple(answers if asked.steps else sorted(answers))


def _answer_alike(first: Asked, later: Asked) -> bool:
    """Say whether one of two answers says all that the other does, and no other number and no "not"."""
    if (first.wrong and later.wrong) or len(first.answers) != 1 or len(later.answers) != 1:
        return False
    one, other = first.answers[0], later.answers[0]
    less, more = sorted((one.stems, other.stems), key=len)
    figures = [{number.value for number in answer.numbers} for answer in (one, other)]
    denied = [len(_NEGATIONS.findall(answer.plain)) for answer in (one, other)]
    return bool(less) and less <= more and figures[0] == figures[1] and denied[0] == denied[1]


def _folded(prose: Prose) -> tuple[str, ...]:
    """Return the words of a text, and the signs and pictures that make a difference; of a text without any, all of it."""
    pictures = _PICTURE.findall(prose.text.value) if "![" in prose.text.value else []
    return tuple(_TOLD.findall(prose.plain.casefold()) + pictures) or (prose.plain,)
