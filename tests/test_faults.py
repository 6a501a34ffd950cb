"""A release that is cut short: each write and each rename fails in turn, or the process is killed there. Old or new, never between."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from author import Author
from citedeck.cli import cli
from citedeck.write import JOURNAL, exclusive, finish, write_all
from conftest import deck

T = 1_700_000_000
QUESTIONS = "- {{id: sleep, question: Where do swifts sleep?, answer: {}, cite: Swifts sleep in the air.}}\n"
SETTINGS = 'name = "birds-abc123"\n[packages]\none = ["decks/a.yaml"]\ntwo = ["decks/*.yaml"]\n'

KILLED, REFUSED, DONE = 137, 3, 0


def cut_short(number: int, how: str, arguments: list[str]) -> tuple[int, bool]:
    """Run a command in a child of this process, with one call to the disk cut; return how it ended, and whether it came to that call."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of threads: the child uses none.
        child = os.fork()
    if not child:
        code = 99
        try:
            code = _run_cut(number, how, arguments)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code & 0x7F if code != KILLED else code, code == KILLED or not code & 0x80


def _run_cut(number: int, how: str, arguments: list[str]) -> int:
    count = 0

    def cut(real: Callable[..., Any], *, writing: bool = False) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            if writing and "w" not in (args[1] if len(args) > 1 else kwargs.get("mode", "r")):
                return real(*args, **kwargs)
            count += 1
            if count == number:
                if how == "kill":
                    os._exit(KILLED)
                raise KeyboardInterrupt if how == "interrupt" else OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **kwargs)

        return call

    for owner, name in ((os, "fsync"), (os, "link"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir")):
        setattr(owner, name, cut(getattr(owner, name)))
    Path.open = cut(Path.open, writing=True)  # type: ignore[method-assign]
    try:
        cli(arguments, standalone_mode=False)
    except (OSError, KeyboardInterrupt, click.Abort):
        return REFUSED
    except SystemExit as left:
        return int(left.code or 0) | (0x80 if count < number else 0)
    return DONE | (0x80 if count < number else 0)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what a release writes, and whatever was left over beside it."""
    kept = ("decks", "sources", "citedeck.toml")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in kept
    }


class Press:
    """A project with a release, about to make another one."""

    def __init__(self, folder: Path, *, first: bool) -> None:
        self.author = Author(folder)
        self.author.write(
            {"citedeck.toml": SETTINGS, "decks/a.yaml": deck(QUESTIONS.format("Air")), "decks/b.yaml": deck(QUESTIONS.format("Air").replace("sleep,", "rest,"))}
        )
        if first:
            assert self.author.run("release", time=T).exit_code == 0
        self.root = self.author.root
        self.author.write({"citedeck.toml": SETTINGS, "decks/a.yaml": deck(QUESTIONS.format("In the air"))})
        self.old = files_of(self.root)

    def restore(self) -> None:
        for path in files_of(self.root):
            (self.root / path).unlink()
        if (self.root / "build").exists():
            (self.root / "build").rmdir()
        for path, content in self.old.items():
            (self.root / path).parent.mkdir(exist_ok=True)
            (self.root / path).write_bytes(content)

    def cut(self, number: int, how: str) -> bool:
        """Release with one call cut; say whether it came to that call."""
        code, reached = cut_short(number, how, ["release", "--project", str(self.root)])
        # A call whose failure does no harm (a sync of a folder, a link) may fail.
        assert code in {"fail": (REFUSED, DONE), "interrupt": (REFUSED,), "kill": (KILLED,)}[how] or not reached
        return reached


def cuts(press: Press, how: str) -> Iterator[int]:
    number = 1
    while True:
        press.restore()
        if not press.cut(number, how):
            assert number > 15, "many calls were cut"
            return
        yield number
        number += 1


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(T + 1000))


@pytest.fixture(scope="module", params=[False, True], ids=["first release", "later release"])
def press(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Press, dict[str, bytes]]:
    made = Press(tmp_path_factory.mktemp("press"), first=request.param)
    assert made.author.run("release", time=T + 1000).exit_code == 0
    new = files_of(made.root)
    assert set(new) == {"build/one.apkg", "build/one.update.txt", "build/two.apkg", "build/two.update.txt", "citedeck.lock"}
    assert all(new[name] != made.old.get(name) for name in new)
    return made, new


@pytest.mark.parametrize("how", ["fail", "interrupt"])
def test_a_disk_that_says_no_and_an_interruption_leave_one_whole_release(how: str, press: tuple[Press, dict[str, bytes]]) -> None:
    made, new = press
    seen = set()
    for number in cuts(made, how):
        found = files_of(made.root)
        if JOURNAL in str(found.keys()):  # The disk failed while the old files were put back, too.
            made.author.run("check", time=T)
            found = files_of(made.root)
        assert found in (made.old, new), f"cut {number}: {sorted(found)}"
        assert (made.root / "build").exists() == any(name.startswith("build/") for name in found)
        seen.add(found == new)
    assert False in seen


def test_a_killed_release_is_brought_to_its_end_or_never_happened(press: tuple[Press, dict[str, bytes]]) -> None:
    made, new = press
    seen = set()
    for number in cuts(made, "kill"):
        for name, content in files_of(made.root).items():
            if not name.rpartition("/")[2].startswith("."):
                assert content in (made.old.get(name), new.get(name)), f"cut {number}: each file is whole"
        assert made.author.run("build", "one", time=T + 1000).exit_code == 0
        found = {name: content for name, content in files_of(made.root).items() if name != "build/one.apkg"}
        assert found in ({name: content for name, content in state.items() if name != "build/one.apkg"} for state in (made.old, new)), f"cut {number}"
        seen.add(found.get("citedeck.lock") == new["citedeck.lock"])
        assert made.author.run("release", time=T + 1000).exit_code == 0
        assert files_of(made.root) == new, f"cut {number}: the next release is the same, and leaves nothing over"
    assert seen == {False, True}


def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock's folder refuses: the packages, whose folder does not, stay as they were."""
    made = Press(tmp_path, first=True)
    real = Path.open

    def refuse(self: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if "w" in mode and self.parent == made.root.resolve():
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real(self, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    result = made.author.run("release", time=T + 1000)
    assert isinstance(result.exception, PermissionError)
    assert files_of(made.root) == made.old


def test_two_releases_at_once_make_one(tmp_path: Path) -> None:
    made = Press(tmp_path, first=True)
    command = [sys.executable, "-m", "citedeck", "release", "--project", str(made.root)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(T + 1000)}
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert sum("nothing changes for learners" in one for one in said) == 3, "the others found it done"
    made.author.run("release", time=T + 5000)
    assert set(files_of(made.root)) == set(made.old), "nothing is left over"


def test_a_run_waits_for_the_one_before(tmp_path: Path) -> None:
    command = [sys.executable, "-c", f"from citedeck.write import exclusive; from pathlib import Path\nwith exclusive(Path({str(tmp_path)!r})): print('in')"]
    with exclusive(tmp_path):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)
        assert process.poll() is None
    assert process.communicate()[0] == "in\n"


def test_a_stranger_s_journal_is_not_followed(tmp_path: Path) -> None:
    """A cloned project may hold a journal; its inodes are not those of this disk."""
    precious = tmp_path / "precious"
    precious.write_text("mine")
    project = tmp_path / "project"
    project.mkdir()
    status = precious.stat()
    steps = [["drop", str(precious), "", status.st_dev, status.st_ino], ["move", str(precious), str(project / "gone"), status.st_dev, status.st_ino]]
    for content in (json.dumps([[1, 2], *steps]), json.dumps(steps), "{}", "[[", "\0", "[" * 100_000):
        (project / JOURNAL).write_text(content)
        finish(project)
        assert precious.read_text() == "mine"
        assert not list(project.iterdir())


def test_a_journal_is_followed_only_for_the_files_that_it_was_written_for(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_all({first: b"1", second: b"2"}, tmp_path)
    other = tmp_path / "other"
    other.write_text("other")
    journal = tmp_path / JOURNAL
    journal.touch()
    status = journal.stat()
    journal.write_text(json.dumps([[status.st_dev, status.st_ino], ["drop", str(other), "", status.st_dev, status.st_ino]]))
    finish(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"first", "second", "other"}
