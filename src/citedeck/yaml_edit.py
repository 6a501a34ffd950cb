"""New texts for a few scalars of an author's YAML file. Comments, quotes, indentation and line ends stay as they are.

A text is spliced in, and then the whole file is read again: what would change any other node, or what the reader has to say, is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from citedeck import yaml_reader
from citedeck.diagnostics import Diagnostic, TextFile
from citedeck.yaml_reader import Node, Scalar, read_yaml

MAX_COLUMNS = 120
"""A text of several lines becomes one line if that is no longer than this."""
MIN_BLOCK_WIDTH = 60
# What YAML's folding makes of line ends. Other white space (a no-break space) is text.
_BLANKS = " \t\r\n"
_RUN = re.compile(f"[{_BLANKS}]+")
# The only blanks at which YAML folds a line without loss: single ones.
_FOLDABLE = re.compile(r"(?<![ \t]) (?![ \t])")
_COMMENT = re.compile(r"[ \t]+#")
_FLOW = re.compile(r"(?:&\S+\s+)?[\[{]")
_ESCAPES = {ord(char): escape for char, escape in zip('\\"\t\n\r\x85\u2028\u2029', (r"\\", r"\"", r"\t", r"\n", r"\r", r"\N", r"\L", r"\P"), strict=True)}
# Where a text has to read back as itself to be safe in a file: as the root, a list's item, a key's value.
_BLOCK_CONTEXTS = (("", ""), ("- ", "\n"), ("k: ", "\n"))
_FLOW_CONTEXTS = (("[", "]"), ("{k: ", "}"))


@dataclass(frozen=True, slots=True)
class _Place:
    """A scalar that may be replaced, and whether it stands in brackets or braces."""

    scalar: Scalar
    in_flow: bool


@dataclass(frozen=True, slots=True)
class _Edit:
    """A scalar, the text that it shall have, and how that is written there."""

    scalar: Scalar
    text: str
    written: str


def replace_scalars(file: TextFile, replacements: Mapping[int, str]) -> tuple[TextFile, list[int]]:
    """Give the scalars that start at these offsets new texts; return the new file and the offsets that cannot be replaced safely."""
    root, diagnostics = read_yaml(file)
    if root is None:
        return file, sorted(replacements)
    places = _find_places(file, root)
    done, edits = set(), []
    for offset, text in sorted(replacements.items()):
        if (place := places.get(offset)) is None:
            continue
        if _is_same(place.scalar, place.scalar.text, text):
            done.add(offset)
        elif (written := _write(file, place, text)) is not None:
            edits.append(_Edit(place.scalar, text, written))
    held = _Original(file, root, diagnostics).settle(edits, [])
    done |= {edit.scalar.start for edit in held}
    return _splice(file, held) if held else file, sorted(replacements.keys() - done)


def spell(text: str, *, in_flow: bool = False) -> str:
    """Return a text as it can be written as a value in one line, with quotes where it needs them; `in_flow` says that it stands in braces.

    A text with a character that may stand nowhere in YAML does not read back.
    """
    return next((spelling for spelling in _spellings("", text) if _reads_as(spelling, text, in_flow)), json.dumps(text))


def _find_places(file: TextFile, root: Node) -> dict[int, _Place]:
    """Return the scalars that may be replaced, by offset: no keys, no empty ones, and none that stands anywhere else, too."""
    places: dict[int, _Place] = {}
    repeated: dict[int, bool] = {}
    stack = [(root, False, False)]
    while stack:
        node, in_flow, again = stack.pop()
        again = again or id(node) in repeated
        if repeated.get(id(node)):
            continue
        repeated[id(node)] = again
        if not isinstance(node, Scalar):
            in_flow = in_flow or bool(_FLOW.match(file.text, node.start))
            stack.extend((child, in_flow, again) for child in children(node))
        elif again or node.anchored:
            places.pop(node.start, None)
        elif node.raw_end > node.start:
            places[node.start] = _Place(node, in_flow)
    return places


def children(node: Node) -> list[Node]:
    """Return the items of a list or the values of a mapping."""
    if isinstance(node, Scalar):
        return []
    return node.items if isinstance(node, yaml_reader.Sequence) else [value for _, value in node.entries.values()]


def _is_same(scalar: Scalar, text: str, wanted: str) -> bool:
    """Say whether `text` is the wanted one. How a block is broken into lines does not count."""
    if scalar.style not in ("|", ">"):
        return text == wanted
    return _RUN.sub(" ", text).strip(" ") == _RUN.sub(" ", wanted).strip(" ")


def _write(file: TextFile, place: _Place, text: str) -> str | None:
    """Return a text as it can be written in a scalar's place, if it can."""
    if place.scalar.style in ("|", ">"):
        return _write_block(file, place.scalar, text)
    for spelling in _spellings(place.scalar.style, text):
        if _reads_as(spelling, text, place.in_flow):
            return _wrap(file, place.scalar, spelling)
    return None


def _spellings(style: str, text: str) -> Iterator[str]:
    """Return the ways to write a text in one line, best first: as the old one, then with the fewest escapes."""
    single, double = "'" + text.replace("'", "''") + "'", '"' + text.translate(_ESCAPES) + '"'
    if style == '"':
        yield double
    elif style == "'":
        yield from (single, double)
    else:
        # PyYAML without libyaml takes no tabs there.
        if "\t" not in text:
            yield text
        yield from sorted((double, single), key=len)


