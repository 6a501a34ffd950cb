"""Hostile disks: what is not a text, leads out of the project, or cannot be written ends as a diagnostic, and nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from citedeck.media import MediaFinder
from citedeck.model import Media
from citedeck.project import NoProjectError, find_root
from citedeck.write import write_all
from conftest import Compile, compile_folder, deck, write_project

GOOD = deck("- {id: a, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}")


def codes(root: Path) -> list[tuple[str, str]]:
    return [(one.span.path, one.code) for one in compile_folder(root).diagnostics]


def test_links_are_not_followed_out_of_the_project_or_in_circles(tmp_path: Path) -> None:
    root = write_project(tmp_path / "project", {"decks/a.yaml": GOOD})
    (tmp_path / "secret.yaml").write_text(GOOD.replace("id: a", "id: b"))
    (root / "decks/out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "decks/loop.yaml").symlink_to(root / "decks/loop.yaml")
    (root / "decks/lost.yaml").symlink_to(root / "decks/nowhere.yaml")
    (root / "decks/folder").symlink_to(root / "sources")
    (root / "sources/out.md").symlink_to(tmp_path / "secret.yaml")
    assert codes(root) == [
        ("decks/folder", "outside-project"),
        ("decks/loop.yaml", "outside-project"),
        ("decks/lost.yaml", "outside-project"),
        ("decks/out.yaml", "outside-project"),
        ("sources/out.md", "outside-project"),
    ]


def elsewhere(path: str) -> dict[str, str]:
    return {
        "sources/page.yaml": f"type: book\ntitle: A page\ncitedeck: {{text: '{path}'}}\n",
        "decks/a.yaml": deck("- {id: a, question: Where do swifts sleep?, answer: In the air., cite: {source: page, quote: Swifts sleep in the air.}}"),
    }


def test_a_text_may_lie_elsewhere_in_the_project(compile_files: Compile) -> None:
    compilation = compile_files({**elsewhere("docs/page-one.md"), "docs/page-one.md": "# Page\n\n## Sleep\n\nSwifts sleep in the air.\n"})
    assert compilation.diagnostics == ()
    (found,) = compilation.citations["a"]
    assert str(found.locator) == "§ Sleep"
    assert "docs/page-one.md" in compilation.project.files()
    assert [(one.text.id, one.text.path) for one in compilation.coverage] == [("page", "docs/page-one.md"), ("swifts", "sources/swifts.md")]


def test_a_change_of_a_text_elsewhere_that_outdates_a_card_is_an_error(compile_files: Compile) -> None:
    (said,) = compile_files({**elsewhere("docs/p1.md"), "docs/p1.md": "Swifts sleep on the ground."}).diagnostics
    assert (said.code, said.span.path) == ("quote-missing", "decks/a.yaml")
    assert said.message == "these words do not stand in 'page'"


@pytest.mark.parametrize("path", ["../page.md", "docs/../../page.md", "/etc/passwd", "docs/link.md"])
def test_a_text_elsewhere_lies_in_the_project(path: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("Swifts sleep in the air.", encoding="utf-8")
    root = write_project(tmp_path / "birds", elsewhere(path))
    (root / "docs").mkdir()
    (root / "docs/link.md").symlink_to(tmp_path / "page.md")
    (said,) = compile_folder(root).diagnostics
    assert (said.code, said.span.path, said.span.line) == ("outside-project", "sources/page.yaml", 3)


def test_several_sources_may_name_one_text_which_then_needs_no_metadata_of_its_name(compile_files: Compile) -> None:
    files = elsewhere("sources/shared.md")
    files["sources/second.yaml"] = files["sources/page.yaml"].replace("A page", "Another page")
    compilation = compile_files({**files, "sources/shared.md": "Swifts sleep in the air."})
    assert compilation.diagnostics == ()
    assert [one.text.id for one in compilation.coverage] == ["page", "second", "swifts"]


def test_a_text_elsewhere_is_private_only_where_private_texts_lie(compile_files: Compile) -> None:
    files = elsewhere("docs/page.md")
    files["sources/page.yaml"] = files["sources/page.yaml"].replace("{text", "{share: false, text")
    (said,) = compile_files({**files, "docs/page.md": "Swifts sleep in the air."}).diagnostics
    assert (said.code, said.span.path) == ("not-private", "docs/page.md")


def test_a_picture_that_is_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    root = write_project(tmp_path / "project", {"decks/a.yaml": GOOD.replace("In the air.,", "'![x](x.png) ![y](y.png)',")})
    (tmp_path / "secret.png").write_bytes(b"x")
    (root / "decks/x.png").symlink_to(tmp_path / "secret.png")
    (root / "decks/y.png").symlink_to(root / "decks/y.png")
    assert [code for _, code in codes(root)] == ["media-missing", "outside-project"]


def test_what_is_no_file_does_not_hang(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"decks/a.yaml": GOOD})
    os.mkfifo(root / "decks/pipe.yaml")
    os.mkfifo(root / "sources/pipe.md")
    (root / "decks/folder.yaml").mkdir()
    assert codes(root) == [("decks/pipe.yaml", "unknown-format"), ("sources/pipe.md", "unknown-format")]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "Größe".encode("latin-1"), "deck: x".encode("utf-16"), b"a\0b"])
def test_what_is_no_text_is_said_to_be_none_and_only_that(content: bytes, compile_files: Compile) -> None:
    found = compile_files({"decks/a.yaml": GOOD, "sources/swifts.md": content}).diagnostics
    assert [(one.span.path, one.code) for one in found] in ([("sources/swifts.md", "not-utf-8")], [("sources/swifts.md", "unreadable-source")])


def test_odd_names_and_leftovers(compile_files: Compile) -> None:
    files = {
        "decks/A b é🦉.YAML": GOOD,
        "decks/.hidden.yaml": "]",
        "decks/a.yaml~": "]",
        "decks/#a.yaml": "]",
        "decks/notes.txt": "not a deck",
        "decks/__pycache__/a.yaml": "]",
        "sources/.DS_Store": "\0",
        "templates/basic/.keep": "",
    }
    compilation = compile_files(files)
    assert compilation.diagnostics == ()
    assert [note.deck_path for note in compilation.notes] == ["decks/A b é🦉.YAML"]


def test_byte_order_marks_shift_nothing(compile_files: Compile) -> None:
    (diagnostic,) = compile_files({"decks/a.yaml": b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.replace("deck:", "dekc:").encode()}).diagnostics[:1]
    assert (diagnostic.span.line, diagnostic.span.column) == (1, 1)


def test_own_packs_replace_built_in_ones_file_by_file_in_shared(compile_files: Compile) -> None:
    files = {"decks/a.yaml": GOOD, "templates/_shared/style.css": ".card { color: red; }"}
    compilation = compile_files(files)
    assert compilation.ok
    assert "color: red" in compilation.packs["basic"].note_type.css


def test_an_unreadable_folder_ends_the_run_instead_of_dropping_its_decks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_project(tmp_path, {"decks/a.yaml": GOOD, "decks/locked/b.yaml": GOOD})
    scan = os.scandir

    def refuse(path: str | Path = ".") -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PermissionError):
        compile_folder(root)


def test_somebody_else_s_settings_further_up_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.citedeck]")
    read = Path.read_text

    def refuse(self: Path, *arguments: str, **keys: str) -> str:
        if self == tmp_path / "pyproject.toml":
            raise PermissionError(13, "Permission denied")
        return read(self, *arguments, **keys)

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(NoProjectError):
        find_root(tmp_path)


def test_media_have_names_that_anki_never_confuses(tmp_path: Path) -> None:
    root = write_project(tmp_path, {"decks/Nid d’été.PNG": b"1", "decks/漢.svg": b"2", "pictures/" + "x" * 80 + ".gif": b"3"})
    finder = MediaFinder(root)
    names = [finder.find("decks/a.yaml", path) for path in ("Nid d’été.PNG", "漢.svg", "../pictures/" + "x" * 80 + ".gif")]
    assert [item.name for item in names if isinstance(item, Media)] == [
        "citedeck-6b86b273ff34fce19d6b.png",
        "citedeck-d4735e3a265e16eee03f.svg",
        "citedeck-4e07408562bedb8b60ce.gif",
    ]
    for outside in (str(root / "decks/漢.svg"), "../../secret.png"):
        problem = finder.find("decks/a.yaml", outside)
        assert isinstance(problem, tuple)
        assert problem[0] == "outside-project"


def test_files_are_written_all_together_or_not_at_all(tmp_path: Path) -> None:
    first, second, third = tmp_path / "first", tmp_path / "second", tmp_path / "third"
    first.write_bytes(b"old")
    third.mkdir()
    with pytest.raises(FileExistsError):
        write_all({first: b"new", second: b"new", third: b"new"}, tmp_path)
    assert first.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "third"]


def test_a_rename_that_fails_undoes_those_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = tmp_path / "first", tmp_path / "second", tmp_path / "third"
    first.write_bytes(b"old")
    rename = Path.replace

    def fail_at_third(self: Path, target: Path) -> Path:
        if target == third:
            raise OSError("the disk is gone")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_third)
    with pytest.raises(OSError, match="gone"):
        write_all({first: b"new", second: b"new", third: b"new"}, tmp_path)
    assert first.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["first"]


def test_a_disk_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*paths: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "first").write_bytes(b"old")
    write_all({tmp_path / "first": b"new"}, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"first": b"new"}


def test_writing_replaces_no_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "device")
    with pytest.raises(FileExistsError):
        write_all({tmp_path / "device": b"new"}, tmp_path)
