"""YAML text → plain nodes that know where they stand. Every scalar stays the string that was typed.

Built over the parser's events instead of its node composer: an order of magnitude faster, and no value is ever typed by YAML's rules (`no`,
`1.10` and `24:44` stay themselves). Nodes hold code point offsets into the untouched text; `TextFile.span` turns them into lines and columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from citedeck.diagnostics import Diagnostic, TextFile, error, warning

MAX_DEPTH = 40
MAX_REPEATED = 5_000_000
"""Characters that aliases may repeat in one file."""
_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# Characters that YAML or Anki cannot carry; U+FDD0..U+FDEF are Unicode's noncharacters, which `markup` uses as placeholders.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# YAML takes these for line ends and drops them; editors do not.
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
# "Grade #1": what follows the blank is a comment for YAML. Comments proper have a blank after '#'.
_SWALLOWED = re.compile(r"[ \t]+(#[^\s#!][^\r\n]*)")
_VALUE = re.compile(r"\s*(?:- +)*(?:[\w.-]+ *: +)?(?P<value>\S.*)?")
_NEEDS_QUOTES = "!&*@`%|>'\"[]{}#,?-"


@dataclass(slots=True)
class Scalar:
    """A text as typed."""

    start: int
    end: int
    text: str
    size: int = 1
    """Characters in it, aliases counted as often as they stand."""
    style: str = ""
    """How it is written: `"`, `'`, `|` and `>` as they stand, empty for a text without quotes."""
    raw_end: int = 0
    """Where its last line ends; `end` is on the header's line if it is a block."""
    anchored: bool = False


@dataclass(slots=True)
class Sequence:
    """A list."""

    start: int
    end: int
    items: list[Node]
    size: int = 1


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the file; of a key written twice, the first."""

    start: int
    end: int
    entries: dict[str, tuple[Scalar, Node]]
    size: int = 1


Node = Scalar | Sequence | Mapping


def read_yaml(file: TextFile) -> tuple[Node | None, list[Diagnostic]]:
    """Return the file's one document, or None with the reasons why it cannot be read."""
    forbidden = _FORBIDDEN.search(file.text) or _LINE_ENDS.search(file.text)
    if forbidden:
        span = file.span(forbidden.start(), forbidden.end())
        return None, [error(span, "yaml-syntax", f"the character U+{ord(forbidden[0]):04X} cannot stand in a text", "delete it")]
    builder = _Builder(file)
    try:
        for event in yaml.parse(file.text, Loader=_LOADER):
            if not builder.take(event):
                return None, builder.diagnostics
    except yaml.MarkedYAMLError as problem:
        return None, [*builder.diagnostics, _explain(file, problem)]
    except (yaml.YAMLError, UnicodeError) as problem:
        return None, [error(file.whole, "yaml-syntax", f"the file is no YAML text: {problem}".splitlines()[0])]
    return builder.finish()


