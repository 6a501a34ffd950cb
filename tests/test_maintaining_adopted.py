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


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new))


def errors(project: Path) -> list[tuple[str, str, str]]:
    """Return code, message and hint of each error."""
    found = json.loads(run("check", "--project", project, "--format", "json").stdout)["diagnostics"]
    return [(one["code"], one["message"], one["hint"]) for one in found if one["severity"] == "error"]


@pytest.mark.parametrize("html", [False, True])
def test_a_picture_that_is_gone_is_missed(project: Path, html: bool) -> None:
    name, shown = ("packed.zst", '"<object data=media/packed.zst>') if html else ("leaf.png", "![](media/leaf.png)")
    assert any(shown in path.read_text() for path in (project / "decks").glob("*.yaml"))
    (project / "decks/media" / name).unlink()
    assert {(code, message) for code, message, _ in errors(project)} == {("media-missing", f"there is no file 'media/{name}'")}
    assert run("release", "--project", project).exit_code == 1


def test_a_release_can_be_adopted_in_its_turn(project: Path, tmp_path: Path) -> None:
    path = deck_of(project, "question: R1")
    succeed("add", "--project", project, "--deck", path, "--source", "book", "--quote", "vein carries water", "question=What carries it?", "answer=A vein.")
    succeed("release", "--project", project)
    (package,) = (project / "build").glob("*.apkg")
    adopt(package, tmp_path / "again")
    assert "nothing changes for learners" in succeed("diff", "--project", tmp_path / "again").output
    style = (tmp_path / "again/templates/basic-and-reversed-card/style.css").read_text()
    (tmp_path / "again/sources").mkdir(exist_ok=True)
    for name in ("book.yaml", "book.md"):
        (tmp_path / "again/sources" / name).write_bytes((project / "sources" / name).read_bytes())
    path = deck_of(tmp_path / "again", "question: R1")
    succeed(
        "add", "--project", tmp_path / "again", "--deck", path, "--source", "book", "--quote", "vein carries", "question=Which carries it?", "answer=The vein."
    )
    assert "Looks" not in succeed("diff", "--project", tmp_path / "again").output, style


@pytest.mark.parametrize("html", ["x <!-- note", "x <script>var a = 1;", "<textarea>x", 'pump <a href="https://x.org/', "<noscript>x", "<select>x"])
def test_html_that_would_swallow_citations_is_refused(project: Path, html: str) -> None:
    path = deck_of(project, "question: R1")
    added = f"  - id: open\n    pack: anki-basic\n    question: Open?\n    answer:\n      html: '{html}'\n"
    path.write_text(f"{path.read_text()}{added}    cite: {{source: book, quote: The vein carries water.}}\n")
    assert errors(project) == [
        (
            "bad-value",
            "the HTML of the field 'Back' would swallow the citations behind it",
            "close what is open in it: a comment, a tag, the quotes of an attribute, a <script>",
        )
    ]
    replaced(path, f"'{html}'", "'<b>x <i>y</b><table><td>'")
    assert errors(project) == []


def test_an_uncited_question_may_be_renamed(project: Path) -> None:
    path = deck_of(project, "id: r1")
    replaced(path, "id: r1", "id: r-one\n    was: r1")
    assert errors(project) == []
    assert "unused-baseline" not in run("check", "--project", project).stdout
    assert "New id (1): the note and its schedules stay the same" in succeed("diff", "--project", project).output
    replaced(path, "\n    was: r1", "")
    ((_, message, hint), *_) = (one for one in errors(project) if one[0] == "id-used-up")
    assert message == "the identity of 'r-one' is that of 'r1': learners' schedules for that would go to this question"
    assert hint == "if it is 'r1' under a new id, write was: r1; else choose another guid"


def test_a_question_in_a_file_of_another_pack_is_told_how_to_stay_what_it_is(project: Path) -> None:
    path = deck_of(project, "id: r1")
    replaced(path, "pack: basic-and-reversed-card", "pack: anki-basic")
    ((code, _, hint),) = errors(project)
    assert (code, hint) == ("note-type-changed", "write pack: basic-and-reversed-card on it; to ask in another way, retire it, and take a new id")
    replaced(path, "id: r1", "id: r1\n    pack: basic-and-reversed-card")
    assert errors(project) == []


def test_a_field_too_many_has_to_go_again(project: Path) -> None:
    pack = project / "templates/anki-basic/pack.yaml"
    replaced(pack, "cards:\n", "  - name: New\n    key: new\ncards:\n")
    ((code, message, hint),) = errors(project)
    assert code == "note-type-changed"
    assert message.startswith("the field 'New' is new: ")
    assert hint == "put it back: learners have the note type as it was; another shape is a new pack in a folder of its own, without adopted:"


def test_a_pack_that_cannot_be_read_is_the_only_error(project: Path) -> None:
    replaced(project / "templates/basic-and-reversed-card/pack.yaml", "kind: normal", "kind: nromal")
    assert [(code, message) for code, message, _ in errors(project)] == [("bad-value", "'nromal' is no kind")]
    replaced(project / "templates/basic-and-reversed-card/pack.yaml", "kind: nromal", "kind: normal")
    replaced(deck_of(project, "id: r1"), "pack: basic-and-reversed-card", "pack: basic-and-reversed-crad")
    assert [(code, message) for code, message, _ in errors(project)] == [("bad-value", "there is no pack 'basic-and-reversed-crad'")]
