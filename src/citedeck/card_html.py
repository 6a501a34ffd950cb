"""Anki's card templates (`{{Field}}`, `{{#Field}}…{{/Field}}`, `{{^Field}}…{{/Field}}`): which cards a note gets, and what they look like.

Follows Anki's own rules (rslib/src/template.rs and cloze.rs): literal text never makes a card, a field does if it holds more than blanks
and line breaks, and a cloze note gets a card for each number.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from citedeck.clozes import MAX_CLOZE

_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.ASCII | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MAX_DEPTH = 50
_MAX_NUMBER = 65_535  # Anki does not read higher ones.
_CLOZE_OPEN = re.compile(r"\{\{c([\d,]+)::")
_CLOZE_MARK = re.compile(r"\{\{c([\d,]+)::|\}\}")
_CLOZE_NUMBER = re.compile(r"c\d+")
"""In a condition: whether the card is that of a cloze."""
_ALWAYS_FILLED = frozenset({"Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
SPECIAL = _ALWAYS_FILLED | {"FrontSide", "Tags"}
"""What Anki fills in itself."""


@dataclass(frozen=True)
class _Field:
    name: str
    filters: tuple[str, ...]


@dataclass(frozen=True)
class _Section:
    name: str
    negated: bool
    nodes: tuple[_Node, ...]


_Node = str | _Field | _Section


class TemplateError(ValueError):
    """A card template that Anki would refuse."""


def parse(template: str, *, lenient: bool = False) -> tuple[_Node, ...]:
    """Read a card template. TemplateError if its sections do not close; nothing is shown of such a one if `lenient`, as Anki does."""
    try:
        return _parse(template)
    except TemplateError:
        if lenient:
            return ()
        raise


def _parse(template: str) -> tuple[_Node, ...]:
    template = _COMMENT.sub("", template)
    stack: list[tuple[str, bool, list[_Node]]] = [("", False, [])]
    at = 0
    for match in _TAG.finditer(template):
        stack[-1][2].append(template[at : match.start()])
        at = match.end()
        name = match[1].strip()
        if name.startswith(("#", "^")):
            stack.append((name[1:].strip(), name[0] == "^", []))
            if len(stack) > _MAX_DEPTH:
                raise TemplateError(f"sections are nested more than {_MAX_DEPTH} deep")
        elif name.startswith("/"):
            opened, negated, nodes = stack.pop()
            if opened != name[1:].strip() or not stack:
                raise TemplateError(f"{{{{{name}}}}} closes nothing that is open")
            stack[-1][2].append(_Section(opened, negated, tuple(nodes)))
        else:
            *filters, field = name.split(":")
            stack[-1][2].append(_Field(field, tuple(filters)))
    if len(stack) > 1:
        raise TemplateError(f"{{{{{'^' if stack[-1][1] else '#'}{stack[-1][0]}}}}} is never closed")
    return (*stack[0][2], template[at:])


def refused(template: str, fields: Collection[str]) -> Iterator[str]:
    """Yield for what in a card template Anki shows learners an error instead of the card."""
    try:
        nodes = parse(template)
    except TemplateError as problem:
        yield str(problem)
        return
    numbers = {name for name in deciding_fields(nodes) if _CLOZE_NUMBER.fullmatch(name)}
    named = {name for name, filters in _fields(nodes) if name or not filters}
    for name in sorted(name for name in named - numbers - SPECIAL if name not in fields):
        yield f"the card shows '{{{{{name}}}}}', and the note type has no such field"


def problems(template: str, fields: Collection[str], *, cloze: bool) -> Iterator[str]:
    """Yield what Anki would not accept in a card template, or not understand as it was meant."""
    yield from refused(template, fields)
    try:
        nodes = parse(template)
    except TemplateError:
        return
    if "{{" in _TAG.sub("", template):
        yield "a '{{' is never closed, or holds a brace"
    if cloze and not any("cloze" in filters for _, filters in _fields(nodes)):
        yield "a cloze card has to show a field with {{cloze:…}}"
    if not cloze and any("cloze" in filters for _, filters in _fields(nodes)):
        yield "only a pack of the kind 'cloze' may use {{cloze:…}}"


def ordinals(fronts: tuple[tuple[_Node, ...], ...], fields: Mapping[str, str]) -> tuple[int, ...]:
    """Return which cards of a normal note type a note gets."""
    filled = {name for name, value in fields.items() if not _EMPTY.fullmatch(value)} | _ALWAYS_FILLED
    return tuple(number for number, front in enumerate(fronts) if _shows(front, filled))


def cloze_ordinals(fields: Collection[str]) -> tuple[int, ...]:
    """Return which cards a cloze note gets: one for each cloze number, counted from 0."""
    numbers = {int(part) for value in fields for match in _CLOZE_OPEN.finditer(value) for part in match[1].split(",") if part}
    return tuple(sorted({min(number, MAX_CLOZE) - 1 for number in numbers if 0 < number <= _MAX_NUMBER}))


def cloze_contents(fields: Iterable[str]) -> dict[int, list[str]]:
    """Return what the clozes of each number hide, hints and inner clozes' marks left out."""
    contents: dict[int, list[str]] = {}
    for value in fields:
        opened: list[tuple[list[int], list[str]]] = []
        at = 0
        for match in _CLOZE_MARK.finditer(value):
            for _, inside in opened:
                inside.append(value[at : match.start()])
            at = match.end()
            if match[1]:
                opened.append(([int(part) for part in match[1].split(",") if part], []))
            elif opened:
                numbers, inside = opened.pop()
                for number in numbers:
                    contents.setdefault(number, []).append("".join(inside).partition("::")[0])
    return contents


