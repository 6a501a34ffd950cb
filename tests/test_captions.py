"""Captions: what is said, when, and by whom; rolling captions merged."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_regressions.data_regression import DataRegressionFixture

from citedeck.diagnostics import RawFile
from citedeck.locators import Time
from citedeck.lookup import Lookup
from citedeck.sources.reading import read_texts
from citedeck.texts import SourceText

VTT = """\ufeffWEBVTT - A talk about swifts
Kind: captions

STYLE
::cue { color: red }

NOTE
not spoken --> at all

intro
00:01.000 --> 00:04.000 align:start position:0%
<v Ada Lovejoy>Swifts sleep <i>in the air</i>,</v>
<c.loud>don&rsquo;t</c> they?

00:00:04.500 --> 00:00:07.000
<v Ada Lovejoy>They do, <00:00:05.000>high &amp; <00:00:06.000>dry.

00:00:07.000 --> 00:00:09.000
<v Ben>How long &lt;roughly&gt;?
00:00:09.000 --> 00:00:11.000
Ten <ruby>months<rt>moons</rt></ruby>.

00:00:40.000 --> 00:00:42.000
- After a pause.
- And an answer.

99:00 --> x
set aside

01:02:03.900 --> 01:02:05.000
An hour later &#8211; still [0:10] aloft.
"""
SRT = """1\r\n00:00:01,000 --> 00:00:04,000 X1:10 X2:20\r\n{\\an8}Swifts <font color="red">sleep</font>\r\nin the <i>air</i>.\r\n\r\n2\r\n00:05.5 --> 00:07,250
A level < 5 & a dose of 6.
3
00:00:08,000 --> 00:00:09,000
No blank line before.

No counter before either, and a blank line inside.
00:01:10,000 --> 00:01:12,000
>> Another speaker.

7
00:01:20,000 --> 00:01:19,000
Ends before it begins.

