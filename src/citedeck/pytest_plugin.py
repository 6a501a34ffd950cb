"""Decks under pytest: `pytest --citedeck` makes each question a test, and `deck_regression` holds a deck's notes to a golden file.

A question fails with what `citedeck check` says about it. What belongs to no question is said by tests of its file: `::file` of a deck file,
`::source` of a source's metadata, `::project` of the settings.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from citedeck.diagnostics import Diagnostic
    from citedeck.pipeline import Compilation

_YAML = (".yaml", ".yml")
_SETTINGS = ("citedeck.toml", "pyproject.toml")
_COMPILED = pytest.StashKey[dict[Path, "Compilation"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("citedeck", "flashcard decks of citedeck")
    group.addoption("--citedeck", action="store_true", help="make each question of a citedeck project a test")
    group.addoption("--citedeck-strict", action="store_true", help="let questions fail on warnings, too")
    parser.addini("citedeck_goldens", "folder with a golden file for the notes of each deck file; with --citedeck each becomes a test", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the deck files, the sources' metadata and the settings of citedeck projects."""
    if not parent.config.getoption("--citedeck") or (file_path.suffix not in _YAML and file_path.name not in _SETTINGS):
        return None
    from citedeck.project import NoProjectError, find_root

    try:
        root = find_root(file_path.parent)
    except NoProjectError:
        return None
    within = file_path.resolve().relative_to(root)
    if within.parts[0] in ("decks", "sources") or len(within.parts) == 1:
        compilation = compiled(parent.config, root)
        if len(within.parts) > 1 or within.as_posix() == compilation.project.settings_file.path:
            return _File.from_parent(parent, path=file_path)
    return None


def compiled(config: pytest.Config, root: Path) -> Compilation:
    """Return a project as it was compiled once for this run, with the rules that its settings select."""
    from citedeck.pipeline import compile_project
    from citedeck.project import read_project
    from citedeck.selection import choose
    from citedeck.settings import RuleSettings

    known = config.stash.setdefault(_COMPILED, {})
    if root not in known:
        project, said = read_project(root)
        chosen = choose(project.settings.rules if project.settings else RuleSettings())
        known[root] = compile_project(project, said, selection=chosen, today=datetime.now(UTC).date())
    return known[root]


class _File(pytest.File):
    """A deck file, a source's metadata, or the settings: its questions, and what else is said of it."""

    def collect(self) -> Iterator[pytest.Item]:
        from citedeck.project import find_root

        compilation = compiled(self.config, find_root(self.path.parent))
        path = self.path.resolve().relative_to(compilation.project.root).as_posix()
        if path.startswith("decks/"):
            yield from self._questions(compilation, path)
        elif path.startswith("sources/"):
            texts = {path, *(file.path for file in compilation.project.texts if Path(file.path).stem == self.path.stem)}
            source = compilation.sources.get(self.path.stem)
            texts |= {source.elsewhere.value} if source and source.elsewhere else set()
            yield self._item("source", compilation, [one for one in compilation.diagnostics if one.span.path in texts])
        else:
            others = [one for one in compilation.diagnostics if not one.span.path.startswith(("decks/", "sources/"))]
            elsewhere = [one for one in others if one.span.path not in compilation.project.elsewhere]
            yield self._item("project", compilation, elsewhere)

    def _questions(self, compilation: Compilation, path: str) -> Iterator[pytest.Item]:
        here = [one for one in compilation.diagnostics if one.span.path == path]
        questions = {question.id: question.span.line for deck in compilation.decks if deck.path == path for question in deck.questions}
        for name, line in questions.items():
            yield self._item(name, compilation, [one for one in here if one.subject == name], line)
        yield self._item("file", compilation, [one for one in here if one.subject not in questions])
        if self.config.getini("citedeck_goldens"):

            def notes(deck_regression: DeckRegression) -> None:
                deck_regression.check(self.path)

            yield pytest.Function.from_parent(self, name="notes", callobj=notes)

    def _item(self, name: str, compilation: Compilation, found: Sequence[Diagnostic], line: int = 0) -> pytest.Item:
        item: _Item = _Item.from_parent(self, name=name)
        item.look_at(compilation, found, line)
        return item


class FindingsError(Exception):
    """What is wrong with a question, as `citedeck check` prints it."""


class _Item(pytest.Item):
    """A question, or what is said of a file besides. Fails on errors; with --citedeck-strict, on warnings too."""

    def look_at(self, compilation: Compilation, found: Sequence[Diagnostic], line: int) -> None:
        """Say what the test is about."""
        self._compilation, self._found, self._line = compilation, found, line

    def runtest(self) -> None:
        from citedeck.diagnostics import Severity

        least = Severity.WARNING if self.config.getoption("--citedeck-strict") else Severity.ERROR
        said = self._printed(self._found)
        if any(one.severity >= least for one in self._found):
            raise FindingsError(said)
        if said:
            self.add_report_section("call", "citedeck", said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the findings without a traceback, which would lead into citedeck."""
        return str(excinfo.value) if isinstance(excinfo.value, FindingsError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the line on which the question begins, from 0."""
        return self.path, self._line - 1 if self._line else None, self.name

    def _printed(self, found: Iterable[Diagnostic]) -> str:
        from citedeck.report import as_text

        return as_text(found, self._compilation.project.files())


class DeckRegression:
    """Holds the notes of a deck file to a golden file. `pytest --regen-all` writes the golden files anew."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder

    def check(self, deck_file: str | Path, *, basename: str | None = None) -> None:
        """Compare the notes made from a deck file with its golden file, `<goldens>/<basename>.yml`; by default that has the deck file's name.

        The folder is that of the ini setting `citedeck_goldens`, or else the one that pytest-regressions uses for the test's file.
        """
        try:
            from pytest_regressions.data_regression import DataRegressionFixture
        except ImportError:
            pytest.fail("deck_regression needs pytest-regressions: pip install 'citedeck[pytest]'", pytrace=False)
        from citedeck.project import find_root

        config = self._request.config
        path = Path(deck_file) if Path(deck_file).is_absolute() else config.rootpath / deck_file
        compilation = compiled(config, find_root(path.parent))
        within = path.resolve().relative_to(compilation.project.root).as_posix()
        if not compilation.ok:
            pytest.fail("the project has errors: `citedeck check` says which", pytrace=False)
        goldens = config.rootpath / config.getini("citedeck_goldens") if config.getini("citedeck_goldens") else self._request.path.with_suffix("")
        name = basename or within.removeprefix("decks/").rpartition(".")[0].replace("/", "-")
        if (goldens / f"{name}.yml").is_file():
            shutil.copy(goldens / f"{name}.yml", self._folder)
        DataRegressionFixture(self._folder, goldens, self._request).check(notes_of(compilation, within), basename=name)


@pytest.fixture
def deck_regression(request: pytest.FixtureRequest, tmp_path: Path) -> DeckRegression:
    """Return what holds a deck's notes to a golden file: `deck_regression.check("decks/tea.yaml")`."""
    return DeckRegression(request, tmp_path)


def notes_of(compilation: Compilation, path: str) -> dict[str, dict[str, object]]:
    """Return the notes of a deck file by the question's id, as plain data: guid, pack, tags, cards, and the fields that hold something."""
    return {
        note.question_id: {
            "guid": note.guid,
            "pack": note.pack,
            "tags": " ".join(note.tags),
            "cards": list(note.ordinals),
            "fields": {spec.name: value for spec, value in zip(compilation.packs[note.pack].note_type.fields, note.fields, strict=True) if value},
        }
        for note in compilation.notes
        if note.deck_path == path
    }
