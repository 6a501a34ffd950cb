"""The command line as scripts rely on it: exit codes, streams, formats, and nothing lost when something fails."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck import __version__
from citedeck.cli import cli, main
from conftest import ROOT, deck, hear_interrupts, write_project

GOOD = deck("- {id: a, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}")
BAD = GOOD.replace("Swifts sleep in the air.}", "Swifts sleep on the ground.}")
WARNED = GOOD.replace("cite: Swifts sleep in the air.", 'cite: {quote: Swifts sleep in the air., at: "§ Food"}')


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("written", "options", "code"),
    [(GOOD, [], 0), (BAD, [], 1), (WARNED, [], 0), (WARNED, ["--strict"], 1), (GOOD, ["--strict"], 0)],
)
def test_check_exits_by_what_it_found(written: str, options: list[str], code: int, tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": written})
    assert run("check", "--project", tmp_path, *options).exit_code == code


def test_diagnostics_go_to_stdout_and_the_summary_to_stderr(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": BAD})
    result = run("check", "--project", tmp_path, "--ignore", "all")
    assert result.stdout.startswith("decks/a.yaml:4:74: error[quote-altered] ")
    assert re.fullmatch(r"1 question in 1 deck file, 1 source: 1 error \(\d+\.\d\d s\)\n", result.stderr)


def test_the_text_format(tmp_path: Path, file_regression: FileRegressionFixture) -> None:
    questions = """
- {id: 漢, question: "漢字\tx", answer: [a], cite: Swifts sleep on the ground.}
- id: block
  question: |
    Where do swifts
    sleep?
  answer: In the air.
  cite: >-
    Swifts sleep
    on the ground.
