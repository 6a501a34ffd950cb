"""Texts, formats, links and media of a field → Markdown in the line. What comes out is a proposal: `markdown_back` proves it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import unquote

from citedeck.adoption.anki_marks import BLANK, BRACKET, HINT, PIECES, formula, sound_name, unmarked
from citedeck.adoption.same_html import canonical, is_line
from citedeck.adoption.whole_html import Element
from citedeck.markup import INLINE_ELEMENTS

Media = Callable[[str], "str | None"]

BREAK, EDGE = "\ufde8", "\ufde9"
"""A `<br>`, and the edge of a line's `<div>`, until the lines are told apart."""
_BEGIN, _END = {"strong": "\ufdea", "em": "\ufdeb", "s": "\ufdec"}, {"strong": "\ufded", "em": "\ufdee", "s": "\ufdef"}
_SIGNS = {"\ufdea": ("**", "<b>"), "\ufdeb": ("*", "<i>"), "\ufdec": ("~~", "<s>"), "\ufded": ("**", "</b>"), "\ufdee": ("*", "</i>"), "\ufdef": ("~~", "</s>")}
_SIGN = re.compile("[\ufdea-\ufdef]")
_RUN = re.compile("[\ufdea-\ufdef]+")
_OUTSIDE = re.compile(rf"([ {BREAK}{EDGE}]*)(.*?)([ {BREAK}{EDGE}]*)", re.DOTALL)

_TYPED_ATTRIBUTES = frozenset("class dir lang title".split())
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_UNSEEN = re.compile("[\xa0\x85\u2028\u2029\ufeff]")
_CODE = re.compile(r"[^ \n\r\t\f\xa0\ufdd0-\ufdef](?:[^\n\r\t\f\xa0\ufdd0-\ufdef]*[^ \n\r\t\f\xa0\ufdd0-\ufdef])?")
_TICKS = re.compile("`+")

ESCAPES = {
    "\\": r"\\(?=[!-/:-@\[-`{-~]|\Z)",
    "*": r"\*",
    "_": r"(?<![^\W_])_|_(?![^\W_])",
    "`": "`",
    "~": "~(?=~)",
    "$": r"\$",
    "[": r"\[",
    "!": r"!(?=\[|\Z)",
    "<": r"<(?=[a-zA-Z/!?])",
    "&": r"&(?=#?\w+;)",
    "{": r"(?<!\{)\{",
    "}": r"\}(?=\}|\Z)|(?:\A|(?<=\}))\}",
    ":": r":(?=:)|\A:|:\Z",
}
"""What Markdown may read as its own. One that stands in the wrong place is left as it is where that is proved to do."""
LINE_STARTS = "line"
"""The name of one more kind: what begins a list, a heading, a quote or a table at the start of a line."""
ALL_ESCAPES = frozenset((*ESCAPES, LINE_STARTS))


class LossError(ValueError):
    """No Markdown says this."""


