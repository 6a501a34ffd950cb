"""PDF: words as they are read on the page, and the page that they stand on."""

from __future__ import annotations

import io
import random

import pytest
from pytest_regressions.data_regression import DataRegressionFixture
from reportlab.pdfgen import canvas

from citedeck.diagnostics import RawFile
from citedeck.lookup import Lookup
from citedeck.sources import pdf
from citedeck.sources.blocks import UnreadableError, assemble
from citedeck.sources.reading import read_texts
from citedeck.texts import SourceText
from conftest import Compile, deck
from paper import pages, paper


def read(content: bytes) -> SourceText:
    return assemble("sources/paper.pdf", pdf.read(content), pdf.FORMAT)


def refused(content: bytes) -> str:
    with pytest.raises(UnreadableError) as problem:
        pdf.read(content)
    return problem.value.message


def drawn(*strings: tuple[float, float, float, str]) -> bytes:
    """Return a page with texts at (x, y, size)."""
    out = io.BytesIO()
    page = canvas.Canvas(out)
    for x, y, size, text in strings:
        page.setFont("Helvetica", size)
        page.drawString(x, y, text)
    page.showPage()
    page.save()
    return out.getvalue()


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_every_sentence_of_a_paper_is_found_on_its_page(columns: int) -> None:
    content, sentences = paper(columns, paragraphs=40, labels=True)
    made = read(content)
    lookup = Lookup(made)
    assert [page.label for page in made.pages][:4] == ["i", "ii", "1", "2"]
    assert len(sentences) >= 80
    numbers = []
    for sentence in sentences:
        (match,) = lookup.find(sentence)
        assert match.words == sentence
        (page, *_) = made.pages_of(match.start, match.end)
        numbers.append(page.number or 0)
        assert made.locate(match.start, match.end) == page
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, len(made.pages) + 1))
    assert "Journal of Nothing" not in made.text
    assert "Vol. 3" not in made.text


@pytest.mark.parametrize("columns", [1, 2])
def test_words_cut_from_a_paper_are_found_in_whatever_lines_they_stand(columns: int) -> None:
    content, sentences = paper(columns, seed=5)
    lookup = Lookup(read(content))
    dice = random.Random(3)
    for sentence in sentences:
        words = sentence.split()
        start = dice.randrange(0, len(words) - 4)
        assert lookup.find(" ".join(words[start : start + 5]))


def test_passages_of_a_paper(data_regression: DataRegressionFixture) -> None:
    content, _ = paper(2, paragraphs=14, labels=True)
    made = read(content)
    data_regression.check([{"text": made.text[one.start : one.end], "pages": [str(page) for _, page in one.pages]} for one in made.passages])


def test_lines_that_only_look_like_running_heads_stay() -> None:
    made = read(pages("Results of one\nmore words here", "Results of two\nother words", "Something else\nat last"))
    assert "Results of one" in made.text
    assert "Something else" in made.text


def test_running_heads_and_page_numbers_go() -> None:
    made = read(pages(*(f"The Handbook\n{'abcd'[number]} text begins\nand goes on here\n- {number + 7} -" for number in range(4))))
    assert "Handbook" not in made.text
    assert not any(char.isdigit() for char in made.text)


def test_raised_and_lowered_digits_are_told_from_others() -> None:
    made = read(drawn((60, 700, 12, "about 10"), (107, 705, 7, "6"), (114, 700, 12, "cells of H"), (163.5, 697, 7, "2"), (167.5, 700, 12, "O died.")))
    assert "10⁶" in made.text
    assert "106" not in made.text
    assert "H₂O" in made.text


def test_a_sentence_goes_on_over_the_page_and_a_footnote_does_not_part_it() -> None:
    first = "A long paragraph begins on this page and it has no end\nso that its last sentence goes on, as everybody can see, with the words"
    made = read(pages(first, "that stand on the next page. Then it ends.", "End."))
    (match,) = Lookup(made).find("goes on, as everybody can see, with the words that stand on the next page")
    assert [str(page) for page in made.pages_of(match.start, match.end)] == ["p. 1", "p. 2"]
    assert str(made.locate(match.start, match.end)) == "p. 1"


LEFT = [
    "The first column begins here and",
    "its second line goes on with more",
    "words until the third line ends.",
    "A new paragraph of column one",
    "is the last.",
]
RIGHT = [
    "Second column text starts at the",
    "top of the page and it continues",
    "down to its last line right here.",
    "Another one of column two",
    "ends the page.",
]


@pytest.mark.parametrize("by_rows", [True, False])
def test_columns_are_read_one_by_one_however_the_file_draws_them(by_rows: bool) -> None:
    columns = [[(60.0 + 260 * side, 700.0 - 14 * at, 10.0, text) for at, text in enumerate(lines)] for side, lines in enumerate((LEFT, RIGHT))]
    strings = [string for row in zip(*columns, strict=True) for string in row] if by_rows else [*columns[0], *columns[1]]
    assert " ".join(read(drawn(*strings)).text.split()) == " ".join([*LEFT, *RIGHT])


