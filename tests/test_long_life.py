"""Years with one deck, on real Anki: an author releases, a learner studies, edits and imports. No schedule is lost, no note freezes.

The collection's clock is ours: Anki dates what a learner edits with the present, and `Learner.settle` sets that to the time of the story.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anki.buildinfo
import pytest

from anki_desk import Desk, Imported
from author import Author, Release
from conftest import ROOT, TEXT, deck

DAY = 86_400
START = 1_700_000_000
OLD = tuple(int(part) for part in anki.buildinfo.version.split(".")[:2]) < (23, 10)
"""Anki before 23.10 knows no ids of fields and cards, so nothing of a note type may be renamed for it."""

BIRDS = """
- {id: sleep, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}
- {id: weight, question: How heavy were the tags?, answer: 1.6 grams., cite: The tags weighed 1.6 grams.}
- {id: swift, term: Swift, definition: A bird that sleeps in the air, cite: Swifts sleep in the air.}
- {id: stay, cloze: "{{c1::Some adults}} stay aloft for {{c2::ten months}}.", cite: Some adults stay aloft for ten months.}
- {id: months, question: For how many months do they stay aloft?, typed: ten, cite: Some adults stay aloft for ten months.}
- {id: nest, question: "![A nest](nest.svg) What is this?", answer: A nest., cite: Swifts sleep in the air.}
"""
FOOD = """
- {id: food, question: What do swifts hunt?, right: Flying insects, wrong: [Fish, Seeds], cite: Swifts hunt flying insects}
- {id: hunt, question: How do they hunt?, steps: [They rise., They open their beaks., They swallow.], cite: Swifts hunt flying insects}
"""


def nest(colour: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="{colour}"/></svg>'


class Story(Author):
    """The author's years: each release changes something of another kind."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.day = 0
        self.birds, self.food, self.text = BIRDS, FOOD, TEXT
        self.write({"decks/nest.svg": nest("brown")})

    def publish(self, *options: str) -> Release:
        self.day += 1
        decks = {"decks/birds.yaml": deck(self.birds), "decks/food.yaml": deck(self.food, deck="Birds::Food")}
        self.write({**decks, "sources/swifts.md": self.text})
        return self.release(START + self.day * DAY, *options)

    def edit(self, before: str, after: str) -> None:
        assert (self.birds + self.food).count(before) == 1, before
        self.birds, self.food = self.birds.replace(before, after), self.food.replace(before, after)

    def own_pack(self, *changes: tuple[str, str, str]) -> None:
        """Take the pack `basic` into the project, and change files of it."""
        folder = self.root / "templates/basic"
        if not folder.exists():
            shutil.copytree(ROOT / "templates/basic", folder)
        for name, before, after in changes:
            text = (folder / name).read_text()
            assert before in text
            (folder / name).write_text(text.replace(before, after))


