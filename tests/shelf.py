"""A collection of real Anki's with one of everything, to be exported and adopted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anki import collection

from citedeck.exports.nouns import Export
from citedeck.exports.reading import read_export

MEDIA = {
    "leaf.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "_logo.svg": b"<svg/>" * 50_000,
    "tön.mp3": bytes(range(256)) * 9999,
    "empty.txt": b"",
    "packed.zst": b"\x28\xb5\x2f\xfdnot really",
}


@dataclass
class Shelf:
    """A collection with one of everything, and its exports."""

    col: Any
    folder: Path
    scratch: Path

    def export(self, name: str, *, legacy: bool, scheduling: bool) -> Path:
        path = self.folder / name
        if path.suffix == ".colpkg":
            self.col.export_collection_package(str(path), include_media=True, legacy=legacy)
            self.col.reopen()
        else:
            options = collection.ExportAnkiPackageOptions(with_scheduling=scheduling, with_deck_configs=False, with_media=True, legacy=legacy)
            self.col.export_anki_package(out_path=str(path), limit=None, options=options)
        return path

    def read(self, path: Path) -> Export:
        export = read_export(path, self.scratch)
        assert not list(self.scratch.iterdir())
        return export


def add_note(col: Any, type_name: str, deck: str, fields: list[str], tags: str = "") -> Any:
    note = col.new_note(col.models.by_name(type_name))
    note.fields, note.tags = fields, tags.split()
    col.add_note(note, col.decks.id(deck))
    return note


def add_verb(col: Any) -> None:
    """Add a note type with all that one can have."""
    verb = col.models.new("Verb")
    for name in ("Infinitive", "Past", "Sound"):
        col.models.add_field(verb, col.models.new_field(name))
    verb["flds"][1] |= {"rtl": True, "font": "Noto Serif", "size": 31, "description": "simple past", "collapsed": True, "excludeFromSearch": True}
    verb["flds"][2] |= {"sticky": True, "plainText": True, "tag": 0, "preventDeletion": True}
    latex = "[latex]$x$[/latex] {{#Past}}{{Past}}{{/Past}}{{^Past}}none{{/Past}}{{Sound}}"
    for name, front, back in (("Recall", "{{Infinitive}}", latex), ("Back", "{{#Past}}{{Past}}{{/Past}}", "{{Infinitive}}<img src=_logo.svg>")):
        col.models.add_template(verb, col.models.new_template(name) | {"qfmt": front, "afmt": back})
    verb["tmpls"][1] |= {"bqfmt": "{{Past}}?", "bafmt": "{{Infinitive}}!", "bfont": "Courier", "bsize": 14}
    verb |= {"css": ".card { color: teal }", "latexPre": "\\documentclass{article}", "latexPost": "\\bye", "latexsvg": True, "sortf": 1}
    col.models.add_dict(verb)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("shelf")
    col = collection.Collection(str(folder / "collection.anki2"))
    add_verb(col)
    for name, content in MEDIA.items():
        assert col.media.write_data(name, content) == name
    add_note(col, "Basic", "Leaf::🍃 Green::Deep", ["Q1 <img src=leaf.png>", "A1"], "tea marked z::b Leech")
    add_note(col, "Basic (and reversed card)", "Leaf::aa", ["R1", "[sound:tön.mp3]"])
    add_note(col, "Basic (optional reversed card)", "Zebra", ["O1", "back", "y"])
    add_note(col, "Basic (type in the answer)", "Zebra", ["T1", "typed &amp; <b>bold</b> ' \" \t , ; tab"])
    add_note(col, "Image Occlusion", "Leaf", ["{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2:oi=1}}", "<img src=leaf.png>", "", "", ""])
    cloze = add_note(col, "Cloze", "Leaf", ["{{c2::two}} {{c1::one}} <a href=empty.txt>", "<object data=packed.zst></object>"])
    go, see, _ = (add_note(col, "Verb", "Leaf::Verbs", [word, past, "a\nb"]) for word, past in (("go", "went"), ("see", "saw"), ("put", "")))
    col.set_deck([cloze.cards()[1].id], col.decks.id("Zebra::Elsewhere"))
    col.sched.reposition_new_cards([card.id for card in see.cards()], starting_from=0, step_size=1, randomize=False, shift_existing=False)
    col.set_user_flag_for_cards(3, [card.id for card in go.cards()])
    for deck, text, markdown in (("Leaf", "All about **leaves**", True), ("Leaf::Verbs", "<b>Verbs</b>", False)):
        found = col.decks.by_name(deck)
        found |= {"desc": text, "md": markdown}
        col.decks.save(found)
    review_and_filter(col, go)
    yield Shelf(col, folder, tmp_path_factory.mktemp("scratch"))
    col.close()


def review_and_filter(col: Any, note: Any) -> None:
    """Have one card reviewed, and put another one, still new, into a filtered deck."""
    reviewed, new = note.cards()
    col.sched.set_due_date([reviewed.id], "3")
    deck = col.sched.get_or_create_filtered_deck(0)
    deck.name = "Cramming"
    del deck.config.search_terms[1:]
    deck.config.search_terms[0].search = f"cid:{new.id}"
    col.sched.add_or_update_filtered_deck(deck)
    assert col.get_card(new.id).odid
    assert col.decks.name(col.get_card(new.id).did) == "Cramming"
