"""Text fragments: the part of a web address that leads a browser to words of the page (https://wicg.github.io/scroll-to-text-fragment/)."""

from __future__ import annotations

from urllib.parse import quote

from citedeck.normal_forms import SECTION_BREAK

MAX_EXACT = 300
"""Characters up to which words are given in full; of longer ones, the first and the last."""
_ENDS = 4
_LEAST, _MOST = 3, 12
_CONTEXT = 400


class Page:
    """A page's visible text, in which fragments have to be unique: a browser goes to the first place that fits."""

    def __init__(self, text: str) -> None:
        self._text = text.replace(SECTION_BREAK, " ")
        self._flat = " ".join(self._text.split()).lower()

    def fragment(self, start: int, end: int) -> str:
        """Return the fragment, from `:~:` on, for the words from `start` to `end`: `:~:text=[prefix-,]first[,last][,-suffix]`.

        Words that a browser finds in one piece stand in one line; words of several are given by their beginning and end.
        """
        lines = [line.split() for line in self._text[start:end].split("\n") if line.strip()]
        exact = " ".join(lines[0])
        prefix = suffix = last = ""
        if len(lines) == 1 and len(exact) <= MAX_EXACT:
            first = exact
            if not self._is_unique(first):
                prefix = self._prefix(start, first)
                suffix = "" if self._is_unique(self._flatten(start, prefix) + first) else self._suffix(end, first)
        else:
            first, last = self._shortest(lines[0]), " ".join(lines[-1][-_ENDS:])
            prefix = "" if self._is_unique(first) else self._prefix(start, first)
        parts = [f"{_encoded(prefix)}-" if prefix else "", _encoded(first), _encoded(last), f"-{_encoded(suffix)}" if suffix else ""]
        return ":~:text=" + ",".join(part for part in parts if part)

    def _shortest(self, words: list[str]) -> str:
        """Return the fewest words, but not very few, that stand once in the page."""
        for count in range(_ENDS, _MOST):
            if self._is_unique(" ".join(words[:count])):
                return " ".join(words[:count])
        return " ".join(words[:_MOST])

    def _prefix(self, start: int, first: str) -> str:
        """Return the fewest words before a place that make the first ones unique."""
        before = self._text[max(0, start - _CONTEXT) : start].split()
        for count in range(_LEAST, min(len(before), _MOST) + 1):
            prefix = " ".join(before[-count:])
            if self._is_unique(self._flatten(start, prefix) + first):
                return prefix
        return " ".join(before[-_MOST:])

    def _flatten(self, start: int, prefix: str) -> str:
        """Return a prefix as it stands before a place: with a blank behind it, or none, as behind an opening quotation mark."""
        return prefix + " " * (prefix != "" and self._text[start - 1].isspace())

    def _suffix(self, end: int, first: str) -> str:
        """Return the fewest words of the line behind a place that make the words unique."""
        line = self._text[end : end + _CONTEXT].split("\n")[0]
        behind = line.split()
        for count in range(_LEAST, min(len(behind), _MOST) + 1):
            suffix = " ".join(behind[:count])
            if self._is_unique(first + " " * line[:1].isspace() + suffix):
                return suffix
        return " ".join(behind[:_MOST])

    def _is_unique(self, words: str) -> bool:
        words = words.lower()
        at = self._flat.find(words)
        return at >= 0 and self._flat.find(words, at + 1) < 0


def _encoded(words: str) -> str:
    """Return words percent-encoded: also the dash, which marks context, and all that separates parts."""
    return quote(words, safe="").replace("-", "%2D")
