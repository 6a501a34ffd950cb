"""HTML of a field → a tree, if it is whole: a parser mends what is broken, and Anki shows a broken field in another way each time.

Every tag has to be closed where it was opened, and the parser has to find the very tags that were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from citedeck.adoption.anki_marks import OpaqueError
from citedeck.field_html import Node, parsed
from citedeck.markup import INLINE_ELEMENTS

COMMENT = "!--"
VOID = frozenset("br hr img wbr".split())
BLOCKS = frozenset("blockquote center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead tr ul".split())
_KNOWN = INLINE_ELEMENTS | BLOCKS | frozenset("a big font img strike tt".split())
_MAX_DEPTH = 60

_BLANKS = r"[ \t\n\r\f]"
_TAG = re.compile(
    r"<!--(?!-?>)(?P<comment>(?:[^-]|-(?!-))*+)-->"
    rf"|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)(?P<attributes>(?:{_BLANKS}++[^\s\"'<>/=]++(?:{_BLANKS}*+={_BLANKS}*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?)*+)"
    rf"{_BLANKS}*+(?P<alone>/?)>"
)
_TAG_LIKE = re.compile(r"<[a-zA-Z/!?]")


@dataclass(slots=True)
class Element:
    """An element, or a comment, whose text is its one child."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)


def parse(value: str) -> list[Element | str]:
    """Return the elements and texts of a marked field. OpaqueError if a parser would have to mend it, or if it holds more than text."""
    if "<" not in value and "&" not in value:
        return [value.replace("\r\n", "\n").replace("\r", "\n")] if value else []
    typed = _typed(value)
    found: list[str] = []
    made = list(_children(parsed(value), found))
    if typed != found:
        raise OpaqueError
    return made


def _typed(value: str) -> list[str]:
    """Return the tags of a field in their order, and where there is text between them."""
    tags: list[str] = []
    opened: list[str] = []
    at = 0
    for match in _TAG.finditer(value):
        _note_text(value[at : match.start()], tags)
        at = match.end()
        name = (match["name"] or COMMENT).lower()
        if match["close"]:
            if match["attributes"] or not opened or opened.pop() != name:
                raise OpaqueError
            tags.append("/")
            continue
        if name != COMMENT and (name not in _KNOWN or (match["alone"] and name not in VOID)):
            raise OpaqueError
        tags.append(name)
        if name not in VOID and name != COMMENT:
            opened.append(name)
            if len(opened) > _MAX_DEPTH:
                raise OpaqueError
    _note_text(value[at:], tags)
    if opened:
        raise OpaqueError
    return tags


def _note_text(text: str, tags: list[str]) -> None:
    if _TAG_LIKE.search(text):
        raise OpaqueError
    if text.strip(" \t\n\r\f"):
        tags.append("")


def _children(node: Node | None, found: list[str]) -> Iterator[Element | str]:
    while node is not None:
        name = node.tag or ""
        if node.is_text_node:
            text = node.text_content or ""
            if text.strip(" \t\n\r\f"):
                found.append("")
            yield text
        elif node.is_comment_node:
            found.append(COMMENT)
            yield Element(COMMENT, children=[node.comment_content or ""])
        else:
            found.append(name)
            element = Element(name, {key: value or "" for key, value in node.attributes.items()})
            element.children = list(_children(node.child, found))
            if name not in VOID:
                found.append("/")
            yield element
        node = node.next
