"""When two fields look the same and do the same in Anki: their normal forms are equal.

A field is a row of texts in their formats, ends of lines, and elements. A `<br>` always ends a line; the edge of a `<div>` without attributes
does if something stands in the line, as in Anki's editor. White space counts as in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import Any

from citedeck.adoption.anki_marks import BRACKET, HINT, PIECES, OpaqueError, formula, marked, sound_name, unmarked
from citedeck.adoption.whole_html import BLOCKS, COMMENT, Element, parse

MAX_FIELD = 400_000

Formats = tuple[Hashable, ...]
Piece = tuple[str, Any, Formats]
NormalForm = str | tuple[Piece, ...]

ALIKE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "s": "s", "del": "s", "strike": "s"}
"""Elements that browsers show alike."""

_JOINED = frozenset(("strong", "em", "s", "u", "sub", "sup"))
"""Formats of which two neighbours look like one."""
_NOT_ON_BLANKS = frozenset(("strong", "em"))
_NOT_ON_LINES = frozenset(("strong", "em", "s", "u"))
_NOTHING = ("open", "close", "edge", "empty", "cloze")
_BLANKS = " \t\n\r\f"
_BLANK_RUN = re.compile(r"[\t\n\r\f ]{2,}|[\t\n\r\f]")
_WORDS = re.compile(r"[ \t\n\r\f]+|[^ \t\n\r\f]+")
_PLAIN = re.compile(r"[^<>&\[\\{\x00\r\n\t\f\ufdd0-\ufdef]*")
_STYLE_BLANKS = re.compile(r"\s*([:;])\s*")


def normal_form(value: str, keep: frozenset[str] = frozenset(), *, alone: bool = False) -> NormalForm:
    """Return what a field shows and does, so that equal fields have equal forms; the field itself where that cannot be told.

    `keep` names elements that the note type styles. `alone` says that the field fills a block of its own on every card, so that an end of
    line at its end and the edge of a block at either end are not seen.
    """
    if _PLAIN.fullmatch(value):
        text = " ".join(filter(None, value.split(" ")))
        return (("text", text, ()), ("line", None, ()))[: 1 + alone] if text else ()
    if len(value) > MAX_FIELD:
        return value
    try:
        text = marked(value)
        nodes = parse(text)
        return form(nodes, keep, alone=alone, exact=BRACKET in text)
    except OpaqueError:
        return value


def form(nodes: Iterable[Element | str], keep: frozenset[str], *, alone: bool, exact: bool) -> tuple[Piece, ...]:
    """Return the normal form of a parsed field. `exact` keeps each blank, for Anki's furigana are parted by them."""
    former = _Former(keep, alone=alone, exact=exact)
    former.walk(nodes)
    return former.finish()


def canonical(element: Element, keep: frozenset[str]) -> str:
    """Return the name that stands for all elements that look alike."""
    name = ALIKE.get(element.name)
    if not name or element.attributes or any(other in keep for other, same in ALIKE.items() if same == name):
        return element.name
    return name


def is_line(element: Element, keep: frozenset[str]) -> bool:
    """Tell whether an element is nothing but a line as Anki's editor makes it."""
    return element.name == "div" and not element.attributes and "div" not in keep and "br" not in keep


