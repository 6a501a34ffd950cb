"""Pictures, sounds, and what packs ship for their looks: named by content, once each, and said when missing, unused or misspelt."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from anki_desk import desk
from author import Author
from citedeck.pack_assets import ASSET_FORMATS
from citedeck.pipeline import Compilation
from conftest import ROOT, Compile, deck, package_of

T = 1_700_000_000
QUESTION = '- {{id: {0}, question: "![a]({1})", answer: {0}, cite: Swifts sleep in the air.}}\n'


def names_in(package: bytes) -> dict[str, bytes]:
    """Return the media of a package by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(number) for number, name in json.loads(archive.read("media")).items()}


def said(compilation: Compilation) -> list[str]:
    return [f"{one.span.path}: {one.severity.name.lower()}[{one.code}] {one.message}; {one.hint}" for one in compilation.diagnostics]


def test_a_name_is_that_of_the_content_and_the_same_picture_is_there_once(compile_files: Compile) -> None:
    files = {
        "decks/a.yaml": deck(QUESTION.format("a", "one/é.svg") + QUESTION.format("b", "two.SVG") + QUESTION.format("c", "three.svg")),
        "decks/one/é.svg": "<svg>x</svg>",
        "decks/two.SVG": "<svg>x</svg>",
        "decks/three.svg": "<svg>y</svg>",
    }
    compilation = compile_files(files)
    assert not said(compilation)
    expected = {f"citedeck-{hashlib.sha256(drawn).hexdigest()[:20]}.svg": drawn for drawn in (b"<svg>x</svg>", b"<svg>y</svg>")}
    assert names_in(package_of(compilation, T).content) == expected


def test_a_changed_picture_dates_its_notes_anew_and_only_these(tmp_path: Path) -> None:
    author = Author(tmp_path)
    author.write({
        "decks/a.yaml": deck(QUESTION.format("a", "x.svg") + QUESTION.format("b", "y.svg")), "decks/x.svg": "<svg>x</svg>", "decks/y.svg": "<svg>y</svg>",
    })  # fmt: skip
    author.release(T)
    author.write({"decks/y.svg": "<svg>z</svg>"})
    release = author.release(T + 100)
    assert {record.id: record.mod for record in release.lock.notes.values()} == {"a": T, "b": T + 100}


@pytest.mark.parametrize(("written", "there"), [("nest.svg", "Nest.svg"), ("Nest.SVG", "Nest.svg"), ("pictures/NEST.svg", "pictures/nest.svg")])
def test_another_case_is_another_file(written: str, there: str, compile_files: Compile) -> None:
    compilation = compile_files({"decks/a.yaml": deck(QUESTION.format("a", written)), f"decks/{there}": "<svg/>"})
    hint = f"there is '{Path(there).name}': write it alike, some disks tell case apart"
    assert said(compilation) == [f"decks/a.yaml: error[media-missing] there is no file '{written}'; {hint}"]


def test_a_decomposed_name_is_the_same_name(compile_files: Compile) -> None:
    compilation = compile_files({"decks/a.yaml": deck(QUESTION.format("a", "e\u0301.svg")), "decks/e\u0301.svg": "<svg/>"})
    assert not said(compilation)


def test_a_file_that_no_device_would_get(compile_files: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citedeck.media.MAX_BYTES", 1000)
    compilation = compile_files({"decks/a.yaml": deck(QUESTION.format("a", "x.svg")), "decks/x.svg": "x" * 1001})
    assert [one.code for one in compilation.diagnostics] == ["media-large"]
    assert not compilation.ok


def test_unused_files_are_not_reported_while_there_are_errors(compile_files: Compile) -> None:
    compilation = compile_files({"decks/a.yaml": deck(QUESTION.format("a", "y.svg")), "decks/x.svg": "<svg/>"})
    assert [one.code for one in compilation.diagnostics] == ["media-missing"]


# --- assets of packs -----------------------------------------------------------------------------------------------------------------


def with_assets(root: Path) -> dict[str, str | bytes]:
    """Copy the pack `basic` into a project, with a picture, a font and a style that name each other."""
    shutil.copytree(ROOT / "templates/basic", root / "templates/basic")
    return {
        "decks/a.yaml": deck(
            "- {id: a, question: b, answer: c, cite: Swifts sleep in the air.}\n- {id: t, question: b, typed: c, cite: Swifts sleep in the air.}"
        ),
        "templates/basic/recall.front.html": '<img src="_logo.png"> {{Question}} <img src=_logo.png.svg>',
        "templates/basic/style.css": '.x { background: url("_line.svg") } @font-face { src: url(_font.woff2) }',
        "templates/basic/_logo.png": b"\x89PNG",
        "templates/basic/_logo.png.svg": "<svg>other</svg>",
        "templates/_shared/_line.svg": "<svg>shared</svg>",
        "templates/basic/_font.woff2": b"wOF2",
    }


def test_assets_travel_under_names_of_their_content(tmp_path: Path) -> None:
    author = Author(tmp_path)
    author.write(with_assets(author.root))
    release = author.release(T)
    named = {content: f"_citedeck-{hashlib.sha256(content).hexdigest()[:20]}" for content in (b"\x89PNG", b"<svg>other</svg>", b"<svg>shared</svg>", b"wOF2")}
    assert {Path(name).stem: content for name, content in names_in(release.package.read_bytes()).items()} == {name: content for content, name in named.items()}
    with desk(tmp_path / "anki") as learner:
        learner.import_package(release.package)
        front, _ = learner.sides("a")
        logo, other = named[b"\x89PNG"], named[b"<svg>other</svg>"]
        assert front.endswith(f'<img src="{logo}.png"> b <img src={other}.svg>')
        style = learner.note("a").note_type()["css"]
        assert f'url("{named[b"<svg>shared</svg>"]}.svg")' in style
        folder = Path(learner.col.media.dir())
        assert all(next(folder.glob(f"{name}.*")).read_bytes() == content for content, name in named.items())
        old = set(folder.iterdir())

        author.write({"templates/_shared/_line.svg": "<svg>changed</svg>"})
        later = author.release(T + 1000)
        assert {record.mod for record in later.lock.notes.values()} == {T}, "no note is touched"
        learner.import_package(later.package)
        new = set(folder.iterdir()) - old
        assert [path.read_bytes() for path in new] == [b"<svg>changed</svg>"]
        assert next(iter(new)).name in learner.note("a").note_type()["css"]


def test_assets_that_are_missing_unused_or_no_assets(tmp_path: Path, compile_files: Compile) -> None:
    files = with_assets(tmp_path)
    del files["templates/basic/_font.woff2"]
    files |= {"templates/basic/_old.png": b"old", "templates/basic/_notes.txt": "?"}
    missing = "the looks name a file '_font.woff2' that is not there; put it at templates/basic/, or at templates/_shared/"
    assert said(compile_files(files)) == [
        f"templates/basic/_notes.txt: error[bad-pack] '_notes.txt' is nothing that a card can show or use; known: {' '.join(sorted(ASSET_FORMATS))}; ",
        "templates/basic/_notes.txt: warning[media-unused] no card and no style names this file; remove it",
        "templates/basic/_old.png: warning[media-unused] no card and no style names this file; remove it",
        f"templates/basic/pack.yaml: error[bad-pack] {missing}",
    ]
