"""A new entry at the end of a list or a mapping in an author's YAML file. Everything that stands there stays as it is, comments included.

The entry is put in as text, and then the whole file is read again: unless it is the old one with the new entry behind it, nothing was done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from citedeck import yaml_reader
from citedeck.diagnostics import Diagnostic, TextFile
from citedeck.yaml_edit import children, spell
from citedeck.yaml_reader import Node, Scalar, read_yaml

Value = str | Sequence[str] | Mapping[str, str]
"""A text, a list of texts, or a mapping to texts, which is written in braces."""


_BRACKET = re.compile(r"(?:&\S+\s+)?[\[{]")


class CannotAppendError(Exception):
    """The file's shape leaves no place for the entry. The message says why."""


def append_entry(file: TextFile, key: str, entry: Mapping[str, Value]) -> tuple[TextFile, int]:
    """Return the file with a mapping as the last item of the list under a key of its root, and the line on which it begins."""
    root, problems = read_yaml(file)
    if not isinstance(root, yaml_reader.Mapping) or problems:
        raise CannotAppendError("the file cannot be read as it is; `citedeck check` says why")
    node = root.entries[key][1] if key in root.entries else None
    if isinstance(node, yaml_reader.Sequence) and node.items and file.text[node.start] != "[":
        at, apart, indent = _behind(file, node), _are_apart(file, node), file.position(node.start)[1] - 1
    else:
        file = _with_empty_list(file, key, node, root)
        at, apart, indent = _end_of_line(file, file.text.rindex(f"{key}:") if node is None else root.entries[key][0].start), False, 2
    newline = "\r\n" if "\r\n" in file.text else "\n"
    lead = ("" if file.text[:at].endswith(("\n", "\r")) else newline) + (newline if apart else "")
    lines = "".join(line + newline for line in _written(entry, indent))
    made = TextFile(file.path, file.text[:at] + lead + lines + file.text[at:])
    _verify(made, key, root, entry)
    return made, made.position(at + len(lead))[0]


def append_keys(file: TextFile, additions: Mapping[int, Mapping[str, Value]]) -> tuple[TextFile, dict[int, str]]:
    """Return the file with new keys at the end of the mappings that begin at some offsets, and why the others cannot have them, by offset."""
    root, problems = read_yaml(file)
    if root is None:
        return file, dict.fromkeys(additions, "the file cannot be read as it is; `citedeck check` says why")
    places, shared = _mappings(root)
    refused = {}
    for offset, entry in additions.items():
        if offset not in places:
            refused[offset] = "no mapping begins there"
        elif offset in shared:
            refused[offset] = "it stands in several places, through a YAML anchor"
        elif known := next((key for key in entry if key in places[offset].entries), None):
            refused[offset] = f"it has the key '{known}' already"
    edits = {offset: _addition(file, places[offset], entry) for offset, entry in additions.items() if offset not in refused}
    findings = _findings(problems)

    def settle(wanted: list[int]) -> list[int]:
        """Return the additions that would do harm, alone or with others. Halving finds one among many soon."""
        chosen = {offset: additions[offset] for offset in wanted}
        again, said = read_yaml(_inserted(file, [edits[offset] for offset in wanted]))
        if again is not None and _findings(said) == findings and _plain(again) == _plain(root, chosen):
            return []
        middle = len(wanted) // 2
        return (settle(wanted[:middle]) + settle(wanted[middle:])) or wanted if middle else wanted

    harmful = settle(list(edits))
    refused |= dict.fromkeys(harmful, "the new lines would change what stands there; write them by hand")
    return _inserted(file, [edit for offset, edit in edits.items() if offset not in harmful]), refused


def _mappings(root: Node) -> tuple[dict[int, yaml_reader.Mapping], set[int]]:
    """Return the mappings of a file by the offset at which they begin, and which of them stand in several places."""
    places: dict[int, yaml_reader.Mapping] = {}
    shared: set[int] = set()
    seen: dict[int, bool] = {}
    stack = [(root, False)]
    while stack:
        node, again = stack.pop()
        again = again or id(node) in seen
        if seen.get(id(node)):
            continue
        seen[id(node)] = again
        if isinstance(node, yaml_reader.Mapping):
            places[node.start] = node
            if again:
                shared.add(node.start)
        stack.extend((child, again) for child in children(node))
    return places, shared


def _addition(file: TextFile, node: yaml_reader.Mapping, entry: Mapping[str, Value]) -> tuple[int, str]:
    """Return where in the file, and as which text, an entry is put at the end of a mapping."""
    if _in_brackets(file, node):
        closing = node.end - 1
        at = len(file.text[:closing].rstrip())
        if "#" in file.text[file.text.rfind("\n", 0, at) + 1 : at]:
            at = closing  # A comment would swallow it.
        lead = "" if not node.entries else " " if file.text[:at].endswith(",") else ", "
        return at, lead + _in_one_line(entry)
    first = next(iter(node.entries.values()))[0]
    at = _end_of_line(file, _end_of(file, node) - 1)
    newline = "\r\n" if "\r\n" in file.text else "\n"
    lead = "" if file.text[:at].endswith(("\n", "\r")) else newline
    indent = " " * (file.position(first.start)[1] - 1)
    return at, lead + "".join(f"{indent}{line}{newline}" for line in _lines(entry))


