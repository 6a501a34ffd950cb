"""Plain text: blocks are parted by blank lines; a line with a list mark or a timestamp of its own begins a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.locators import LEADING_STAMP, STAMP
from citedeck.sources.blocks import Block, Piece, Reading, decode
from citedeck.texts import Format

FORMAT = Format("plain text")

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_BULLET = re.compile(r"[ \t]*[-*•‣] +")
_MARK = re.compile(r"[ \t]*(?:[-*•‣] +|– +(?!\d)|\d{1,3}[.)] +)")


def read(content: bytes) -> Reading:
    """Return the paragraphs and list items of a plain text. It has no headings."""
    text = decode(content)
    return Reading(list(_blocks(text)), text)


def _blocks(text: str) -> Iterator[Block]:
    """Yield the blocks.

    A number or a bare timestamp inside a paragraph begins a block only if the paragraph began with one: a wrapped line may begin with "12."
    """
    pieces: list[Piece] = []
    listed = timed = False
    for match in _LINE.finditer(text):
        line = match[0].rstrip("\r\n")
        mark = _MARK.match(line)
        bare = LEADING_STAMP.match(line.lstrip())
        begins = bool(STAMP.match(line.lstrip()) or _BULLET.match(line) or (mark and listed) or (bare and timed))
        if pieces and (not line.strip() or begins):
            yield Block(tuple(pieces))
            pieces = []
        if not line.strip():
            listed = timed = False
            continue
        if pieces:
            pieces.append(Piece("\n", match.start() - 1))
            start = 0
        else:
            listed, timed = listed or bool(mark), timed or bool(bare)
            start = mark.end() if mark else 0
        pieces.append(Piece(line[start:], match.start() + start))
    if pieces:
        yield Block(tuple(pieces))
