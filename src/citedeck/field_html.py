"""HTML of a field, parsed as a web view parses it."""

from __future__ import annotations

import threading

from selectolax.lexbor import LexborHTMLParser, LexborNode

Node = LexborNode

_MAX_USE = 500_000
"""Characters after which a parser is thrown away: it frees nothing before."""
_UNSEEN = frozenset("audio canvas noscript object select template video".split())
"""Elements in which a block is not shown, or only where the element itself cannot be."""


class _Document(threading.local):
    """A document to parse fragments in: making one takes ten times as long as parsing a field."""

    def __init__(self) -> None:
        self._used = _MAX_USE
        self._place: LexborNode | None = None

    def place(self, value: str) -> LexborNode:
        """Return an element that holds a fragment. What it holds is gone with the next call."""
        if self._used >= _MAX_USE or self._place is None:
            self._place = LexborHTMLParser("<div></div>", is_fragment=True).root
            self._used = 0
        assert self._place is not None
        self._used += len(value)
        self._place.inner_html = value
        return self._place


_DOCUMENT = _Document()


def parsed(value: str) -> Node | None:
    """Return the first node of a fragment. It is gone with the next call."""
    return _DOCUMENT.place(value).child


def swallows(value: str, added: str, name: str) -> bool:
    """Say whether HTML that is added behind a fragment, an element with a class of its own, does not come out as one that is seen.

    So it is where the fragment ends within a comment, a tag or a script.
    """
    before = len(_DOCUMENT.place(value).css(f".{name}"))
    found = _DOCUMENT.place(value + added).css(f".{name}")
    if len(found) != before + 1:
        return True
    node = found[-1].parent
    while node is not None and node.tag not in _UNSEEN:
        node = node.parent
    return node is not None
