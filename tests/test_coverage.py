"""What is covered, what is set aside, and what is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pytest_regressions.file_regression import FileRegressionFixture

from citedeck.cli import cli
from citedeck.coverage import measure
from citedeck.coverage_report import as_text
from citedeck.diagnostics import RawFile, TextFile
from citedeck.locators import Page, Paragraph, Range, Time, parse_places
from citedeck.model import Citation, Coverage, Found, Source
from citedeck.sources import load_sources
from conftest import ROOT, compile_folder, deck, write_project
from paper import pages

TALK = """# A talk

## [0:10] Greetings

Good evening to you all.

Thank you for the music.

## Birds

[1:00] Swifts sleep in the air. [1:20] They hunt there, too.

[2:00] Some stay aloft for ten months, and nobody knows why they come down.

### Adverts

Buy tea that was steeped twice.

Buy swifts' nests to drink.

#### Small print

No nest is sold.

## Thanks

That is all for now.
"""
METADATA = "type: speech\ntitle: A talk\ncitedeck: {skip: [%s]}\n"


def covered(skips: str = "", cites: str = "", *, text: str | bytes = TALK, name: str = "talk.md", tmp: Path) -> Coverage:
    questions = "\n".join(f"- {{id: q{number}, question: What?, answer: That., cite: {cite}}}" for number, cite in enumerate(cites.split("|")) if cite)
    files = {"sources/talk.yaml": METADATA % skips, f"sources/{name}": text, "decks/a.yaml": deck(questions or "- {id: x}", source="talk")}
    compilation = compile_folder(write_project(tmp, files))
    return next(one for one in compilation.coverage if one.text.id == "talk")


@pytest.mark.parametrize(
    ("skip", "skipped"),
    [
        ("{at: para. 1, because: x}", {1}),
        ("{at: para. 1-3, because: x}", {1, 2, 3}),
        ("{at: para. 3–2, because: x}", set()),
        ("{at: § Adverts, because: x}", {5, 6, 7}),
        ("{at: § Birds > adverts, because: x}", {5, 6, 7}),
        ("{at: § Birds, because: x}", {3, 4, 5, 6, 7}),
        ("{at: § Small print, because: x}", {7}),
        ("{at: 0:10, because: x}", {1, 2}),
        ("{at: 1:20, because: x}", {3}),
        ("{at: 1:40, because: x}", {3}),
        ("{at: 1:00-2:00, because: x}", {3, 4}),
        ("{quote: tea that was steeped twice, because: x}", {5}),
        ("{quote: 'tea that was steeped twice. Buy swifts', because: x}", {5, 6}),
        ("{at: § Adverts, because: x}, {at: para. 1, because: x}", {1, 5, 6, 7}),
    ],
)
def test_what_is_set_aside(skip: str, skipped: set[int], tmp_path: Path) -> None:
    assert covered(skip, tmp=tmp_path).skipped == skipped


def test_what_is_quoted_is_covered_skipped_or_not(tmp_path: Path) -> None:
    found = covered("{at: § Birds, because: x}", "Swifts sleep in the air|{at: § Thanks}|'hunt there, too. Some stay aloft'", tmp=tmp_path)
    assert found.covered == {3, 4}
    assert found.skipped == {5, 6, 7}
    assert [passage.number for passage in found.uncovered] == [1, 2, 8]


def test_the_passages_between_the_parts_of_a_quote_are_covered_only_if_they_hold_it(tmp_path: Path) -> None:
    assert covered("", "Swifts sleep … hunt there", tmp=tmp_path).covered == {3}


@pytest.mark.parametrize(("at", "skipped"), [("p. 2", {2}), ("p. 1-2", {1, 2}), ("p. 2-9", set()), ("p. 9", set()), ("p. 3", {3})])
def test_pages_are_set_aside_by_their_labels(at: str, skipped: set[int], tmp_path: Path) -> None:
    content = pages("First page here.", "Second page here.", "Third page here.")
    assert covered(f"{{at: {at}, because: x}}", text=content, name="talk.pdf", tmp=tmp_path).skipped == skipped


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("p. 3-5", (Page("3-5"), Range(Page("3"), Page("5")))),
        ("p. A-3", (Page("A-3"), Range(Page("A"), Page("3")))),
        ("24:44-26:10", (Range(Time(1484), Time(1570)),)),
        ("para. 3 – 7", (Range(Paragraph(3), Paragraph(7)),)),
        ("24:44", (Time(1484),)),
        ("1-2", ()),
        ("24:44-para. 7", ()),
    ],
)
def test_ranges(written: str, read: object) -> None:
    assert parse_places(written) == read


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_tree(tmp_path: Path, file_regression: FileRegressionFixture) -> None:
    covered("{at: § Small print, because: nobody reads it}", "Swifts sleep in the air|nobody knows why|That is all", tmp=tmp_path)
    code, out, err = run("coverage", "--project", tmp_path)
    assert (code, err.splitlines()[-1]) == (0, "3 of 10 passages are cited (30 %), 1 skipped, in 2 sources")
    file_regression.check(out, encoding="utf-8")


def drawn(tmp: Path, text: str, cites: str = "") -> list[str]:
    """Return the tree of a text, without its gaps; what else stands on stdout comes after it."""
    covered("", cites, text=text, tmp=tmp)
    _, out, _ = run("coverage", "--project", tmp)
    return next(part for part in out.split("\n\n") if part.startswith("talk")).splitlines()[1:]


def test_a_terminal_is_not_obeyed(tmp_path: Path) -> None:
    covered("", text="## A \x1b[2J head\n\nEvil \x1b[2Jwords \x9b here.\n", tmp=tmp_path)
    compilation = compile_folder(tmp_path)
    assert not {"\x1b", "\x9b"} & set(as_text(compilation.coverage, lambda text, style: text))


def test_a_text_without_blanks_is_cut_by_its_columns(tmp_path: Path) -> None:
    assert drawn(tmp_path, "雨" * 300)[-1].endswith("passage) " + "雨" * 34 + "…")


def test_a_heading_that_comes_back_begins_anew(tmp_path: Path) -> None:
    lines = drawn(tmp_path, "# A\n\nOne.\n\n# C\n\nTwo.\n\n# A\n\n## B\n\nThree.\n")
    assert [line[: line.index("░")].rstrip() for line in lines[1:5]] == ["  A", "  C", "  A", "    B"]


def test_percentages_are_exact_and_what_is_begun_shows(tmp_path: Path) -> None:
    text = "\n\n".join(f"It is number n{number}x." for number in range(100))
    assert drawn(tmp_path, text, "|".join(f"number n{number}x" for number in range(29)))[0].endswith(" 29 %  29 of 100")
    assert drawn(tmp_path, text, "number n5x")[0].startswith("  █░")


def test_what_is_wholly_covered_is_one_line(tmp_path: Path) -> None:
    assert drawn(tmp_path, "## One\n\nSwifts sleep.\n", "Swifts sleep") == [f"  {'█' * 20} 100 %  1 of 1"]


def test_neighbouring_quarters_without_a_difference_are_one_line(tmp_path: Path) -> None:
    text = "\n\n".join(f"[{minute // 60}:{minute % 60:02}:00] Word{minute} here." for minute in range(0, 120, 5))
    lines = drawn(tmp_path, text, "Word35 here")
    assert [line[: line.index("  ", 2)].strip() for line in lines[1:4]] == ["0:00 – 30:00", "30:00 – 45:00", "45:00 – 2:00:00"]


def test_sources_without_a_text_are_named(tmp_path: Path) -> None:
    write_project(tmp_path, {"sources/book.yaml": "type: book\ntitle: A book\n", "decks/a.yaml": deck("- {id: a, question: What?, answer: x, cite: The tags}")})
    code, out, _ = run("coverage", "--project", tmp_path)
    assert (code, out.splitlines()[-1]) == (0, "no text: book")
    assert "book" not in run("coverage", "--project", tmp_path, "--format", "json")[1]


def test_a_moment_of_notes_lies_before_the_next_timestamp(tmp_path: Path) -> None:
    assert covered('{at: "0:15", because: x}', text="One goes [0:10].\n\nTwo comes [0:20].\n", tmp=tmp_path).skipped == {2}


def test_json_alone_stands_on_stdout_and_errors_beside_it(tmp_path: Path, file_regression: FileRegressionFixture) -> None:
    covered("", "Swifts sleep in the air|words that are nowhere in this source at all", tmp=tmp_path)
    code, out, err = run("coverage", "--project", tmp_path, "--format", "json")
    assert code == 1
    assert "error[quote-missing]" in err
    file_regression.check(json.dumps(json.loads(out), indent=1, ensure_ascii=False), extension=".json", encoding="utf-8")


def test_the_counts_of_this_repository_add_up() -> None:
    code, out, _ = run("coverage", "--project", ROOT, "--format", "json")
    assert code == 0
    for source in json.loads(out)["sources"]:
        assert source["passages"] == source["covered"] + source["skipped"] + len(source["uncovered"])
        assert source["covered"]


BLOCKS = st.lists(st.sampled_from(["alpha beta gamma.", "# One", "## Two", "[0:10] delta.", "- item x", "epsilon zeta."]), min_size=1, max_size=12)
SKIPS = st.lists(st.sampled_from(["at: para. 1", "at: para. 2-3", "at: § One", "at: 0:10", "quote: alpha beta", "at: p. 3"]), max_size=4)


@given(BLOCKS, SKIPS, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=4))
def test_the_counts_always_add_up(blocks: list[str], skips: list[str], quoted: list[tuple[int, int]]) -> None:
    metadata = METADATA % ", ".join(f"{{{skip}, because: x}}" for skip in skips)
    sources, _ = load_sources([TextFile("sources/talk.yaml", metadata)], [RawFile("sources/talk.md", "\n\n".join(blocks).encode())])
    found = tuple(_found(sources["talk"], start, start + length) for start, length in quoted)
    for one in measure(sources, {"q": found})[0]:
        assert len(one.passages) == len(one.covered) + len(one.skipped) + len(one.uncovered)
        assert not one.covered & one.skipped


def _found(source: Source, start: int, end: int) -> Found:
    citation = Citation(None, None, None, None, "supports", None, None)  # type: ignore[arg-type]
    return Found(citation, source, "", None, None, (start, end))
