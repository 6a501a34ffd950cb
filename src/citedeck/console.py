"""What people and programs see of a run: diagnostics, the summary, a progress bar; and the project that they are about."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citedeck.diagnostics import Diagnostic
    from citedeck.pipeline import Compilation, Progress
    from citedeck.project import Project
    from citedeck.selection import Selection
    from citedeck.settings import RuleSettings

EXIT_ERRORS, EXIT_USAGE, EXIT_DISK = 1, 2, 3
_COLOURS = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "cyan"},
    "dim": {"dim": True},
    "bold": {"bold": True},
    "good": {"fg": "green"},
}


def project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option that says which project it works on."""
    return click.option(
        "--project", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(), metavar="DIR",
        help="The project's folder, or one inside it. By default the current one.",
    )(command)  # fmt: skip


def project_root(folder: Path) -> Path:
    """Return the root of the project around a folder, after bringing a release to its end that was killed there."""
    from citedeck.project import NoProjectError, find_root
    from citedeck.write import JOURNAL, exclusive, finish

    try:
        root = find_root(folder)
    except NoProjectError as problem:
        raise click.UsageError(str(problem)) from None
    if (root / JOURNAL).exists():
        with exclusive(root):
            finish(root)
    return root


def compile_folder(
    folder: Path, form: str = "text", *, require_originals: bool = False, aside: bool = False,
    forget: frozenset[str] = frozenset(), forget_decks: frozenset[str] = frozenset(),
    select: Callable[[RuleSettings], Selection] | None = None, baseline: bool = True, repairs_only: bool = False,
) -> Compilation:  # fmt: skip
    """Compile the project around a folder and print what was found; exit when there is no project or it has no usable settings.

    `aside`: print it to stderr, where the command's own output shall stand alone on stdout. `select` says which rules run, given the settings;
    with `repairs_only`, of what they and the compiler find only errors and what can be repaired is printed.
    """
    began = time.perf_counter()
    from citedeck.diagnostics import Severity
    from citedeck.pipeline import compile_project
    from citedeck.project import read_project

    root = project_root(folder)
    project, diagnostics = read_project(root)
    if project.settings is None or any(diagnostic.code == "settings" for diagnostic in diagnostics):
        of_settings = [diagnostic for diagnostic in diagnostics if diagnostic.span.path == project.settings_file.path]
        unread = [diagnostic for diagnostic in of_settings if diagnostic.code != "settings"]
        print_diagnostics(sorted(unread or of_settings), project, form, aside=aside)
        sys.exit(EXIT_USAGE)
    with progress_bar() as progress:
        compilation = compile_project(
            project, diagnostics, progress, require_originals=require_originals, forget=forget, forget_decks=forget_decks,
            selection=select(project.settings.rules) if select else None, baseline=baseline, today=_today(),
        )  # fmt: skip
    told = (one for one in compilation.diagnostics if not repairs_only or one.severity is Severity.ERROR or one.replacement is not None)
    print_diagnostics(told, project, form, aside=aside)
    _summarise(compilation, time.perf_counter() - began if select else None)
    return compilation


def print_diagnostics(diagnostics: Iterable[Diagnostic], project: Project, form: str = "text", *, aside: bool = False) -> None:
    """Print diagnostics of a project."""
    from citedeck.report import as_github, as_json, as_text

    if form == "json":
        click.echo(as_json(diagnostics))
    elif form == "sarif":
        from citedeck.sarif import as_sarif

        click.echo(as_sarif(diagnostics, _folder(project.root)))
    elif form == "github":
        if lines := as_github(diagnostics, _folder(project.root)):
            click.echo(lines)
    elif text := as_text(diagnostics, project.files(), painter(sys.stderr if aside else sys.stdout)):
        click.echo(text, err=aside)


def _folder(root: Path) -> str:
    """Return a project's folder as seen from the root of its repository, with `/` at its end; empty if it is that, or there is none."""
    repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return "" if repository == root else f"{root.relative_to(repository).as_posix()}/"


def is_watched(stream: TextIO | None) -> bool:
    """Say whether a person looks at a stream, on a terminal that draws and colours (https://no-color.org)."""
    return stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def shown(path: Path) -> str:
    """Return a path as short as it can be understood."""
    return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)


def _today() -> date:
    """Return the day of SOURCE_DATE_EPOCH, if that is a time, and the clock's otherwise."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if re.fullmatch(r"[0-9]{1,10}", epoch) else datetime.now(UTC).date()


def _summarise(compilation: Compilation, seconds: float | None) -> None:
    from citedeck.printing import counted
    from citedeck.report import summary

    questions = sum(len(deck.questions) for deck in compilation.decks)
    counts = f"{counted(questions, 'question')} in {counted(len(compilation.decks), 'deck file')}, {counted(len(compilation.sources), 'source')}"
    click.echo(f"{counts}: {summary(compilation.diagnostics)}{'' if seconds is None else f' ({seconds:.2f} s)'}", err=True)


def painter(stream: TextIO | None) -> Callable[[str, str], str]:
    """Return what colours texts if a person looks at the stream, and leaves them as they are otherwise."""
    if not is_watched(stream):
        return lambda text, style: text
    return lambda text, style: click.style(text, **_COLOURS[style])  # type: ignore[arg-type]


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a callback that draws a progress bar when a person watches a long run, and does nothing otherwise."""
    if not is_watched(sys.stderr):
        yield lambda stage, done, total: None
        return
    from rich.console import Console  # Slow to import.
    from rich.progress import Progress as Bar

    began = time.monotonic()
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def show(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total, visible=time.monotonic() - began > 0.5)

        yield show
