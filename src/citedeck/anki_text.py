"""Plain text as Anki has to get it, so that it shows just that text.

Anki reads `{{c1::…}}`, `[sound:…]`, `[latex]` and `\\(…\\)` in fields. The same characters typed as text are written as entities here. They
pass through Markdown and the sanitiser as noncharacters, which no text can hold, and `finish` turns them into entities at the very end.
"""

from __future__ import annotations

import html
import re
import unicodedata

_OPEN, _CLOSE, _COLON, _BRACKET, _BACKSLASH, _MARK = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
_ENTITIES = {ord(_OPEN): "&#123;", ord(_CLOSE): "&#125;", ord(_COLON): "&#58;", ord(_BRACKET): "&#91;", ord(_BACKSLASH): "&#92;<span></span>"}
# What Anki drops, or takes for the border between two fields.
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(0xFDD5, 0xFDF0), 0xFFFE, 0xFFFF))
_ANKI_BRACKET = re.compile(r"\[(?=sound:|anki:|/?latex\]|\$)", re.IGNORECASE)
_MARKED = re.compile(_MARK + r"(.)")
_TEX_BACKSLASH = re.compile(r"\\(?=[()\[\]])")


def escaped(text: str, *, guarded: bool, hidden: bool = False) -> str:
    """Escape a text for HTML. `guarded` keeps Anki from finding clozes in it, `hidden` says that it stands inside one."""
    made = _ANKI_BRACKET.sub(_BRACKET, html.escape(text, quote=False))
    if guarded:
        made = made.replace("{", _OPEN).replace("}", _CLOSE)
    if hidden:
        made = made.replace(":", _COLON)
    if made and unicodedata.combining(made[0]):
        made = _MARK + made  # Behind a tag's '>' it would become one character with it.
    return made


def shown(text: str, *, guarded: bool, hidden: bool = False) -> str:
    """Escape a text that MathJax must not take for math, either."""
    made = escaped(text, guarded=guarded, hidden=hidden)
    return _TEX_BACKSLASH.sub(lambda _: _BACKSLASH, made) if "\\" in made else made


def attribute(value: str, *, guarded: bool, hidden: bool = False) -> str:
    """Escape a text for an attribute in double quotes."""
    return escaped(value, guarded=guarded, hidden=hidden).replace('"', "&quot;")


def finish(made: str) -> str:
    """Turn finished HTML into what is written into a field."""
    made = _MARKED.sub(lambda match: f"&#{ord(match[1])};", made)
    return made.translate(_CONTROLS).translate(_ENTITIES)


def plain(text: str, *, guarded: bool = False) -> str:
    """Return the HTML of a field that holds a plain text."""
    return finish(shown(text, guarded=guarded))


def visible(made: str) -> str:
    """Return the words of a finished field in one line: no tags, entities read, clozes open."""
    made = re.sub(r"\{\{c[\d,]+::|\}\}", "", re.sub(r"<(?:[^<>\"]|\"[^\"]*\")*>", " ", made))
    return " ".join(html.unescape(made).split())


def guard(made: str) -> str:
    """Write the braces of a finished field as entities, so that Anki finds no cloze in it."""
    return made.replace("{", "&#123;").replace("}", "&#125;")


def cloze(number: int, made: str) -> str:
    """Make a cloze of finished HTML."""
    return f"{{{{c{number}::{guard(made).replace('::', '&#58;&#58;')}}}}}"
