"""A source changes: what `check` says of each quote, and what `fix` mends."""

from __future__ import annotations

from collections import Counter

from citedeck.diagnostics import RawFile, Span
from citedeck.lookup import Lookup
from citedeck.sources.reading import read_texts
from heavy_edit import draw_quotes, edit, write_text


def test_after_a_heavy_edit_every_quote_gets_the_verdict_that_it_deserves() -> None:
    before = write_text(1)
    after, fates = edit(before, draw_quotes(before, 2), 3)
    text, _ = read_texts([RawFile("sources/a.txt", "\n\n".join(after).encode())])[0]
    assert text is not None
    lookup = Lookup(text)
    verdicts: Counter[tuple[str, str]] = Counter()
    for one in fates:
        found = lookup.find(one.quote)
        verdict = "found" if [match.words for match in found] == [one.quote] else lookup.explain(Span("a"), one.quote).code
        verdicts[one.fate, verdict] += 1
    assert {verdict for fate, verdict in verdicts if fate == "deleted"} == {"quote-missing"}
    assert {verdict for fate, verdict in verdicts if fate in ("moved", "untouched")} == {"found"}
    assert {verdict for fate, verdict in verdicts if fate == "meaning"} <= {"quote-altered", "quote-missing"}
    assert {verdict for fate, verdict in verdicts if fate == "typo"} <= {"quote-altered", "quote-drifted", "quote-missing"}
    assert min(sum(count for (fate, _), count in verdicts.items() if fate == wanted) for wanted in ("deleted", "moved", "meaning", "typo")) >= 25
