"""The disk, on the way out: files are written all together or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files so that a failure or an interruption leaves the old ones.

    Each is written beside its place first, the old one is kept aside, then all are renamed; if one rename fails, those before are undone.
    """
    ready: dict[Path, Path] = {}
    kept: dict[Path, Path] = {}
    replaced: list[Path] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not path.is_file():
                raise FileExistsError(17, "is in the way, and no file", str(path))
            ready[path] = _write_beside(path, content)
        for path in files:
            if path.exists():
                kept[path] = _keep_beside(path)
            ready[path].replace(path)
            del ready[path]
            replaced.append(path)
    except BaseException:
        for path in files:
            if path in kept:
                kept.pop(path).replace(path)
            elif path in replaced:
                path.unlink()
        raise
    finally:
        for left in (*ready.values(), *kept.values()):
            left.unlink(missing_ok=True)


def _write_beside(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def _keep_beside(path: Path) -> Path:
    """Give a file a second name beside it, without a moment in which it has none."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    Path(name).unlink()
    try:
        os.link(path, name)
    except OSError:  # A disk without links.
        shutil.copy2(path, name)
    return Path(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
