"""HTML of existing Anki fields → Markdown that says the same, or None."""

from __future__ import annotations

import html
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from citedeck import markup
from citedeck.adoption import markdown_back
from citedeck.adoption.markdown_back import normal_form, to_markdown
from citedeck.clozes import Problem

ABSENT = "gone.jpg"


def media(name: str) -> str | None:
    return None if name == ABSENT else f"media/{name}"


def find(path: str) -> str | Problem:
    return html.escape(path.removeprefix("media/"))


def converted(value: str, *, cloze: bool | None = None, guarded: bool = False, keep: str = "", alone: bool = False) -> str | None:
    cloze = "{{c" in value if cloze is None else cloze
    return to_markdown(value, cloze=cloze, guarded=guarded, keep=frozenset(keep.split()), media=media, alone=alone)


def rendered(text: str, *, cloze: bool = False, guarded: bool = False) -> str:
    made = markup.render(text, find=find, cloze=cloze, guarded=guarded)
    assert not made.problems
    return made.html


TABLE = (
    '<table><thead><tr><th>a</th><th style="text-align: right;">b</th></tr></thead>'
    '<tbody><tr><td>x|y</td><td style="text-align: right;"><b>1</b></td></tr></tbody></table>'
)

FIELDS: list[tuple[str, str | None]] = [
    # plain
    ("", ""),
    ("Mitochondrion", "Mitochondrion"),
    (" blanks at the ends ", "blanks at the ends"),
    ("- 5 °C", "- 5 °C"),
    ("# 3", "# 3"),
    ("1. May", "1. May"),
    ("24:44", "24:44"),
    ("R&amp;D &lt; 5 &gt; 3 &copy;", "R&D < 5 > 3 ©"),
    ("a &amp;amp; b", "a \\&amp; b"),
    ("5&nbsp;mg", "5&nbsp;mg"),
    ("5\xa0mg", "5&nbsp;mg"),
    ("a \n b", "a b"),
    ("　indented", "　indented".replace("　", "&#12288;")),
    ("cafe\u0301", "cafe&#769;"),
    ("Vec&lt;int&gt; is a&lt;b", "Vec<int> is a<b"),
    ("&lt;b&gt;x&lt;/b&gt;", "\\<b>x\\</b>"),
    # what Markdown would read
    ("2*3*4 costs $5", "2\\*3\\*4 costs $5"),
    ("a * b, snake_case_name, 5 * 3", "a * b, snake_case_name, 5 * 3"),
    ("_x_ and `y`", "\\_x\\_ and \\`y\\`"),
    ("$5 or $6", "$5 or $6"),
    ("from $5 to 6$", "from \\$5 to 6\\$"),
    ("C:\\dir and \\* and \\alpha", "C:\\dir and \\\\* and \\alpha"),
    ("[a](b) ![c](d)", "\\[a](b) !\\[c](d)"),
    ("~~x~~ ~5", "\\~~x\\~~ ~5"),
    ("- a<br>- b", "\\- a\n\\- b"),
    ("1. a<br>2) b<br>3.5 mg", "1\\. a\n2\\) b\n3.5 mg"),
    ("# a<br>&gt; b<br>---", "\\# a\n\\> b\n\\---"),
    ("a | b<br>|-|-|", "a | b\n\\|-|-|"),
    ("Na<br>===", "Na\n\\==="),
    # formats
    ("<b>bold</b> <i>it</i> <u>u</u> <code>x = y</code>", "**bold** *it* <u>u</u> `x = y`"),
    ("<strong>a</strong><em>b</em>", "**a**<em>b</em>".replace("**a**<em>b</em>", "<b>a</b><i>b</i>")),
    ("<b>Note:</b>read", "<b>Note:</b>read"),
    ("<b>Note:</b> read <b>this</b>", "**Note:** read **this**"),
    ("<b>漢字（かんじ）</b>です", "<b>漢字（かんじ）</b>です"),
    ("<b>trailing </b>blank", "**trailing** blank"),
    ("<b>a<br></b>b", "**a**\nb"),
    ("<b><i>x</i></b> <b></b>", "***x***"),
    ("<s>a</s> <strike>b</strike> <del>c</del>", "~~a~~ ~~b~~ ~~c~~"),
    ("H<sub>2</sub>O, Na<sup>+</sup>", "H<sub>2</sub>O, Na<sup>+</sup>"),
    ("<b>2*3*4</b>", "**2\\*3\\*4**"),
    ("<code>`x`</code> <code> y</code> <code>a*b</code>", "`` `x` `` <code> y</code> `a*b`"),
    ('<span class="term" lang="la">x</span>', '<span class="term" lang="la">x</span>'),
    ("<ruby>漢<rt>かん</rt></ruby>", "<ruby>漢<rt>かん</rt></ruby>"),
    ('<font color="#ff0000">x</font>', None),
    ('<span style="color: rgb(255, 0, 0);">x</span>', None),
    ('<b style="color: red">x</b>', None),
    # lines
    ("a<br>b<br/>c", "a\nb\nc"),
    ("a<br><br>b", "a<br>\nb"),
    ("a<div>b</div>c", "a\nb\nc"),
    ("a<div><br></div><div>b</div>c", "a<br>\nb\nc"),
    ("a<div>b</div>", "a\nb<br>"),
    ("a<br>", "a<br>"),
    ("a<br><br>", "a<br><br>"),
    ("<br>a", "<br>a"),
    ("<div>a</div>", None),
    ("<b>a<div>b</div></b>c", "**a\nb**\nc"),
    ('<div style="text-align: center">x</div>', None),
    # blocks
    ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    ("<ul><li>only</li></ul>", "-\n  only"),
    ("<div><ul><li>a<br></li><li><div>b</div></li></ul></div>", "- a\n- b"),
    ('<ol start="3"><li>a</li><li>b<div>c</div></li></ol>', "3. a\n4. b\n   c"),
    ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
    ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b"),
    ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
    ("<ol><li>- a</li><li>b</li></ol>", "1. \\- a\n2. b"),
    ("Causes:<ul><li>a</li><li>b</li></ul>", None),
    ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
    ("<p>a</p>", None),
    ("<h2>a</h2>", "a\n---"),
    ("<h3>a</h3><p>b</p>", "### a\n\nb"),
    ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
    ("a<hr>b", None),
    ("<blockquote><p>a<br>b</p></blockquote>", "> a\n> b"),
    ("<pre><code>def f():\n    pass</code></pre>", "```\ndef f():\n    pass\n```"),
    ("<pre>x</pre>", None),
    (
        TABLE,
        "| a | b |\n|---|--:|\n| x\\|y | **1** |",
    ),
    ("<table><tbody><tr><td>a</td></tr></tbody></table>", None),
    # links and media
    ('<a href="https://e.org/a_b?x=1&amp;y=2">the <b>guide</b></a>', "[the **guide**](https://e.org/a_b?x=1&y=2)"),
    ('<a href="https://e.org/(x)">a[1]</a>', "[a[1]](<https://e.org/(x)>)"),
    ('<a href="https://e.org/x">https://e.org/x</a>', "<https://e.org/x>"),
    ('<a href="http://e.org/x">x</a>', None),
    ('<a href="https://e.org/x" target="_blank">x</a>', None),
    ('<img src="leaf.jpg">', "![](media/leaf.jpg)"),
    ('Q<br><img alt="the vein" src="tea leaf.jpg" />', "Q\n![the vein](<media/tea leaf.jpg>)"),
    ('<img src="x&amp;y (1).jpg">', "![](<media/x&y (1).jpg>)"),
    ('<img src="x.jpg" width="30">', None),
    ('<img src="x.jpg" class="latex">', None),
    (f'<img src="{ABSENT}">', None),
    ("swift [sound:swift call.mp3]", "swift ![](<media/swift call.mp3>)"),
    ("[sound:a&amp;b.mp3]", "![](media/a&b.mp3)"),
    ("[sound:100%25.mp3]", "![](media/100%2525.mp3)"),
    ("[sound:odd.wma]", None),
    (f"[sound:{ABSENT}]", None),
    # math and what Anki reads
    (r"\(x^2\) and \[ y_1 \]", "$x^2$ and $$y_1$$"),
    (r"\(a &lt; b\)5", "$a < b$&#53;"),
    (r"cost $5, \(x\)", "cost $5, $x$"),
    (r"\(a<br>b\)", None),
    (r"\(x", None),
    (r"&#92;(x&#92;)", None),
    ("[latex]x[/latex]", None),
    ("[$]x[/$]", None),
    ("[$$]x[/$$]", None),
    ("&#91;sound:x.mp3]", "[sound:x.mp3]"),
    ("漢字[かんじ] 仮名[かな]", "漢字[かんじ] 仮名[かな]"),
    ("<b>漢字[かんじ]</b>", "**漢字[かんじ]**"),
    ("に<b>漢字 </b>仮名[かな]", "に<b>漢字 </b>仮名[かな]"),
    ("{{Field}} }} ::", "{{Field}} }} ::"),
    ("a<!-- b -->", None),
    ("<b>a", None),
    ("a</div>b", None),
    ("<b>a<i>b</b>c</i>", None),
    ("<p>a<div>b</div></p>", None),
    ("<script>x</script>", None),
]

