"""The commands that help while one writes: add, schema, explain."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from citedeck.console import EXIT_ERRORS, is_watched, print_diagnostics, project_option, project_root, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from citedeck.adding import Request
    from citedeck.diagnostics import TextFile

SCHEMAS = ".citedeck"


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain a code that a finding bears, or list all of them."""
    from citedeck.entry import near_or_listed
    from citedeck.explain import listing, pages

    if code is None:
        click.echo(listing())
        return
    page = pages().get(code.strip("[]"))
    if page is None:
        raise click.BadParameter(f"'{code}' is no code: {near_or_listed(code, pages())}", param_hint="CODE")
    if is_watched(sys.stdout):
        from rich.console import Console  # Slow to import.
        from rich.markdown import Markdown

        Console(width=min(100, Console().width)).print(Markdown(page.text))
    else:
        click.echo(page.text, nl=False)


@click.command()
@project_option
@click.option("--write", is_flag=True, help="Write both schemas into .citedeck/, and print the line that makes editors use them.")
@click.argument("of", type=click.Choice(["deck", "source"]), default="deck")
def schema(folder: Path, write: bool, of: str) -> None:
    """Print the JSON Schema that editors complete and check by.

    It is that of deck files, or of sources' metadata. It holds the keys of this project's packs and the ids of its sources. Run it again after you add one.
    """
    root = project_root(folder)
    if not write:
        click.echo(_schemas(root)[of], nl=False)
        return
    write_schemas(root)
    for name, made_of in (("deck", "decks"), ("source", "sources")):
        click.echo(f"{shown(root / SCHEMAS / f'{name}.schema.json')}: as the first line of a file in {made_of}/ write", err=True)
        click.echo(f"# yaml-language-server: $schema=../{SCHEMAS}/{name}.schema.json")


def write_schemas(root: Path) -> list[Path]:
    """Write the schemas of a project to where editors find them; return the paths."""
    from citedeck.write import exclusive, write_all

    files = {root / SCHEMAS / f"{name}.schema.json": made.encode() for name, made in _schemas(root).items()}
    with exclusive(root):
        write_all(files, root)
    return list(files)


def _schemas(root: Path) -> Mapping[str, str]:
    """Return the schemas of a project, by what they are of."""
    from citedeck.packs import load_packs
    from citedeck.project import read_project
    from citedeck.schema import as_json, deck_schema, source_schema

    project, _ = read_project(root)
    packs, _ = load_packs(project.packs, project.assets)
    sources = {Path(file.path).stem for file in project.metadata}
    return {"deck": as_json(deck_schema(packs.values(), sources)), "source": as_json(source_schema())}


@click.command()
@project_option
@click.option("--deck", "deck_file", metavar="FILE", help="The deck file, as a path or by its name. Needed if there are several.")
@click.option(
    "--kind",
    default="",
    metavar="PACK",
    help="What kind of question: basic, reversed, cloze, typed, choice, steps, or a pack of yours. By default that of the file, or basic.",
)
@click.option("--id", "identity", default="", metavar="ID", help="Its id. By default made of its words, and unused.")
@click.option("--source", default="", metavar="ID", help="The source to cite, if it is not the file's.")
@click.option("--quote", default="", metavar="WORDS", help="Words of the source. They are looked up, and written as they stand there, with their place.")
@click.option("--at", default="", metavar="PLACE", help="The place, to choose between twins or to cite it without words.")
@click.argument("values", nargs=-1, metavar="[KEY=TEXT]...")
def add(folder: Path, deck_file: str | None, kind: str, identity: str, source: str, quote: str, at: str, values: tuple[str, ...]) -> None:
    """Append a well-formed question to a deck file.

    Its texts are given by key: question="How long?" answer="Two minutes." A key may be given more than once where it takes a list (wrong=…
    wrong=…). What you leave out becomes TODO, which `citedeck check` reports until it is written. Words that do not stand in the source are
    refused, and nothing is written.
    """
    from citedeck.adding import Request
    from citedeck.write import exclusive

    given: dict[str, tuple[str, ...]] = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key or not text.strip():
            raise click.BadParameter(f"'{value}' is not of the form key=text", param_hint="KEY=TEXT")
        given[key] = (*given.get(key, ()), text)
    root = project_root(folder)
    with exclusive(root):
        _append(root, deck_file, Request(given, kind, identity, source, quote, at))


def _append(root: Path, deck_file: str | None, request: Request) -> None:
    """Append a question to a deck file of the project, or say why it cannot be."""
    from citedeck.adding import Refused, add_question
    from citedeck.entry import did_you_mean
    from citedeck.packs import load_packs
    from citedeck.project import read_project
    from citedeck.write import write_all
    from citedeck.yaml_append import CannotAppendError

    project, said = read_project(root)
    packs, _ = load_packs(project.packs, project.assets)
    if request.kind and request.kind not in packs:
        raise click.BadParameter(f"there is no pack '{request.kind}': {did_you_mean(request.kind, packs)}", param_hint="--kind")
    file = _deck_file(deck_file, root, project.decks)
    try:
        added = add_question(project, said, file, request)
    except CannotAppendError as problem:
        _refuse(f"{file.path}: {problem}")
    if isinstance(added, Refused):
        print_diagnostics(added.diagnostics, added.project)
        _refuse("the question would have errors")
    path = root / file.path
    mark = codecs.BOM_UTF8 if path.read_bytes().startswith(codecs.BOM_UTF8) else b""
    write_all({path: mark + added.file.text.encode()}, root)
    todo = f"; still to write: {', '.join(added.todo)}" if added.todo else ""
    click.echo(f"{shown(path)}:{added.line}: added '{added.id}'{todo}", err=True)


def _deck_file(name: str | None, root: Path, files: Sequence[TextFile]) -> TextFile:
    """Return the deck file that is meant, by its path from here or from the project, or by its name."""
    if name is None:
        if len(files) == 1:
            return files[0]
        raise click.UsageError(f"which deck file? Give --deck with one of: {', '.join(file.path for file in files) or 'none, write decks/<name>.yaml first'}")
    meant = Path(name)
    here = [file for file in files if (root / file.path).resolve() == meant.resolve() or file.path == meant.as_posix()]
    here = here or [file for file in files if Path(file.path).stem == name or Path(file.path).name == name]
    if len(here) != 1:
        listed = ", ".join(file.path for file in files)
        raise click.BadParameter(f"there is no deck file '{name}': {listed}" if not here else f"'{name}' names several: {listed}", param_hint="--deck")
    return here[0]


def _refuse(why: str) -> NoReturn:
    click.echo(f"citedeck: {why}; nothing was written", err=True)
    sys.exit(EXIT_ERRORS)
