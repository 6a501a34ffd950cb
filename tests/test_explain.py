"""Explaining codes: every code has a page, the list has a line for each, and the documentation is made of the same texts."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck.cli import cli
from citedeck.diagnostics import CODES
from citedeck.explain import listing, pages, rule_page, rules_page
from citedeck.rules import CODES as RULE_CODES
from citedeck.rules import RULES
from citedeck.rules.limits import MEANINGS
from conftest import ROOT


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_every_code_has_a_page_and_a_line_of_the_list() -> None:
    assert set(pages()) == {*CODES, *RULE_CODES}
    lines = listing().splitlines()
    for code, page in pages().items():
        assert page.text.startswith(f"# {code}\n\n")
        assert len(page.text.splitlines()) > 2, code
        assert page.summary.strip(), code
        assert sum(bool(re.match(rf"  [* ] {code}  +\S", line)) for line in lines) == 1, code
    assert {code for code in pages() if re.search(rf"^  \* {code}  ", listing(), re.MULTILINE)} == {rule.code for rule in RULES if rule.on}
    assert run("explain").stdout == listing() + "\n"


@pytest.mark.parametrize("code", ["yes-no", "quote-drifted", "[yes-no]"])
def test_a_page_is_printed(code: str) -> None:
    result = run("explain", code)
    assert result.exit_code == 0
    assert result.stdout == pages()[code.strip("[]")].text


def test_an_unknown_code_is_wrong_usage() -> None:
    result = run("explain", "yes-on")
    assert result.exit_code == 2
    assert "did you mean 'yes-no'?" in result.stderr


def test_links_of_the_documentation_are_left_out_on_the_command_line() -> None:
    assert not any(re.search(r"\]\((?!https:)", page.text) for page in pages().values() if page.group == "compiler")


def test_the_documentation_of_rules_is_made_from_them(file_regression: FileRegressionFixture) -> None:
    page = rules_page()
    file_regression.check(page, fullpath=ROOT / "docs" / "rules.md", encoding="utf-8")
    for rule in RULES:
        assert page.count(f"\n### {rule.code}\n") == 1
        assert page.count(f"\n| [{rule.code}](#{rule.code}) | ") == 1
        assert rule_page(rule).partition("\n")[2].strip() in page


def test_every_limit_is_told_where_it_counts() -> None:
    page = rules_page()
    assert [name for name in MEANINGS if f"`{name} = " not in page] == []
