"""Decks under pytest, as the owner of a deck's repository runs them: no code, a test for each question, golden files."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import ROOT, deck, write_project

GOOD = "- {id: sleep, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}"
BAD = "- {id: lost, question: Where do swifts nest?, answer: Under roofs., cite: Swifts nest under roofs.}"
SOURCE = 'type: webpage\ntitle: Notes on swifts\nauthor: [{literal: A}]\nissued: "2020"\nURL: https://example.org\ncitedeck: {language: en}\n'


def project(pytester: pytest.Pytester, questions: str, **files: str) -> Path:
    return write_project(pytester.path, {"decks/birds.yaml": deck(questions, language="en", description="Swifts"), "sources/swifts.yaml": SOURCE, **files})


def test_each_question_is_a_test_and_fails_with_its_findings(pytester: pytest.Pytester) -> None:
    project(pytester, f"{GOOD}\n{BAD}")
    result = pytester.runpytest("--citedeck", "-v")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        [
            "citedeck.toml::project PASSED*",
            "decks/birds.yaml::sleep PASSED*",
            "decks/birds.yaml::lost FAILED*",
            "decks/birds.yaml::file PASSED*",
            "sources/swifts.yaml::source PASSED*",
            "decks/birds.yaml:7:*: error[[]quote-missing[]] these words do not stand in 'swifts'",
            "  hint: *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_nothing_happens_without_the_option(pytester: pytest.Pytester) -> None:
    project(pytester, BAD)
    assert pytester.runpytest().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_warnings_fail_only_if_asked_to(pytester: pytest.Pytester) -> None:
    long = "- {id: long, question: Where do swifts sleep?, answer: 'In the air, high.', cite: Swifts sleep in the air.}"
    project(pytester, long, **{"citedeck.toml": 'name = "birds-abc123"\n[rules.limits]\nanswer-words = 3\n'})
    pytester.runpytest("--citedeck").assert_outcomes(passed=4)
    result = pytester.runpytest("--citedeck", "--citedeck-strict")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*warning[[]answer-too-long[]]*"])
    pytester.runpytest("--citedeck", "-rP").stdout.fnmatch_lines(["*warning[[]answer-too-long[]]*"])


def test_one_question_can_be_named(pytester: pytest.Pytester) -> None:
    project(pytester, f"{GOOD}\n{BAD}")
    pytester.runpytest("--citedeck", "decks/birds.yaml::sleep").assert_outcomes(passed=1)
    pytester.runpytest("--citedeck", "-k", "lost").assert_outcomes(failed=1, deselected=4)


def test_what_belongs_to_no_question_fails_at_its_file(pytester: pytest.Pytester) -> None:
    project(
        pytester, GOOD, **{"sources/other.yaml": SOURCE.replace("webpage", "web page"), "decks/broken.yaml": "deck: [\n", "templates/x/pack.yaml": "title: X\n"}
    )
    result = pytester.runpytest("--citedeck", "-v")
    result.stdout.fnmatch_lines(
        [
            "citedeck.toml::project FAILED*",
            "decks/birds.yaml::sleep PASSED*",
            "decks/broken.yaml::file FAILED*",
            "sources/other.yaml::source FAILED*",
        ]
    )


def test_a_text_elsewhere_fails_at_the_source_that_names_it(pytester: pytest.Pytester) -> None:
    named = "type: book\ntitle: A page\ncitedeck: {text: docs/page.md, silence: {incomplete-metadata: a page}}\n"
    project(pytester, GOOD, **{"sources/page.yaml": named, "docs/page.md": "Swifts\0"})
    result = pytester.runpytest("--citedeck", "-v")
    result.stdout.fnmatch_lines(["citedeck.toml::project PASSED*", "sources/page.yaml::source FAILED*", "*docs/page.md*unreadable-source*"])


def test_settings_that_cannot_be_used_fail_as_a_test(pytester: pytest.Pytester) -> None:
    project(pytester, GOOD, **{"citedeck.toml": "name = 3\n"})
    result = pytester.runpytest("--citedeck", "-v")
    result.stdout.fnmatch_lines(["citedeck.toml::project FAILED*", "*error[[]settings[]]*"])


def test_notes_are_held_to_golden_files_without_code(pytester: pytest.Pytester) -> None:
    project(pytester, GOOD)
    pytester.makeini("[pytest]\ncitedeck_goldens = goldens\n")
    first = pytester.runpytest("--citedeck", "-k", "notes")
    first.assert_outcomes(failed=1, deselected=4)
    assert "In the air." in (pytester.path / "goldens/birds.yml").read_text(encoding="utf-8")
    pytester.runpytest("--citedeck").assert_outcomes(passed=5)
    project(pytester, GOOD.replace("In the air.,", "Above us.,"))
    changed = pytester.runpytest("--citedeck")
    changed.assert_outcomes(passed=4, failed=1)
    changed.stdout.fnmatch_lines(["*-*Answer: In the air.*", "*+*Answer: Above us.*"])
    pytester.runpytest("--citedeck", "--regen-all").assert_outcomes(passed=5)
    pytester.runpytest("--citedeck").assert_outcomes(passed=5)


def test_a_golden_file_holds_the_notes_of_its_deck_file_only(pytester: pytest.Pytester) -> None:
    project(pytester, GOOD, **{"decks/more/other.yaml": deck(GOOD.replace("id: sleep", "id: rest"), language="en", description="Swifts")})
    pytester.makeini("[pytest]\ncitedeck_goldens = goldens\n")
    pytester.runpytest("--citedeck", "--regen-all")
    held = {path.stem: path.read_text(encoding="utf-8").split(":")[0] for path in (pytester.path / "goldens").glob("*.yml")}
    assert held == {"birds": "sleep", "more-other": "rest"}


def test_a_question_is_shown_at_its_line(pytester: pytest.Pytester) -> None:
    project(pytester, f"{GOOD}\n{BAD}")
    items, _ = pytester.inline_genitems("--citedeck")
    lines = {item.name: item.location[1] for item in items}
    text = (pytester.path / "decks/birds.yaml").read_text(encoding="utf-8").splitlines()
    for name in ("sleep", "lost"):
        line = lines[name]
        assert line is not None
        assert f"id: {name}," in text[line]


def test_the_fixture_serves_tests_of_ones_own(pytester: pytest.Pytester) -> None:
    project(pytester, GOOD)
    pytester.makepyfile("def test_birds(deck_regression):\n    deck_regression.check('decks/birds.yaml', basename='held')\n")
    pytester.runpytest("--regen-all").assert_outcomes(passed=1)
    folder = "test_the_fixture_serves_tests_of_ones_own"
    assert (pytester.path / folder / "held.yml").is_file()
    pytester.runpytest().assert_outcomes(passed=1)
    project(pytester, BAD)
    failed = pytester.runpytest()
    failed.assert_outcomes(failed=1)
    failed.stdout.fnmatch_lines(["the project has errors: `citedeck check` says which"])
    failed.stdout.no_fnmatch_line("*def check(*")


def test_this_repository_tests_its_own_decks_so() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "--citedeck --citedeck-strict" in settings
    decks = {path.relative_to(ROOT / "decks").with_suffix("").as_posix().replace("/", "-") for path in (ROOT / "decks").rglob("*.yaml")}
    assert {path.stem for path in (ROOT / "tests/goldens").glob("*.yml")} == decks
