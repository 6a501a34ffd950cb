"""HTML → blocks: what a reader of the page sees, in its order; scripts, styles and hidden parts set aside.

The parser tells no places. The file's own characters outside of tags are therefore laid out once, entities decoded, and each text that the
parser found is looked up in them, in order.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from citedeck.sources.blocks import Block, Piece, UnreadableError
from citedeck.sources.raised import raise_digits

MAX_DEPTH, MAX_OPEN = 1000, 200
"""Elements within elements, and unclosed <b>, <i> and their like: beyond, parsers need time and memory by the square."""
_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header
    hgroup hr html legend li main menu nav ol optgroup option p pre search section summary table tbody tfoot thead title tr ul""".split()
)
_ASIDE = frozenset("annotation annotation-xml audio canvas head iframe math-annotation noscript object script select style svg template textarea video".split())
_CELLS = frozenset(("td", "th"))
_ALONE = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY_OTHERS = frozenset("p li dt dd tr td th tbody thead tfoot option optgroup rt rp body html head".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_SEGMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|textarea)\b[^<>]*>.*?(?:</(?P=raw)\s*>|\Z)|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*)[^<>]*>|<[!?/][^<>]*>"
    r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?|\r\n?|[^<&\r]+|.",
    re.DOTALL | re.IGNORECASE,
)
_SELF_CLOSED = re.compile(r"<([a-zA-Z][a-zA-Z0-9:-]*)([^<>]*)/>")
_NOTE_MARK = re.compile(r"\[(\d{1,4})\]\Z")
_SPACES = str.maketrans("\t\n\r\f", "    ")
_NEAR = 50_000


def read_blocks(text: str, *, xhtml: bool = False, top: int = 1) -> list[Block]:
    """Return the headings and blocks of a page; `top` is the level of its highest headings. UnreadableError if it is nested beyond all use."""
    layout = _Layout(text)
    if xhtml:  # An HTML parser takes <a/> for an open tag.
        text = _SELF_CLOSED.sub(lambda match: match[0] if match[1].lower() in _ALONE else f"<{match[1]}{match[2]}></{match[1]}>", text)
    root = LexborHTMLParser(text).root
    walker = _Walker(layout, top)
    if root is not None:
        walker.walk(root)
    return walker.blocks


class _Layout:
    """The characters of a file outside of its tags, entities decoded, and where each run of them stands in the file."""

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        self._starts: list[int] = []
        self._offsets: list[int] = []
        at = depth = loose = 0
        for match in _SEGMENT.finditer(text):
            typed = match[0]
            tag = (match["tag"] or "").lower()
            if tag:
                step = -1 if match["close"] else 0 if tag in _ALONE or tag in _CLOSED_BY_OTHERS or typed.endswith("/>") else 1
                depth = max(0, depth + step)
                loose = max(0, loose + (step if tag in _FORMATTING else 0))
                if depth > MAX_DEPTH or loose > MAX_OPEN:
                    raise UnreadableError("the page's elements are nested too deep", "save the page's text as .md or .txt instead")
            elif not typed.startswith("<") or typed == "<":
                part = html.unescape(typed) if typed.startswith("&") else "\n" if typed.startswith("\r") else typed
                self._starts.append(at)
                self._offsets.append(match.start())
                parts.append(part)
                at += len(part)
        self._text = "".join(parts)
        self._at = 0

    def pieces(self, content: str, visible: str) -> Iterator[Piece]:
        """Yield a text of the page, as it is seen, in runs that stand in one piece in the file."""
        found = self._text.find(content, self._at, self._at + len(content) + _NEAR)
        start = found if found >= 0 else self._at
        if found < 0 or not self._starts:
            yield Piece(visible, self._offset(start))
            return
        self._at = start + len(content)
        run = bisect_right(self._starts, start) - 1
        at = 0
        while at < len(content):
            end = self._starts[run + 1] - start if run + 1 < len(self._starts) else len(content)
            if end > at:
                yield Piece(visible[at:end], self._offset(start + at))
                at = end
            run += 1

    def _offset(self, at: int) -> int:
        run = bisect_right(self._starts, at) - 1
        return self._offsets[run] + min(at - self._starts[run], 1 << 30) if run >= 0 else 0


class _Walker:
    """Walks a parsed page without recursion, and gathers its blocks."""

    def __init__(self, layout: _Layout, top: int) -> None:
        self.blocks: list[Block] = []
        self._layout = layout
        self._top = top
        self._pieces: list[Piece] = []
        self._level = 0
        self._rows = 0
        self._pre = 0
        self._raised = ""

    def walk(self, root: LexborNode) -> None:
        """Take a node and all below it."""
        open_nodes: list[LexborNode] = []
        node: LexborNode | None = root
        while node is not None:
            child = self._enter(node)
            if child is not None:
                open_nodes.append(node)
                node = child
                continue
            self._leave(node)
            while node is not None and node.next is None:
                node = open_nodes.pop() if open_nodes else None
                if node is not None:
                    self._leave(node)
            node = node.next if node is not None else None
        self._flush()

    def _enter(self, node: LexborNode) -> LexborNode | None:
        """Begin a node; return its first child, if what is in it is seen."""
        tag = node.tag or ""
        if tag == "-text":
            self._take(node.text_content or "")
            return None
        if tag.startswith("-") or tag in _ASIDE or "hidden" in node.attributes:
            return None
        if tag in ("br", "hr") or tag in _BLOCKS or tag in _CELLS:
            self._break(tag)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._level = int(tag[1]) + self._top - 1
        self._rows += tag == "tr"
        self._pre += tag == "pre"
        if tag in ("sup", "sub"):
            self._raised = tag
        elif tag == "q":
            self._mark("“")
        return node.child

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag.startswith("-") or tag in _ASIDE or "hidden" in node.attributes:
            return
        if tag in _BLOCKS:
            self._rows -= tag == "tr"
            self._break(tag)
            if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                self._level = 0
        self._pre -= tag == "pre"
        if tag in ("sup", "sub"):
            self._raised = ""
        elif tag == "q":
            self._mark("”")

    def _break(self, tag: str) -> None:
        """End a line, a cell or a block. The cells of a row are one block."""
        if tag in _CELLS:
            self._mark(" ")
        elif tag == "br" or (self._rows and tag != "tr"):
            self._mark("\n")
        else:
            self._flush()

    def _mark(self, char: str) -> None:
        if self._pieces or char == "“":
            self._pieces.append(Piece(char, self._pieces[-1].offset if self._pieces else 0))

    def _take(self, content: str) -> None:
        visible = content if self._pre else content.translate(_SPACES)
        if self._raised and (mark := _NOTE_MARK.match(visible)):
            content = visible = mark[1]
        self._pieces += self._layout.pieces(content, raise_digits(visible, self._raised))

    def _flush(self) -> None:
        if any(piece.text.strip() for piece in self._pieces):
            self.blocks.append(Block(tuple(self._pieces), self._level))
        self._pieces = []
