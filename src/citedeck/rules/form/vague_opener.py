"""A prompt only names a subject, and does not say what it wants to know.

**Why.** To "discuss" or "tell about" something, nearly any sentence will do, so the learner cannot tell a right answer from a wrong one, and the
card trains something else every day (Matuschak 2020, "precise"; Wozniak 1999, rule 12 on wording).

**Bad**

```yaml
- question: Discuss green tea.
  answer: It steeps for two minutes in water at 80 °C, and hotter water scalds the leaf.
```

**Good**

```yaml
- question: What does water hotter than 80 °C do to the leaf?
  answer: It scalds it.
- question: Explain why green tea should not steep for longer than two minutes.
  answer: A longer steep draws out bitter tannins.
- question: Describe the taste of tannins.
  answer: Bitter.
```

"Describe" and "explain" are left alone if a word such as *why* or *how* follows, or if the answer is short: then the prompt was narrow enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Material
from citedeck.rules.rule import Finding, rule

_ALWAYS = re.compile(
    r"(?:please |briefly |so |and )*(?:"
    r"discuss\b|comment on\b|elaborate on\b|write (?:a short note|short notes|a paragraph|an essay|something|what you know)?\s?(?:about|on)\b"
    r"|(?:tell (?:me|us)|say something|talk|speak) (?:\w+ )?about\b"
    r"|what (?:do|can) you (?:know|say|tell me|tell us|remember|recall) (?:about|of)\b|what(?: about|'s important about| is important about)\b"
    r"|what (?:is|are) (?:there )?to (?:be )?(?:know|known|say|said) about\b|how about\b)",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"(?:please |briefly )*(?P<verb>describe|explain|outline|characteri[sz]e|summari[sz]e)\b"
    r"(?! (?:in \w+ words? )?(?:(?:the )?(?:two|three|four|five) |"
    r"why|how|when|where|which|who|whose|whether|(?:the|one|two|three|a) (?:\w+ )?(?:difference|reason|distinction)))",
    re.IGNORECASE,
)
_SHORT = 15
"""An answer of so many words shows that the prompt was narrow."""


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield the prompts that any sentence about their subject would answer; not of choices and steps, which show what is wanted."""
    for asked in material.asked:
        for prompt, answer in zip(asked.texts("question"), asked.texts("answer"), strict=False):
            always = _ALWAYS.match(prompt.plain)
            often = None if always or len(answer.words) <= _SHORT else _OFTEN.match(prompt.plain)
            if match := always or often:
                opener = match[0] if always else match["verb"]
                yield Finding(
                    prompt.text.span,
                    f"after '{opener.strip()}' nearly anything would be an answer",
                    "ask for one thing, with what, which, how or why",
                    asked.id,
                )
