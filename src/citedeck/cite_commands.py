"""The command that finds citations for questions which have none: cite."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from citedeck.console import EXIT_ERRORS, EXIT_USAGE, painter, print_diagnostics, progress_bar, project_option, project_root, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citedeck.diagnostics import Diagnostic, TextFile
    from citedeck.model import DeckFile, Question
    from citedeck.pipeline import Compilation
    from citedeck.project import Project
    from citedeck.proposing import Proposal

REVIEW = "build/cite.yaml"
_SHOWN = 3
_PRINTED, _LONGEST_LINE = 200, 5000


@click.command()
@project_option
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=f"Write the proposals there instead of {REVIEW}.")
@click.option(
    "--accept",
    "review",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is accepted in FILE into the deck files.",
)
@click.argument("ids", nargs=-1, metavar="[QUESTION-ID]...")
def cite(folder: Path, output: Path | None, review: Path | None, ids: tuple[str, ...]) -> None:
    """Propose citations for questions that have none.

    Passages of the sources that hold the words and numbers of the answer are listed in a file, with a quote and its place. Nothing is written into
    the decks until you accept it there: write the number of a candidate behind accept: and run citedeck cite --accept FILE. Questions that are
    named are looked for alone.
    """
    root = project_root(folder)
    if review is None:
        _propose(root, output or root / REVIEW, ids)
    elif output or ids:
        raise click.UsageError("--accept takes no question and no --output: what is accepted stands in the file")
    else:
        _accept(root, review)


def _read(root: Path) -> tuple[Project, list[Diagnostic]]:
    """Return the project; exit if its settings cannot be used."""
    from citedeck.project import read_project

    project, said = read_project(root)
    if project.settings is None or any(one.code == "settings" for one in said):
        print_diagnostics(sorted(one for one in said if one.span.path == project.settings_file.path), project)
        sys.exit(EXIT_USAGE)
    return project, said


def _propose(root: Path, output: Path, ids: tuple[str, ...]) -> None:
    """Write the proposals for a project's questions, and show the strongest."""
    from citedeck.pipeline import compile_project
    from citedeck.proposing import propose, uncited
    from citedeck.review_file import review_text
    from citedeck.write import exclusive, write_all

    project, said = _read(root)
    with progress_bar() as progress:
        compilation = compile_project(project, said, progress)
        _check_ids(compilation, ids)
        asked = uncited(compilation.decks, ids)
        skipped = {one.text.id: one.skipped for one in compilation.coverage}
        proposals = propose(asked, compilation.sources, skipped, progress)
    some = any(one.candidates for one in proposals)
    if some:
        with exclusive(root):
            _spare(output, compilation)
            write_all({output: review_text(proposals).encode()}, root)
    _show(proposals)
    _summarise(compilation, asked, proposals, output if some else None)


def _check_ids(compilation: Compilation, ids: Iterable[str]) -> None:
    """Refuse names of questions that there are not, or that cite something."""
    from citedeck.entry import near_or_listed
    from citedeck.proposing import cites_nothing

    known = {question.id: question for deck in compilation.decks for question in deck.questions}
    for name in ids:
        if name not in known:
            raise click.BadParameter(f"there is no question '{name}': {near_or_listed(name, known, 'ids stand in the deck files')}", param_hint="QUESTION-ID")
        if not cites_nothing(known[name]):
            raise click.BadParameter(f"'{name}' {'is retired' if known[name].retired else 'has a citation'}", param_hint="QUESTION-ID")


def _spare(output: Path, compilation: Compilation) -> None:
    """Refuse to overwrite what is no review, and accepted proposals that no deck file has got yet."""
    from citedeck.accepting import pending
    from citedeck.diagnostics import TextFile
    from citedeck.review_file import HEADER, read_review

    if not output.exists():
        return
    text = output.read_bytes().decode("utf-8", "replace").lstrip("\ufeff")
    if text.splitlines()[:1] != HEADER.splitlines()[:1]:
        _refuse(f"{shown(output)} is no file of proposals")
    accepted, found = read_review(TextFile(shown(output), text))
    if found:
        _refuse(f"{shown(output)} has proposals that cannot be read (line {min(found).span.line}: {min(found).message}): mend it, or remove it")
    if left := list(dict.fromkeys(one.id.value for one in pending(compilation, accepted))):
        named = f"{', '.join(left[:5])}{' …' if len(left) > 5 else ''}"
        _refuse(f"{shown(output)} has accepted proposals ({named}): run citedeck cite --accept {shown(output)} first, or remove it")


