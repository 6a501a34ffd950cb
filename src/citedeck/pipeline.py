"""The compiler, start to finish. Each stage takes values and returns (value, diagnostics); the disk and the clock are arguments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar

from citedeck import rules
from citedeck.advance import Plan, advance, describe, is_behind, release_time
from citedeck.attest import attest
from citedeck.baseline import leave_out, read_baseline
from citedeck.check import check
from citedeck.continuity import check_frozen, find_vanished, recognise
from citedeck.coverage import measure
from citedeck.diagnostics import Diagnostic, Severity, Span, error, warning
from citedeck.dressing import dress
from citedeck.fingerprint import digest
from citedeck.globs import matches
from citedeck.load import SILENCEABLE, find_twins, load_deck
from citedeck.lock import Lock, read_lock
from citedeck.media import LARGE_BYTES
from citedeck.model import Coverage, DeckFile, Found, Note, Source
from citedeck.package import Archive, DeckSpec, build_package, note_type_name
from citedeck.packs import Pack, load_packs
from citedeck.printing import counted
from citedeck.project import LOCK, Project
from citedeck.render import render, render_description
from citedeck.resolve import resolve
from citedeck.rules.material import gather
from citedeck.selection import Selection, choose
from citedeck.settings import RuleSettings
from citedeck.silence import silence
from citedeck.sources import load_sources
from citedeck.update_file import update_files

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, steps done and steps in all."""


def _silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


T = TypeVar("T")


def _watched(items: Sequence[T], stage: str, progress: Progress) -> Iterator[T]:
    """Yield the items, and report how many are done."""
    for done, item in enumerate(items):
        progress(stage, done, len(items))
        yield item


@dataclass(frozen=True)
class Compilation:
    """What became of a project: its notes in the authors' order, and everything that was found wrong."""

    project: Project
    packs: Mapping[str, Pack]
    sources: Mapping[str, Source]
    lock: Lock
    """What was released before."""
    decks: tuple[DeckFile, ...]
    citations: Mapping[str, tuple[Found, ...]]
    """What was found for each question's citations, by the question's id."""
    coverage: tuple[Coverage, ...]
    """Of each source with a text, by the source's id."""
    notes: tuple[Note, ...]
    descriptions: Mapping[str, str]
    """The decks' descriptions as HTML, by the deck's name."""
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Say whether packages may be built."""
        return all(diagnostic.severity < Severity.ERROR for diagnostic in self.diagnostics)


@dataclass(frozen=True)
class Package:
    """A package ready to be written, and the texts that update notes which it cannot reach, by file name."""

    file_name: str
    archive: Archive
    notes: int
    cards: int
    updates: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def content(self) -> bytes:
        """Return the package's bytes, all at once."""
        self.archive.file.seek(0)
        return self.archive.file.read()


