"""`citedeck diff --against` a package of an adopted deck, whose notes do not say themselves which question they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adopting import edit, run, succeed
from author import Author
from conftest import deck, write_project
from shelf import Shelf, shelf

__all__ = ["shelf"]

T = 1_795_000_000
NOTHING = "nothing changes for learners\n"
QUESTION = "\n  - {id: new-one, question: Is it new?, answer: It is., silence: {no-citation: a test}}\n"


@pytest.fixture
def project(shelf: Shelf, tmp_path: Path) -> Path:
    """Adopt a deck, and build it once; its deck of type-in questions stands alone in a file."""
    succeed("import", shelf.export("new.apkg", legacy=False, scheduling=False), tmp_path / "project")
    succeed("build", "--project", tmp_path / "project")
    return tmp_path / "project"


def basic(project: Path) -> Path:
    """Return the deck file whose questions are of Anki's Basic."""
    return next(path for path in sorted((project / "decks").glob("*.yaml")) if "\npack: anki-basic\n" in path.read_text())


def against(package: Path, project: Path) -> str:
    return succeed("diff", "--against", package, "--project", project).stdout


def package_of(project: Path) -> Path:
    (package,) = (project / "build").glob("*.apkg")
    return package


def keep(project: Path, folder: Path) -> Path:
    """Put the package that was built aside."""
    folder.mkdir()
    return Path(shutil.copy(package_of(project), folder))


def test_a_question_that_was_never_released(project: Path) -> None:
    path = basic(project)
    before = path.read_text()
    path.write_text(before.rstrip("\n") + QUESTION)
    assert "New questions (1)" in against(package_of(project), project)
    succeed("build", "--project", project)
    assert against(package_of(project), project) == NOTHING
    path.write_text(before)
    assert "Forgotten (1)" in against(package_of(project), project)


def test_a_question_that_was_forgotten(project: Path, tmp_path: Path) -> None:
    path = basic(project)
    before = path.read_text()
    path.write_text(before.rstrip("\n") + QUESTION)
    succeed("release", "--project", project)
    package = keep(project, tmp_path / "kept")
    path.write_text(before)
    succeed("release", "--forget", "new-one", "--project", project)
    said = against(package, project)
    assert "Forgotten (1)" in said
    assert "\n  new-one\n" in said


def test_a_question_that_is_retired_in_the_package(project: Path, tmp_path: Path) -> None:
    package = keep(project, tmp_path / "before")
    edit(project, "    answer: A1", "    answer: A1\n    retired: {because: of a slip}")
    said = succeed("diff", "--project", project).stdout
    assert "Retired (1)" in said
    assert against(package, project) == said
    succeed("release", "--project", project)
    package = keep(project, tmp_path / "kept")
    assert against(package, project) == NOTHING
    edit(project, "\n    retired: {because: of a slip}", "")
    assert "Returned (1)" in against(package, project)


def test_the_package_of_another_project_that_adopted_the_same_note_types(shelf: Shelf, project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(project, other)
    (other / "citedeck.lock").unlink()
    for path in (other / "decks").glob("*.yaml"):
        text = path.read_text().replace("media/packed.zst", "packed.zst")  # Only who had such files may ship them.
        path.write_text("".join(line for line in text.splitlines(keepends=True) if not line.startswith("    guid: ")))
    settings = other / "citedeck.toml"
    settings.write_text(settings.read_text().replace('name = "', 'name = "other-'))
    shutil.rmtree(other / "build")
    succeed("build", "--project", other)
    refused = run("diff", "--against", package_of(other), "--project", project)
    assert refused.exit_code == 1
    assert "is no package of this project that citedeck wrote: it holds no question of this project" in refused.stderr


def test_a_package_that_was_renamed_hides_nothing(project: Path, tmp_path: Path) -> None:
    package = keep(project, tmp_path / "kept")
    path = basic(project)
    path.write_text(path.read_text().rstrip("\n") + QUESTION)
    said = against(package, project)
    assert "New questions (1)" in said
    assert against(package.rename(package.with_name("r1 (2).apkg")), project) == said


def test_of_several_packages_a_renamed_one_is_that_with_the_same_notes(tmp_path: Path) -> None:
    author = Author(tmp_path)
    question = "- {{id: {}, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}}\n"
    settings = 'name = "birds-abc123"\n[packages]\nall = ["decks/*.yaml"]\nsome = ["decks/a.yaml"]\nrest = ["decks/b.yaml"]\n'
    files = {"citedeck.toml": settings, **{f"decks/{name}.yaml": deck(question.format(name), deck=name) for name in "ab"}}
    write_project(author.root, files)
    assert author.run("release", time=T).exit_code == 0
    kept = author.root / "build"
    author.write({"citedeck.toml": settings} | {f"decks/{name}.yaml": deck(question.format(name) + question.format(f"{name}2"), deck=name) for name in "ab"})
    for name in ("all", "some", "rest"):
        said = author.run("diff", "--against", str(kept / f"{name}.apkg"), time=T + 9).stdout
        shutil.copy(kept / f"{name}.apkg", tmp_path / "old.apkg")
        assert author.run("diff", "--against", str(tmp_path / "old.apkg"), time=T + 9).stdout == said
        assert said.count("\n  a2: ") == (name != "rest")
