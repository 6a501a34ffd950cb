"""Which rules run: in the settings, on the command line, per file; what is silenced; what the baseline knows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from citedeck.cli import cli
from citedeck.diagnostics import WARNINGS, Diagnostic, Severity, Span, TextFile
from citedeck.rules import CODES, RULES
from citedeck.rules.limits import Limits
from citedeck.rules.rule import GROUPS
from citedeck.selection import choose
from citedeck.settings import IGNORABLE, SELECTORS, RuleSettings, load_settings
from conftest import SETTINGS, deck, write_project

SLOW = 'name = "birds-abc123"\n'
CITE = "cite: Swifts sleep in the air."
YES = f"- {{id: a, question: Do swifts sleep?, answer: 'Yes', {CITE}}}"
TWICE = f"{YES}\n- {{id: b, question: Do swifts sleep?, answer: 'Yes', {CITE}}}"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def codes(root: Path, *options: str) -> list[tuple[str, str]]:
    """Return the codes that `check` reports, and where."""
    found = json.loads(run("check", "--project", root, "--format", "json", *options).stdout)["diagnostics"]
    return [(one["code"], one["path"]) for one in found]


def names(settings: RuleSettings, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> set[str]:
    return {rule.code for rule in choose(settings, select, ignore).rules}


DEFAULTS = {rule.code for rule in RULES if rule.on}
FORM = {rule.code for rule in RULES if rule.group == "form"}


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (("default",), (), DEFAULTS),
        (("all",), (), set(CODES)),
        (("all",), ("form",), set(CODES) - FORM),
        (("form",), ("yes-no",), FORM - {"yes-no"}),
        (("default", "low-coverage"), (), DEFAULTS | {"low-coverage"}),
        (("yes-no",), ("form",), {"yes-no"}),
        (("form",), ("all",), FORM),
        (("form",), ("form",), set()),
        (("default",), ("all",), set()),
        ((), (), set()),
    ],
)
def test_the_closer_name_counts_more_and_of_two_alike_ignore_wins(select: tuple[str, ...], ignore: tuple[str, ...], expected: set[str]) -> None:
    assert names(RuleSettings(select, ignore)) == expected
    assert names(RuleSettings(("choice",), ("cite",)), select, ignore) == (expected if select else {rule.code for rule in RULES if rule.group == "choice"})


def test_the_command_line_adds_to_what_the_settings_ignore() -> None:
    assert names(RuleSettings(ignore=("cite",)), (), ("form",)) == DEFAULTS - FORM - {rule.code for rule in RULES if rule.group == "cite"}


def test_what_can_be_named() -> None:
    assert {"default", "all", *GROUPS, *CODES} == SELECTORS
    assert IGNORABLE == SELECTORS | WARNINGS


def test_settings_select_ignore_and_limit(tmp_path: Path) -> None:
    settings = SLOW + '[rules]\nselect = ["yes-no", "answer-too-long"]\n[rules.limits]\nanswer-words = 2\n[rules.per-file]\n"decks/b*.yaml" = ["form"]\n'
    long = f"- {{id: x, question: Where do swifts sleep?, answer: High in the air., {CITE}}}"
    write_project(tmp_path, {"decks/a.yaml": deck(f"{YES}\n{long}"), "decks/b.yaml": deck(YES.replace("id: a", "id: c")), "citedeck.toml": settings})
    assert codes(tmp_path) == [("yes-no", "decks/a.yaml"), ("answer-too-long", "decks/a.yaml")]
    assert codes(tmp_path, "--ignore", "form") == []
    assert codes(tmp_path, "--select", "answer-too-long,duplicate-question", "--ignore", "answer-too-long") == [("duplicate-question", "decks/b.yaml")]


def test_the_compilers_own_warnings_can_be_ignored_and_its_errors_not(tmp_path: Path) -> None:
    odd = f"- {{id: a, question: Where do swifts sleep?, answer: In the air., cite: {{quote: Swifts sleep in the air., at: § Food}}}}\n- {{id: b, {CITE}}}"
    write_project(tmp_path, {"decks/a.yaml": deck(odd)})
    ignore_all = ("--ignore", "all,locator-mismatch")
    assert ("locator-mismatch", "decks/a.yaml") in codes(tmp_path)
    assert codes(tmp_path, *ignore_all) == [("missing-key", "decks/a.yaml")]
    assert run("check", "--project", tmp_path, "--ignore", "missing-key").exit_code == 2


def test_an_ignored_code_is_heard_where_it_is_an_error() -> None:
    chosen = choose(RuleSettings(ignore=("media-large", "placeholder")))
    large = Diagnostic(Span("decks/a.yaml"), "media-large", Severity.WARNING, "large")
    assert not chosen.takes(large)
    assert chosen.takes(replace(large, severity=Severity.ERROR))


def test_what_is_old_hangs_on_the_day_that_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = 'type: webpage\ntitle: Notes\nissued: "2010"\n'
    write_project(tmp_path, {"sources/swifts.yaml": source, "decks/a.yaml": deck(YES)})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2015, 1, 1, tzinfo=UTC).timestamp())))
    assert codes(tmp_path, "--select", "stale-source") == []
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())))
    assert codes(tmp_path, "--select", "stale-source") == [("stale-source", "sources/swifts.yaml")]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('[rules]\nselect = ["yes-on"]\n', "2:1: error[settings] 'yes-on' is no rule and no group of rules|did you mean 'yes-no'?"),
        ("[rules]\nselekt = []\n", "2:1: error[settings] 'selekt' is no setting here|did you mean 'select'?"),
        ("[rules]\nselect = 3\n", '2:1: error[settings] \'select\' has to be a list of codes and groups|select = ["form", "yes-no"]'),
        ("[rules.limits]\nanswer-words = -1\n", "2:1: error[settings] 'answer-words' has to be a whole number|it is the number of words of an answer"),
        ("[rules.limits]\nanswer-words = true\n", "2:1: error[settings] 'answer-words' has to be a whole number|it is the number of words of an answer"),
        ("[rules.limits]\nanswer = 4\n", "2:1: error[settings] 'answer' is no setting here|did you mean 'same-answer'?"),
        ('[rules.per-file]\n"decks/*" = ["quote-missing"]\n', "2:1: error[settings] 'quote-missing' is no rule and no group of rules|"),
        ("rules = 1\n", "1:1: error[settings] 'rules' has to be a table|write [rules] and its settings below"),
    ],
)
def test_settings_that_name_no_rule(rules: str, said: str) -> None:
    if rules.startswith("rules"):
        text, first = f"{rules}{SLOW}", 1
    else:
        text, first = f"{SLOW}{rules}", 2
    _, found = load_settings(TextFile("citedeck.toml", text))
    (one,) = found
    message, _, hint = said.partition("|")
    line, _, rest = message.partition(":")
    assert f"{one.span.line - first + 1}:{one.span.column}: {one.severity.name.lower()}[{one.code}] {one.message}" == f"{line}:{rest}"
    assert hint in one.hint


def test_settings_in_pyproject() -> None:
    settings, found = load_settings(TextFile("pyproject.toml", '[tool.citedeck]\nname = "birds-abc123"\n[tool.citedeck.rules.limits]\nanswer-words = 7\n'))
    assert (found, settings and settings.rules.limits) == ([], Limits(answer_words=7))


def test_a_rule_is_silenced_on_a_question_a_file_and_a_source(tmp_path: Path) -> None:
    on_question = YES.replace("id: a", "id: a, silence: {yes-no: the direction is the point}")
    write_project(
        tmp_path, {"decks/a.yaml": deck(on_question), "decks/b.yaml": deck(YES.replace("id: a", "id: b")).replace("deck:", "silence: {yes-no: drill}\ndeck:")}
    )
    assert codes(tmp_path, "--select", "yes-no") == []
    write_project(tmp_path, {"sources/swifts.yaml": "type: webpage\ntitle: Notes\n"})
    assert codes(tmp_path, "--select", "incomplete-metadata") == [("incomplete-metadata", "sources/swifts.yaml")]
    source = "type: webpage\ntitle: Notes\ncitedeck: {silence: {incomplete-metadata: field notes}}\n"
    write_project(tmp_path, {"sources/swifts.yaml": source, "decks/a.yaml": deck(on_question), "decks/b.yaml": deck(YES.replace("id: a", "id: b"))})
    assert codes(tmp_path, "--select", "incomplete-metadata") == []


def test_a_silence_without_need_is_reported_if_its_rule_runs(tmp_path: Path) -> None:
    good = f"- {{id: a, silence: {{yes-no: why}}, question: Where do swifts sleep?, answer: In the air., {CITE}}}"
    source = 'type: webpage\ntitle: Notes\nauthor: [{literal: A}]\nissued: "2020"\nURL: https://example.org\ncitedeck: {silence: {incomplete-metadata: no}}\n'
    write_project(tmp_path, {"decks/a.yaml": deck(good).replace("deck:", "silence: {yes-no: drill}\ndeck:"), "sources/swifts.yaml": source})
    assert codes(tmp_path, "--select", "yes-no") == [("unused-silence", "decks/a.yaml")] * 2
    assert codes(tmp_path, "--select", "incomplete-metadata") == [("unused-silence", "sources/swifts.yaml")]
    assert codes(tmp_path, "--select", "answer-too-long") == []
    assert run("build", "--project", tmp_path).stdout == ""


def test_an_error_of_a_rule_stops_the_build_and_its_warnings_do_not_show_there(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(TWICE)})
    assert run("build", "--project", tmp_path).exit_code == 0
    assert run("build", "--project", tmp_path).stdout == ""
    write_project(tmp_path, {"decks/a.yaml": deck(f"- {{id: a, question: TODO, answer: x, {CITE}}}")})
    result = run("build", "--project", tmp_path)
    assert result.exit_code == 1
    assert "error[placeholder]" in result.stdout
    write_project(
        tmp_path, {"citedeck.toml": SETTINGS + '[rules]\nignore = ["placeholder"]\n', "decks/a.yaml": deck(f"- {{id: a, question: TODO, answer: x, {CITE}}}")}
    )
    assert run("build", "--project", tmp_path).exit_code == 0


def test_a_baseline_leaves_only_what_is_new(tmp_path: Path) -> None:
    uncited = "- {id: old, question: Do swifts sleep?, answer: 'Yes'}"
    write_project(tmp_path, {"decks/a.yaml": deck(uncited)})
    assert run("check", "--project", tmp_path).exit_code == 1
    result = run("check", "--project", tmp_path, "--write-baseline")
    assert result.exit_code == 0
    written = (tmp_path / "citedeck-baseline.json").read_bytes()
    assert [one["code"] for one in json.loads(written)["findings"]] == sorted(code for code, _ in json_of(tmp_path, uncited))
    assert codes(tmp_path) == []
    assert run("build", "--project", tmp_path).exit_code == 0
    # What is new is reported; what was moved or got a neighbour is not.
    write_project(tmp_path, {"decks/a.yaml": deck(f"- {{id: new, question: Can swifts swim?, answer: 'No', {CITE}}}\n\n{uncited}")})
    assert [code for code, _ in codes(tmp_path, "--select", "yes-no")] == ["yes-no"]
    # Who touches the text hears of it again, and that the entry is stale.
    write_project(tmp_path, {"decks/a.yaml": deck(uncited.replace("Do swifts sleep?", "Do the swifts sleep?"))})
    assert [code for code, _ in codes(tmp_path, "--select", "yes-no")] == ["unused-baseline", "yes-no"]
    run("check", "--project", tmp_path, "--write-baseline")
    assert codes(tmp_path) == []
    assert (tmp_path / "citedeck-baseline.json").read_bytes() != written


def json_of(root: Path, questions: str) -> list[tuple[str, str]]:
    """Return what is said of a project without its baseline."""
    other = write_project(root / "other", {"decks/a.yaml": deck(questions)})
    return codes(other)


def test_a_baseline_does_not_hold_what_keeps_a_deck_from_being_built(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(YES.replace("Swifts sleep in the air.", "Swifts sleep on the ground."))})
    result = run("check", "--project", tmp_path, "--write-baseline")
    assert result.exit_code == 1
    assert "quote-altered" not in (tmp_path / "citedeck-baseline.json").read_text()
    assert "quote-altered" in result.stderr


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"version": 2, "findings": []}',
        '{"version": 1}',
        '{"version": 1, "findings": [3]}',
        '{"version": 1, "findings": [{"code": 1}]}',
        "[" * 100_000,
        "\ufffd",
    ],
)
def test_a_bad_baseline_is_said_to_be_one(content: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(YES), "citedeck-baseline.json": content})
    assert ("baseline-damaged", "citedeck-baseline.json") in codes(tmp_path)
