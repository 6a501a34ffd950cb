"""Source texts become passages with locators; citations read well."""

from __future__ import annotations

import pytest
from pytest_regressions.data_regression import DataRegressionFixture

from citedeck.citing import full_citation, link, short_citation
from citedeck.diagnostics import RawFile, TextFile
from citedeck.languages import direction, is_language
from citedeck.locators import Page, Section, Time, parse_locator
from citedeck.model import Source
from citedeck.sources import load_sources

MARKDOWN = """---
title: set aside
---
# The talk

Opening words, still **before** any section.

## [13:54] Relief

- Relief comes *within hours*. [24:44]
- It fades
  over days.
  - A nested item &amp; an entity, `code` and [a link](https://example.org).

First claim. [1:00:10] Second claim. [1:00:20]

### Details

> Quoted by the text itself.

| dose | effect |
|---|---|
| low | calm |

```
code = 1
```

## Transcript

[2:00] Words after two minutes [2:10] and after ten seconds more.

3:00 - A block that begins with its time.

4:00

Two blocks under

one time.

A ratio of 2:30 is no timestamp, and neither is [99:75:00].
<!-- nothing -->

## Typography (5:00)

10<sup><i>6</i></sup> cells of H<sub>2</sub>O, x<sup>n</sup>;<br>a ratio (3:10) inside, and ~~struck~~ words.

(5:20) In round brackets at the start. At the end, too. (5:40)

5:50 pm is no timestamp, nor is [a](https://example.org) link.

    indented code

<div>
a < b &amp; c <b>bold</b> 10<sup><i>3</i></sup>
<table><tr><td>5</td><td>10 mg</td></tr></table>
<script>var gone;</script>
</div>

| same | same |
|---|---|
| a b | b a b |

7:00

Located by the line above.

### [8:00] Inner

Located by the inner heading.

## Next

Located by nothing.[^1] See [the page][p] and ions.

[p]: https://example.org "no text"

[Na]: 140

10<sup>n+1</sup> cells. [1:04-1:09]

[^1]: A note at the foot.
"""

PLAIN = "0:05 Hello there.\r\nStill the first block.\r\n\r\n- an item\r\n- [0:20] another\r\n\r\nHost (00:00:30): Welcome back.\r\n\r\n"
PLAIN += "A wrapped line ends before\r\n12. Then goes on, at\r\n3:10 or so.\r\n\r\n– 5 degrees below\r\n\r\n"
PLAIN += "1. one\r\n2. two\r\n\r\n0:40 a\r\n0:50 b\r\n\r\nplain\r\n- an item\r\n1. no item\r\n\r\nplain\r\n0:55 no time\r\n"


@pytest.mark.parametrize(("name", "text"), [("talk.md", MARKDOWN), ("talk.txt", PLAIN)])
def test_passages_and_their_locators(name: str, text: str, data_regression: DataRegressionFixture) -> None:
    sources, diagnostics = load_sources([TextFile("sources/talk.yaml", "type: speech\ntitle: Talk\n")], [RawFile(f"sources/{name}", text.encode())])
    assert not diagnostics
    made = sources["talk"].text
    assert made is not None
    rows = [
        {
            "text": made.text[passage.start : passage.end],
            "locator": str(made.locate(passage.start, passage.end)),
            "end": str(made.locate(passage.end - 1, passage.end)),
            "section": " > ".join(passage.section),
            "line": made.line(passage.start),
        }
        for passage in made.passages
    ]
    data_regression.check({"passages": rows}, basename=f"passages_{name.replace('.', '_')}")


METADATA = """
== episode
type: broadcast
title: "Tides: an hour at sea"
container-title: The Sea Hour
container-title-short: Sea Hour
medium: Audio podcast episode
number: 112
author: [{family: Okafor, given: Ada Mary}]
issued: 2025-03-14
URL: https://example.org/112
citedeck: {link: "https://example.org/v?t={s}"}
== paper
type: article-journal
title: On swifts
author: [{family: Berg, given: Jo, non-dropping-particle: van der}, {family: Li, given: Wei}, {literal: WHO}]
container-title: Journal of Birds
volume: 12
issue: 3
page: 101-109
issued: 2021
citedeck: {link: "https://example.org/p.pdf#page={page}"}
== pair
type: book
title: Nests?
author: [{family: Doe, given: A.}, {family: Roe, given: Jean-Luc, suffix: Jr.}]
publisher: Heron Press
issued: 2019/2020
== group
type: report
title: Brewing
author: [{literal: Example Tea Society}]
publisher: Example Tea Society
== bare
type: webpage
title: A page without a name
URL: http://example.org/x
== doi
type: article-journal
title: By its DOI alone
container-title: Journal of Birds
publisher: Journal of Birds
DOI: https://doi.org/10.1000/a b(c)
== loud
type: webpage
title: A loud address
URL: HTTPS://EXAMPLE.ORG/X
citedeck: {link: "http://example.org/{page}"}
== named
type: webpage
title: A very long title
title-short: Short one
publisher: Somebody
citedeck: {link: "https://example.org/#t={hms}"}
"""
PLACES = [None, Time(46 * 60), Time(3661), Page("xïi"), Section(("Dosing", "Adults"))]


