"""Coverage → a tree for people, JSON for programs: what is asked about, and where the largest gaps are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from citedeck.locators import Time
from citedeck.model import Coverage
from citedeck.printing import Paint, columns, printable
from citedeck.texts import Passage

_Branch = tuple[int, str, list[Passage]]
"""A heading, page or time in the tree: its depth from 1, its name, and all passages below it."""
MAX_GAPS = 5
_CELLS = 20
_WIDTH = 70
_QUARTER = 900


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


def as_text(coverage: Iterable[Coverage], paint: Paint, *, without_text: Sequence[str] = (), ascii_only: bool = False) -> str:
    """Return a tree for each source, those that lack most first: its headings with bars, and its largest gaps with a place to jump to."""
    drawn = []
    for one in sorted(coverage, key=lambda one: (_Counts.of(one, one.passages).share, one.text.id)):
        lines = [paint(printable(one.text.id), "bold"), f"  {_measured(_Counts.of(one, one.passages), paint, ascii_only)}"]
        lines += _branches(one, paint, ascii_only)
        lines += _gaps(one, paint)
        drawn.append("\n".join(lines))
    if without_text:
        drawn.append(f"no text: {', '.join(map(printable, without_text))}")
    return "\n\n".join(drawn)


def total(coverage: Iterable[Coverage]) -> str:
    """Return the coverage of all sources in one line."""
    each = [_Counts.of(one, one.passages) for one in coverage]
    counts = _Counts(sum(one.asked for one in each), sum(one.covered for one in each), sum(one.skipped for one in each))
    sources = f"{len(each)} source{'' if len(each) == 1 else 's'}"
    return f"{counts.covered} of {counts.asked} passages are cited ({counts.part(100)} %), {counts.skipped} skipped, in {sources}"


@dataclass(frozen=True, slots=True)
class _Counts:
    asked: int
    """Passages that deserve a question."""
    covered: int
    skipped: int

    @classmethod
    def of(cls, one: Coverage, passages: Iterable[Passage]) -> _Counts:
        numbers = {passage.number for passage in passages}
        skipped = len(numbers & one.skipped)
        return cls(len(numbers) - skipped, len(numbers & one.covered), skipped)

    @property
    def share(self) -> float:
        return self.covered / self.asked if self.asked else 1.0

    def part(self, whole: int) -> int:
        """Return the covered part of `whole`, rounded down."""
        return whole * self.covered // self.asked if self.asked else whole


def _measured(counts: _Counts, paint: Paint, ascii_only: bool) -> str:
    """Return a bar, the percentage and the counts of some passages. What is begun shows in the bar."""
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    cells = max(counts.part(_CELLS), counts.covered > 0)
    bar = paint(full * cells, "good") + paint(empty * (_CELLS - cells), "dim")
    return f"{bar} {counts.part(100):>3} %  {counts.covered} of {counts.asked}" + (f", {counts.skipped} skipped" if counts.skipped else "")


def _branches(one: Coverage, paint: Paint, ascii_only: bool) -> Iterator[str]:
    """Yield a line for each heading, or page, or quarter of an hour. What is below a fully covered one is folded."""
    if _Counts.of(one, one.passages).share == 1:
        return
    found = list(_headings(one) if any(passage.section for passage in one.passages) else _stretches(one))
    counted = [(depth, _cut("  " * depth + printable(name), _WIDTH - 10), _Counts.of(one, passages)) for depth, name, passages in found]
    width = max((columns(name) for _, name, _ in counted), default=0)
    folded = 0
    for depth, name, counts in counted:
        if folded and depth > folded:
            continue
        folded = depth if counts.share == 1 else 0
        yield f"{name}{' ' * (width - columns(name))}  {_measured(counts, paint, ascii_only)}"


def _headings(one: Coverage) -> list[_Branch]:
    """Return the headings in the text's order; one that comes back behind another begins anew."""
    found: list[_Branch] = []
    above: list[_Branch] = []
    for passage in one.passages:
        same = next((at for at, (name, branch) in enumerate(zip(passage.section, above, strict=False)) if name != branch[1]), len(above))
        del above[same:]
        for name in passage.section[len(above) :]:
            above.append((len(above) + 1, name, []))
            found.append(above[-1])
        del above[len(passage.section) :]
        for _, _, passages in above:
            passages.append(passage)
    return found


def _stretches(one: Coverage) -> Iterator[_Branch]:
    """Yield pages or quarters of an hour. Neighbours of which all is covered, or nothing, are one line."""
    groups: list[tuple[str, str, list[Passage]]] = []
    for passage in one.passages:
        first, last = _stretch(passage)
        if groups and groups[-1][1] == last:
            groups[-1][2].append(passage)
        elif first:
            groups.append((first, last, [passage]))
    for _, run in groupby(groups, key=lambda group: share if (share := _Counts.of(one, group[2]).share) in (0, 1) else group[1]):
        several = list(run)
        first, last = several[0][0], several[-1][1]
        yield 1, first if first == last else f"{first} – {last}", [passage for _, _, passages in several for passage in passages]


def _stretch(passage: Passage) -> tuple[str, str]:
    """Return the ends of what a passage without a heading is grouped by."""
    if page := passage.page(passage.start):
        return str(page), str(page)
    if time := passage.time(passage.start, passage.end):
        begin = time.seconds // _QUARTER * _QUARTER
        return str(Time(begin)), str(Time(begin + _QUARTER))
    return "", ""


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
        words = _cut(printable(_words(one, first)), _WIDTH)
        yield f"    {paint(printable(place), 'warning')} ({len(run)} passage{'' if len(run) == 1 else 's'}) {words}"
    if len(runs) > MAX_GAPS:
        left = sum(len(run) for run in runs[MAX_GAPS:])
        yield f"    … and {left} more passage{'' if left == 1 else 's'}"


def _words(one: Coverage, passage: Passage) -> str:
    return " ".join(one.text.text[passage.start : passage.end].split())


def _cut(text: str, cells: int) -> str:
    """Cut a text to as many cells, at a blank if there is one."""
    if columns(text) <= cells:
        return text
    head = text[:cells]
    while columns(head) > cells - 2:
        head = head[:-1]
    words, blank, _ = head.rpartition(" ")
    return f"{words} …" if blank and words.strip() else f"{head}…"