def compile_project(
    project: Project,
    diagnostics: list[Diagnostic],
    progress: Progress = _silent,
    *,
    require_originals: bool = False,
    forget: Collection[str] = (),
    forget_decks: Collection[str] = (),
    selection: Selection | None = None,
    baseline: bool = True,
    today: date | None = None,
) -> Compilation:
    """Take a project from texts to notes. `diagnostics` are those of reading it.

    `selection` are the rules to run: unless it is given, those of the settings whose findings are errors. What the project's baseline knows is
    left out, unless `baseline` is false; on `today` hangs which sources are old. With `require_originals` every text has to be here, even if the
    last release attests what is quoted from it. `forget` are ids of released questions that may be gone, `forget_decks` names of released decks
    that may be renamed.
    """
    said = list(diagnostics)
    name = project.settings.name if project.settings else ""

    lock, found = _released(project, name)
    said += found

    packs, found = load_packs(project.packs, project.assets, lock.media)
    said += found
    project.media.keep(lock.media)

    sources, found = load_sources(project.metadata, project.texts, project.unreadable, ignored=project.private_ignored, find=project.find_text)
    said += found

    decks: list[DeckFile] = []
    for file in _watched(project.decks, "reading decks", progress):
        deck, found = load_deck(file, packs, project.pack_folders - packs.keys())
        decks.append(deck)
        said += found
    said += find_twins(decks)
    if not any(deck.questions for deck in decks) and not any(diagnostic.severity is Severity.ERROR for diagnostic in said):
        said.append(error(Span("decks"), "no-questions", "the project has no questions", "write decks/<name>.yaml"))

    citations, found = resolve(_watched(decks, "checking quotes", progress), sources, lock.attestations, require_originals=require_originals)
    said += found

    asked = (question for deck in decks for question in deck.questions if not question.retired)
    coverage, found = measure(sources, {question.id: citations[question.id] for question in asked})
    said += found

    guids, found = recognise(decks, lock)
    said += found

    namespace = project.settings.short_name if project.settings else ""
    notes, found = render(_watched(decks, "rendering notes", progress), citations, packs, guids, namespace=namespace, find_media=project.media.find)
    said += found
    packs = dress(packs, notes)

    said += find_vanished(lock, guids.values(), notes, forget)
    said += check_frozen(lock, packs, decks, guids, forget_decks=forget_decks)
    descriptions: dict[str, str] = {}
    for deck in decks:
        if deck.description:
            made, found = render_description(deck.description)
            descriptions.setdefault(deck.name, made)
            said += found
    said += _unpackaged(project, decks)

    selection = selection or choose(project.settings.rules if project.settings else RuleSettings()).errors
    said += check(gather(decks, citations, sources, coverage, selection.limits, today), selection)
    said = _settle(said, project, decks, sources, selection, baseline=baseline)
    if all(diagnostic.severity < Severity.ERROR for diagnostic in said):  # Otherwise not every text was looked through.
        said += _check_media(project)
    left = (one for one in dict.fromkeys(said) if selection.takes(one))
    return Compilation(project, packs, sources, lock, tuple(decks), citations, coverage, notes, descriptions, tuple(sorted(left)))


def plan_release(
    compilation: Compilation, now: int, *, releasing: bool = True, redate: bool = False, forget: Collection[str] = ()
) -> tuple[Plan, list[Diagnostic]]:
    """Say what a release of a project without errors would ship at a time, in seconds since 1970, and what speaks against it.

    What forbids a release is but a warning for a build that is not `releasing`. With `redate`, notes are shipped that only come out differently.
    """
    say = error if releasing else warning
    settings = compilation.project.settings
    assert settings is not None
    assert compilation.ok
    lock = compilation.lock
    contents = _contents(compilation)
    packages = {deck.path: tuple(name for name, paths in contents.items() if deck.path in paths) for deck in compilation.decks}
    kinds = {name: pack.note_type for name, pack in compilation.packs.items()}
    plan = advance(
        lock, compilation.notes, {name: describe(kind, note_type_name(settings.title, kind)) for name, kind in kinds.items()},
        {deck.name: digest(compilation.descriptions.get(deck.name, "")) for deck in compilation.decks},
        attest(one for found in compilation.citations.values() for one in found),
        kinds=kinds, packages=packages, time=release_time(lock, now), redate=redate, forget=forget,
    )  # fmt: skip
    found = []
    if plan.rerendered and not redate:
        message = f"{counted(len(plan.rerendered), 'released note')} changed although no question or source did: {_some(plan.rerendered)}"
        hint = f"the tool, a library or a template changed since citedeck {lock.tool}; look at them, then citedeck release --redate ships them to learners"
        found.append(say(Span(LOCK), "renderer-changed", message, hint))
    if plan.dated and is_behind(lock, now):
        message = f"the last release is dated {_date(lock.newest)}, and this machine's clock says {_date(now)}"
        hint = "set the clock right; if the release was dated wrongly, --ignore-clock goes on from its date"
        found.append(say(Span(LOCK), "clock-behind", message, hint))
    return plan, found


