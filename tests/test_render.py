"""From questions to notes: languages, limits, hostile packs, statuses."""

from __future__ import annotations

import re

import pytest

from citedeck.globs import matches
from citedeck.pipeline import Compilation
from citedeck.preview import preview_page
from conftest import Compile, deck

CITE = "cite: Swifts sleep in the air."


def fields(compilation: Compilation, number: int = 0) -> dict[str, str]:
    assert not compilation.diagnostics, compilation.diagnostics
    note = compilation.notes[number]
    return dict(zip((spec.name for spec in compilation.packs[note.pack].note_type.fields), note.fields, strict=True))


def pack(fields_j2: str, front: str = "{{A}}", back: str = "{{A}}", kind: str = "normal", key: str = "text") -> dict[str, str | bytes]:
    return {
        "templates/own/pack.yaml": (
            f"title: Own\nkind: {kind}\npicked-by: own\nkeys: {{own: {key}, more: texts?}}\nfields: [{{id: 1, name: A}}]\ncards: [{{id: 1, name: Card}}]\n"
        ),
        "templates/own/fields.j2": fields_j2,
        "templates/own/card.front.html": front,
        "templates/own/card.back.html": back,
    }


def test_a_right_to_left_deck_says_so_in_every_text(compile_files: Compile) -> None:
    found = fields(compile_files({"decks/a.yaml": deck(f"- {{id: a, question: س, answer: ج, extra: م, {CITE}}}", language="ar")}))
    assert found["Lang"] == "ar"
    for name in ("Question", "Answer", "Extra"):
        assert found[name].startswith('<div lang="ar" dir="rtl">')
    assert '<blockquote class="verbatim" lang="en" dir="ltr">' in found["Citations"]


def test_a_left_to_right_deck_adds_nothing_to_its_texts(compile_files: Compile) -> None:
    found = fields(compile_files({"decks/a.yaml": deck(f"- {{id: a, question: Q, answer: A, {CITE}}}", language="de-CH")}))
    assert (found["Question"], found["Answer"], found["Lang"]) == ("Q", "A", "de-CH")


@pytest.mark.parametrize(
    ("cite", "status"),
    [
        ("cite: Swifts sleep in the air.", ""),
        ("cite: {at: p. 12}", "unverified"),
        ("cite: [Swifts sleep in the air., {at: p. 12}]", ""),
        ("silence: {no-citation: known}", "unverified"),
        ("cite: [Swifts sleep in the air., {quote: Swifts hunt flying insects, stance: disputes}]", "contested"),
        ("cite: [Swifts sleep in the air., {quote: Swifts hunt flying insects, stance: qualifies}]", ""),
    ],
)
def test_the_status_of_a_question(cite: str, status: str, compile_files: Compile) -> None:
    assert fields(compile_files({"decks/a.yaml": deck(f"- {{id: a, question: Q, answer: A, {cite}}}")}))["Status"] == status


def test_nothing_in_a_cloze_note_is_a_cloze_but_its_clozes(compile_files: Compile) -> None:
    source = {"sources/braces.yaml": "type: book\ntitle: '{{c7::T}}'\n", "sources/braces.md": "Words with {{c8::braces}} in them.\n"}
    question = """
- id: a
  question: "{{c5::q}}"
  steps: ["{{c6::s}} a::b", two]
  extra: "{{c9::e}}"
  cite: {source: braces, quote: "Words with {{c8::braces}} in them.", remark: "{{c4::r}}"}
"""
    compilation = compile_files(source | {"decks/a.yaml": deck(question)})
    assert compilation.notes[0].ordinals == (0, 1)
    assert fields(compilation)["Steps"].count("{{") == 2


def test_plain_keys_of_a_cloze_pack_are_guarded(compile_files: Compile) -> None:
    files = pack("{% block A %}{{ cloze(1, 'x') }} {{ own }}{% endblock %}", "{{cloze:A}}", "{{cloze:A}}", "cloze", "plain")
    compilation = compile_files(files | {"decks/a.yaml": deck(f'- {{id: a, own: "{{{{c9::y}}}}", {CITE}}}')})
    assert compilation.notes[0].ordinals == (0,)


