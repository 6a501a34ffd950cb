"""Plain text: blocks are parted by blank lines; a line with a list mark or a timestamp of its own begins a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.locators import LEADING_STAMP, STAMP
from citedeck.sources.blocks import Block, Piece

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_MARK = re.compile(r"[ \t]*(?:[-*•‣–] +|\d{1,3}[.)] +)")


def blocks(text: str) -> Iterator[Block]:
    """Yield the paragraphs and list items of a plain text. It has no headings."""
    pieces: list[Piece] = []
    for match in _LINE.finditer(text):
        line = match[0].rstrip("\r\n")
        mark = _MARK.match(line)
        stamped = STAMP.match(line.lstrip()) or LEADING_STAMP.match(line.lstrip())
        if pieces and (not line.strip() or mark or stamped):
            yield Block(tuple(pieces))
            pieces = []
        if line.strip():
            start = mark.end() if mark else 0
            if pieces:
                pieces.append(Piece("\n", match.start() - 1))
            pieces.append(Piece(line[start:], match.start() + start))
    if pieces:
        yield Block(tuple(pieces))
