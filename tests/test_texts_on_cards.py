"""What an author types arrives on the card as typed: through YAML, Markdown, Jinja, genanki and real Anki's renderer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from anki_desk import desk, visible
from conftest import Compile, deck
from test_anki import write_package

TRAPS = ["no", "yes", "null", "~", "1.10", "010", "24:44", "1_000", "2024-01-02", "0x1F", "1e3", "=", "<<", "true", "Off", "+1", ".inf", "0o7", "12:30:45"]

# Texts that some layer below would take for its own notation; written in YAML's double quotes.
LITERALS = [
    "a < b & c > d",
    "Vec<int> and <script>alert(1)</script>",
    "{{x}} }} {{ {{{ }}}",
    "std::vector :: x",
    "it costs $5, not $6",
    "\"double\" and 'single'",
    "[sound:x.mp3] [latex]x[/latex] [$]y[/$]",
    "5 µg/mL ≤ x ≤ 10⁶ — “so”",
    "漢字 العربية עברית 🦉",
    "{% raw %} {{ question }} {# x #}",
    "50 % of 1_000_000 a_b_c",
    "- 5 °C",
    "1. May",
    "# 7",
    "+",
    "*",
    "-",
    "> 3",
    "C:\\\\dir\\\\new",
    "&lt;b&gt; &amp;amp;"[0:0] + "100% & more",
]


def shown(made: str) -> str:
    return re.sub(r"\s+", " ", visible(made)).strip()


@pytest.mark.parametrize("text", TRAPS)
def test_a_plain_yaml_scalar_is_the_text_that_was_typed(text: str, compile_files: Compile) -> None:
    questions = f"""
- {{id: a, question: {text}, answer: {text}, extra: {text}, tags: [{text}], cite: Swifts sleep in the air.}}
- {{id: b, term: {text}, definition: {text}, cite: Swifts sleep in the air.}}
- {{id: c, question: {text}, typed: {text}, cite: {{quote: Swifts sleep in the air., remark: {text}}}}}
- {{id: d, question: {text}, right: {text}, wrong: [{text}, {text}], silence: {{duplicate-option: one text thrice}}, cite: Swifts sleep in the air.}}
- {{id: e, question: {text}, steps: [{text}, {text}], cite: Swifts sleep in the air.}}
"""
    compilation = compile_files({"decks/a.yaml": deck(questions)})
    assert compilation.ok, compilation.diagnostics
    notes = {note.question_id: note for note in compilation.notes}
    basic, reverse, typed, choice, steps = (notes[name].fields for name in "abcde")
    assert [shown(value) for value in (*basic[:3], *reverse[:2], *typed[:2], choice[0], choice[2], steps[0])] == [text] * 10
    assert text in notes["a"].tags
    assert shown(choice[1]) == " ".join([text] * 3)
    assert f">{basic[0]}</div>" in typed[3]


def test_literal_texts_reach_the_card_unharmed(compile_files: Compile, tmp_path: Path) -> None:
    questions = []
    for number, text in enumerate(LITERALS):
        typed = json.dumps(text.replace("\\\\", "\\"), ensure_ascii=False)
        in_cloze = json.dumps(text.replace("::", r"\:\:"), ensure_ascii=False)[1:-1]
        cite = "cite: Swifts sleep in the air."
        questions.append(f"- {{id: basic-{number}, question: {typed}, answer: {typed}, {cite}}}")
        questions.append(f"- {{id: typed-{number}, question: {typed}, typed: {typed}, {cite}}}")
        questions.append(f"- {{id: steps-{number}, question: {typed}, steps: [{typed}, {typed}], extra: {typed}, {cite}}}")
        questions.append(f"- {{id: choice-{number}, question: {typed}, right: {typed}, wrong: [a, b], {cite}}}")
        if "}}" not in text:
            questions.append(f'- {{id: cloze-{number}, cloze: "{in_cloze} {{{{c1::{in_cloze}}}}} {{{{c2::x::{in_cloze}}}}}", {cite}}}')
    compilation = compile_files({"decks/a.yaml": deck("\n".join(questions))})
    with desk(tmp_path / "anki") as learner:
        learner.import_package(write_package(compilation, tmp_path))
        for number, literal in enumerate(LITERALS):
            text = literal.replace("\\\\", "\\")
            front, back = learner.sides(f"basic-{number}")
            assert shown(front) == text
            assert shown(back).startswith(f"{text} {text} Swifts sleep")
            front, back = learner.sides(f"typed-{number}")
            assert shown(front).startswith(text)
            assert learner.col.compare_answer(learner.note(f"typed-{number}")["Typed"], text).count("typeGood") >= 1
            assert "typeBad" not in learner.col.compare_answer(learner.note(f"typed-{number}")["Typed"], text)
            front, back = learner.sides(f"steps-{number}")
            assert shown(front) == f"{text} [...] {text}"
            assert shown(back).startswith(f"{text} {text} {text} {text} Swifts")
            assert f" {text} " in f" {shown(learner.sides(f'choice-{number}')[0])} "
            if "}}" not in text:
                front, back = learner.sides(f"cloze-{number}")
                assert shown(front) == f"{text} [...] x"
                assert shown(back).startswith(f"{text} {text} x")
                assert shown(learner.sides(f"cloze-{number}", 1)[0]) == f"{text} {text} [{text}]"


def test_code_math_ruby_and_nested_clozes_survive_anki(compile_files: Compile, tmp_path: Path) -> None:
    questions = r"""
- id: code
  question: |
    What does it print?

    ```python
    print({"a": {1: "{{b}}"}}, "<i>", "::")
    ```
  answer: "`{{c1::x}}` and $\\frac{a}{{b}}$"
  cite: Swifts sleep in the air.
- id: cloze
  cloze: "{{c1::`f() {}` and $x^{y^{z}}$}} are {{c2::nested {{c3::`a::b`}}}}, $5 and {{c1::<ruby>漢<rt>かん</rt></ruby>::std\\:\\:hint}}"
  cite: Swifts sleep in the air.
"""
    compilation = compile_files({"decks/a.yaml": deck(questions)})
    with desk(tmp_path / "anki") as learner:
        learner.import_package(write_package(compilation, tmp_path))
        assert 'print({"a": {1: "{{b}}"}}, "<i>", "::")' in visible(learner.sides("code")[0])
        assert r"{{c1::x}} and \(\frac{a}{{b}}\)" in visible(learner.sides("code")[1])
        assert shown(learner.sides("cloze")[0]) == "[...] are nested a::b, $5 and [std::hint]"
        assert shown(learner.sides("cloze")[1]).startswith(r"f() {} and \(x^{y^{z}}\) are nested a::b, $5 and 漢かん")
        assert shown(learner.sides("cloze", 1)[0]) == r"f() {} and \(x^{y^{z}}\) are [...], $5 and 漢かん"
        assert shown(learner.sides("cloze", 2)[0]) == r"f() {} and \(x^{y^{z}}\) are nested [...], $5 and 漢かん"
        assert "<ruby>漢<rt>かん</rt></ruby>" in learner.sides("cloze")[1]
