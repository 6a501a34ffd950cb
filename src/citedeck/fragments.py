"""Text fragments: the part of a web address that leads a browser to words of the page (https://wicg.github.io/scroll-to-text-fragment/)."""

from __future__ import annotations

from urllib.parse import quote

from citedeck.matching import SECTION_BREAK

MAX_EXACT = 300
"""Characters up to which words are given in full; of longer ones, the first and the last."""
_ENDS = 4
_MOST = 12
_MIN_ALONE = 20


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
        words = lines[0] if len(lines) == 1 else []
        exact = " ".join(words)
        before = self._text[max(0, start - 400) : start].split()
        behind = self._text[end : end + 400].split("\n")[0].split()
        if words and len(exact) <= MAX_EXACT:
            first, last = exact, ""
        else:
            first = self._shortest(lines[0])
            last = " ".join(lines[-1][-_ENDS:])
        if last:
            prefix, suffix = ("", "") if self._is_unique(first) else (self._prefix(before, first), "")
        elif len(first) >= _MIN_ALONE and self._is_unique(first):
            prefix = suffix = ""
        else:
            prefix = self._prefix(before, first)
            suffix = "" if prefix and self._is_unique(f"{prefix} {first}") else self._suffix(behind, first)
        parts = [f"{_encoded(prefix)}-" if prefix else "", _encoded(first), _encoded(last) if last else "", f"-{_encoded(suffix)}" if suffix else ""]
        return ":~:text=" + ",".join(part for part in parts if part)

    def _shortest(self, words: list[str]) -> str:
        """Return the fewest words, but not very few, that stand once in the page."""
        for count in range(_ENDS, _MOST):
            if self._is_unique(" ".join(words[:count])):
                return " ".join(words[:count])
        return " ".join(words[:_MOST])

    def _prefix(self, before: list[str], first: str) -> str:
        """Return the fewest words before that make the first ones unique."""
        for count in range(3, min(len(before), _MOST) + 1):
            if self._is_unique(" ".join([*before[-count:], first])):
                return " ".join(before[-count:])
        return " ".join(before[-_MOST:])

    def _suffix(self, behind: list[str], first: str) -> str:
        for count in range(3, min(len(behind), _MOST) + 1):
            if self._is_unique(" ".join([first, *behind[:count]])):
                return " ".join(behind[:count])
        return " ".join(behind[:_MOST])

    def _is_unique(self, words: str) -> bool:
        words = words.lower()
        at = self._flat.find(words)
        return at >= 0 and self._flat.find(words, at + 1) < 0


def _encoded(words: str) -> str:
    """Return words percent-encoded: also the dash, which marks context, and all that separates parts."""
    return quote(words, safe="").replace("-", "%2D")
