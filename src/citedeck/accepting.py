"""Accepted citations → the deck files with them, if the project has no new error then. Nothing else in the files changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from citedeck import yaml_reader
from citedeck.diagnostics import Diagnostic, Severity, TextFile, error
from citedeck.entry import did_you_mean
from citedeck.locators import parse_locator
from citedeck.model import DeckFile, Question
from citedeck.pipeline import Compilation, compile_project
from citedeck.project import Project
from citedeck.proposing import cites_nothing
from citedeck.review_file import Accepted
from citedeck.yaml_append import Value, append_keys
from citedeck.yaml_reader import read_yaml


@dataclass(frozen=True)
class Outcome:
    """The deck files that change, how many citations they get, and how many were there already."""

    files: tuple[TextFile, ...]
    written: int
    known: int


@dataclass(frozen=True, slots=True)
class _Edit:
    """New keys for the mapping of a deck file that begins at an offset."""

    path: str
    offset: int
    keys: Mapping[str, Value]
    accepted: Accepted


def accept(project: Project, said: Sequence[Diagnostic], wanted: Iterable[Accepted]) -> tuple[Outcome, list[Diagnostic]]:
    """Return the deck files of a project with the accepted citations, and why one of them cannot be written: then none should be.

    `said` is what reading the project said. The project is compiled as it would be then, and a new error in it is one of the citation's.
    """
    before = compile_project(project, list(said))
    clerk = _Clerk(before)
    edits = [edit for one in wanted if (edit := clerk.edit(one))]
    made, refused = _apply(before, edits)
    found = clerk.diagnostics + refused
    if made and not found:
        after = compile_project(replace(project, decks=tuple(made.get(file.path, file) for file in project.decks)), list(said))
        found = _new_errors(before, after, {edit.accepted.id.value: edit.accepted for edit in edits})
    return Outcome(tuple(made.values()), len(edits), clerk.known), found


def pending(compilation: Compilation, accepted: Iterable[Accepted]) -> list[Accepted]:
    """Return what is accepted and stands in no deck file yet."""
    clerk = _Clerk(compilation)
    return [one for one in accepted if not clerk.has(one)]


class _Clerk:
    """Finds where accepted citations go, and says which cannot go anywhere."""

    def __init__(self, compilation: Compilation) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.known = 0
        self._sources = compilation.sources
        self._found = compilation.citations
        self._questions: dict[str, list[tuple[Question, DeckFile]]] = {}
        for deck in compilation.decks:
            for question in deck.questions:
                self._questions.setdefault(question.id, []).append((question, deck))
        self._files = {file.path: file for file in compilation.project.decks}
        self._entries: dict[str, dict[str, yaml_reader.Mapping]] = {}

    def has(self, one: Accepted) -> bool:
        """Say whether an accepted citation is written already."""
        return any(self._is_known(question, one) for question, _ in self._questions.get(one.id.value, ()))

    def edit(self, one: Accepted) -> _Edit | None:
        """Return what an accepted citation changes; None if it is written already or, after saying so, cannot be."""
        name = one.id.value
        asked = self._questions.get(name, [])
        if len(asked) != 1:
            message, hint = f"there is no question '{name}'", did_you_mean(name, self._questions) if self._questions else "the project has no questions"
            if asked:
                message, hint = f"{len(asked)} questions have the id '{name}'", "give each its own: `citedeck check` lists them"
            self._refuse(one, message, hint)
            return None
        question, deck = asked[0]
        if self._is_known(question, one):
            self.known += 1
            return None
        if question.retired or not cites_nothing(question):
            self._refuse(one, *_why_not(question))
            return None
        if one.source.value not in self._sources:
            hint = did_you_mean(one.source.value, self._sources) if self._sources else ""
            self.diagnostics.append(error(one.source.span, "unknown-source", f"there is no source '{one.source.value}'", hint))
            return None
        if one.at and parse_locator(one.at.value) is None:
            hint = "write it as p. 12, 24:44, § Heading > Subheading or para. 7, or remove it"
            self.diagnostics.append(error(one.at.span, "bad-value", f"'{one.at.value}' is no place in a source", hint))
            return None
        return self._place(question, deck, one)

    def _is_known(self, question: Question, one: Accepted) -> bool:
        """Say whether a question cites these very words already: a review may be accepted again after more of it was read."""
        words = {(cited.source.value, " ".join(cited.quote.value.split())) for cited in question.citations or () if cited.quote}
        words |= {(found.source.id, found.words) for found in self._found.get(question.id, ())}
        return (one.source.value, one.quote.value) in words

    def _place(self, question: Question, deck: DeckFile, one: Accepted) -> _Edit | None:
        """Return the new keys of the question's entry or, where it names its source without words, of that citation."""
        entry = self._mappings(deck.path).get(question.id)
        words = {"quote": one.quote.value} | ({"at": one.at.value} if one.at else {})
        if entry is None:
            self._refuse(one, f"the entry of '{question.id}' is not found in {deck.path}", "write the citation by hand")
            return None
        if question.citations is None:
            cite = words if one.source.value == deck.source else {"source": one.source.value, **words}
            return _Edit(deck.path, entry.start, {"cite": cite if len(cite) > 1 else one.quote.value}, one)
        node = entry.entries["cite"][1]
        items = node.items if isinstance(node, yaml_reader.Sequence) else [node]
        bare = (item for item in items if isinstance(item, yaml_reader.Mapping) and _source_of(item, deck.source) == one.source.value)
        if citation := next(bare, None):
            return _Edit(deck.path, citation.start, words, one)
        named = ", ".join(f"'{cited.source.value}'" for cited in question.citations)
        self._refuse(one, f"'{question.id}' names another source: {named}", "remove its cite:, or accept words of that source")
        return None

    def _mappings(self, path: str) -> Mapping[str, yaml_reader.Mapping]:
        """Return the entries of a deck file's questions by their ids."""
        if path not in self._entries:
            root, _ = read_yaml(self._files[path])
            listed = root.entries.get("questions") if isinstance(root, yaml_reader.Mapping) else None
            items = listed[1].items if listed and isinstance(listed[1], yaml_reader.Sequence) else []
            self._entries[path] = {_text(item, "id"): item for item in items if isinstance(item, yaml_reader.Mapping)}
        return self._entries[path]

    def _refuse(self, one: Accepted, message: str, hint: str) -> None:
        self.diagnostics.append(error(one.id.span, "bad-value", message, hint))


