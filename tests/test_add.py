"""Adding a question from the command line: the file keeps what it had, the id is unused, the quote is the source's, and what is wrong is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from citedeck.adding import Added, Request, add_question, unused_id
from citedeck.cli import cli
from citedeck.diagnostics import TextFile
from citedeck.project import read_project
from citedeck.yaml_append import CannotAppendError, append_entry
from citedeck.yaml_reader import Mapping, Scalar, Sequence, read_yaml
from conftest import compile_folder, deck, write_project

ONE = "- {id: a, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_a_full_question_is_appended_with_words_and_place_of_the_source(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE)})
    before = (tmp_path / "decks/a.yaml").read_text(encoding="utf-8")
    values = ("question=How heavy were the tags: in grams?", "answer=1.6", "extra=A paper clip #1", "tags=tags", "tags=weight")
    result = run("add", "--project", tmp_path, "--quote", "the tags weighed 1.6 grams", *values)
    assert result.exit_code == 0, result.output
    assert result.stderr.endswith("a.yaml:5: added 'heavy-tags-grams'\n")
    assert (tmp_path / "decks/a.yaml").read_text(encoding="utf-8") == before + (
        "  - id: heavy-tags-grams\n"
        '    question: "How heavy were the tags: in grams?"\n'
        "    answer: 1.6\n"
        '    extra: "A paper clip #1"\n'
        "    tags:\n"
        "      - tags\n"
        "      - weight\n"
        "    cite: {quote: The tags weighed 1.6 grams, at: § Flight}\n"
    )
    assert compile_folder(tmp_path).diagnostics == ()


@pytest.mark.parametrize("kind", ["basic", "reversed", "cloze", "typed", "choice", "steps"])
def test_what_is_not_told_is_reported_until_it_is_written(kind: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE)})
    result = run("add", "--project", tmp_path, "--kind", kind)
    assert result.exit_code == 0, result.output
    assert "; still to write: " in result.stderr
    found = json.loads(run("check", "--project", tmp_path, "--format", "json", "--ignore", "all").stdout)["diagnostics"]
    assert {one["code"] for one in found} == {"quote-missing"}
    found = json.loads(run("check", "--project", tmp_path, "--format", "json").stdout)["diagnostics"]
    assert {one["code"] for one in found if one["severity"] == "error"} == {"quote-missing", "placeholder"}
    assert run("build", "--project", tmp_path).exit_code == 1


def test_ids_are_unused_in_any_case_and_made_of_what_there_is(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE)})
    for expected in ("long-swifts-fly", "long-swifts-fly-2", "long-swifts-fly-3"):
        result = run("add", "--project", tmp_path, "question=How long do swifts fly?", "--quote", "stay aloft for ten months")
        assert f"added '{expected}'" in result.stderr, result.output
    assert "added 'question'" in run("add", "--project", tmp_path).stderr
    assert "added 'stay-aloft-ten-months'" in run("add", "--project", tmp_path, "--quote", "stay aloft for ten months").stderr
    assert "added 'vogel'" in run("add", "--project", tmp_path, "question=Vögel?").stderr
    assert run("add", "--project", tmp_path, "--id", "two-words").exit_code == 0
    assert "added 'two-words-2'" in run("add", "--project", tmp_path, "question=Two words?").stderr
    assert "added 'own'" in run("add", "--project", tmp_path, "--id", "own").stderr


def test_an_id_that_was_released_is_used_in_any_case(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE.replace("id: a", "id: why"))})
    assert run("release", "--project", tmp_path).exit_code == 0
    write_project(tmp_path, {"decks/a.yaml": deck(ONE)})
    project, said = read_project(tmp_path)
    request = Request({"question": ("Why?",), "answer": ("So.",)}, at="§ Flight")
    added = add_question(project, said, project.decks[0], request)
    assert isinstance(added, Added)
    assert added.id == "why-2"
    assert unused_id(request, {"WHY", "why-2"}) == "why-3"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--quote", "Swifts sleep on the ground."], "error[quote-altered]"),
        (["--quote", "Swifts"], "error[quote-ambiguous]"),
        (["--id", "a"], "error[duplicate-id]"),
        (["--id", "Two words"], "error[bad-value]"),
        (["--source", "nosuch", "--quote", "x"], "error[unknown-source]"),
        (["--at", "page 3"], "error[bad-value]"),
        (["colour=red"], "error[unknown-key]"),
        (["question=<!-- nothing -->"], "error[empty-value]"),
    ],
)
def test_what_would_be_wrong_is_refused_and_nothing_is_written(options: list[str], said: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE)})
    before = (tmp_path / "decks/a.yaml").read_bytes()
    result = run("add", "--project", tmp_path, *options)
    assert result.exit_code == 1
    assert said in result.stdout
    assert result.stderr == "citedeck: the question would have errors; nothing was written\n"
    assert (tmp_path / "decks/a.yaml").read_bytes() == before


def test_an_excerpt_shows_the_line_that_would_be_written(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE)})
    assert "    cite: Swifts sleep on the ground.\n" in run("add", "--project", tmp_path, "--quote", "Swifts sleep on the ground.").stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--kind", "chioce"], "did you mean 'choice'?"),
        (["question"], "not of the form key=text"),
        (["--deck", "nosuch"], "there is no deck file 'nosuch': decks/a.yaml, decks/b/a.yaml"),
        ([], "which deck file?"),
        (["--deck", "a"], "'a' names several"),
    ],
)
def test_wrong_usage(options: list[str], said: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE), "decks/b/a.yaml": deck(ONE.replace("id: a", "id: b"))})
    result = run("add", "--project", tmp_path, *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_deck_file_is_named_by_path_or_name(tmp_path: Path) -> None:
    write_project(tmp_path, {"decks/a.yaml": deck(ONE), "decks/b.yaml": deck(ONE.replace("id: a", "id: b"))})
    for name in ("b", "b.yaml", "decks/b.yaml", str(tmp_path / "decks/b.yaml")):
        assert "b.yaml:" in run("add", "--project", tmp_path, "--deck", name).stderr


def test_a_byte_order_mark_and_line_ends_stay(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + deck(ONE).encode().replace(b"\n", b"\r\n")
    write_project(tmp_path, {"decks/a.yaml": content})
    assert run("add", "--project", tmp_path, "question=Why?", "answer=So.").exit_code == 0
    written = (tmp_path / "decks/a.yaml").read_bytes()
    assert written.startswith(content)
    assert written.count(b"\n") == written.count(b"\r\n")


def appended(text: str) -> str:
    return append_entry(TextFile("decks/a.yaml", text), "questions", {"id": "new", "answer": "So."})[0].text


NEW = "- id: new\n{}answer: So.\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("questions:\n- id: a\n", "questions:\n- id: a\n" + NEW.format("  ")),
        ("questions:\n  - id: a\n\n  - id: b  # end", "questions:\n  - id: a\n\n  - id: b  # end\n\n  " + NEW.format("    ")),
        ("questions:\n  - id: a\n    x: |\n      text\n\n# comment\nlanguage: en\n", None),
        ("questions: []\nlanguage: en\n", "questions:\n  " + NEW.format("    ") + "language: en\n"),
        ("deck: a\nquestions:\n", "deck: a\nquestions:\n  " + NEW.format("    ")),
        ("questions:  # none yet\n", "questions:  # none yet\n  " + NEW.format("    ")),
        ("deck: a", "deck: a\nquestions:\n  " + NEW.format("    ")),
        ("questions:\n  - {id: a,\n     b: c}\n", "questions:\n  - {id: a,\n     b: c}\n  " + NEW.format("    ")),
        ("questions:\n  - \n    id: a\n", "questions:\n  - \n    id: a\n  " + NEW.format("    ")),
    ],
)
def test_the_place_and_the_indentation_are_those_of_the_list(before: str, after: str | None) -> None:
    made = appended(before)
    if after is not None:
        assert made == after
    root, problems = read_yaml(TextFile("", made))
    assert not problems
    assert isinstance(root, Mapping)
    items = root.entries["questions"][1]
    assert isinstance(items, Sequence)
    assert isinstance(items.items[-1], Mapping)
    assert list(items.items[-1].entries) == ["id", "answer"]


@pytest.mark.parametrize("text", ["questions: [{id: a}]\n", "{deck: a, questions: []}\n", "- a\n", "questions: x\n", "questions:\n  - id: [\n", ""])
def test_a_file_that_leaves_no_place_is_refused(text: str) -> None:
    with pytest.raises(CannotAppendError):
        appended(text)


@settings(suppress_health_check=[HealthCheck.too_slow])
@example({"question": "\ufdd0"})
@given(
    values=st.dictionaries(st.sampled_from(["question", "answer", "extra"]), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
)
def test_any_text_reads_back_as_itself(values: dict[str, str]) -> None:
    text = "deck: a\nquestions:\n  - id: a\n    # a comment\nlanguage: en\n"
    try:
        made, line = append_entry(TextFile("decks/a.yaml", text), "questions", {"id": "new", **values, "cite": {"quote": "a, b", **values}})
    except CannotAppendError:
        return  # A character that the reader takes nowhere.
    root, _ = read_yaml(made)
    assert isinstance(root, Mapping)
    assert isinstance(questions := root.entries["questions"][1], Sequence)
    assert isinstance(entry := questions.items[-1], Mapping)
    assert {key: node.text for key, (_, node) in entry.entries.items() if isinstance(node, Scalar)} == {"id": "new", **values}
    assert made.line(line) == "  - id: new"