class Learner(Desk):
    """Imports releases, and holds after each that nothing of the learner's is lost."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = START
        self.touched: set[str] = set()

    def settle(self) -> None:
        """Date what was changed now with the time of the story."""
        for table, column in (("notes", "mod"), ("notetypes", "mtime_secs")):
            self.col.db.execute(f"update {table} set {column} = ? where {column} > ?", self.clock, self.clock)

    def cards_now(self) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Return everything about each card but when it was last saved."""
        rows = self.col.db.all(
            "select n.guid, c.ord, c.id, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.lapses, c.left, c.odue, c.odid, c.flags, c.data"
            " from cards c join notes n on n.id = c.nid"
        )
        found = {(row[0], row[1]): tuple(row[2:]) for row in rows}
        assert len(found) == len(rows), "no card stands twice"
        return found

    def notes_now(self) -> dict[str, tuple[int, str, str]]:
        rows = self.col.db.all("select guid, mod, flds, tags from notes")
        assert len({row[0] for row in rows}) == len(rows), "no note stands twice"
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def take(self, release: Release) -> Imported:
        """Import a release, and hold that nothing is lost."""
        cards, notes = self.cards_now(), self.notes_now()
        log, schema = self.col.db.all("select * from revlog order by id"), self.col.db.scalar("select scm from col")
        self.clock = max(self.clock, release.lock.newest + 3600)
        done = self.import_package(release.package)
        self.settle()
        after = self.cards_now()
        assert {key: after.get(key) for key in cards} == cards, "schedules, flags, suspension and decks are as before"
        assert self.col.db.all("select * from revlog order by id") == log
        assert self.col.db.scalar("select scm from col") == schema, "no full sync is forced"
        assert done.conflicting == 0
        assert not [one for one in self.col.models.all() if one["name"].endswith("+")]
        self._check_content(release, notes)
        return done

    def _check_content(self, release: Release, before: dict[str, tuple[int, str, str]]) -> None:
        now = self.notes_now()
        for guid, record in release.lock.notes.items():
            old, note = before.get(guid), release.notes[guid]
            _, fields, tags = now[guid]
            if old and old[0] >= record.mod:
                assert (fields, tags) == old[1:], f"{record.id}: an older release changes nothing"
            else:
                assert fields.split("\x1f") == list(note.fields), f"{record.id}: the content is current"
                assert set(tags.split()) == set(note.tags)
                self.touched.discard(record.id)
        for guid in before.keys() - release.lock.notes.keys():
            assert now[guid] == before[guid]

    def check_current(self, release: Release) -> None:
        """Hold that every note is as released, but for those that the learner changed since."""
        now = self.notes_now()
        stale = {record.id for guid, record in release.lock.notes.items() if now[guid][1].split("\x1f") != list(release.notes[guid].fields)}
        assert stale <= self.touched, stale - self.touched

    # --- what a learner does ---

    def review_everything(self, ease: int = 3) -> None:
        for card in self.cards():
            if card.queue >= 0:
                self.answer(card, ease)

    def edit(self, question: str, field: str, text: str) -> None:
        note = self.note(question)
        note[field] = text
        self.col.update_note(note)
        self.touched.add(question)
        self.settle()

    def tag(self, question: str, tag: str) -> None:
        self.col.tags.bulk_add([self.note(question).id], tag)
        self.touched.add(question)
        self.settle()

    def make_leech(self, question: str) -> None:
        """Forget a card until Anki takes it for a leech, which tags its note and suspends the card."""
        card = self.note(question).cards()[0]
        for _ in range(20):
            self.col.sched.set_due_date([card.id], "0")
            card.load()
            self.answer(card, 1)
            card.load()
            if card.queue == -1:
                break
        assert "leech" in self.note(question).tags
        self.touched.add(question)
        self.settle()


@contextmanager
def learner(folder: Path) -> Iterator[Learner]:
    opened = Learner(folder)
    try:
        yield opened
    finally:
        opened.col.close()


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, list[Release]]:
    """Fourteen releases of one deck."""
    story = Story(tmp_path_factory.mktemp("years"))
    releases = [story.publish()]  # 0

    story.edit("Where do swifts sleep?", "Where does a swift sleep?")
    story.birds += "- {id: height, question: How high do they hunt?, answer: Up to 3 km., cite: at heights of up to 3 km}\n"
    releases.append(story.publish())  # 1: a text, and a new question

    story.text = story.text.replace("## Flight", "## In flight")
    releases.append(story.publish())  # 2: only citations

    (style := story.root / "templates/_shared/style.css").parent.mkdir(parents=True)
    style.write_text((ROOT / "templates/_shared/style.css").read_text() + ".question { color: teal; }\n")
    releases.append(story.publish())  # 3: only looks

    story.write({"decks/nest.svg": nest("green")})
    releases.append(story.publish())  # 4: a picture

    story.edit("answer: 1.6 grams.,", "answer: 1.6 grams., retired: {because: nobody asks},")
    releases.append(story.publish())  # 5: a retirement

    story.edit("{{c1::Some adults}} stay aloft for {{c2::ten months}}.", "{{c1::Some adults}} stay {{c3::aloft}} for ten months.")
    releases.append(story.publish())  # 6: one cloze more, one less

    names = (("Spare3", "Spare 1") if OLD else ("Clue", "Recognise"))  # fmt: skip
    story.own_pack(
        ("pack.yaml", "answer: text", "answer: text\n  clue: text?"),
        ("pack.yaml", "name: Answer}", f"name: Answer}}\n  - {{id: 110, name: {names[0]}}}"),
        ("pack.yaml", "name: Recall}", f"name: Recall}}\n  - {{id: 901, name: {names[1]}}}"),
        ("fields.j2", "{{ answer }}{% endblock %}", f"{{{{ answer }}}}{{% endblock %}}\n{{% block {names[0]} %}}{{{{ clue }}}}{{% endblock %}}"),
    )
    stem = names[1].lower().replace(" ", "-")
    story.write({
        f"templates/basic/{stem}.front.html": f"{{{{#{names[0]}}}}}{{{{{names[0]}}}}}{{{{/{names[0]}}}}}",
        f"templates/basic/{stem}.back.html": "{{FrontSide}}<hr id=answer>{{Question}}",
    })  # fmt: skip
    story.edit("answer: In the air.,", "answer: In the air., clue: Not in a nest.,")
    releases.append(story.publish())  # 7: a claimed spare field, and a claimed spare card

    story.edit(", retired: {because: nobody asks}", "")
    releases.append(story.publish())  # 8: a return

    moved = next(line for line in story.birds.splitlines(keepends=True) if "id: swift," in line)
    story.birds, story.food = story.birds.replace(moved, ""), story.food + moved
    releases.append(story.publish())  # 9: a move to another deck

    story.edit("They swallow.]", "They swallow., They rise again.]")
    story.edit("wrong: [Fish, Seeds]", "wrong: [Fish, Berries, Seeds]")
    releases.append(story.publish())  # 10: a step at the end, another wrong option

    if not OLD:
        story.own_pack(("pack.yaml", "name: Answer}", "name: Reply}"), ("fields.j2", "block Answer", "block Reply"))
        story.own_pack(("recall.back.html", "{{Answer}}", "{{Reply}}"), ("pack.yaml", "name: Recall}", "name: Remember}"))
        for side in ("front", "back"):
            (story.root / f"templates/basic/recall.{side}.html").rename(story.root / f"templates/basic/remember.{side}.html")
    releases.append(story.publish())  # 11: a field and a card renamed

    story.edit("id: months,", "id: aloft-months, was: months, tags: [numbers],")
    releases.append(story.publish())  # 12: a renamed question, a tag

    story.edit("What do swifts hunt?", "What do swifts feed on?")
    story.edit("term: Swift,", "term: Common swift,")
    releases.append(story.publish())  # 13: texts again
    return story, releases


