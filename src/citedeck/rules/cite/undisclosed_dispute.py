"""Two questions ask the same and answer differently, each by a source of its own.

**Why.** Learners are right on one card and wrong on the other, and neither says that the sources disagree. Two memories with one cue also overwrite
each other (Wozniak 1999, rule 11: combat interference). A citation with `stance: disputes` puts both sides on the card; a question that names its
source asks for something that can be known.

**Bad**

```yaml
# sources/home-brewer.yaml
type: post-weblog
title: My tea
author: [{literal: A home brewer}]
issued: "2023"
URL: https://example.org/my-tea
```

**Bad**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
  cite: steep for two minutes in water at 80 °C
- question: How long does green tea steep?
  answer: Five minutes.
  cite: {source: home-brewer, at: p. 3}
```

**Good**

```yaml
# sources/home-brewer.yaml
type: post-weblog
title: My tea
author: [{literal: A home brewer}]
issued: "2023"
URL: https://example.org/my-tea
```

**Good**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
  cite:
    - steep for two minutes in water at 80 °C
    - {source: home-brewer, at: p. 3, stance: disputes}
- question: How long does the home brewer let green tea steep?
  answer: Five minutes.
  cite: {source: home-brewer, at: p. 3}
```

An answer that shares half of its words with the other, or all of its numbers, is no other answer. Questions with pictures or sounds are left alone,
and so are open ones ("Which of these is true?", "Name an example") and choices that have no option in common. Short ones, such as "What is the
dose?", are compared within their deck only. If both answers come from one source, see `duplicate-question`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import stems
from citedeck.rules.rule import Finding, rule

_SPECIFIC = 5
"""Words with content of a question that asks the same in every deck."""
_SHOWN = 60
_OPEN = re.compile(
    r"(?:which|what) (?:one )?(?:of\b|(?:is|are) (?:true|false|correct|right|wrong)\b|statements?\b)|(?:name|give) (?:an?|one|two|three)\b", re.IGNORECASE
)
"""Such a question has many right answers: "Which of these statements is true?", "Name an example."."""


@dataclass(frozen=True)
class _Side:
    """A question with a source of its own, and what tells its answer from others."""

    asked: Asked
    sources: frozenset[str]
    numbers: frozenset[str]
    stems: frozenset[str]


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions that ask what an earlier one asks, and answer something else, if no citation of the two says that it disagrees."""
    first: dict[tuple[str, str], _Side] = {}
    for asked in material.asked:
        if (side := _side(asked)) is None or asked.prompt is None:
            continue
        if _OPEN.match(asked.prompt.plain):
            continue
        deck = "" if len(asked.prompt.content) >= _SPECIFIC else asked.deck.name
        earlier = first.setdefault((deck, _key(asked.prompt.text.value)), side)
        if earlier.sources & side.sources or _agree(earlier, side) or _offer_others(earlier.asked, asked):
            continue
        here, there = (_shown(one.asked) for one in (side, earlier))
        message = f"'{asked.id}' answers '{here}' where '{earlier.asked.id}' answers '{there}', from another source"
        where = earlier.asked.span
        hint = f"that is at {where.path}:{where.line}; cite the other source too, with stance: disputes, or name the source in the question"
        yield Finding(asked.span, message, hint, asked.id)


def _side(asked: Asked) -> _Side | None:
    """Return a question with all that its answers tell; None if its citations say that sources disagree, or if it shows a picture."""
    citations = asked.question.citations
    if not citations or "question" not in asked.question.values or not asked.answers or asked.steps:
        return None
    texts = [*([asked.prompt] if asked.prompt else []), *asked.answers]
    if any(one.stance != "supports" for one in citations) or any("![" in text.text.value for text in texts):
        return None
    counted = {number.typed.lower(): number.value for answer in asked.answers for number in answer.numbers}
    told = {part for answer in asked.answers for part in stems(tuple(word for word in answer.content if word not in counted))}
    if not told and not counted:
        told = {word for answer in asked.answers for word in answer.words}
    return _Side(asked, frozenset(one.source.value for one in citations), frozenset(counted.values()), frozenset(told))


def _agree(one: _Side, other: _Side) -> bool:
    """Say whether two answers may mean the same: equal numbers, or most words of the shorter one."""
    if one.numbers and other.numbers:
        return one.numbers <= other.numbers or other.numbers <= one.numbers
    return 2 * len(one.stems & other.stems) >= min(len(one.stems), len(other.stems))


def _offer_others(one: Asked, other: Asked) -> bool:
    """Say whether two choices have no option in common: each asks which of its own is right."""
    return bool(one.wrong and other.wrong) and not {option.plain.casefold() for option in one.options} & {option.plain.casefold() for option in other.options}


def _key(typed: str) -> str:
    """Return what a question asks, without letter case and the last mark of punctuation."""
    return " ".join(typed.casefold().split()).rstrip("?.!:… ")


def _shown(asked: Asked) -> str:
    plain = "; ".join(answer.plain for answer in asked.answers)
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1].rpartition(" ")[0] + " …"
