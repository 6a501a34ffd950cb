"""Hardly a word of the answer stands in the cited passages.

**Why.** That a quote stands in its source is proved; that it says what the card says is not. The usual cause is a quote that was copied from the
question before, or that fits the topic and not the fact (Wozniak 1999, rule 18: sources let a learner check a card). Looked at are the words that
carry content, without their endings and without those that the question itself has; two of them are forgiven. The limit is `found-share`.

**Bad**

```yaml
- question: What happens to the leaf in water that is too hot?
  answer: Its surface is scalded, and the taste turns flat.
  cite: The society's first guide appeared in 1998.
```

**Good**

```yaml
- question: What happens to the leaf in water that is too hot?
  answer: It is scalded, according to experienced tasters.
  cite: Hotter water scalds the leaf, experienced tasters say.
```

Short answers are left alone, since a good paraphrase may share no word with its source. So are numbers, which `number-not-in-passage` looks at,
choices whose wrong options stand in the source, decks in another language than their source, and questions with citations that were not looked up.
What remarks say counts as known: a calculation or a translation can be explained there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import FUNCTION_WORDS, Prose, plain, stems, words
from citedeck.rules.rule import Finding, rule

_FORGIVEN = 2
_BEGINNINGS = (4, 5)
"""Letters of the beginnings by which words of one family are known: crystallise, crystals."""
_FOREIGN = "\u0530"
"""The first letter behind Latin, Greek and Cyrillic: scripts whose words are not told apart by endings."""
_ENGLISH_SHARE = 0.2
_MATH = re.compile(r"\$[^$]+\$")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9-]*[A-Z]s?\b")


@rule(Severity.WARNING)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions whose answer has fewer words in common with the cited passages than the limit asks for."""
    share = material.limits.found_share
    for asked in material.asked:
        if not _is_comparable(asked):
            continue
        told = _told(asked, asked.claims)
        if len(told) <= _FORGIVEN:
            continue
        known = _known(asked)
        found = sum(_stands_in(stem, known) for stem in told)
        if 100 * found < share * (len(told) - _FORGIVEN) and not _is_turned(asked, known) and not _is_spelt_out(asked):
            span = asked.claims[0].text.span if len(asked.claims) == 1 else asked.span
            few = "none" if not found else str(found)
            message = f"of {len(told)} words that carry the answer, {few} {'stand' if found > 1 else 'stands'} in the cited passages"
            yield Finding(span, message, "quote the words that give the answer, or say in remark: how it follows from these", asked.id)


def _is_comparable(asked: Asked) -> bool:
    """Say whether all that a question cites was looked up, and is in the language of the question."""
    citations = asked.question.citations or ()
    if not asked.found or len(asked.found) < len(citations) or not all(one.place for one in asked.found):
        return False
    languages = {one.source.language.partition("-")[0].lower() for one in asked.found}
    if asked.deck.language:
        languages.add(asked.deck.language.partition("-")[0].lower())
    elif asked.english:
        languages.add("en")
    if "" not in languages:
        return len(languages) == 1
    read = words(asked.passages)
    return languages <= {"", "en"} and asked.english and sum(word in FUNCTION_WORDS for word in read) >= _ENGLISH_SHARE * len(read)


def _told(asked: Asked, texts: tuple[Prose, ...]) -> frozenset[str]:
    """Return the stems of texts that the question does not have, without numbers, formulas and words of scripts that have no endings."""
    prompt = asked.prompt.stems if asked.prompt else frozenset()
    said = {stem for text in texts for stem in text.stems} - prompt
    formulas = {word for text in texts if "$" in text.plain for match in _MATH.findall(text.plain) for word in words(match)}
    return frozenset(stem for stem in said - formulas if len(stem) > 1 and stem[0] < _FOREIGN and not any(map(str.isdigit, stem)))


def _known(asked: Asked) -> frozenset[str]:
    """Return the stems of what the passages, the sources' titles and the remarks say, and the beginnings of these."""
    remarks = " ".join(plain(one.citation.remark.value) for one in asked.found if one.citation.remark)
    titles = " ".join(one.source.metadata.get("title", "") for one in asked.found)
    language = asked.deck.language or "en"
    return _families(asked.passages, language) | _families(f"{remarks} {plain(titles)}", language)


@lru_cache(maxsize=4096)
def _families(text: str, language: str) -> frozenset[str]:
    """Return the stems of a text's words, and their beginnings. Many questions cite the same passages."""
    known = stems(words(text), language)
    return known | {stem[:letters] for stem in known for letters in _BEGINNINGS}


def _stands_in(stem: str, known: frozenset[str]) -> bool:
    """Say whether a stem is known, or begins like one that is."""
    return stem in known or (len(stem) >= _BEGINNINGS[0] and stem[: _BEGINNINGS[1]] in known)


def _is_turned(asked: Asked, known: frozenset[str]) -> bool:
    """Say whether a choice asks for what the source does not say: more of its wrong options stands there than of its right ones."""
    wrong, right = _told(asked, asked.wrong), _told(asked, asked.right)
    return bool(wrong) and sum(_stands_in(stem, known) for stem in wrong) * len(right) > sum(_stands_in(stem, known) for stem in right) * len(wrong)


def _is_spelt_out(asked: Asked) -> bool:
    """Say whether an answer spells out an acronym of the passages."""
    initials = ["".join(word[0] for word in claim.words if grammar or word not in FUNCTION_WORDS) for claim in asked.claims for grammar in (True, False)]
    acronyms = {match.rstrip("s").replace("-", "").lower() for match in _ACRONYM.findall(asked.passages)}
    return any(acronym in letters for acronym in acronyms if len(acronym) > 2 for letters in initials)