def _reads_as(spelling: str, text: str, in_flow: bool) -> bool:
    for before, behind in _FLOW_CONTEXTS if in_flow else _BLOCK_CONTEXTS:
        root, diagnostics = read_yaml(TextFile("", before + spelling + behind))
        if diagnostics or root is None:
            return False
        read = [root] if isinstance(root, Scalar) else children(root)
        if len(read) != 1 or not isinstance(read[0], Scalar) or read[0].text != text:
            return False
    return True


def _wrap(file: TextFile, scalar: Scalar, written: str) -> str:
    """Break what is written if the scalar had several lines and one would be too long."""
    first, *others = TextFile("", file.text[scalar.start : scalar.raw_end]).lines_with_ends
    if not others:
        return written
    before = file.position(scalar.start)[1] - 1
    last, column = file.position(scalar.raw_end)
    behind = _COMMENT.split(file.line(last)[column - 1 :])[0].rstrip()
    if before + len(written) + len(behind) <= MAX_COLUMNS:
        return written
    continuation = next(line for line in others if line.strip(_BLANKS))
    indent = continuation[: len(continuation) - len(continuation.lstrip(" \t"))]
    # What follows without a comment counts as part of the last word, so that it fits as well.
    lines = _fill(_FOLDABLE.split(written + behind), MAX_COLUMNS - before, MAX_COLUMNS - len(indent))
    return (_line_end(first) + indent).join(lines).removesuffix(behind)


def _write_block(file: TextFile, scalar: Scalar, text: str) -> str | None:
    """Return a block with its own header, indentation and outer empty lines, or None if it has no line to go by."""
    header, *lines = TextFile("", file.text[scalar.start : scalar.raw_end]).lines_with_ends
    filled = [number for number, line in enumerate(lines) if line.strip(_BLANKS)]
    if not filled:
        return None
    first, last = filled[0], filled[-1]
    # Blanks that belong to the text, as the header's digit allows them to, are no indentation.
    beginning = next((line for line in scalar.text.split("\n") if line.strip(_BLANKS)), "")
    indent = _leading_blanks(lines[first]) - _leading_blanks(beginning)
    width = max(MIN_BLOCK_WIDTH, *(len(line.rstrip("\r\n")) - indent for line in lines[first : last + 1]))
    content = (_line_end(header)).join(" " * indent + line for line in _fill(_RUN.split(text.strip(_BLANKS)), width, width))
    return "".join([header, *lines[:first], content, _line_end(lines[last]), *lines[last + 1 :]])


def _leading_blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _fill(words: Sequence[str], first_width: int, width: int) -> list[str]:
    """Put words into lines that are no longer than the width, unless one word is."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= (first_width if len(lines) == 1 else width):
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _splice(file: TextFile, edits: Sequence[_Edit]) -> TextFile:
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.scalar.start):
        parts += [file.text[at : edit.scalar.start], edit.written]
        at = edit.scalar.raw_end
    return TextFile(file.path, "".join([*parts, file.text[at:]]))


@dataclass(frozen=True, slots=True)
class _Original:
    """The file as it was, which edits have to leave alone but for their scalars."""

    file: TextFile
    root: Node
    diagnostics: list[Diagnostic]

    def settle(self, edits: list[_Edit], held: list[_Edit]) -> list[_Edit]:
        """Return the edits that do no harm, with those that hold already. Halving finds a harmful one among many soon."""
        if not edits or self._survives([*held, *edits]):
            return [*held, *edits]
        if len(edits) == 1:
            return held
        middle = len(edits) // 2
        return self.settle(edits[middle:], self.settle(edits[:middle], held))

    def _survives(self, edits: list[_Edit]) -> bool:
        root, diagnostics = read_yaml(_splice(self.file, edits))
        # Fewer findings are no better: words that are read as a comment would be so without a warning behind new quotes.
        if root is None or _findings(diagnostics) != _findings(self.diagnostics):
            return False
        return self._agrees_with(root, {id(edit.scalar): edit.text for edit in edits})

    def _agrees_with(self, root: Node, wanted: Mapping[int, str]) -> bool:
        """Say whether a tree is the old one but for the wanted texts; keys are ids of the old scalars."""
        pairs: dict[int, int] = {}
        stack = [(self.root, root)]
        while stack:
            old, new = stack.pop()
            # An alias is the node itself, met again.
            if id(old) in pairs and pairs[id(old)] == id(new):
                continue
            if id(old) in pairs or _shape(old) != _shape(new):
                return False
            pairs[id(old)] = id(new)
            if isinstance(old, Scalar) and isinstance(new, Scalar):
                text = wanted.get(id(old))
                if new.text != old.text if text is None else not _is_same(old, new.text, text):
                    return False
            stack.extend(zip(children(old), children(new), strict=True))
        return True


def _findings(diagnostics: list[Diagnostic]) -> list[tuple[str, str]]:
    return sorted((one.code, one.message) for one in diagnostics)


def _shape(node: Node) -> tuple[type, object]:
    """Return what two nodes have in common if they differ in their scalars' texts only."""
    match node:
        case Scalar():
            return Scalar, node.anchored
        case yaml_reader.Sequence():
            return yaml_reader.Sequence, len(node.items)
        case yaml_reader.Mapping():
            return yaml_reader.Mapping, list(node.entries)