"""
    write_project(tmp_path, {"decks/a.yaml": deck(questions), "sources/other.txt": "x"})
    file_regression.check(run("check", "--project", tmp_path, "--ignore", "all").stdout, encoding="utf-8")


def test_the_json_format(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": BAD, "sources/other.txt": "x"})
    result = run("check", "--project", tmp_path, "--format", "json", "--ignore", "all")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["version"] == 1
    assert [list(diagnostic) for diagnostic in found["diagnostics"]] == [
        ["path", "line", "column", "end_line", "end_column", "code", "severity", "message", "hint"]
    ] * 2
    quote, text = found["diagnostics"]
    assert (quote["path"], quote["line"], quote["column"], quote["end_line"], quote["end_column"]) == ("decks/a.yaml", 4, 74, 4, 101)
    assert (quote["code"], quote["severity"]) == ("quote-altered", "error")
    assert (text["path"], text["line"], text["column"]) == ("sources/other.txt", None, None)


def test_a_clean_check_says_so_in_json_too(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD})
    assert json.loads(run("check", "--project", tmp_path, "--format", "json", "--ignore", "all").stdout) == {"version": 1, "diagnostics": []}


def test_settings_that_cannot_be_used_end_with_2(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD, "citedeck.toml": "name = birds\n"})
    result = run("check", "--project", tmp_path)
    assert result.exit_code == 2
    assert result.stdout.startswith("citedeck.toml:1:8: error[settings] ")


def test_no_project_and_wrong_usage_end_with_2(tmp_path: Path) -> None:
    assert run("check", "--project", tmp_path).exit_code == 2
    assert "citedeck new DIR" in run("check", "--project", tmp_path).stderr
    assert run("check", "--format", "xml").exit_code == 2
    assert run("bild").exit_code == 2


def test_the_nearest_settings_upward_mark_the_project(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/deep/a.yaml": GOOD})
    assert run("check", "--project", tmp_path / "decks" / "deep").exit_code == 0
    (tmp_path / "citedeck.toml").unlink()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.citedeck]\nname = "birds-abc123"\n')
    assert run("build", "--project", tmp_path / "decks").exit_code == 0
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["birds.apkg"]


def test_build_writes_nothing_and_keeps_the_old_package_when_there_is_an_error(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD})
    assert run("build", "--project", tmp_path).exit_code == 0
    old = (tmp_path / "build" / "birds.apkg").read_bytes()
    write_project(tmp_path, {"decks/a.yaml": BAD})
    result = run("build", "--project", tmp_path)
    assert result.exit_code == 1
    assert "nothing was written: 1 error" in result.stderr
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["birds.apkg"]
    assert (tmp_path / "build" / "birds.apkg").read_bytes() == old


def test_build_takes_names_of_packages_and_an_output_folder(tmp_path: Path) -> None:
    settings = 'name = "birds-abc123"\n[packages]\none = ["decks/a.yaml"]\ntwo = ["decks/a.yaml"]\n'
    write_project(tmp_path, {"decks/a.yaml": GOOD, "citedeck.toml": settings})
    assert run("build", "--project", tmp_path, "--output", tmp_path / "out", "two").exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["two.apkg"]
    result = run("build", "--project", tmp_path, "three")
    assert result.exit_code == 2
    assert "this project has: one, two" in result.stderr


@pytest.mark.parametrize("epoch", ["", "soon", "-1", "1e9", "0", "1", "315532799", "99999999999", "١٢٣"])
def test_a_senseless_time_is_refused(epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    write_project(tmp_path, {"decks/a.yaml": GOOD})
    result = run("build", "--project", tmp_path)
    assert result.exit_code == 2
    assert "SOURCE_DATE_EPOCH" in result.stderr
    assert not (tmp_path / "build").exists()


def test_a_failing_disk_leaves_the_old_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = 'name = "birds-abc123"\n[packages]\none = ["decks/a.yaml"]\ntwo = ["decks/a.yaml"]\n'
    write_project(tmp_path, {"decks/a.yaml": GOOD, "citedeck.toml": settings})
    assert run("build", "--project", tmp_path).exit_code == 0
    old = {path.name: path.read_bytes() for path in (tmp_path / "build").iterdir()}
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("citedeck.write.os.fsync", full)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    assert isinstance(run("build", "--project", tmp_path).exception, OSError)
    assert {path.name: path.read_bytes() for path in (tmp_path / "build").iterdir()} == old


def process(*arguments: str, **keys: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "citedeck", *arguments], capture_output=True, text=True, check=False, **keys)  # type: ignore[call-overload, no-any-return]


def test_what_the_disk_refuses_is_one_line_and_exit_code_3(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD, "build": "a file where the folder should be"})
    result = process("build", "--project", str(tmp_path))
    assert result.returncode == 3
    assert result.stderr.splitlines()[-1].startswith("citedeck: ")
    assert "Traceback" not in result.stderr


def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    questions = "\n".join(f"- {{id: q{n}, question: a, answer: b, cite: nowhere at all}}" for n in range(3000))
    write_project(tmp_path, {"decks/a.yaml": deck(questions)})
    command = f"{sys.executable} -m citedeck check --project {tmp_path} | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr
    assert result.stdout.count("\n") == 1


def test_nothing_is_coloured_or_drawn_when_nobody_watches(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": BAD})
    result = process("build", "--project", str(tmp_path))
    assert "\x1b" not in result.stdout + result.stderr


def test_a_person_sees_colours_and_a_terminal_is_not_obeyed(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD.replace("Where", "\x1b[2JWhere")})
    shown, _ = watch("check", "--project", str(tmp_path))
    assert "\x1b[31m" in shown or "\x1b[1m" in shown
    assert "\x1b[2J" not in shown


@pytest.mark.parametrize("variable", ["NO_COLOR=1", "TERM=dumb"])
def test_a_person_can_ask_for_no_colours(variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*variable.split("="))
    write_project(tmp_path, {"decks/a.yaml": BAD})
    shown, _ = watch("build", "--project", str(tmp_path))
    assert "quote-altered" in shown
    assert "\x1b" not in shown


def test_an_old_code_page_does_not_end_a_run(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": BAD.replace("Where", "→ Where")})
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    result = subprocess.run([sys.executable, "-m", "citedeck", "check", "--project", str(tmp_path)], capture_output=True, env=environment, check=False)
    assert result.returncode == 1
    assert b"? Where" in result.stdout


def test_control_characters_of_a_file_never_reach_the_terminal(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD.replace("question: Where", 'sauce\x9b: "\\x1b", question: Where')})
    write_project(tmp_path, {"decks/b.yaml": GOOD.replace("id: a", "id: b").replace("source: swifts", 'source: "a\\e[2Jb"')})
    result = run("check", "--project", tmp_path)
    assert result.exit_code == 1
    assert not {"\x1b", "\x9b"} & set(result.stdout)


def test_settings_in_another_encoding_are_said_to_be_so(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD, "citedeck.toml": b'name = "birds-abc123"\ntitle = "V\xf6gel"\n'})
    result = run("check", "--project", tmp_path)
    assert result.exit_code == 2
    assert result.stdout.startswith("citedeck.toml:2:11: error[not-utf-8]")


def test_settings_errors_come_as_json_too(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD, "citedeck.toml": 'name = "birds-abc123"\ntitel = "é"\n[packages]\nx = 3\n'})
    result = run("check", "--project", tmp_path, "--format", "json")
    assert result.exit_code == 2
    assert [(one["line"], one["column"], one["code"]) for one in json.loads(result.stdout)["diagnostics"]] == [(2, 1, "settings"), (4, 1, "settings")]


def test_settings_in_a_shared_file_are_placed_in_their_table(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.citedeck]\nname = "birds"\n[tool.citedeck-other]\nname = 3\n'
    write_project(tmp_path, {"decks/a.yaml": GOOD, "pyproject.toml": text})
    (tmp_path / "citedeck.toml").unlink()
    assert run("check", "--project", tmp_path).stdout.startswith("pyproject.toml:5:1: error[settings] 'birds' is no project name\n    5 | name")
    (tmp_path / "pyproject.toml").write_text(text + "broken = [", encoding="utf-8")
    assert run("check", "--project", tmp_path).stdout.startswith("pyproject.toml: error[settings] the file is no TOML")
    (tmp_path / "pyproject.toml").write_text('[tool.citedeck]\nname = "birds-abc123"\n[tool.citedeck.packages]\nx = ["decks/b.yaml"]\n', encoding="utf-8")
    assert "pyproject.toml: error[unpackaged]" in run("check", "--project", tmp_path).stdout


@pytest.mark.parametrize("text", ["a = " + "1" * 5000, "a = " + "[" * 3000, "tool = 1", "[tool]\ncitedeck = 2"])
def test_no_settings_file_is_a_bug_of_ours(text: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"citedeck.toml": text})
    assert run("check", "--project", tmp_path).exit_code == 2


def test_an_unexpected_exception_says_that_it_is_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD})
    monkeypatch.setattr("citedeck.cli.gc.disable", lambda: None)
    monkeypatch.setattr("citedeck.pipeline.resolve", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["citedeck", "check", "--project", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "this is a bug in citedeck" in said


def test_a_reader_that_closed_the_pipe_before_is_no_bug(tmp_path: Path) -> None:
    questions = "\n".join(f"- {{id: q{n}, question: a, answer: b, cite: nowhere at all}}" for n in range(3000))
    write_project(tmp_path, {"decks/a.yaml": deck(questions)})
    reading, writing = os.pipe()
    os.close(reading)
    child = subprocess.run(
        [sys.executable, "-m", "citedeck", "check", "--project", str(tmp_path)], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    said = child.stderr
    assert child.returncode == 1
    assert "Traceback" not in said
    assert "Exception" not in said


def test_a_person_who_waits_sees_how_far_it_is(tmp_path: Path) -> None:
    question = "- {{id: q{0}-{1}, question: a **b** {1}, answer: c, cite: Swifts sleep in the air.}}"
    files = {f"decks/{n}.yaml": deck("\n".join(question.format(n, m) for m in range(1000))) for n in range(8)}
    write_project(tmp_path, files)
    shown, code = watch("build", "--project", str(tmp_path))
    assert code == 0
    assert "rendering notes" in shown
    assert "8,000 notes, 8,000 cards" in shown


def watch(*arguments: str) -> tuple[str, int]:
    """Run a command with a terminal; return what the person sees, and the exit code."""
    import pty

    leader, follower = pty.openpty()
    child = subprocess.Popen([sys.executable, "-m", "citedeck", *arguments], stdout=follower, stderr=follower)
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(leader)
    return seen.decode(), child.wait()


def test_an_interrupted_build_leaves_the_old_package(tmp_path: Path) -> None:
    questions = "\n".join(f"- {{id: q{n}, question: a **b** {n}, answer: c, cite: Swifts sleep in the air.}}" for n in range(20_000))
    write_project(tmp_path, {"decks/a.yaml": deck(questions)})
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "birds.apkg").write_bytes(b"old")
    child = subprocess.Popen([sys.executable, "-m", "citedeck", "build", "--project", str(tmp_path)], stderr=subprocess.PIPE, preexec_fn=hear_interrupts)
    time.sleep(0.7)
    child.send_signal(signal.SIGINT)
    child.communicate()
    assert child.returncode not in (0, 3)
    assert {path.name: path.read_bytes() for path in (tmp_path / "build").iterdir()} == {"birds.apkg": b"old"}


def test_written_files_have_the_usual_permissions(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": GOOD})
    (tmp_path / "umask").touch()
    run("build", "--project", tmp_path)
    assert stat.S_IMODE((tmp_path / "build" / "birds.apkg").stat().st_mode) == stat.S_IMODE((tmp_path / "umask").stat().st_mode)


@pytest.mark.parametrize(
    "command", ["", "new", "check", "build", "release", "diff", "coverage", "fix", "preview", "add", "explain", "schema", "import", "cite"]
)
def test_help_teaches(command: str, file_regression: FileRegressionFixture) -> None:
    result = run(*([command] if command else []), "--help")
    assert result.exit_code == 0
    file_regression.check(result.stdout, basename=f"help_{command or 'citedeck'}")


def test_a_new_project_is_clean_builds_and_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "My Bird Notes"
    assert run("new", folder).exit_code == 0
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    schemas = {".citedeck/deck.schema.json", ".citedeck/source.schema.json"}
    sample = {"decks/swifts.yaml", "sources/swift-year.yaml", "sources/swift-year.md"}
    assert made == {"citedeck.toml", ".gitignore", ".github/workflows/decks.yaml"} | sample | schemas
    assert run("check", "--project", folder, "--strict").stdout == ""
    assert run("build", "--project", folder).exit_code == 0
    assert [path.name for path in (folder / "build").iterdir()] == ["my-bird-notes.apkg"]
    settings = (folder / "citedeck.toml").read_text()
    again = run("new", folder)
    assert again.exit_code == 1
    assert "not an empty folder" in again.stderr
    assert (folder / "citedeck.toml").read_text() == settings


def test_a_new_project_in_odd_places(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert run("new", tmp_path / "file").exit_code == 1
    assert (tmp_path / "file").read_text() == "x"
    folder = tmp_path / "漢字 & co"
    result = run("new", folder)
    assert f"cd '{folder}' && citedeck build" in result.stderr
    assert 'name = "co-' in (folder / "citedeck.toml").read_text()
    assert run("new", tmp_path / "漢字").exit_code == 0
    assert 'name = "deck-' in (tmp_path / "漢字/citedeck.toml").read_text()
    assert f"pip install citedeck=={__version__}" in (folder / ".github/workflows/decks.yaml").read_text()


def test_two_new_projects_have_different_names(tmp_path: Path) -> None:
    run("new", tmp_path / "a" / "deck")
    run("new", tmp_path / "b" / "deck")
    assert (tmp_path / "a/deck/citedeck.toml").read_text() != (tmp_path / "b/deck/citedeck.toml").read_text()


def test_start_up_imports_nothing_slow() -> None:
    code = "import sys, citedeck.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"genanki", "jinja2", "markdown_it", "nh3", "pygments", "rapidfuzz", "rich", "yaml", "sqlite3"} & set(loaded)


def test_the_wheel_works_without_the_repository(tmp_path: Path) -> None:
    """Build the wheel, put it where nothing else of the repository is, make a project and build it."""
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(ROOT)], check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    where = subprocess.run(
        [sys.executable, "-c", "import citedeck; print(citedeck.__file__)"], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert where.stdout.startswith(str(site))
    for arguments in (
        ["new", "my-deck"],
        ["check", "--strict", "--project", "my-deck"],
        ["build", "--project", "my-deck"],
        ["preview", "--project", "my-deck"],
        ["explain", "quote-drifted"],
        ["schema", "--project", "my-deck"],
    ):
        subprocess.run([sys.executable, "-m", "citedeck", *arguments], env=environment, check=True, capture_output=True, cwd=tmp_path)
    assert sorted(path.name for path in (tmp_path / "my-deck" / "build").iterdir()) == ["my-deck.apkg", "preview.html"]
    assert (site / "citedeck" / "diagnostics.md").is_file()
