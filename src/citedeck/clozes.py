"""Clozes in Markdown: `{{c1::hidden}}`, `{{c1::hidden::hint}}`, nested ones; and what can be wrong with them.

The rules run in Markdown's own scanner, where code, math and escapes are read before: braces and colons in them are theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MAX_CLOZE = 500
"""The highest number that Anki makes a card for."""

Problem = tuple[str, str, str]
"""What is wrong with a text: code, message, hint."""

_OPENING = re.compile(r"\{\{c(\d+)::")
_BRACES = re.compile(r"\}+")
_NEAR = re.compile(
    r"\{\{[cC] ?\d+ ?:(?!:)|\{\{(?: +[cC]? ?\d+|C ?\d+|c +\d+|c\d+ +|\d+ ?|c\d+(?:,\d+)+)::|(?<!\{)\{c\d+::(?=[^{}]*\})|\{\{c::|\{\{c\d+(?=\}\})"
)
_BLANK = re.compile(r"\{\{c(\d+)::\s*(?=\}\}|::)")
_HINT = "write {{c1::hidden}} or {{c1::hidden::hint}}"


class _Opened:
    """The clozes that are open at the scanner's place, outermost first."""

    def __init__(self) -> None:
        self.tokens: list[tuple[Token, int]] = []


_OPENED: WeakKeyDictionary[StateInline, _Opened] = WeakKeyDictionary()


def cloze_plugin(parser: MarkdownIt) -> None:
    """Teach a Markdown parser to read clozes in texts whose environment says `cloze`."""
    parser.inline.ruler.before("text", "cloze_open", _open)
    parser.inline.ruler.before("text", "cloze_close", _close)
    parser.inline.ruler.before("text", "cloze_hint", _hint)


def _opened(state: StateInline) -> list[tuple[Token, int]]:
    return _OPENED.setdefault(state, _Opened()).tokens


def _open(state: StateInline, silent: bool) -> bool:
    match = _OPENING.match(state.src, state.pos, state.posMax) if state.env["cloze"] else None
    if not match:
        return False
    if not silent:
        token = state.push("cloze_open", "", 1)
        token.meta = {"number": int(match[1])}
        _opened(state).append((token, match.end()))
    state.pos = match.end()
    return True


def _close(state: StateInline, silent: bool) -> bool:
    if not state.env["cloze"] or not state.src.startswith("}}", state.pos):
        return False
    opened = _opened(state)
    run = _BRACES.match(state.src, state.pos)
    if not opened or not run:
        return False
    hidden = state.src[opened[-1][1] : state.pos]
    if len(run[0]) > 2 * len(opened) and hidden.count("{") > hidden.count("}"):
        return False  # The first of these braces belongs to the hidden text.
    if not silent:
        state.push("cloze_close", "", -1)
        opened.pop()
    state.pos += 2
    return True


def _hint(state: StateInline, silent: bool) -> bool:
    """Read the `::` that parts the hidden text from its hint."""
    if not state.env["cloze"] or not state.src.startswith("::", state.pos):
        return False
    opened = _opened(state)
    if not opened:
        return False
    if not silent:
        token = opened[-1][0]
        token.meta["hints"] = token.meta.get("hints", 0) + 1
        state.push("cloze_hint", "", 0)
    state.pos += 2
    return True


def cloze_problems(text: str, tokens: list[Token]) -> Iterator[Problem]:
    """Yield what is wrong with the clozes of a text that was parsed to `tokens`."""
    for near in _NEAR.finditer(text):
        yield "cloze-shape", f"'{near[0]}' begins no cloze", _HINT
    for blank in _BLANK.finditer(text):
        yield "cloze-shape", f"the cloze c{blank[1]} hides nothing", "write the hidden words after '::'"
    found = False
    for inline in tokens:
        opened: list[Token] = []
        for token in inline.children or []:
            found = found or token.type == "cloze_open"
            yield from _token_problems(token)
            nesting = token.nesting or token.meta.get("nesting", 0)
            if nesting == 1:
                opened.append(token)
            elif nesting == -1 and opened and (opened.pop().type == "cloze_open") != (token.type == "cloze_close"):
                yield "cloze-shape", "a cloze and emphasis, a link or a tag cross each other", "close what opens inside a cloze before its '}}'"
        for token in opened:
            if token.type == "cloze_open":
                yield "cloze-shape", f"the cloze c{token.meta['number']} is never closed", "close it with '}}' in the same paragraph"
    if not found and not _NEAR.search(text):
        yield "cloze-shape", "nothing is hidden in this text", "hide words with {{c1::words}}"


def _token_problems(token: Token) -> Iterator[Problem]:
    if token.type.startswith("math") and _OPENING.search(token.content):
        yield "cloze-shape", "a cloze inside math hides nothing", "let the cloze hold a whole formula: {{c1::$x$}}"
    if token.type != "cloze_open":
        return
    if not 1 <= token.meta["number"] <= MAX_CLOZE:
        yield "cloze-shape", f"a cloze's number is {token.meta['number']}", f"numbers run from 1 to {MAX_CLOZE}"
    if token.meta.get("hints", 0) > 1:
        yield "cloze-shape", "a cloze has two '::'", r"write \:\: for colons that belong to the text"
