"""Rules on texts that nobody would write: they find an end, raise nothing, and point into the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from citedeck.diagnostics import Span, TextFile
from citedeck.entry import Text
from citedeck.load import load_deck
from citedeck.packs import Pack, load_packs
from citedeck.project import read_project
from citedeck.rules import RULES
from citedeck.rules.limits import Limits
from citedeck.rules.material import Cloze, Material, gather
from citedeck.rules.prose import Prose, value_of
from conftest import ROOT, TODAY

KEYS = {
    "basic": ("question", "answer"), "reversed": ("term", "definition"), "cloze": ("cloze",), "typed": ("question", "typed"),
    "choice": ("question", "right", "wrong"), "steps": ("question", "steps"),
}  # fmt: skip
PIECES = (
    "which ", "a, ", "(", '"', "“", "{{c1::x", "}}", "::", "1.", "1 000 ", "how many ", "and why ", "- ", "**a", "`", "$a$ ", "[x](https://a.b) ", "<b>", "AB ",
    "may ", "of the ", "9 mg/kg ", "10-20 ", "not ", "the following ", "which of these ", "currently ", "? ", "… ", "漢", "a\u0301", "_", "1-", "x:",
    "it's ", "___ ", "\n", "0,5", "½", "٣", "İ", "ß", "\u200b",
)  # fmt: skip


def packs() -> dict[str, Pack]:
    project, _ = read_project(ROOT)
    return load_packs(project.packs)[0]


PACKS = packs()


def check_all(texts: dict[str, list[str]]) -> None:
    """Run every rule on questions of all kinds with these texts; findings have to lie in the file."""
    questions = [
        f"  - {{id: q{number}-{kind}, {', '.join(f'{key}: {json.dumps(text)}' for key in KEYS[kind])}, cite: x}}"
        for kind, found in texts.items()
        for number, text in enumerate(found)
    ]
    file = TextFile("decks/a.yaml", "deck: A\nlanguage: en\nsource: s\nquestions:\n" + "\n".join(questions) + "\n")
    deck, _ = load_deck(file, PACKS)
    material = gather([deck], {}, {}, (), Limits(), TODAY)
    for rule in RULES:
        for finding in rule.check(material):
            assert finding.message
            assert file.line(finding.span.line)
            assert finding.span.column <= len(file.line(finding.span.line)) + 1


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(texts=st.dictionaries(st.sampled_from(sorted(KEYS)), st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join), max_size=3)))
@example(texts={"basic": ["٣1 000 ", "000 000", "\ue0009\ue001 `a`", "`` ` `"]})
def test_no_rule_raises(texts: dict[str, list[str]]) -> None:
    check_all(texts)


@pytest.mark.parametrize("piece", PIECES)
def test_every_rule_finds_an_end(piece: str) -> None:
    check_all({kind: [(piece * 2000)[:2000]] for kind in KEYS})


@given(st.lists(st.sampled_from(["{{c1::", "{{c2::", "}}", "::", "a", "{", "}", " "]), max_size=40).map("".join))
def test_clozes_are_read_whatever_stands_there(typed: str) -> None:
    cloze = Cloze(Text(typed, Span("")), "en")
    for number in cloze.numbers:
        assert "[...]" in cloze.without(number)


@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        ("a {{c1::b}} c", "a b c", [(1, "b", "")]),
        ("{{c1::b::hint}}", "b", [(1, "b", "hint")]),
        ("{{c1::a {{c2::b::why}} c}}", "a b c", [(1, "a b c", ""), (2, "b", "why")]),
        ("{{c1::{1, 2}}}", "{1, 2}", [(1, "{1, 2}", "")]),
        ("{{c1::a", "a", []),
        ("a}} b", "a}} b", []),
    ],
)
def test_what_a_cloze_shows_and_hides(typed: str, shown: str, hidden: list[tuple[int, str, str]]) -> None:
    cloze = Cloze(Text(typed, Span("")), "en")
    assert cloze.prose.plain == shown
    assert [(one.number, one.words, one.hint) for one in cloze.hidden] == hidden


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1,600", "1600"), ("1 600", "1600"), ("1,6", "1.6"), ("0.50", "0.5"), ("0,035", "0.035"), ("007", "7"), ("1.2.3", "1.2.3"), ("100", "100")],
)
def test_what_a_typed_number_means(typed: str, value: str) -> None:
    assert value_of(typed) == value


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("**bold** and *italic*, `code`", "bold and italic, code"),
        ("[the guide](https://example.org/a_b) says", "the guide says"),
        ("![leaf](x.png) H<sub>2</sub>O", "H2O"),
        (r"2\*3 and snake_case_name", "2*3 and snake_case_name"),
        ("a < b, Vec<int>", "a < b, Vec"),
        ("it’s — so", "it's - so"),
    ],
)
def test_what_a_text_reads_as(typed: str, plain: str) -> None:
    assert Prose(Text(typed, Span(""))).plain == plain


def test_an_empty_project_has_nothing_to_find(tmp_path: Path) -> None:
    material = Material((), (), {}, (), Limits(), None)
    assert [finding for rule in RULES for finding in rule.check(material)] == []
