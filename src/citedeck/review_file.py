"""Proposals as a YAML file that an author goes through, and what the author accepted in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from citedeck.diagnostics import Diagnostic, TextFile
from citedeck.entry import Entry, Text, did_you_mean
from citedeck.proposing import Candidate, Proposal
from citedeck.yaml_edit import spell
from citedeck.yaml_reader import read_yaml

HEADER = """\
# Citations that `citedeck cite` proposes. Alike is not proved: read the quote, and whether it carries the answer.
# Accept one by its number, accept: 1 instead of accept: no; then run citedeck cite --accept with this file.
"""
_PROPOSAL = ("id", "question", "answer", "accept", "candidates")
_CANDIDATE = ("number", "source", "at", "quote", "score", "words", "look")
_NO, _YES = ("no", "false", "n", "-"), ("yes", "true", "y")
_LONGEST = 200
"""Characters of a question or an answer that are shown."""
# What reads back as itself without quotes, beyond doubt; `spell` tries all else, which takes time.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .,;()'’“”%°–§/-]*[\w.)%”’])?")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A citation that an author accepted for a question. The spans are those in the review."""

    id: Text
    source: Text
    quote: Text
    at: Text | None


def review_text(proposals: Iterable[Proposal]) -> str:
    """Return the file in which an author looks at proposals; questions without any are left out."""
    entries = [line for one in proposals if one.candidates for line in _proposal(one)]
    return "\n".join([HEADER + ("proposals:" if entries else "proposals: []"), *entries, ""])


def read_review(file: TextFile) -> tuple[list[Accepted], list[Diagnostic]]:
    """Return what was accepted in a review, and what cannot be understood in it."""
    node, diagnostics = read_yaml(file)
    if node is None and diagnostics:
        return [], diagnostics
    entry = Entry.of(file, node, "a review", diagnostics)
    if entry is None:
        return [], diagnostics
    entry.require("proposals", "`citedeck cite` writes such a file")
    found = [one for item in entry.entries("proposals") for one in _accepted(item)]
    entry.finish()
    twins: dict[str, Accepted] = {}
    for one in found:
        if twins.setdefault(one.id.value, one) is not one:
            entry.bad(one.id, f"two proposals for '{one.id.value}' are accepted", f"the first is on line {twins[one.id.value].id.span.line}; keep one of them")
    return found, diagnostics


def _proposal(one: Proposal) -> Iterator[str]:
    yield f"  - id: {one.question.id}"
    yield f"    question: {_spelled(_short(one.asked))}"
    yield f"    answer: {_spelled(_short(one.answer))}"
    yield "    accept: no"
    yield "    candidates:"
    for number, candidate in enumerate(one.candidates, 1):
        yield from _candidate(number, candidate)


def _candidate(number: int, one: Candidate) -> Iterator[str]:
    yield f"      - number: {number}"
    yield f"        source: {one.source}"
    if one.at:
        yield f"        at: {_spelled(one.at)}"
    yield f"        quote: {_spelled(one.quote)}"
    yield f"        score: {one.score}"
    if one.words:
        yield f"        words: {_spelled(', '.join(one.words))}"
    if one.look:
        yield f"        look: {_spelled(one.look)}"


def _spelled(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else spell(text)


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[: text.rfind(' ', _LONGEST // 2, _LONGEST) if ' ' in text[_LONGEST // 2 : _LONGEST] else _LONGEST]} …"


def _accepted(entry: Entry) -> Iterator[Accepted]:
    """Yield what is accepted of one proposal: at most one candidate."""
    entry.require("id")
    identity, answer = entry.text("id"), entry.text("accept")
    candidates = entry.entries("candidates")
    wanted = answer.value.lower() if answer else "no"
    chosen = None
    if answer and wanted not in _NO:
        chosen = _choose(entry, answer, candidates)
    entry.finish(_PROPOSAL)
    if chosen is None or identity is None:
        return
    for key in ("source", "quote"):
        chosen.require(key)
    source, quote, at = chosen.text("source"), chosen.text("quote"), chosen.text("at")
    chosen.finish(_CANDIDATE)
    if source and quote:
        yield Accepted(identity, source, Text(" ".join(quote.value.split()), quote.span), at)


def _choose(entry: Entry, answer: Text, candidates: list[Entry]) -> Entry | None:
    """Return the candidate that an author means by its number, or by "yes" where there is one only."""
    numbers = [str(number.value) if (number := one.text("number")) else "" for one in candidates]
    listed = ", ".join(number for number in numbers if number)
    if answer.value.lower() in _YES:
        if len(candidates) == 1:
            return candidates[0]
        entry.bad(answer, f"'{answer.value}' does not say which of {len(candidates)} candidates", f"write the number of one: {listed}")
        return None
    meant = [one for one, number in zip(candidates, numbers, strict=True) if number == answer.value]
    if len(meant) == 1:
        return meant[0]
    if meant:
        entry.bad(answer, f"{len(meant)} candidates have the number {answer.value}", "give each its own")
    else:
        entry.bad(answer, f"no candidate has the number '{answer.value}'", f"no, or one of: {listed}" if listed else did_you_mean(answer.value, ("no",)))
    return None
