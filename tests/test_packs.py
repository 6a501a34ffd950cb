"""The built-in packs: their identity never changes, and each turns a question into the expected fields and cards."""

from __future__ import annotations

import re

import pytest
from py_mini_racer import MiniRacer
from pytest_regressions.data_regression import DataRegressionFixture
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck.card_html import problems
from citedeck.packs import Pack, load_packs
from citedeck.preview import card_sides, preview_page
from citedeck.project import read_project
from conftest import ROOT, Compile, deck

QUESTIONS = r"""
- id: basic
  question: How **long** do swifts stay aloft?
  answer: |
    - ten months
    - or more
  extra: Some of them.
  tags: [flight]
  cite:
    - some adults stay aloft for ten months
    - {source: print, at: p. 12}
    - {source: own-words, quote: they land every night, stance: disputes, remark: "One *observer* only."}
- id: reversed
  term: Torpor
  definition: Cooling down to save $E$.
  silence: {no-citation: a word of the trade}
- id: cloze
  cloze: "Swifts {{c1::sleep {{c2::in the air}}::what}} at {{c3::3 km}}."
  cite: {quote: Swifts sleep in the air., at: § Flight}
- id: typed
  question: How heavy was a tag?
  typed: 1.6 <g>
  cite: {source: print, at: § Tags}
- id: choice
  question: What do swifts hunt?
  right: Insects
  wrong: [Fish, Seeds, Mice]
  cite: Swifts hunt flying insects
- id: steps
  question: How does a chick take off?
  steps: [It lifts itself., "It grows light (a::b {c}).", It leaves.]
  cite: Swifts sleep in the air.
"""
FILES: dict[str, str | bytes] = {
    "decks/a.yaml": deck(QUESTIONS, tags="[birds]"),
    "sources/print.yaml": "type: book\ntitle: In print only\nauthor: [{family: Doe, given: Ada}]\nissued: '2020'\ncitedeck: {link: 'https://example.org/b.pdf#page={page}'}\n",
    "sources/own-words.yaml": "type: speech\ntitle: A talk & more\nciteme: x\n".replace("citeme: x", "citedeck: {wording: paraphrase, language: ar}"),
    "sources/own-words.md": "- They land every night.\n",
}


def test_the_identity_of_the_built_in_packs_never_changes(data_regression: DataRegressionFixture) -> None:
    """What is in this golden is frozen: changing it would freeze the notes that learners have. Looks may change, and are not in it."""
    compilation = compile_repository()
    packs = {
        name: {
            "title": pack.note_type.title,
            "cloze": pack.note_type.cloze,
            "picked by": pack.picked_by,
            "keys": dict(pack.keys),
            "fields": [f"{spec.id} {spec.name}" for spec in pack.note_type.fields],
            "cards": [f"{card.id} {card.name}" for card in pack.note_type.cards],
        }
        for name, pack in compilation.items()
    }
    data_regression.check(packs)


def compile_repository() -> dict[str, Pack]:
    project, _ = read_project(ROOT)
    packs, diagnostics = load_packs(project.packs)
    assert not diagnostics
    return packs


def test_fields_of_every_pack(compile_files: Compile, data_regression: DataRegressionFixture) -> None:
    compilation = compile_files(FILES)
    assert not compilation.diagnostics
    notes = {
        note.question_id: {
            "fields": dict(zip((spec.name for spec in compilation.packs[note.pack].note_type.fields), note.fields, strict=True)),
            "tags": list(note.tags),
            "cards": list(note.ordinals),
            "guid": note.guid,
        }
        for note in compilation.notes
    }
    data_regression.check(notes)


@pytest.mark.parametrize("name", ["basic", "reversed", "cloze", "typed", "choice", "steps"])
def test_cards_of_every_pack(name: str, compile_files: Compile, file_regression: FileRegressionFixture) -> None:
    compilation = compile_files(FILES)
    note = next(note for note in compilation.notes if note.question_id == name)
    pack = compilation.packs[note.pack]
    sides = []
    for ordinal in note.ordinals:
        for side, answer in (("front", False), ("back", True)):
            made = re.sub(r"<script>.*?</script>", "", card_sides(note, pack, ordinal, answer=answer), flags=re.DOTALL)
            sides.append(f"<!-- card {ordinal + 1}, {side} -->\n{made}")
    file_regression.check("\n".join(sides), extension=".html", basename=f"cards_{name}", encoding="utf-8")


def test_the_preview_shows_every_card_and_carries_its_pictures(compile_files: Compile) -> None:
    files: dict[str, str | bytes] = FILES | {
        "decks/b.yaml": deck('- {id: p, question: "![a](a.svg)", answer: b, cite: Swifts sleep in the air.}'),
        "decks/a.svg": b"<svg/>",
    }
    compilation = compile_files(files)
    page = preview_page(compilation.notes, compilation.packs, compilation.project.read_media)
    assert page.count("<iframe") == 4 * sum(len(note.ordinals) for note in compilation.notes)
    assert "data:image/svg+xml;base64,PHN2Zy8+" in page


def test_day_and_night_define_the_same_colours() -> None:
    style = (ROOT / "templates/_shared/style.css").read_text()
    day, night = (
        set(re.findall(r"(--[\w-]+):", rules)) for rules in re.findall(r"^\.card(?:\.nightMode[^{]*)? \{(.*?)^\}", style, re.MULTILINE | re.DOTALL)[:2]
    )
    assert day == night
    assert "--ink" in day
    assert re.search(r"\.card\.nightMode, \.card\.night_mode, \.nightMode \.card, \.night_mode \.card", style)
    used = {name for path in (ROOT / "templates").rglob("*.css") for name in re.findall(r"var\((--[\w-]+)", path.read_text())}
    assert used <= day


