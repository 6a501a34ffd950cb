"""Markdown: paragraphs, list items, table rows and code are blocks; headings are sections; markup is set aside.

The parser tells on which lines a block stands, not where in them its words are. Each run of visible characters is therefore looked up, in
order, in the block's own lines, which gives the offset of every character that the author typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from citedeck.diagnostics import TextFile
from citedeck.sources.blocks import Block, Piece

_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


@cache
def _parser() -> MarkdownIt:
    # Without text_join, escapes and entities stay tokens of their own, whose typed form is known.
    return MarkdownIt("commonmark", {"html": True}).enable("table").disable("text_join").use(front_matter_plugin)


def blocks(text: str) -> Iterator[Block]:
    """Yield the headings and blocks of a Markdown text."""
    # The parser counts LF, CRLF and CR as line ends, as TextFile does, and takes NUL for U+FFFD.
    lines = TextFile("", text)
    starts = [0]
    for line in lines.lines_with_ends:
        starts.append(starts[-1] + len(line))
    level, row, in_cell = 0, list[Piece](), False
    for token in _parser().parse(text):
        first, last = token.map or (0, 0)
        region = (starts[min(first, len(starts) - 1)], starts[min(last, len(starts) - 1)])
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type in ("th_open", "td_open"):
            in_cell = True
        elif token.type in ("th_close", "td_close"):
            in_cell = False
        elif token.type == "tr_close":
            yield Block(tuple(row))
            row = []
        elif token.type == "inline":
            pieces = _inline(token, text, *region)
            if in_cell:
                row += [*([Piece(" ", pieces[0].offset)] if row and pieces else []), *pieces]
            else:
                yield Block(tuple(pieces), level)
        elif token.type in ("fence", "code_block", "html_block"):
            yield Block(tuple(_raw(token, text, *region)))


def _inline(token: Token, text: str, start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for child in token.children or []:
        typed = child.markup if child.type == "text_special" else child.content
        if child.type in ("softbreak", "hardbreak") or (child.type == "html_inline" and child.content.lower().startswith("<br")):
            found = text.find("\n", at, end) if child.type != "html_inline" else text.find(child.content, at, end)
            at = found if found >= 0 else at
            pieces.append(Piece("\n", at))
        elif child.type in ("text", "code_inline", "text_special", "html_inline") and typed:
            found = text.find(typed, at, end)
            offset = found if found >= 0 else at
            if child.type != "html_inline":
                pieces.append(Piece(child.content, offset))
            at = offset + len(typed) if found >= 0 else at
    return pieces


def _raw(token: Token, text: str, start: int, end: int) -> list[Piece]:
    """Return the characters of a code or HTML block, line by line; HTML tags are set aside."""
    pieces: list[Piece] = []
    at = start
    content = _TAG.sub(lambda tag: "\0" * len(tag[0]), token.content) if token.type == "html_block" else token.content
    for part in re.findall(r"[^\n\0]+|\n", content):
        found = text.find(part, at, end)
        offset = found if found >= 0 else at
        pieces.append(Piece(part, offset))
        at = offset + len(part) if found >= 0 else at
    return pieces
