"""The command that takes over an existing deck: import."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from citedeck.console import EXIT_ERRORS, shown


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, path_type=Path), metavar="FILE")
@click.argument("folder", type=click.Path(path_type=Path), metavar="[DIR]", required=False)
def import_deck(file: Path, folder: Path | None) -> None:
    """Make a project in DIR of a deck that already exists.

    FILE is a package that Anki or another tool wrote (.apkg, .colpkg), a folder of CrowdAnki, or notes as text (.txt, .csv, .tsv). DIR is made if
    it does not exist, and has to be empty; without it, it is the file's name. Learners who have the deck of a package keep everything: the first
    release of the project updates their notes in place, and only those that you change. From CrowdAnki and from text you get a new deck: these
    do not say what Anki knows a note type by.
    """
    from citedeck.adoption.project import REPORT, adopt
    from citedeck.adoption.report import summary
    from citedeck.exports.nouns import UnreadableError

    target = folder or Path(file.name).with_suffix("")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        _refuse(f"{target} is not an empty folder", "name another one: citedeck import FILE DIR")
    try:
        adoption = adopt(file, target, int(time.time()))
    except UnreadableError as problem:
        _refuse(f"{file}: {problem}", problem.hint)
    click.echo(summary(adoption), err=True)
    click.echo(f"{shown(target / REPORT)} says what was kept as HTML, what could not be kept, and where citations are wanted", err=True)


def _refuse(why: str, hint: str) -> NoReturn:
    click.echo(f"citedeck: {why}; nothing was written", err=True)
    if hint:
        click.echo(f"  hint: {hint}", err=True)
    sys.exit(EXIT_ERRORS)
