"""What the maintainer of an adopted deck does with it: adding, renaming, mistyping. Tried where the tool knows the least: in packs that are not its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adopting import adopt, run, succeed
from shelf import Shelf, shelf

__all__ = ["shelf"]


@pytest.fixture
def project(shelf: Shelf, tmp_path: Path) -> Path:
    """Return an adopted deck, and a source with words to cite."""
    adopt(shelf.export("new.apkg", legacy=False, scheduling=False), tmp_path / "project")
    (tmp_path / "project/sources").mkdir(exist_ok=True)
    (tmp_path / "project/sources/book.yaml").write_text("type: book\ntitle: Leaves\n")
    (tmp_path / "project/sources/book.md").write_text("The vein carries water.")
    return tmp_path / "project"


def deck_of(project: Path, words: str) -> Path:
    (path,) = (path for path in (project / "decks").glob("*.yaml") if words in path.read_text())
    return path


@pytest.mark.parametrize(
    ("kind", "values", "written"),
    [
        ([], ["question=What carries water?", "answer=The vein."], "  - id: carries-water\n    question: What carries water?\n"),
        (["--kind", "anki-basic"], ["question=What carries water?", "answer=The vein."], "  - id: carries-water\n    pack: anki-basic\n"),
        (["--kind", "basic"], ["question=What carries water?", "answer=The vein."], "  - id: carries-water\n    pack: basic\n"),
        (["--kind", "choice"], ["question=What carries water?", "right=Veins", "wrong=Air"], "  - id: carries-water\n    pack: choice\n"),
        (["--kind", "verb"], ["infinitive=carry", "past=carried"], "  - id: carry\n    pack: verb\n    infinitive: carry\n"),
    ],
)
def test_a_new_question_is_of_the_kind_that_is_told_or_that_of_the_file(project: Path, kind: list[str], values: list[str], written: str) -> None:
    path = deck_of(project, "question: R1")
    assert "pack: basic-and-reversed-card" in path.read_text()
    if "verb" in kind:
        pack = project / "templates/verb/pack.yaml"
        pack.write_text(pack.read_text().replace("adopted:\n", "adopted:\n  citations: Sound\n"))
    succeed("add", "--project", project, "--deck", path, "--source", "book", "--quote", "vein carries water", *kind, *values)
    assert written in path.read_text()
    succeed("build", "--project", project)
    found = json.loads(succeed("check", "--project", project, "--format", "json", "--ignore", "all").stdout)
    assert found["diagnostics"] == []


@pytest.mark.parametrize(("kind", "todo"), [("anki-basic", "question, answer, cite"), ("anki-cloze", "cloze, cite"), ("verb", "infinitive, cite")])
def test_what_is_not_told_is_reported_until_it_is_written(project: Path, kind: str, todo: str) -> None:
    path = deck_of(project, "question: R1")
    result = succeed("add", "--project", project, "--deck", path, "--kind", kind)
    assert result.stderr.endswith(f"still to write: {todo}\n")
    found = run("check", "--project", project).stdout
    assert "error[placeholder]" in found
