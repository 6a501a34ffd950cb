"""Markdown, math and clozes → the HTML of a field. Whatever an author types as text reaches the card as that text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from citedeck.anki_text import attribute, escaped, finish, shown
from citedeck.clozes import Problem, cloze_plugin, cloze_problems

MAX_TEXT = 50_000
"""Characters of one text: Markdown takes quadratic time on some texts, and no card is that long."""

# Elements that may be typed as HTML; any other tag is text ("Vec<int>").
INLINE_ELEMENTS = frozenset("abbr b bdi bdo br cite code del dfn em i ins kbd mark q rb rp rt ruby s samp small span strong sub sup u var wbr".split())
_VOID = ("br", "wbr")
_ALLOWED = INLINE_ELEMENTS | frozenset("a blockquote div h1 h2 h3 h4 h5 h6 hr img li ol p pre table tbody td th thead tr ul".split())
_ATTRIBUTES = {
    "*": {"lang", "dir", "title", "class"}, "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "td": {"style"}, "th": {"style"},
}  # fmt: skip
_ATTRIBUTE = r"""\s+(lang|dir|title|class)\s*=\s*("[^"]*"|'[^']*')"""
_TAG = re.compile(rf"<(?P<close>/?)(?P<name>[a-z]+)(?P<attributes>(?:{_ATTRIBUTE})*)\s*/?>", re.IGNORECASE)

_MATH = re.compile(r"\$\$(?P<double>(?:\\.|[^$\\])+)\$\$|\$(?![\s$]|(?<=[\[/]\$)\])(?P<single>(?:\\.|[^$\\])+)(?<!\s)\$(?!\d)", re.DOTALL)
_NEAR_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^()<>]* [^()<>]*\.\w+)\)")
_PLAIN = re.compile(r"[^\\`*_~$!<>&{}\[\]\n\u0300-\u036f]*")
_SOUNDS = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a", ".aac", ".mp4", ".webm")


@dataclass
class Rendered:
    """What became of a text: HTML, and what is wrong."""

    html: str = ""
    problems: list[Problem] = field(default_factory=list)


Find = Callable[[str], "str | Problem"]
"""From a path to a media file's name in Anki, or to a problem."""


def render(text: str, *, find: Find, cloze: bool = False, guarded: bool = False) -> Rendered:
    """Turn a text into HTML.

    A text of one line is never a list or a heading ("- 5 °C", "1. May"); of several lines, each line break is kept. `cloze` reads
    `{{c1::hidden::hint}}`; `guarded` says that the field belongs to a cloze note, where Anki would find braces anywhere.
    """
    if len(text) > MAX_TEXT:
        return Rendered(problems=[("too-large", f"the text has more than {MAX_TEXT:,} characters", "a card is no place for it")])
    if is_plain(text) and not cloze:
        return Rendered(text)
    made = Rendered()
    text = unicodedata.normalize("NFC", text)
    env: dict[str, Any] = {"made": made, "find": find, "cloze": cloze, "guarded": guarded or cloze, "depth": 0}
    parser = _parser()
    tokens = parser.parse(text, env) if "\n" in text else parser.parseInline(text, env)
    if len(tokens) == 3 and tokens[0].type == "paragraph_open":
        tokens = tokens[1:2]
    typed_html = any([_pair_tags(token) for token in tokens])  # noqa: C419 - each token has its own tags
    if cloze:
        made.problems += dict.fromkeys(cloze_problems(text, tokens))
    if "![" in text:
        made.problems += _image_problems(tokens)
    made.html = parser.renderer.render(tokens, parser.options, env).strip("\n")
    if typed_html:
        import nh3  # Needed by the few texts that hold HTML.

        made.html = nh3.clean(made.html, tags=set(_ALLOWED), attributes=_ATTRIBUTES, url_schemes={"https"}, link_rel=None)
    made.html = finish(made.html)
    return made


def is_plain(text: str) -> bool:
    """Say whether a text that hides no words is the same in HTML."""
    return _PLAIN.fullmatch(text) is not None and len(text) <= MAX_TEXT


