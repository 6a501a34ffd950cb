"""Coverage → a tree for people, JSON for programs: what is asked about, and where the largest gaps are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from citedeck.coverage import Coverage
from citedeck.texts import Passage

Paint = Callable[[str, str], str]
MAX_GAPS = 5
_CELLS = 20
_WIDTH = 70


def as_json(coverage: Iterable[Coverage]) -> str:
    """Return the coverage as a JSON object; its shape is documented in docs/commands.md."""
    found = [
        {
            "id": one.text.id,
            "passages": len(one.passages),
            "covered": len(one.covered),
            "skipped": len(one.skipped),
            "uncovered": [
                {"locator": str(one.text.locate(passage.start, passage.end)), "line": one.text.line(passage.start) or None, "text": _words(one, passage)}
                for passage in one.uncovered
            ],
        }
        for one in coverage
    ]
    return json.dumps({"version": 1, "sources": found}, ensure_ascii=False, indent=2)


def as_text(coverage: Iterable[Coverage], paint: Paint, *, ascii_only: bool = False) -> str:
    """Return a tree for each source, those that lack most first: its headings with bars, and its largest gaps with a place to jump to."""
    drawn = []
    for one in sorted(coverage, key=lambda one: (_share(one, one.passages), one.text.id)):
        lines = [paint(one.text.id, "bold"), f"  {_measured(one, one.passages, paint, ascii_only)}"]
        lines += _branches(one, paint, ascii_only)
        lines += _gaps(one, paint)
        drawn.append("\n".join(lines))
    return "\n\n".join(drawn)


def total(coverage: Iterable[Coverage]) -> str:
    """Return the coverage of all sources in one line."""
    found = list(coverage)
    passages, covered, skipped = (
        (sum(counts) for counts in zip(*((len(one.passages), len(one.covered), len(one.skipped)) for one in found), strict=True)) if found else (0, 0, 0)
    )
    asked = passages - skipped
    return f"{covered} of {asked} passages are cited ({100 * covered // asked if asked else 100} %), {skipped} skipped, in {len(found)} sources"


def _share(one: Coverage, passages: Sequence[Passage]) -> float:
    """Return the part of passages that are cited, of those that deserve a question."""
    asked = [passage for passage in passages if passage.number not in one.skipped]
    return sum(passage.number in one.covered for passage in asked) / len(asked) if asked else 1.0


def _measured(one: Coverage, passages: Sequence[Passage], paint: Paint, ascii_only: bool) -> str:
    """Return a bar, the percentage and the counts of some passages."""
    share = _share(one, passages)
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    cells = int(share * _CELLS)
    bar = paint(full * cells, "good") + paint(empty * (_CELLS - cells), "dim")
    skipped = sum(passage.number in one.skipped for passage in passages)
    covered = sum(passage.number in one.covered for passage in passages)
    counts = f"{covered} of {len(passages) - skipped}" + (f", {skipped} skipped" if skipped else "")
    return f"{bar} {int(100 * share):>3} %  {counts}"


def _branches(one: Coverage, paint: Paint, ascii_only: bool) -> Iterator[str]:
    """Yield a line for each heading, or page, or quarter of an hour; what is below a fully covered heading is folded."""
    groups: dict[tuple[str, ...], list[Passage]] = {}
    for passage in one.passages:
        path = passage.section or _stretch(one, passage)
        for depth in range(1, len(path) + 1):
            groups.setdefault(path[:depth], []).append(passage)
    width = max((2 * len(path) + len(path[-1]) for path in groups), default=0)
    width = min(width, _WIDTH - 10)
    for path, passages in groups.items():
        above = (groups[path[:depth]] for depth in range(1, len(path)))
        if all(_share(one, passages) < 1 for passages in above):
            name = "  " * len(path) + path[-1]
            name = name if len(name) <= width else name[: width - 1] + "…"
            yield f"{name:<{width}}  {_measured(one, passages, paint, ascii_only)}"


def _stretch(one: Coverage, passage: Passage) -> tuple[str, ...]:
    """Return what a passage without a heading is grouped by."""
    if page := passage.page(passage.start):
        return (str(page),)
    if time := passage.time(passage.start, passage.end):
        quarter = time.seconds // 900
        return (f"{quarter // 4}:{quarter % 4 * 15:02} h",) if one.passages[-1].stamps else ()
    return ()


def _gaps(one: Coverage, paint: Paint) -> Iterator[str]:
    """Yield the longest runs of neighbouring passages that nothing asks about."""
    runs: list[list[Passage]] = []
    for passage in one.uncovered:
        if runs and runs[-1][-1].number == passage.number - 1 and runs[-1][-1].section == passage.section:
            runs[-1].append(passage)
        else:
            runs.append([passage])
    runs.sort(key=lambda run: (-sum(passage.end - passage.start for passage in run), run[0].number))
    for run in runs[:MAX_GAPS]:
        first = run[0]
        line = one.text.line(first.start)
        place = f"{one.text.path}:{line}" if line else f"{one.text.path}, {one.text.locate(first.start, first.end)}"
        words = _words(one, first)
        words = words if len(words) <= _WIDTH else words[: words.rfind(" ", 0, _WIDTH)] + " …"
        yield f"    {paint(place, 'warning')} ({len(run)} passage{'' if len(run) == 1 else 's'}) {words}"
    if len(runs) > MAX_GAPS:
        left = sum(len(run) for run in runs[MAX_GAPS:])
        yield f"    … and {left} more passage{'' if left == 1 else 's'}"


def _words(one: Coverage, passage: Passage) -> str:
    return " ".join(one.text.text[passage.start : passage.end].split())
