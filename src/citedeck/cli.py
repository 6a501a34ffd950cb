"""The commands. Each finds the project, calls the pipeline, reports, and exits: 0 clean, 1 errors, 2 usage or settings, 3 disk or our bug."""

from __future__ import annotations

import gc
import io
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from citedeck import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citedeck.diagnostics import Diagnostic
    from citedeck.pipeline import Compilation, Progress
    from citedeck.project import Project

EXIT_ERRORS, EXIT_USAGE, EXIT_DISK = 1, 2, 3
# Archives cannot be older, and notes need ids that count back from the time.
EARLIEST = 315_532_800
_COLOURS = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "cyan"},
    "dim": {"dim": True},
    "bold": {"bold": True},
}


def main() -> None:
    """Run the command line; what the disk refuses ends as one line."""
    gc.disable()  # A run is short and keeps what it makes: collecting costs up to half of it and frees nothing.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # An old code page shall not end a run.
    try:
        cli(prog_name="citedeck")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_ERRORS)
    except OSError as problem:
        name = f" ({problem.filename})" if problem.filename else ""
        click.echo(f"citedeck: {problem.strerror or problem}{name}", err=True)
        sys.exit(EXIT_DISK)
    except Exception:  # Our bug: the traceback is what we need to mend it.
        import traceback

        traceback.print_exc()
        click.echo("citedeck: this is a bug in citedeck; please report it with the lines above", err=True)
        sys.exit(EXIT_DISK)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="citedeck %(version)s")
def cli() -> None:
    """Flashcards that can prove where they come from.

    citedeck turns questions written in YAML, each tied to words of a source, into Anki packages. It checks on every run that the quoted words
    still stand in the source, and puts the citation on each card.

    \b
    Begin with:
      citedeck new my-deck      a small project that builds
      cd my-deck
      citedeck check            what is wrong, and where
      citedeck build            packages to import into Anki
    """


def _project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--project", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(), metavar="DIR",
        help="The project's folder, or one inside it. By default the current one.",
    )(command)  # fmt: skip


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def new(folder: Path) -> None:
    """Make a project in DIR that builds.

    DIR is made if it does not exist, and has to be empty. It gets a citedeck.toml, one deck, one source, a .gitignore and a file for GitHub's
    CI. Rewrite the deck and the source, and you have your own.
    """
    from citedeck.scaffold import scaffold

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        click.echo(f"citedeck: {folder} is not an empty folder; nothing was written", err=True)
        sys.exit(EXIT_ERRORS)
    for path in scaffold(folder):
        click.echo(f"  {path.relative_to(folder).as_posix()}", err=True)
    click.echo(f"Made a project. Next: cd {shlex.quote(str(folder))} && citedeck build", err=True)


@cli.command()
@_project_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print what was found.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def check(folder: Path, form: str, strict: bool) -> None:
    """Check all decks and sources, and write nothing.

    Every problem is printed at once, as path:line:column: severity[code] message, with a hint. Exit code 0 when there are no errors, 1 when
    there are, 2 when the settings cannot be read.
    """
    from citedeck.diagnostics import Severity

    compilation = _compile(folder, form)
    worst = max((diagnostic.severity for diagnostic in compilation.diagnostics), default=Severity.INFO)
    if worst >= (Severity.WARNING if strict else Severity.ERROR):
        sys.exit(EXIT_ERRORS)


@cli.command()
@_project_option
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where to write. By default the project's build/ folder.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...")
def build(folder: Path, output: Path | None, packages: tuple[str, ...]) -> None:
    """Build the packages (.apkg) that Anki imports; only the named ones, if any are named.

    The whole project is checked first. With an error nothing is written, and the old packages stay. Notes are dated by SOURCE_DATE_EPOCH if it
    is set, and by the clock otherwise; the same input and time give the same bytes.
    """
    from citedeck.pipeline import build_packages, package_names
    from citedeck.report import counted, summary
    from citedeck.write import write_all

    moment = _build_time()
    compilation = _compile(folder, "text")
    if not compilation.ok:
        click.echo(f"nothing was written: {summary(compilation.diagnostics)}", err=True)
        sys.exit(EXIT_ERRORS)
    known = package_names(compilation.project)
    for name in packages:
        if name not in known:
            raise click.UsageError(f"there is no package '{name}'; this project has: {', '.join(known)}")
    with _progress() as progress:
        built = build_packages(compilation, moment, packages, progress)
    target = output or compilation.project.root / "build"
    write_all({target / package.file_name: package.content for package in built})
    for package in built:
        click.echo(
            f"{_shown(target / package.file_name)}: {counted(package.notes, 'note')}, {counted(package.cards, 'card')}, {len(package.content) / 1024:,.0f} KiB",
            err=True,
        )