def test_short_and_full_citations_and_links(data_regression: DataRegressionFixture) -> None:
    files = (part.split("\n", 1) for part in METADATA.strip().removeprefix("== ").split("\n== "))
    sources, _ = load_sources([TextFile(f"sources/{name}.yaml", text) for name, text in files], [])
    rows = {
        name: {
            "full": full_citation(source),
            "short": [short_citation(source, place) for place in PLACES],
            "links": [link(source, place) for place in PLACES],
        }
        for name, source in sources.items()
    }
    data_regression.check(rows)


@pytest.mark.parametrize(
    "template", ["https://example.org/{s.__class__}", "https://example.org/{s:>99999999}", "https://example.org/{0}", "https://example.org/{s"]
)
def test_a_link_is_filled_by_name_only(template: str) -> None:
    _, diagnostics = load_sources([TextFile("sources/a.yaml", f"type: book\ntitle: A\ncitedeck: {{link: '{template}'}}\n")], [])
    assert "bad-value" in {diagnostic.code for diagnostic in diagnostics}
    assert link(Source("a", {}, (), (), "verbatim", template, "", "", None), Time(9)) in ("", template)


@pytest.mark.parametrize(
    ("typed", "locator"),
    [
        ("p. 12", "p. 12"),
        ("p.12", "p. 12"),
        ("p. iv", "p. iv"),
        ("24:44", "24:44"),
        ("00:24:44", "24:44"),
        ("1:24:44", "1:24:44"),
        ("90:00", "1:30:00"),
        ("§ Heading > Sub heading", "§ Heading > Sub heading"),
        ("para. 7", "para. 7"),
        ("24:75", "None"),
        ("1:75:00", "None"),
        ("page 12", "None"),
        ("§", "None"),
        ("§ a > ", "None"),
        ("para. 0", "None"),
        ("7", "None"),
    ],
)
def test_the_forms_of_a_place(typed: str, locator: str) -> None:
    assert str(parse_locator(typed)) == locator


@pytest.mark.parametrize("written", ["March", "2024-13", "2024-02-31", "2024/2023", "2024/2025/2026", "٢٠٢٤", "24", "2024-1"])
def test_senseless_dates_are_refused(written: str) -> None:
    _, diagnostics = load_sources([TextFile("sources/a.yaml", f"type: book\ntitle: A\nissued: {written}\n")], [])
    assert [diagnostic.message for diagnostic in diagnostics] == [f"'{written}' is no date"]


@pytest.mark.parametrize("written", ["2024", "2024-02-29", "2024-12", "2023/2024", "2024-01-01/2024-03"])
def test_dates(written: str) -> None:
    assert load_sources([TextFile("sources/a.yaml", f"type: book\ntitle: A\nissued: {written}\n")], [])[1] == []


@pytest.mark.parametrize(
    ("tag", "way"), [("en", "ltr"), ("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("zh-Hant-TW", "ltr"), ("", "")]
)
def test_the_direction_of_a_language(tag: str, way: str) -> None:
    assert direction(tag) == way


@pytest.mark.parametrize(
    ("tag", "well"), [("en", True), ("de-CH-1996", True), ("en-x-lab", True), ("english", False), ("de_CH", False), ("", False), ("e", False)]
)
def test_language_tags(tag: str, well: bool) -> None:
    assert is_language(tag) is well


def test_a_section_is_named_by_whole_headings() -> None:
    path = ("Food", "Flying insects > moths", "In summer")
    assert Section(("insects",)).found_in(path) is None
    assert Section(("flying  Insects", "moths")).found_in(path) == Section(("Flying insects > moths",))
    assert Section(("Food", "In summer")).found_in(path) is None
