"""What looking quotes up costs, in one run on this machine: `make bench`.

A text of 1 MB, 1,000 quotes; first unchanged, then after a heavy edit. rapidfuzz alone, which finds the likest place and gives no verdict, is
timed beside it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

from rapidfuzz import fuzz

from citedeck.diagnostics import RawFile, Span
from citedeck.lookup import Lookup
from citedeck.sources.reading import read_texts
from citedeck.texts import SourceText
from heavy_edit import draw_quotes, edit, write_text

RUNS = 5
SPAN = Span("decks/a.yaml", 1)


def read(content: bytes) -> SourceText:
    text, _ = read_texts([RawFile("sources/a.txt", content)])[0]
    assert text is not None
    return text


def timed(work: Callable[[], object]) -> float:
    """Return the median seconds of some runs."""
    seconds = []
    for _ in range(RUNS):
        gc.collect()
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def main() -> None:
    """Print the table."""
    before = write_text(1)
    drawn = draw_quotes(before, 2)
    quotes = [quote for _, quote in drawn]
    after, _ = edit(before, drawn, 3)
    old, new = ("\n\n".join(paragraphs).encode() for paragraphs in (before, after))
    gc.disable()  # As the command line does.

    def index(content: bytes) -> Lookup:
        lookup = Lookup(read(content))
        lookup.find("a quote that is not there")  # Makes the normal forms.
        return lookup

    def first(content: bytes) -> Lookup:
        lookup = Lookup(read(content))
        lookup.find(quotes[0])
        return lookup

    def check(content: bytes) -> int:
        lookup = Lookup(read(content))
        return len([lookup.explain(SPAN, quote) for quote in quotes if not lookup.find(quote)])

    ready = index(new)
    missing = [quote for quote in quotes if not ready.find(quote)]
    for quote in missing[:1]:
        ready.explain(SPAN, quote)  # Builds the index of words.
    lower = read(new).text.lower()
    indexing = timed(lambda: first(old))
    all_forms = timed(lambda: index(old))
    unchanged, heavy = timed(lambda: check(old)), timed(lambda: check(new))
    found = index(old)
    lookups = timed(lambda: [found.find(quote) for quote in quotes])
    diagnosis = timed(lambda: [ready.explain(SPAN, quote) for quote in missing]) / len(missing)
    alone = timed(lambda: [fuzz.partial_ratio_alignment(quote.lower(), lower) for quote in missing]) / len(missing)
    size = len(old) / 1e6
    print(f"text of {size:.1f} MB, {len(quotes):,} quotes, {len(missing)} of them missing after the heavy edit; medians of {RUNS} runs")
    print(f"indexing (reading, passages, first look-up)   {indexing / size * 1000:8.0f} ms per MB")
    print(f"indexing, all rungs of the ladder             {all_forms / size * 1000:8.0f} ms per MB")
    print(f"look-ups of unchanged quotes                  {len(quotes) / lookups:8,.0f} per second")
    print(f"diagnosis of a missing quote                  {diagnosis * 1000:8.1f} ms   rapidfuzz alone: {alone * 1000:.1f} ms ({diagnosis / alone:.2f}×)")
    print(f"all quotes, unchanged text, indexing included {unchanged * 1000:8.0f} ms   {unchanged / indexing:.1f}× the indexing (goal: under 3×)")
    print(f"all quotes, heavy edit, indexing included     {heavy * 1000:8.0f} ms   {heavy / indexing:.1f}× the indexing (goal: under 10×)")


if __name__ == "__main__":
    main()
