"""What decks may cite: `sources/<id>.yaml` says who, what and where; a text of the same name beside it, if there is one, holds the words.

A format is a module with `blocks(text)`; READERS lists them by file suffix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from citedeck.diagnostics import Diagnostic, TextFile, error
from citedeck.model import Source, SourceText
from citedeck.sources import markdown, plain
from citedeck.sources.blocks import Block, assemble
from citedeck.sources.metadata import load_metadata

READERS: Mapping[str, Callable[[str], Iterable[Block]]] = {".md": markdown.blocks, ".txt": plain.blocks}


def load_sources(files: Iterable[TextFile]) -> tuple[dict[str, Source], list[Diagnostic]]:
    """Return the sources by id. Files are those of `sources/`: metadata and texts."""
    diagnostics: list[Diagnostic] = []
    texts: dict[str, SourceText] = {}
    described = []
    for file in files:
        path = PurePosixPath(file.path)
        if path.suffix in (".yaml", ".yml"):
            described.append(file)
        elif path.suffix not in READERS:
            diagnostics.append(
                error(file.whole, "unknown-format", f"'{path.suffix or path.name}' is no format of a source", f"known: .yaml, {', '.join(READERS)}")
            )
        elif path.stem in texts:
            diagnostics.append(error(file.whole, "two-texts", f"the source '{path.stem}' has two texts", f"the other is {texts[path.stem].path}"))
        else:
            texts[path.stem] = assemble(file, READERS[path.suffix](file.text))
    sources: dict[str, Source] = {}
    for file in described:
        source, found = load_metadata(file, texts.pop(PurePosixPath(file.path).stem, None))
        diagnostics += found
        sources[source.id] = source
    for text in texts.values():
        name = PurePosixPath(text.path).with_suffix(".yaml")
        diagnostics.append(error(TextFile(text.path, "").whole, "no-metadata", "the text has no metadata beside it", f"write {name} with its type and title"))
    return sources, diagnostics
