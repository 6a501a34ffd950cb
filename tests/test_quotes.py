"""The verdict on quotes, held to tables: no wrong quote passes, no right one is refused.

`quotes/wrong.yaml` holds mutations that say something else than their text, `quotes/right.yaml` variations that say the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from citedeck.diagnostics import RawFile, Span, TextFile
from citedeck.lookup import Lookup
from citedeck.sources import load_sources

QUOTES = Path(__file__).parent / "quotes"


def entries(name: str) -> list[Any]:
    table = yaml.load((QUOTES / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return [pytest.param(entry, id=f"{kind}-{number}") for kind, found in table.items() for number, entry in enumerate(found)]


def lookup(entry: dict[str, str]) -> Lookup:
    name = f"sources/a.{entry.get('format', 'txt')}"
    sources, diagnostics = load_sources([TextFile("sources/a.yaml", "type: book\ntitle: A\n")], [RawFile(name, entry["text"].encode())])
    assert not diagnostics
    text = sources["a"].text
    assert text is not None
    return Lookup(text)


@pytest.mark.parametrize("entry", entries("wrong.yaml"))
def test_no_wrong_quote_passes(entry: dict[str, str]) -> None:
    found = lookup(entry)
    assert [match.words for match in found.find(entry["quote"])] == []
    said = found.explain(Span("decks/a.yaml", 1), entry["quote"])
    allowed = ["quote-altered", "quote-missing"] + (["quote-drifted"] if entry.get("verdict") == "drifted" else [])
    assert said.code in allowed, said
    if said.code == "quote-altered":
        assert said.replacement is None


@pytest.mark.parametrize("entry", entries("right.yaml"))
def test_no_right_quote_is_refused(entry: dict[str, str]) -> None:
    assert len(lookup(entry).find(entry["quote"])) == 1
