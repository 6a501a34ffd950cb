"""The compiler, start to finish. Each stage takes values and returns (value, diagnostics); the disk and the clock are arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from citedeck.attest import Attestation
from citedeck.coverage import Coverage, measure
from citedeck.diagnostics import Diagnostic, Severity, Span, error
from citedeck.identity import stamp
from citedeck.load import find_twins, load_deck
from citedeck.model import DeckFile, Found, Note, Source
from citedeck.package import DeckSpec, build_package
from citedeck.packs import Pack, load_packs
from citedeck.project import Project
from citedeck.render import render, render_description
from citedeck.resolve import resolve
from citedeck.sources import load_sources

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
    """A package ready to be written."""

    file_name: str
    content: bytes
    notes: int
    cards: int


def compile_project(
    project: Project,
    diagnostics: list[Diagnostic],
    progress: Progress = _silent,
    *,
    attested: Mapping[str, Attestation] | None = None,
    require_originals: bool = False,
) -> Compilation:
    """Take a project from texts to notes. `diagnostics` are those of reading it.

    `attested` are the citations that the last release verified, by digest; with `require_originals` every text has to be here all the same.
    """
    said = list(diagnostics)

    packs, found = load_packs(project.packs)
    said += found

    sources, found = load_sources(project.metadata, project.texts, project.unreadable, ignored=project.private_ignored)
    said += found

    decks: list[DeckFile] = []
    for file in _watched(project.decks, "reading decks", progress):
        deck, found = load_deck(file, packs)
        decks.append(deck)
        said += found
    said += find_twins(decks)
    if not any(deck.questions for deck in decks) and not any(diagnostic.severity is Severity.ERROR for diagnostic in said):
        said.append(error(Span("decks"), "no-questions", "the project has no questions", "write decks/<name>.yaml"))

    citations, found = resolve(_watched(decks, "checking quotes", progress), sources, attested, require_originals=require_originals)
    said += found

    coverage, found = measure(sources, citations)
    said += found

    name = project.settings.name if project.settings else ""
    notes, found = render(_watched(decks, "rendering notes", progress), citations, packs, project=name, find_media=project.media.find)
    said += found
    descriptions: dict[str, str] = {}
    for deck in decks:
        if deck.description:
            made, found = render_description(deck.description)
            descriptions.setdefault(deck.name, made)
            said += found
    said += _unpackaged(project, decks)
    return Compilation(project, packs, sources, tuple(decks), citations, coverage, notes, descriptions, tuple(sorted(set(said))))


def build_packages(compilation: Compilation, time: int, only: tuple[str, ...] = (), progress: Progress = _silent) -> list[Package]:
    """Return the packages of a project without errors; `only` names those that are wanted. `time` is in seconds since 1970."""
    settings = compilation.project.settings
    assert settings is not None
    assert compilation.ok
    stamped = stamp(compilation.notes, time)
    packages = []
    contents = _contents(compilation)
    for name, paths in _watched(list(contents.items()), "writing packages", progress):
        if only and name not in only:
            continue
        notes = [one for one in stamped if one.note.deck_path in paths]
        names = dict.fromkeys(deck.name for deck in compilation.decks if deck.path in paths)
        decks = [DeckSpec(name, compilation.descriptions.get(name, "")) for name in names]
        used = {one.note.pack for one in notes}
        content = build_package(
            notes, {pack: compilation.packs[pack].note_type for pack in sorted(used)}, decks,
            project=settings.name, title=settings.title, time=time, read_media=compilation.project.read_media,
        )  # fmt: skip
        packages.append(Package(f"{name}.apkg", content, len(notes), sum(len(one.note.ordinals) for one in notes)))
    return packages


def package_names(project: Project) -> tuple[str, ...]:
    """Return the names of a project's packages."""
    settings = project.settings
    return tuple(settings.packages or (settings.short_name,)) if settings else ()


def _contents(compilation: Compilation) -> dict[str, set[str]]:
    """Return the paths of the deck files that go into each package."""
    settings = compilation.project.settings
    assert settings is not None
    paths = [deck.path for deck in compilation.decks]
    if not settings.packages:
        return {settings.short_name: set(paths)}
    return {name: {path for path in paths if _matches(path, globs)} for name, globs in settings.packages.items()}


def _unpackaged(project: Project, decks: list[DeckFile]) -> list[Diagnostic]:
    """Say which deck files no package takes, and which packages take none."""
    settings = project.settings
    if not settings or not settings.packages:
        return []
    found = []
    for deck in decks:
        if not any(_matches(deck.path, globs) for globs in settings.packages.values()):
            found.append(error(Span(deck.path), "unpackaged", "no package takes this deck file", "add a glob for it to [packages]"))
    for name, globs in settings.packages.items():
        if not any(_matches(deck.path, globs) for deck in decks):
            found.append(error(Span(settings.path), "unpackaged", f"the package '{name}' holds no deck file", "globs are paths such as decks/basics/*.yaml"))
    return found


def _matches(path: str, globs: tuple[str, ...]) -> bool:
    return any(_glob(glob).fullmatch(path) for glob in globs)


@cache
def _glob(glob: str) -> re.Pattern[str]:
    """Read a glob as shells do: `*` stays in one folder, `**/` is any number of them."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(parts.get(part) or re.escape(part) for part in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", glob)))
