"""EPUB books: chapters in reading order, and archives that nobody should trust."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_regressions.data_regression import DataRegressionFixture

from citedeck.lookup import Lookup
from citedeck.sources import epub
from citedeck.sources.blocks import Reading, UnreadableError, assemble

CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="notes" href="notes.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/ch%201.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/ch2.xhtml" media-type="application/xhtml+xml"/>
<item id="font" href="font.otf" media-type="font/otf"/>
<item id="pic" href="pic.png" media-type="image/png"/></manifest>
<spine><itemref idref="nav"/><itemref idref="notes" linear="no"/><itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>
<nav epub:type="landmarks"><a href="text/ch2.xhtml">Wrong</a></nav>
<nav epub:type="toc"><ol><li><a href="text/ch%201.xhtml">Of <b>sleep</b></a></li><li><a href="text/ch2.xhtml#top">Of food</a></li></ol></nav></body></html>"""
ONE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><a id="p1"/><p>Swifts sleep in the&#160;air.</p><script src="x"/>
<h1>Height</h1><p>They fly at 10<sup>3</sup> m.</p></body></html>"""
TWO = '<html xmlns="http://www.w3.org/1999/xhtml"><body id="top"><h2>OF FOOD</h2><p>They eat flying insects.</p></body></html>'
NOTES = '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>A note at the end.</p></body></html>'
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/nav.xhtml": NAV,
    "OEBPS/text/ch 1.xhtml": ONE,
    "OEBPS/text/ch2.xhtml": TWO,
    "OEBPS/notes.xhtml": NOTES,
}
NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>From the ncx</text></navLabel><content src="text/ch2.xhtml"/>
</navPoint></navMap></ncx>"""


def packed(changes: dict[str, str | bytes | None] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in ({**BOOK, **(changes or {})}).items():
            if text is not None:
                archive.writestr(name, text)
    return out.getvalue()


def refused(content: bytes) -> str:
    began = time.perf_counter()
    with pytest.raises(UnreadableError) as problem:
        epub.read(content)
    assert time.perf_counter() - began < 10, "a trap, not a measurement"
    return problem.value.message


def test_chapters_come_in_reading_order_with_their_titles(data_regression: DataRegressionFixture) -> None:
    made = assemble("sources/book.epub", epub.read(packed()), epub.FORMAT)
    rows = [
        {"text": made.text[one.start : one.end], "place": str(made.locate(one.start, one.end)), "heading": one.heading, "line": made.line(one.start)}
        for one in made.passages
    ]
    data_regression.check(rows)
    (match,) = Lookup(made).find("eat flying insects")
    assert str(made.locate(match.start, match.end)) == "§ OF FOOD"


def test_titles_of_old_tables_of_contents() -> None:
    package = PACKAGE.replace('href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"', 'href="toc.ncx" media-type="application/x-dtbncx+xml"')
    made = assemble("sources/book.epub", epub.read(packed({"OEBPS/book.opf": package, "OEBPS/toc.ncx": NCX})), epub.FORMAT)
    assert "From the ncx > OF FOOD" in str([str(made.locate(one.start, one.end)) for one in made.passages])


ENCRYPTION = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>
<enc:EncryptionMethod Algorithm="%s"/><enc:CipherData><enc:CipherReference URI="%s"/></enc:CipherData></enc:EncryptedData></encryption>"""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"META-INF/container.xml": None}, "has no 'META-INF/container.xml'"),
        ({"META-INF/container.xml": "<a/>"}, "does not say where"),
        ({"META-INF/container.xml": "<a"}, "is no XML"),
        ({"OEBPS/book.opf": None}, "has no 'OEBPS/book.opf'"),
        ({"OEBPS/book.opf": "<package><spine/></package>"}, "holds no words"),
        ({"META-INF/container.xml": CONTAINER.replace("OEBPS/", "../")}, "has no '../book.opf'"),
        ({"../evil.xhtml": "x"}, "leads out of it"),
        ({"/etc/evil": "x"}, "leads out of it"),
        ({"a\\..\\evil": "x"}, "leads out of it"),
        ({"C:/evil": "x"}, "leads out of it"),
        ({"META-INF/encryption.xml": ENCRYPTION % ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/text/ch2.xhtml")}, "protected (DRM)"),
        ({"META-INF/container.xml": '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;">]>' + CONTAINER}, "defines entities"),
        ({"META-INF/container.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + CONTAINER}, "defines entities"),
        ({"OEBPS/text/ch2.xhtml": b"<p>" + b"x" * (70 * 1024 * 1024)}, "unpacks to more than"),
        ({name: None for name in BOOK if name.endswith("xhtml")}, "holds no words"),
    ],
)
def test_bad_books_are_said_to_be_bad(changes: dict[str, str | bytes | None], words: str) -> None:
    assert words in refused(packed(changes))


def test_scrambled_fonts_protect_nothing() -> None:
    scrambled = ENCRYPTION % ("http://www.idpf.org/2008/embedding", "OEBPS/font.otf")
    assert epub.read(packed({"META-INF/encryption.xml": scrambled})).blocks


def test_one_chapter_that_cannot_be_read_is_set_aside() -> None:
    reading = epub.read(packed({"OEBPS/text/ch2.xhtml": "<div>" * 5000, "OEBPS/notes.xhtml": None}))
    (problem,) = reading.problems
    assert "ch2.xhtml (the page's elements are nested too deep), notes.xhtml" in problem.message


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", packed()[:300], packed()[:-40], b"\0" * 1000])
def test_what_is_no_archive_is_said_to_be_none(content: bytes) -> None:
    assert "no EPUB" in refused(content)


def test_a_member_with_a_password_and_one_of_an_unknown_kind() -> None:
    whole = bytearray(packed())
    at = whole.index(b"PK\x01\x02", whole.index(b"PK\x01\x02") + 4)
    whole[at + 8] |= 1
    assert "password" in refused(bytes(whole))
    whole[at + 8] &= 0xFE
    whole[at + 10] = 77
    assert "damaged" in refused(bytes(whole))


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epub, "MAX_MEMBERS", 5)
    assert "more than 5 files" in refused(packed())


@given(st.integers(0, len(packed()) - 1), st.integers(0, 255), st.integers(0, 40))
def test_no_damage_ends_in_anything_but_a_diagnostic(place: int, byte: int, cut: int) -> None:
    content = bytearray(packed())
    content[place] = byte
    with contextlib.suppress(UnreadableError):
        assert isinstance(epub.read(bytes(content[: len(content) - cut])), Reading)
