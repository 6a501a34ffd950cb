"""Citations on cards of an adopted deck: where they stand, and that nothing else becomes of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from adopting import adopt, run, succeed
from anki_desk import Imported, desk
from citedeck.adoption.note_types import citation_field
from citedeck.exports.nouns import ExportedField, ExportedTemplate, ExportedType
from shelf import Shelf, shelf

__all__ = ["shelf"]

TEXT = "The vein carries water. Two cities lie in the north. A typed word is compared."


def kind(*templates: tuple[str, str], fields: str = "Front Back Extra", cloze: bool = False) -> ExportedType:
    made = tuple(ExportedTemplate(f"Card {number}", front, back) for number, (front, back) in enumerate(templates, 1))
    return ExportedType("Mine", cloze, tuple(ExportedField(name) for name in fields.split()), made, "")


@pytest.mark.parametrize(
    ("templates", "field"),
    [
        ([("{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}")], "Back"),
        ([("{{Front}}", "{{Front}}<hr id=answer>{{Back}}{{Extra}}")], "Extra"),
        ([("{{Front}}", "{{Back}}{{#Extra}}<p>{{Extra}}</p>{{/Extra}}")], "Extra"),
        ([("{{Front}}", "<hr id=answer>{{Back}}"), ("{{Back}}", "<hr id=answer>{{Front}}")], "Back"),
        ([("{{Front}}", "{{Back}}"), ("{{Back}}", "{{Front}}")], ""),
        ([("{{Front}}", "<hr id=answer>{{Back}}"), ("{{#Extra}}{{Extra}}{{/Extra}}", "{{FrontSide}}<hr id=answer>{{Front}}")], "Front"),
        ([("{{Front}}{{type:Back}}", "{{Front}}<hr id=answer>{{type:Back}}")], "Front"),
        ([("{{Front}}", "{{Back}}{{tts en_US:Back}}{{hint:Extra}}")], "Extra"),
        ([("{{Front}}", "{{text:Extra}}<hr id=answer>{{Back}}")], "Back"),
        ([("{{#Front}}{{Front", "{{Back}}")], "Back"),
    ],
)
def test_citations_stand_where_they_give_nothing_away(templates: list[tuple[str, str]], field: str) -> None:
    assert citation_field(kind(*templates)) == field


def cited(folder: Path, question: str, quote: str) -> None:
    """Give the question that has these words a citation of a new source."""
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources/book.yaml").write_text("type: book\ntitle: Leaves\n")
    (folder / "sources/book.md").write_text(TEXT)
    (path,) = (path for path in (folder / "decks").glob("*.yaml") if question in path.read_text())
    head, tail = path.read_text().split(question)
    before, guid, behind = tail.partition("    guid:")
    path.write_text(f"{head}{question}{before}    cite: {{source: book, quote: {quote}}}\n{guid}{behind}")


def test_a_citation_stands_on_the_back_and_changes_nothing_else(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = shelf.export("old.apkg", legacy=True, scheduling=False)
    project = tmp_path / "project"
    package = adopt(original, project)
    for question, quote in (("question: R1", "The vein carries water."), ("question: T1", "A typed word is compared."), ("{{c1::one}}", "Two cities lie")):
        cited(project, question, quote)
    # Anki gives a note type whose name is taken another one, and dates it anew: a release is later than that.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(time.time()) + 60))
    succeed("release", "--project", project)
    with desk(tmp_path / "learner") as learner:
        count = learner.import_package(original).new
        cards = [(card.id, card.ord) for card in learner.cards()]
        assert learner.import_package(package) == Imported(new=0, updated=3, unchanged=count - 3, conflicting=0)
        assert [(card.id, card.ord) for card in learner.cards()] == cards
        reversed_, typed, cloze = (learner.col.get_note(learner.col.find_notes(query)[0]) for query in ("front:R1*", "front:T1*", "text:*c2*"))
        assert [name for name, value in reversed_.items() if "citedeck" in value] == ["Back"]
        assert '<div class="citedeck" hidden>' in reversed_["Back"], "its second card shows the field on the front"
        assert ".card:has(#answer) .citedeck[hidden] { display: block; }" in reversed_.note_type()["css"]
        assert all("<hr id=answer>" in card.answer() for card in reversed_.cards())
        assert [name for name, value in typed.items() if "citedeck" in value] == ["Front"]
        assert [name for name, value in cloze.items() if "citedeck" in value] == ["Back Extra"]
        for card in cloze.cards():
            assert "Two cities lie" in card.answer()
            assert "Two cities lie" not in card.question()
        assert '<div class="citedeck">' in cloze["Back Extra"]
        assert "[hidden]" not in cloze.note_type()["css"]
        assert "citedeck" not in learner.col.models.by_name("Verb")["css"], "a note type without citations stays as it was"


def test_a_field_that_decides_about_cards_takes_no_citation(shelf: Shelf, tmp_path: Path) -> None:
    project = tmp_path / "project"
    adopt(shelf.export("new.apkg", legacy=False, scheduling=False), project)
    pack = project / "templates/verb/pack.yaml"
    assert "citations:" not in pack.read_text()
    cited(project, "infinitive: put", "The vein carries water.")
    result = run("check", "--project", project)
    assert "error[bad-pack] the pack 'verb' has no place for citations" in result.stdout
    pack.write_text(pack.read_text().replace("adopted:\n", "adopted:\n  citations: Past\n"))
    result = run("check", "--project", project)
    assert result.exit_code == 1
    assert "error[bad-pack] citations at the end of the field 'Past' would make another card of 'put'" in result.stdout
