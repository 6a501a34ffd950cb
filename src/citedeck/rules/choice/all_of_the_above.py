"""An option stands for other options.

**Why.** Whoever knows that two options are right takes "all of the above" without looking at the third; whoever finds "none of the above"
right has shown what is wrong, not what is right (Haladyna, Downing & Rodriguez 2002; NBME, "none of the above"). And where the options come in
another order each time, as in the built-in pack, there is no above, and no A and B.

**Bad**

```yaml
- question: What keeps tea leaves fresh?
  right: All of the above
  wrong: [A dry place, A dark place, A cool place]
```

**Good**

```yaml
- question: Which three things keep tea leaves fresh?
  right: Dryness, darkness and cold
  wrong: ["Dryness, light and cold", "Dryness, darkness and warmth", "Dampness, darkness and cold"]
```

"None of them" and the like are left alone where the options are amounts ("some of them", "half of them"), and so are letters where they are
names: vitamins A and D.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.diagnostics import Severity
from citedeck.rules.material import Asked, Material
from citedeck.rules.rule import Finding, rule

_WHICH = r"(?:all|none|both|neither|either|any|each|every one)"
_OTHERS = r"(?:options?|answers?|choices?|alternatives?|statements?|responses?)(?: (?:given|listed|mentioned|above|here))?"
_RIGHT = r"(?: (?:is|are) (?:all )?(?:correct|right|true|wrong|incorrect|false))"
_ABOVE = re.compile(
    r".*\bof (?:the )?above\b.*|(?:all|none|both|neither|either) (?:the )?above"
    rf"|{_WHICH} (?:of )?(?:the )?(?:(?:these|those|given|other|listed|mentioned) )*{_OTHERS}{_RIGHT}?"
    rf"|{_WHICH} of the (?:given|listed|mentioned)|(?:all|none|both|neither){_RIGHT}|no (?:answer|option) is (?:correct|right|true)",
    re.IGNORECASE,
)
_THESE = re.compile(r"(?:all|none|both|neither|any|either) of (?:these|those|them|the two)", re.IGNORECASE)
_LETTERS = re.compile(
    r"(?:both )?[A-F](?:,? (?:and|&) [A-F]|, [A-F],? (?:and|&) [A-F])(?: only)?|(?:both|either|neither) \(?[A-F]\.?\)? (?:and|&|or|nor) \(?[A-F]\)?",
    re.IGNORECASE,
)
_AROUND = " .:!"
_LETTER = re.compile(r"\b[A-F]\b")
_AMOUNT = re.compile(r"(?:all|none|half|some|most|many|few|a (?:few|half|third|quarter)|one|two|three|both|neither|nothing|\d+)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow (?:many|much|often)\b|\b(?:share|part|proportion|fraction|number) of\b", re.IGNORECASE)


@rule(Severity.WARNING, english=True)
def find(material: Material) -> Iterator[Finding]:
    """Yield options that name others by their place, their letters or their number."""
    for asked in material.asked:
        for option in asked.options:
            said = option.plain.strip(_AROUND)
            if _ABOVE.fullmatch(said) or (_THESE.fullmatch(said) and not _counts(asked)) or (_LETTERS.fullmatch(said) and not _has_letters(asked)):
                hint = "write one that is right or wrong by itself; options come in another order each time"
                yield Finding(option.text.span, f"the option '{said}' stands for other options", hint, asked.id)


def _counts(asked: Asked) -> bool:
    """Say whether "all of them" is an amount among others."""
    amounts = sum(_AMOUNT.match(option.plain) is not None for option in asked.options)
    return amounts > 2 or bool(asked.prompt and _HOW_MANY.search(asked.prompt.plain))


def _has_letters(asked: Asked) -> bool:
    """Say whether letters are names here: the question or another option has some, too."""
    others = [option.plain for option in asked.options if not _LETTERS.fullmatch(option.plain.strip(_AROUND))]
    return any(_LETTER.search(text) for text in (*others, *([asked.prompt.plain] if asked.prompt else [])))
