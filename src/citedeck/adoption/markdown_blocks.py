"""Lines, lists, tables, quotes and code of a field → Markdown blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from citedeck.adoption.anki_marks import DISPLAY_MATH, DISPLAY_MATH_END
from citedeck.adoption.markdown_text import BREAK, EDGE, LINE_STARTS, Inline, LossError, emphasised
from citedeck.adoption.same_html import is_line
from citedeck.adoption.whole_html import BLOCKS, Element

Nodes = list["Element | str"]

_ENDS = re.compile(f"([{BREAK}{EDGE}])")
_NOTHING = re.compile(r"(?:[ \ufdea-\ufdef]|</?[a-z]+(?: [^<>]*)?>|\{\{c\d+::|\}\})*")
_LINE_START = re.compile(r"(?:#{1,6}(?=\s|\Z)|[-+](?=\s|\Z)|>|[=-]+ *\Z|\|?(?=[ :|-]*-[ :|-]*\Z)|\d{1,9}(?=[.)](?:\s|\Z)))")
_ALIGNED = re.compile(r"text-align: *(left|right|center);? *")
_RULES = {"": "---", "left": ":--", "right": "--:", "center": ":-:"}
_FORMULA = re.compile(f"{DISPLAY_MATH}[^{DISPLAY_MATH_END}]*{DISPLAY_MATH_END}")
_FORMULAS = re.compile(rf"(?:\s*{_FORMULA.pattern})+\s*")
_TICKS = re.compile("`{3,}")


def write(nodes: Nodes, inline: Inline, *, alone: bool) -> str:
    """Return the Markdown of a field. LossError if it holds what Markdown has no words for."""
    nodes = _flat(nodes, inline)
    if not any(_is_block(node, inline) for node in nodes):
        return emphasised("\n".join(_escaped(_lines(inline.write(nodes), alone=alone), inline)))
    blocks = _blocks(nodes, inline)
    only = [node for node in nodes if isinstance(node, Element) and _is_block(node, inline)]
    if len(blocks) == 1 and len(blocks[0]) == 1:  # A text of one line is none of these.
        return _stretched(only[0], blocks[0][0])
    return "\n\n".join("\n".join(block) for block in blocks)


def _stretched(element: Element, line: str) -> str:
    mark, _, rest = line.partition(" ")
    if element.name in ("ul", "ol") and rest:
        return f"{mark}\n{' ' * (len(mark) + 1)}{rest}"
    if element.name in ("h1", "h2") and rest:
        return f"{rest}\n{'===' if element.name == 'h1' else '---'}"
    raise LossError


def _flat(nodes: Iterable[Element | str], inline: Inline) -> Nodes:
    """Take the blocks out of the lines that hold them."""
    made: Nodes = []
    for node in nodes:
        if isinstance(node, Element) and is_line(node, inline.keep):
            inside = _flat(node.children, inline)
            if any(_is_block(child, inline) for child in inside):
                made += [Element("div"), *inside, Element("div")]
                continue
        made.append(node)
    return made


def _is_block(node: Element | str, inline: Inline) -> bool:
    return isinstance(node, Element) and node.name in BLOCKS and not is_line(node, inline.keep)


def _is_nothing(node: Element | str) -> bool:
    return not node.strip(" \t\n\r\f") if isinstance(node, str) else node == Element("div")


# --- lines ---------------------------------------------------------------------------------------------------------------------------


def _lines(text: str, *, alone: bool = True) -> list[str]:
    """Part a text into lines. Before a line without words its end is written as `<br>`, and so is an end after the last words, if it is seen."""
    lines: list[str] = []
    line = ""
    for part in _ENDS.split(text):
        if part == BREAK or (part == EDGE and not _NOTHING.fullmatch(line)):
            lines.append(line.strip(" "))
            line = ""
        elif part != EDGE:
            line += part
    lines.append(line.strip(" "))
    filled = [not _NOTHING.fullmatch(line) for line in lines]
    out = lines[0]
    for at in range(1, len(lines)):
        if filled[at] and out:
            out += "\n"
        elif at + 1 < len(lines) or filled[at] or not filled[at - 1] or not alone:
            out += "<br>"
        out += lines[at]
    return out.split("\n")


def _escaped(lines: list[str], inline: Inline) -> list[str]:
    if LINE_STARTS not in inline.escapes:
        return lines
    made = []
    for line in lines:
        match = _LINE_START.match(line)
        if match:
            inline.used.add(LINE_STARTS)
            at = match.end() if match[0][:1].isdigit() else 0
            line = f"{line[:at]}\\{line[at:]}"
        made.append(line)
    return made


def _block_lines(nodes: Nodes, inline: Inline) -> list[str]:
    return emphasised("\n".join(_escaped(_lines(inline.write(nodes)), inline))).split("\n")


def _one_line(nodes: Nodes, inline: Inline) -> str:
    made = _lines(inline.write(nodes))
    return emphasised("<br>".join(made))


# --- blocks --------------------------------------------------------------------------------------------------------------------------


def _blocks(nodes: Nodes, inline: Inline) -> list[list[str]]:
    """Return blocks, each of them lines. Beside them, no text can stand that is no paragraph."""
    made = []
    last = ""
    other = False
    for node in nodes:
        if _is_nothing(node):
            continue
        if isinstance(node, str) and _FORMULAS.fullmatch(node):  # Markdown sets them in no paragraph.
            made += [[inline.write([formula])] for formula in _FORMULA.findall(node)]
            last = ""
            continue
        if isinstance(node, str) or not _is_block(node, inline):
            raise LossError
        other = node.name == last and not other  # Two lists in a row have different marks.
        last = node.name
        made.append(_block(node, inline, other=other))
    return made


def _block(element: Element, inline: Inline, *, other: bool = False) -> list[str]:
    name = element.name
    if name == "ol" or name == "ul":
        return _list(element, inline, other=other)
    if element.attributes:
        raise LossError
    if name == "p":
        return _block_lines(element.children, inline)
    if name == "hr":
        return ["---"]
    if name == "pre":
        return _fence(element)
    if name == "blockquote":
        blocks = _blocks(_flat(element.children, inline), inline)
        return [f"> {line}".rstrip() for line in "\n\n".join("\n".join(block) for block in blocks).split("\n")]
    if name == "table":
        return _table(element, inline)
    if re.fullmatch("h[1-6]", name):
        return [f"{'#' * int(name[1])} {_one_line(element.children, inline)}"]
    raise LossError


def _list(element: Element, inline: Inline, *, other: bool) -> list[str]:
    start = element.attributes.get("start", "1")
    if element.attributes.keys() - ({"start"} if element.name == "ol" else set()) or not re.fullmatch(r"\d{1,9}", start):
        raise LossError
    items = [node for node in element.children if not _is_nothing(node)]
    loose = any(isinstance(child, Element) and child.name == "p" for item in items if isinstance(item, Element) for child in item.children)
    made: list[str] = []
    for number, item in enumerate(items, int(start)):
        if isinstance(item, str) or item.name != "li" or item.attributes:
            raise LossError
        mark = f"{number}{')' if other else '.'} " if element.name == "ol" else "* " if other else "- "
        lines = _item(_flat(item.children, inline), inline, loose=loose)
        if made and loose:
            made.append("")
        made += [(mark if i == 0 else " " * len(mark)) + line if line or i == 0 else "" for i, line in enumerate(lines)]
    return [line.rstrip() for line in made]


def _item(nodes: Nodes, inline: Inline, *, loose: bool) -> list[str]:
    first = next((i for i, node in enumerate(nodes) if _is_block(node, inline)), len(nodes))
    lead = [] if all(map(_is_nothing, nodes[:first])) else _block_lines(nodes[:first], inline)
    blocks = ([lead] if lead else []) + _blocks(nodes[first:], inline)
    if not loose:
        return [line for block in blocks for line in block] or [""]
    return "\n\n".join("\n".join(block) for block in blocks).split("\n")


def _fence(element: Element) -> list[str]:
    code = element.children[0] if len(element.children) == 1 else None
    if not isinstance(code, Element) or code.name != "code" or code.attributes or not all(isinstance(child, str) for child in code.children):
        raise LossError
    content = "".join(str(child) for child in code.children)
    if re.search("[\ufdd0-\ufdef]", content):
        raise LossError
    fence = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(content)), default=0))
    return [fence, *content.split("\n"), fence]


def _table(element: Element, inline: Inline) -> list[str]:
    parts = [node for node in element.children if not _is_nothing(node)]
    rows: list[list[Element]] = []
    for part, name in zip(parts, ("thead", "tbody"), strict=False):
        if isinstance(part, str) or part.name != name or part.attributes:
            raise LossError
        rows += [_cells(row, "th" if name == "thead" else "td") for row in part.children if not _is_nothing(row)]
    if not rows or len(parts) > 2 or len({len(row) for row in rows}) > 1:
        raise LossError
    texts = [[_one_line(cell.children, inline).replace("|", r"\|") for cell in row] for row in rows]
    made = [f"| {' | '.join(row)} |" for row in texts]
    return [made[0], f"|{'|'.join(_RULES[_alignment(cell)] for cell in rows[0])}|", *made[1:]]


def _cells(row: Element | str, name: str) -> list[Element]:
    if isinstance(row, str) or row.name != "tr" or row.attributes:
        raise LossError
    cells = [cell for cell in row.children if not _is_nothing(cell)]
    if any(isinstance(cell, str) or cell.name != name for cell in cells):
        raise LossError
    return [cell for cell in cells if isinstance(cell, Element)]


def _alignment(cell: Element) -> str:
    if not cell.attributes:
        return ""
    match = _ALIGNED.fullmatch(cell.attributes.get("style", ""))
    if not match or len(cell.attributes) > 1:
        raise LossError
    return match[1]
