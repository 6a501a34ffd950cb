"""PDF: the words of the text layer, paragraph by paragraph, with the page that they stand on.

The label printed on a page is for the reader, its number in the file for the link. A scan has no text layer: it has pages and no words.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from citedeck.locators import Page
from citedeck.sources.blocks import Block, Piece, Problem, Reading, UnreadableError
from citedeck.sources.page_layout import WIDE_GAP, PageLine, Paragraph, paragraphs
from citedeck.sources.raised import raise_digits
from citedeck.texts import Format

if TYPE_CHECKING:
    import pypdfium2

FORMAT = Format("PDF", lines=False, stamps=False)

MAX_PAGES, MAX_CHARACTERS = 5_000, 20_000_000
_BROKEN_WORD = "\x02"
"""What pdfium puts for a hyphen at a line's end."""
_SCAN = 20
_RAISED_SIZE = 0.85
_BOLD = 600


def read(content: bytes) -> Reading:
    """Return the paragraphs and pages of a PDF."""
    import pypdfium2  # Slow to import, and a large library: only where there is a PDF.

    if b"%PDF-" not in content[:1024]:
        raise UnreadableError("the file is no PDF", "get the file again")
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower() or "security" in str(problem).lower():
            raise UnreadableError("the PDF is encrypted", "save a copy without a password") from None
        raise UnreadableError("the PDF is damaged, or cut off: it cannot be opened", "get the file again") from None
    try:
        return _read(document, cut_off=b"%%EOF" not in content[-2048:])
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, *, cut_off: bool) -> Reading:
    count = len(document)
    if not count:
        raise UnreadableError("the PDF has no pages", "get the file again")
    if count > MAX_PAGES:
        raise UnreadableError(f"the PDF has {count:,} pages, more than {MAX_PAGES:,}", "split it")
    pages: list[Page] = []
    lines: list[list[PageLine]] = []
    lost: list[str] = []
    left = MAX_CHARACTERS
    pictures = 0
    for number in range(count):
        page = Page(_label(document, number) or str(number + 1), number + 1)
        pages.append(page)
        try:
            found, characters, pictured = _page_lines(document, number, page, left)
        except (_FailedPageError, ValueError):
            lost.append(page.label)
            continue
        left -= characters
        pictures += pictured
        lines.append(found)
    if len(lost) == count:
        raise UnreadableError("no page of the PDF can be read", "get the file again")
    problems = [Problem(f"pages that cannot be read: {', '.join(lost[:10])}{' …' if len(lost) > 10 else ''}", "get the file again")] if lost else []
    if cut_off:
        problems.append(Problem("the PDF seems to be cut off: its end is missing", "get the file again"))
    words = sum(len(line.text) for page_lines in lines for line in page_lines)
    if words < _SCAN * count and pictures >= count / 2:
        return Reading([], pages=pages, problems=problems)
    return Reading([_block(paragraph) for paragraph in paragraphs(lines)], pages=pages, problems=problems)


class _FailedPageError(Exception):
    """One page cannot be read."""


def _label(document: pypdfium2.PdfDocument, number: int) -> str:
    label = " ".join(document.get_page_label(number).split())
    return "".join(char for char in label if char.isprintable())[:40]