def _why_not(question: Question) -> tuple[str, str]:
    if question.retired:
        return f"'{question.id}' is retired", "write accept: no"
    if question.citations == ():
        return f"'{question.id}' has a cite: that cannot be understood", "`citedeck check` says why; mend it by hand"
    return f"'{question.id}' cites something else meanwhile", "write accept: no; a second citation is added by hand"


def _source_of(citation: yaml_reader.Mapping, default: str) -> str:
    return "" if {"quote", "at"} & citation.entries.keys() else _text(citation, "source") or default


def _text(entry: yaml_reader.Mapping, key: str) -> str:
    node = entry.entries[key][1] if key in entry.entries else None
    return node.text.strip() if isinstance(node, yaml_reader.Scalar) else ""


def _apply(before: Compilation, edits: Sequence[_Edit]) -> tuple[dict[str, TextFile], list[Diagnostic]]:
    """Return the changed deck files by path, and which edits cannot be made safely."""
    made: dict[str, TextFile] = {}
    found = []
    files = {file.path: file for file in before.project.decks}
    for path in dict.fromkeys(edit.path for edit in edits):
        of_file = {edit.offset: edit for edit in edits if edit.path == path}
        made[path], refused = append_keys(files[path], {offset: edit.keys for offset, edit in of_file.items()})
        for offset, why in refused.items():
            one, line = of_file[offset].accepted, files[path].position(offset)[0]
            found.append(
                error(one.id.span, "bad-value", f"'{one.id.value}' cannot take the citation at {path}:{line}: {why}", "write it by hand, and accept: no")
            )
    return made, found


def _new_errors(before: Compilation, after: Compilation, accepted: Mapping[str, Accepted]) -> list[Diagnostic]:
    """Return the errors that the citations bring; a place that the source contradicts is one here.

    What one of them is about stands in the review; lines of the decks have moved, and do not count.
    """
    known = Counter(map(_told, before.diagnostics))
    found = []
    for one in after.diagnostics:
        new, of_one = known[_told(one)] <= 0, accepted.get(one.subject)
        if new and of_one and of_one.at and one.code == "locator-mismatch":
            found.append(replace(one, span=of_one.at.span, severity=Severity.ERROR))
        elif new and one.severity is Severity.ERROR:
            found.append(replace(one, span=of_one.quote.span) if of_one else one)
        known[_told(one)] -= 1
    return found


def _told(one: Diagnostic) -> tuple[str, str, str, str]:
    return one.span.path, one.subject, one.code, one.message