def render(template: tuple[_Node, ...], fields: Mapping[str, str], *, ordinal: int, answer: bool) -> str:
    """Return a card's side as Anki shows it, for the preview."""
    filled = {name for name, value in fields.items() if not _EMPTY.fullmatch(value)}
    return "".join(_rendered(template, fields, filled, ordinal, answer))


def shown_fields(template: tuple[_Node, ...]) -> Iterator[str]:
    """Yield the names of the fields that a card template shows, not of those that only decide what it shows."""
    for node in template:
        match node:
            case _Field():
                yield node.name
            case _Section():
                yield from shown_fields(node.nodes)


def deciding_fields(template: tuple[_Node, ...]) -> Iterator[str]:
    """Yield the names of the fields on which it depends what a card template shows."""
    for node in template:
        if isinstance(node, _Section):
            yield node.name
            yield from deciding_fields(node.nodes)


def _fields(nodes: tuple[_Node, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in nodes:
        match node:
            case _Field():
                yield node.name, node.filters
            case _Section():
                yield node.name, ()
                yield from _fields(node.nodes)


def _shows(nodes: tuple[_Node, ...], filled: Collection[str]) -> bool:
    for node in nodes:
        match node:
            case _Field():
                if node.name in filled:
                    return True
            case _Section():
                if (node.name in filled) != node.negated and _shows(node.nodes, filled):
                    return True
    return False


def _rendered(nodes: tuple[_Node, ...], fields: Mapping[str, str], filled: Collection[str], ordinal: int, answer: bool) -> Iterator[str]:
    for node in nodes:
        match node:
            case str():
                yield node
            case _Field():
                value = fields.get(node.name, "")
                if "cloze" in node.filters:
                    value = _cloze(value, ordinal + 1, answer)
                elif "type" in node.filters:
                    value = f'<code id="typeans">{value}</code>' if answer else '<input type="text" id="typeans" aria-label="answer">'
                yield value
            case _Section():
                if (node.name in filled) != node.negated:
                    yield from _rendered(node.nodes, fields, filled, ordinal, answer)


def _cloze(text: str, number: int, answer: bool) -> str:
    """Hide, or mark, the clozes of one number; clozes may nest."""
    out: list[str] = []
    opened: list[tuple[bool, int]] = []
    at = 0
    for match in _CLOZE_MARK.finditer(text):
        out.append(text[at : match.start()])
        at = match.end()
        if match[1]:
            opened.append((str(number) in match[1].split(","), len(out)))
        elif opened:
            active, start = opened.pop()
            content, _, hint = "".join(out[start:]).partition("::")
            del out[start:]
            shown = content if answer or not active else f"[{hint or '...'}]"
            out.append(f'<span class="{"cloze" if active else "cloze-inactive"}">{shown}</span>')
        else:
            out.append(html.escape(match[0]))
    return "".join(out) + text[at:]
