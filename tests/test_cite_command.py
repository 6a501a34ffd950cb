"""`citedeck cite`: proposals are written to look at, and what is accepted goes into the decks, whole and safe, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedeck.baseline import entry_for, write_baseline
from citedeck.cli import cli
from citedeck.diagnostics import TextFile
from citedeck.review_file import HEADER, read_review
from citedeck.yaml_append import append_keys
from citedeck.yaml_reader import Mapping, Node, Scalar, Sequence, read_yaml
from conftest import compile_folder, deck, write_project

QUESTIONS = """
- id: sleep     # the first
  question: Where do swifts sleep?
  answer: In the air.

# between
- {id: long, question: How long do swifts stay aloft?, answer: Ten months.}   # in braces
- id: prey
  question: What do swifts hunt?
  answer: Flying insects.
  cite: {source: swifts}
- id: known
  question: How heavy were the tags?
  answer: 1.6 grams
  cite: The tags weighed 1.6 grams.
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["cite", *map(str, arguments)])


def project(root: Path, questions: str = QUESTIONS) -> Path:
    return write_project(root, {"decks/a.yaml": deck(questions)})


def review(root: Path, **accepted: str) -> Path:
    """Let the command write its proposals, and accept some by their questions' ids."""
    result = run("--project", root)
    assert result.exit_code == 0, result.output
    path = root / "build/cite.yaml"
    head, *parts = path.read_text(encoding="utf-8").split("  - id: ")
    for number, part in enumerate(parts):
        if answer := accepted.get(part.split("\n")[0]):
            parts[number] = part.replace("accept: no", f"accept: {answer}")
    path.write_text("  - id: ".join([head, *parts]), encoding="utf-8")
    return path


def handmade(root: Path, body: str | bytes) -> Path:
    path = root / "review.yaml"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def one(identity: str = "sleep", quote: str = "Swifts sleep in the air.", more: str = "", accept: str = "1") -> str:
    return f"proposals:\n  - id: {identity}\n    accept: {accept}\n    candidates:\n      - {{number: 1, source: swifts, quote: '{quote}'{more}}}\n"


# --- proposing --------------------------------------------------------------------------------------------------------------------------


def test_proposals_are_written_to_look_at_and_nothing_else(tmp_path: Path) -> None:
    before = project(tmp_path).joinpath("decks/a.yaml").read_bytes()
    result = run("--project", tmp_path)
    assert result.exit_code == 0
    assert (tmp_path / "decks/a.yaml").read_bytes() == before
    assert result.stderr.startswith("3 questions without citation, 3 proposals\n")
    assert "decks/a.yaml:4: sleep\n  Where do swifts sleep? In the air.\n" in result.stdout
    text = (tmp_path / "build/cite.yaml").read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert (
        "  - id: long\n    question: How long do swifts stay aloft?\n    answer: Ten months.\n    accept: no\n    candidates:\n"
        "      - number: 1\n        source: swifts\n        at: § Flight\n        quote: Some adults stay aloft for ten months.\n"
    ) in text
    assert read_review(TextFile("build/cite.yaml", text)) == ([], [])


