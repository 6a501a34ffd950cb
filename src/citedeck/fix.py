"""Safe repairs of what was found: only the scalars that are wrong change, and only to what the source settles."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from citedeck.diagnostics import Diagnostic, TextFile
from citedeck.yaml_edit import replace_scalars


@dataclass(frozen=True)
class Repair:
    """A file before and after, and what was mended in it."""

    before: TextFile
    after: TextFile
    mended: tuple[Diagnostic, ...]

    def content(self, old: bytes) -> bytes:
        """Return the file's new bytes; a byte order mark stays."""
        mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
        return mark + self.after.text.encode()

    def diff(self) -> str:
        """Return the change as a unified diff."""
        old, new = ([line.rstrip("\r\n") for line in file.lines_with_ends] for file in (self.before, self.after))
        return "\n".join(difflib.unified_diff(old, new, self.before.path, self.after.path, lineterm=""))


def repair(diagnostics: Iterable[Diagnostic], files: Mapping[str, TextFile]) -> tuple[list[Repair], list[Diagnostic]]:
    """Return the repairs by file, and the findings whose scalar cannot be replaced safely. An altered quote is never repaired."""
    wanted: dict[str, dict[int, Diagnostic]] = {}
    for one in diagnostics:
        if one.replacement is not None:  # Of two repairs of one text the second waits for the next run.
            wanted.setdefault(one.span.path, {}).setdefault(files[one.span.path].offset(one.span.line, one.span.column), one)
    repairs, refused = [], []
    for path, places in wanted.items():
        after, left = replace_scalars(files[path], {offset: one.replacement or "" for offset, one in places.items()})
        refused += [places[offset] for offset in left]
        mended = tuple(one for offset, one in places.items() if offset not in left)
        if mended:
            repairs.append(Repair(files[path], after, mended))
    return repairs, refused
