"""YAML as authors write it: strings stay strings, and every place is that of the untouched file."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citedeck.diagnostics import TextFile
from citedeck.yaml_reader import Mapping, Scalar, Sequence, read_yaml

# What a text may hold: no controls but the line feed, no surrogates, no noncharacters.
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=[chr(c) for c in (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)]))


def scalars(text: str) -> list[tuple[str, str]]:
    """Return each scalar with what stands at its place in the file."""
    file = TextFile("a.yaml", text)
    node, diagnostics = read_yaml(file)
    assert not diagnostics, diagnostics
    found: list[tuple[str, str]] = []

    def walk(one: object) -> None:
        match one:
            case Scalar():
                found.append((one.text, text[one.start : one.end]))
            case Sequence():
                for item in one.items:
                    walk(item)
            case Mapping():
                for key, value in one.entries.values():
                    walk(key)
                    walk(value)

    walk(node)
    return found


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_are_those_of_the_untouched_text(newline: str) -> None:
    text = newline.join(["# 🦉 comment", "é: 'a ''b'''", "list: [no, 24:44, ~]", 'astral: "🦉" # 🦉', "block: |", "  one", "  two", "last: <<", ""])
    found = scalars(text)
    assert [there for _, there in found] == ["é", "'a ''b'''", "list", "no", "24:44", "~", "astral", '"🦉"', "block", "|", "last", "<<"]
    assert [value for value, _ in found] == ["é", "a 'b'", "list", "no", "24:44", "~", "astral", "🦉", "block", "one\ntwo\n", "last", "<<"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_and_columns_count_code_points_from_one(newline: str) -> None:
    file = TextFile("a.yaml", newline.join(["a: b", "🦉: c", ""]))
    node, _ = read_yaml(file)
    assert isinstance(node, Mapping)
    value = node.entries["🦉"][1]
    span = file.span(value.start, value.end)
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 4, 2, 5)
    assert file.line(2) == "🦉: c"


@given(TEXTS)
def test_any_text_in_double_quotes_arrives(text: str) -> None:
    quoted = json.dumps(text, ensure_ascii=False).replace("\u0085", "\\N").replace("\u2028", "\\L").replace("\u2029", "\\P").replace("\ufeff", "\\uFEFF")
    assert scalars(f"a: {quoted}")[1][0] == text


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    file = TextFile("a.yaml", text)
    _, diagnostics = read_yaml(file)
    for diagnostic in diagnostics:
        assert 0 <= diagnostic.span.line <= len(file.lines_with_ends) + 1


@given(
    st.lists(
        st.sampled_from(["a", ": ", "- ", "\n", "  ", "'", '"', "{", "}", "[", "]", ",", "#", "&x", "*x", "!t", "|", ">", "?", "\t", "---", "é", "🦉"]),
        max_size=40,
    )
)
def test_no_shards_of_yaml_make_the_reader_raise(shards: list[str]) -> None:
    file = TextFile("a.yaml", "".join(shards))
    _, diagnostics = read_yaml(file)
    for diagnostic in diagnostics:
        assert diagnostic.message
        assert (diagnostic.span.line, diagnostic.span.column) <= (diagnostic.span.end_line, diagnostic.span.end_column)


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 8)}]\n" for n in range(12)),
        "a: &a [*a]",
    ],
)
def test_bombs_end_as_a_diagnostic_and_soon(bomb: str) -> None:
    began = time.monotonic()
    node, diagnostics = read_yaml(TextFile("a.yaml", bomb))
    assert node is None
    assert [diagnostic.code for diagnostic in diagnostics] == ["yaml-syntax"]
    assert time.monotonic() - began < 10  # A bound against hanging, not a measurement.


def test_an_alias_repeats_a_value() -> None:
    assert [value for value, _ in scalars("a: &x text\nb: *x")] == ["a", "text", "b", "text"]
