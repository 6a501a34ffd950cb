"""Texts that may not be shared lie in a folder that git ignores, and nothing else does."""

from __future__ import annotations

from pathlib import PurePosixPath

from citedeck.diagnostics import Diagnostic, Span, TextFile, error
from citedeck.model import PRIVATE, Source


def check_privacy(source: Source, metadata: TextFile, *, ignored: bool) -> list[Diagnostic]:
    """Say so if a text would be shared that may not be, or is kept from others without need. `ignored`: git leaves the private folder out."""
    if source.text is None:
        return []
    path = PurePosixPath(source.text.path)
    inside = path.is_relative_to(PRIVATE)
    if source.share and inside:
        message = f"the text of '{source.id}' lies where git leaves it out, so that nobody else can check it"
        return [error(metadata.whole, "not-private", message, f"write share: false under citedeck:, or move {path} out of {PRIVATE}/")]
    if not source.share and not inside:
        message = f"the text of '{source.id}' may not be shared, and lies where it would be"
        return [error(Span(source.text.path), "not-private", message, f"move it to {PRIVATE}/{path.name}")]
    if not source.share and not ignored:
        message = f"git would take {source.text.path}, which may not be shared"
        return [error(Span(source.text.path), "not-private", message, f"write the line /{PRIVATE}/ into .gitignore")]
    return []
