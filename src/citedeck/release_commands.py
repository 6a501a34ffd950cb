"""The commands that make packages, and the one that says what they would change: build, release, diff."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from citedeck.console import EXIT_ERRORS, compile_folder, painter, print_diagnostics, progress_bar, project_option, project_root, shown

if TYPE_CHECKING:
    from citedeck.advance import Plan
    from citedeck.diagnostics import Diagnostic
    from citedeck.pipeline import Compilation, Package

# Archives cannot be older, and notes need ids that count back from the time.
EARLIEST = 315_532_800
_UNWRITTEN, _UNCOMPARED = "nothing was written", "nothing was compared"

_output_option = click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where to write. By default the project's build/ folder.")


@click.command()
@project_option
@_output_option
@click.option("--locked", is_flag=True, help="Fail, and write nothing, if learners would notice any difference from the last release.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...")
def build(folder: Path, output: Path | None, locked: bool, packages: tuple[str, ...]) -> None:
    """Build the packages (.apkg) to look at or to test; only the named ones, if any are named.

    The whole project is checked first. With an error nothing is written, and the old packages stay. What did not change since the last release
    is dated as it was then; the rest by SOURCE_DATE_EPOCH if it is set, and by the clock otherwise. What learners shall import is made by
    `citedeck release`.
    """
    from citedeck.changes import compare
    from citedeck.changes_report import as_text, summary
    from citedeck.pipeline import package_names, plan_release
    from citedeck.write import exclusive, write_all

    now = _now()
    root = project_root(folder)
    with exclusive(root):
        compilation = compile_folder(root)
        _refuse_errors(compilation)
        known = package_names(compilation.project)
        for name in packages:
            if name not in known:
                raise click.UsageError(f"there is no package '{name}'; this project has: {', '.join(known)}")
        plan, found = plan_release(compilation, now, releasing=False)
        _go_on(found, compilation)
        if locked and not plan.before.released:
            _refuse("there is no citedeck.lock, so nothing was released that the packages could be compared with")
        changes = compare(plan.before, plan.lock) if plan.before.released else ()
        if locked and changes:
            click.echo(as_text(changes, painter(sys.stdout)))
            _refuse("the project differs from its last release")
        built = _built(compilation, plan, packages)
        target = output or compilation.project.root / "build"
        write_all({target / package.file_name: package.archive.file for package in built}, root)
    _say_built(built, target)
    if not plan.before.released:
        click.echo("no citedeck.lock: nothing was released yet, so every note is new and dated now; `citedeck release` makes what learners import", err=True)
    elif changes:
        click.echo(f"differs from the last release: {summary(changes)}; `citedeck diff` says more", err=True)


@click.command()
@project_option
@_output_option
@click.option("--redate", is_flag=True, help="Ship what only the tool or a template renders differently, too.")
@click.option("--forget", multiple=True, metavar="ID", help="Drop a released question that is gone, for good. Its id cannot be used again.")
@click.option("--forget-deck", "forget_decks", multiple=True, metavar="NAME", help="Give up a released deck's name, to rename the deck.")
@click.option("--ignore-clock", is_flag=True, help="Go on from the last release's date, though the clock is behind it.")
def release(folder: Path, output: Path | None, redate: bool, forget: tuple[str, ...], forget_decks: tuple[str, ...], ignore_clock: bool) -> None:
    """Make the packages that learners import, and record them in citedeck.lock.

    Anki updates a note only if it is newer than the learner's. So each note is dated with the release in which it last changed: learners get
    what changed, and keep their schedules everywhere and their own edits on the rest. Packages, the texts for learners who changed a note type,
    and the lock are written all together or not at all. Commit the lock: the next release builds on it.
    """
    from citedeck.changes import compare
    from citedeck.changes_report import as_text
    from citedeck.pipeline import plan_release
    from citedeck.project import LOCK
    from citedeck.write import Content, exclusive, write_all

    now = _now()
    root = project_root(folder)
    with exclusive(root):
        compilation = compile_folder(root, forget=frozenset(forget), forget_decks=frozenset(forget_decks))
        _check_forgotten(compilation, forget, forget_decks)
        _refuse_errors(compilation)
        plan, found = plan_release(compilation, now, redate=redate, forget=forget)
        _go_on([one for one in found if not (ignore_clock and one.code == "clock-behind")], compilation)
        built = _built(compilation, plan)
        target = output or compilation.project.root / "build"
        files: dict[Path, Content] = {target / package.file_name: package.archive.file for package in built}
        files |= {target / name: content for package in built for name, content in package.updates.items()}
        write_all({**files, root / LOCK: plan.lock.text().encode()}, root)
    click.echo(as_text(compare(plan.before, plan.lock), painter(sys.stdout)))
    _say_built(built, target)
    click.echo(f"{shown(root / LOCK)}: commit it; without it the next release could not go on from this one", err=True)


@click.command()
@project_option
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="How to print the changes.")
@click.option("--against", metavar="REVISION|FILE", help="A git revision of the project, or a package (.apkg) of it, instead of the last release.")
def diff(folder: Path, form: str, against: str | None) -> None:
    """Say what the next release changes for learners, by consequence.

    Compared with the last release, as citedeck.lock records it. Whatever would let a card's schedule go on with other content comes first.
    The Markdown form is for release notes.
    """
    from citedeck.changes import compare
    from citedeck.changes_report import as_json, as_markdown, as_text
    from citedeck.pipeline import plan_release

    root = project_root(folder)
    compilation = compile_folder(root, aside=True)
    _refuse_errors(compilation, _UNCOMPARED)
    plan, _ = plan_release(compilation, compilation.lock.newest + 1)
    before, after, name = plan.before, plan.lock, "citedeck.lock"
    if against is not None:
        from citedeck.revisions import RevisionError, as_far_as_told, lock_of_package, lock_of_revision

        name = against
        try:
            if against.endswith(".apkg"):
                before = lock_of_package(Path(against), compilation)
                after = as_far_as_told(after, before)
            else:
                before = lock_of_revision(root, against)
        except RevisionError as problem:
            _refuse(str(problem), _UNCOMPARED)
    changes = compare(before, after)
    if form == "json":
        click.echo(as_json(changes, name))
    elif form == "markdown":
        click.echo(as_markdown(changes, _words(compilation)))
    else:
        click.echo(as_text(changes, painter(sys.stdout)))


def _refuse_errors(compilation: Compilation, what: str = _UNWRITTEN) -> None:
    from citedeck.report import summary

    if not compilation.ok:
        _refuse(summary(compilation.diagnostics), what)


def _refuse(why: str, what: str = _UNWRITTEN) -> NoReturn:
    click.echo(f"{what}: {why}", err=True)
    sys.exit(EXIT_ERRORS)


def _go_on(found: Iterable[Diagnostic], compilation: Compilation) -> None:
    """Print what speaks against going on, and go on if it does not forbid it."""
    from citedeck.diagnostics import Severity
    from citedeck.report import summary

    found = list(found)
    print_diagnostics(found, compilation.project)
    if any(one.severity is Severity.ERROR for one in found):
        _refuse(summary(found))


def _check_forgotten(compilation: Compilation, ids: Iterable[str], decks: Iterable[str]) -> None:
    lock = compilation.lock
    here = {question.id: question for deck in compilation.decks for question in deck.questions}
    for name in ids:
        if name in here:
            span = here[name].span
            raise click.UsageError(f"'{name}' is still there, at {span.path}:{span.line}: only a question that is gone can be forgotten")
        if name not in lock.by_id:
            raise click.UsageError(f"no question '{name}' was released")
    for name in decks:
        if name not in lock.decks:
            raise click.UsageError(f"no deck '{name}' was released; these were: {', '.join(sorted(lock.decks)) or 'none'}")


def _built(compilation: Compilation, plan: Plan, only: tuple[str, ...] = ()) -> list[Package]:
    from citedeck.pipeline import build_packages

    with progress_bar() as progress:
        return build_packages(compilation, plan, only, progress)


def _say_built(built: Iterable[Package], target: Path) -> None:
    from citedeck.printing import counted

    for package in built:
        size = f"{package.archive.size / 1024:,.0f} KiB"
        counts = f"{counted(package.notes, 'note')}, {counted(package.cards, 'card')}, {size}, contents sha256:{package.archive.digest[:16]}"
        click.echo(f"{shown(target / package.file_name)}: {counts}", err=True)


def _words(compilation: Compilation) -> Mapping[str, str]:
    """Return what each question asks, as plain text, by its id."""
    from citedeck.anki_text import visible

    return {note.question_id: visible(note.fields[0]) for note in compilation.notes}


def _now() -> int:
    """Return the time in seconds since 1970: SOURCE_DATE_EPOCH, else the clock's."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(time.time())
    if not (given.isascii() and given.isdigit() and EARLIEST <= int(given) < 2**32):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is '{given}', and has to be seconds since 1970, from {EARLIEST} (1980) on")
    return int(given)
