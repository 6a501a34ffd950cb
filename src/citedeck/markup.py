"""Markdown, math and clozes → the HTML of a field. Whatever an author types as text reaches the card as that text.

Anki reads `{{c1::…}}`, `[sound:…]` and `\\(…\\)` in fields; the same characters typed as plain text are written as entities here. They pass
through rendering and sanitising as noncharacters, which no text can hold, and become entities at the very end.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

# Elements that may be typed as HTML; any other tag is text ("Vec<int>", "a<b>c").
INLINE_ELEMENTS = frozenset("abbr b bdi bdo br cite code del dfn em i ins kbd mark q rb rp rt ruby s samp small span strong sub sup u var wbr".split())
_ALLOWED = INLINE_ELEMENTS | frozenset("a blockquote div h1 h2 h3 h4 h5 h6 hr img li ol p pre table tbody td th thead tr ul".split())
_ATTRIBUTES = {
    "*": {"lang", "dir", "title"}, "a": {"href"}, "img": {"src", "alt"}, "span": {"class"}, "code": {"class"}, "pre": {"class"}, "ol": {"start"},
    "td": {"style"}, "th": {"style"},
}  # fmt: skip

MAX_CLOZE = 500

_OPEN, _CLOSE, _COLON, _BRACKET = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_BACKSLASH = "\ufdd4"
_ENTITIES = str.maketrans({_OPEN: "&#123;", _CLOSE: "&#125;", _COLON: "&#58;", _BRACKET: "&#91;", _BACKSLASH: "&#92;<span></span>"})
_CLOZE = re.compile(r"\{\{c(\d+)::")
_NEAR_CLOZE = re.compile(r"\{\{[cC] ?\d+ ?:(?!:)|\{\{(?:C ?\d+|c \d+|c\d+ )::|(?<!\{)\{c\d+::|\{\{c::")
_MATH = re.compile(r"\$\$(?P<double>(?:\\.|[^$\\])+)\$\$|\$(?![\s$]|(?<=[\[/]\$)\])(?P<single>(?:\\.|[^$\\])+)(?<!\s)\$(?!\d)", re.DOTALL)
_NEAR_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^()<>]* [^()<>]*\.\w+)\)")
_ANKI_BRACKET = re.compile(r"\[(?=sound:|anki:|latex\]|/latex\]|\$)")
_TEX_BACKSLASH = re.compile(r"\\(?=[()\[\]])")
_PLAIN = re.compile(r"[^\\`*_~$!<>&{}\[\]\n]*")
_SOUNDS = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a", ".aac", ".mp4", ".webm")


@dataclass
class Rendered:
    """What became of a text: HTML, the cloze numbers in it, and what is wrong, as (code, message, hint)."""

    html: str = ""
    clozes: list[int] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)


Find = Callable[[str], "str | tuple[str, str, str]"]
"""From a path to a media file's name in Anki, or to a problem."""


def render(text: str, *, find: Find, cloze: bool = False, guarded: bool = False) -> Rendered:
    """Turn a text into HTML.

    A text of one line is never a list or a heading ("- 5 °C", "1. May"); of several lines, each line break is kept. `cloze` reads
    `{{c1::hidden::hint}}`; `guarded` says that the field belongs to a cloze note, where Anki would find braces anywhere.
    """
    if _PLAIN.fullmatch(text):
        return Rendered(text)
    made = Rendered()
    env: dict[str, Any] = {"made": made, "find": find, "cloze": cloze, "guarded": guarded or cloze, "depth": 0}
    parser = _parser()
    tokens = parser.parse(text, env) if "\n" in text else parser.parseInline(text, env)
    paragraphs = [token for token in tokens if token.type == "paragraph_open"]
    if len(tokens) == 3 and paragraphs:
        tokens = tokens[1:2]
    if cloze:
        made.problems += _cloze_problems(text, tokens)
    if "![" in text:
        made.problems += _image_problems(tokens)
    made.html = parser.renderer.render(tokens, parser.options, env).strip()
    if env.get("typed_html"):
        import nh3  # Needed by the few texts that hold HTML.

        made.html = nh3.clean(made.html, tags=set(_ALLOWED), attributes=_ATTRIBUTES, url_schemes={"https"}, link_rel=None)
    made.html = made.html.translate(_ENTITIES)
    return made


def escape(text: str, *, guarded: bool = False) -> str:
    """Turn a plain text into HTML that shows it as it is."""
    return _text(text, {"guarded": guarded, "depth": 0}).translate(_ENTITIES)