@pytest.mark.parametrize(("steps", "said"), [(500, []), (501, ["cloze-shape"])])
def test_anki_makes_at_most_500_cards_of_a_note(steps: int, said: list[str], compile_files: Compile) -> None:
    texts = ", ".join(f"s{n}" for n in range(steps))
    compilation = compile_files({"decks/a.yaml": deck(f"- {{id: a, question: Q, steps: [{texts}], {CITE}}}")})
    assert [one.code for one in compilation.diagnostics] == said


def test_a_pack_cannot_write_what_anki_would_choke_on(compile_files: Compile) -> None:
    files = pack("{% block A %}a\x1fb\x00{{ own }}{{ more | length }}{% endblock %}")
    found = fields(compile_files(files | {"decks/a.yaml": deck(f"- {{id: a, own: c, {CITE}}}")}))
    assert found["A"] == "abc0"


@pytest.mark.parametrize(
    ("fields_j2", "said"),
    [
        ("{% block A %}{{ range(9) }}{% endblock %}", "the template fails: 'range' is undefined"),
        ("{% block A %}" + "(" * 400 + "1" + ")" * 400 + "{% endblock %}", None),
        ("{% block A %}{{ " + "(" * 900 + "1" + ")" * 900 + " }}{% endblock %}", "the template is nested too deep"),
        ("{% block A %}{{ cloze(0, own) }}{% endblock %}", "a cloze's number is 0"),
        ("{% block A %}{% raw %}x{% endblock %}", "the template cannot be read"),
    ],
)
def test_templates_that_fail_are_diagnostics(fields_j2: str, said: str | None, compile_files: Compile) -> None:
    compilation = compile_files(pack(fields_j2) | {"decks/a.yaml": deck(f"- {{id: a, own: c, {CITE}}}\n- {{id: b, own: d, {CITE}}}")})
    if said is None:
        assert compilation.ok
    else:
        assert all(one.message.startswith(said) for one in compilation.diagnostics)
        assert compilation.diagnostics


def test_words_of_a_source_are_composed(compile_files: Compile) -> None:
    source = {"sources/nfd.yaml": "type: book\ntitle: N\n", "sources/nfd.md": "Cafe\u0301 au lait tastes best here.\n"}
    found = fields(compile_files(source | {"decks/a.yaml": deck("- {id: a, question: Q, answer: A, cite: {source: nfd, quote: Café au lait tastes best}}")}))
    assert "Café au lait tastes best<" in found["Citations"]


def test_nothing_in_a_source_s_metadata_is_anki_s_notation(compile_files: Compile) -> None:
    written = 'type: book\ntitle: "A [sound:beep.mp3] \\\\(x\\\\) <b> talk"\ncitedeck: {evidence: "[latex]y[/latex]"}\n'
    made = fields(compile_files({"sources/swifts.yaml": written, "decks/a.yaml": deck(f"- {{id: a, question: Q, answer: A, {CITE}}}")}))["Citations"]
    assert "[sound:" not in made
    assert "[latex]" not in made
    assert "\\(" not in made
    assert "&lt;b&gt; talk" in made


def test_a_mark_behind_a_tag_stays_a_mark(compile_files: Compile) -> None:
    question = f"- {{id: a, question: '**a**\u0338 <b>x</b>', answer: A, {CITE}}}"
    assert fields(compile_files({"decks/a.yaml": deck(question)}))["Question"] == "<strong>a</strong>&#824; <b>x</b>"