def _page_lines(document: pypdfium2.PdfDocument, number: int, page: Page, left: int) -> tuple[list[PageLine], int, bool]:
    """Return a page's lines, how many characters it has, and whether it shows a picture."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        opened = document[number]
        text = opened.get_textpage()
    except pypdfium2.PdfiumError:
        raise _FailedPageError from None
    try:
        count = raw.FPDFText_CountChars(text)
        if count < 0:
            raise _FailedPageError
        if count > left:
            raise UnreadableError(f"the PDF holds more than {MAX_CHARACTERS:,} characters", "split it")
        pictured = count < _SCAN and any(True for _ in opened.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))
        reader = _TextReader(raw, text, page)
        return [line for run in reader.runs(count) for part in reader.parts(run) if (line := reader.line(part))], count, pictured
    finally:
        text.close()
        opened.close()


class _TextReader:
    """Reads characters and their boxes from one page."""

    def __init__(self, raw: Any, text: Any, page: Page) -> None:
        self._raw = raw
        self._text = text
        self._page = page

    def runs(self, count: int) -> Iterator[list[tuple[int, str]]]:
        """Yield the characters of each line with their indexes."""
        run: list[tuple[int, str]] = []
        for index in range(count):
            code = self._raw.FPDFText_GetUnicode(self._text, index)
            if code in (10, 13):
                if run:
                    yield run
                run = []
            elif code == 2:
                yield [*run, (index, _BROKEN_WORD)]
                run = []
            elif code and code not in (0xFFFE, 0xFFFF) and not 0xD800 <= code < 0xE000 and (char := chr(code)) and (char >= " " or char == "\t"):
                run.append((index, char))
        if run:
            yield run

    def parts(self, run: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
        """Yield the parts of a line between wide gaps."""
        start, last = 0, -1
        for at, (index, char) in enumerate(run):
            if char.isspace() or char == _BROKEN_WORD:
                continue
            if last >= 0 and at - last > 1:
                _, right, top, bottom = self._box(run[last][0])
                if self._box(index)[0] - right > WIDE_GAP * (top - bottom):
                    yield run[start:at]
                    start = at
            last = at
        yield run[start:]

    def line(self, run: list[tuple[int, str]]) -> PageLine | None:
        """Return a line with its box; None if it is blank."""
        shown = [(index, char) for index, char in run if not char.isspace() and char != _BROKEN_WORD]
        if not shown:
            return None
        first, middle, last = (self._box(shown[at][0]) for at in (0, len(shown) // 2, -1))
        # A bullet or a raised digit at one end says nothing of the line.
        _, _, top, bottom = sorted((first, middle, last), key=lambda box: box[2] - box[3])[1]
        size = top - bottom
        characters = [self._raised(index, char, size) for index, char in run]
        text = unicodedata.normalize("NFC", "".join(characters).replace(_BROKEN_WORD, "-")).strip()
        bold = all(self._is_bold(shown[at][0]) for at in (0, len(shown) // 2, -1))
        return PageLine(text, self._page, first[0], last[1], top, bottom, size, bold)

    def _is_bold(self, index: int) -> bool:
        name = ctypes.create_string_buffer(128)
        self._raw.FPDFText_GetFontInfo(self._text, index, name, len(name), ctypes.byref(ctypes.c_int()))
        return b"bold" in name.value.lower() or self._raw.FPDFText_GetFontWeight(self._text, index) >= _BOLD

    def _raised(self, index: int, char: str, size: float) -> str:
        """Return a digit that is set small and high or low as such: 10⁶ is not 106."""
        if char not in "0123456789+-−" or not index:
            return char
        _, _, top, bottom = self._box(index)
        if top - bottom >= _RAISED_SIZE * size:
            return char
        line_bottom = self._line_bottom(index, size)
        return raise_digits(char, "sup" if bottom > line_bottom + 0.1 * size else "sub" if bottom < line_bottom - 0.02 * size else "")

    def _line_bottom(self, index: int, size: float) -> float:
        """Return the foot of the nearest full-sized character before a small one."""
        for before in range(index - 1, max(index - 40, -1), -1):
            _, _, top, bottom = self._box(before)
            if top - bottom >= _RAISED_SIZE * size:
                return bottom
        return self._box(index)[3]

    def _box(self, index: int) -> tuple[float, float, float, float]:
        """Return the left, right, top and bottom of a character's cell."""
        box = self._raw.FS_RECTF()
        self._raw.FPDFText_GetLooseCharBox(self._text, index, ctypes.byref(box))
        return box.left, box.right, box.top, box.bottom


def _block(paragraph: Paragraph) -> Block:
    pieces: list[Piece] = []
    page: Page | None = None
    for line in paragraph:
        if pieces:
            pieces.append(Piece("\n", 0))
        pieces.append(Piece(line.text, 0, line.page if line.page.number != (page.number if page else None) else None))
        page = line.page
    return Block(tuple(pieces))
