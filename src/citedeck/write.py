"""The disk, on the way out: files are written all together or not at all, and by one run at a time.

Several files cannot be replaced in one step. So their new contents are written beside them first, then a journal says what is to be done, then
it is done. A run that is killed before the journal has changed nothing; one that is killed after it is brought to its end by the next run.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

JOURNAL = ".citedeck-journal"
Content = bytes | IO[bytes]


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Let one run at a time work on the project in a folder; the others wait. Ends with the process, whatever ends that."""
    if sys.platform == "win32":  # A folder cannot be locked there.
        import msvcrt

        with (Path(tempfile.gettempdir()) / f"citedeck-{_tag(root)}.lock").open("ab") as file:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            yield
    else:
        import fcntl

        folder = os.open(root, os.O_RDONLY)
        try:
            with suppress(OSError):  # A disk that knows no locks.
                fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def write_all(files: Mapping[Path, Content], root: Path) -> None:
    """Write files, given as bytes or as streams of them, so that a failure or an interruption leaves all the old ones.

    Call it while holding `exclusive(root)`.

    The journal lies beside the last of them.
    """
    paths = list(files)
    finish(paths[-1].parent)
    tag = _tag(root)
    journal = paths[-1].parent / JOURNAL
    made: list[Path] = []
    beside: list[Path] = []
    try:
        for folder in dict.fromkeys((root, *(path.parent for path in paths))):
            made += [one for one in (folder, *folder.parents) if not one.exists()][::-1]
            folder.mkdir(parents=True, exist_ok=True)
            _clear(folder, tag)
        for path, content in files.items():
            if path.exists() and not path.is_file():
                raise FileExistsError(errno.EEXIST, "is in the way, and no file", str(path))
            beside.append(_beside(path, tag, "new"))
            _write(beside[-1], content)
        if len(paths) == 1:
            _replace(beside[0], paths[0])
        else:
            _replace_all(paths, tag, journal, beside)
    except BaseException:
        if not journal.exists():  # Otherwise the next run needs them.
            for left in beside:
                left.unlink(missing_ok=True)
            for folder in reversed(made):
                with suppress(OSError):
                    folder.rmdir()
        raise


def finish(folder: Path) -> None:
    """Bring to its end what a killed run left in a folder. Call it while holding `exclusive`.

    A journal in a cloned project is a stranger's. Only one that was written in its place counts, and only for the very files that its writer
    saw: their inodes are in it, and its own.
    """
    journal = folder / JOURNAL
    try:
        status, (itself, *listed) = journal.stat(), json.loads(journal.read_bytes())
        steps = [_Step(str(kind), Path(source), str(target), device, inode) for kind, source, target, device, inode in listed]
        if itself == [status.st_dev, status.st_ino]:
            _follow(steps)
    except FileNotFoundError:
        return
    except (ValueError, TypeError, RecursionError):
        pass  # No journal of ours.
    journal.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of a journal: to "move" a file to its target, or to "drop" it."""

    kind: str
    source: Path
    target: str
    device: int
    inode: int

    @classmethod
    def of(cls, kind: str, source: Path, target: Path | str = "") -> _Step:
        status = source.stat()
        return cls(kind, source.absolute(), str(Path(target).absolute()) if target else "", status.st_dev, status.st_ino)

    def is_same(self) -> bool:
        """Say whether the file is still the one that the journal's writer saw."""
        try:
            status = self.source.lstat()
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == (self.device, self.inode)


def _replace_all(paths: Sequence[Path], tag: str, journal: Path, beside: list[Path]) -> None:
    """Put the new files in their places; if one cannot be, put back the old ones."""
    new = list(beside)
    forward = [_Step.of("move", source, path) for source, path in zip(new, paths, strict=True)]
    back = []
    for path, step in zip(paths, forward, strict=True):
        if path.exists():
            beside.append(_keep(path, tag))
            back.append(_Step.of("move", beside[-1], path))
        else:
            back.append(_Step("drop", path.absolute(), "", step.device, step.inode))
    drops = [_Step("drop", step.source, "", step.device, step.inode) for step in (*forward, *back) if step.kind == "move"]
    try:
        _write_journal(journal, tag, [*forward, *drops])
        _follow(forward)
    except BaseException:
        _write_journal(journal, tag, [*back, *drops])
        finish(journal.parent)
        raise
    finish(journal.parent)


def _follow(steps: Sequence[_Step]) -> None:
    for step in steps:
        if not step.is_same():
            continue  # Done before.
        if step.kind == "move":
            _replace(step.source, Path(step.target))
        else:
            step.source.unlink(missing_ok=True)


def _write_journal(journal: Path, tag: str, steps: Sequence[_Step]) -> None:
    new = _beside(journal, tag, "new")
    try:
        with new.open("wb") as file:
            status = os.fstat(file.fileno())
            listed = [[step.kind, str(step.source), step.target, step.device, step.inode] for step in steps]
            file.write(json.dumps([[status.st_dev, status.st_ino], *listed]).encode())
            file.flush()
            os.fsync(file.fileno())
        _replace(new, journal)
    finally:
        new.unlink(missing_ok=True)


def _write(path: Path, content: Content) -> None:
    with path.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            content.seek(0)
            shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())


def _replace(source: Path, target: Path) -> None:
    source.replace(target)
    if sys.platform != "win32":  # So that the new name outlives a loss of power, too.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            with suppress(OSError):
                os.fsync(folder)
        finally:
            os.close(folder)


def _keep(path: Path, tag: str) -> Path:
    """Give a file a second name beside it, without a moment in which it has none."""
    kept = _beside(path, tag, "old")
    try:
        os.link(path, kept)
    except OSError:  # A disk without links.
        shutil.copy2(path, kept)
    return kept


def _clear(folder: Path, tag: str) -> None:
    """Remove what a run of this project that was killed before its journal left behind."""
    for end in ("new", "old"):
        for left in folder.glob(f".*.{tag}.{end}"):
            left.unlink(missing_ok=True)


def _beside(path: Path, tag: str, end: str) -> Path:
    return path.with_name(f".{path.name}.{tag}.{end}")


def _tag(root: Path) -> str:
    return hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:8]
