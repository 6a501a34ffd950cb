"""Source texts become passages with locators; citations read well."""

from __future__ import annotations

import pytest
from pytest_regressions.data_regression import DataRegressionFixture

from citedeck.citing import full_citation, link, short_citation
from citedeck.diagnostics import TextFile
from citedeck.locators import Page, Section, Time, parse_locator
from citedeck.model import Source
from citedeck.resolve import _locate
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
"""

PLAIN = "0:05 Hello there.\r\nStill the first block.\r\n\r\n- an item\r\n- [0:20] another\r\n\r\nHost (00:00:30): Welcome back.\r\n"


@pytest.mark.parametrize(("name", "text"), [("talk.md", MARKDOWN), ("talk.txt", PLAIN)])
def test_passages_and_their_locators(name: str, text: str, data_regression: DataRegressionFixture) -> None:
    sources, diagnostics = load_sources([TextFile("sources/talk.yaml", "type: speech\ntitle: Talk\n"), TextFile(f"sources/{name}", text)])
    assert not diagnostics
    made = sources["talk"].text
    assert made is not None
    rows = [
        {
            "text": made.text[passage.start : passage.end],
            "locator": str(_locate(made, passage.start, passage.end)),
            "end": str(_locate(made, passage.end - 1, passage.end)),
            "section": " > ".join(passage.section),
            "line": made.line(passage.start),
        }
        for passage in made.passages
    ]
    data_regression.check({"passages": rows}, basename=f"passages_{name.replace('.', '_')}")


METADATA = {
    "episode": "type: broadcast\ntitle: 'Tides: an hour at sea'\ncontainer-title: The Sea Hour\ncontainer-title-short: Sea Hour\nmedium: Audio podcast episode\n"
    "number: '112'\nauthor: [{family: Okafor, given: Ada Mary}]\nissued: 2025-03-14\nURL: https://example.org/112\ncitedeck: {link: 'https://example.org/v?t={s}'}\n",
    "paper": "type: article-journal\ntitle: On swifts\nauthor: [{family: Berg, given: Jo, non-dropping-particle: van der}, {family: Li, given: Wei}, {literal: WHO}]\n"
    "container-title: Journal of Birds\nvolume: '12'\nissue: '3'\npage: 101-109\nissued: '2021'\ncitedeck: {link: 'https://example.org/p.pdf#page={page}'}\n",
    "pair": "type: book\ntitle: Nests?\nauthor: [{family: Doe, given: A.}, {family: Roe, given: Jean-Luc, suffix: Jr.}]\npublisher: Heron Press\nissued: 2019/2020\n",
    "group": "type: report\ntitle: Brewing\nauthor: [{literal: Example Tea Society}]\npublisher: Example Tea Society\n",
    "bare": "type: webpage\ntitle: A page without a name\nURL: http://example.org/x\n",
    "named": "type: webpage\ntitle: A very long title\ntitle-short: Short one\npublisher: Somebody\ncitedeck: {link: 'https://example.org/#t={hms}'}\n",
}
PLACES = [None, Time(46 * 60), Time(3661), Page("xii"), Section(("Dosing", "Adults"))]


def test_short_and_full_citations_and_links(data_regression: DataRegressionFixture) -> None:
    sources, _ = load_sources(TextFile(f"sources/{name}.yaml", text) for name, text in METADATA.items())
    rows = {
        name: {
            "full": full_citation(source),
            "short": [short_citation(source, place) for place in PLACES],
            "links": [link(source, place) for place in PLACES],
        }
        for name, source in sources.items()
    }
    data_regression.check(rows)


@pytest.mark.parametrize("template", ["https://example.org/{s.__class__}", "https://example.org/{s:>99999999}", "https://example.org/{0}", "https://example.org/{s"])
def test_a_link_is_filled_by_name_only(template: str) -> None:
    _, diagnostics = load_sources([TextFile("sources/a.yaml", f"type: book\ntitle: A\ncitedeck: {{link: '{template}'}}\n")])
    assert [diagnostic.code for diagnostic in diagnostics] == ["bad-value"]
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
