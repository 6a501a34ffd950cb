"""What programs read of a check: GitHub's annotations and SARIF, held as goldens; and the summary line with its time."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck import __version__
from citedeck.cli import cli
from citedeck.diagnostics import Diagnostic, Severity, Span
from citedeck.report import as_github
from citedeck.sarif import as_sarif
from citedeck.watch import FILES, FOLDERS
from conftest import ROOT, deck, write_project

FLAWED = """
- {id: sleep, question: "Do swifts: sleep, really?", answer: 'Yes', cite: Swifts sleep on the ground.}
- id: twice
  question: Where do swifts sleep?
  right: In the air
  wrong: [in the air, In trees]
  cite:
    quote: Swifts sleep in the air.
    at: § Food
- id: block
  question: |
    Where do swifts
    sleep, 100 % sure?
  answer: TODO
  cite: Swifts sleep in the air.
"""
RULES = "yes-no,duplicate-option,placeholder,incomplete-metadata"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    return write_project(
        tmp_path / "repo", {"decks/Vögel 1.yaml": deck(FLAWED), "sources/other.txt": "x", "sources/swifts.yaml": "type: webpage\ntitle: Notes\n"}
    )


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_the_format(form: str, flawed: Path, file_regression: FileRegressionFixture) -> None:
    result = run("check", "--project", flawed, "--format", form, "--select", RULES)
    assert result.exit_code == 1
    file_regression.check(result.stdout, encoding="utf-8", basename=f"format_{form}", extension=".json" if form == "json" else ".txt")


def test_sarif(flawed: Path, file_regression: FileRegressionFixture) -> None:
    result = run("check", "--project", flawed, "--format", "sarif", "--select", RULES)
    log = json.loads(result.stdout)
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["help"].pop("text") == rule["help"]["markdown"]
        assert rule["help"].pop("markdown").startswith(f"# {rule['id']}\n")
    text = json.dumps(log, ensure_ascii=False, indent=2).replace(f'"{__version__}"', '"VERSION"')
    file_regression.check(text + "\n", encoding="utf-8", basename="format_sarif", extension=".json")


def test_a_project_in_a_folder_of_its_repository_is_shown_at_its_place(flawed: Path) -> None:
    (flawed.parent / ".git").mkdir()
    assert "::error file=repo/decks/Vögel 1.yaml,line=" in run("check", "--project", flawed, "--format", "github").stdout
    log = json.loads(run("check", "--project", flawed, "--format", "sarif").stdout)
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["runs"][0]["results"]}
    assert "repo/decks/V%C3%B6gel%201.yaml" in uris


def fingerprints(root: Path) -> dict[tuple[str, str], list[str]]:
    log = json.loads(run("check", "--project", root, "--format", "sarif", "--select", RULES).stdout)
    found: dict[tuple[str, str], list[str]] = {}
    for result in log["runs"][0]["results"]:
        path = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        found.setdefault((result["ruleId"], path), []).append(result["partialFingerprints"]["questionAndCode/v1"])
    return found


def test_a_fingerprint_stays_when_a_question_moves_or_is_reworded(tmp_path: Path) -> None:
    one = "- {id: a, question: Do swifts sleep?, answer: 'Yes', cite: Swifts sleep in the air.}"
    two = "- {id: b, question: Do swifts swim?, answer: 'No', cite: Swifts sleep in the air.}"
    before = fingerprints(write_project(tmp_path, {"decks/a.yaml": deck(f"{one}\n{two}")}))
    after = fingerprints(write_project(tmp_path, {"decks/a.yaml": deck(f"\n\n{two}\n{one.replace('Do swifts', 'Can swifts')}")}))
    place = ("yes-no", "decks/a.yaml")
    assert len(set(before[place])) == 2
    assert set(before[place]) == set(after[place])


def test_two_findings_of_one_code_on_a_question_are_told_apart() -> None:
    found = [Diagnostic(Span("decks/a.yaml", line, 1, line, 2), "yes-no", Severity.INFO, "x", subject="a") for line in (3, 4)]
    results = json.loads(as_sarif(found))["runs"][0]["results"]
    assert len({result["partialFingerprints"]["questionAndCode/v1"] for result in results}) == 2


def test_what_would_end_a_workflow_command_is_escaped() -> None:
    one = Diagnostic(Span("a,b:c.yaml", 3, 2, 5, 1), "settings", Severity.INFO, "50 %\r\n::error::no", "a\nb")
    assert as_github([one]) == "::notice file=a%2Cb%3Ac.yaml,line=3,endLine=5,title=settings::50 %25%0D%0A::error::no%0Ahint: a%0Ab"
    assert as_github([Diagnostic(Span(""), "settings", Severity.ERROR, "x")]) == "::error title=settings::x"


def test_nothing_found_is_an_empty_list_in_sarif_and_nothing_for_github(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck("- {id: a, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}")})
    assert json.loads(as_sarif([]))["runs"][0]["results"] == []
    quiet = run("check", "--project", tmp_path, "--format", "github", "--select", "yes-no")
    assert (quiet.exit_code, quiet.stdout) == (0, "")


def test_the_summary_counts_and_times(flawed: Path) -> None:
    said = run("check", "--project", flawed, "--select", RULES).stderr.splitlines()[-1]
    assert re.fullmatch(r"3 questions in 1 deck file, 1 source: 4 errors, 2 warnings, 1 note \(\d+\.\d\d s\)", said)


def test_the_hook_for_pre_commit_fails_on_warnings_and_is_run_for_the_files_of_a_project(flawed: Path, tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *arguments = hook["entry"].split()
    assert program == "citedeck"
    assert CliRunner().invoke(cli, ["new", str(tmp_path / "birds")]).exit_code == 0
    assert run(*arguments, "--project", tmp_path / "birds").exit_code == 0
    assert run(*arguments, "--project", flawed).exit_code == 1
    for path in (*FILES, *(f"{folder}/a/b.x" for folder in FOLDERS), "birds/decks/a.yaml", "birds/citedeck.toml"):
        assert re.search(hook["files"], path), path
    assert not re.search(hook["files"], "README.md")


def test_what_the_sample_runs_on_each_push_is_a_command(tmp_path: Path) -> None:
    root = tmp_path / "birds"
    assert CliRunner().invoke(cli, ["new", str(root)]).exit_code == 0
    workflow = yaml.safe_load((root / ".github/workflows/decks.yaml").read_text(encoding="utf-8"))
    commands = [step["run"].partition("${{")[0].split() for step in workflow["jobs"]["build"]["steps"] if "citedeck " in step.get("run", "")]
    assert [command[1] for command in commands] == ["check", "build"]
    for _, *arguments in commands:
        assert run(*arguments, "--project", root).exit_code == 0
