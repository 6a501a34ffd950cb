"""The pages behind the codes: a rule's is the docstring of its file, a compiler code's a section of docs/diagnostics.md."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from citedeck.diagnostics import CODES, Severity
from citedeck.rules import RULES
from citedeck.rules.limits import MEANINGS, Limits
from citedeck.rules.rule import GROUPS, Rule

_HERE = Path(__file__).resolve().parent
# In a wheel the page lies inside the package; in a checkout it is the documentation itself.
_DIAGNOSTICS = next((path for path in (_HERE / "diagnostics.md", _HERE.parents[1] / "docs" / "diagnostics.md") if path.is_file()), None)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https:)[^)]*\)")
_SEVERITY = re.compile(r"(?:A (?:warning|note)(?:, not a warning)?(?: from [^:]*)?[.:] |An error: |Only from `citedeck release`; a build warns\. )+")
_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be known about a code: in one line, and in full, as Markdown."""

    code: str
    group: str
    """A group of rules; "compiler" for what is no rule."""
    summary: str
    text: str


@cache
def pages() -> Mapping[str, Page]:
    """Return the page of each code, the rules' first, in their groups."""
    own = {rule.code: Page(rule.code, rule.group, rule.summary, rule_page(rule)) for rule in RULES}
    return own | {code: Page(code, "compiler", _first_sentence(text), f"# {code}\n\n{text}\n") for code, text in sorted(_sections().items())}


def rule_page(rule: Rule) -> str:
    """Return a rule's page in full: what the docstring says, and what holds for all rules."""
    parts = [f"# {rule.code}", f"*{traits(rule)}*", rule.page.strip()]
    if limits := limits_of(rule):
        told = ", ".join(f"`{name} = {getattr(Limits(), name.replace('-', '_'))}` ({MEANINGS[name]})" for name in limits)
        parts.append(f"**Limits** under `[rules.limits]` in the settings: {told}.")
    parts.append(how_to_silence(rule))
    return "\n\n".join(parts) + "\n"


def traits(rule: Rule) -> str:
    """Return a rule's group, severity and whether it runs, in words."""
    told = [f"group {rule.group}", _SEVERITIES[rule.severity], "runs by default" if rule.on else "off by default"]
    return ", ".join([*told, *(["English questions only"] if rule.english else [])])


def how_to_silence(rule: Rule) -> str:
    """Return where a reason for leaving a finding alone can be written."""
    places = {"question": "on the question, or at the top of its deck file", "file": "at the top of the deck file", "source": "under `citedeck:` of the source"}
    return f"**Silence** it with a reason: `silence: {{{rule.code}: why}}` {places[rule.about]}."


def limits_of(rule: Rule) -> list[str]:
    """Return the limits that a rule goes by."""
    source = inspect.getsource(sys.modules[rule.check.__module__])
    return [name for name in MEANINGS if re.search(rf"\blimits\.{name.replace('-', '_')}\b", source)]


def listing() -> str:
    """Return all codes, a line each, by group. A star marks the rules that run by default."""
    width = max(map(len, pages()))
    starred = {rule.code for rule in RULES if rule.on}
    parts = []
    for group, meaning in {**GROUPS, "compiler": "what keeps a deck from being read, proved or built"}.items():
        lines = (f"  {'*' if one.code in starred else ' '} {one.code:<{width}}  {one.summary}" for one in pages().values() if one.group == group)
        parts.append("\n".join([f"{group}: {meaning}", *lines]))
    return "\n\n".join(parts)


def rules_page() -> str:
    """Return the page of the documentation about rules."""
    lines = [_HEAD]
    for group, meaning in GROUPS.items():
        lines.append(f"\n## {group}: {meaning}\n\n| rule | | finds |\n|---|---|---|")
        for rule in (rule for rule in RULES if rule.group == group):
            marks = [_SEVERITIES[rule.severity], *([] if rule.on else ["off"]), *(["English"] if rule.english else [])]
            lines.append(f"| [{rule.code}](#{rule.code}) | {', '.join(marks)} | {rule.summary} |")
        lines += [f"\n#{rule_page(rule)}".rstrip() for rule in RULES if rule.group == group]
    lines.append(_TAIL)
    return re.sub(r"^## (?=[a-z0-9-]+$)", "### ", "\n".join(lines), flags=re.MULTILINE).rstrip() + "\n"


_HEAD = """# Rules

For authors who want to know what `citedeck check` says about their questions beyond plain errors: each rule, why it is one, and how to go on
from it. `citedeck explain CODE` prints the same. How rules are selected, silenced and taken up on an old deck is in
[checking](checking.md); how often each one is right, in [precision](precision.md). The pages are made from the rules themselves."""

_TAIL = """
## Literature

- Wozniak 1999: P. Wozniak, *Effective learning: Twenty rules of formulating knowledge*.
- Matuschak 2020: A. Matuschak, *How to write good prompts: using spaced repetition to create understanding*.
- Haladyna, Downing & Rodriguez 2002: *A review of multiple-choice item-writing guidelines for classroom assessment*. Applied Measurement in
  Education 15(3).
- NBME: National Board of Medical Examiners, *Constructing written test questions for the basic and clinical sciences*.
- Moore et al. 2023: S. Moore, H. A. Nguyen, T. Chen, J. Stamper, *Assessing the quality of multiple-choice questions using GPT-4 and
  rule-based methods*. EC-TEL 2023."""


def _sections() -> dict[str, str]:
    """Return the sections of the page about the compiler's codes, without links into other pages."""
    if _DIAGNOSTICS is None:
        return dict.fromkeys(CODES, "")
    text = _DIAGNOSTICS.read_text(encoding="utf-8")
    parts = re.split(r"^##+ (\S+)\n", text, flags=re.MULTILINE)
    found = {name: re.split(r"^## ", body, maxsplit=1, flags=re.MULTILINE)[0] for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    return {code: _LINK.sub(r"\1", found.get(code, "")).strip() for code in CODES}


def _first_sentence(text: str) -> str:
    """Return what a section says first, once it has said how bad it is."""
    told = _SEVERITY.sub("", text, count=1)
    sentence = re.match(r"(.+?)[.:?!](?:\s|$)", told, re.DOTALL)
    words = " ".join((sentence[1] if sentence else told).split())
    return f"{words[:1].upper()}{words[1:]}."