def test_a_learner_of_years(years: tuple[Story, list[Release]], tmp_path: Path) -> None:
    _, releases = years
    with learner(tmp_path / "anki") as me:
        assert me.take(releases[0]).new == 8
        assert me.col.card_count() == 12
        me.review_everything()
        me.review_everything(4)
        me.make_leech("hunt")
        assert me.take(releases[0]) == Imported(new=0, updated=0, unchanged=8, conflicting=0), "the same again"

        assert me.take(releases[1]) == Imported(new=1, updated=1, unchanged=7, conflicting=0)
        me.check_current(releases[1])
        me.edit("food", "Extra", "ask the author")
        me.tag("hunt", "mine")
        me.col.sched.suspend_cards([me.note("food").cards()[0].id])
        me.col.sched.bury_cards([me.note("months").cards()[0].id])
        me.col.set_user_flag_for_cards(3, [me.note("sleep").cards()[0].id])
        own = me.col.decks.id("Mine")
        me.col.set_deck([me.note("nest").cards()[0].id], own)

        # Release 2 is skipped. What it changed comes with release 3: citations of six notes, and looks.
        me.clock = releases[2].lock.newest + 3600
        me.edit("weight", "Extra", "heavier than they look")
        done = me.take(releases[3])
        assert (done.new, done.updated) == (0, 5), "a note that the learner changed after a release was made is not reached by it"
        assert me.touched == {"weight", "food", "hunt"}
        me.check_current(releases[3])
        assert "ask the author" in me.note("food")["Extra"]
        assert "teal" in me.col.models.get(me.note("sleep").mid)["css"]
        assert me.take(releases[3]).updated == 0
        assert me.take(releases[1]).updated == 0, "an old release after a new one"
        assert {"mine", "leech"} <= set(me.note("hunt").tags)

        assert me.take(releases[4]).updated == 1
        (picture,) = releases[4].notes[me.note("nest").guid].media
        assert "green" in (Path(me.col.media.dir()) / picture.name).read_text()
        assert me.note("nest").cards()[0].did == own

        assert me.take(releases[5]).updated == 1
        assert me.note("weight")["Status"] == "retired", "the next change of the note reaches it"
        assert "nobody asks" in me.sides("weight")[1]
        assert [me.col.get_note(note)["Id"] for note in me.col.find_notes("tag:birds::retired")] == ["weight"]
        me.review_everything()

        cards = me.col.card_count()
        me.take(releases[6])
        assert me.col.card_count() == cards + 1, "c3 is new"
        empty = me.col.get_empty_cards().notes
        assert [[card.ord for card in map(me.col.get_card, note.card_ids)] for note in empty] == [[1]], "c2 waits for Empty Cards"

        me.take(releases[7])
        assert me.col.card_count() == cards + 2, "the claimed card came"
        assert "Not in a nest." in me.sides("sleep", 1)[0]
        me.review_everything()

        me.take(releases[8])
        assert me.note("weight")["Status"] == ""
        before = me.note("swift").cards()[0].did
        me.take(releases[9])
        assert me.note("swift").cards()[0].did == before, "existing cards stay in their deck"

        me.make_leech("food")
        me.take(releases[10])
        assert len(me.note("hunt").cards()) == 4
        me.take(releases[11])
        assert [field["name"] for field in me.note("sleep").note_type()["flds"]][1] == ("Answer" if OLD else "Reply")
        me.take(releases[12])
        assert me.note("aloft-months")["Id"] == "aloft-months"
        me.take(releases[13])
        me.check_current(releases[13])
        assert me.note("food")["Question"] == "What do swifts feed on?", "a leech gets the next change"
        assert me.col.note_count() == 9
        me.review_everything()
        problems, ok = me.col.fix_integrity()
        assert ok, problems


