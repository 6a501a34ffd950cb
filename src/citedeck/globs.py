"""Globs over paths of the project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache


def matches(path: str, globs: Iterable[str]) -> bool:
    """Say whether one of the globs matches a path."""
    return any(_glob(glob).fullmatch(path) for glob in globs)


@cache
def _glob(glob: str) -> re.Pattern[str]:
    """Read a glob as shells do: `*` stays in one folder, `**/` is any number of them."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(parts.get(part) or re.escape(part) for part in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", glob)))