def _inserted(file: TextFile, edits: Sequence[tuple[int, str]]) -> TextFile:
    parts, done = [], 0
    for at, text in sorted(edits):
        parts += [file.text[done:at], text]
        done = at
    return TextFile(file.path, "".join([*parts, file.text[done:]]))


def _end_of(file: TextFile, node: Node) -> int:
    """Return where a node ends, its closing bracket included."""
    if isinstance(node, Scalar):
        written = file.text[node.start : node.raw_end]
        # Empty lines behind a block are not part of its text, unless its header says so.
        block = node.style in ("|", ">") and "+" not in written.partition("\n")[0]
        return node.start + len(written.rstrip()) if block else max(node.raw_end, node.end)
    if _in_brackets(file, node):
        return node.end
    keys = [key.end for key, _ in node.entries.values()] if isinstance(node, yaml_reader.Mapping) else []
    return max([*keys, *(_end_of(file, child) for child in children(node))], default=node.end)


def _in_brackets(file: TextFile, node: Node) -> bool:
    return bool(_BRACKET.match(file.text, node.start))


def _findings(problems: Sequence[Diagnostic]) -> list[tuple[str, str]]:
    return sorted((one.code, one.message) for one in problems)


def _written(entry: Mapping[str, Value], indent: int) -> list[str]:
    return [" " * indent + ("- " if number == 0 else "  ") + line for number, line in enumerate(_lines(entry))]


def _lines(entry: Mapping[str, Value]) -> list[str]:
    lines = []
    for name, value in entry.items():
        if isinstance(value, str):
            lines.append(f"{name}: {spell(value)}")
        elif isinstance(value, Mapping):
            lines.append(f"{name}: {{{_in_one_line(value)}}}")
        else:
            lines += [f"{name}:", *(f"  - {spell(text)}" for text in value)]
    return lines


def _in_one_line(entry: Mapping[str, Value]) -> str:
    """Return keys and values as they stand between braces."""
    made = []
    for name, value in entry.items():
        if isinstance(value, str):
            made.append(f"{name}: {spell(value, in_flow=True)}")
        elif isinstance(value, Mapping):
            made.append(f"{name}: {{{_in_one_line(value)}}}")
        else:
            made.append(f"{name}: [{', '.join(spell(text, in_flow=True) for text in value)}]")
    return ", ".join(made)


def _behind(file: TextFile, node: yaml_reader.Sequence) -> int:
    """Return where the line behind the last item of a list begins."""
    return _end_of_line(file, _end_of(file, node.items[-1]) - 1)


def _end_of_line(file: TextFile, at: int) -> int:
    """Return where the line behind a place begins."""
    line, _ = file.position(max(at, 0))
    return file.offset(line, 1) + len(file.lines_with_ends[line - 1])


def _are_apart(file: TextFile, node: yaml_reader.Sequence) -> bool:
    """Say whether the last two items of a list have an empty line between them."""
    line, _ = file.position(node.items[-1].start)
    return len(node.items) > 1 and not file.line(line - 1).strip()


def _with_empty_list(file: TextFile, key: str, node: Node | None, root: yaml_reader.Mapping) -> TextFile:
    """Return the file with the key and nothing behind it, ready for a first item."""
    if node is None:
        ending = "" if file.text.endswith("\n") else "\n"
        return TextFile(file.path, f"{file.text}{ending}{key}:\n")
    empty = (isinstance(node, yaml_reader.Sequence) and not node.items) or (isinstance(node, Scalar) and not node.text.strip())
    if not empty:
        raise CannotAppendError(f"the list under '{key}' is written in brackets; begin each of its entries with '- ' on a line of its own")
    return TextFile(file.path, file.text[: root.entries[key][0].end] + ":" + file.text[max(node.end, root.entries[key][0].end + 1) :])


def _verify(made: TextFile, key: str, old: yaml_reader.Mapping, entry: Mapping[str, Value]) -> None:
    root, problems = read_yaml(made)
    expected = _plain(old)
    assert isinstance(expected, dict)
    items = expected.get(key) or []
    wanted = {**expected, key: [*items, _as_read(entry)]}
    if problems or root is None or _plain(root) != wanted:
        raise CannotAppendError("the new question would change what stands there; write it by hand")


def _plain(node: Node, additions: Mapping[int, Mapping[str, Value]] | None = None) -> object:
    """Return a node as plain values, with the additions at the end of the mappings that begin at their offsets."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, yaml_reader.Sequence):
        return [_plain(item, additions) for item in node.items]
    new = (additions or {}).get(node.start, {})
    return {name: _plain(value, additions) for name, (_, value) in node.entries.items()} | _as_read(new)


def _as_read(entry: Mapping[str, Value]) -> dict[str, object]:
    return {name: value if isinstance(value, str) else dict(value) if isinstance(value, Mapping) else list(value) for name, value in entry.items()}