def test_a_learner_who_comes_late_gets_the_last_release_alone(years: tuple[Story, list[Release]], tmp_path: Path) -> None:
    _, releases = years
    with learner(tmp_path / "anki") as me:
        assert me.take(releases[13]).new == 9
        me.check_current(releases[13])
        problems, _ = me.col.fix_integrity()
        assert me.col.card_count() == sum(len(record.cards) for record in releases[13].lock.notes.values()), problems


def test_whoever_imports_only_some_releases_ends_the_same(years: tuple[Story, list[Release]], tmp_path: Path) -> None:
    _, releases = years
    for name, numbers in {"even": range(1, 14, 2), "gap": (0, 13), "retired first": (5, 8, 13), "backwards": (13, 6, 0)}.items():
        with learner(tmp_path / name) as me:
            for number in numbers:
                me.take(releases[number])
                me.review_everything()
            me.check_current(releases[13])
            missing = {
                (guid, ordinal) for guid, record in releases[13].lock.notes.items() for ordinal in record.cards
            } - me.cards_now().keys()  # fmt: skip
            assert not missing, "each card of the release is there"


@pytest.mark.skipif(OLD, reason="Anki asked nothing then")
def test_options_that_add_ons_set_lose_nothing_either(years: tuple[Story, list[Release]], tmp_path: Path) -> None:
    """AnkiConnect merges note types, and asks for schedules and options of decks."""
    _, releases = years
    with learner(tmp_path / "anki") as me:
        me.merging = True
        for release in releases:
            me.take(release)
            me.check_current(release)
            me.review_everything()


def test_a_new_learner_gets_no_card_of_a_retired_question(years: tuple[Story, list[Release]], tmp_path: Path) -> None:
    _, releases = years
    with learner(tmp_path / "anki") as me:
        me.take(releases[5])
        assert not me.note("weight").cards()
        me.take(releases[8])
        assert len(me.note("weight").cards()) == 1, "it returned"


def test_check_database_makes_cards_of_retired_questions(years: tuple[Story, list[Release]], tmp_path: Path) -> None:
    """An exception that the documentation names: Anki makes a card for each note that has none."""
    _, releases = years
    with learner(tmp_path / "anki") as me:
        me.take(releases[5])
        me.col.fix_integrity()
        (card,) = me.note("weight").cards()
        assert "nobody asks" in card.render_output().answer_text


@pytest.mark.skipif(OLD, reason="Anki asked nothing then")
def test_whoever_wants_the_author_s_text_at_once_gets_it(years: tuple[Story, list[Release]], tmp_path: Path) -> None:
    _, releases = years
    with learner(tmp_path / "anki") as me:
        me.take(releases[0])
        me.clock = releases[1].lock.newest + 3600
        me.edit("sleep", "Question", "Mine")
        me.take(releases[1])
        assert me.note("sleep")["Question"] == "Mine"
        me.import_package(releases[1].package, always=True)
        assert me.note("sleep")["Question"] == "Where does a swift sleep?"
