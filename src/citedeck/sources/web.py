"""Web pages, saved as HTML."""

from __future__ import annotations

import codecs
import re

from citedeck.sources.blocks import Reading, UnreadableError, decode
from citedeck.sources.dom import read_blocks
from citedeck.texts import Format

FORMAT = Format("HTML", web=True)

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
# What browsers take these names for (https://encoding.spec.whatwg.org/#names-and-labels).
_AS_BROWSERS = {"iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252", "ascii": "windows-1252", "gb2312": "gb18030"}


def read(content: bytes) -> Reading:
    """Return the headings and blocks of a page."""
    text = _decode(content)
    blocks = read_blocks(text, xhtml=text.lstrip()[:5] == "<?xml")
    if not blocks:
        raise UnreadableError("the page holds no words", "a page that scripts fill has to be saved after they ran")
    return Reading(blocks, text)


def _decode(content: bytes) -> str:
    """Return the page's characters, as its byte order mark or its <meta charset> says, else as UTF-8."""
    name = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    declared = _CHARSET.search(content[:4096])
    if not name and declared:
        name = declared[1].decode("ascii").lower()
    name = _AS_BROWSERS.get(name, name)
    try:
        known = codecs.lookup(name).name if name else "utf-8"
    except LookupError:
        raise UnreadableError(f"the page's encoding '{name}' is not known", "save it as UTF-8", code="not-utf-8") from None
    if known == "utf-8":
        return decode(content)
    try:
        text = content.decode(known).removeprefix("\ufeff")
    except (UnicodeError, ValueError, LookupError):
        raise UnreadableError(f"the page says that it is {name}, and is not", "save it as UTF-8", code="not-utf-8") from None
    return decode(text.encode("utf-8", "replace"))
