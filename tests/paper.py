"""PDFs for tests: a paper as journals print it, in one or two columns."""

from __future__ import annotations

import io
import random
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen import canvas
from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, NextPageTemplate, PageTemplate, Paragraph

WORDS = """receptor antagonism potentiation hippocampal depression administration intravenous metabolite concentration significantly placebo
    neuroplasticity dissociative inflammatory prefrontal cortical anaesthetic randomised participants improvement baseline symptom response
    the of and in to with was were that after before during not only most patients dose effect rats adults children between""".split()


def sentence(dice: random.Random, number: int) -> str:
    """Return a sentence that no other is like: it holds its number."""
    words = dice.choices(WORDS, k=dice.randint(9, 16))
    words.insert(dice.randrange(1, len(words)), f"item{number}")
    return " ".join(words).capitalize() + "."


def paper(columns: int, *, seed: int = 1, paragraphs: int = 30, running: bool = True, labels: bool = False) -> tuple[bytes, list[str]]:
    """Return a paper set in justified, hyphenated columns, and its sentences in order."""
    dice = random.Random(seed)
    sentences: list[str] = []
    story: list[Any] = []
    body = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12, alignment=4, firstLineIndent=10, hyphenationLang="")
    body.embeddedHyphenation = 1
    title = ParagraphStyle("title", fontName="Times-Bold", fontSize=16, leading=20, spaceAfter=10)
    head = ParagraphStyle("head", fontName="Times-Bold", fontSize=11, leading=14, spaceBefore=8)
    story += [Paragraph("On the effects of nothing in particular", title), FrameBreak(), NextPageTemplate("later")]
    for number in range(paragraphs):
        if number % 8 == 0:
            story.append(Paragraph(f"Section {number // 8 + 1}", head))
        texts = [sentence(dice, len(sentences) + at) for at in range(dice.randint(3, 6))]
        sentences += texts
        story.append(Paragraph(" ".join(_hyphenated(text) for text in texts), body))
    out = io.BytesIO()
    width, height = A4
    document = BaseDocTemplate(out, pagesize=A4)

    def decorate(page: canvas.Canvas, made: BaseDocTemplate) -> None:
        if running:
            page.setFont("Times-Italic", 9)
            page.drawString(60, height - 35, "Journal of Nothing" if made.page % 2 else "A. Author and others")
            page.drawRightString(width - 60, height - 35, f"Vol. 3, page {made.page}")
            page.drawCentredString(width / 2, 25, str(made.page))

    gap = 20
    column = (width - 120 - gap * (columns - 1)) / columns
    frames = [Frame(60 + number * (column + gap), 50, column, height - 110, 0, 0, 0, 0, id=f"c{number}") for number in range(columns)]
    first = [Frame(60 + number * (column + gap), 50, column, height - 170, 0, 0, 0, 0, id=f"f{number}") for number in range(columns)]
    top = Frame(60, height - 115, width - 120, 50, 0, 0, 0, 0, id="top")
    document.addPageTemplates([PageTemplate("first", [top, *first], onPage=decorate), PageTemplate("later", frames, onPage=decorate)])
    document.build(story)
    return (_labelled(out.getvalue()) if labels else out.getvalue()), sentences


def _hyphenated(text: str) -> str:
    """Put soft hyphens into long words, where the typesetter may break them."""
    return " ".join("\u00ad".join(word[at : at + 4] for at in range(0, len(word), 4)) if len(word) > 8 and word.isalpha() else word for word in text.split())


def _labelled(content: bytes) -> bytes:
    """Number the first two pages i, ii and the others from 1."""
    labels = b"/PageLabels << /Nums [ 0 << /S /r >> 2 << /S /D >> ] >> /Type /Catalog"
    return content.replace(b"/Type /Catalog", labels)


def pages(*texts: str, password: str = "", size: int = 12) -> bytes:
    """Return a PDF with one line of text on each page, encrypted if there is a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption

    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=A4, encrypt=StandardEncryption(password, ownerPassword="owner") if password else None)
    for text in texts:
        made.setFont("Helvetica", size)
        for number, line in enumerate(text.split("\n")):
            made.drawString(60, 700 - 15 * number, line)
        made.showPage()
    made.save()
    return out.getvalue()
