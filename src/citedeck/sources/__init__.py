"""What decks may cite: `sources/<id>.yaml` says who, what and where; a text of the same name beside it, if there is one, holds the words.

A format is a module with `FORMAT` and `read(content)`; `reading.READERS` lists them by file suffix.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import TypeVar

from citedeck.diagnostics import Diagnostic, RawFile, Span, TextFile, error
from citedeck.model import Source
from citedeck.sources.metadata import load_metadata
from citedeck.sources.privacy import check_privacy
from citedeck.sources.reading import READERS, read_texts, suffix
from citedeck.texts import SourceText

_File = TypeVar("_File", TextFile, RawFile)


def load_sources(
    metadata: Iterable[TextFile], texts: Iterable[RawFile], unreadable: Collection[str] = (), *, ignored: bool = True
) -> tuple[dict[str, Source], list[Diagnostic]]:
    """Return the sources by id, from the files of `sources/`. `unreadable` are the paths of files that could not be opened.

    `ignored` says whether git leaves out the folder for texts that may not be shared.
    """
    diagnostics: list[Diagnostic] = []
    broken = {PurePosixPath(path).stem for path in unreadable}
    read: dict[str, SourceText] = {}
    known = []
    for file in texts:
        if suffix(file.path) in READERS:
            known.append(file)
        else:
            kind = PurePosixPath(file.path).suffix or PurePosixPath(file.path).name
            diagnostics.append(error(Span(file.path), "unknown-format", f"'{kind}' is no format of a source", f"known: .yaml, {', '.join(READERS)}"))
    singles = _singles(known, "texts", broken, diagnostics)
    for file, (text, found) in zip(singles, read_texts(singles), strict=True):
        diagnostics += found
        if text:
            read[PurePosixPath(file.path).stem] = text
        else:
            broken.add(PurePosixPath(file.path).stem)
    sources: dict[str, Source] = {}
    for described in _singles(metadata, "metadata files", broken, diagnostics):
        name = PurePosixPath(described.path).stem
        sources[name], found = load_metadata(described, read.pop(name, None), broken=name in broken)
        diagnostics += found + check_privacy(sources[name], described, ignored=ignored)
    for path in unreadable:
        if PurePosixPath(path).suffix.lower() in (".yaml", ".yml"):
            lost = PurePosixPath(path).stem
            sources.setdefault(lost, Source(lost, {}, (), (), "verbatim", "", "", "", None, broken=True))
    for text in read.values():
        name = PurePosixPath(text.path).with_suffix(".yaml").as_posix()
        if name not in unreadable:
            diagnostics.append(error(Span(text.path), "no-metadata", "the text has no metadata beside it", f"write {name} with its type and title"))
    return sources, diagnostics


def _singles(files: Iterable[_File], what: str, broken: set[str], diagnostics: list[Diagnostic]) -> list[_File]:
    """Return the first file of each source; of a second one, say so and take the source for broken."""
    first: dict[str, _File] = {}
    for file in files:
        name = PurePosixPath(file.path).stem
        if first.setdefault(name, file) is not file:
            hint = f"the other is {first[name].path}"
            diagnostics.append(error(Span(file.path), "two-files", f"the source '{name}' has two {what}", hint))
            broken.add(name)
    return list(first.values())
