"""Values as an author would write them in YAML: as they are where that is safe, in a block if they have lines, else in quotes."""

from __future__ import annotations

import re
from functools import lru_cache

_TAG = re.compile(r"[^\W_](?:[\w./+-]|::)*")
_LINES = re.compile(r"(?! )[^\t\r\x7f-\x9f\ufeff\u2028\u2029]*[^\s\x7f-\x9f\ufeff\u2028\u2029]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t", ord("\r"): "\\r"}


def written(text: str, indent: int) -> str:
    """Return a text as the value of a key that stands at an indentation."""
    # It begins like a word, and nothing in it is YAML's own.
    if text[:1].isalnum() and text.isprintable() and text[-1] not in " :" and ": " not in text and " #" not in text:
        return text
    if "\n" in text and _LINES.fullmatch(text):
        blanks = "\n" + " " * (indent + 2)
        return "|-" + "".join(blanks + line if line else "\n" for line in text.split("\n"))
    if "\n" not in text and not _UNPRINTABLE.search(text):
        return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'
    return '"' + _UNPRINTABLE.sub(_escape, text.translate(_ESCAPES)) + '"'


@lru_cache
def flow(texts: tuple[str, ...]) -> str:
    """Return a list of words in brackets."""
    return "[" + ", ".join(text if _TAG.fullmatch(text) else _quoted(text) for text in texts) + "]"


def _quoted(text: str) -> str:
    return '"' + _UNPRINTABLE.sub(_escape, text.translate(_ESCAPES)) + '"'


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
