"""The commands. Each finds the project, calls the pipeline, reports, and exits: 0 clean, 1 errors, 2 usage or settings, 3 disk or our bug."""

from __future__ import annotations

import gc
import io
import os
import shlex
import sys
from pathlib import Path

import click

from citedeck import __version__
from citedeck.check_commands import check, fix
from citedeck.cite_commands import cite
from citedeck.console import EXIT_DISK, EXIT_ERRORS, compile_folder, painter, project_option, shown
from citedeck.editor_commands import add, explain, schema, write_schemas
from citedeck.import_commands import import_deck
from citedeck.release_commands import build, diff, release


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
      citedeck build            packages to look at in Anki
      citedeck release          packages to share, and the record of what was shared
    """


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def new(folder: Path) -> None:
    """Make a project in DIR that builds.

    DIR is made if it does not exist, and has to be empty. It gets a citedeck.toml, one deck, one source, a .gitignore, a file for GitHub's
    CI, and schemas that let editors complete and check. Rewrite the deck and the source, and you have your own.
    """
    from citedeck.scaffold import scaffold

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        click.echo(f"citedeck: {folder} is not an empty folder; nothing was written", err=True)
        sys.exit(EXIT_ERRORS)
    for path in (*scaffold(folder), *write_schemas(folder)):
        click.echo(f"  {path.relative_to(folder).as_posix()}", err=True)
    click.echo(f"Made a project. Next: cd {shlex.quote(str(folder))} && citedeck build", err=True)


@cli.command()
@project_option
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The page to write. By default build/preview.html in the project.")
def preview(folder: Path, output: Path | None) -> None:
    """Write one HTML page that shows every card, front and back, by day and by night.

    Open it in a browser. It is drawn from the same fields, card templates and styles that go into the packages.
    """
    from citedeck.preview import preview_page
    from citedeck.printing import counted
    from citedeck.report import summary
    from citedeck.write import exclusive, write_all

    compilation = compile_folder(folder, "text")
    if not compilation.ok:
        click.echo(f"nothing was written: {summary(compilation.diagnostics)}", err=True)
        sys.exit(EXIT_ERRORS)
    target = output or compilation.project.root / "build" / "preview.html"
    page = preview_page(compilation.notes, compilation.packs, compilation.project.read_media).encode()
    with exclusive(compilation.project.root):
        write_all({target: page}, compilation.project.root)
    click.echo(f"{shown(target)}: {counted(len(compilation.notes), 'note')}", err=True)


@cli.command()
@project_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print the coverage.")
def coverage(folder: Path, form: str) -> None:
    """Show which passages of the sources are cited, and where the largest gaps are.

    A passage counts as cited if a question quotes words of it. Passages that deserve no question can be skipped, with a reason, in the
    source's metadata.
    """
    from citedeck.coverage_report import as_json, as_text, total

    compilation = compile_folder(folder, aside=True)
    if form == "json":
        click.echo(as_json(compilation.coverage))
    else:
        encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
        measured = {one.text.id for one in compilation.coverage}
        without_text = sorted(name for name, source in compilation.sources.items() if name not in measured and not source.broken)
        ascii_only = not encoding.startswith(("utf", "cp437", "cp850"))
        click.echo(as_text(compilation.coverage, painter(sys.stdout), without_text=without_text, ascii_only=ascii_only))
    click.echo(total(compilation.coverage), err=True)
    if not compilation.ok:
        sys.exit(EXIT_ERRORS)


for _command in (check, fix, add, cite, build, release, diff, explain, schema, import_deck):
    cli.add_command(_command)