CLOZES: list[tuple[str, str | None]] = [
    ("{{c1::Tannins}} taste {{c2::bitter::taste}}.", "{{c1::Tannins}} taste {{c2::bitter::taste}}."),
    ("at {{c1::24:44}}", "at {{c1::24:44}}"),
    ("<b>{{c1::a}}</b> {{c2::<i>b</i>::h}}", "**{{c1::a}}** {{c2::*b*::h}}"),
    ("{{c1::a {{c2::b}} c}} d", "{{c1::a {{c2::b}} c}} d"),
    ("{{c1::a<br>b}}<br>{{c2::c}}", "{{c1::a\nb}}\n{{c2::c}}"),
    (r"{{c1::\(\frac{a}{b}\)}}", r"{{c1::$\frac{a}{b}$}}"),
    (r"\(a {{c1::b}}\)", None),
    ("{{c1::{x} }}, {y}", "{{c1::{x} }}, {y}"),
    ("{{c1::{x}}}", "{{c1::{x}}\\}"),
    ("{{c1::a::b::c}}", "{{c1::a::b\\::c}}"),
    ("{{c1::std&#58;&#58;vector}}", "{{c1::std\\::vector}}"),
    ('{{c1::<img src="x.jpg">}}', "{{c1::![](media/x.jpg)}}"),
    ("{{c1::[sound:x.mp3]}}", "{{c1::![](media/x.mp3)}}"),
    ("<ul><li>{{c1::a}}</li><li>{{c2::b}}</li></ul>", "- {{c1::a}}\n- {{c2::b}}"),
    ("<code>{{c1::x}}</code>", "<code>{{c1::x}}</code>"),
    ("&#123;&#123;c1::x}} {{c2::y}}", "\\{{c1::x}} {{c2::y}}"),
    ("{{c1,2::x}}", None),
    ("{{c0::x}}", None),
    ("{{c501::x}}", None),
    ("{{c1::}}", None),
    ("{{c1::a", None),
    ("<b>{{c1::a</b>}}", None),
    ("{{c1::<b>a::h</b>}}", None),
    ("no cloze", None),
    ("{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4}}<br>", None),
    ('Text {{c1::<span style="color: red;">x</span>}}', None),
    # AnKing-like: a word of one style makes the field one that stays HTML
    ('<b>{{c1::Metformin}}</b> is <span style="color: rgb(0, 0, 0);">first-line</span> for <u>T2DM</u>', None),
    (
        "Which <b>enzyme</b> is inhibited by {{c1::<b>allopurinol</b>}}?<br><br>{{c2::Xanthine oxidase::enzyme}}<br>",
        "Which **enzyme** is inhibited by {{c1::**allopurinol**}}?<br>\n{{c2::Xanthine oxidase::enzyme}}<br>",
    ),
]