def test_both_sides_of_a_choice_shuffle_and_verbatim_words_have_quotation_marks() -> None:
    templates = ROOT / "templates"
    for side in ("front", "back"):
        assert "<!-- include: shuffle.html -->" in (templates / f"choice/choose.{side}.html").read_text()
    style = (templates / "_shared/style.css").read_text()
    assert re.search(r"blockquote\.verbatim::before \{[^}]*open-quote", style)
    assert "paraphrase::before" not in style


def test_every_shared_part_is_there_once() -> None:
    """One citation partial and one style serve all packs."""
    templates = ROOT / "templates"
    assert sum("stance" in path.read_text() for path in templates.rglob("*.j2")) == 1
    backs = list(templates.rglob("*.back.html"))
    assert len(backs) == 7
    for back in backs:
        assert back.read_text().count("<!-- include: _shared/sources.html -->") == 1
        assert "{{Citations}}" not in back.read_text()


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{Front}}", []),
        ("{{#Front}}x{{/Front}}{{^Back}}y{{/Back}}{{type:Front}}{{FrontSide}}{{Tags}}", []),
        ("{{Frnt}}", ["the card shows '{{Frnt}}', and the note type has no such field"]),
        ("{{#c1}}{{Front}}{{/c1}}{{text:}}", []),
        ("{{}}", ["the card shows '{{}}', and the note type has no such field"]),
        ("{{#Front}}", ["{{#Front}} is never closed"]),
        ("{{/Front}}", ["{{/Front}} closes nothing that is open"]),
        ("{{#Front}}{{/Back}}", ["{{/Back}} closes nothing that is open"]),
    ],
)
def test_card_templates_are_checked_as_anki_would(template: str, said: list[str]) -> None:
    assert list(problems(template, {"Front", "Back"}, cloze=False)) == said


# --- the shuffle ---------------------------------------------------------------------------------------------------------------------

PAGE = """
function makePage(question, side, texts) {
  var attributes = {"data-question": question, "data-side": side};
  var list = {children: texts.map(function (text) { return {textContent: text}; })};
  list.appendChild = function (item) { list.children.splice(list.children.indexOf(item), 1); list.children.push(item); };
  var box = {querySelector: function () { return list; },
             getAttribute: function (name) { return attributes[name]; },
             hasAttribute: function (name) { return name in attributes; },
             setAttribute: function (name, value) { attributes[name] = value; }};
  document = {querySelector: function () { return box; }};
  return list;
}
var RealDate = Date;
function setDay(day) { Date = function () { return new RealDate(2026, 0, day, 23, 59); }; }
"""


class Client:
    """A client's web view; `forgetful` ones load a new page for the back."""

    def __init__(self, forgetful: bool) -> None:
        self.forgetful = forgetful
        self.open()

    def open(self) -> None:
        self.page = MiniRacer()
        self.page.eval("var window = this;" + PAGE)

    def show(self, question: str, side: str, day: int, texts: list[str]) -> list[str]:
        if self.forgetful:
            self.open()
        script = (ROOT / "templates/choice/shuffle.html").read_text().removeprefix("<script>").strip().removesuffix("</script>")
        self.page.eval(f"setDay({day}); var shown = makePage({question!r}, {side!r}, {texts!r});\n{script}")
        order = str(self.page.eval("shown.children.map(function (item) { return item.textContent; }).join('|')"))
        return order.split("|")


OPTIONS = ["Insects", "Fish", "Seeds", "Mice"]


@pytest.mark.parametrize("forgetful", [False, True])
def test_front_and_back_show_the_options_in_the_same_order(forgetful: bool) -> None:
    client = Client(forgetful)
    for day in range(1, 15):
        assert client.show("q", "front", day, OPTIONS) == client.show("q", "back", day, OPTIONS)


def test_the_order_survives_midnight_where_the_page_lives_on() -> None:
    client = Client(forgetful=False)
    for day in range(1, 15):
        assert client.show("q", "front", day, OPTIONS) == client.show("q", "back", day + 1, OPTIONS)


def test_the_day_of_another_question_is_not_taken_over() -> None:
    client = Client(forgetful=False)
    orders = set()
    for day in range(1, 15):
        client.show("other", "front", day + 1, OPTIONS)
        assert client.show("q", "back", day, OPTIONS) == Client(forgetful=True).show("q", "front", day, OPTIONS)
        orders.add(tuple(client.show("q", "front", day, OPTIONS)))
    assert len(orders) > 3


def test_a_script_that_runs_twice_shuffles_once() -> None:
    client = Client(forgetful=False)
    once = client.show("q", "front", 3, OPTIONS)
    script = (ROOT / "templates/choice/shuffle.html").read_text().removeprefix("<script>").strip().removesuffix("</script>")
    client.page.eval(script)
    assert client.page.eval("shown.children.map(function (item) { return item.textContent; }).join('|')") == "|".join(once)


def test_options_are_shuffled_over_days_and_questions() -> None:
    client = Client(forgetful=False)
    first = [client.show(f"q{number}", "front", day, OPTIONS)[0] for number in range(20) for day in range(1, 29)]
    for option in OPTIONS:
        assert 0.18 < first.count(option) / len(first) < 0.32


def test_without_script_the_right_option_is_not_always_the_first(compile_files: Compile) -> None:
    questions = "\n".join(f"- {{id: q{n}, question: What?, right: yes, wrong: [no, maybe, never], cite: Swifts sleep in the air.}}" for n in range(40))
    notes = compile_files({"decks/a.yaml": deck(questions)}).notes
    places = [re.findall(r"<li( class=\"right\")?>", note.fields[1]).index(' class="right"') for note in notes]
    assert set(places) == {0, 1, 2, 3}
