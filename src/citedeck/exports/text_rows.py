"""The rows of a text with columns, and the lines at its top in which Anki says what the columns are.

See https://docs.ankiweb.net/importing/text-files.html#file-headers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from citedeck.exports.conventions import read_file
from citedeck.exports.nouns import UnreadableError

MAX_TEXT, MAX_COLUMNS = 512 * 1024 * 1024, 1_000
"""Bytes of a text, and columns of a row."""
_SEPARATORS = {"tab": "\t", "pipe": "|", "semicolon": ";", "colon": ":", "comma": ",", "space": " "}
"""In the order in which Anki looks for them in a text that does not say."""
_LOOKED_AT = 8 * 1024
_COLUMNS = tuple(f"{what} column" for what in ("guid", "notetype", "deck", "tags"))


@dataclass
class Head:
    """What the lines at the top say."""

    title: str
    """The file's name without its ending."""
    separator: str = ""
    html: bool | None = None
    labels: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    """Where a note's "guid", "notetype", "deck" and "tags" stand, counted from 1."""
    notetype: str = ""
    deck: str = ""
    tags: str = ""

    def cell(self, row: Sequence[str], what: str) -> str | None:
        """Return what a row holds in the column for something, if there is one."""
        place = self.columns.get(what, 0)
        return row[place - 1] if 0 < place <= len(row) else None

    def fields(self, row: Sequence[str]) -> list[str]:
        """Return what a row holds in the columns for fields."""
        return [cell for place, cell in enumerate(row, 1) if place not in self.columns.values()]

    def field_names(self) -> list[str]:
        """Return the names of the columns for fields, as far as the text says them."""
        return self.fields(next(_split([self.labels], self.separator), [])) if self.labels else []


def read_rows(file: Path) -> tuple[Head, list[list[str]]]:
    """Return the head and the rows of a text."""
    text = _text(file)
    lines = iter(io.StringIO(text, newline=""))
    head = Head(file.stem)
    body = ""
    for number, line in enumerate(lines):
        if number == 0 and line.startswith("tags:"):
            head.tags = line[5:].strip()
        elif line.startswith("#"):
            _take(line, head)
        else:
            body = line
            break
    head.separator = head.separator or _guess(body, text)
    rows: list[list[str]] = []
    for row in _split(chain([body], lines), head.separator):
        if len(row) > MAX_COLUMNS:
            raise UnreadableError(f"row {len(rows) + 1} of it has more than {MAX_COLUMNS:,} columns", "check the separator in its first line")
        rows.append(row)
    return head, rows


def _text(file: Path) -> str:
    content = read_file(file, MAX_TEXT)
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("it is no text in UTF-8", "save it as UTF-8, or export the deck as .apkg") from None
    if "\0" in text:
        raise UnreadableError("it is no text", "export notes from Anki with File → Export")
    return text


def _take(line: str, head: Head) -> None:
    """Read a line of the head, as "#html:true". Others are comments."""
    key, _, value = line[1:].rstrip("\r\n").partition(":")
    key = key.strip().lower()
    if key == "separator":
        head.separator = _SEPARATORS.get(value.strip().lower()) or (value[:1] if value[:1] in _SEPARATORS.values() else "")
    elif key == "html":
        head.html = {"true": True, "false": False}.get(value.strip().lower()[:5].rstrip("".join(_SEPARATORS.values())), head.html)
    elif key in _COLUMNS:
        number = value.strip("".join(_SEPARATORS.values()))
        if number.isascii() and number.isdigit() and len(number) < 9 and int(number):
            head.columns[key.partition(" ")[0]] = int(number)
    elif key == "columns":
        head.labels = value
    elif key == "notetype":
        head.notetype = value.strip()
    elif key == "deck":
        head.deck = value.strip()
    elif key == "tags":
        head.tags = value


def _guess(line: str, text: str) -> str:
    """Return the separator of a text that does not say."""
    place = text.find(line)
    start = text[place : place + _LOOKED_AT]
    return next((mark for mark in _SEPARATORS.values() if mark in start), "\t")


def _split(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Return the rows of lines. Between rows, an empty line or one that begins with "#" is none."""
    fresh = True

    def rows_only() -> Iterator[str]:
        nonlocal fresh
        for line in lines:
            if fresh and (line.startswith("#") or not line.strip("\r\n")):
                continue
            fresh = False
            yield line

    before = csv.field_size_limit(MAX_TEXT)  # For the whole process, hence given back.
    try:
        for row in csv.reader(rows_only(), delimiter=separator):
            fresh = True
            yield row
    except csv.Error as problem:
        raise UnreadableError(f"its rows cannot be told apart: {problem}", "export it again") from None
    finally:
        csv.field_size_limit(before)
