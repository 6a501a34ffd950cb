"""Which cards a note gets, compared with what Anki itself makes of random templates and fields."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anki_desk import Desk, desk
from citedeck import card_html

FIELDS = ("A", "B", "C")
PARTS = [
    "text ",
    "{{A}}",
    "{{B}}",
    "{{text:C}}",
    "{{#A}}",
    "{{/A}}",
    "{{^B}}",
    "{{/B}}",
    "{{#C}}",
    "{{/C}}",
    "{{hint:A}}",
    "{{Deck}}",
    "{{Tags}}",
    "<!-- {{A}} -->",
    "<br>",
]
VALUES = st.sampled_from(["", " ", "x", "<br>", "<BR />", "<div></div>", "\u00a0", "&nbsp;", "<b></b>", "0", "\n", "<br> \n</div>", "{{A}}"])
CLOZE_PARTS = ["{{c1::", "{{c2::", "{{c12::", "{{c0::", "{{c600::", "{{c1,3::", "}}", "::", "x", "{{", "}", "{{c::", "<b>", "&#123;&#123;c4::y&#125;&#125;"]


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("anki")) as opened:
        yield opened


def anki_cards(learner: Desk, fronts: list[str], values: tuple[str, ...], *, cloze: bool = False) -> tuple[int, ...] | None:
    """Return the cards that Anki makes; None if it refuses the templates."""
    models = learner.col.models
    note_type = models.new("test")
    note_type["type"] = int(cloze)
    for name in FIELDS:
        models.add_field(note_type, models.new_field(name))
    for number, front in enumerate(fronts):
        template = models.new_template(f"card {number}")
        template["qfmt"], template["afmt"] = front, front if cloze else f"{number} {{{{FrontSide}}}}"
        models.add_template(note_type, template)
    try:
        number = models.add_dict(note_type).id
    except Exception:
        return None
    try:
        note = learner.col.new_note(models.get(number))
        note.fields = list(values)
        learner.col.add_note(note, learner.col.decks.id("Default"))
        return tuple(sorted(card.ord for card in note.cards()))
    finally:
        models.remove(number)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join), VALUES, VALUES, VALUES)
def test_normal_cards_are_those_that_anki_makes(learner: Desk, front: str, a: str, b: str, c: str) -> None:
    # A last card that is always there: Anki keeps one card of every note anyway.
    fronts = [front, "{{#A}}{{A}}{{/A}}{{^A}}{{Deck}}{{/A}}"]
    found = anki_cards(learner, fronts, (a, b, c))
    problems = [problem for template in fronts for problem in card_html.problems(template, FIELDS, cloze=False)]
    if found is None:
        return
    if not problems:
        parsed = tuple(card_html.parse(template) for template in fronts)
        assert card_html.ordinals(parsed, dict(zip(FIELDS, (a, b, c), strict=True))) == found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CLOZE_PARTS), max_size=10).map("".join), VALUES)
def test_cloze_cards_are_those_that_anki_makes(learner: Desk, text: str, other: str) -> None:
    found = anki_cards(learner, ["{{cloze:A}}"], (text, other, ""), cloze=True)
    ours = card_html.cloze_ordinals((text, other))
    assert found is not None
    if _well_formed(text):
        assert found == (ours or (0,))


@pytest.mark.parametrize("text", ["{{c2::x}} {{c0::y}}", "{{c2::x}} {{c600::y}}", "{{c2::x}} {{c99999::y}}", "{{c2::x}} {{c0,3::y}}", "{{c2::{{c1::y}}}}"])
def test_odd_cloze_numbers(learner: Desk, text: str) -> None:
    assert card_html.cloze_ordinals([text]) == anki_cards(learner, ["{{cloze:A}}"], (text, "", ""), cloze=True)


def _well_formed(text: str) -> bool:
    """Say whether every cloze closes: others never leave `markup`."""
    depth = 0
    for part in text.replace("{{c", "\x01").replace("}}", "\x02"):
        depth += {"\x01": 1, "\x02": -1}.get(part, 0)
        if depth < 0:
            return False
    return depth == 0 and "{{c::" not in text


def test_the_preview_shows_cards_as_anki_does(learner: Desk) -> None:
    front = "{{#B}}<i>{{B}}</i>{{/B}}{{^C}}none{{/C}} {{cloze:A}}"
    fields = {"A": "x {{c1::one {{c2::two}}::hint}} y", "B": "b", "C": ""}
    parsed = card_html.parse(front)
    assert card_html.render(parsed, fields, ordinal=0, answer=False) == '<i>b</i>none x <span class="cloze">[hint]</span> y'
    inner = '<span class="cloze-inactive">two</span>'
    assert card_html.render(parsed, fields, ordinal=0, answer=True) == f'<i>b</i>none x <span class="cloze">one {inner}</span> y'
    assert '<span class="cloze-inactive">one <span class="cloze">[...]</span></span>' in card_html.render(parsed, fields, ordinal=1, answer=False)
