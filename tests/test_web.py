"""Web pages: what a reader sees is the text, and nothing else."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_regressions.data_regression import DataRegressionFixture

from citedeck.lookup import Lookup
from citedeck.sources import markdown, web
from citedeck.sources.blocks import UnreadableError, assemble
from citedeck.texts import SourceText

PAGE = """<!DOCTYPE html>
<html lang=en>
<head><meta charset="utf-8"><title>Swifts &amp; co</title>
<style>p { content: "Swifts sleep" }</style></head>
<body>
<!-- Swifts sleep in the air. -->
<nav><ul><li><a href="/">Home</a><li>About</ul></nav>
<h1>Notes on swifts</h1>
<script>var swifts = "Swifts sleep in the air.";</script>
<h2 id=sleep>Sleep</h2>
<p>Swifts sleep <em>in the&nbsp;air</em>.
   They do so for 10<sup>6</sup> seconds<sup><a href="#1">[3]</a></sup>,&#x20;
   it&rsquo;s said &lt;often&gt;.
<p hidden>Swifts never sleep.</p>
<div>Bare words, <b>then</b><p>a paragraph</p>and more.</div>
<p>Some <q>quoted words</q> and<br>a new line; un<wbr>broken, H<sub>2</sub>O.</p>
<noscript>Turn scripts on.</noscript>
<table><caption>Doses</caption><tr><th>dose<th>effect</tr><tr><td><p>5 mg</p></td><td>calm</td></tr></table>
<dl><dt>Apus<dd>a genus</dl>
<pre>line one
  line two</pre>
<details><summary>More</summary>[1:04] Hidden until opened.</details>
<h3>Deeper</h3>
<blockquote>“Ten months aloft.”</blockquote>
<svg><text>drawn</text></svg><img alt="not words" src=x>
<p>5 < 6 & so on</p>
</body></html>
"""


def read(content: str | bytes) -> SourceText:
    made = web.read(content.encode() if isinstance(content, str) else content)
    return assemble("sources/page.html", made, web.FORMAT)


def rows(made: SourceText) -> list[dict[str, object]]:
    return [
        {"text": made.text[one.start : one.end], "place": str(made.locate(one.start, one.end)), "line": made.line(one.start), "heading": one.heading}
        for one in made.passages
    ]


def test_what_a_reader_sees(data_regression: DataRegressionFixture) -> None:
    data_regression.check(rows(read(PAGE)))


def test_the_same_content_makes_the_same_text_as_markdown() -> None:
    page = "<h1>T</h1><h2>A</h2><p>One <b>two</b> &amp; 10<sup>6</sup>.</p><ul><li>item</li></ul><table><tr><td>a</td><td>b</td></tr></table><pre>x\ny</pre>"
    notes = "# T\n\n## A\n\nOne **two** &amp; 10<sup>6</sup>.\n\n- item\n\n| a | b |\n|---|---|\n\n```\nx\ny\n```\n"
    made = assemble("a.md", markdown.read(notes.encode()), markdown.FORMAT)
    assert [" ".join(str(row["text"]).split()) for row in rows(read(page))] == [" ".join(str(row["text"]).split()) for row in rows(made)]


@pytest.mark.parametrize(
    "content",
    [
        "<p>Größe</p>".encode(),
        b"\xef\xbb\xbf" + "<p>Größe</p>".encode(),
        "<p>Größe</p>".encode("utf-16"),
        '<meta charset="iso-8859-1"><p>Größe</p>'.encode("cp1252"),
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>Größe</p>'.encode("cp1252"),
        "<meta charset=koi8-u><p>Größe</p>".replace("ö", "").replace("ß", "").encode("koi8-u"),
    ],
)
def test_encodings(content: bytes) -> None:
    assert read(content).text in ("Größe", "Gre")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable-source"),
        (b"<p></p><script>x</script>", "unreadable-source"),
        (b"<p>a\0b</p>", "unreadable-source"),
        ("<p>Größe</p>".encode("cp1252"), "not-utf-8"),
        (b"<meta charset=utf-7x><p>a</p>", "not-utf-8"),
        (b"<meta charset=ascii><p>\x81</p>", "not-utf-8"),
        (b"<meta charset=hex><p>zz</p>", "not-utf-8"),
        (b"\xff\xfe\x00", "not-utf-8"),
        (b"<div>" * 100_000 + b"x", "unreadable-source"),
        (b"".join(b"<b class=x%d><p>y" % number for number in range(50_000)), "unreadable-source"),
        (b"<table><tr><td><div>" * 50_000 + b"x", "unreadable-source"),
    ],
)
def test_bad_pages_are_said_to_be_bad(content: bytes, code: str) -> None:
    began = time.perf_counter()
    with pytest.raises(UnreadableError) as problem:
        web.read(content)
    assert problem.value.code == code
    assert problem.value.message
    assert time.perf_counter() - began < 10, "a trap for quadratic code, not a measurement"


@pytest.mark.parametrize(
    "content",
    [
        "<p>x" * 50_000,
        "<li>x" * 50_000,
        "<b>x</b>" * 50_000,
        "x <" * 200_000,
        "x &" * 200_000,
        "<!--" * 200_000 + "-->x",
        "x <a '\"" * 100_000,
        "<script>" * 100_000 + "</script>x",
        "x</p>" * 50_000,
        "x" + "<br>" * 100_000,
        "<table>x" * 900,
        "<p>" + "<span>x</span>" * 50_000,
    ],
)
def test_long_pages_are_read_in_time(content: str) -> None:
    began = time.perf_counter()
    with contextlib.suppress(UnreadableError):
        read(content)
    assert time.perf_counter() - began < 15, "a trap for quadratic code, not a measurement"


PARAGRAPHS = st.lists(
    st.lists(
        st.sampled_from("swift|<i>air</i>|a&amp;b|x<b>y</b>|&eacute;t&#233;|10<sup>6</sup>|well-known|<span>two words</span>|ten".split("|")), min_size=1
    ).map(" ".join),
    min_size=1,
    max_size=8,
)


@given(PARAGRAPHS, st.sampled_from(["p", "li", "div", "h2", "dd"]), st.data())
def test_words_cut_from_a_page_are_found_on_their_line(paragraphs: list[str], tag: str, data: st.DataObject) -> None:
    made = read("<!-- swift ten -->\n" + "\n".join(f"<{tag}>{words} end{number}</{tag}>" for number, words in enumerate(paragraphs)))
    passage = made.passages[data.draw(st.integers(0, len(made.passages) - 1))]
    words = made.text[passage.start : passage.end].split()
    first = data.draw(st.integers(0, len(words) - 1))
    matches = Lookup(made).find(" ".join(words[first:]))
    assert any(made.line(match.start) == int(words[-1][3:]) + 2 for match in matches)


@given(st.text(st.sampled_from("ab<>/&;!-pbitdr \n='\"")))
def test_any_soup_is_read_or_refused(soup: str) -> None:
    try:
        made = read(soup)
    except UnreadableError:
        return
    for passage in made.passages:
        assert 0 <= made.file_offset(passage.start) <= len(soup)
