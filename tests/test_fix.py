"""`citedeck fix`: what is safe to repair is repaired, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck.cli import cli
from citedeck.diagnostics import Diagnostic, Severity, Span, TextFile
from citedeck.fix import repair
from conftest import compile_folder, deck, write_project

DECK = """# A comment that stays.\r
deck:   Birds\r
source: swifts\r
questions:\r
  - id: drifted     # and this one\r
    question: 'How long?'\r
    answer:  "Ten months."\r
    cite: 'Some adults, stay aloft for ten months.'   # mistyped\r
  - {id: place, question: "Which prey?", answer: Insects., cite: {quote: hunt flying insects, at: "§ Flight"}}\r
  - id: folded\r
    question: Where?\r
    answer: High up.\r
    cite:\r
      - quote: >-\r
          hunt flying insects at heights\r
          of up to 3 km\r
        at: § Food\r
  - {id: altered, question: Where?, answer: On the ground., cite: Swifts never sleep in the air}\r
  - {id: missing, question: Where?, answer: Nowhere., cite: words that do not stand anywhere in it}\r
  - {id: fine, question: Where?, answer: In the air., cite: Swifts sleep in the air}\r
"""


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


def codes(root: Path) -> list[str]:
    return [one.code for one in compile_folder(root).diagnostics]


def test_repairs_are_shown_then_made_and_touch_nothing_else(tmp_path: Path, file_regression: FileRegressionFixture) -> None:
    write_project(tmp_path, {"decks/a.yaml": b"\xef\xbb\xbf" + DECK.encode()})
    before = (tmp_path / "decks/a.yaml").read_bytes()
    assert codes(tmp_path) == ["quote-drifted", "locator-mismatch", "quote-drifted", "quote-altered", "quote-missing"]
    code, diff, said = run("fix", "--project", tmp_path)
    assert (code, said.splitlines()[-1]) == (0, "3 repairs in 1 file: `citedeck fix --write` makes them")
    assert (tmp_path / "decks/a.yaml").read_bytes() == before
    file_regression.check(diff, extension=".diff", encoding="utf-8")
    assert run("fix", "--project", tmp_path, "--write")[0] == 0
    after = (tmp_path / "decks/a.yaml").read_bytes()
    assert codes(tmp_path) == ["quote-altered", "quote-missing"]
    assert after.startswith(b"\xef\xbb\xbf# A comment that stays.\r\n")
    gone, new = (set(one.split(b"\r\n")) - set(other.split(b"\r\n")) for one, other in ((before, after), (after, before)))
    assert (len(gone), len(new)) == (4, 3)
    assert after.count(b"\r\n") == after.count(b"\n")
    assert b"cite: 'Some adults stay aloft for ten months.'   # mistyped" in after
    assert b'at: "\xc2\xa7 Food"}}' in after
    code, diff, said = run("fix", "--project", tmp_path, "--write")
    assert (code, diff, said.splitlines()[-1]) == (0, "", "0 repairs in 0 files: nothing to do")


def test_a_shared_text_is_left_to_the_author(tmp_path: Path) -> None:
    questions = (
        "deck: Birds\nsource: swifts\nquestions:\n  - {id: a, question: How long?, answer: Long., cite: &words 'Some adults, stay aloft for ten months'}\n"
        "  - {id: b, question: *words, answer: Long., cite: Swifts sleep in the air}\n"
    )
    write_project(tmp_path, {"decks/a.yaml": questions})
    code, diff, said = run("fix", "--project", tmp_path, "--write")
    assert (code, diff) == (1, "")
    assert "decks/a.yaml:4:" in said
    assert "not repaired" in said
    assert (tmp_path / "decks/a.yaml").read_text() == questions


def test_what_is_repaired_is_verified(tmp_path: Path) -> None:
    """The source's own words hold characters that YAML would read otherwise."""
    source = "Note: the 'temperature' # matters; it says \"seventy\", experienced drinkers: beware.\n"
    deck = "deck: Tea\nsource: tea\nquestions:\n  - id: a\n    question: What?\n    answer: That.\n    cite: "
    deck += "'Note the temperature # matters, it says seventy, experienced drinkers beware.'\n"
    write_project(tmp_path, {"sources/tea.yaml": "type: book\ntitle: Tea\n", "sources/tea.txt": source, "decks/a.yaml": deck})
    assert codes(tmp_path) == ["quote-drifted"]
    assert run("fix", "--project", tmp_path, "--write")[0] == 0
    assert codes(tmp_path) == []


def test_a_rule_s_repair_changes_its_text_only(tmp_path: Path) -> None:
    questions = """
- id: plain
  question: Where do *swifts* sleep   # a comment
  answer: In the air.
  cite: Swifts sleep in the air.
- {id: stop, question: "How high do swifts hunt.", answer: 3 km, cite: "at heights of up to 3 km"}
"""
    write_project(tmp_path, {"decks/a.yaml": deck(questions, language="en")})
    before = (tmp_path / "decks/a.yaml").read_text(encoding="utf-8")
    arguments = ["fix", "--project", str(tmp_path), "--write"]
    assert CliRunner().invoke(cli, [*arguments, "--ignore", "form"]).stderr.endswith("0 repairs in 0 files: nothing to do\n")
    assert CliRunner().invoke(cli, arguments).stderr.endswith("2 repairs in 1 file: repaired\n")
    after = before.replace("*swifts* sleep   #", "*swifts* sleep?   #").replace('hunt."', 'hunt?"')
    assert (tmp_path / "decks/a.yaml").read_text(encoding="utf-8") == after


def test_of_two_repairs_of_one_text_the_first_is_made() -> None:
    file = TextFile("decks/a.yaml", "question: Why\n")
    found = [Diagnostic(Span(file.path, 1, 11, 1, 14), "question-mark", Severity.INFO, "x", replacement=text) for text in ("Why?", "How?")]
    (made,), refused = repair(found, {file.path: file})
    assert (made.after.text, made.mended, refused) == ("question: Why?\n", (found[0],), [])