def test_lists_tables_and_raised_digits_in_running_text() -> None:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import ListFlowable, Paragraph, SimpleDocTemplate, Table

    style = getSampleStyleSheet()
    out = io.BytesIO()
    long = "second item with a long text that has to be wrapped over two lines because it is so very long indeed, as everybody can see at once here"
    items = ListFlowable([Paragraph("first item", style["BodyText"]), Paragraph(long, style["BodyText"])], bulletType="bullet")
    table = Table([["dose", "effect"], ["5 mg", "calm"], ["10 mg", "sleep"]])
    text = Paragraph("Adults took 5 mg<super>2</super> daily, that is 10<super>6</super> units; CO<sub>2</sub> rose.", style["BodyText"])
    SimpleDocTemplate(out).build([Paragraph("Doses", style["Heading1"]), text, items, table])
    made = read(out.getvalue())
    found = [" ".join(made.text[one.start : one.end].split()) for one in made.passages]
    assert found[:4] == ["Doses", "Adults took 5 mg² daily, that is 10⁶ units; CO₂ rose.", "• first item", f"• {long}"]
    assert "5 mg calm" in " ".join(found)


def test_a_scan_is_said_to_be_one(compile_files: Compile) -> None:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    for _ in range(3):
        page.drawInlineImage(_picture(), 50, 50, 300, 300)
        page.showPage()
    page.save()
    made = read(out.getvalue())
    assert (made.passages, len(made.pages)) == ((), 3)
    questions = "- {id: a, question: What?, answer: That., cite: some words of the scan}\n- {id: b, question: What?, answer: That., cite: {at: p. 2}}"
    questions += "\n- {id: c, question: What?, answer: That., cite: {at: p. 9}}"
    files: dict[str, str | bytes] = {
        "sources/scan.yaml": "type: book\ntitle: A scan\n",
        "sources/scan.pdf": out.getvalue(),
        "decks/a.yaml": deck(questions, source="scan"),
    }
    said = compile_files(files).diagnostics
    assert [(one.code, one.message) for one in said] == [
        ("no-text", "'scan' is a scan: its pages hold no text"),
        ("locator-mismatch", "'scan' has no place p. 9"),
    ]


def _picture() -> object:
    from PIL import Image

    return Image.new("RGB", (20, 20), "grey")


def test_the_link_leads_to_the_page_in_the_file_and_the_card_names_the_printed_one(compile_files: Compile) -> None:
    content, sentences = paper(2, paragraphs=40, labels=True)
    metadata = 'type: article-journal\ntitle: Nothing\ncitedeck: {link: "https://example.org/a.pdf#page={page}"}\n'
    question = f"- {{id: a, question: What?, answer: That., cite: {{quote: {sentences[-1].rstrip('.')}, at: p. 2}}}}"
    made = compile_files({"sources/paper.yaml": metadata, "sources/paper.pdf": content, "decks/a.yaml": deck(question, source="paper")})
    assert made.diagnostics == ()
    fields = dict(zip((field.name for field in made.packs["basic"].note_type.fields), made.notes[0].fields, strict=True))
    assert fields["Locator"] == "p. 2"
    assert "https://example.org/a.pdf#page=4" in fields["Citations"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no PDF"),
        (b"%PDF-1.7 and nothing else", "damaged"),
        (pages("x", password="secret"), "encrypted"),
        (pages("x")[:400], "damaged"),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj trailer<</Root 1 0 R>>", ""),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj trailer<</Root 1 0 R>>", ""),
    ],
)
def test_bad_files_are_said_to_be_bad(content: bytes, said: str) -> None:
    assert said in refused(content)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    assert "3 pages, more than 2" in refused(pages("a", "b", "c"))
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 5)
    assert "more than 5 characters" in refused(pages("a long line"))


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = pages("Swifts sleep.", "They fly.")
    (text, said) = read_texts([RawFile("sources/a.pdf", whole[: whole.rindex(b"startxref")])])[0]
    assert text is not None
    assert [one.message for one in said] == ["the PDF seems to be cut off: its end is missing"]


def test_a_password_for_the_owner_alone_locks_nobody_out() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    out = io.BytesIO()
    page = canvas.Canvas(out, encrypt=StandardEncryption("", ownerPassword="owner"))
    page.drawString(60, 700, "Open to all.")
    page.showPage()
    page.save()
    assert read(out.getvalue()).text == "Open to all."


def bomb(stream: bytes) -> bytes:
    """Return a PDF whose page draws a stream that unpacks to much more."""
    import zlib

    packed = zlib.compress(stream, 9)
    font = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    return b"\n".join(
        [
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R" + font + b">>endobj",
            b"4 0 obj<</Filter/FlateDecode/Length " + str(len(packed)).encode() + b">>stream\n" + packed + b"\nendstream endobj",
            b"trailer<</Root 1 0 R>>\n%%EOF",
        ]
    )


@pytest.mark.parametrize("stream", [b" " * 400_000_000, b"q " * 3_000_000, b"BT /F 9 Tf (x) Tj ET " * 300_000])
def test_bombs_end_in_time(stream: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from citedeck.sources import confined

    monkeypatch.setattr(confined, "SECONDS", 8)
    assert len(read_texts([RawFile("sources/a.pdf", bomb(stream)), RawFile("sources/b.pdf", pages("Fine."))])) == 2