@pytest.mark.parametrize(("value", "text"), FIELDS)
def test_fields(value: str, text: str | None) -> None:
    assert converted(value, cloze=False) == text
    assert text is None or normal_form(rendered(text)) == normal_form(value)


@pytest.mark.parametrize(("value", "text"), CLOZES)
def test_cloze_fields(value: str, text: str | None) -> None:
    assert converted(value, cloze=True, guarded=True) == text
    assert text is None or normal_form(rendered(text, cloze=True, guarded=True)) == normal_form(value)


@pytest.mark.parametrize(
    ("value", "keep", "text"),
    [
        ("<b>x</b> <i>y</i>", "b", "<b>x</b> *y*"),
        ("<b>x</b>", "strong", "<b>x</b>"),
        ("<strong>x</strong>", "b", "**x**"),
        ("<strike>x</strike>", "s", None),
        ("<del>x</del>", "s", "<del>x</del>"),
        ("a<div>b</div>c", "div", None),
        ("a<div>b</div>c", "br", None),
        ("a<br>b", "div", "a\nb"),
    ],
)
def test_elements_that_the_note_type_styles_stay(value: str, keep: str, text: str | None) -> None:
    assert converted(value, keep=keep) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<div>a</div>", "a"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a<br>\nb"),
        ("a<br>", "a"),
        ("a<div><br></div>", "a<br><br>"),
        ("<br>a", "<br>a"),
        ("<br>", "<br>"),
        ("<div>{{c1::a}}</div><div>{{c1::b}}</div>", "{{c1::a}}\n{{c1::b}}"),
    ],
)
def test_a_field_that_fills_a_block_of_its_own_has_no_edges(value: str, text: str) -> None:
    assert converted(value, alone=True) == text


