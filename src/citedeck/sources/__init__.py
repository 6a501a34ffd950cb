"""What decks may cite: `sources/<id>.yaml` says who, what and where; a text of the same name beside it, if there is one, holds the words.

A format is a module with `blocks(text)`; READERS lists them by file suffix.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import PurePosixPath

from citedeck.diagnostics import Diagnostic, TextFile, error
from citedeck.model import Source, SourceText
from citedeck.sources import markdown, plain
from citedeck.sources.blocks import Block, assemble
from citedeck.sources.metadata import load_metadata

_METADATA = (".yaml", ".yml")
READERS: Mapping[str, Callable[[str], Iterable[Block]]] = {".md": markdown.blocks, ".txt": plain.blocks}


def load_sources(files: Iterable[TextFile], unreadable: Collection[str] = ()) -> tuple[dict[str, Source], list[Diagnostic]]:
    """Return the sources by id. Files are those of `sources/`: metadata and texts; `unreadable` are paths of texts that could not be read."""
    diagnostics: list[Diagnostic] = []
    texts: dict[str, SourceText] = {}
    described: dict[str, TextFile] = {}
    broken = {PurePosixPath(path).stem for path in unreadable}
    for file in files:
        path = PurePosixPath(file.path)
        suffix = path.suffix.lower()
        first = described.get(path.stem) if suffix in _METADATA else texts.get(path.stem)
        if suffix not in (*_METADATA, *READERS):
            hint = f"known: .yaml, {', '.join(READERS)}"
            diagnostics.append(error(file.whole, "unknown-format", f"'{path.suffix or path.name}' is no format of a source", hint))
        elif first:
            what = "metadata files" if suffix in _METADATA else "texts"
            diagnostics.append(error(file.whole, "two-files", f"the source '{path.stem}' has two {what}", f"the other is {first.path}"))
            broken.add(path.stem)
        elif suffix in _METADATA:
            described[path.stem] = file
        elif "\0" in file.text:
            diagnostics.append(error(file.whole, "unknown-format", "the file holds a NUL byte: it is no text", "save it as plain UTF-8 text"))
            broken.add(path.stem)
        else:
            texts[path.stem] = assemble(file, READERS[suffix](file.text))
    sources: dict[str, Source] = {}
    for name, file in described.items():
        sources[name], found = load_metadata(file, texts.pop(name, None), broken=name in broken)
        diagnostics += found
    for unread in unreadable:
        if PurePosixPath(unread).suffix.lower() in _METADATA:
            lost = PurePosixPath(unread).stem
            sources.setdefault(lost, Source(lost, {}, (), (), "verbatim", "", "", "", None, broken=True))
    for text in texts.values():
        name = PurePosixPath(text.path).with_suffix(".yaml").as_posix()
        if name not in unreadable:
            diagnostics.append(
                error(TextFile(text.path, "").whole, "no-metadata", "the text has no metadata beside it", f"write {name} with its type and title")
            )
    return sources, diagnostics
