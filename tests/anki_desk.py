"""Real Anki, for tests: a learner's collection to import packages into and to look at."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anki import collection


@dataclass(frozen=True)
class Imported:
    """How many notes an import took for what."""

    new: int
    updated: int
    unchanged: int
    conflicting: int


class Desk:
    """A learner's collection. Import options are Anki's own defaults, or all that an add-on may set."""

    merging = False

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.col: Any = collection.Collection(str(folder / "collection.anki2"))
        if not self.col.v3_scheduler():  # Old versions begin with an older one.
            self.col.set_v3_scheduler(True)

    def import_package(self, path: Path, *, always: bool = False) -> Imported:
        if hasattr(collection, "ImportAnkiPackageRequest"):
            options = collection.ImportAnkiPackageOptions(
                update_notes=1 if always else 0, merge_notetypes=self.merging, with_scheduling=self.merging, with_deck_configs=self.merging
            )
            request = collection.ImportAnkiPackageRequest(package_path=str(path), options=options)
        else:  # Before Anki 23.10.
            request = str(path)
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()  # As the desktop does after an import.
        return _counted(log)

    def import_text(self, path: Path) -> Imported:
        """Import a text as File → Import does when nothing in its window is changed."""
        metadata = self.col.get_csv_metadata(path=str(path), delimiter=None)
        return _counted(self.col.import_csv(collection.ImportCsvRequest(path=str(path), metadata=metadata)).log)

    def note(self, question_id: str) -> Any:
        """Return the note of a question."""
        (found,) = self.col.find_notes(f'"Id:{question_id}"')
        return self.col.get_note(found)

    def cards(self, query: str = "") -> list[Any]:
        return [self.col.get_card(card) for card in self.col.find_cards(query, order="c.id")]

    def sides(self, question_id: str, card: int = 0) -> tuple[str, str]:
        """Return a card's front and back as Anki renders them."""
        output = self.note(question_id).cards()[card].render_output()
        return output.question_text, output.answer_text

    def answer(self, card: Any, ease: int = 3) -> None:
        """Review a card as a learner does."""
        self.col.decks.select(card.did)
        card.start_timer()
        states = self.col._backend.get_scheduling_states(card.id)
        self.col.sched.answer_card(self.col.sched.build_answer(card=card, states=states, rating=ease - 1))


def _counted(log: Any) -> Imported:
    return Imported(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """Open a new collection, and close it in the end."""
    opened = Desk(folder)
    try:
        yield opened
    finally:
        opened.col.close()


def visible(made: str) -> str:
    """Return the text that a web page shows for HTML: tags dropped, entities read, white space as it is."""
    made = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", made, flags=re.DOTALL)
    return html.unescape(re.sub(r"<br ?/?>", "\n", re.sub(r"<(?!br)[^>]*>", "", made)))
