"""What a rule is: a generator of findings in a file of its own, whose docstring is its page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from citedeck.diagnostics import Severity, Span
from citedeck.rules.material import Material

GROUPS = {
    "cite": "what a question rests on, and whether that holds",
    "form": "how a question is asked and answered",
    "choice": "options that give the answer away, or confuse",
    "deck": "questions beside each other, and sources as a whole",
}
"""The groups of rules, and what each looks at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one place. The message states the fact, the hint says what to do."""

    span: Span
    message: str
    hint: str = ""
    question: str = ""
    """The id of the question that it is about; empty if it is about a file."""
    replacement: str | None = None
    """The value that the scalar at the span should have, if putting it there is a safe repair."""


Check = Callable[[Material], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule. Its code and its group are the names of its file and its folder."""

    code: str
    group: str
    severity: Severity
    on: bool
    """Whether it is selected unless somebody says otherwise: its findings were mostly right when they were read one by one."""
    english: bool
    """Whether it is about English wording, and sees questions in English only."""
    about: str
    """What it speaks of, and on which it can be silenced: "question", "file" (a deck file) or "source"."""
    check: Check = field(repr=False)

    @property
    def page(self) -> str:
        """Return its page, in Markdown: the docstring of its file."""
        return sys.modules[self.check.__module__].__doc__ or ""

    @property
    def summary(self) -> str:
        """Return the first line of its page."""
        return self.page.partition("\n")[0]


def rule(severity: Severity, *, on: bool = True, english: bool = False, about: str = "question") -> Callable[[Check], Rule]:
    """Make a rule of a generator function. `citedeck.rules.form.yes_no` is the rule `yes-no` of the group `form`."""

    def made(check: Check) -> Rule:
        _, _, group, name = check.__module__.split(".")
        return Rule(name.replace("_", "-"), group, severity, on, english, about, check)

    return made
