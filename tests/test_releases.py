"""Builds and releases from the author's side: what is recorded, what is refused, what `diff` says."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_regressions.file_regression import FileRegressionFixture

from anki_desk import desk
from author import Author
from citedeck import lock as locks
from citedeck.attest import Attestation
from citedeck.diagnostics import TextFile
from citedeck.lock import Lock, read_lock
from citedeck.lock_records import NoteRecord, TypeRecord
from conftest import ROOT, TEXT, deck

T = 1_700_000_000
QUESTIONS = """
- {id: sleep, question: Where do swifts sleep?, answer: In the air., cite: Swifts sleep in the air.}
- {id: weight, question: How heavy were the tags?, answer: 1.6 grams., cite: The tags weighed 1.6 grams.}
- {id: stay, cloze: "{{c1::Some adults}} stay aloft for {{c2::ten months}}.", cite: Some adults stay aloft for ten months.}
- {id: hunt, question: How do they hunt?, steps: [They rise., They gape., They swallow.], cite: Swifts hunt flying insects}
- {id: food, question: What do swifts hunt?, right: Insects, wrong: [Fish, Seeds], cite: Swifts hunt flying insects}
"""


@pytest.fixture
def author(tmp_path: Path) -> Author:
    made = Author(tmp_path)
    made.write({"decks/birds.yaml": deck(QUESTIONS)})
    return made


def rewrite(author: Author, *changes: tuple[str, str]) -> None:
    text = (author.root / "decks/birds.yaml").read_text()
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    (author.root / "decks/birds.yaml").write_text(text)


def lock_text(author: Author) -> str:
    return (author.root / "citedeck.lock").read_text(encoding="utf-8")


def times_in(package: Path) -> set[int]:
    """Return when the notes of a package say that they last changed."""
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(package) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    times = {time for (time,) in connection.execute("select mod from notes")}
    connection.close()
    return times


# --- build against release -----------------------------------------------------------------------------------------------------------


def test_a_build_writes_no_lock_and_says_that_there_is_none(author: Author) -> None:
    result = author.run("build", time=T)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1].startswith("no citedeck.lock: nothing was released yet")
    assert not (author.root / "citedeck.lock").exists()


def test_with_nothing_changed_a_build_needs_no_clock(author: Author) -> None:
    author.run("release", time=T)
    released, lock = (author.root / "build/birds.apkg").read_bytes(), lock_text(author)
    for time in (T - 10**8, T, T + 10**8):
        result = author.run("build", "--locked", time=time)
        assert result.exit_code == 0, result.output
        assert (author.root / "build/birds.apkg").read_bytes() == released
        again = author.run("release", time=time)
        assert again.stdout == "nothing changes for learners\n"
        assert (author.root / "build/birds.apkg").read_bytes() == released
        assert lock_text(author) == lock


def test_only_what_changed_is_dated_anew(author: Author) -> None:
    author.run("release", time=T)
    before = {record["id"]: record for line in lock_text(author).splitlines() if "note" in (record := json.loads(line))}
    rewrite(author, ("1.6 grams.,", "1.6 g.,"))
    author.run("build", time=T + 500)
    assert {json.loads(line).get("mod", T) for line in lock_text(author).splitlines()} == {T}, "a build records nothing"
    author.run("release", time=T + 1000)
    after = {record["id"]: record for line in lock_text(author).splitlines() if "note" in (record := json.loads(line))}
    assert {name for name in after if after[name] != before[name]} == {"weight"}
    assert after["weight"]["mod"] == T + 1000
    assert after["weight"]["note id"] == before["weight"]["note id"]


def test_locked_fails_and_names_what_differs(author: Author) -> None:
    assert author.run("build", "--locked", time=T).exit_code == 1
    author.run("release", time=T)
    rewrite(author, ("1.6 grams.,", "1.6 g.,"))
    result = author.run("build", "--locked", time=T + 1000)
    assert result.exit_code == 1
    assert "weight" in result.stdout
    assert result.stderr.splitlines()[-1] == "nothing was written: the project differs from its last release"


def test_drafts_may_be_renamed_and_dropped(author: Author) -> None:
    author.run("release", time=T)
    rewrite(author, ("- {id: weight", "- {id: draft, question: a, answer: b, cite: Swifts sleep in the air.}\n  - {id: weight"))
    assert author.run("build", time=T + 1).exit_code == 0
    rewrite(author, ("id: draft", "id: renamed"))
    assert author.run("build", time=T + 2).exit_code == 0
    rewrite(author, ("- {id: renamed, question: a, answer: b, cite: Swifts sleep in the air.}\n  ", ""))
    assert author.run("build", "--locked", time=T + 3).exit_code == 0


def test_with_an_error_the_old_release_stays(author: Author) -> None:
    author.run("release", time=T)
    old = {path: path.read_bytes() for path in (*(author.root / "build").iterdir(), author.root / "citedeck.lock")}
    rewrite(author, ("Swifts sleep in the air.}", "Swifts sleep in the tree.}"))
    assert author.run("release", time=T + 1).exit_code == 1
    assert {path: path.read_bytes() for path in old} == old


def test_one_of_ten_thousand_changed_is_one_update(tmp_path: Path) -> None:
    author = Author(tmp_path)
    question = "- {{id: q{0}, question: What is {0}?, answer: The number {0}., cite: Swifts sleep in the air.}}"
    text = "\n".join(question.format(number) for number in range(10_000))
    author.write({"decks/birds.yaml": deck(text)})
    assert author.run("release", time=T).exit_code == 0
    with desk(tmp_path / "anki") as learner:
        assert learner.import_package(author.root / "build/birds.apkg").new == 10_000
        learner.col.db.execute("update notes set usn = 0")
        author.write({"decks/birds.yaml": deck(text.replace("The number 7777.", "It is 7777."))})
        assert author.run("release", time=T + 1000).exit_code == 0
        done = learner.import_package(author.root / "build/birds.apkg")
        assert (done.new, done.updated, done.unchanged) == (0, 1, 9999)
        assert learner.note("q7777")["Answer"] == "It is 7777."
        assert learner.col.db.scalar("select count() from notes where usn = -1") == 1, "one note to synchronise"


# --- times ---------------------------------------------------------------------------------------------------------------------------


def test_times_grow_whatever_the_clock_says(author: Author) -> None:
    author.run("release", time=T)
    rewrite(author, ("1.6 grams.,", "1.6 g.,"))
    author.run("release", time=T - 3600)
    times = [json.loads(line)["mod"] for line in lock_text(author).splitlines() if '"id": "weight"' in line]
    assert times == [T + 1]


def test_a_clock_far_behind_stops_a_release_until_one_insists(author: Author) -> None:
    author.run("release", time=T)
    old = lock_text(author)
    rewrite(author, ("1.6 grams.,", "1.6 g.,"))
    result = author.run("release", time=T - 2 * 86_400)
    assert result.exit_code == 1
    assert "error[clock-behind] the last release is dated 2023-11-14 22:13, and this machine's clock says 2023-11-12 22:13" in result.stdout
    assert lock_text(author) == old
    built = author.run("build", time=T - 2 * 86_400)
    assert built.exit_code == 0
    assert "warning[clock-behind]" in built.stdout
    assert author.run("release", "--ignore-clock", time=T - 2 * 86_400).exit_code == 0
    assert f'"mod": {T + 1},' in lock_text(author)


# --- what is refused -----------------------------------------------------------------------------------------------------------------


def test_a_renderer_that_changed_redates_nothing_by_itself(author: Author) -> None:
    author.run("release", time=T)
    old = lock_text(author)
    shutil.copytree(ROOT / "templates/basic", author.root / "templates/basic")
    fields = author.root / "templates/basic/fields.j2"
    fields.write_text(fields.read_text().replace("{{ answer }}", "<b>{{ answer }}</b>"))
    refused = author.run("release", time=T + 1000)
    assert refused.exit_code == 1
    assert "error[renderer-changed] 2 released notes changed although no question or source did: sleep, weight" in refused.stdout
    built = author.run("build", time=T + 1000)
    assert built.exit_code == 0
    assert "warning[renderer-changed]" in built.stdout
    assert times_in(author.root / "build/birds.apkg") == {T}, "a build dates such notes as they were"
    assert lock_text(author) == old
    rewrite(author, ("1.6 grams.,", "1.6 g.,"))
    assert "1 released note changed" in author.run("release", time=T + 1000).stdout, "the other one was changed by its author"
    assert author.run("release", "--redate", time=T + 1000).exit_code == 0
    assert lock_text(author).count(f'"mod": {T + 1000},') == 2


def test_a_place_that_a_source_spells_anew_is_its_author_s_doing(author: Author) -> None:
    author.write({"decks/place.yaml": deck("- {id: place, question: a, answer: b, cite: {at: § Food}}")})
    author.run("release", time=T)
    (author.root / "sources/swifts.md").write_text(TEXT.replace("## Food", "## FOOD"))
    done = author.run("release", time=T + 1)
    assert "Citation only (3)\n" in re.sub(r":.*", "", done.stdout), done.output


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("  - {id: 2, name: Answer}", "  - {id: 2, name: Answer}\n  - {id: 3, name: More}", "the field 'More' (id 3) is new"),
        ("  - {id: 2, name: Answer}\n", "", "the field 'Answer' (id 2) is gone"),
        ("id: 2, name: Answer", "id: 4, name: Answer", "the field 'Answer' (id 2) is gone; the field 'Answer' (id 4) is new"),
        ("  - {id: 1, name: Question}\n  - {id: 2, name: Answer}", "  - {id: 2, name: Answer}\n  - {id: 1, name: Question}", "the fields are in another order"),
        ("  - {id: 1, name: Recall}", "  - {id: 1, name: Recall}\n  - {id: 2, name: More}", "the card 'More' (id 2) is new"),
        ("  - {id: 1, name: Recall}", "  - {id: 5, name: Recall}", "the card 'Recall' (id 1) is gone; the card 'Recall' (id 5) is new"),
    ],
)  # fmt: skip
def test_a_note_type_of_another_shape(before: str, after: str, why: str, author: Author) -> None:
    folder = author.root / "templates/basic"
    shutil.copytree(ROOT / "templates/basic", folder)
    author.run("release", time=T)
    pack = (folder / "pack.yaml").read_text()
    assert before in pack
    (folder / "pack.yaml").write_text(pack.replace(before, after))
    for side in ("front", "back"):
        shutil.copy(folder / f"recall.{side}.html", folder / f"more.{side}.html")
    fields = (folder / "fields.j2").read_text()
    if "Answer" not in pack.replace(before, after):
        fields = fields.replace("{% block Answer %}{{ answer }}{% endblock %}", "")
        back = folder / "recall.back.html"
        back.write_text(back.read_text().replace("{{Answer}}", ""))
    (folder / "fields.j2").write_text(fields + ("{% block More %}{% endblock %}" if "{id: 3, name: More}" in after else ""))
    result = author.run("check", time=T)
    assert f"templates/basic/pack.yaml: error[note-type-changed] {why}: learners' notes" in result.stdout


def test_a_pack_of_another_kind(author: Author) -> None:
    folder = author.root / "templates/cloze"
    shutil.copytree(ROOT / "templates/cloze", folder)
    author.run("release", time=T)
    (folder / "pack.yaml").write_text((folder / "pack.yaml").read_text().replace("kind: cloze", "kind: normal").replace("cloze: cloze", "cloze: text"))
    for side in ("front", "back"):
        path = folder / f"cloze.{side}.html"
        path.write_text(path.read_text().replace("{{cloze:Text}}", "{{Text}}"))
    said = author.run("check", time=T).stdout
    assert "error[note-type-changed] the pack 'cloze' was released as cloze; the card 'Spare 1' (id 901) is new" in said


def test_was_is_quiet_before_the_first_release(author: Author) -> None:
    rewrite(author, ("id: weight", "id: heavy, was: weight"))
    assert author.run("check", "--strict", "--ignore", "all", time=T).exit_code == 0


def test_a_forgotten_id_is_used_up(author: Author) -> None:
    author.run("release", time=T)
    usage = author.run("release", "--forget", "weight", time=T + 1)
    assert usage.exit_code == 2
    assert "'weight' is still there, at decks/birds.yaml:5" in usage.stderr
    assert author.run("release", "--forget", "nobody", time=T + 1).exit_code == 2
    line = next(line for line in QUESTIONS.splitlines(keepends=True) if "id: weight" in line)
    rewrite(author, ("  " + line, ""))
    assert author.run("release", time=T + 1).exit_code == 1
    done = author.run("release", "--forget", "weight", time=T + 1)
    assert done.exit_code == 0
    assert "Forgotten (1)" in done.stdout
    assert author.run("build", "--locked", time=T + 2).exit_code == 0
    rewrite(author, ("- {id: stay", line + "  - {id: stay"))
    assert "error[id-used-up]" in author.run("check", time=T + 2).stdout


def test_a_new_id_keeps_the_note(author: Author, tmp_path: Path) -> None:
    author.run("release", time=T)
    with desk(tmp_path / "anki") as learner:
        learner.import_package(author.root / "build/birds.apkg")
        rewrite(author, ("id: weight", "id: heavy"))
        refused = author.run("release", time=T + 1)
        assert "hint: 'heavy' has its words: write was: weight there" in refused.stdout
        rewrite(author, ("id: heavy", "id: heavy, was: weight"))
        assert author.run("release", time=T + 1).exit_code == 0
        rewrite(author, (", was: weight", ""))
        assert author.run("build", "--locked", time=T + 2).exit_code == 0, "the lock knows it by its new id"
        done = learner.import_package(author.root / "build/birds.apkg")
        assert (done.new, done.updated) == (0, 1)
        assert learner.note("heavy")["Answer"] == "1.6 grams."
    rewrite(author, ("id: heavy", "id: third, was: heavy"))
    assert author.run("release", time=T + 3).exit_code == 0
    rewrite(author, ("- {id: stay", "- {id: weight, question: a, answer: b, cite: Swifts sleep in the air.}\n  - {id: stay"))
    assert "error[id-used-up]" in author.run("check", time=T + 4).stdout, "the first id is the note's identity still"


def test_a_deck_is_renamed_only_on_purpose(author: Author) -> None:
    author.run("release", time=T)
    rewrite(author, ("deck: Birds", "deck: Swifts"))
    assert "error[deck-renamed]" in author.run("release", time=T + 1).stdout
    assert author.run("release", "--forget-deck", "Nobody's", time=T + 1).exit_code == 2
    done = author.run("release", "--forget-deck", "Birds", time=T + 1)
    assert done.exit_code == 0
    assert "Moved to another deck (5)" in done.stdout
    assert author.run("build", "--locked", time=T + 2).exit_code == 0


def test_a_deck_without_questions_is_not_released(author: Author) -> None:
    author.write({"decks/empty.yaml": "deck: Empty\nquestions: []\n"})
    assert "Empty" not in author.run("release", time=T).stdout + lock_text(author)


def test_an_unreleased_retired_question_is_in_no_package(author: Author) -> None:
    rewrite(author, ("answer: 1.6 grams.,", "answer: 1.6 grams., retired: {because: of a slip},"))
    author.run("release", time=T)
    assert "weight" not in lock_text(author)


def test_what_a_retired_question_cites_is_not_checked(author: Author) -> None:
    author.run("release", time=T)
    (author.root / "sources/swifts.md").write_text(TEXT.replace("The tags weighed 1.6 grams.", "Tags are light."))
    assert author.run("check", time=T).exit_code == 1
    rewrite(author, ("answer: 1.6 grams.,", "answer: 1.6 grams., retired: {because: the second edition dropped it},"))
    assert author.run("check", "--strict", "--ignore", "all", time=T).exit_code == 0
    done = author.run("release", time=T + 1)
    assert done.exit_code == 0, done.output


def test_a_release_vouches_for_texts_that_may_not_be_shared(author: Author) -> None:
    """Whoever has the text releases; everybody else builds the same package without it."""
    metadata = "type: book\ntitle: On swifts\ncitedeck: {share: false}\n"
    question = '- {id: b, question: What do they eat?, answer: "Insects.", cite: {source: book, quote: eat flying ants}}'
    author.write({"sources/book.yaml": metadata, "sources/private/book.md": "# Food\n\nThey eat flying ants.\n", "decks/book.yaml": deck(question)})
    assert author.run("release", time=T).exit_code == 0
    released, lock = (author.root / "build/birds.apkg").read_bytes(), lock_text(author)
    assert lock.count('{"attestation"') == 1
    assert "flying ants" not in lock

    (author.root / "sources/private/book.md").unlink()
    built = author.run("build", "--locked", time=T + 1)
    assert built.exit_code == 0, built.output
    assert "info[attested]" in built.stdout
    assert (author.root / "build/birds.apkg").read_bytes() == released
    assert author.run("check", "--require-originals", time=T).exit_code == 1
    rewrite(author, ("1.6 grams.,", "1.6 g.,"))
    assert author.run("release", time=T + 2).exit_code == 0
    assert lock_text(author).count('{"attestation"') == 1, "what nobody looked up again is still vouched for"
    author.write({"decks/book.yaml": deck(question.replace("eat flying ants", "eat ants"))})
    assert "error[unattested]" in author.run("release", time=T + 3).stdout


# --- diff ----------------------------------------------------------------------------------------------------------------------------

EDITS = {
    "text": [("1.6 grams.,", "1.6 g.,")],
    "tags": [("answer: 1.6 grams.,", "answer: 1.6 grams., tags: [tag],")],
    "new id": [("id: weight", "id: heavy, was: weight")],
    "retired": [("answer: 1.6 grams.,", "answer: 1.6 grams., retired: {because: of a slip},")],
    "cloze added": [("}} stay aloft", "}} {{c3::stay}} aloft")],
    "cloze removed": [("{{c2::ten months}}", "ten months")],
    "clozes swapped": [("{{c1::Some", "{{cX::Some"), ("{{c2::ten", "{{c1::ten"), ("{{cX::Some", "{{c2::Some")],
    "cloze renumbered": [("{{c2::ten", "{{c3::ten")],
    "cloze repeated": [("}} stay aloft", "}} ({{c3::Some adults}}) stay aloft")],
    "step at the end": [("They swallow.]", "They swallow., They rise again.]")],
    "step put in": [("They gape.,", "They turn., They gape.,")],
    "step taken out": [("They rise., ", "")],
    "step corrected": [("They gape.", "They open their beaks.")],
    "choice swapped": [("right: Insects, wrong: [Fish, Seeds]", "right: Fish, wrong: [Insects, Seeds]")],
    "choice added": [("wrong: [Fish, Seeds]", "wrong: [Fish, Berries, Seeds]")],
    "question and answer swapped": [("question: How heavy were the tags?, answer: 1.6 grams.", "question: 1.6 grams., answer: How heavy were the tags?")],
    "nothing": [],
}  # fmt: skip


def test_what_diff_says_of_each_edit(author: Author, file_regression: FileRegressionFixture) -> None:
    author.run("release", time=T)
    original = (author.root / "decks/birds.yaml").read_text()
    said = []
    for name, changes in EDITS.items():
        rewrite(author, *changes)
        result = author.run("diff", time=T)
        assert result.exit_code == 0, result.output
        said.append(f"# {name}\n{result.stdout}")
        (author.root / "decks/birds.yaml").write_text(original)
    (author.root / "sources/swifts.md").write_text(TEXT.replace("## Flight", "## In flight"))
    said.append(f"# a heading renamed\n{author.run('diff', time=T).stdout}")
    (author.root / "sources/swifts.md").write_text(TEXT)
    (author.root / "decks/food.yaml").write_text(
        deck("- {id: other, question: a, answer: b, cite: Swifts sleep in the air.}", deck="Other", description="'What?'")
    )
    (author.root / "templates/_shared").mkdir(parents=True)
    (author.root / "templates/_shared/style.css").write_text(".card {}")
    said.append(f"# another deck, another style\n{author.run('diff', time=T).stdout}")
    file_regression.check("\n".join(said), encoding="utf-8")


def test_what_diff_says_of_decks_packages_and_names(author: Author, file_regression: FileRegressionFixture) -> None:
    other = "- {id: other, question: a, answer: b, cite: Swifts sleep in the air.}"
    author.write({"decks/other.yaml": deck(other, deck="Other")})
    author.run("release", time=T)
    settings = (author.root / "citedeck.toml").read_text()
    said = []

    def say(name: str, files: dict[str, str]) -> None:
        author.write({"citedeck.toml": settings, "decks/birds.yaml": deck(QUESTIONS), "decks/other.yaml": deck(other, deck="Other")} | files)
        result = author.run("diff", time=T)
        assert result.exit_code == 0, result.output
        said.append(f"# {name}\n{result.stdout}")

    say("a deck's case", {"decks/other.yaml": deck(other, deck="OTHER")})
    say("a deck's description", {"decks/other.yaml": deck(other, deck="Other", description="About others")})
    say("two decks become one", {"decks/other.yaml": deck(other)})
    say("another title", {"citedeck.toml": settings.replace("Birds", "Fowl")})
    say("another package", {"citedeck.toml": settings + '[packages]\nbirds = ["decks/birds.yaml"]\nother = ["decks/*.yaml"]\n'})
    cloze = QUESTIONS.replace("}} stay aloft", "}} {{c3::stay}} aloft").replace("{{c2::ten months}}", "ten months")
    say("retired with other clozes", {"decks/birds.yaml": deck(cloze.replace("- {id: stay,", "- {id: stay, retired: {because: of a slip},"))})
    file_regression.check("\n".join(said), encoding="utf-8")


def test_history_is_said_to_move_when_it_does_and_only_then(author: Author) -> None:
    moving = {"clozes swapped", "cloze renumbered", "step put in", "step taken out", "choice swapped", "question and answer swapped"}
    author.run("release", time=T)
    original = (author.root / "decks/birds.yaml").read_text()
    for name, changes in EDITS.items():
        rewrite(author, *changes)
        assert ("History would move" in author.run("diff", time=T).stdout) == (name in moving), name
        (author.root / "decks/birds.yaml").write_text(original)


def test_diff_for_programs_and_for_release_notes(author: Author, file_regression: FileRegressionFixture) -> None:
    author.run("release", time=T)
    rewrite(author, ("How heavy were the tags?", "How *heavy* were <the> tags_?"), ("{{c2::ten months}}", "ten months"))
    as_json, as_markdown = (author.run("diff", "--format", form, time=T).stdout for form in ("json", "markdown"))
    assert {change["kind"] for change in json.loads(as_json)["changes"]} == {"text", "cards-removed"}
    file_regression.check(f"{as_json}\n{as_markdown}", extension=".md", encoding="utf-8")


def test_diff_against_a_package_and_a_revision_says_what_diff_against_the_lock_does(author: Author, tmp_path: Path) -> None:
    rewrite(author, ("1.6 grams.,", "1.6 grams., retired: {because: of a slip},"))
    author.run("build", time=T)
    rewrite(author, (" retired: {because: of a slip},", ""))
    git = ["git", "-C", str(author.root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    author.run("release", time=T)
    package = tmp_path / "birds.apkg"
    shutil.copy(author.root / "build/birds.apkg", package)
    (author.root / ".gitignore").write_text("build/\n")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v1"]):
        subprocess.run([*git, *command], check=True)
    assert author.run("diff", "--against", str(package), time=T).stdout == "nothing changes for learners\n"
    assert author.run("diff", "--against", "v1", time=T).stdout == "nothing changes for learners\n"
    rewrite(
        author,
        ("{{c1::Some", "{{cX::Some"),
        ("{{c2::ten", "{{c1::ten"),
        ("{{cX::Some", "{{c2::Some"),
        ("1.6 grams.,", "1.6 grams., retired: {because: of a slip},"),
    )
    wanted = author.run("diff", time=T).stdout
    assert "History would move (1)" in wanted
    assert "Retired (1)" in wanted
    assert author.run("diff", "--against", str(package), time=T).stdout == wanted
    assert author.run("diff", "--against", "v1", time=T).stdout == wanted


def test_diff_against_a_revision_of_a_project_in_a_subfolder(author: Author) -> None:
    """The project may be a folder of a repository, and what is checked out there stays as it is."""
    repository = author.root.parent
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "project"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)
    rewrite(author, ("1.6 grams.,", "1.6 g.,"))
    before = subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True).stdout
    result = author.run("diff", "--against", "HEAD", time=T)
    assert "Text (1)" in result.stdout
    assert subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True).stdout == before
    rewrite(author, ("Swifts sleep in the air.}", "Swifts swim.}"))
    subprocess.run([*git, "commit", "-qam", "wrong"], check=True)
    rewrite(author, ("Swifts swim.}", "Swifts sleep in the air.}"))
    refused = author.run("diff", "--against", "HEAD", time=T)
    assert refused.stderr.splitlines()[-1].startswith("nothing was compared: the project at 'HEAD' has errors; the first: decks/birds.yaml:4: ")


@pytest.mark.parametrize(
    ("against", "why"),
    [
        ("v9", "git knows no revision 'v9' of this project"),
        ("--output=x", "git knows no revision '--output=x' of this project"),
        ("no.apkg", "no package of this project"),
    ],
)
def test_diff_against_what_is_not_there(against: str, why: str, author: Author) -> None:
    subprocess.run(["git", "init", "-q", str(author.root)], check=True)
    result = author.run("diff", f"--against={against}", time=T)
    assert result.exit_code == 1
    assert why in result.stderr
    assert result.stderr.splitlines()[-1].startswith("nothing was compared: ")


def test_diff_against_a_package_of_somebody_else(author: Author, tmp_path: Path) -> None:
    other = Author(tmp_path / "other")
    other.write({"citedeck.toml": 'name = "other-zzz999"\n', "decks/birds.yaml": deck(QUESTIONS)})
    other.run("build", time=T)
    for content in ((other.root / "build/other.apkg").read_bytes(), b"PK\x03\x04", b"", (other.root / "build/other.apkg").read_bytes()[:-100]):
        (tmp_path / "x.apkg").write_bytes(content)
        result = author.run("diff", "--against", str(tmp_path / "x.apkg"), time=T)
        assert result.exit_code == 1, content[:10]
        assert "x.apkg is no package of this project that citedeck wrote" in result.stderr


# --- the lock ------------------------------------------------------------------------------------------------------------------------

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
digests = st.text("0123456789abcdef", min_size=1, max_size=16)
times = st.integers(1, 2**33 - 1)
part_ids = st.none() | st.integers(-(2**63), 2**63 - 1)
note_records = st.builds(
    NoteRecord, guid=names, id=names, note_id=st.integers(1, 2**33 * 1000 - 1), mod=times, pack=names, deck=names, packages=st.tuples(names),
    cards=st.lists(st.integers(0, 499), max_size=3).map(tuple), author=digests, text=digests, citations=digests, tags=digests,
    parts=st.dictionaries(names, st.tuples(digests), max_size=2), retired=st.booleans(),
    card_ids=st.none() | st.dictionaries(st.integers(0, 499), st.integers(1, 2**33 * 1000 - 1), max_size=2),
)  # fmt: skip
type_records = st.builds(
    TypeRecord, pack=names, name=names, cloze=st.booleans(), fields=st.lists(st.tuples(part_ids, names), max_size=3).map(tuple),
    cards=st.lists(st.tuples(part_ids, names), max_size=3).map(tuple), looks=digests, mod=times, id=st.none() | st.integers(-(2**63), 2**63 - 1),
)  # fmt: skip
attestations = st.builds(Attestation, source=names, digest=digests, sha256=digests, locator=names)


@given(
    names, st.lists(note_records, unique_by=(lambda one: one.guid, lambda one: one.id, lambda one: one.note_id // 1000), max_size=4),
    st.lists(type_records, unique_by=lambda one: one.pack, max_size=2), st.dictionaries(names, digests, max_size=2),
    st.lists(attestations, unique_by=lambda one: one.digest, max_size=2), st.dictionaries(names, names, max_size=2),
    st.dictionaries(names, digests, max_size=2),
)  # fmt: skip
def test_a_lock_is_read_as_it_was_written(
    project: str, notes: list[NoteRecord], kinds: list[TypeRecord], decks: dict[str, str], attested: list[Attestation], forgotten: dict[str, str],
    media: dict[str, str],
) -> None:  # fmt: skip
    made = Lock(
        project, {one.guid: one for one in notes}, {one.pack: one for one in kinds}, decks, {one.digest: one for one in attested}, forgotten, "9.9",
        media=media,
    )  # fmt: skip
    read, problems = read_lock(TextFile("citedeck.lock", made.text()), project)
    assert not problems
    assert read == made
    assert read.text() == made.text()
    assert len(made.text().splitlines()) >= 2
    assert made.text().count("\n") == 2 + len(notes) + len(kinds) + len(decks) + len(attested) + len(forgotten) + len(media), "one line a record"


@given(st.data())
@settings(max_examples=200)
def test_a_damaged_lock_is_never_a_fresh_start(data: st.DataObject) -> None:
    note = NoteRecord("g", "id", 5000, 5, "basic", "Deck", ("p",), (0,), "a", "b", "c", "d", {"1": ("e",)}, retired=False)
    text = Lock("birds-abc123", {"g": note}, {}, {"Deck": "0"}, {}, {"h": "gone"}).text()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    broken = text[:start] + data.draw(st.sampled_from(["", "\0", "{", "]", '"', "null", "\n", "-1", "\u2028", "[" * 3000])) + text[end:]
    read, problems = read_lock(TextFile("citedeck.lock", broken), "birds-abc123")
    assert read.released
    if not problems:
        assert Lock(read.project, read.notes, read.note_types, read.decks, read.attestations, read.forgotten, read.tool).text()
    for problem in problems:
        assert problem.code == "lock-damaged"
        assert problem.hint


GOOD = Lock("birds-abc123", {"g": NoteRecord("g", "id", 5000, 5, "basic", "Deck", ("p",), (0,), "a", "b", "c", "d", {}, retired=False)}).text()


@pytest.mark.parametrize(
    ("broken", "line", "why"),
    [
        ("", 1, "this is no lock: its first line does not say so"),
        (GOOD[:-1].rsplit("\n", 1)[0] + "\n", 3, "the file ends too early: its last line is missing"),
        (GOOD[: len(GOOD) // 2], 2, "this line is no record"),
        (GOOD.replace('"mod": 5', '"mod": -5'), 2, "this record cannot be read: 'mod' is no time"),
        (GOOD.replace('"mod": 5', '"mod": "5"'), 2, 'this record cannot be read: "5" stands where it should not'),
        (GOOD.replace('"deck": "Deck", ', ""), 2, "this record cannot be read: it has no 'deck'"),
        (GOOD.replace('"citedeck.lock": 1', '"citedeck.lock": 2'), 1, "a newer citedeck wrote this file (format 2, known here: 1)"),
        (GOOD.replace('{"note"', '{"thing": 1, "note"'), 2, "this record cannot be read: 'thing' is no kind of record"),
        (GOOD.replace('{"end"', '{"note": "g", "id": "x"}\n{"end"'), 3, "this record cannot be read: it has no 'parts'"),
        (re.sub(r'(\{"note".*)', lambda found: found[1] + "\n" + found[1].replace('"g"', '"h"').replace('"id": "id"', '"id": "b"'), GOOD), 3,
         "two notes have the same note id: two branches were released side by side"),
        (re.sub(r'(\{"note".*)', r"\1\n\1", GOOD), 3, "this record cannot be read: 'g' stands twice"),
        (GOOD.replace('{"note"', '<<<<<<< ours\n{"note"'), 2, "the file holds the marks of a merge that has not been settled"),
    ],
)  # fmt: skip
def test_a_lock_that_cannot_be_trusted(broken: str, line: int, why: str) -> None:
    read, (problem,) = read_lock(TextFile("citedeck.lock", broken), "birds-abc123")
    assert (problem.span.line, problem.message) == (line, why)
    assert read.released
    assert not read.notes


def test_a_lock_of_an_older_format_is_brought_to_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "VERSION", 2)
    monkeypatch.setitem(locks._MIGRATIONS, 1, lambda records: [{**record, "deck": "Moved"} if "note" in record else record for record in records])
    read, problems = read_lock(TextFile("citedeck.lock", GOOD), "birds-abc123")
    assert not problems
    assert read.notes["g"].deck == "Moved"


def test_a_lock_survives_windows_line_ends() -> None:
    read, problems = read_lock(TextFile("citedeck.lock", GOOD.replace("\n", "\r\n")), "birds-abc123")
    assert not problems
    assert read.text() == GOOD


def test_two_branches_that_add_questions_merge_and_release(author: Author) -> None:
    author.run("release", time=T)
    git = ["git", "-C", str(author.root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    added = "\n- {{id: {0}, question: What is {0}?, answer: A letter., cite: Swifts sleep in the air.}}"
    (author.root / ".gitignore").write_text("build/\n")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    for branch in ("a", "b"):
        subprocess.run([*git, "checkout", "-q", "-b", branch, "main"], check=True)
        (author.root / f"decks/{branch}.yaml").write_text(deck(added.format(branch)))
        assert author.run("build", time=T + 10).exit_code == 0
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", branch], check=True)
    subprocess.run([*git, "merge", "-q", "a", "-m", "both"], check=True)
    done = author.run("release", time=T + 100)
    assert done.exit_code == 0
    assert "New questions (2)" in done.stdout


def test_two_branches_that_both_released_merge_where_git_can(author: Author) -> None:
    """One line a record, by guid: git joins them, and nothing of either release is lost."""
    more = "".join(f"\n- {{id: more-{number}, question: {number}?, answer: A number., cite: Swifts sleep in the air.}}" for number in range(40))
    author.write({"decks/birds.yaml": deck(QUESTIONS + more)})
    author.run("release", time=T)
    git = ["git", "-C", str(author.root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    (author.root / ".gitignore").write_text("build/\n")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    released = {}
    for number, branch in enumerate("ab", 1):
        subprocess.run([*git, "checkout", "-q", "-b", branch, "main"], check=True)
        (author.root / f"decks/{branch}.yaml").write_text(
            deck(f"- {{id: of-{branch}, question: {branch}?, answer: A letter., cite: Swifts sleep in the air.}}")
        )
        assert author.run("release", time=T + 100 * number).exit_code == 0
        released[branch] = next(line for line in lock_text(author).splitlines() if f'"of-{branch}"' in line)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", branch], check=True)
    subprocess.run([*git, "merge", "-q", "a", "-m", "both"], check=True)
    assert set(released.values()) <= set(lock_text(author).splitlines())
    assert author.run("release", time=T + 1000).stdout == "nothing changes for learners\n"
