"""Markdown: paragraphs, list items, table rows and code are blocks; headings are sections; markup is set aside.

The parser tells on which lines a block stands, not where in them its words are. Each run of visible characters is therefore looked up, in
order, in the block's own lines, which gives the offset of every character that the author typed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from citedeck.diagnostics import TextFile
from citedeck.sources.blocks import Block, Piece, Reading, decode
from citedeck.sources.raised import raise_digits
from citedeck.texts import Format

FORMAT = Format("Markdown")

_HTML = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)|</?(?P<tag>[a-zA-Z][\w-]*)[^<>]*>|&#?\w+;|[^<&\n]+|.", re.DOTALL | re.IGNORECASE)
_INLINE_TAGS = frozenset("a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup u var wbr".split())
_DEFINITION = re.compile(r"\[[^\]]+\]:\s*(<)?(\S*)")
_ADDRESS = re.compile(r"[/#:]|\.[a-zA-Z]|^$")
_LINE_END = re.compile(r"\r\n?|\n")


@cache
def _parser() -> MarkdownIt:
    # Without text_join, escapes and entities stay tokens of their own, whose typed form is known.
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("text_join")
    parser.use(front_matter_plugin).use(footnote_plugin, inline=False)
    parser.block.ruler.at("reference", _reference)
    return parser


def _reference(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Take a line for the definition of a link only if it leads somewhere: "[Na]: 140" is text."""
    line = state.src[state.bMarks[first] + state.tShift[first] : state.eMarks[first]]
    match = _DEFINITION.match(line)
    return bool(match and (match[1] or _ADDRESS.search(match[2]))) and reference(state, first, last, silent)


def read(content: bytes) -> Reading:
    """Return the headings and blocks of a Markdown text."""
    text = decode(content)
    return Reading(list(_blocks(text)), text)


def _blocks(text: str) -> Iterator[Block]:
    # The parser counts LF, CRLF and CR as line ends, as TextFile does, and takes NUL for U+FFFD.
    lines = TextFile("", text)
    starts = [0]
    for line in lines.lines_with_ends:
        starts.append(starts[-1] + len(line))
    level, row, in_cell = 0, list[Piece](), False
    at = 0
    for token in _parser().parse(text):
        first, last = token.map or (0, 0)
        start, end = starts[min(first, len(starts) - 1)], starts[min(last, len(starts) - 1)]
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
            # Cells of one row share its lines: go on behind the cell before.
            pieces = _inline(token, text, max(at, start) if in_cell else start, end)
            if in_cell:
                row += [*([Piece(" ", pieces[0].offset)] if row and pieces else []), *pieces]
                at = pieces[-1].offset + 1 if pieces else at
            else:
                yield Block(tuple(pieces), level)
        elif token.type in ("fence", "code_block", "html_block"):
            yield Block(tuple(_raw(token, text, start, end)))


def _inline(token: Token, text: str, start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    raised = ""
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            ended = _LINE_END.search(text, start, end)
            start = ended.start() if ended else start
            pieces.append(Piece("\n", start))
        elif child.type == "html_inline":
            tag = child.content.lower().strip("<>/ ").split(" ")[0]
            if tag == "br":
                pieces.append(Piece("\n", max(text.find(child.content, start, end), start)))
            if tag in ("sup", "sub"):
                raised = "" if child.content.startswith("</") else tag
            start = _behind(text, child.content, start, end)
        elif child.type in ("text", "code_inline", "text_special") and child.content:
            typed = child.markup if child.type == "text_special" else child.content
            found = text.find(typed, start, end)
            pieces.append(Piece(raise_digits(child.content, raised), found if found >= 0 else start))
            start = _behind(text, typed, start, end)
    return pieces


def _behind(text: str, typed: str, start: int, end: int) -> int:
    found = text.find(typed, start, end)
    return found + len(typed) if found >= 0 else start


def _raw(token: Token, text: str, start: int, end: int) -> list[Piece]:
    """Return the characters of a code or HTML block; of HTML, tags are set aside, and those of blocks and cells part words."""
    pieces: list[Piece] = []
    raised = ""
    parts = _HTML.finditer(token.content) if token.type == "html_block" else re.finditer(r"[^\n]+|\n", token.content)
    for part in parts:
        typed = part[0]
        found = text.find(typed, start, end)
        start = found if found >= 0 else start
        tag = (part.groupdict().get("tag") or "").lower()
        if tag or typed.startswith(("<!--", "<script", "<style")):
            if tag in ("sup", "sub"):
                raised = "" if typed.startswith("</") else tag
            if tag and tag not in _INLINE_TAGS:
                pieces.append(Piece("\n", start))
        else:
            pieces.append(Piece(raise_digits(html.unescape(typed) if typed.startswith("&") else typed, raised), start))
        start += len(typed) if found >= 0 else 0
    return pieces
