"""Where a quote differs from its source, and which differences may turn the meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citedeck.comparing import align, compare, leaves_out_negation, split_words
from citedeck.diagnostics import RawFile, Span
from citedeck.lookup import Lookup
from citedeck.nearest import is_short
from citedeck.sources.reading import read_texts


def differences(source: str, quote: str, vocabulary: str = "") -> list[tuple[str, str, bool]]:
    theirs, ours = ([word.form for word in split_words(text)] for text in (source, quote))
    first, last, pairs = align(theirs, ours)
    found = compare(theirs[first:last], ours, [(at - first, number) for at, number in pairs], set(vocabulary.split()))
    return [(" ".join(one.source), " ".join(one.quote), one.turning) for one in found]


@pytest.mark.parametrize(
    ("source", "quote", "turning"),
    [
        ("temperature", "tempereture", False),
        ("temperature", "temprature", False),
        ("temperature", "temperrature", False),
        ("temperature", "tempreature", False),
        ("concentration", "concantretion", False),
        ("concentration", "concaxtration", True),  # two slips side by side
        ("administration", "admenestretion", True),
        ("occurred", "ocurred", False),
        ("temperature", "temperatures", True),  # endings tell number and tense
        ("temperature", "demperature", True),  # beginnings tell words apart
        ("hypotension", "hypertension", True),
        ("prednisone", "prednisolone", True),
        ("dysphagia", "dysphasia", True),
        ("increased", "increassed", True),  # a word of direction
        ("twenty", "twennty", True),
        ("mg", "mcg", True),
        ("действие", "дейстие", True),
        ("baseline", "base line", False),
        ("inactive", "in active", True),
        ("well-known", "well known", True),
        ("uh", "um", False),
        ("x", ",", True),
        ("5", "5.0", True),
        ("−5", "5", True),
        ("有效", "无效", True),
        ("مفيدة", "مفيده", True),
    ],
)
def test_words_that_differ(source: str, quote: str, turning: bool) -> None:
    found = differences(f"before it {source} was behind it", f"before it {quote} was behind it")
    assert found
    assert any(one[2] for one in found) is turning


def test_a_word_that_the_source_uses_elsewhere_is_another_word() -> None:
    assert differences("the temperature here", "the tempereture here") == [("temperature", "tempereture", False)]
    assert differences("the temperature here", "the tempereture here", "tempereture") == [("temperature", "tempereture", True)]


@pytest.mark.parametrize(
    ("source", "quote", "found"),
    [
        ("a b c d e", "b c d", []),
        ("a b x c d e", "a b c d", [("x", "", True)]),
        ("a b c d e", "b x c d", [("", "x", True)]),
        ("a b, c d", "a b c d", [(",", "", False)]),
        ("a b c d", "a b, c d", [("", ",", False)]),
        ("a b uh c d", "a b c d", [("uh", "", False)]),
        ("a b c and so on", "a b c.", [("", ".", True)]),  # the sentence goes on
        ("a b c. d", "a b c.", []),
        ("one: the 'two' three", "one the two three", [(":", "", False), ("'", "", False), ("'", "", False)]),
    ],
)
def test_what_is_left_out_and_put_in(source: str, quote: str, found: list[tuple[str, str, bool]]) -> None:
    assert differences(source, quote) == found


@pytest.mark.parametrize(
    ("gap", "turns"),
    [
        ("is not", True),
        ("isn't", True),
        ("said. Not so there. It", False),
        ("said. It is never", True),
        ("never. It", True),
        ("in most of the patients,", False),
        ("", False),
    ],
)
def test_what_an_ellipsis_leaves_out(gap: str, turns: bool) -> None:
    assert leaves_out_negation(gap) is turns


@pytest.mark.parametrize(
    ("quote", "short"),
    [
        ("one two three four", True),
        ("a b c d e", True),
        ("these are five whole words", False),
        ("incomprehensibility everywhere", True),
        ("这种药对成人有效而对儿童无效", False),
        ("这种药有效", True),
        ("five words: 1 2 3, right", True),
    ],
)
def test_what_is_too_short_to_compare(quote: str, short: bool) -> None:
    assert is_short(quote) is short


TOKENS = st.lists(st.sampled_from(["alpha", "beta", "not", "5", ",", "."]), min_size=1, max_size=12)


@given(TOKENS, TOKENS)
def test_an_alignment_is_in_order_and_pairs_equal_words(source: list[str], quote: list[str]) -> None:
    first, last, pairs = align(source, quote)
    assert 0 <= first <= last <= len(source)
    assert all(source[at] == quote[number] and first <= at < last for at, number in pairs)
    assert pairs == sorted(set(pairs))
    assert len({number for _, number in pairs}) == len(pairs)


@given(TOKENS, st.data())
def test_words_cut_from_a_text_differ_nowhere(source: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(source) - 1))
    quote = source[first : data.draw(st.integers(first + 1, len(source)))]
    start, end, pairs = align(source, quote)
    assert compare(source[start:end], quote, [(at - start, number) for at, number in pairs], ()) == ()


WORDS = "the patients slept well after dose of ten more hours than before without any harm".split()


@given(st.permutations(WORDS), st.integers(0, 8), st.integers(0, 7), st.sampled_from(["not", "5", "never", "rats", ""]))
def test_no_changed_word_ever_passes(order: list[str], first: int, changed: int, other: str) -> None:
    """Whatever is put in a word's place, the quote does not stand there, and the verdict is never that it drifted."""
    text, _ = read_texts([RawFile("sources/a.txt", f"It began. {' '.join(order)}. It ended.".encode())])[0]
    assert text is not None
    quote = order[first : first + 8]
    quote[changed % len(quote)] = other
    words = " ".join(word for word in quote if word)
    lookup = Lookup(text)
    if " ".join(words.split()) in " ".join(order):
        return
    assert lookup.find(words) == []
    assert lookup.explain(Span("a"), words).code in ("quote-altered", "quote-missing")
