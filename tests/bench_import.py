"""Measure what taking over a deck costs, against Anki's own export of it: 10,000 notes, one in ten with bold words and a line break."""

from __future__ import annotations

import gc
import random
import statistics
import tempfile
import time
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


def main() -> None:
    gc.disable()  # As in the command.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        col = collection.Collection(str(folder / "collection.anki2"))
        fill(col)
        for title, legacy in (("newest format", False), ("older format", True)):
            exported, imported = [], []
            options = collection.ExportAnkiPackageOptions(with_scheduling=False, with_deck_configs=False, with_media=True, legacy=legacy)
            for run in range(RUNS):
                begin = time.perf_counter()
                col.export_anki_package(out_path=str(folder / "deck.apkg"), options=options, limit=None)
                between = time.perf_counter()
                adopt(folder / "deck.apkg", folder / f"{legacy}{run}", int(time.time()))
                exported.append(between - begin)
                imported.append(time.perf_counter() - between)
            ratio = statistics.median(imported) / statistics.median(exported)
            print(f"{title}: export {statistics.median(exported):.2f} s, import {statistics.median(imported):.2f} s, {ratio:.1f} times")
        col.close()


if __name__ == "__main__":
    main()
