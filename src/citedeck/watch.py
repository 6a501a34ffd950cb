"""Run again on each save."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from watchfiles import Change, watch

from citedeck.console import is_watched
from citedeck.diagnostics import RawFile
from citedeck.project import BASELINE, LOCK, YAML_SUFFIXES, read_project
from citedeck.sources.metadata import load_metadata

FOLDERS = ("decks", "sources", "templates")
FILES = ("citedeck.toml", "pyproject.toml", LOCK, BASELINE)
_TICK = 100
"""Milliseconds after which an idle watcher looks whether it shall end."""
_STEP = 50
"""Milliseconds without a further change before a run begins: editors write a file in several steps."""


def watch_project(root: Path, run: Callable[[], object]) -> None:
    """Run, and run again whenever a file of the project changes, until somebody interrupts it. What a run exits with is passed over."""
    try:
        for changed in _changes(root):
            if is_watched(sys.stdout):
                click.clear()
            elif changed:
                click.echo(f"--- {', '.join(changed)}", err=True)
            try:
                run()
            except SystemExit:
                pass  # The settings cannot be used, which was said.
            except OSError as problem:  # A file that went away while it was read.
                click.echo(f"citedeck: {problem}", err=True)
            gc.collect()
    except KeyboardInterrupt:
        pass


def _changes(root: Path) -> Iterator[tuple[str, ...]]:
    """Yield at once, and then the paths that changed since, whenever some did. Nothing that changes during a run is lost."""
    changed: tuple[str, ...] = ()
    while True:
        # Watching the root itself would watch virtual environments and build folders, too.
        folders = [root / name for name in FOLDERS if (root / name).is_dir()]
        files = [root / name for name in (*FILES, *_texts_elsewhere(root)) if (root / name).is_file()]
        watcher = watch(*folders, *files, watch_filter=_is_ours, step=_STEP, debounce=400, rust_timeout=_TICK, yield_on_timeout=True, raise_interrupt=True)
        next(watcher)  # From here on changes are collected.
        yield changed
        for changes in watcher:
            changed = tuple(sorted({Path(path).relative_to(root).as_posix() for kind, path in changes if kind is Change.deleted or Path(path).exists()}))
            if any(kind is not Change.modified or _is_metadata(root, path) for kind, path in changes):
                break  # Files and folders came or went, or were named: perhaps ones to watch among them.
            if changes:
                yield changed


def _is_metadata(root: Path, path: str) -> bool:
    return Path(path).suffix in YAML_SUFFIXES and Path(path).is_relative_to(root / "sources")


def _texts_elsewhere(root: Path) -> Iterator[str]:
    """Yield the paths of texts that sources name, and that lie in no folder which is watched anyway."""
    try:
        project, _ = read_project(root)
    except OSError:  # The run says it.
        return
    for file in project.metadata:
        path = load_metadata(file)[0].elsewhere
        if path and isinstance(project.find_text(path.value), RawFile):
            yield path.value


def _is_ours(change: Change, path: str) -> bool:
    """Say whether a path is a file of the project: editors' copies and hidden files are not."""
    name = Path(path).name
    return not name.startswith((".", "#", "4913")) and not name.endswith("~")