def _show(proposals: Iterable[Proposal]) -> None:
    """Print the strongest proposals."""
    from citedeck.printing import printable

    best = sorted((one for one in proposals if one.candidates), key=lambda one: -one.candidates[0].score)
    for one in best[:_SHOWN]:
        candidate, span = one.candidates[0], one.question.span
        place = f" {candidate.at}" if candidate.at else ""
        click.echo(printable(f"{span.path}:{span.line}: {one.question.id}"))
        click.echo(printable(f"  {' '.join((one.asked, one.answer))[:160]}"))
        click.echo(printable(f"  {candidate.score}: {candidate.source}{place}: '{candidate.quote}'"))


def _summarise(compilation: Compilation, asked: Sequence[tuple[Question, DeckFile]], proposals: Sequence[Proposal], output: Path | None) -> None:
    """Say how many questions cite nothing, for how many of them there is a proposal, and what to do."""
    from citedeck.diagnostics import Severity
    from citedeck.printing import counted
    from citedeck.proposing import cites_nothing

    found = sum(bool(one.candidates) for one in proposals)
    click.echo(f"{counted(len(asked), 'question')} without citation, {counted(found, 'proposal')}", err=True)
    names = {question.id for question, _ in asked}
    silent = [one for deck in compilation.decks for one in deck.questions if one.id not in names and cites_nothing(one) and "no-citation" in one.silence]
    if silent:
        click.echo(f"left out, as they say why they cite nothing: {counted(len(silent), 'question')}, such as {silent[0].id}; name those to look for", err=True)
    others = sum(one.severity is Severity.ERROR and one.code != "no-citation" for one in compilation.diagnostics)
    if others:
        click.echo(f"{counted(others, 'other error')}: `citedeck check` lists them", err=True)
    if output:
        click.echo(
            f"{shown(output)}: write accept: with a candidate's number where it carries the answer; then citedeck cite --accept {shown(output)}", err=True
        )


def _accept(root: Path, path: Path) -> None:
    """Write the accepted citations into the deck files, all together or not at all."""
    from citedeck.accepting import accept
    from citedeck.baseline import without
    from citedeck.printing import counted
    from citedeck.review_file import read_review
    from citedeck.write import exclusive, write_all

    with exclusive(root):
        project, said = _read(root)
        review = _review(path, project)
        accepted, found = read_review(review)
        if found:
            _print(found, project, review)
            _refuse("the review cannot be used as it is")
        outcome, found = accept(project, said, accepted)
        if found:
            _print(found, project, review)
            _refuse("not everything that is accepted can be written")
        if outcome.files:
            files = {root / file.path: _mark(root / file.path) + file.text.encode() for file in outcome.files}
            cited = {one.id.value for one in accepted}
            if project.baseline_file and (left := without(project.baseline_file, "no-citation", cited)) is not None:
                files[root / project.baseline_file.path] = left.encode()
            write_all(files, root)
    known = f"; {outcome.known} were there already" if outcome.known else ""
    click.echo(f"{counted(outcome.written, 'citation')} written into {counted(len(outcome.files), 'deck file')}{known}", err=True)


def _review(path: Path, project: Project) -> TextFile:
    """Return the review as a text; exit if it is none."""
    from citedeck.diagnostics import Span, TextFile, error
    from citedeck.project import MAX_BYTES

    name = shown(path)
    content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    if content is None:
        problem = error(Span(name), "too-large", f"the file has more than {MAX_BYTES // 1024**2} MiB", "split it: each part begins with proposals:")
    else:
        try:
            return TextFile(name, content.decode("utf-8").lstrip("\ufeff"))
        except UnicodeDecodeError as failed:
            problem = error(Span(name), "not-utf-8", f"the byte 0x{content[failed.start]:02X} is no UTF-8", "save the file as UTF-8")
    print_diagnostics([problem], project)
    return _refuse("the review cannot be used as it is")


def _mark(path: Path) -> bytes:
    """Return the byte order mark that a deck file begins with, if it does."""
    return codecs.BOM_UTF8 if path.read_bytes().startswith(codecs.BOM_UTF8) else b""


def _print(found: Sequence[Diagnostic], project: Project, review: TextFile) -> None:
    """Print what is wrong with a review, without the lines of one that no author wrote, and no more than somebody reads."""
    from citedeck.report import as_text

    files = project.files()
    if max(map(len, review.lines_with_ends), default=0) <= _LONGEST_LINE:
        files[review.path] = review
    click.echo(as_text(sorted(found)[:_PRINTED], files, painter(sys.stdout)))
    if len(found) > _PRINTED:
        click.echo(f"and {len(found) - _PRINTED:,} more")


def _refuse(why: str) -> NoReturn:
    click.echo(f"citedeck: {why}; nothing was written", err=True)
    sys.exit(EXIT_ERRORS)