def test_named_questions_alone_and_another_file(tmp_path: Path) -> None:
    project(tmp_path)
    result = run("--project", tmp_path, "--output", tmp_path / "here.yaml", "long")
    assert result.stderr.startswith("1 question without citation, 1 proposal\n")
    assert (tmp_path / "here.yaml").read_text(encoding="utf-8").count("- id:") == 1
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["slep"], "there is no question 'slep': did you mean 'sleep'?"),
        (["known"], "'known' has a citation"),
        (["--accept", "citedeck.toml", "sleep"], "--accept takes no question"),
        (["--accept", "nosuch.yaml"], "nosuch.yaml"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_settings_that_cannot_be_used(tmp_path: Path) -> None:
    write_project(tmp_path, {"citedeck.toml": "title = 'x'\n", "decks/a.yaml": deck(QUESTIONS)})
    assert run("--project", tmp_path).exit_code == 2


def test_with_nothing_to_propose_no_file_is_written(tmp_path: Path) -> None:
    project(tmp_path, "- {id: a, question: Who wrote Hamlet?, answer: Shakespeare}\n- {id: b, question: Why?, answer: So., silence: {no-citation: ours}}")
    result = run("--project", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("1 question without citation, 0 proposals\nleft out, as they say why they cite nothing: 1 question, such as b")
    assert not (tmp_path / "build").exists()


def test_what_stands_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    project(tmp_path)
    before = (tmp_path / "decks/a.yaml").read_bytes()
    result = run("--project", tmp_path, "--output", tmp_path / "decks/a.yaml")
    assert (result.exit_code, (tmp_path / "decks/a.yaml").read_bytes()) == (1, before)
    assert "is no file of proposals; nothing was written" in result.stderr
    path = review(tmp_path, long="1")
    accepted = path.read_bytes()
    for others in ([], ["sleep"]):
        result = run("--project", tmp_path, *others)
        assert (result.exit_code, path.read_bytes()) == (1, accepted)
        assert f"has accepted proposals (long): run citedeck cite --accept {path} first, or remove it; nothing was written" in result.stderr
    path.write_bytes(accepted.replace(b"accept: 1", b"accept: 1?"))
    result = run("--project", tmp_path)
    assert result.exit_code == 1
    assert "has proposals that cannot be read (line " in result.stderr
    path.write_bytes(accepted)
    assert run("--project", tmp_path, "--accept", path).exit_code == 0
    assert run("--project", tmp_path).exit_code == 0


def test_a_question_that_there_is_not_is_said_to_stand_nowhere(tmp_path: Path) -> None:
    project(tmp_path)
    assert "there is no question 'zzz': ids stand in the deck files" in run("--project", tmp_path, "zzz").stderr


def test_odd_texts_reach_the_review_and_come_back(tmp_path: Path) -> None:
    text = "# T\n\nThe 'leaf': \"#1\" {of all} — it holds 80 °C, at 10 % & more: no [sic] `x`.\n"
    questions = "- id: a\n  question: 'What: does # the \"leaf\" hold?'\n  answer: |\n    It holds 80 °C,\n    at 10 % & more"
    write_project(tmp_path, {"decks/a.yaml": deck(questions), "sources/swifts.md": text})
    path = review(tmp_path, a="yes")
    result = run("--project", tmp_path, "--accept", path)
    assert result.exit_code == 0, result.output
    assert [found.words for found in compile_folder(tmp_path).citations["a"]] == ["The 'leaf': \"#1\" {of all} — it holds 80 °C, at 10 % & more: no [sic] x."]


# --- accepting --------------------------------------------------------------------------------------------------------------------------


def test_the_baseline_forgets_what_is_cited_now(tmp_path: Path) -> None:
    root = project(tmp_path)
    entries = [entry_for("no-citation", name, name) for name in ("sleep", "long")]
    (root / "citedeck-baseline.json").write_text(write_baseline(entries), encoding="utf-8")
    assert run("--project", root, "--accept", review(root, sleep="1")).exit_code == 0
    assert (root / "citedeck-baseline.json").read_text(encoding="utf-8") == write_baseline(entries[1:])


def test_accepted_citations_are_written_and_nothing_else_changes(tmp_path: Path) -> None:
    before = b"\xef\xbb\xbf" + deck(QUESTIONS).encode().replace(b"\n", b"\r\n")
    write_project(tmp_path, {"decks/a.yaml": before})
    path = review(tmp_path, sleep="1", long="yes", prey="1")
    result = run("--project", tmp_path, "--accept", path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "3 citations written into 1 deck file\n")
    after = before.replace(b"answer: In the air.\r\n", "answer: In the air.\r\n    cite: {quote: Swifts sleep in the air., at: § Flight}\r\n".encode())
    after = after.replace(b"Ten months.}", "Ten months., cite: {quote: Some adults stay aloft for ten months., at: § Flight}}".encode())
    after = after.replace(b"{source: swifts}", '{source: swifts, quote: "Swifts hunt flying insects, at heights of up to 3 km.", at: § Food}'.encode())
    assert (tmp_path / "decks/a.yaml").read_bytes() == after
    assert [one.code for one in compile_folder(tmp_path).diagnostics] == []
    again = run("--project", tmp_path, "--accept", path)
    assert (again.exit_code, again.stderr) == (0, "0 citations written into 0 deck files; 3 were there already\n")


def test_another_source_than_the_file_s_is_named(tmp_path: Path) -> None:
    write_project(
        tmp_path, {"decks/a.yaml": deck("- {id: sleep, question: Where?, answer: In the air.}", source="other"), "sources/other.yaml": "type: book\ntitle: O\n"}
    )
    assert run("--project", tmp_path, "--accept", handmade(tmp_path, one())).exit_code == 0
    assert ", cite: {source: swifts, quote: Swifts sleep in the air.}}" in (tmp_path / "decks/a.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "cite", ["[{source: swifts}]", "\n  - {source: swifts, stance: qualifies}\n  - {source: swifts}", "\n    source: swifts   # bare\n    remark: why"]
)
def test_a_citation_without_words_gets_them(cite: str, tmp_path: Path) -> None:
    project(tmp_path, f"- id: sleep\n  question: Where do swifts sleep?\n  answer: In the air.\n  cite: {cite}\n  extra: More.")
    result = run("--project", tmp_path, "--accept", review(tmp_path, sleep="1"))
    assert result.exit_code == 0, result.output
    found = compile_folder(tmp_path).citations["sleep"]
    assert [one.words for one in found if one.words] == ["Swifts sleep in the air."]
    assert "# bare" in (tmp_path / "decks/a.yaml").read_text() or "remark" not in cite


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (one(quote="Swifts sleep on the ground."), "review.yaml:5:44: error[quote-altered] the source says 'Swifts sleep in the air"),
        (one(quote="Owls hoot by night in the old barn."), "error[quote-missing]"),
        (one(quote="Swifts"), "error[quote-ambiguous]"),
        (one("slep"), "review.yaml:2:9: error[bad-value] there is no question 'slep'"),
        (one("known"), "'known' cites something else meanwhile"),
        (one("gone"), "'gone' is retired"),
        (one("muddled"), "'muddled' has a cite: that cannot be understood"),
        (one("other"), "'other' names another source: 'tea'"),
        (one("shared"), "cannot take the citation at decks/a.yaml:"),
        (one(accept="2"), "no candidate has the number '2'"),
        (one(accept="maybe"), "no candidate has the number 'maybe'"),
        (one(more=", at: page 3"), "'page 3' is no place in a source"),
        (one(more=", at: § Nowhere"), "review.yaml:5:76: error[locator-mismatch] the words stand at § Flight, not at § Nowhere"),
        (one(more=", at: § Food"), "error[locator-mismatch] the words stand at § Flight, not at § Food"),
        (one(more="}\n      - {number: 1, source: swifts, quote: x"), "2 candidates have the number 1"),
        (one(more="}\n      - {number: 2, source: swifts, quote: x", accept="yes"), "does not say which of 2 candidates"),
        (one().replace("swifts", "swift"), "error[unknown-source] there is no source 'swift'"),
        (one() + one().removeprefix("proposals:\n"), "two proposals for 'sleep' are accepted"),
        (one().replace("quote:", "qoute:"), "error[unknown-key] 'qoute' is no key here"),
        (one().replace("accept:", "accepted:"), "error[unknown-key] 'accepted' is no key here"),
        (one(accept="[1]"), "error[wrong-type]"),
        (one(accept=""), "error[empty-value]"),
        ("", "error[wrong-type]"),
        ("proposals: x\n", "error[wrong-type]"),
        ("proposals: [x, [y]]\n", "error[wrong-type]"),
        ("questions: []\n", "error[missing-key] the key 'proposals' is missing"),
        ("proposals:\n\t- x", "error[yaml-syntax]"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nproposals: &c [*b, *b, *c]\n", "error["),
        ("proposals: !!python/object:os.system x\n", "error[yaml-syntax]"),
        ("[" * 5000, "error[yaml-syntax]"),
        (b"proposals: [\xff]", "error[not-utf-8] the byte 0xFF is no UTF-8"),
        (b"\x00\x01", "error[yaml-syntax]"),
        ("x" * 10_000_000, "error[wrong-type]"),
        ("proposals: [" + "{}, " * 200_000 + "]", "error[missing-key]"),
        ("a: &a " + "x" * 100_000 + "\nproposals: [" + "*a, " * 1000 + "]", "error["),
    ],
)
def test_a_stale_or_hostile_review_is_an_error_and_writes_nothing(text: str | bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = (
        QUESTIONS + "- {id: gone, question: Where?, answer: There., retired: {because: old}}\n- {id: muddled, question: Where?, answer: There., cite: []}\n"
        "- {id: other, question: Where?, answer: There., cite: {source: tea}}\n"
        "- {id: first, question: Where?, answer: There., cite: &x {source: swifts}}\n- {id: shared, question: Where?, answer: There., cite: *x}\n"
    )
    write_project(tmp_path, {"decks/a.yaml": deck(questions), "sources/tea.yaml": "type: book\ntitle: T\n"})
    before = (tmp_path / "decks/a.yaml").read_bytes()
    monkeypatch.chdir(tmp_path)
    result = run("--accept", handmade(tmp_path, text))
    assert result.exit_code == 1, result.exception or result.output[:500]
    assert said in result.stdout[:100_000]
    assert result.stderr.endswith("; nothing was written\n")
    assert (tmp_path / "decks/a.yaml").read_bytes() == before


def test_one_that_is_wrong_keeps_all_others_out(tmp_path: Path) -> None:
    write_project(
        tmp_path, {"decks/a.yaml": deck("- {id: a, question: Where?, answer: There.}"), "decks/b.yaml": deck("- {id: b, question: Where?, answer: There.}")}
    )
    text = one("a") + one("b", quote="Swifts sleep on the ground.").removeprefix("proposals:\n")
    before = {path: path.read_bytes() for path in tmp_path.glob("decks/*")}
    assert run("--project", tmp_path, "--accept", handmade(tmp_path, text)).exit_code == 1
    assert {path: path.read_bytes() for path in tmp_path.glob("decks/*")} == before
    text = text.replace("on the ground", "in the air")
    assert run("--project", tmp_path, "--accept", handmade(tmp_path, text)).stderr == "2 citations written into 2 deck files\n"


def test_errors_that_were_there_before_do_not_stand_in_the_way(tmp_path: Path) -> None:
    project(tmp_path, QUESTIONS + "- {id: sleep-two, question: Where?, answer: There., cite: Swifts never sleep.}\n- {id: known, question: W?, answer: T.}\n")
    result = run("--project", tmp_path, "--accept", handmade(tmp_path, one()))
    assert result.exit_code == 0, result.output
    assert run("--project", tmp_path, "--accept", handmade(tmp_path, one("known"))).stdout.startswith("error") is False


# --- keys at the end of a mapping -------------------------------------------------------------------------------------------------------


def plain(node: Node | None) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, (_, value) in node.entries.items()} if isinstance(node, Mapping) else None


def mappings(text: str) -> list[Mapping]:
    root, _ = read_yaml(TextFile("a.yaml", text))
    items = (
        root.items
        if isinstance(root, Sequence)
        else root.entries["k"][1].items
        if isinstance(root, Mapping) and isinstance(root.entries["k"][1], Sequence)
        else []
    )
    return [item for item in items if isinstance(item, Mapping)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- a: b\n", "- a: b\n  new: x\n"),
        ("- a: b", "- a: b\n  new: x\n"),
        ("k:\n  -   a: b  # why\n\n  # next\n  - c: d\n", "k:\n  -   a: b  # why\n      new: x\n\n  # next\n  - c: d\n"),
        ("- a: |\n    b\n\n    c\n\n- d: e\n", "- a: |\n    b\n\n    c\n  new: x\n\n- d: e\n"),
        ("- a:\n    - b\n    - c   # last\n", "- a:\n    - b\n    - c   # last\n  new: x\n"),
        ("- a: [b,\n    c\n    ]  # end\n- d: e\n", "- a: [b,\n    c\n    ]  # end\n  new: x\n- d: e\n"),
        ("- a:\n- b: c\n", "- a:\n  new: x\n- b: c\n"),
        ("- {a: b}\n", "- {a: b, new: x}\n"),
        ("- { a: b, }  # c\n", "- { a: b, new: x }  # c\n"),
        ("- {a: b,\n   c: d}\n", "- {a: b,\n   c: d, new: x}\n"),
        ("- {}\n", "- {new: x}\n"),
        ("- {a: 'b # c',\n   d: e # f\n  }\n", "- {a: 'b # c',\n   d: e # f\n  , new: x}\n"),
        ("- a: &x b\n  c: *x\n", "- a: &x b\n  c: *x\n  new: x\n"),
        ("- {a: &x b, c: *x}\n", "- {a: &x b, c: *x, new: x}\n"),
    ],
)
def test_keys_are_put_at_the_end_of_a_mapping(before: str, after: str) -> None:
    made, refused = append_keys(TextFile("a.yaml", before), {mappings(before)[0].start: {"new": "x"}})
    assert (made.text, refused) == (after, {})


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        ("- &a {x: y}\n- *a\n", 0, "through a YAML anchor"),
        ("- a: b\n  new: c\n", 0, "has the key 'new' already"),
        ("- {a: b, # c,\n  }\n", 0, "would change what stands there"),
    ],
)
def test_a_mapping_that_cannot_take_keys_is_refused(text: str, number: int, why: str) -> None:
    made, refused = append_keys(TextFile("a.yaml", text), {(offset := mappings(text)[number].start): {"new": "x"}, 9999: {"new": "x"}})
    assert made.text == text
    assert why in refused[offset]
    assert refused[9999] == "no mapping begins there"


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(str.strip)
ENTRY = st.dictionaries(st.sampled_from(["quote", "at", "source"]), WORDS, min_size=1)
ITEMS = st.sampled_from(
    [
        "- id: x   # why\n  answer: plain text\n",
        "- {id: x, answer: 'in braces'}   # why\n",
        "- id: x\n  answer: >-\n    folded\n    text\n\n",
        "- id: x\n\n  # within\n\n  tags: [a,\n    b]\n",
        "-   id: x\n    cite:\n    - {source: a}\n",
        "- id: x\n  answer: |+\n    kept\n\n\n",
        '- id: x\n  answer: "on two\n    lines"\n# behind\n',
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(parts=st.lists(st.tuples(ITEMS, st.booleans()), min_size=1, max_size=6), entry=ENTRY, end=st.sampled_from(["\n", "\r\n"]), cut=st.booleans())
def test_only_lines_or_text_are_put_in_and_the_rest_reads_as_before(parts: list[tuple[str, bool]], entry: dict[str, str], end: str, cut: bool) -> None:
    text = "".join(item for item, _ in parts).replace("\n", end)
    text = text.rstrip("\r\n") if cut else text
    root, said = read_yaml(TextFile("a.yaml", text))
    assert not said
    old = plain(root)
    assert isinstance(old, list)
    items = mappings(text)
    chosen = [number for number, (_, wanted) in enumerate(parts) if wanted]
    made, refused = append_keys(TextFile("a.yaml", text), {items[number].start: {"new": entry} for number in chosen})
    again, said = read_yaml(made)
    kept = [number for number in chosen if items[number].start not in refused]
    assert not said
    assert plain(again) == [{**item, "new": entry} if number in kept else item for number, item in enumerate(old)]
    left = iter(made.text)
    assert all(char in left for char in text)
    if "|+" not in text and all(value.isascii() for value in entry.values()):
        assert not refused