@cli.command()
@_project_option
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The page to write. By default build/preview.html in the project.")
def preview(folder: Path, output: Path | None) -> None:
    """Write one HTML page that shows every card, front and back, by day and by night.

    Open it in a browser. It is drawn from the same fields, card templates and styles that go into the packages.
    """
    from citedeck.preview import preview_page
    from citedeck.report import counted, summary
    from citedeck.write import write_all

    compilation = _compile(folder, "text")
    if not compilation.ok:
        click.echo(f"nothing was written: {summary(compilation.diagnostics)}", err=True)
        sys.exit(EXIT_ERRORS)
    target = output or compilation.project.root / "build" / "preview.html"
    write_all({target: preview_page(compilation.notes, compilation.packs, compilation.project.read_media).encode()})
    click.echo(f"{_shown(target)}: {counted(len(compilation.notes), 'note')}", err=True)


def _compile(folder: Path, form: str) -> Compilation:
    """Compile the project around a folder and print what was found; exit when there is no project or it has no usable settings."""
    from citedeck.pipeline import compile_project
    from citedeck.project import NoProjectError, find_root, read_project

    try:
        root = find_root(folder)
    except NoProjectError as problem:
        raise click.UsageError(str(problem)) from None
    project, diagnostics = read_project(root)
    if project.settings is None or any(diagnostic.code == "settings" for diagnostic in diagnostics):
        of_settings = [diagnostic for diagnostic in diagnostics if diagnostic.span.path == project.settings_file.path]
        unread = [diagnostic for diagnostic in of_settings if diagnostic.code != "settings"]
        _print(sorted(unread or of_settings), project, form)
        sys.exit(EXIT_USAGE)
    with _progress() as progress:
        compilation = compile_project(project, diagnostics, progress)
    _print(compilation.diagnostics, project, form)
    _summarise(compilation)
    return compilation


def _print(diagnostics: Iterable[Diagnostic], project: Project, form: str) -> None:
    from citedeck.report import as_json, as_text

    if form == "json":
        click.echo(as_json(diagnostics))
    elif text := as_text(diagnostics, project.files(), _paint if _is_watched(sys.stdout) else lambda text, style: text):
        click.echo(text)


def _is_watched(stream: TextIO | None) -> bool:
    """Say whether a person looks at a stream, on a terminal that draws and colours (https://no-color.org)."""
    return stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _shown(path: Path) -> str:
    """Return a path as short as it can be understood."""
    return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)


def _summarise(compilation: Compilation) -> None:
    from citedeck.report import counted, summary

    questions = sum(len(deck.questions) for deck in compilation.decks)
    counts = f"{counted(questions, 'question')} in {counted(len(compilation.decks), 'deck file')}, {counted(len(compilation.sources), 'source')}"
    click.echo(f"{counts}: {summary(compilation.diagnostics)}", err=True)


def _paint(text: str, style: str) -> str:
    return click.style(text, **_COLOURS[style])  # type: ignore[arg-type]


def _build_time() -> int:
    """Return the time of a build in seconds since 1970: SOURCE_DATE_EPOCH, else now."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(time.time())
    if not (given.isascii() and given.isdigit() and EARLIEST <= int(given) < 2**32):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is '{given}', and has to be seconds since 1970, from {EARLIEST} (1980) on")
    return int(given)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Give a callback that draws a progress bar when a person watches a long run, and does nothing otherwise."""
    if not _is_watched(sys.stderr):
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