def _place(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index


class _Builder:
    """Puts the parser's events together to nodes. A stack instead of recursion, so that depth is bounded by us."""

    def __init__(self, file: TextFile) -> None:
        self.file = file
        self.diagnostics: list[Diagnostic] = []
        self._root: Node | None = None
        self._open: list[tuple[Sequence | Mapping, str | None]] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Node] = {}
        self._unused: dict[str, tuple[int, int]] = {}
        self._documents = 0
        self._repeated = 0

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False when reading on makes no sense."""
        match event:
            case yaml.ScalarEvent():
                return self._take_scalar(event)
            case yaml.AliasEvent():
                return self._take_alias(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                return self._take_start(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                node, anchor = self._open.pop()
                self._keys.pop()
                node.end = _place(event)[1]
                self._anchor(anchor, node)
                return self._add(node)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    start = _place(event)[0]
                    return self._refuse(start, start + 3, "a second document begins here", "one file holds one document: remove the line '---'")
        return True

    def finish(self) -> tuple[Node | None, list[Diagnostic]]:
        """Return the document and what was wrong in it."""
        for name, (start, end) in self._unused.items():
            self._refuse(start, end, f"'&{name}' is read as an anchor that nothing refers to", "put the text in quotes if the '&' belongs to it")
        return self._root, self.diagnostics

    def _take_scalar(self, event: yaml.ScalarEvent) -> bool:
        start, end = _place(event)
        if event.tag is not None:
            return self._refuse(start, end, f"'{event.tag}' is read as a YAML tag", "put the text in quotes: tags are not used here")
        forbidden = _FORBIDDEN.search(event.value)
        if forbidden:
            self._refuse(start, end, f"the character U+{ord(forbidden[0]):04X} cannot stand in a text", "delete its escape sequence")
        raw_end = end
        if event.style in ("|", ">"):
            end = start + len(self.file.text[start:end].splitlines()[0].rstrip())
        elif not event.style and (swallowed := _SWALLOWED.match(self.file.text, end)):
            span = self.file.span(*swallowed.span(1))
            hint = "put the whole text in quotes, or write a blank after '#' if it is a comment"
            self.diagnostics.append(warning(span, "swallowed-text", f"'{swallowed[1].strip()}' is read as a comment and left out", hint))
        node = Scalar(start, end, event.value, len(event.value) + 1, event.style or "", raw_end, event.anchor is not None)
        self._anchor(event.anchor, node)
        return self._add(node)

    def _take_alias(self, event: yaml.AliasEvent) -> bool:
        start, end = _place(event)
        name = event.anchor or ""
        node = self._anchors.get(name)
        if node is None:
            return self._refuse(start, end, f"'*{name}' is read as a reference to an anchor that does not exist", "put the text in quotes")
        self._unused.pop(name, None)
        self._repeated += node.size
        if self._repeated > MAX_REPEATED:
            return self._refuse(start, end, f"aliases repeat more than {MAX_REPEATED:,} characters", "write the texts out, or fewer of them")
        return self._add(node)

    def _take_start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> bool:
        start, end = _place(event)
        if event.tag is not None:
            return self._refuse(start, end, f"'{event.tag}' is read as a YAML tag", "put the text in quotes: tags are not used here")
        if len(self._open) >= MAX_DEPTH:
            return self._refuse(start, end, f"lists and mappings are nested more than {MAX_DEPTH} deep")
        node: Sequence | Mapping = Mapping(start, end, {}) if isinstance(event, yaml.MappingStartEvent) else Sequence(start, end, [])
        self._open.append((node, event.anchor))
        self._keys.append(None)
        return True

    def _anchor(self, name: str | None, node: Node) -> None:
        if name is not None:
            self._anchors[name] = node
            at = self.file.text.find("&" + name, max(0, node.start - len(name) - 2))
            self._unused[name] = (max(at, 0), max(at, 0) + len(name) + 1)

    def _add(self, node: Node) -> bool:
        if not self._open:
            self._root = node
            return True
        parent, _ = self._open[-1]
        parent.size += node.size
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return True
        key = self._keys[-1]
        if key is None:
            if not isinstance(node, Scalar):
                return self._refuse(node.start, node.end, "a key has to be a text", "put a text that begins with '{' or '[' in quotes")
            self._keys[-1] = node
            return True
        self._keys[-1] = None
        first = parent.entries.setdefault(key.text, (key, node))
        if first[0] is not key:
            line, _ = self.file.position(first[0].start)
            self._refuse(key.start, key.end, f"the key '{key.text}' stands twice", f"the first is on line {line}", "duplicate-key")
        return True

    def _refuse(self, start: int, end: int, message: str, hint: str = "", code: str = "yaml-syntax") -> bool:
        self.diagnostics.append(error(self.file.span(start, end), code, message, hint))
        return False


def _explain(file: TextFile, problem: yaml.MarkedYAMLError) -> Diagnostic:
    """Say in an author's words what the parser stumbled over."""
    mark = problem.problem_mark or problem.context_mark
    at = min(mark.index, len(file.text)) if mark else 0
    line, column = file.position(at)
    text = file.line(line)
    said = problem.problem or "the YAML cannot be read"
    span = file.span(at, min(at + 1, len(file.text)))
    if "\t" in text[: len(text) - len(text.lstrip())]:
        tab = at - column + 1 + text.index("\t")
        return error(file.span(tab, tab + 1), "yaml-syntax", "a tab stands where YAML wants spaces", "indent with spaces")
    if "unexpected end of stream" in said or "document indicator" in said:
        start = problem.context_mark.index if problem.context_mark else at
        return error(file.span(start, start + 1), "yaml-syntax", "the quote that opens here is never closed", "close it, or double a quote inside the text")
    if problem.context_mark and "flow" in (problem.context or "") and problem.context_mark.line < line - 1:
        start = problem.context_mark.index
        return error(file.span(start, start + 1), "yaml-syntax", "the bracket that opens here is never closed", "close it, or put the text in quotes")
    if "could not find expected ':'" in said and problem.context_mark:
        line, _ = file.position(problem.context_mark.index)
        start = problem.context_mark.index
        end = start + len(file.line(line)) - (file.position(start)[1] - 1)
        return error(file.span(start, end), "yaml-syntax", "this line lacks its ': '", "write key: value")
    if "escape character code" in said or "Unicode character" in said:
        return error(span, "yaml-syntax", "the escape stands for no character", "write the character itself, or \\U0001F989 with eight digits")
    if "unknown escape" in said:
        return error(span, "yaml-syntax", "an unknown escape sequence in a double-quoted text", "write the backslash twice, or use single quotes")
    if "mapping values are not allowed" in said and _VALUE_HAS_COLON.match(text[:column]):
        return error(span, "yaml-syntax", "': ' inside a text that is not in quotes", "put the whole text in quotes")
    value = _VALUE.match(text)
    begins = value["value"].rstrip() if value and value["value"] else ""
    if value and begins and begins[0] in _NEEDS_QUOTES:
        start = at - column + 1 + value.start("value")
        return error(file.span(start, start + len(begins)), "yaml-syntax", *_why_quotes(begins))
    if "did not find expected" in said:
        return error(span, "yaml-syntax", "this line does not fit the lines above it", "check its indentation, and quotes or brackets left open above")
    if "mapping values are not allowed" in said:
        return error(span, "yaml-syntax", "':' where no key can stand", "check indentation, and whether the line above lacks its ':'")
    return error(span, "yaml-syntax", said, "check indentation, quotes and brackets on this line and the one above")


def _why_quotes(value: str) -> tuple[str, str]:
    if value[0] in "'\"":
        return "the text goes on after its closing quote", "put the whole text in quotes, and double a quote inside it"
    if _FLOW_MAPPING.match(value):
        return "a text inside { } that YAML reads as its own notation", "put texts with '?', ',', ':' or brackets in quotes, or write one key a line"
    return f"a text that begins with {value[0]!r} is read as YAML's own notation", "put the whole text in quotes"


_FLOW_MAPPING = re.compile(r"\{ *[\w.-]+ *: ")
_VALUE_HAS_COLON = re.compile(r"\s*(?:- +)*[\w.-]+ *: +\S.*")
