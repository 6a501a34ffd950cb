"""What texts for a terminal share: colours, counts in words, widths, and nothing that a terminal would obey."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

Paint = Callable[[str, str], str]
"""Colours a text; takes the text and one of "error", "warning", "info", "dim", "bold", "good"."""

_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) != "\t"}


def unpainted(text: str, style: str) -> str:
    """Colour nothing."""
    return text


def printable(text: str) -> str:
    """Return a text of an author's file without control characters, but for tabs."""
    return text.translate(_CONTROLS)


def counted(count: int, thing: str) -> str:
    """Return a number of things in words: "1 card", "1,200 cards"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def listed(names: Sequence[str], most: int = 10) -> str:
    """Return the first of some names, and how many there are besides: "a, b and 3 more"."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def columns(text: str) -> int:
    """Return how many cells a terminal gives to a text."""
    shown = (char for char in text if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown)
