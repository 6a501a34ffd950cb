"""Measure what taking over a deck costs, against Anki's own export of it: 10,000 notes, one in ten with bold words and a line break.

Once the calls alone, and once as their users run them: two programs, from start to end.
"""

from __future__ import annotations

import gc
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from anki import collection

from citedeck.adoption.project import adopt

NOTES, RUNS = 10_000, 7
WORDS = "cell mitochondrion neuron axon receptor ligand channel enzyme protein kinase artery vein nerve muscle bone".split()


def fill(col: Any) -> None:
    chance = random.Random(1)
    kind, decks = col.models.by_name("Basic"), [col.decks.id(f"Physiology::Part {number}") for number in range(7)]
    for number in range(NOTES):
        note = col.new_note(kind)
        question = f"What does the {chance.choice(WORDS)} {number} do to the {chance.choice(WORDS)}?"
        answer = " ".join(chance.choice(WORDS) for _ in range(20))
        note.fields = [question, f"<b>{answer}</b><br>{question}" if number % 10 == 0 else answer]
        note.tags = ["physiology", f"week::{number % 50}"]
        col.add_note(note, decks[number % 7])


def export(col: Any, path: Path, *, legacy: bool) -> None:
    options = collection.ExportAnkiPackageOptions(with_scheduling=False, with_deck_configs=False, with_media=True, legacy=legacy)
    col.export_anki_package(out_path=str(path), options=options, limit=None)


def clocked(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def compare(title: str, exporting: Callable[[], object], importing: Callable[[Path], object], folder: Path) -> None:
    exported, imported = zip(*((clocked(exporting), clocked(lambda: importing(Path(tempfile.mkdtemp(dir=folder))))) for _ in range(RUNS)), strict=True)
    ratio = statistics.median(imported) / statistics.median(exported)
    print(f"{title}: export {statistics.median(exported):.2f} s, import {statistics.median(imported):.2f} s, {ratio:.1f} times")


def main() -> None:
    gc.disable()  # As in the command.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package = folder / "deck.apkg"
        col = collection.Collection(str(folder / "collection.anki2"))
        fill(col)
        for title, legacy in (("newest format", False), ("older format", True)):
            compare(title, partial(export, col, package, legacy=legacy), lambda target: adopt(package, target, int(time.time())), folder)
        col.close()
        exporting = [sys.executable, __file__, str(folder / "collection.anki2"), str(package)]
        importing = [sys.executable, "-m", "citedeck", "import", str(package)]
        compare("programs", lambda: subprocess.run(exporting, check=True), lambda to: subprocess.run([*importing, to], check=True, stderr=-3), folder)


if __name__ == "__main__":
    if sys.argv[1:]:
        export(collection.Collection(sys.argv[1]), Path(sys.argv[2]), legacy=False)
    else:
        main()
