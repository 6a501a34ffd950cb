"""Damaged, hostile and huge decks: `citedeck import` says what is wrong and leaves nothing behind, and no file has to fit into memory."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from anki.import_export_pb2 import MediaEntries

from adopting import adopt, run, succeed
from citedeck.adoption import project, questions
from citedeck.exports import packages
from conftest import hear_interrupts
from test_exports_damage import make_database, zipped

MEGABYTE = 1_000_000
_MEASURED = "import resource, sys; from citedeck.cli import main; sys.argv[0] = 'citedeck'\ntry:\n    main()\nfinally:\n    "
_MEASURED += "print('PEAK', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"


def package(path: Path, media: dict[str, bytes] | None = None, **members: bytes) -> Path:
    """Write a package of two notes, with media by name."""
    listed = {str(place): name for place, name in enumerate(media or {})}
    files = {str(place): content for place, content in enumerate((media or {}).values())}
    return zipped(path, {"collection.anki2": make_database(), "media": json.dumps(listed).encode(), **files, **members}, zipfile.ZIP_DEFLATED)


def refused(file: Path, *, hint: str, message: str, target: str = "new/deep/project") -> None:
    """Nothing is made of the file, and its maintainer is told why."""
    before = sorted(file.parent.rglob("*"))
    result = run("import", file, file.parent / target)
    assert result.exit_code == 1, result.output
    assert message in result.output
    assert f"hint: {hint}" in result.output
    assert sorted(file.parent.rglob("*")) == before


def test_media_cannot_leave_the_project(tmp_path: Path) -> None:
    names = ["../../x", "/etc/x.png", "..\\x.png", "a/b.png", "..", "C:\\x", "good.png"]
    inner = tmp_path / "inner"
    inner.mkdir()
    succeed("import", package(inner / "a.apkg", dict.fromkeys(names, b"x"), **{"../../y": b"y"}), inner / "project")
    assert sorted(path.name for path in inner.iterdir()) == ["a.apkg", "project"]
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]
    assert [path.name for path in (inner / "project/unused-media").iterdir()] == ["good.png"]
    said = (inner / "project/import-report.md").read_text()
    assert "6 media files are left out, because their names are not safe: ../../x, /etc/x.png, ..\\x.png" in said


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again = "do not trust this file"
    monkeypatch.setattr(packages, "MAX_DATABASE", MEGABYTE)
    bomb = zipped(tmp_path / "bomb.apkg", {"collection.anki2": bytes(50 * MEGABYTE), "media": b"{}"}, zipfile.ZIP_DEFLATED)
    refused(bomb, message="'collection.anki2' in it unpacks to more than it should; nothing was written", hint=again)
    monkeypatch.setattr(packages, "MAX_MEDIA", MEGABYTE)
    media = package(tmp_path / "media.apkg", {"a.png": bytes(2 * MEGABYTE)})
    refused(media, message="its media files unpack to more than", hint="export one deck at a time")


def test_media_that_are_damaged_are_named(tmp_path: Path) -> None:
    original = package(tmp_path / "a.apkg", {"bad.png": b"x" * 999, "good.png": b"y"})
    content = bytearray(original.read_bytes())
    with zipfile.ZipFile(original) as archive:
        content[archive.getinfo("0").header_offset + 33] ^= 0xFF
    original.write_bytes(content)
    adopt(original, tmp_path / "project")
    assert "The media file bad.png could not be read" in (tmp_path / "project/import-report.md").read_text()
    assert [path.name for path in (tmp_path / "project/unused-media").iterdir()] == ["good.png"]


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -30])
def test_packages_that_are_cut_off_are_refused(tmp_path: Path, cut: int) -> None:
    original = package(tmp_path / "a.apkg")
    original.write_bytes(original.read_bytes()[:cut])
    refused(original, message="nothing was written", hint="")


@pytest.mark.parametrize(
    ("name", "content"), [("a.apkg", b"hello"), ("a.pdf", b"%PDF"), ("a.txt", b""), ("a.csv", b"\0\0"), ("b.apkg", bytes(999)), ("a", b"x")]
)
def test_what_is_no_export_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    refused(tmp_path / name, message="nothing was written", hint="", target="project")


def test_folders_that_are_not_empty_stay_untouched(tmp_path: Path) -> None:
    original = package(tmp_path / "a.apkg")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/.hidden").write_text("mine")
    refused(original, message="full is not an empty folder", hint="name another one", target="full")
    refused(original, message="a.apkg is not an empty folder", hint="name another one", target="a.apkg")


@pytest.mark.parametrize("target", ["empty", ".", "link"])
def test_an_empty_folder_stays_the_same_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    original = package(tmp_path / "a.apkg")
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "link").symlink_to(empty)
    monkeypatch.chdir(empty if target == "." else tmp_path)
    inode = empty.stat().st_ino
    succeed("import", original, target)
    assert empty.stat().st_ino == inode
    assert not [path for path in (*empty.iterdir(), *tmp_path.iterdir()) if path.name.startswith(".citedeck-import")]
    succeed("build", "--locked", "--project", empty)


@pytest.mark.parametrize("problem", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
@pytest.mark.parametrize("made", ["", "project"])
@pytest.mark.parametrize(
    ("where", "name"), [(project, "read_export"), (project._Adopting, "_copy_media"), (questions.Writer, "question"), (project, "report"), (project, "_place")]
)
def test_whatever_interrupts_an_import_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, made: str, problem: BaseException | type[BaseException]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    original = package(tmp_path / "a.apkg", {"a.png": b"x"})
    if made:
        (tmp_path / made).mkdir()
    monkeypatch.setattr(where, name, fail)
    before = sorted(tmp_path.rglob("*"))
    assert run("import", original, tmp_path / (made or "new/deep")).exit_code != 0
    assert sorted(tmp_path.rglob("*")) == before


def test_an_interrupt_in_the_midst_leaves_nothing(tmp_path: Path) -> None:
    original = large_package(tmp_path / "a.apkg", 20, 100 * MEGABYTE)
    process = subprocess.Popen(
        [sys.executable, "-m", "citedeck", "import", original, tmp_path / "project"], stderr=subprocess.DEVNULL, preexec_fn=hear_interrupts
    )
    while not list(tmp_path.glob(".citedeck-import-*/project/decks/media/*")):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(20) != 0
    assert list(tmp_path.iterdir()) == [original]


def large_package(path: Path, count: int, size: int) -> Path:
    """Write a package with media of so many bytes each, which are but zeros."""
    names = [f"{place}.mp4" for place in range(count)]
    shown = "".join(f"[sound:{name}]" for name in names)
    database = make_database(rows=[("UPDATE notes SET flds = ? || char(31) || 'b' WHERE id = 100", (shown,))])
    entries = MediaEntries(entries=[MediaEntries.MediaEntry(name=name, size=size) for name in names])
    listed = {"collection.anki21b": zstandard.compress(database), "media": zstandard.compress(entries.SerializeToString())}
    content = zstandard.compress(bytes(size))
    return zipped(path, listed | {str(place): content for place in range(count)})


def peak(*arguments: object) -> int:
    """Return how many bytes of memory a command needed at its height."""
    done = subprocess.run([sys.executable, "-c", _MEASURED, *map(str, arguments)], capture_output=True, text=True, check=True)
    return int(done.stdout.rpartition("PEAK ")[2])


def test_media_do_not_have_to_fit_into_memory(tmp_path: Path) -> None:
    peaks = []
    for name, size in (("small", MEGABYTE), ("large", 200 * MEGABYTE)):
        original = large_package(tmp_path / f"{name}.apkg", 1, size)
        peaks.append((peak("import", original, tmp_path / name), peak("build", "--locked", "--project", tmp_path / name)))
        assert (tmp_path / name / "decks/media/0.mp4").stat().st_size == size
    (small_import, small_build), (large_import, large_build) = peaks
    assert large_import - small_import < 30 * MEGABYTE
    assert large_build - small_build < 30 * MEGABYTE