8
00:01:05,000 --> 00:01:06,000
Out of order.
"""


def read(name: str, text: str | bytes) -> SourceText:
    made, _ = read_texts([RawFile(f"sources/{name}", text.encode() if isinstance(text, str) else text)])[0]
    assert made is not None
    return made


def said(name: str, content: str | bytes) -> list[str]:
    _, diagnostics = read_texts([RawFile(f"sources/{name}", content.encode() if isinstance(content, str) else content)])[0]
    return [f"{one.span.line}: {one.severity.name.lower()}[{one.code}] {one.message}; {one.hint}" for one in diagnostics]


@pytest.mark.parametrize(("name", "text"), [("talk.vtt", VTT), ("talk.srt", SRT)])
def test_passages_and_their_times(name: str, text: str, data_regression: DataRegressionFixture) -> None:
    made = read(name, text)
    rows = [{"text": made.text[one.start : one.end], "time": str(made.locate(one.start, one.end)), "line": made.line(one.start)} for one in made.passages]
    data_regression.check({"passages": rows, "said": said(name, text)}, basename=f"passages_{name.replace('.', '_')}")


def test_a_quote_is_at_the_second_of_the_cue_that_holds_its_first_word() -> None:
    made = read("talk.vtt", VTT)
    for quote, moment in [("in the air, don't they?", "0:01"), ("don't they? They do", "0:01"), ("high & dry", "0:04"), ("still [0:10] aloft", "1:02:03")]:
        (match,) = Lookup(made).find(quote)
        assert str(made.locate(match.start, match.end)) == moment


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.vtt", b""),
        ("a.vtt", b"WEBVTT"),
        ("a.vtt", b"WEBVTTX\n\n00:01.000 --> 00:02.000\nx"),
        ("a.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nx\n"),
        ("a.srt", b""),
        ("a.srt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nx"),
        ("a.srt", b"words and no times"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nGröße\n".encode("latin-1")),
        ("a.srt", b"\xff\xfe1"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx\0y\n"),
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<i></i>\n"),
        ("a.srt", b"1\n00:00:09,000 --> 00:00:10,000\nx\n\n2\n00:00:01,000 --> 00:00:02,000\ny\n"),
        ("a.vtt", b"WEBVTT\n\n00:61.000 --> 02:00.000\nx\n\n00:01.000 --> 00:02.000\ny\n"),
    ],
)
def test_bad_files_end_as_diagnostics(name: str, content: bytes, data_regression: DataRegressionFixture) -> None:
    data_regression.check({"said": said(name, content)})


def test_utf_16_with_its_mark_is_read() -> None:
    assert read("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nGrüße\n".encode("utf-16")).text == "Grüße"


def clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}"


def rolling(lines: list[str], shown: int) -> str:
    """Return captions as video sites make them: each cue shows the last lines again, with a flash of the old ones between."""
    cues = ["WEBVTT\n"]
    for number, line in enumerate(lines):
        start = number * 3.0
        before = [old.strip() or " " for old in lines[max(0, number - shown + 1) : number]]
        words = line.split()
        timed = words[0] + "".join(f"<{clock(start + 0.1 * at)}><c> {word}</c>" for at, word in enumerate(words[1:], 1))
        cues.append(f"{clock(start)} --> {clock(start + 2.99)} align:start\n" + "\n".join([*before, timed]) + "\n")
        cues.append(f"{clock(start + 2.99)} --> {clock(start + 3.0)} align:start\n" + "\n".join([*before, line][1 - shown :]) + "\n")
    return "\n".join(cues)


@given(
    st.lists(st.lists(st.sampled_from("swifts sleep high up no well".split()), min_size=1, max_size=5).map(" ".join), min_size=4, max_size=30),
    st.integers(2, 3),
)
def test_rolling_captions_give_each_word_once(lines: list[str], shown: int) -> None:
    lines = [f"{line} {number}" for number, line in enumerate(lines)]
    made = read("a.vtt", rolling(lines, shown))
    assert made.text.split() == " ".join(lines).split()
    for number, line in enumerate(lines):
        (match,) = Lookup(made).find(line)
        assert str(made.locate(match.start, match.end)) == str(made.locate(match.start, match.start + 1))
        assert made.passage(match.start).time_off(number * 3, match.start, match.end) == 0


def test_long_rolling_captions_are_merged_in_linear_time() -> None:
    dice = random.Random(1)
    lines = [" ".join(dice.choices("swifts sleep high up in the air no well yes".split(), k=7)) + f" {number}" for number in range(2500)]
    began = time.perf_counter()
    assert read("a.vtt", rolling(lines, 2)).text.split() == " ".join(lines).split()
    assert time.perf_counter() - began < 20, "a trap for quadratic code, not a measurement"


def test_what_is_said_twice_stays() -> None:
    cues = "".join(f"{clock(at)} --> {clock(at + 1)}\n{words}\n\n" for at, words in enumerate(["No.", "No.", "No.", "Well then.", "Well then."]))
    assert read("a.vtt", f"WEBVTT\n\n{cues}").text.split() == "No. No. No. Well then. Well then.".split()


@pytest.mark.parametrize(
    "content",
    [
        b"WEBVTT\n\n" + b"-->\n" * 200_000,
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<" * 1_000_000,
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v a" * 300_000,
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"&" * 200_000,
        b"WEBVTT\n\n" + b"0" * 1_000_000 + b"-->",
        b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\n\n" * 50_000,
    ],
)
def test_hostile_captions_end(content: bytes) -> None:
    began = time.perf_counter()
    read_texts([RawFile("sources/a.vtt", content)])[0]
    read_texts([RawFile("sources/a.srt", content.removeprefix(b"WEBVTT"))])[0]
    assert time.perf_counter() - began < 20, "a trap for quadratic code, not a measurement"


@given(st.text(st.sampled_from("ab <>&;v/-:.,01\n\r{}\\é")), st.sampled_from(["vtt", "srt"]))
def test_every_visible_character_is_found_in_the_file(payload: str, suffix: str) -> None:
    text = f"WEBVTT\n\n00:01.000 --> 00:02.000\nx {payload}" if suffix == "vtt" else f"1\n00:00:01,000 --> 00:00:02,000\nx {payload}"
    made, _ = read_texts([RawFile(f"sources/a.{suffix}", text.encode())])[0]
    if made is None:
        return
    for passage in made.passages:
        for at in range(passage.start, passage.end):
            assert made.text[at] == text[made.file_offset(at)] or made.text[at].isspace() or text[made.file_offset(at)] == "&"


SPOKEN = st.lists(st.lists(st.sampled_from("swifts sleep high up, no well. they're aloft 5 times".split()), min_size=1, max_size=6), min_size=2, max_size=15)


@given(SPOKEN, st.sampled_from(["vtt", "srt"]), st.data())
def test_words_cut_from_captions_are_found_at_their_second(cues: list[list[str]], suffix: str, data: st.DataObject) -> None:
    starts = [number * 7.25 for number in range(len(cues))]
    spoken = [(f"{word}{number}x{at}", start) for number, (words, start) in enumerate(zip(cues, starts, strict=True)) for at, word in enumerate(words)]
    shown = [" ".join(word for word, begun in spoken if begun == start) for start in starts]
    parts = [f"{clock(start)} --> {clock(start + 7)}\n{words}\n" for start, words in zip(starts, shown, strict=True)]
    made = read(f"a.{suffix}", "WEBVTT\n\n" + "\n".join(parts) if suffix == "vtt" else "\n".join(f"{n}\n{part}" for n, part in enumerate(parts, 1)))
    first = data.draw(st.integers(0, len(spoken) - 1))
    last = data.draw(st.integers(first + 1, len(spoken)))
    (match,) = Lookup(made).find(" ".join(word for word, _ in spoken[first:last]))
    assert str(made.locate(match.start, match.end)) == str(Time(int(spoken[first][1])))