def build_packages(compilation: Compilation, plan: Plan, only: tuple[str, ...] = (), progress: Progress = _silent) -> list[Package]:
    """Return the packages of a project; `only` names those that are wanted."""
    settings = compilation.project.settings
    assert settings is not None
    packages = []
    contents = _contents(compilation)
    for name, paths in _watched(list(contents.items()), "writing packages", progress):
        if only and name not in only:
            continue
        notes = [one for one in plan.notes if one.note.deck_path in paths]
        names = dict.fromkeys(deck.name for deck in compilation.decks if deck.path in paths)
        decks = [DeckSpec(name, compilation.descriptions.get(name, "")) for name in names]
        used = {pack: compilation.packs[pack].note_type for pack in sorted({one.note.pack for one in notes})}
        archive = build_package(
            notes, used, decks,
            project=settings.name, title=settings.title, looks_changed=plan.looks_changed, open_media=compilation.project.open_media,
        )  # fmt: skip
        updates = update_files(name, notes, used, project=settings.name)
        packages.append(Package(f"{name}.apkg", archive, len(notes), sum(len(one.cards) for one in notes), updates))
    return packages


def _released(project: Project, name: str) -> tuple[Lock, list[Diagnostic]]:
    """Return what the project released before, if that is its own doing."""
    lock, found = read_lock(project.lock_file, name)
    if not name or lock.project == name:
        return lock, found
    message = f"the project was released as '{lock.project}': under another name, learners would get every note a second time"
    file = project.settings_file
    at = file.text.find(name)
    hint = f'write name = "{lock.project}"; a copy of a project for other learners starts without {LOCK}'
    found.append(error(file.span(at, at + len(name)) if at >= 0 else file.whole, "project-renamed", message, hint))
    return Lock(name), found


def _settle(
    said: list[Diagnostic], project: Project, decks: Sequence[DeckFile], sources: Mapping[str, Source], selection: Selection, *, baseline: bool
) -> list[Diagnostic]:
    """Leave out what authors silenced and what the baseline knows; say which of their entries are not needed."""
    reported = {code for code in SILENCEABLE if code not in rules.CODES or code in selection.codes}
    left = silence(said, decks, sources, reported)
    if not baseline or project.baseline_file is None:
        return left
    known, found = read_baseline(project.baseline_file)
    former = {question.id: question.was.value for deck in decks for question in deck.questions if question.was}
    return left + found if found else leave_out(left, known, project.files(), reported, former)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def package_names(project: Project) -> tuple[str, ...]:
    """Return the names of a project's packages."""
    return tuple(project.settings.packages or (project.settings.short_name,)) if project.settings else ()


def _contents(compilation: Compilation) -> dict[str, set[str]]:
    """Return the paths of the deck files that go into each package."""
    settings = compilation.project.settings
    assert settings is not None
    paths = [deck.path for deck in compilation.decks]
    if not settings.packages:
        return {settings.short_name: set(paths)}
    return {name: {path for path in paths if matches(path, globs)} for name, globs in settings.packages.items()}


def _check_media(project: Project) -> Iterator[Diagnostic]:
    """Say which media files no card shows, and which are a burden to learners' phones."""
    used = {item.path for item in project.media.found}
    for path in project.media_files:
        if path not in used:
            yield warning(Span(path), "media-unused", "no card shows or plays this file", "remove it, or name it in a question")
    for item in project.media.found:
        if item.size > LARGE_BYTES:
            yield warning(Span(item.path), "media-large", f"the file has {item.size / 1e6:.1f} MB", f"make it smaller than {LARGE_BYTES / 1e6:.0f} MB")


def _unpackaged(project: Project, decks: list[DeckFile]) -> list[Diagnostic]:
    """Say which deck files no package takes, and which packages take none."""
    settings = project.settings
    if not settings or not settings.packages:
        return []
    found = []
    for deck in decks:
        if not any(matches(deck.path, globs) for globs in settings.packages.values()):
            found.append(error(Span(deck.path), "unpackaged", "no package takes this deck file", "add a glob for it to [packages]"))
    for name, globs in settings.packages.items():
        if not any(matches(deck.path, globs) for deck in decks):
            found.append(error(Span(settings.path), "unpackaged", f"the package '{name}' holds no deck file", "globs are paths such as decks/basics/*.yaml"))
    return found
