"""One YAML mapping, handed out as typed values; what does not fit is collected as diagnostics with places."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from citedeck.diagnostics import Diagnostic, Span, TextFile, error
from citedeck.keys import Keys
from citedeck.languages import is_language
from citedeck.yaml_reader import Mapping, Node, Scalar, Sequence

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]*")
BLANKS = " \t\n\r\f"
"""What HTML takes for white space. No-break and other spaces are text."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that an author wrote, and where. Single lines come without outer blanks, several lines without outer line ends."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Html(Text):
    """HTML that goes into a field as it is."""


@dataclass(frozen=True, slots=True)
class Rendered(Text):
    """A text of which is known already what becomes of it on a card."""

    html: str


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the hint for a word that is not one of the known ones."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else "known here: " + ", ".join(names)


def near_or_listed(word: str, known: Iterable[str], where: str = "`citedeck explain` lists what can be") -> str:
    """Return the hint for a word that is not one of too many to list: the nearest one, or where they stand."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else where


def is_near(word: str, known: Iterable[str]) -> bool:
    """Say whether a word is probably one of the known ones, mistyped."""
    return bool(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6))


class Entry:
    """A mapping and what was asked of it. Ask for each key that may stand there, then call `finish`."""

    def __init__(self, file: TextFile, mapping: Mapping, sink: list[Diagnostic]) -> None:
        self.file = file
        self.sink = sink
        self._mapping = mapping
        self._asked: set[str] = set()

    @classmethod
    def of(cls, file: TextFile, node: Node | None, what: str, sink: list[Diagnostic]) -> Entry | None:
        """Return the mapping that `node` is, or None after saying that it is none. `what` names it in the message."""
        if isinstance(node, Mapping):
            return cls(file, node, sink)
        span = file.span(node.start, node.end) if node else file.whole
        found = {Scalar: "a text", Sequence: "a list"}[type(node)] if node else "nothing"
        sink.append(error(span, "wrong-type", f"{what} has to be a mapping of keys to values, not {found}", "write 'key: value' lines"))
        return None

    @property
    def span(self) -> Span:
        """Return where the mapping begins: its first key."""
        first = next(iter(self._mapping.entries.values()), None)
        return self.file.span(first[0].start, first[0].end) if first else self.file.span(self._mapping.start, self._mapping.end)

    def written(self) -> list[str]:
        """Return the keys in the file's order."""
        return list(self._mapping.entries)

    def key_span(self, key: str) -> Span:
        """Return where a key that is there was written."""
        scalar = self._mapping.entries[key][0]
        return self.file.span(scalar.start, scalar.end)

    def node(self, key: str) -> Node | None:
        """Return the raw node of a key, or None; the key counts as known from then on."""
        self._asked.add(key)
        found = self._mapping.entries.get(key)
        return found[1] if found else None

    def require(self, key: str, hint: str = "") -> None:
        """Say that a key is missing, if it is."""
        if key not in self._mapping.entries:
            self._asked.add(key)
            self.sink.append(error(self.span, "missing-key", f"the key '{key}' is missing", hint))

    def text(self, key: str) -> Text | None:
        """Return the text of a key; None if it is not there or, after saying so, is no text or empty."""
        node = self.node(key)
        return None if node is None else self._as_text(key, node)

    def text_or_html(self, key: str) -> Text | None:
        """Return the text of a key, or the HTML of one that is written as {html: …}."""
        if not isinstance(self.node(key), Mapping):
            return self.text(key)
        entry = self.entry(key)
        if entry is None:
            return None
        entry.require("html", "HTML that goes into the field as it is")
        html = entry.exact("html")
        entry.finish()
        if html and not html.value.strip(BLANKS):
            self.bad(html, "'html' is empty", "write a value, or remove the key")
            return None
        return html and Html(html.value, html.span)

    def exact(self, key: str) -> Text | None:
        """Return the text of a key with all its blanks; None if it is not there or no text. It may be empty."""
        node = self.node(key)
        if node is None or not isinstance(node, Scalar):
            return None if node is None else self._as_text(key, node)
        return Text(node.text, self._span(node))

    def texts(self, key: str) -> tuple[Text, ...] | None:
        """Return the texts of a key that takes a list of them; one text stands for a list of one."""
        node = self.node(key)
        if node is None:
            return None
        items = node.items if isinstance(node, Sequence) else [node]
        if not items:
            self.sink.append(error(self._span(node), "empty-value", f"'{key}' is an empty list"))
        texts = [self._as_text(key, item) for item in items]
        return tuple(text for text in texts if text is not None)

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        """Return the text of a key that is one of a few words."""
        text = self.text(key)
        if text is None:
            return default
        if text.value not in known:
            self.bad(text, f"'{text.value}' is no {key}", did_you_mean(text.value, known))
            return default
        return text.value

    def language(self, key: str) -> str:
        """Return the language tag of a key; empty if there is none."""
        text = self.text(key)
        if text is None:
            return ""
        if not is_language(text.value):
            self.bad(text, f"'{text.value}' is no language tag", "use BCP 47: en, de-CH, zh-Hant …")
            return ""
        return text.value

    def reasons(self, key: str, known: Collection[str]) -> dict[str, Text]:
        """Return a reason for each of some known codes; the spans are those of the codes."""
        entry = self.entry(key)
        found: dict[str, Text] = {}
        for code in entry.written() if entry else ():
            reason = entry.text(code) if entry else None
            if entry and reason and code not in known:
                entry.sink.append(error(entry.key_span(code), "bad-value", f"'{code}' cannot be silenced here", near_or_listed(code, known)))
            elif entry and reason:
                found[code] = Text(reason.value, entry.key_span(code))
        return found

    def entry(self, key: str) -> Entry | None:
        """Return the mapping under a key."""
        node = self.node(key)
        return None if node is None else Entry.of(self.file, node, f"'{key}'", self.sink)

    def entries(self, key: str) -> list[Entry]:
        """Return the mappings of a list under a key."""
        node = self.node(key)
        if node is None:
            return []
        if not isinstance(node, Sequence):
            self.sink.append(error(self._span(node), "wrong-type", f"'{key}' has to be a list", "begin each of its entries with '- '"))
            return []
        found = (Entry.of(self.file, item, f"an entry of '{key}'", self.sink) for item in node.items)
        return [entry for entry in found if entry is not None]

    def bad(self, text: Text, message: str, hint: str = "") -> None:
        """Say that a value is not one that its key takes."""
        self.sink.append(error(text.span, "bad-value", message, hint))

    def require_all(self, keys: Keys) -> None:
        """Say which keys are missing that have to be there."""
        for name, key in keys.items():
            if key.required:
                self.require(name, key.hint)

    def finish(self, *known_keys: Iterable[str]) -> None:
        """Say which keys are none of the known ones; all that was asked for has to be among them. Without any, what was asked for is known."""
        known = {key for keys in known_keys for key in keys} or self._asked
        assert self._asked <= known, self._asked - known
        for key, (scalar, _) in self._mapping.entries.items():
            if key not in known:
                span = self.file.span(scalar.start, scalar.end)
                self.sink.append(error(span, "unknown-key", f"'{key}' is no key here", did_you_mean(key, known)))

    def _span(self, node: Node) -> Span:
        return self.file.span(node.start, node.end)

    def _as_text(self, key: str, node: Node) -> Text | None:
        if not isinstance(node, Scalar):
            found = "a list" if isinstance(node, Sequence) else "a mapping"
            hint = "put a text that begins with '[' or '{' in quotes" if self.file.text[node.start : node.start + 1] in ("[", "{") else ""
            self.sink.append(error(self._span(node), "wrong-type", f"'{key}' has to be a text, not {found}", hint))
            return None
        value = node.text.strip("\r\n")
        if "\n" not in value:
            value = value.strip()
        if not value.strip():
            where = self._span(node) if node.end > node.start else self.key_span(key)
            self.sink.append(error(where, "empty-value", f"'{key}' is empty", "write a value, or remove the key"))
            return None
        return Text(value, self._span(node))
