"""The commands that find what is wrong, and repair it: check, fix."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from citedeck.console import EXIT_ERRORS, compile_folder, project_option, project_root, shown

if TYPE_CHECKING:
    from citedeck.pipeline import Compilation
    from citedeck.selection import Selection
    from citedeck.settings import RuleSettings

    Choose = Callable[[RuleSettings], Selection]


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which rules run."""
    select = click.option(
        "--select", multiple=True, metavar="RULES", help="Run these rules only: codes and groups, with commas between them; 'default', 'all'."
    )
    return select(click.option("--ignore", multiple=True, metavar="RULES", help="Leave these rules out.")(command))


@click.command()
@project_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text", show_default=True, help="How to print what was found."
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@rule_options
@click.option("--write-baseline", is_flag=True, help="Write what is found into citedeck-baseline.json: from then on only what is new is reported.")
@click.option("--watch", is_flag=True, help="Check again on each save, until ^C.")
@click.option("--require-originals", is_flag=True, help="Fail where a text that may not be shared is not here, even if a release attests its quotes.")
def check(
    folder: Path, form: str, strict: bool, select: tuple[str, ...], ignore: tuple[str, ...], write_baseline: bool, watch: bool, require_originals: bool
) -> None:
    """Check all decks and sources, and write nothing.

    Quotes are looked up in the sources, and rules of the craft find what makes a card hard to learn or easy to guess. Every problem is printed
    at once, as path:line:column: severity[code] message, with a hint; `citedeck explain CODE` says more. Exit code 0 when there are no errors,
    1 when there are, 2 when the settings cannot be read.
    """
    from citedeck.diagnostics import Severity

    chosen = _chosen(select, ignore)
    if write_baseline:
        _write_baseline(folder, chosen)
        return
    if watch:
        from citedeck.watch import watch_project

        watch_project(project_root(folder), lambda: compile_folder(folder, form, require_originals=require_originals, select=chosen))
        return
    compilation = compile_folder(folder, form, require_originals=require_originals, select=chosen)
    worst = max((diagnostic.severity for diagnostic in compilation.diagnostics), default=Severity.INFO)
    if worst >= (Severity.WARNING if strict else Severity.ERROR):
        sys.exit(EXIT_ERRORS)


@click.command()
@project_option
@click.option("--write", is_flag=True, help="Write the repairs into the deck files.")
@rule_options
def fix(folder: Path, write: bool, select: tuple[str, ...], ignore: tuple[str, ...]) -> None:
    """Repair what can be repaired safely.

    That are quotes that drifted, places that the source contradicts, and slips that a rule can settle. Prints the repairs as a diff; with
    --write they are made. Only the wrong texts change: comments, quotes and line ends stay. What a quote says is never changed: one that was
    altered is left to you.
    """
    from citedeck.fix import repair
    from citedeck.printing import counted
    from citedeck.write import exclusive, write_all

    root = project_root(folder)
    with exclusive(root):
        compilation = compile_folder(root, aside=True, select=_chosen(select, ignore), repairs_only=True)
        repairs, refused = repair(compilation.diagnostics, compilation.project.files())
        if write and repairs:
            write_all({root / one.before.path: one.content((root / one.before.path).read_bytes()) for one in repairs}, root)
    for one in repairs:
        click.echo(one.diff())
    for diagnostic in refused:
        span = diagnostic.span
        click.echo(f"{span.path}:{span.line}:{span.column}: not repaired: its text is shared, or cannot be replaced alone", err=True)
    count = sum(len(one.mended) for one in repairs)
    done = "nothing to do" if not count else "repaired" if write else "`citedeck fix --write` makes them"
    click.echo(f"{counted(count, 'repair')} in {counted(len(repairs), 'file')}: {done}", err=True)
    if refused:
        sys.exit(EXIT_ERRORS)


def _chosen(select: tuple[str, ...], ignore: tuple[str, ...]) -> Choose:
    """Return what makes the selection of rules from the settings and the command line."""
    from citedeck.selection import choose
    from citedeck.settings import IGNORABLE, SELECTORS

    wanted, unwanted = _selectors("--select", select, SELECTORS), _selectors("--ignore", ignore, IGNORABLE)
    return lambda settings: choose(settings, wanted, unwanted)


def _selectors(option: str, values: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """Return the codes and groups that an option names."""
    from citedeck.entry import near_or_listed

    names = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise click.BadParameter(f"'{name}' is no rule and no group of rules: {near_or_listed(name, known)}", param_hint=option)
    return names


def _write_baseline(folder: Path, chosen: Choose) -> None:
    """Take up all that is found now and could be silenced into the baseline."""
    from citedeck.baseline import make_baseline
    from citedeck.load import SILENCEABLE
    from citedeck.printing import counted
    from citedeck.project import BASELINE
    from citedeck.write import exclusive, write_all

    root = project_root(folder)
    with exclusive(root):
        compilation = compile_folder(root, aside=True, select=chosen, baseline=False)
        taken = [one for one in compilation.diagnostics if one.code in SILENCEABLE]
        write_all({root / BASELINE: make_baseline(taken, compilation.project.files()).encode()}, root)
    click.echo(f"{shown(root / BASELINE)}: {counted(len(taken), 'finding')}; commit it, and write it again as they become fewer", err=True)
    if not _all_taken(compilation):
        sys.exit(EXIT_ERRORS)


def _all_taken(compilation: Compilation) -> bool:
    """Say whether no error is left that a baseline cannot hold."""
    from citedeck.diagnostics import Severity
    from citedeck.load import SILENCEABLE

    return not any(one.severity is Severity.ERROR and one.code not in SILENCEABLE for one in compilation.diagnostics)