def guard(made: str) -> str:
    """Write the braces of a finished field as entities, so that Anki finds no cloze in it."""
    return made.replace("{", "&#123;").replace("}", "&#125;") if "{{" in made or "}}" in made else made


def cloze(number: int, made: str) -> str:
    """Make a cloze of finished HTML."""
    return f"{{{{c{number}::{guard(made.replace('{', '&#123;').replace('}', '&#125;')).replace('::', '&#58;&#58;')}}}}}"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True, "xhtmlOut": False}).enable(["table", "strikethrough"]).disable("html_block")
    parser.use(dollarmath_plugin, allow_labels=False)
    parser.inline.ruler.at("math_inline", _math_rule)  # The plug-in's own looks at the wrong end of the text for a digit before '$'.
    parser.inline.ruler.before("text", "cloze", _cloze_rule)
    parser.inline.ruler.before("text", "cloze_colon", _cloze_colon_rule)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # `_link_open` says what is wrong with one.
    rules: dict[str, Callable[..., str]] = {
        "text": lambda self, tokens, i, options, env: _text(tokens[i].content, env),
        "code_inline": lambda self, tokens, i, options, env: f"<code>{_text(tokens[i].content, env)}</code>",
        "math_inline": lambda self, tokens, i, options, env: rf"\({_escaped(tokens[i].content, env)}\)",
        "math_inline_double": lambda self, tokens, i, options, env: rf"\[{_escaped(tokens[i].content, env)}\]",
        "math_block": lambda self, tokens, i, options, env: rf"\[{_escaped(tokens[i].content.strip(), env)}\]",
        "html_inline": _html_inline,
        "fence": _fence,
        "code_block": _fence,
        "image": _image,
        "link_open": _link_open,
        "cloze_open": lambda self, tokens, i, options, env: _enter(env, tokens[i].meta["number"]),
        "cloze_hint": lambda self, tokens, i, options, env: "::",
        "cloze_close": lambda self, tokens, i, options, env: _leave(env),
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


# --- clozes --------------------------------------------------------------------------------------------------------------------------


def _cloze_rule(state: StateInline, silent: bool) -> bool:
    """Read `{{c1::` and `}}`. Code, math and escapes are read before, so braces in them are theirs."""
    if not state.env["cloze"]:
        return False
    if match := _CLOZE.match(state.src, state.pos, state.posMax):
        if not silent:
            token = state.push("cloze_open", "", 1)
            token.meta = {"number": int(match[1])}
            state.env["made"].clozes.append(int(match[1]))
        state.pos = match.end()
        return True
    depth = len(_open_clozes(state))
    if not depth or not state.src.startswith("}}", state.pos):
        return False
    run = len(state.src) - state.pos - len(state.src[state.pos :].lstrip("}"))
    if run > 2 * depth:
        return False  # The first of these braces belongs to the hidden text.
    if not silent:
        state.push("cloze_close", "", -1)
    state.pos += 2
    return True


def _cloze_colon_rule(state: StateInline, silent: bool) -> bool:
    """Read the `::` that parts a cloze's hidden text from its hint."""
    if not state.env["cloze"] or not state.src.startswith("::", state.pos):
        return False
    opened = _open_clozes(state)
    if not opened:
        return False
    if not silent:
        if opened[-1].meta.get("hinted"):
            state.env["made"].problems.append(("cloze-shape", "a cloze has two '::'", r"write \:\: for colons that belong to the text"))
        opened[-1].meta["hinted"] = True
        state.push("cloze_hint", "", 0)
    state.pos += 2
    return True


def _open_clozes(state: StateInline) -> list[Token]:
    opened: list[Token] = []
    for token in state.tokens:
        if token.type == "cloze_open":
            opened.append(token)
        elif token.type == "cloze_close":
            opened.pop()
    return opened


def _math_rule(state: StateInline, silent: bool) -> bool:
    """Read `$…$` and `$$…$$` by pandoc's rule, which leaves "$5 or $6" alone."""
    match = _MATH.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("math_inline_double" if match["double"] else "math_inline", "math", 0)
        token.content = match["double"] or match["single"]
    state.pos = match.end()
    return True


def _cloze_problems(text: str, tokens: list[Token]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a text's clozes, as (code, message, hint)."""
    for near in _NEAR_CLOZE.finditer(text):
        yield "cloze-shape", f"'{near[0]}' begins no cloze", "write {{c1::hidden}} or {{c1::hidden::hint}}"
    for inline in tokens:
        opened: list[Token] = []
        for token, following in pairwise([*(inline.children or []), None]):
            assert token is not None
            if token.nesting == 1:
                opened.append(token)
            if token.type.startswith("math") and _CLOZE.search(token.content):
                yield "cloze-shape", "a cloze inside math hides nothing", "let the cloze hold a whole formula: {{c1::$x$}}"
            if token.type == "cloze_open":
                if not 1 <= token.meta["number"] <= MAX_CLOZE:
                    yield "cloze-shape", f"a cloze's number is {token.meta['number']}", f"numbers run from 1 to {MAX_CLOZE}"
                if following is not None and following.type in ("cloze_close", "cloze_hint"):
                    yield "cloze-shape", f"the cloze c{token.meta['number']} hides nothing", "write the hidden words after '::'"
            elif token.nesting == -1 and opened:
                other = opened.pop()
                if (other.type == "cloze_open") != (token.type == "cloze_close"):
                    yield "cloze-shape", "a cloze and emphasis or a link cross each other", "close what opens inside a cloze before its '}}'"
        for token in opened:
            if token.type == "cloze_open":
                yield "cloze-shape", f"the cloze c{token.meta['number']} is never closed", "close it with '}}' in the same paragraph"


def _enter(env: dict[str, Any], number: int) -> str:
    env["depth"] += 1
    return f"{{{{c{number}::"


def _leave(env: dict[str, Any]) -> str:
    env["depth"] -= 1
    return "}}"


# --- what stands on the card ---------------------------------------------------------------------------------------------------------


def _escaped(text: str, env: dict[str, Any]) -> str:
    made = html.escape(text, quote=False)
    if env["guarded"]:
        made = made.replace("{", _OPEN).replace("}", _CLOSE)
    return made.replace(":", _COLON) if env["depth"] else made


def _text(text: str, env: dict[str, Any]) -> str:
    made = _ANKI_BRACKET.sub(_BRACKET, _escaped(text, env))
    return _TEX_BACKSLASH.sub(lambda match: _BACKSLASH, made) if "\\" in made else made


def _html_inline(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    content = tokens[i].content
    name = re.match(r"</?([a-z][a-z0-9]*)", content, re.IGNORECASE)
    if name and name[1].lower() in INLINE_ELEMENTS:
        env["typed_html"] = True
        return content
    return "" if content.startswith("<!--") else _text(content, env)


def _fence(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    from pygments import highlight  # Slow to import, and needed by few decks.
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    language = tokens[i].info.strip().split(" ")[0]
    code = tokens[i].content.rstrip("\n")
    try:
        made = (
            highlight(code, get_lexer_by_name(language, stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n") if language else html.escape(code, quote=False)
        )
    except ClassNotFound:
        env["made"].problems.append(
            ("unknown-language", f"there is no highlighter for '{language}'", "leave the language out, or use a name that Pygments knows")
        )
        return ""
    if env["guarded"]:
        made = made.replace("{", _OPEN).replace("}", _CLOSE)
    return f'<pre><code class="highlight">{_ANKI_BRACKET.sub(_BRACKET, made)}</code></pre>\n'


def _image(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    path = unquote(str(tokens[i].attrs.get("src", "")))
    name = env["find"](path)
    if not isinstance(name, str):
        env["made"].problems.append(name)
        return ""
    if name.lower().endswith(_SOUNDS):
        return f"[sound:{name}]"
    alt = html.escape(tokens[i].content)
    return f'<img src="{html.escape(name)}" alt="{_quiet(alt, env)}">'


def _image_problems(tokens: list[Token]) -> Iterator[tuple[str, str, str]]:
    """Yield the pictures that stayed text, because their path holds a blank."""
    for token in (child for inline in tokens for child in inline.children or [] if child.type == "text"):
        for match in _NEAR_IMAGE.finditer(token.content):
            yield "media-missing", f"'{match[0]}' shows no picture: the path holds a blank", f"write ![{match[1]}](<{match[2]}>)"


def _link_open(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    href = str(tokens[i].attrs.get("href", ""))
    if not href.startswith("https://"):
        env["made"].problems.append(("bad-link", f"'{href}' is no https address", "only https links work on every client"))
    return f'<a href="{_quiet(html.escape(href), env)}">'


def _quiet(made: str, env: dict[str, Any]) -> str:
    """Keep Anki from reading braces and colons in an attribute."""
    if env["guarded"]:
        made = made.replace("{", _OPEN).replace("}", _CLOSE)
    return made.replace(":", _COLON) if env["depth"] else made
