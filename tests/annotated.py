"""Examples that carry their complete expected diagnostics beneath the lines that earn them.

An example holds one or more files, each after a line `# --- path`. Expectations are comments: `#> 13-31 error[code] message` (columns, the end
exclusive; `13-4:2` ends on another line) and `#> hint: …` under a line; those without a line stand under `# --- expected`. Silence is
tested too: what is not written there must not be said. `make goldens` writes the expectations anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from citedeck.diagnostics import Diagnostic, TextFile

HEADER = "# --- "


def parts_of(text: str) -> dict[str, str]:
    """Return an example's files by path, without the expectations."""
    parts: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if line.startswith(HEADER):
            name = line.removeprefix(HEADER).strip()
            parts[name] = ""
        elif name and not re.match(r"\s*#>", line):
            parts[name] += line
    parts.pop("expected", None)
    return parts


def annotate(text: str, diagnostics: Iterable[Diagnostic]) -> str:
    """Return an example with what was really said beneath its lines."""
    parts = parts_of(text)
    said = list(diagnostics)
    out = [re.split(rf"^{HEADER}", text, maxsplit=1, flags=re.MULTILINE)[0]]
    for name, part in parts.items():
        out.append(f"{HEADER}{name}\n")
        for number, line in enumerate(TextFile(name, part).lines_with_ends, 1):
            out.append(line)
            here = [one for one in said if one.span.path == name and one.span.line == number]
            out += [f"{' ' * (len(line) - len(line.lstrip()))}#> {note}\n" for one in here for note in notes(one)]
    lines = {name: len(TextFile(name, part).lines_with_ends) for name, part in parts.items()}
    elsewhere = [one for one in said if not 0 < one.span.line <= lines.get(one.span.path, 0)]
    if elsewhere:
        out.append(f"{HEADER}expected\n")
        out += [f"#> {f'{one.span.path} ' if n == 0 else ''}{note}\n" for one in elsewhere for n, note in enumerate(notes(one))]
    return "".join(out)


def notes(one: Diagnostic) -> list[str]:
    """Return an expectation's lines."""
    span = one.span
    end = f"{span.end_column}" if span.end_line == span.line else f"{span.end_line}:{span.end_column}"
    place = f"{span.column}-{end} " if span.column else f"line {span.line} " if span.line else ""
    return [f"{place}{one.severity.name.lower()}[{one.code}] {one.message}", *([f"hint: {one.hint}"] if one.hint else [])]
