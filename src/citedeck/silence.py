"""What authors do not want to hear, with their reasons: on a question, on a deck file, on a source. A reason without need is reported itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from citedeck.diagnostics import Diagnostic, warning
from citedeck.entry import Text
from citedeck.model import DeckFile, Source


def silence(diagnostics: Iterable[Diagnostic], decks: Collection[DeckFile], sources: Mapping[str, Source], reported: Collection[str]) -> list[Diagnostic]:
    """Return the diagnostics that nobody silenced, and say which reasons silence nothing. `reported` are the codes that were looked for."""
    silencer = _Silencer(decks, sources)
    left = [one for one in diagnostics if not silencer.takes(one)]
    unused = [reason for reason in silencer.unused(sources) if reason.code in reported]
    return left + [warning(one.reason.span, "unused-silence", f"there is no '{one.code}' here to silence", "remove it") for one in unused]


@dataclass(frozen=True, slots=True)
class _Silence:
    code: str
    reason: Text


class _Silencer:
    def __init__(self, decks: Collection[DeckFile], sources: Mapping[str, Source]) -> None:
        self._decks = decks
        self._of_questions = {question.id: question.silence for deck in decks for question in deck.questions if question.silence}
        self._of_files = {deck.path: deck.silence for deck in decks if deck.silence}
        self._of_files |= {source.span.path: source.silence for source in sources.values() if source.silence}
        self._used: set[int] = set()

    def takes(self, diagnostic: Diagnostic) -> bool:
        """Say whether a reason covers a diagnostic: that of its question, else that of its file."""
        for reasons in (self._of_questions.get(diagnostic.subject), self._of_files.get(diagnostic.span.path)):
            if reasons and diagnostic.code in reasons:
                self._used.add(id(reasons[diagnostic.code]))
                return True
        return False

    def unused(self, sources: Mapping[str, Source]) -> Iterator[_Silence]:
        """Yield the reasons that covered nothing, but for those of questions which were not looked through."""
        broken = {name for name, source in sources.items() if source.broken}
        asked = [question for deck in self._decks for question in deck.questions if not question.retired]
        checked = [question.silence for question in asked if not broken & {citation.source.value for citation in question.citations or ()}]
        for reasons in (*checked, *self._of_files.values()):
            yield from (_Silence(code, reason) for code, reason in sorted(reasons.items()) if id(reason) not in self._used)
