"""A new entry at the end of a list in an author's YAML file. Everything that stands there stays as it is, comments included.

The entry is put in as text, and then the whole file is read again: unless it is the old one with the new entry behind it, nothing was done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citedeck import yaml_reader
from citedeck.diagnostics import TextFile
from citedeck.yaml_edit import spell
from citedeck.yaml_reader import Node, Scalar, read_yaml

Value = str | Sequence[str] | Mapping[str, str]
"""A text, a list of texts, or a mapping to texts, which is written in braces."""


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


def _written(entry: Mapping[str, Value], indent: int) -> list[str]:
    lines = []
    for name, value in entry.items():
        if isinstance(value, str):
            lines.append(f"{name}: {spell(value)}")
        elif isinstance(value, Mapping):
            lines.append(f"{name}: {{{', '.join(f'{key}: {spell(text, in_flow=True)}' for key, text in value.items())}}}")
        else:
            lines += [f"{name}:", *(f"  - {spell(text)}" for text in value)]
    return [" " * indent + ("- " if number == 0 else "  ") + line for number, line in enumerate(lines)]


def _behind(file: TextFile, node: yaml_reader.Sequence) -> int:
    """Return where the line behind the last item of a list begins."""
    return _end_of_line(file, _last(node.items[-1]) - 1)


def _last(node: Node) -> int:
    """Return where the last text of a node ends."""
    if isinstance(node, Scalar):
        return max(node.raw_end, node.end)
    children: list[Node] = node.items if isinstance(node, yaml_reader.Sequence) else [value for _, value in node.entries.values()]
    ends = [_last(child) for child in children]
    if isinstance(node, yaml_reader.Mapping):
        ends += [key.end for key, _ in node.entries.values()]
    return max(ends, default=node.end)


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
    wanted = {**expected, key: [*items, {name: list(value) if not isinstance(value, str | Mapping) else value for name, value in entry.items()}]}
    if problems or root is None or _plain(root) != wanted:
        raise CannotAppendError("the new question would change what stands there; write it by hand")


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, yaml_reader.Sequence):
        return [_plain(item) for item in node.items]
    return {name: _plain(value) for name, (_, value) in node.entries.items()}