class _Former:
    """Walks a field. `_filled` tells whether something stands in the line; None if that hangs on what is around the field, or on what is hidden."""

    def __init__(self, keep: frozenset[str], *, alone: bool, exact: bool) -> None:
        self._keep = keep
        self._alone = alone
        self._exact = exact
        self._out: list[Piece] = []
        self._texts: list[str] | None = None
        self._formats: Formats = ()
        self._filled: bool | None = False if alone else None
        self._at_start = True  # of a line, where no white space is seen
        self._blank: tuple[str, Formats] | None = None
        self._count = 0
        self._parent: Element | None = None
        self._clozes: list[tuple[Element | None, bool | None]] = []
        self._pre = False

    def walk(self, nodes: Iterable[Element | str]) -> None:
        for node in nodes:
            if isinstance(node, str):
                self._text(node)
            elif node.name == "br":
                self._break()
            elif node.name == COMMENT:
                self._put("comment", tuple(node.children))
            elif node.name in BLOCKS:
                self._block(node)
            elif node.name == "img":
                self._put("img", _attributes(node))
                self._fill()
            elif node.name == "wbr":
                self._put("wbr", _attributes(node))
            else:
                self._inline(node)

    def finish(self) -> tuple[Piece, ...]:
        if self._clozes:
            raise OpaqueError
        if self._alone:
            self._edge()
        elif self._blank and not _NOT_ON_BLANKS.issuperset(self._blank[1]):
            self._flush()
        return tuple((kind, "".join(content), formats) if kind == "text" else (kind, content, formats) for kind, content, formats in self._out)

    # --- elements ---

    def _within(self, element: Element, formats: Formats) -> None:
        outside, self._formats, parent, self._parent = self._formats, formats, self._parent, element
        self.walk(element.children)
        self._formats, self._parent = outside, parent

    def _inline(self, element: Element) -> None:
        name = canonical(element, self._keep)
        joined = name in _JOINED and not element.attributes and name not in self._keep
        if joined:
            formats = _sorted((*self._formats, name))
        else:
            self._count += 1
            formats = (*self._formats, (name, _attributes(element), self._count))
        before = len(self._out), len(self._texts or ())
        self._within(element, formats)
        if (len(self._out), len(self._texts or ())) == before and not (joined and name in _NOT_ON_LINES):
            self._put("empty", None, formats)
            self._filled = self._filled or None

    def _block(self, element: Element) -> None:
        self._need_even_lines()
        self._edge()
        if is_line(element, self._keep):
            self._within(element, self._formats)
            self._edge()
            return
        self._put("open", (element.name, _attributes(element)))
        before = len(self._out)
        pre, self._pre = self._pre, self._pre or element.name == "pre"
        self._filled, self._at_start = False, True
        self._within(element, self._formats)
        self._edge()
        self._pre = pre
        if all(kind in _NOTHING or (kind == "text" and not "".join(content).strip(_BLANKS)) for kind, content, _ in self._out[before:]) and any(
            isinstance(child, Element) for child in element.children
        ):
            raise OpaqueError  # Whether there is a line at all, in a list's item say, hangs on more than is noted here.
        self._put("close", None)

    def _edge(self) -> None:
        """Begin or end a block: what stands in the line has ended."""
        self._blank = None
        if self._filled is None:
            self._put("edge", None)
        elif self._filled:
            self._put("line", None, ())
        self._filled, self._at_start = False, True

    def _need_even_lines(self) -> None:
        """Give up if a line ends within what makes lines higher or lower, such as a raised digit: browsers alone know how high they get."""
        if not _NOT_ON_LINES.issuperset(self._formats):
            raise OpaqueError

    def _break(self) -> None:
        self._need_even_lines()
        self._blank = None
        self._put("line", None, ())
        self._filled, self._at_start = False, True

    # --- texts ---

    def _text(self, text: str) -> None:
        for match in PIECES.finditer(text):
            kind = match.lastgroup
            if kind == "text":
                self._words(match[0])
            elif kind == "sound":
                self._put("sound", sound_name(match["sound"]))
                self._fill()
            elif kind in ("inline", "display"):
                self._put(kind, formula(unmarked(match[kind])))
                self._fill()
            elif kind == "stray":
                self._put("stray", match[0])
                self._fill()
            else:
                self._cloze(match["numbers"], match[0])

    def _cloze(self, numbers: str | None, mark: str) -> None:
        """Note where a cloze begins, where its hint does, where it ends. Anki shows `[` in place of what is hidden."""
        self._put("cloze", numbers or mark)
        self._at_start = False
        if numbers:
            self._clozes.append((self._parent, None))
            return
        parent, shown = self._clozes.pop()
        if parent is not self._parent:
            raise OpaqueError
        if mark == HINT:
            self._clozes.append((parent, bool(shown if shown is not None else self._filled)))
            self._filled = True
        else:
            self._filled = True if (self._filled if shown is None else shown) else None

    def _words(self, text: str) -> None:
        if self._pre:
            self._emit(text, self._formats)
            self._fill()
            return
        if not self._exact and _NOT_ON_BLANKS.isdisjoint(self._formats):
            self._run(text)
            return
        for match in _WORDS.finditer(text):
            word = match[0]
            if word[0] not in _BLANKS:
                self._flush()
                self._emit(word, self._formats)
                self._fill()
            else:
                self._note_blank(word)

    def _run(self, text: str) -> None:
        """Take a whole text at once, where each blank in it looks like any other."""
        words = text.strip(_BLANKS)
        if text[0] in _BLANKS:
            self._note_blank(" ")
        if words:
            self._flush()
            self._emit(_BLANK_RUN.sub(" ", words), self._formats)
            self._fill()
            if text[-1] in _BLANKS:
                self._note_blank(" ")

    def _note_blank(self, blank: str) -> None:
        if self._at_start and (self._alone or self._out or _NOT_ON_BLANKS.issuperset(self._formats)):
            return  # A blank around a whole field is not seen, unless it is underlined, say.
        if self._exact:
            self._blank = ((self._blank[0] if self._blank else "") + blank, self._formats)
        elif not self._blank:
            self._blank = " ", tuple(one for one in self._formats if one not in _NOT_ON_BLANKS)

    def _fill(self) -> None:
        self._filled, self._at_start = True, False

    def _flush(self) -> None:
        if self._blank:
            self._emit(*self._blank)
            self._blank = None

    def _emit(self, text: str, formats: Formats) -> None:
        if self._texts is not None and self._out[-1][2] == formats:
            self._texts.append(text)
            return
        self._texts = [text]
        self._out.append(("text", self._texts, formats))

    def _put(self, kind: str, content: Hashable, formats: Formats | None = None) -> None:
        self._flush()
        self._texts = None
        self._out.append((kind, content, self._formats if formats is None else formats))


def _sorted(formats: Formats) -> Formats:
    """Order bold and italics that stand directly within each other: they look alike either way."""
    start = len(formats)
    while start and formats[start - 1] in _NOT_ON_BLANKS:
        start -= 1
    return (*formats[:start], *sorted(map(str, formats[start:])))


def _attributes(element: Element) -> tuple[tuple[str, str], ...]:
    made = {name: unmarked(value) for name, value in element.attributes.items()}
    if element.name == "img" and not made.get("alt", "x"):
        del made["alt"]
    if "style" in made and not re.search(r"[\"'(\\/]", made["style"]):
        made["style"] = _STYLE_BLANKS.sub(r"\1", made["style"]).strip().rstrip(";")
    return tuple(sorted(made.items()))
