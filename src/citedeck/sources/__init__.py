"""What decks may cite: `sources/<id>.yaml` says who, what and where; a text of the same name beside it, if there is one, holds the words.

A format is a module with `FORMAT` and `read(content)`; READERS lists them by file suffix.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from citedeck.diagnostics import Diagnostic, RawFile, Span, TextFile, error, warning
from citedeck.model import Source, SourceText
from citedeck.sources import epub, markdown, plain, srt, vtt, web
from citedeck.sources.blocks import Reader, Reading, UnreadableError, assemble
from citedeck.sources.metadata import load_metadata
from citedeck.sources.privacy import check_privacy

_File = TypeVar("_File", TextFile, RawFile)

READERS: Mapping[str, Reader] = {".md": markdown, ".txt": plain, ".html": web, ".htm": web, ".xhtml": web, ".epub": epub, ".vtt": vtt, ".srt": srt}


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
        if PurePosixPath(file.path).suffix.lower() in READERS:
            known.append(file)
        else:
            kind = PurePosixPath(file.path).suffix or PurePosixPath(file.path).name
            diagnostics.append(error(Span(file.path), "unknown-format", f"'{kind}' is no format of a source", f"known: .yaml, {', '.join(READERS)}"))
    for file in _singles(known, "texts", broken, diagnostics):
        text, found = read_text(file)
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


def read_text(file: RawFile) -> tuple[SourceText | None, list[Diagnostic]]:
    """Return a source's text, or None after saying why it cannot be read."""
    reader = READERS[PurePosixPath(file.path).suffix.lower()]
    try:
        reading = reader.read(file.content)
    except UnreadableError as problem:
        return None, [error(_place(file.path, problem.before), problem.code, problem.message, problem.hint)]
    text = assemble(file.path, reading, reader.FORMAT, hashlib.sha256(file.content).hexdigest())
    return text, [warning(_line(file.path, reading, one.offset), "damaged-source", one.message, one.hint) for one in reading.problems]


def _place(path: str, before: str | None) -> Span:
    """Return the place of the character behind `before`."""
    if before is None:
        return Span(path)
    line, column = TextFile(path, before).position(len(before))
    return Span(path, line, column, line, column + 1)


def _line(path: str, reading: Reading, offset: int | None) -> Span:
    if offset is None:
        return Span(path)
    file = TextFile(path, reading.text)
    line, _ = file.position(offset)
    return Span(path, line, 1, line, len(file.line(line)) + 1)


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