def test_braces_in_other_fields_of_a_cloze_note() -> None:
    assert converted("{{c1::x}}", cloze=False, guarded=True) is None
    assert converted("{{c1::x}}", cloze=False, guarded=False) == "{{c1::x}}"
    assert converted("{x} }}", cloze=False, guarded=True) == "{x} }}"


SAME = [
    ("<b>x</b>", "<strong>x</strong>"),
    ("<i>x</i>", "<em>x</em>"),
    ("<del>x</del>", "<strike>x</strike>"),
    ("<b><i>x</i></b>", "<em><strong>x</strong></em>"),
    ("<b>a</b><b>b</b>", "<b>ab</b>"),
    ("<b>a b</b>", "<b>a</b> <b>b</b>"),
    ('<img src="a.jpg" title="x">', "<img title=x src='a.jpg' />"),
    ('<img src="a.jpg">', '<img src="a.jpg" alt="">'),
    ("&eacute;&#8217;", "é’"),
    ("a  b\n c", "a b c"),
    ("a<div>b</div>c", "a<br>b<br>c"),
    ("a<div><br></div>b", "a<br><br>b"),
    ("a<div>b<br></div>c", "a<br>b<br>c"),
    ("a<br><div>b</div>c", "a<br>b<br>c"),
    ("a<div>b</div>", "a<br>b<br>"),
    ("a <br> b", "a<br>b"),
    ("<ul><li>a<br></li></ul>", "<ul>\n<li>a</li>\n</ul>"),
    ("{x} }}", "&#123;x&#125; &#125;&#125;"),
    ("{{c1::a:b}}", "{{c1::a&#58;b}}"),
    (r"\( x \)", r"\(x\)"),
    ('<td style="text-align: right;"></td>', '<td style="text-align: right;"></td>'),
]

