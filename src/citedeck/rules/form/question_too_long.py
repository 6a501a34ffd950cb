"""A question has more words than one takes in at a glance.

**Why.** A prompt is read again at every review, and half of its words may be of no use by then; the learner comes to recognise the look of the
card instead of thinking (Wozniak 1999, rule 12 on wording; Matuschak 2020, "focused"). Code, quotations, tables and lists do not count.

**Bad**

```yaml
- question: >-
    Given that green tea, unlike most of the other teas that are sold in shops all over the world, is known to be spoilt by water which is too hot,
    for how long should one let it steep?
  answer: For two minutes.
```

**Good**

```yaml
- question: How long does green tea steep?
  answer: Two minutes.
- question: >-
    A guest pours boiling water on green tea. She waits for six minutes before she lifts the leaves out of the pot. She then says that her cup tastes
    bitter, and asks for sugar. What should she do next time?
  answer: Let the water cool down, and take the leaves out earlier.
```

A case told in short sentences that ends in a question, as in medicine and law, is left alone up to three times the limit. Where the length is
needed, silence the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.prose import plain, words
from citedeck.rules.rule import Finding, rule

_SHOWN = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|\$\$.*?\$\$|^[ ]{0,3}(?:>|\||[-*+] |\d+[.)] )[^\n]*|\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»", re.DOTALL | re.MULTILINE
)
"""What is looked at rather than read: code, formulas, tables, lists, quotations."""
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_CASE_SENTENCES = 3
_CASE_LIMITS = 3
"""A case has so many sentences at least, the question among them, and so many times the limit of words at most."""


@rule(Severity.INFO)
def find(material: Material) -> Iterator[Finding]:
    """Yield the questions that have more words than the limit, but for cases told in short sentences."""
    most = material.limits.question_words
    for asked in material.asked:
        if asked.prompt is None or len(asked.prompt.words) <= most:
            continue
        text = plain(_SHOWN.sub(" ", asked.prompt.text.value))
        count = len(words(text))
        if count > most and not _is_case(text, count, most):
            yield Finding(
                asked.prompt.text.span, f"the question has {count} words; {most} are a lot to read", "leave out what the answer does not need", asked.id
            )


def _is_case(text: str, count: int, most: int) -> bool:
    sentences = _SENTENCE.split(text)
    told = len(sentences) >= _CASE_SENTENCES and "?" in sentences[-1]
    return told and count <= _CASE_LIMITS * most and all(len(words(sentence)) <= most for sentence in sentences)
