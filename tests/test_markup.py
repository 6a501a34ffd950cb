"""Markdown as authors type it, and what Anki must never find in it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_regressions.data_regression import DataRegressionFixture

from anki_desk import visible
from citedeck import anki_text
from citedeck.card_html import cloze_ordinals
from citedeck.clozes import Problem
from citedeck.markup import MAX_TEXT, Rendered, render

TEXTS = [
    "plain text",
    "a < b & c > d, is a<b and c>d, Vec<int>, Vec<b>, <b>, </b>, <script>alert(1)</script>",
    "10<sup>6</sup> H<sub>2</sub>O <ruby>漢<rt>かん</rt></ruby> <span lang='la' title=\"a 'b'\" onclick=x>x</span> <span class=\"y\">z</span><br>",
    '<abbr title="a&#31;b">x</abbr> <i title="[sound:x.mp3]">y</i>',
    "$x^2$ and $5 or $6, $$\\frac{a}{{b}}$$, \\$7$, \\\\(no math\\\\), a\\(b",
    "[sound:x.mp3] [latex]x[/latex] [LaTeX]y[/LaTeX] [$]z[/$] [anki:play:q:0] $[sound:y]$",
    "- 5 °C",
    "1. May",
    "line one\nline two",
    "- a\n- b\n\n1. c\n2. d",
    "[Na]: 140\n[K]: 4",
    "| a | b |\n|---|:-:|\n| 1 | 2 |",
    "```python\ndef f(): return {'a': '{{b}}::'}  # [sound:x]\n```",
    "```\nplain {{c1::code}}\n```",
    '![Alt "text" [sound:z]](a.png) ![](b.mp3) ![](<my c.png>) ![d](my d.png)',
    "[ok](https://example.org/?a=1&b=2) [no](http://example.org) [js](javascript:alert(1))",
    "a <!-- hidden --> b",
    "**a**\u0338 e\u0301",
    "~~old~~ *em* **strong** `a::b {{c}}`",
    "- H<sub>2</sub>O\n- CO<sub>2</sub>",
]

CLOZES = [
    "{{c1::a}} b {{c2::c::hint}}",
    "{{c1::a {{c2::b}}}} and {{c1::`f() {}`}}, {{c1::f() {}}}, {{{c2::1,2}}}",
    r"{{c1::std\:\:vector}} {{c1::`std::vector`::a\:\:b}} {{c1::10:30}}",
    "{{c1::$x^{y^{z}}$}} {y} }} {{z}} std::vector",
    '{{c1::<span title="a::b}}c">x</span>}} {{c2::![a::b}}](a.png)}} {{c3::[l](https://a.b/::)}}',
    "**{{c1::x}}** {{c1::**y**}}",
    "one {{c1::line}}\n\n- two {{c2::lines}}",
    "{{c1::a::b::c}}",
    "{{c1:x}} {{C1::x}} {{ c2::b}} {{3::c}} {{c4}} {{c1,2::b}} {c1::x} {{c::x}}",
    "<b>{{c2::x</b>}} {{c1::[y}}](https://a.b)",
    "nothing, `{{c1::x}}`",
    "{{c1::x\n\ny}}",
]


def find(path: str) -> str | Problem:
    return {"a.png": "a-1.png", "b.mp3": "b-1.mp3", "my c.png": "c-1.png"}.get(path) or ("media-missing", f"there is no file '{path}'", "")


def told(made: Rendered) -> dict[str, object]:
    return {"html": made.html, "problems": [f"[{code}] {message}; {hint}" for code, message, hint in made.problems]}


def test_texts(data_regression: DataRegressionFixture) -> None:
    data_regression.check({text: told(render(text, find=find)) for text in TEXTS})


def test_clozes(data_regression: DataRegressionFixture) -> None:
    data_regression.check({text: told(render(text, find=find, cloze=True)) for text in CLOZES})


PIECES = st.sampled_from(
    [*list("ab <>&{}:$*_`[]()!\\\"'-#|\n"), "{{c1::", "}}", "::", "<b>", "</b>", "<i title='", "'>", "![", "](a.png)", "[sound:", "$$", "é", "漢", "̸"]
)
TYPED = st.lists(PIECES, max_size=30).map("".join)


@given(TYPED)
def test_no_text_makes_a_cloze_a_sound_or_a_tag_that_was_not_asked_for(text: str) -> None:
    made = render(text, find=find, guarded=True).html
    assert cloze_ordinals([made]) == ()
    assert not re.search(r"\[(sound:(?!b-1)|latex|\$)", made, re.IGNORECASE)
    assert not re.search(r"<(?!/?(a|abbr|b|blockquote|br|code|del|em|h[1-6]|hr|i|img|li|ol|p|pre|s|span|strong|table|tbody|td|th|thead|tr|ul)\b)", made)


@given(TYPED)
def test_escaped_text_shows_as_typed(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text.replace("\n", " ")).strip()
    shown = visible(render(escaped, find=find).html)
    assert re.sub(r"\s+", " ", shown) == re.sub(r"\s+", " ", text.replace("\n", " ")).strip()


@given(TYPED, st.booleans())
def test_plain_texts_show_as_typed(text: str, guarded: bool) -> None:
    assert visible(anki_text.plain(text, guarded=guarded)) == text


@given(TYPED)
def test_hidden_html_stays_one_cloze(text: str) -> None:
    made = anki_text.cloze(3, anki_text.plain(text))
    assert cloze_ordinals([made]) == (2,)
    assert made.count("}}") == 1
    assert made.count("::") == 1


@pytest.mark.parametrize("part", ["{{c1::x}} a_b\n", "**a** ", "![", "<![CDATA[", "<b>", "<b>x</b>", "}}", "{{c1::", "$a", "[", "`", "\\", "::", "| a |\n"])
def test_long_texts_take_bounded_time(part: str) -> None:
    render((part * MAX_TEXT)[:20_000], find=find, cloze=True)
    assert [code for code, _, _ in render("*" + "a" * MAX_TEXT, find=find).problems] == ["too-large"]