class Inline:
    """Writes what stands in a line. `typed` writes emphasis as HTML, `exact` keeps runs of blanks. `used` are the kinds of escapes in it.

    `names` are the media by their paths.
    """

    def __init__(self, media: Media, keep: frozenset[str], escapes: frozenset[str], *, typed: bool, exact: bool) -> None:
        self.names: dict[str, str] = {}
        self.used: set[str] = set()
        self.keep = keep
        self.escapes = escapes
        self._media = media
        self._typed = typed
        self._exact = exact
        self._in_link = False

    def write(self, nodes: Iterable[Element | str]) -> str:
        """Return the Markdown of what stands in one line, or in several with marks between them."""
        return "".join(self._text(node) if isinstance(node, str) else self._element(node) for node in nodes)

    # --- elements ---

    def _element(self, element: Element) -> str:
        name = canonical(element, self.keep)
        if name == "br" and not element.attributes:
            return BREAK
        if is_line(element, self.keep):
            return f"{EDGE}{self.write(element.children)}{EDGE}"
        if name in _BEGIN and not element.attributes and name not in self.keep:
            return self._emphasis(name, element)
        if name == "img":
            return self._image(element)
        if name == "a":
            return self._link(element)
        if name == "code" and not element.attributes and len(element.children) == 1 and isinstance(element.children[0], str):
            content = unmarked(element.children[0])
            if _CODE.fullmatch(content) and BLANK not in element.children[0]:
                return _code(content)
        return self._html(element)

    def _emphasis(self, name: str, element: Element) -> str:
        inside = self.write(element.children)
        if self._typed:
            tag = element.name if element.name in INLINE_ELEMENTS else name
            return f"<{tag}>{inside}</{tag}>"
        match = _OUTSIDE.fullmatch(inside)
        assert match
        before, core, after = match.groups()
        return f"{before}{_BEGIN[name]}{core}{_END[name]}{after}" if core else inside

    def _html(self, element: Element) -> str:
        """Write an element as the HTML that may stand in texts."""
        if element.name not in INLINE_ELEMENTS or not element.attributes.keys() <= _TYPED_ATTRIBUTES:
            raise LossError
        attributes = "".join(f' {name}="{html.escape(unmarked(value))}"' for name, value in element.attributes.items())
        inside = self.write(element.children)
        return f"<{element.name}{attributes}>{inside}" + ("" if element.name in ("br", "wbr") else f"</{element.name}>")

    def _link(self, element: Element) -> str:
        href = unmarked(element.attributes.get("href", ""))
        if element.attributes.keys() != {"href"} or not href.lower().startswith("https://") or self._in_link:
            raise LossError
        if element.children == [href] and not re.search(r"[\s<>\\&]", href):
            return f"<{href}>"
        self._in_link = True
        inside = self.write(element.children)
        self._in_link = False
        return f"[{inside}]({_destination(href)})"

    def _image(self, element: Element) -> str:
        if not element.attributes.keys() <= {"src", "alt"}:
            raise LossError
        return self._medium(unmarked(element.attributes.get("src", "")), unmarked(element.attributes.get("alt", "")))

    def _medium(self, name: str, alt: str = "") -> str:
        path = self._media(name)
        if path is None and "%" in name:
            path = self._media(unquote(name))
        if path is None or self.names.setdefault(path, name) != name:
            raise LossError
        return f"![{alt}]({_destination(path.replace('%', '%25'))})"

    # --- texts ---

    def _text(self, text: str) -> str:
        out: list[str] = []
        for match in PIECES.finditer(text):
            kind = match.lastgroup
            if kind == "text":
                words = self._words(match[0])
                out.append(f"&#{ord(words[0])};{words[1:]}" if words[0].isdigit() and out and out[-1].endswith("$") else words)
            elif kind == "numbers":
                if "," in match["numbers"]:
                    raise LossError
                out.append(f"{{{{c{match['numbers']}::")
            elif kind == "mark":
                out.append("::" if match[0] == HINT else "}}")
            elif kind == "sound":
                out.append(self._medium(sound_name(match["sound"])))
            elif kind == "stray":
                raise LossError
            else:
                sign = "$" if kind == "inline" else "$$"  # A digit behind it would make it money.
                out.append(f"{sign}{formula(unmarked(match[kind or '']))}{sign}")
        return "".join(out)

    def _words(self, text: str) -> str:
        made = _BLANKS.sub(" ", text) if not self._exact else re.sub(r"[\t\n\r\f]+", " ", text)
        made = made.replace(BRACKET, "[")
        if self.escapes:
            made = _pattern(self.escapes, self._in_link).sub(self._escape, made)
        made = made.replace(BLANK, "&nbsp;")
        if made.isascii():
            return made
        made = _UNSEEN.sub(lambda match: "&nbsp;" if match[0] == "\xa0" else f"&#{ord(match[0])};", made)
        if not unicodedata.is_normalized("NFC", made):  # `markup.render` would compose it.
            made = "".join(char if unicodedata.is_normalized("NFC", f"e{char}") else f"&#{ord(char)};" for char in made)
        return made

    def _escape(self, match: re.Match[str]) -> str:
        self.used.add("[" if match[0] == "]" else match[0])
        return f"\\{match[0]}"


@cache
def _pattern(escapes: frozenset[str], in_link: bool) -> re.Pattern[str]:
    patterns = [pattern for kind, pattern in ESCAPES.items() if kind in escapes]
    if in_link and "[" in escapes:
        patterns.append(r"\]")
    return re.compile("|".join(patterns) or r"(?!)")


def _code(content: str) -> str:
    fence = "`" * (max((len(run) for run in _TICKS.findall(content)), default=0) + 1)
    blank = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{fence}{blank}{content}{blank}{fence}"


def _destination(address: str) -> str:
    if re.search(r"[\s()<>\\]", address):
        address = re.sub(r"([<>\\])", r"\\\1", address)
        return f"<{address}>"
    return address


def emphasised(text: str) -> str:
    """Write the marked emphasis as asterisks where Markdown reads them so, and as HTML elsewhere ("<b>Note:</b>x")."""
    wrong: set[int] = set()
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        before, after = text[run.start() - 1 : run.start()] or " ", text[run.end() : run.end() + 1] or " "
        begins = [char in _BEGIN.values() for char in run[0]]
        good = not before.isspace() and (not _is_sign(before) or after.isspace() or _is_sign(after))
        if all(begins):
            good = not after.isspace() and (not _is_sign(after) or before.isspace() or _is_sign(before))
        elif any(begins):
            good = False
        for at in range(run.start(), run.end()):
            if not good:
                wrong.add(at)
            if begins[at - run.start()]:
                opened.append(at)
            elif opened:
                pairs.append((opened.pop(), at))
    as_html = {at for pair in pairs if wrong.intersection(pair) for at in pair}
    return _SIGN.sub(lambda match: _SIGNS[match[0]][match.start() in as_html], text) if pairs else text


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
