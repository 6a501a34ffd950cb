"""HTML of an existing note's field → the Markdown that an author would have written, if it loses nothing.

Each text is a proposal until `markup.render` has made of it what stood in the field. Where no proposal does, the field stays HTML.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from citedeck import markup
from citedeck.adoption import markdown_blocks
from citedeck.adoption.anki_marks import BRACKET, OPEN, OpaqueError, marked
from citedeck.adoption.markdown_text import ALL_ESCAPES, Inline, LossError, Media
from citedeck.adoption.same_html import form, normal_form
from citedeck.adoption.whole_html import Element, parse

__all__ = ["MAX_FIELD", "normal_form", "to_markdown"]

MAX_FIELD = 20_000
"""Characters of a field that is looked at: Markdown may take long for more, and nobody types that."""
_MAX_REFINED = 2000
_SIGNS = re.compile(r"[*_`~$\[!\\]")
_MANY = 1000

_UNTYPED = "\x00-\x1f\x7f-\xa0\u0300-\u036f\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_CHAR = rf"[^\\`*_~$!<>&{{}}\[\]{_UNTYPED}]"
_HIDDEN = rf"(?:[^:\\`*_~$!<>&{{}}\[\]{_UNTYPED}]|:(?=[^:\\`*_~$!<>&{{}}\[\]{_UNTYPED}]))"
_PLAIN = re.compile(rf"{_CHAR}*+")
_PLAIN_CLOZE = re.compile(rf"{_CHAR}*+(?:\{{\{{c[1-9]\d?::(?!image-occlusion:| *(?:::|\}}))(?:{_HIDDEN})++(?:::{_HIDDEN}++)?\}}\}}{_CHAR}*+)++", re.ASCII)
# Lines that begin with a letter, hold no markup, and end without a blank; bold and italic words have blanks around them.
_SAFE = rf"[^\\`*_~$!<>&{{}}\[\]|{_UNTYPED}]"
_SPAN = rf"(?:(?<![^ ])|(?<=<br>))<(?P<n>[bi])>(?=\w){_SAFE}+(?<=\w)</(?P=n)>(?=[ .,;:]|<br>|\Z)"
# Not possessive: before 3.11.5, Python then misses what has parts of its own.
_SIMPLE = re.compile(rf"(?=[^\W\d_]|<[bi]>)(?:{_SAFE}|(?<! )(?<!<br>)<br>(?=[^\W\d_]|<[bi]>)|{_SPAN})+(?<! )(?<!<br>)")
_SIMPLE_ELEMENTS = frozenset("b i br strong em".split())
_NOT_IN_YAML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def to_markdown(value: str, *, cloze: bool, guarded: bool, keep: frozenset[str] = frozenset(), media: Media, alone: bool = False) -> str | None:
    """Return the Markdown of which `markup.render` makes a field that is the same in Anki, or None where none is found; see `convert`."""
    made = convert(value, cloze=cloze, guarded=guarded, keep=keep, media=media, alone=alone)
    return made.text if made else None


@dataclass(frozen=True, slots=True)
class Converted:
    """The Markdown of a field, and what `markup.render` makes of it; empty if that has media in it, whose names are not settled yet."""

    text: str
    html: str


def convert(value: str, *, cloze: bool, guarded: bool, keep: frozenset[str] = frozenset(), media: Media, alone: bool = False) -> Converted | None:
    """Return the Markdown of which `markup.render` makes a field that is the same in Anki, or None where none is found.

    `cloze` and `guarded` are those of `markup.render`, `keep` and `alone` those of `normal_form`. `media` tells a media file's path by its name.
    """
    if len(value) > MAX_FIELD:
        return None
    plain = value.strip(" ")
    if (_PLAIN_CLOZE.fullmatch(plain) and unicodedata.is_normalized("NFC", plain) if cloze else _PLAIN.fullmatch(plain)) and plain == plain.strip():
        return Converted(plain, "" if cloze else plain)
    if not cloze and (simple := _simple(plain, keep)):
        return simple
    try:
        text = marked(value)
        if cloze and OPEN not in text:
            return None
        nodes = parse(text)
        field = _Field(nodes, media, cloze, guarded, keep, alone, exact=BRACKET in text, many_signs=len(_SIGNS.findall(value)) > _MANY)
        return _Search(field).found()
    except (OpaqueError, LossError):
        return None


def _simple(value: str, keep: frozenset[str]) -> Converted | None:
    """Return the Markdown of lines that hold nothing but words, some of them bold or italic, as most fields that are HTML at all: there is no doubt."""
    if not _SIMPLE.fullmatch(value) or not keep.isdisjoint(_SIMPLE_ELEMENTS) or not unicodedata.is_normalized("NFC", value):
        return None
    text = value.replace("<br>", "\n").replace("<b>", "**").replace("</b>", "**").replace("<i>", "*").replace("</i>", "*")
    made = value.replace("<br>", "<br>\n").replace("<b>", "<strong>").replace("</b>", "</strong>").replace("<i>", "<em>").replace("</i>", "</em>")
    return Converted(text, made)


@dataclass(frozen=True)
class _Field:
    """A parsed field, and how it is read."""

    nodes: list[Element | str]
    media: Media
    cloze: bool
    guarded: bool
    keep: frozenset[str]
    alone: bool
    exact: bool
    many_signs: bool
    """Whether Markdown would take long to find out that most of them are text."""


class _Search:
    """Looks for the text with the fewest escapes and the least HTML."""

    def __init__(self, field: _Field) -> None:
        self._field = field
        self._wanted = form(field.nodes, field.keep, alone=field.alone, exact=field.exact)
        self._tried: set[str] = set()
        self._html: dict[str, str] = {}

    def found(self) -> Converted | None:
        for typed in (False, True):
            for escapes in (ALL_ESCAPES,) if self._field.many_signs else (frozenset[str](), ALL_ESCAPES):
                text, used = self._try(escapes, typed=typed)
                if text is not None:
                    text = self._with_fewer(text, used, typed=typed)
                    return Converted(text, self._html[text])
        return None

    def _with_fewer(self, text: str, used: frozenset[str], *, typed: bool) -> str:
        if len(used) > 1 and len(text) < _MAX_REFINED:
            for kind in sorted(used):
                fewer, _ = self._try(used - {kind}, typed=typed)
                if fewer is not None:
                    text, used = fewer, used - {kind}
        return text

    def _try(self, escapes: frozenset[str], *, typed: bool) -> tuple[str | None, frozenset[str]]:
        """Return a text that is proved to be right, and the kinds of escapes in it."""
        field = self._field
        inline = Inline(field.media, field.keep, escapes, typed=typed, exact=field.exact)
        text = _as_loaded(markdown_blocks.write(field.nodes, inline, alone=field.alone))
        if text in self._tried or _NOT_IN_YAML.search(text):
            return None, frozenset()
        self._tried.add(text)
        names = {path: html.escape(name, quote=True) for path, name in inline.names.items()}
        made = markup.render(text, find=lambda path: names.get(path) or ("media-missing", path, ""), cloze=field.cloze, guarded=field.guarded)
        if made.problems or normal_form(made.html, field.keep, alone=field.alone) != self._wanted:
            return None, frozenset()
        self._html[text] = "" if names else made.html
        return text, frozenset(inline.used)


def _as_loaded(text: str) -> str:
    """Write blanks at a text's ends so that a deck file's reader does not take them away."""
    text = text.strip(" \n")
    if "\n" in text or text == text.strip():
        return text
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return "".join(f"&#{ord(char)};" if at < begin or at >= end else char for at, char in enumerate(text))
