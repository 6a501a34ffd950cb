"""An acronym is written out nowhere in its deck.

**Why.** To its author an acronym is a word, to a learner it may be five letters without a meaning; and many stand for different things in
different trades. What is not understood is not learnt (Wozniak 1999, rule 1).

**Bad**

```yaml
- question: What does the GTSA recommend for green tea?
  answer: Two minutes at 80 °C.
- question: Which tannins does a long steep draw out, in the words of the ETS?
  answer: Bitter ones.
```

**Good**

```yaml
- question: What does the Green Tea Society of Asia (GTSA) recommend?
  answer: Two minutes at 80 °C.
- question: How many cups a day does the GTSA recommend?
  answer: Two.
- question: Which part of the plant holds the DNA?
  answer: Every cell.
```

It is enough if one question of the deck has the words or brackets beside the acronym, if it is a term with a definition, or if the deck's name or
description or a quote shows it in full. Acronyms that everybody knows, names with digits and Roman numbers are left alone. Only the first question
with an acronym is named.

It does not run unless you select it: of its findings too many were about names in capitals, and about acronyms that the readers of a deck know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.prose import FUNCTION_WORDS, Prose, plain
from citedeck.rules.rule import Finding, rule

_ACRONYM = re.compile(r"(?<![\w'’./&$%#@-])(?P<letters>[A-Z]{2,5})s?(?![\w/&()#*+]|[-'’.]\w|\.\w|-\d)")
_ASIDE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`|\$\$.*?\$\$|\$[^$\n]+\$|\"[^\"]*\"|“[^”]*”", re.DOTALL)
# "Kidney disease (CKD)", "CKD (kidney disease)", "CKD: kidney disease", "CKD stands for kidney disease".
_EXPLAINED = re.compile(
    r"\(\s*(?P<behind>[A-Z]{2,5})s?\s*[);,:]|\b(?P<before>[A-Z]{2,5})s?(?:\s*\([^\W\d]+[ -]\w+|\s*[:=]\s*[^\W\d]+[ -]\w+|,? (?:stands for|means|"
    r"is short for)\b)"
)
_BETWEEN = re.compile(r"[^\w']+")
_ROMAN = re.compile(r"[IVX]+")
_KNOWN = frozenset(
    """DNA RNA USA UK US EU UN HIV AIDS TV CD DVD PC ATP NATO NASA UNESCO UNICEF WHO IQ BBC CIA FBI USSR GDR FRG GMT UTC AM PM AD BC BCE CE OK ID PDF
    USB LED GPS SMS
    URL HTML HTTP HTTPS CSS XML JSON SQL API CPU GPU RAM ROM IP OS AI WWW CEO PHD MD SOS UFO VIP DIY FAQ ASCII PIN ATM SIM LCD GDP VAT BMI ECG EEG MRI
    CT ICU COVID SARS
    ISO DIN LSD PH NB PS RSVP NBC WC CO NO HCL OH KCL UV IR NYC LA DC""".split()
)
_SHOUTED = frozenset(
    """NOT EXCEPT ALL AND OR NO YES ONLY MOST LEAST BEST FALSE TRUE ANY NEVER FIRST LAST ONE TWO MUST WHO WHAT WHEN WHERE WHY HOW IS ARE IN ON OF TO
    IT AN THE BUT WITH
    THREE FOUR MORE LESS TODO FIXME TBD XXX NEXT BOTH SAME ABOVE BELOW UP DOWN LEFT RIGHT ALSO NOR XOR NAND GATE DO BE IF""".split()
)


@rule(Severity.INFO, on=False, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the first question of each deck with an acronym that the deck nowhere writes out."""
    for name, questions in material.by_deck.items():
        first: dict[str, tuple[Asked, Prose]] = {}
        for asked in questions:
            for prose in _shown(asked):
                for match in _ACRONYM.finditer(plain(_ASIDE.sub(" ", prose.text.value))):
                    if _is_unknown(match["letters"]):
                        first.setdefault(match["letters"], (asked, prose))
        if not first:
            continue
        explained = _written_out(first, _texts(name, questions))
        for letters, (asked, prose) in first.items():
            if letters not in explained:
                yield Finding(prose.text.span, f"'{letters}' is written out nowhere in this deck", "write it out once, with the acronym in brackets", asked.id)


def _shown(asked: Asked) -> Iterator[Prose]:
    """Yield the texts whose acronyms a learner has to understand, rather than to know: not terms, nor what is typed."""
    yield from asked.texts("question")
    yield from asked.texts("definition")
    if asked.cloze:
        asks = {word for one in asked.cloze.hidden for word in one.words.split()}
        yield from () if asks & set(asked.cloze.prose.plain.split()) & {m[0] for m in _ACRONYM.finditer(asked.cloze.prose.plain)} else (asked.cloze.prose,)


def _is_unknown(letters: str) -> bool:
    return letters not in _KNOWN and letters not in _SHOUTED and not _ROMAN.fullmatch(letters)


def _texts(name: str, questions: Iterable[Asked]) -> Iterator[str]:
    """Yield all that learners of a deck can read."""
    yield name.replace("::", " ")
    described: set[int] = set()
    for asked in questions:
        if asked.deck.description and id(asked.deck) not in described:
            described.add(id(asked.deck))
            yield plain(asked.deck.description.value)
        # Side by side, for an answer may write out what its question shortens.
        yield " ".join(prose.plain for prose in (*asked.said, *asked.wrong))
        yield from (f"{term.plain} ({term.plain})" for term in asked.texts("term"))
        yield from (plain(one.words) for one in asked.found)


def _written_out(wanted: Iterable[str], texts: Iterator[str]) -> set[str]:
    """Return those of the acronyms that some text explains: beside brackets, or as the first letters of words in a row."""
    known = frozenset(wanted)
    found: set[str] = set()
    for text in texts:
        if len(found) < len(known):
            found |= known & {match[match.lastgroup or 0] for match in _EXPLAINED.finditer(text)}
            shown = known & {match["letters"] for match in _ACRONYM.finditer(text)}
            found |= {letters for row in _initials(text) for letters in _runs(row) if letters in known and (len(letters) > 2 or letters in shown)}
    return found


def _initials(text: str) -> tuple[str, str]:
    """Return the first letters of a text's words in capitals, with the words of grammar and without them."""
    parts = [part for part in _BETWEEN.split(text) if part and not _ACRONYM.fullmatch(part)]
    return "".join(part[0] for part in parts).upper(), "".join(part[0] for part in parts if part.lower() not in FUNCTION_WORDS).upper()


def _runs(row: str) -> Iterator[str]:
    return (row[start : start + length] for length in range(2, 6) for start in range(len(row) - length + 1))