def test_tags_tell_every_kind_of_evidence(compile_files: Compile) -> None:
    plain = "type: book\ntitle: Plain\n"
    files = {
        "sources/talk.yaml": plain + "citedeck: {evidence: 'Talk: \"two\" :: parts'}\n",
        "sources/talk.md": "Swifts sleep.",
        "sources/none.yaml": plain,
        "sources/none.md": "Swifts sleep.",
        "decks/a.yaml": deck(
            "- {id: a, question: Q, answer: A, cite: [Swifts sleep in the air.,"
            " {source: talk, quote: Swifts sleep., stance: disputes}, {source: none, quote: Swifts sleep.}]}"
        ),
    }
    tags = compile_files(files).notes[0].tags
    assert [tag for tag in tags if "evidence" in tag] == ["birds::evidence::field-notes", "birds::evidence::talk-two-parts"]


def test_tags_are_composed_sorted_and_alike_ones_merged(compile_files: Compile) -> None:
    question = f"- {{id: a, question: Q, answer: A, tags: [Zoo, cafe\u0301], {CITE}}}"
    compilation = compile_files({"decks/a.yaml": deck(question, tags="[zoo, birds]", deck="Cafe\u0301::Birds")})
    assert set(compilation.notes[0].tags) == {"café", "birds", "birds::source::swifts", "birds::evidence::field-notes", "zoo"}
    assert compilation.notes[0].deck == "Café::Birds"


def test_descriptions_are_markdown(compile_files: Compile) -> None:
    compilation = compile_files({"decks/a.yaml": deck(f"- {{id: a, question: Q, answer: A, {CITE}}}", description='"a < b, **c** <script>d</script>"')})
    assert compilation.descriptions == {"Birds": "a &lt; b, <strong>c</strong> &lt;script&gt;d&lt;/script&gt;"}


def test_the_preview_is_a_page_that_no_card_can_break(compile_files: Compile) -> None:
    questions = f"""
- {{id: a, question: '"</iframe><b>Q</b>', answer: A, {CITE}}}
- {{id: b, cloze: "{{{{c1::x}}}} {{{{c2::y}}}}", {CITE}}}
"""
    compilation = compile_files({"decks/a.yaml": deck(questions, deck='"B & C"')})
    page = preview_page(compilation.notes, compilation.packs, compilation.project.read_media)
    assert page.count("</iframe>") == page.count("<iframe ") == 12
    assert page.count("card nightMode") == 6
    assert page.count('sandbox="allow-scripts allow-popups"') == 12
    assert "B &amp; C" in page
    assert re.findall(r"<h3>(.*?)</h3>", page) == ["a · Recall", "b · card 1", "b · card 2"]
    assert "--ink" in page


def test_the_back_of_a_preview_knows_its_front(compile_files: Compile) -> None:
    files = pack("{% block A %}{{ own }}{% endblock %}", "F {{A}} {{Deck}}", "{{FrontSide}} B")
    compilation = compile_files(files | {"decks/a.yaml": deck(f"- {{id: a, own: c, {CITE}}}")})
    assert "F c Birds B" in preview_page(compilation.notes, compilation.packs, compilation.project.read_media)


@pytest.mark.parametrize(
    ("glob", "path", "taken"),
    [
        ("decks/*.yaml", "decks/a.yaml", True),
        ("decks/*.yaml", "decks/b/a.yaml", False),
        ("decks/**/*.yaml", "decks/a.yaml", True),
        ("decks/**/*.yaml", "decks/b/c/a.yaml", True),
        ("decks/**", "decks/b/c/a.yaml", True),
        ("decks/**/e.yaml", "decks/cake.yaml", False),
        ("decks/?.yaml", "decks/a.yaml", True),
        ("decks/?.yaml", "decks/ab.yaml", False),
        ("decks?a.yaml", "decks/a.yaml", False),
        ("decks/a.yaml", "decks/a.yaml.yaml", False),
        ("decks/[a].yaml", "decks/a.yaml", False),
    ],
)
def test_globs_are_the_shell_s(glob: str, path: str, taken: bool) -> None:
    assert matches(path, [glob]) is taken
