"""Each rule has an example with bad cases and near misses, a page, and its place in the documentation."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from annotated import annotate, parts_of
from citedeck import rules
from citedeck.rules import RULES
from citedeck.rules.limits import MEANINGS
from citedeck.rules.rule import GROUPS, Rule
from citedeck.selection import Selection
from conftest import ROOT, compile_folder, write_project
from tea import TEA

EXAMPLES = Path(__file__).parent / "rules"
RULES_FOLDER = Path(rules.__file__).parent
BY_CODE = {rule.code: rule for rule in RULES}


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_an_example_earns_exactly_what_is_written_in_it(code: str, tmp_path: Path, file_regression: FileRegressionFixture) -> None:
    path = EXAMPLES / f"{code}.yaml"
    text = path.read_text(encoding="utf-8")
    root = write_project(tmp_path, dict(parts_of(text)))
    said = compile_folder(root, selection=Selection((BY_CODE[code],))).diagnostics
    file_regression.check(annotate(text, said), fullpath=path, encoding="utf-8")
    assert {one.code for one in said} == {code}


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_an_example_has_near_misses_too(code: str) -> None:
    """A rule that finds something in each of its example's questions, or sources, was not tested for its silence."""
    parts = parts_of((EXAMPLES / f"{code}.yaml").read_text(encoding="utf-8"))
    asked = sum(len(re.findall(r"\bid: ", part)) for name, part in parts.items() if name.startswith("decks/"))
    looked_at = asked + sum(name.startswith("sources/") and name.endswith(".yaml") for name in parts)
    found = len(re.findall(rf"#> .*\[{code}\]", (EXAMPLES / f"{code}.yaml").read_text(encoding="utf-8")))
    assert 2 <= found < looked_at


def blocks(page: str, heading: str) -> list[str]:
    """Return the YAML of a page below a heading, which may stand more than once."""
    sections = re.findall(rf"^\*\*{heading}\*\*\n(.*?)(?=^\*\*|\Z)", page, re.MULTILINE | re.DOTALL)
    return [block for section in sections for block in re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("heading", ["Bad", "Good"])
def test_the_page_of_a_rule_tells_the_truth(rule: Rule, heading: str, tmp_path: Path) -> None:
    """What it calls bad is found, what it calls good is not. A block is a list of questions, or a file that begins with its path in a comment."""
    summary, blank, rest = rule.page.split("\n", 2)
    assert re.fullmatch(r"[A-Z][^`]*\.|[A-Z].*\.", summary)
    assert len(summary) <= 100
    assert blank == ""
    assert rest.startswith("**Why.** ")
    found = blocks(rule.page, heading)
    assert found
    files: dict[str, str | bytes] = dict(TEA)
    questions = ""
    for block in found:
        if path := re.match(r"# ((?:sources|decks)/\S+)\n", block):
            files[path[1]] = block
        else:
            questions += block
    entries = [identified(entry, number) for number, entry in enumerate(re.split(r"^- ", questions, flags=re.MULTILINE)[1:])]
    entries.append("- {id: rest, term: Sencha, definition: A Japanese tea, cite: A longer steep draws out bitter tannins}\n")
    head = "deck: Tea\nlanguage: en\nsource: tea-guide\ndescription: On tea\ntags: [tea]\nquestions:\n"
    files.setdefault("decks/tea.yaml", head + textwrap.indent("".join(entries), "  "))
    root = write_project(tmp_path, files)
    for name in ("swifts.yaml", "swifts.md"):
        (root / "sources" / name).unlink()
    said = [one for one in compile_folder(root, selection=Selection((rule,))).diagnostics if one.code != "no-citation"]
    assert [one for one in said if one.code != rule.code] == []
    assert bool(said) is (heading == "Bad"), said


def identified(entry: str, number: int) -> str:
    """Return an entry of a page with an id, and, if it cites nothing, the reason why."""
    silence = "" if "cite:" in entry else "silence: {no-citation: an example}"
    if entry.startswith("{"):
        return f"- {{id: q{number}, {silence + ', ' if silence else ''}{entry[1:]}"
    return f"- id: q{number}\n  {entry}" + (f"  {silence}\n" if silence else "")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_finding_can_be_silenced_where_its_page_says(rule: Rule, tmp_path: Path) -> None:
    said = compile_folder(write_project(tmp_path, dict(parts_of((EXAMPLES / f"{rule.code}.yaml").read_text(encoding="utf-8")))), selection=Selection((rule,)))
    folders = {"question": "decks/", "file": "decks/", "source": "sources/"}
    for one in said.diagnostics:
        assert one.span.path.startswith(folders[rule.about])
        assert rule.about == "question" or not one.subject


def test_every_file_is_a_rule_in_the_registry() -> None:
    files = {f"{path.parent.name}/{path.stem}" for group in GROUPS for path in (RULES_FOLDER / group).glob("*.py") if path.stem != "__init__"}
    assert files == {f"{rule.group}/{rule.code.replace('-', '_')}" for rule in RULES}
    assert len(RULES) == len(BY_CODE)
    assert sorted(path.stem for path in EXAMPLES.glob("*.yaml")) == sorted(BY_CODE)


def test_every_limit_is_used() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for group in GROUPS for path in (RULES_FOLDER / group).glob("*.py"))
    assert [name for name in MEANINGS if f"limits.{name.replace('-', '_')}" not in texts] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.english], ids=lambda rule: rule.code)
def test_rules_about_english_wording_leave_other_languages_alone(rule: Rule, tmp_path: Path) -> None:
    """An example finds nothing once its deck says that it is in another language."""
    parts = parts_of((EXAMPLES / f"{rule.code}.yaml").read_text(encoding="utf-8"))
    german = {
        name: re.sub(r"^language: .*\n", "", part, flags=re.MULTILINE) + "language: de\n" if name.startswith("decks/") else part for name, part in parts.items()
    }
    assert compile_folder(write_project(tmp_path, dict(german)), selection=Selection((rule,))).diagnostics == ()


def test_the_readme_counts_right() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"- **A linter for the craft of cards.** {len(RULES)} [rules]" in readme
    assert f" {sum(rule.on for rule in RULES)} run by default" in readme


def test_there_are_enough_rules_in_each_group() -> None:
    assert len(RULES) >= 36
    assert {rule.group for rule in RULES} == set(GROUPS)