DIFFERENT = [
    ("<b>x</b>", "<i>x</i>"),
    ("<b>x</b>", "x"),
    ("<b><b>x</b></b>", "<b>x</b>"),
    ("<u>a </u>b", "<u>a</u> b"),
    ("<u>x</u>", "<ins>x</ins>"),
    ("<code>a</code><code>b</code>", "<code>ab</code>"),
    ('<span class="a">x</span>', '<span class="b">x</span>'),
    ('<span class="a"></span>x', "x"),
    ('<b class="a">x</b>', "<b>x</b>"),
    ("a&nbsp;b", "a b"),
    ("a\u200bb", "ab"),
    ("cafe\u0301", "caf\xe9"),
    ("&lt;b&gt;x&lt;/b&gt;", "<b>x</b>"),
    ("&amp;lt;", "&lt;"),
    ("a<br>b", "a b"),
    ("a<br><br>b", "a<br>b"),
    ("a<br>", "a"),
    ("a<br><br>", "a<br>"),
    ("<div>a</div>", "a"),
    ("<div>a</div>", "<br>a<br>"),
    ("<div>a</div><br>b", "<div>a</div>b"),
    ("a<div></div>b", "a<br><br>b"),
    ('a<div><span class="x"></span></div>b', 'a<br><span class="x"></span><br>b'),
    ("<p>a</p><p>b</p>", "a<br><br>b"),
    ("<p>a</p>", "<div>a</div>"),
    ('<div class="x">a</div>', "<div>a</div>"),
    ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
    ("<ul><li>a</li></ul>", "<ul><li><p>a</p></li></ul>"),
    ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
    ("<ul><li><b>a</b></li></ul>", "<b><ul><li>a</li></ul></b>"),
    ("<pre>a  b</pre>", "<pre>a b</pre>"),
    ("{{c1::x}}", "&#123;&#123;c1::x}}"),
    ("{{c1::x}}", "{{c2::x}}"),
    ("{{c1::x}}", "x"),
    ("{{c1::a::b}}", "{{c1::a&#58;&#58;b}}"),
    ("{{c1::a::b}}", "{{c1::a&#58;:b}}"),
    ("{{c1::a::b}}", "{{c1::ab}}"),
    ("{{c1::a}}b}}", "{{c1::ab}}}}"),
    ("{{c1::{x}}}", "{{c1::&#123;x&#125;}}"),
    ("{{c1::x}} y", "{{c1::x }}y"),
    ("<b>{{c1::x}}</b>", "{{c1::<b>x</b>}}"),
    ("{{c1::a}}{{c1::b}}", "{{c1::ab}}"),
    ("{{c1::<div>b</div>}}c", "{{c1::<br>b<br>}}c"),
    ("{{c1::<br>}}<div>b</div>", "{{c1::<br>}}b"),
    ("{{c1::a<br>}}b", "{{c1::a}}<br>b"),
    ("{{c1::image-occlusion:rect:left=.1}}", "{{c1::image-occlusion&#58;rect:left=.1}}"),
    ("[sound:x.mp3]", "&#91;sound:x.mp3]"),
    ("[sound:x.mp3]", "[sound:y.mp3]"),
    ("[sound:a  b.mp3]", "[sound:a b.mp3]"),
    (r"\(x\)", "&#92;(x&#92;)"),
    (r"\(x\)", r"\[x\]"),
    (r"\(x\)", r"(x)"),
    (r"\(a\ \)", r"\(a\\)"),
    (r"\(a%" + "\n" + r"b\)", r"\(a% b\)"),
    (r"&#92;(", r"&#92;<span></span>("),
    ("[latex]a[/latex]", "&#91;latex]a[/latex]"),
    ("漢字[かんじ]", "漢字&#91;かんじ]"),
    ("a 漢字[かんじ]", "a\n漢字[かんじ]"),
    ("a  漢字[かんじ]", "a 漢字[かんじ]"),
    ("a&nbsp;漢字[かんじ]", "a\xa0漢字[かんじ]"),
    ("<b>a </b>漢字[かんじ]", "<b>a</b> 漢字[かんじ]"),
    ('<a href="https://a.b">x</a>', '<a href="https://a.c">x</a>'),
    ('<a href="https://a.b/?a=1&copy=2">x</a>', '<a href="https://a.b/?a=1©=2">x</a>'),
    ('<img src="a.jpg" alt="x">', '<img src="a.jpg">'),
    ("a<!-- x -->", "a"),
    ("a</div>b", "ab"),
    ("<b>a", "<b>a</b>"),
    ("<p>a<div>b</div></p>", "<p>a</p><div>b</div><p></p>"),
    ("<table>x<tr></tr></table>", "x<table><tr></tr></table>"),
    ("<i/>a", "<i></i>a"),
    # found by comparing places of letters in Chromium
    ("a<sub></sub>", "a"),
    ("<u>a </u>", "<u>a</u>"),
    ("<sub>a<br></sub>", "<sub>a<div></div></sub>"),
    ("<code>a<div></div></code>", "<code>a<sub><div></div></sub></code>"),
    ("<ul><li></li></ul>", "<ul><li><u><div> </div></u></li></ul>"),
    ("<ul><li><u><p></p></u></li></ul>", "<ul><li><div> </div><u><p></p></u></li></ul>"),
    ("<ul><li>{{c1::}}</li></ul>", "<ul><li>{{c1::<div></div>}}</li></ul>"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_fields_that_look_the_same(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_fields_that_do_not(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize(("one", "other"), [("a<br>", "a"), ("<div>a</div>", "a"), ("<u>a </u>", "<u>a</u>")])
def test_edges_are_not_seen_around_a_field_that_stands_alone(one: str, other: str) -> None:
    assert normal_form(one, alone=True) == normal_form(other, alone=True)


PIECES = [
    *"ab *_`~$&<>[]()!\\#-+|.:{}1\n",
    *("<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "<br>", "<div>", "</div>", "<ul>", "<li>", "</li>", "</ul>", "<p>", "</p>", "<code>", "</code>"),
    *("&nbsp;", "&amp;", "&lt;", "&#123;", "&#58;", "&#92;(", "\\(", "\\)", "[sound:x.mp3]", '<img src="y.jpg">', '<span class="z">', "</span>"),
    *("{{c1::", "{{c2::", "}}", "::", "漢字[かな]", "<sub>2</sub>", "<b>x</b>", "<div>x</div>", "<div><br></div>", "<ul><li>x</li></ul>", "{{c3::x}}"),
    *('<a href="https://a.b/">x</a>', "<i>x </i>", "- ", "1. ", "e\u0301", "\u0301", "\u3000"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.booleans(), st.booleans(), st.booleans())
def test_nothing_is_lost(value: str, cloze: bool, guarded: bool, alone: bool) -> None:
    text = converted(value, cloze=cloze, guarded=guarded, alone=alone)
    if text is None:
        return
    loaded = text.strip("\r\n")  # as `entry` reads it
    loaded = loaded if "\n" in loaded else loaded.strip()
    assert loaded == text
    made = rendered(text, cloze=cloze, guarded=guarded or cloze)
    assert normal_form(made, alone=alone) == normal_form(value, alone=alone)


WORDS = st.lists(st.sampled_from([*"ab12", "word", "é", "漢", "a_b", "5 < 6", "R&D"]), min_size=1, max_size=4).map(" ".join)
SPANS = st.one_of(
    WORDS,
    WORDS.map("**{}**".format),
    WORDS.map("*{}*".format),
    WORDS.map("`{}`".format),
    WORDS.map("~~{}~~".format),
    WORDS.map("H<sub>{}</sub>".format),
    st.sampled_from(["$x^2$", "$$y$$", "![](media/x.jpg)", "![](media/x.mp3)", "[l](https://a.b/c_d)", "<https://a.b>", "<u>u</u>"]),
)
LINES = st.lists(SPANS, min_size=1, max_size=4).map(" ".join)
TEXTS = st.one_of(
    LINES,
    st.lists(LINES, min_size=1, max_size=3).map("\n".join),
    st.lists(LINES, min_size=2, max_size=3).map("\n\n".join),
    st.lists(LINES.map("- {}".format), min_size=2, max_size=3).map("\n".join),
    st.lists(LINES.map("1. {}".format), min_size=2, max_size=3).map("\n".join),
    LINES.map("## {}\n\nb".format),
    LINES.map("> {}\n> b".format),
    st.lists(SPANS, min_size=2, max_size=2).map(lambda row: f"| a | b |\n|---|:-:|\n| {row[0]} | {row[1]} |"),
)


@given(TEXTS, st.booleans())
def test_what_authors_write_comes_back(text: str, guarded: bool) -> None:
    made = rendered(text, guarded=guarded)
    back = converted(made, cloze=False, guarded=guarded)
    assert back is not None
    assert normal_form(rendered(back, guarded=guarded)) == normal_form(made)


@given(st.lists(st.one_of(SPANS, SPANS.map("{{{{c1::{}}}}}".format), SPANS.map("{{{{c2::{}::hint}}}}".format)), min_size=1, max_size=4).map(" ".join))
def test_clozes_come_back(text: str) -> None:
    text += " {{c3::x}}"
    made = rendered(text, cloze=True)
    assert converted(made, cloze=True, guarded=True) is not None


HOSTILE = [
    *(part * (20_000 // len(part)) for part in ("<", "<div>", "</div>", "{{c1::", "{{c1::x}}", "<b>", "<a ", '<a b="', "<!--", "&", "a[", "\\(", "*", "<br>")),
    *(part * (20_000 // len(part)) for part in ("<b>x</b>", "<i>x</i> ", "[sound:", "*_`$", "<div><br></div>", "<ul><li>x</li></ul>", "a ", "<sub>x")),
    *(part * (20_000 // len(part)) for part in ("<table>", "&nbsp;", "<b>a</b>b", "}}", "::", "<p>", "\u0301", "a\u0301", "<b>{{c1::x</b>}}", "`", "![", "$a")),
    *(f"{f'<{name}>' * depth}x{f'</{name}>' * depth}" for name in ("div", "b", "u", "ul", "blockquote", "span") for depth in (50, 1500, 10_000)),
    "<ul><li>" * 29 + "x" + "</li></ul>" * 29,
    "x" * 1_000_000,
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: f"{value[:12]!r}-{len(value)}")
def test_hostile_fields_take_bounded_time(value: str) -> None:
    begun = time.process_time()
    for cloze in (False, True):
        to_markdown(value, cloze=cloze, guarded=cloze, media=media)
    assert time.process_time() - begun < 4
    normal_form(value)


def test_plain_fields_are_fast() -> None:
    begun = time.process_time()
    for number in range(10_000):
        assert converted(f"How long does green tea steep, at {number} °C?")
        assert converted(f"Steeping draws out {{{{c1::tannins}}}} in {number} minutes.")
    assert time.process_time() - begun < 0.6


SIMPLE = ["a", "b c", " ", ".", ",", "-", "1", "1. ", "# ", "é", "日本", "<br>", "<b>", "</b>", "<i>", "</i>", "|", ":", "(", ")", "=", "+"]


@settings(max_examples=1000)
@given(st.lists(st.sampled_from(SIMPLE), max_size=9).map("".join))
@example("a <b>b c</b> d<br>e")
@example("<b>a</b><br><i>b</i>, c")
def test_what_is_simple_comes_out_as_it_would_otherwise(value: str) -> None:
    found = markdown_back._simple(value, frozenset())
    if found is not None:
        made = markup.render(found.text, find=lambda path: ("media-missing", path, ""))
        assert (made.html, made.problems) == (found.html, [])
        assert normal_form(made.html) == normal_form(value)
    for usual in ("a <b>b c</b> d<br>e", "<b>a</b><br><i>b</i>, c"):
        assert markdown_back._simple(usual, frozenset())
        assert not markdown_back._simple(usual, frozenset({"b"}))