@cache
def _parser() -> MarkdownIt:
    # Without "reference", a line such as "[Na]: 140" would be taken for the address of a link, and vanish.
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True, "xhtmlOut": False}).enable(["table", "strikethrough"]).disable(["html_block", "reference"])
    parser.use(dollarmath_plugin, allow_labels=False).use(cloze_plugin)
    parser.inline.ruler.at("math_inline", _math_rule)  # The plug-in's own looks at the wrong end of the text for a digit before '$'.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # `_link_open` says what is wrong with one.
    rules: dict[str, Callable[..., str]] = {
        "text": lambda self, tokens, i, options, env: _shown(tokens[i], env),
        "code_inline": lambda self, tokens, i, options, env: f"<code>{_shown(tokens[i], env)}</code>",
        "math_inline": lambda self, tokens, i, options, env: rf"\({_escaped(tokens[i].content, env)}\)",
        "math_inline_double": lambda self, tokens, i, options, env: _display(tokens[i].content, env),
        "math_block": lambda self, tokens, i, options, env: _display(tokens[i].content.strip(), env),
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


def _display(content: str, env: dict[str, Any]) -> str:
    """Return a formula of its own line. Anki would take "[$" for the beginning of a LaTeX picture."""
    return rf"\[{' ' * content.startswith('$')}{_escaped(content, env)}\]"


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


def _pair_tags(inline: Token) -> bool:
    """Mark the typed tags that are HTML: known elements that open and close in the same paragraph. Others stay text ("is a<b and c>d")."""
    opened: list[tuple[Token, str]] = []
    found = False
    for token in inline.children or []:
        tag = _TAG.fullmatch(token.content) if token.type == "html_inline" else None
        name = tag["name"].lower() if tag else ""
        if not tag or name not in INLINE_ELEMENTS:
            continue
        if name in _VOID and not tag["close"]:
            token.meta["tag"], found = tag, True
        elif not tag["close"]:
            token.meta["open"] = tag
            opened.append((token, name))
        elif any(other == name for _, other in opened):
            while opened[-1][1] != name:
                opened.pop()
            opener, _ = opened.pop()
            opener.meta |= {"tag": opener.meta["open"], "nesting": 1}
            token.meta |= {"tag": tag, "nesting": -1}
            found = True
    return found


# --- what stands on the card ---------------------------------------------------------------------------------------------------------


def _enter(env: dict[str, Any], number: int) -> str:
    env["depth"] += 1
    return f"{{{{c{number}::"


def _leave(env: dict[str, Any]) -> str:
    env["depth"] -= 1
    return "}}"


def _escaped(text: str, env: dict[str, Any]) -> str:
    return escaped(text, guarded=env["guarded"], hidden=env["depth"] > 0)


def _shown(token: Token, env: dict[str, Any]) -> str:
    return shown(token.content, guarded=env["guarded"], hidden=env["depth"] > 0)


def _attribute(value: str, env: dict[str, Any]) -> str:
    return attribute(value, guarded=env["guarded"], hidden=env["depth"] > 0)


def _html_inline(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    tag = tokens[i].meta.get("tag")
    if tag is None:
        return "" if tokens[i].content.startswith("<!--") else _shown(tokens[i], env)
    written = re.findall(_ATTRIBUTE, tag["attributes"], re.IGNORECASE)
    attributes = "".join(f' {name.lower()}="{_attribute(html.unescape(value[1:-1]), env)}"' for name, value in written)
    return f"<{tag['close']}{tag['name'].lower()}{attributes}>"


def _fence(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    from pygments import lex  # Slow to import, and needed by few decks.
    from pygments.lexers import get_lexer_by_name
    from pygments.token import STANDARD_TYPES
    from pygments.util import ClassNotFound

    language = tokens[i].info.strip().split(" ")[0]
    code = tokens[i].content.rstrip("\n")
    if not language:
        return f"<pre><code>{_escaped(code, env)}</code></pre>\n"
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        hint = "leave the language out, or use a name that Pygments knows"
        env["made"].problems.append(("unknown-language", f"there is no highlighter for '{language}'", hint))
        return ""
    parts = []
    for kind, value in lex(code, lexer):
        name = STANDARD_TYPES.get(kind, "")
        made = _escaped(value, env)
        parts.append(f'<span class="{name}">{made}</span>' if name and name != "w" else made)
    return f'<pre><code class="highlight">{"".join(parts).rstrip()}</code></pre>\n'


def _image(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    name = env["find"](unquote(str(tokens[i].attrs.get("src", ""))))
    if not isinstance(name, str):
        env["made"].problems.append(name)
        return ""
    if name.lower().endswith(_SOUNDS):
        return f"[sound:{name}]"
    return f'<img src="{name}" alt="{_attribute(tokens[i].content, env)}">'


def _image_problems(tokens: list[Token]) -> Iterator[Problem]:
    """Yield the pictures that stayed text, because their path holds a blank."""
    for token in (child for inline in tokens for child in inline.children or [] if child.type == "text"):
        for match in _NEAR_IMAGE.finditer(token.content):
            yield "media-missing", f"'{match[0]}' shows no picture: the path holds a blank", f"write ![{match[1]}](<{match[2]}>)"


def _link_open(self: RendererHTML, tokens: list[Token], i: int, options: object, env: dict[str, Any]) -> str:
    href = str(tokens[i].attrs.get("href", ""))
    if not href.lower().startswith("https://"):
        env["made"].problems.append(("bad-link", f"'{href}' is no https address", "only https links work on every client"))
        return "<a>"
    return f'<a href="{_attribute(href, env)}">'
