"""Finding quotes: what is forgiven, what never is, and the way back to the untouched text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citedeck.boundaries import cuts
from citedeck.diagnostics import TextFile
from citedeck.matching import Index
from citedeck.normal_forms import LADDER, normalise
from citedeck.sources import markdown, plain
from citedeck.sources.blocks import assemble

PROSE = (
    "Adults took 1.6 µg/kg daily, not 16 mg; MW and mW differ. The non-toxic dose-dependent effect lasted 5–10 days (p < 0.05).\n"
    "“Steady” rats' weight fell by −5 %, to 10⁶ cells. Vitamin A isn't vitamin K. NMDA receptors are BLOCKED; the eﬃcacy was ½ of that."
)


@pytest.mark.parametrize(
    ("quote", "rung", "words"),
    [
        ("Adults took 1.6 µg/kg daily", "exact", "Adults took 1.6 µg/kg daily"),
        ("Adults  took\n1.6 µg/kg", "space", "Adults took 1.6 µg/kg"),
        ("(p < 0.05). “Steady” rats' weight", "space", "(p < 0.05).\n“Steady” rats' weight"),
        ("lasted 5-10 days", "typography", "lasted 5–10 days"),
        ('"Steady" rats’ weight fell by -5 %', "typography", "“Steady” rats' weight fell by −5 %"),
        ("the effi\u00adcacy was", "typography", "the eﬃcacy was"),
        ("Vitamin\u00a0A isn’t vitamin K", "typography", "Vitamin A isn't vitamin K"),
        ("adults took 1.6 µg/kg", "case", "Adults took 1.6 µg/kg"),
        ("the non-toxic dose-dependent effect", "case", "The non-toxic dose-dependent effect"),
        ("receptors are blocked", "case", "receptors are BLOCKED"),
        ("steady", "case", "Steady"),
    ],
)
def test_harmless_differences_are_forgiven_and_the_source_s_words_come_back(quote: str, rung: str, words: str) -> None:
    found, places = Index(PROSE).find(quote)
    assert (found, [PROSE[start:end] for start, end in places]) == (rung, [words])


@pytest.mark.parametrize(
    "quote",
    [
        "6 µg/kg daily",  # cut out of 1.6
        "1.6 µg",  # the dose's denominator lost
        "not 16 Mg",
        "mw and mW differ",
        "Mw and mW differ",
        "toxic dose-dependent effect",
        "dose",
        "10 days",  # cut out of 5–10
        "lasted 5",
        "5 %, to",  # the minus sign lost
        "to 106 cells",
        "to 10 cells",
        "0.0",
        "Vitamin A is",
        "vitamin k",
        "daily not 16 mg",
        "Adults took 16 µg/kg",
        "was 1/2 of",
        "dult",
        "",
        "   ",
        "\u00ad",
    ],
)
def test_what_turns_the_meaning_or_cuts_a_word_is_not_found(quote: str) -> None:
    assert Index(PROSE).find(quote) == ("", [])


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a non\u00adtoxic dose", "toxic dose"),
        ("an anti–toxic dose", "toxic dose"),
        ("took .5 mg daily", "5 mg daily"),
        ("took 1·6 mg daily", "6 mg daily"),
        ("a 3⁄4 cup", "4 cup"),
        ("of 1 600 cells", "600 cells"),
        ("of 1\u202f600\u00a0000 cells", "000 cells"),
        ("of 10 000 cells", "of 10"),
        ("fell by −5 °C", "5 °C"),
        ("fell by － 5 °C", "by － 5 °"),
        ("kept at − 5 °C", "5 °C"),
        ("with p < 0.05", "0.05"),
        ("cost $5 million", "5 million"),
        ("free Ca2+ rises", "free Ca2"),
        ("in C# now", "in C"),
        ("a non-\ntoxic dose", "toxic dose"),
        ("of 6 × 10⁸ cells", "10⁸ cells"),
        ("took 0．5 mg", "5 mg"),
        ("with p <\n0.05", "0.05"),
        ("kept at 5 Pascal", "kept at 5 pascal"),
        ("under Pa now", "under pa now"),
        ("the İd card", "the i̇d card"),
        ("in C++ and C#", "in C"),
        ("a cafe\u0301 au lait", "a cafe"),
        ("Mbar applied", "mbar applied"),
        ("mbar applied", "Mbar applied"),
        ("Mcal burnt", "mcal burnt"),
        ("the staﬀ-room", "the staff"),
        ("so…a b", "so."),
        ("the ﬁn", "the f"),
        ("rose by 5 to 10 percent", "rose by 5"),
        ("for 3 – 5 days", "5 days"),
        ("for 3 bis 5 Tage", "5 Tage"),
        ("the 5'-nucleotidase", "nucleotidase"),
    ],
)
def test_cuts_that_turn_a_number_or_a_word(text: str, quote: str) -> None:
    assert Index(text).find(quote) == ("", [])


@pytest.mark.parametrize(
    ("text", "quote", "words"),
    [
        ("take vitamin\u00ads daily", "vitamins", "vitamin\u00ads"),
        ("the staﬀ, who", "the staff", "the staﬀ"),
        ("wait…then he", "wait...", "wait…"),
        ("staﬀ—per\u00adson is", "staff", "staﬀ"),
        ("그는 \u1112\u1161\u11ab\u1100\u1173\u11af 읽는다", "한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"),
        ("5 μg daily", "5 µg daily", "5 μg daily"),
        ("No effect at In vitro", "no effect at in vitro", "No effect at In vitro"),
        ("It was 5.", "it was 5", "It was 5"),
        ("the so-called ‘dose’ (5 mg), then", "5 mg", "5 mg"),
        ("in 2020, 600 cells", "600 cells", "600 cells"),
        ("the result – 5 mg – stood", "5 mg", "5 mg"),
        ("word—another word", "another word", "another word"),
        ("A\u200bbc d", "Abc", "A\u200bbc"),
        ("A swift and I", "a swift and i", "A swift and I"),
    ],
)
def test_the_words_come_back_whole(text: str, quote: str, words: str) -> None:
    _, places = Index(text).find(quote)
    assert [text[start:end] for start, end in places] == [words]


def test_twins_are_all_reported_also_when_only_white_space_tells_them_apart() -> None:
    text = "It lasts a day. And again it\nlasts a day."
    _, places = Index(text).find("lasts a day")
    assert len(places) == 2
    _, places = Index(text).find("it lasts a day")
    assert [text[start:end] for start, end in places] == ["it\nlasts a day"]


@pytest.mark.parametrize(("text", "quote"), [("前回の研究では効果が二時間続いた。", "効果が二時間"), ("ผลอยู่ได้สองชั่วโมง", "อยู่ได้")])
def test_scripts_without_blanks_need_none(text: str, quote: str) -> None:
    start = text.index(quote)
    assert Index(text).find(quote)[1] == [(start, start + len(quote))]


def test_right_to_left_and_combining_marks() -> None:
    text = "قال الطبيب إن الأثر يدوم ساعتين. Cafe\u0301 au lait."
    assert [text[a:b] for a, b in Index(text).find("الأثر يدوم ساعتين")[1]] == ["الأثر يدوم ساعتين"]
    assert [text[a:b] for a, b in Index(text).find("Café au lait")[1]] == ["Cafe\u0301 au lait"]
    assert Index(text).find("Caf") == ("", [])


def edges(text: str, words: list[str], first: int, last: int) -> list[tuple[int, int]]:
    """Return the edges of the words from `first` to `last` where they stand in the text."""
    starts = [sum(len(word) + 2 for word in words[:number]) for number in range(len(words))]
    return [(starts[first], -1), (starts[last] + len(words[last]), +1)]


WORDS = st.lists(st.text(st.sampled_from("abzAMé\u0301ﬁß“”–-…'µ½⁶179.,<−\u00ad\u200b漢の"), min_size=1, max_size=6), min_size=1, max_size=12)


@given(WORDS, st.sampled_from(LADDER))
def test_the_offset_map_is_monotone_and_leads_to_the_same_words(words: list[str], rung: str) -> None:
    text = "  ".join(words)
    normal = normalise(text, rung)
    places = [place for at in range(len(normal.text)) if (place := normal.place(at, at + 1))]
    assert places == sorted(places)
    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert normalise(normal.text, rung).text == normal.text, "normalising twice changes nothing"


@given(WORDS, st.data())
def test_whole_words_cut_from_a_text_are_found_where_they_stand(words: list[str], data: st.DataObject) -> None:
    text = "\n ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quote = " ".join(words[first : last + 1])
    if not normalise(quote, "typography").text:
        return
    rung, places = Index(text).find(quote)
    forms = [normalise(text[start:end], "typography").text for start, end in places]
    if not any(cuts(text, *edge) for edge in edges(text, words, first, last)):
        assert rung
    assert set(forms) <= {normalise(quote, "typography").text}


@given(
    st.lists(
        st.sampled_from(
            [
                "word",
                "*em*",
                "**b**",
                "`c`",
                "&amp;",
                r"\*",
                "[l](https://a.b)",
                "é🦉",
                "- x",
                "\n",
                "\n\n",
                "> q",
                "# h",
                "[1:02]",
                "<i>t</i>",
                "\r\n",
                "| a |",
            ]
        ),
        max_size=25,
    )
)
def test_every_visible_character_of_markdown_is_found_in_the_file(shards: list[str]) -> None:
    file = TextFile("a.md", " ".join(shards))
    made = assemble(file.path, markdown.read(file.text.encode()), markdown.FORMAT)
    for passage in made.passages:
        for at in range(passage.start, passage.end):
            char, there = made.text[at], file.text[made.file_offset(at)]
            assert char == there or char.isspace() or there in "&\\"


@given(st.text(st.sampled_from("ab .-\n\r[]():0123456789é🦉")))
def test_every_visible_character_of_a_plain_text_is_found_in_the_file(text: str) -> None:
    file = TextFile("a.txt", text)
    made = assemble(file.path, plain.read(file.text.encode()), plain.FORMAT)
    for passage in made.passages:
        assert made.text[passage.start : passage.end].strip()
        for at in range(passage.start, passage.end):
            assert made.text[at] == file.text[made.file_offset(at)] or made.text[at].isspace()


PLAIN_WORDS = st.lists(st.text(st.sampled_from("abcdefg"), min_size=4, max_size=9), min_size=3, max_size=12, unique=True)


@given(PLAIN_WORDS, st.data())
def test_words_broken_at_the_ends_of_lines_are_found_whole(words: list[str], data: st.DataObject) -> None:
    """Hyphenated words included: at a line's end nobody can tell their hyphen from the typesetter's."""
    hyphenated = [f"{word[:2]}-{word[2:]}" if data.draw(st.booleans()) else word for word in words]
    printed = []
    for word in hyphenated:
        cut = data.draw(st.integers(0, len(word) - 1))
        if 1 < cut < len(word) - 1 and word[cut - 1] != "-" and word[cut] != "-":
            word = word[:cut] + data.draw(st.sampled_from(["-\n", "\u00ad\n", "-\r\n  "])) + word[cut:]
        elif "-" in word and data.draw(st.booleans()):
            word = word.replace("-", "-\n")
        printed.append(word)
    text = " ".join(printed)
    index = Index(text)
    quote = " ".join(hyphenated)
    _, places = index.find(quote)
    assert [index.words(start, end, quote) for start, end in places] == [quote]


@given(WORDS, st.sampled_from(LADDER), st.data())
def test_the_index_of_words_finds_what_a_search_finds(words: list[str], rung: str, data: st.DataObject) -> None:
    normal = normalise(" ".join(words * 2), rung)
    start = data.draw(st.integers(0, max(len(normal.text) - 1, 0)))
    needle = normal.text[start : data.draw(st.integers(start + 1, len(normal.text) + 1))]
    if needle.strip() == needle and needle:
        assert list(normal.occurrences(needle, often=True)) == list(normal.occurrences(needle, often=False))
