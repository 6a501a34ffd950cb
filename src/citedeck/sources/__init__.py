"""What decks may cite: `sources/<id>.yaml` says who, what and where; a text of the same name beside it, or one that it names, if there is one,
holds the words.

A format is a module with `FORMAT` and `read(content)`; `reading.READERS` lists them by file suffix.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TypeVar

from citedeck.clozes import Problem
from citedeck.diagnostics import Diagnostic, RawFile, Span, TextFile, error
from citedeck.model import Source
from citedeck.sources.metadata import load_metadata
from citedeck.sources.privacy import check_privacy
from citedeck.sources.reading import READERS, read_texts, suffix
from citedeck.texts import SourceText

_File = TypeVar("_File", TextFile, RawFile)
Find = Callable[[str], RawFile | Problem]
"""Called with a path of the project; answers with the file there, or with what is wrong with it."""


def _find_nothing(path: str) -> Problem:
    return "text-missing", f"there is no file '{path}'", "the path starts at the project's folder"


def load_sources(
    metadata: Iterable[TextFile], texts: Iterable[RawFile], unreadable: Collection[str] = (), *, ignored: bool = True, find: Find = _find_nothing
) -> tuple[dict[str, Source], list[Diagnostic]]:
    """Return the sources by id, from the files of `sources/`. `unreadable` are the paths of files that could not be opened.

    `ignored` says whether git leaves out the folder for texts that may not be shared; `find` fetches texts that lie outside `sources/`.
    """
    diagnostics: list[Diagnostic] = []
    broken = {_name(path) for path in unreadable}
    named = [(_name(file.path), file) for file in texts]
    described: dict[str, tuple[Source, TextFile]] = {}
    for name, file in _singles(((_name(file.path), file) for file in metadata), "metadata files", broken, diagnostics):
        source, found = load_metadata(file)
        described[name] = source, file
        diagnostics += found
        if source.elsewhere:
            answer = find(source.elsewhere.value)
            if isinstance(answer, RawFile) and suffix(answer.path) not in READERS:
                answer = _unknown(answer.path)
            if isinstance(answer, RawFile):
                named.append((name, answer))
            else:
                diagnostics.append(error(source.elsewhere.span, *answer))
                broken.add(name)
    read = _read(named, broken, diagnostics)
    sources: dict[str, Source] = {}
    for name, (source, file) in described.items():
        sources[name] = replace(source, text=read.pop(name, None), broken=name in broken)
        diagnostics += check_privacy(sources[name], file, ignored=ignored)
    for path in unreadable:
        if PurePosixPath(path).suffix.lower() in (".yaml", ".yml"):
            lost = _name(path)
            sources.setdefault(lost, Source(lost, {}, (), (), "verbatim", "", "", "", None, broken=True))
    claimed = {source.elsewhere.value for source in sources.values() if source.elsewhere}
    for text in read.values():
        expected = PurePosixPath(text.path).with_suffix(".yaml").as_posix()
        if expected not in unreadable and text.path not in claimed:
            diagnostics.append(error(Span(text.path), "no-metadata", "the text has no metadata beside it", f"write {expected} with its type and title"))
    return sources, diagnostics


def _name(path: str) -> str:
    return PurePosixPath(path).stem


def _unknown(path: str) -> Problem:
    kind = PurePosixPath(path).suffix or PurePosixPath(path).name
    return "unknown-format", f"'{kind}' is no format of a source", f"known: .yaml, {', '.join(READERS)}"


def _read(named: Iterable[tuple[str, RawFile]], broken: set[str], diagnostics: list[Diagnostic]) -> dict[str, SourceText]:
    """Return the texts by their source's name; a source whose text cannot be read is broken."""
    known = []
    for name, file in named:
        if suffix(file.path) in READERS:
            known.append((name, file))
        else:
            diagnostics.append(error(Span(file.path), *_unknown(file.path)))
    singles = _singles(known, "texts", broken, diagnostics)
    read: dict[str, SourceText] = {}
    for (name, _), (text, found) in zip(singles, read_texts([file for _, file in singles]), strict=True):
        diagnostics += found
        if text:
            read[name] = replace(text, source=name)
        else:
            broken.add(name)
    return read


def _singles(files: Iterable[tuple[str, _File]], what: str, broken: set[str], diagnostics: list[Diagnostic]) -> list[tuple[str, _File]]:
    """Return the first file of each source; of a second one, say so and take the source for broken."""
    first: dict[str, _File] = {}
    for name, file in files:
        if first.setdefault(name, file) is not file:
            hint = f"the other is {first[name].path}"
            diagnostics.append(error(Span(file.path), "two-files", f"the source '{name}' has two {what}", hint))
            broken.add(name)
    return list(first.items())
