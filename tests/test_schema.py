"""The schema that editors check by: it takes every deck that the compiler takes, and no shape that the compiler refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from annotated import parts_of
from citedeck import keys
from citedeck.cli import cli
from citedeck.diagnostics import TextFile
from citedeck.load import load_deck
from citedeck.packs import Pack, load_packs
from citedeck.project import read_project
from citedeck.schema import deck_schema, source_schema
from citedeck.sources.metadata import load_metadata
from conftest import ROOT, write_project

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.yaml"))
RULES = sorted((Path(__file__).parent / "rules").glob("*.yaml"))
SHAPE = {"missing-key", "unknown-key", "two-kinds", "bad-value", "empty-value", "wrong-type"}
NO_YAML = ("yaml-syntax", "duplicate-key", "not-utf-8")
# What a schema cannot see: an editor takes a key without a value for null, and no schema compares two questions or two files.
UNSEEN = ("its case", "has another description", "this text shows nothing", "is that of", "is a question of its own", "has become")


class Core(yaml.CSafeLoader):
    """Reads YAML as editors do: by the core schema of YAML 1.2."""


Core.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])


@cache
def packs() -> dict[str, Pack]:
    project, _ = read_project(ROOT)
    return load_packs(project.packs)[0]


@cache
def deck_validator() -> Draft202012Validator:
    return validator(deck_schema(packs().values(), ()))


@cache
def source_validator() -> Draft202012Validator:
    return validator(source_schema())


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def problems(validator: Draft202012Validator, data: object) -> list[str]:
    return [f"{one.json_path}: {one.message}" for one in validator.iter_errors(data)]


@pytest.mark.parametrize("folder", [".", "tests/corpus", "tests/heldout", "tests/blind"])
def test_it_takes_all_decks_and_sources(folder: str) -> None:
    project, _ = read_project(ROOT / folder)
    found = load_packs(project.packs)[0]
    sources = [Path(file.path).stem for file in project.metadata]
    decks = validator(deck_schema(found.values(), sources))
    assert project.decks
    for file in project.decks:
        assert problems(decks, yaml.load(file.text, Core)) == [], file.path
    for file in project.metadata:
        assert problems(source_validator(), yaml.load(file.text, Core)) == [], file.path


def wrong(text: str, name: str) -> list[str]:
    """Return what the compiler says of the shape of one file."""
    file = TextFile(name, text)
    said = load_deck(file, packs())[1] if name.startswith("decks/") else load_metadata(file)[1]
    return [one.message for one in said if one.code in SHAPE and not any(words in one.message for words in UNSEEN)]


def pieces(text: str) -> Iterator[str]:
    """Yield a deck file's questions, each in a file of its own with the same head, and the head alone."""
    head, marker, body = text.partition("questions:\n")
    entries = re.split(r"^(?=  - )", body, flags=re.MULTILINE)[1:] if marker else []
    if not entries:
        yield text
        return
    yield f"{head}questions: []\n"
    for entry in entries:
        yield f"deck: Birds\n{'source: x' if 'source:' in head else ''}\nquestions:\n{entry}"


def example_files() -> list[tuple[str, str, str]]:
    return [
        (path.stem, name, part)
        for path in (*EXAMPLES, *RULES)
        for name, part in parts_of(path.read_text(encoding="utf-8")).items()
        if name.startswith(("decks/", "sources/")) and name.endswith(".yaml") and path.stem not in NO_YAML
    ]


@pytest.mark.parametrize(("code", "name", "text"), example_files(), ids=lambda value: value if len(value) < 40 else "")
def test_it_agrees_with_the_compiler_on_every_example(code: str, name: str, text: str) -> None:
    if name.startswith("sources/"):
        data = yaml.load(text, Core)
        file_name_only = "sources/Upper Case.yaml"
        assert bool(problems(source_validator(), data)) == (bool(wrong(text, name)) and name != file_name_only)
        return
    for piece in pieces(text):
        data = yaml.load(piece, Core)
        refused = wrong(piece, name)
        nulls = re.search(r":\s*(?:null|~)?\s*(?:\n|$)", piece) and any("is empty" in message for message in refused)
        if not nulls:
            assert bool(problems(deck_validator(), data)) == bool(refused), (piece, refused, problems(deck_validator(), data))


VALUES = [
    *("Birds::Swifts", "a::", "::a", "a::::b", "a:b", ":a", "a:", "two words", "swifts", "Ä", "id-1", "-5", "1", "no", "", "  ", 'say "x"', "x" * 101, "a\tb"),
    *(
        "p. 12",
        "page 12",
        "24:44",
        "1:75",
        "1:75:00",
        "1:05:00",
        "§ Food",
        "§",
        "§ a > ",
        "para. 7",
        "para. 0",
        "supports",
        "suports",
        "leech",
        "Marked",
        "x::leech",
    ),
    *("en", "de-CH", "english-", "english", "zh-Hant"),
]
SCALARS = st.sampled_from(VALUES)


@given(key=st.sampled_from([*keys.DECK.keys() - {"questions", "silence"}, "nokey"]), value=SCALARS)
def test_it_agrees_on_the_values_of_a_file(key: str, value: str) -> None:
    data = {"deck": "Birds", "questions": [], key: value}
    assert_agreement(data)


@given(
    key=st.sampled_from([*keys.QUESTION.keys() - {"silence", "retired", "cite"}, "question", "answer", "typed", "term", "cloze", "wrong", "steps", "nokey"]),
    value=SCALARS,
)
def test_it_agrees_on_the_values_of_a_question(key: str, value: str) -> None:
    question = {"id": "a", "question": "Why?", "answer": "So.", "cite": {"source": "x", "quote": "y"}, key: value}
    assert_agreement({"deck": "Birds", "questions": [question]})


@given(key=st.sampled_from([*keys.CITATION, "nokey"]), value=SCALARS, rest=st.sets(st.sampled_from(["source", "quote", "at"])), default=st.booleans())
def test_it_agrees_on_citations(key: str, value: str, rest: set[str], default: bool) -> None:
    citation = {one: {"source": "swifts", "quote": "words", "at": "p. 3"}[one] for one in rest} | {key: value}
    question = {"id": "a", "question": "Why?", "answer": "So.", "cite": citation}
    assert_agreement({"deck": "Birds", **({"source": "swifts"} if default else {}), "questions": [question]})


@given(picked=st.sets(st.sampled_from(["question", "answer", "term", "definition", "cloze", "typed", "right", "wrong", "steps"])))
def test_it_agrees_on_which_keys_belong_together(picked: set[str]) -> None:
    question = {"id": "a", "cite": {"source": "x"}, **dict.fromkeys(sorted(picked), "x")}
    assert_agreement({"deck": "Birds", "questions": [question]})


ADOPTED = """\
title: Anatomy
adopted: {citations: Definition}
fields:
  - {name: Term, key: term}
  - {name: Definition, key: definition}
  - {name: Picture, key: picture}
cards: [{name: Card, file: card}]
"""
LOOKS = {"front": "{{Term}}", "back": "{{Definition}}{{Picture}}"}


@cache
def with_an_adopted_pack() -> tuple[dict[str, Pack], Draft202012Validator]:
    files = [TextFile("templates/anatomy/pack.yaml", ADOPTED), TextFile("templates/anatomy/style.css", "")]
    files += [TextFile(f"templates/anatomy/card.{side}.html", text) for side, text in LOOKS.items()]
    found, said = load_packs([*read_project(ROOT)[0].packs, *files])
    assert not said
    return found, validator(deck_schema(found.values(), ()))


@given(
    of_file=st.sampled_from(["", "anatomy", "basic", "cloze"]),
    of_question=st.sampled_from(["", "anatomy", "basic"]),
    picked=st.sets(st.sampled_from(["question", "answer", "term", "definition", "picture", "cloze", "typed"])),
)
def test_it_agrees_on_which_keys_the_packs_of_files_and_questions_allow(of_file: str, of_question: str, picked: set[str]) -> None:
    found, decks = with_an_adopted_pack()
    named = {"pack": of_question} if of_question else {}
    question = {"id": "a", "cite": {"source": "x"}, **named, **dict.fromkeys(sorted(picked), "x")}
    assert_agreement({"deck": "Birds", **({"pack": of_file} if of_file else {}), "questions": [question]}, found, decks)


def test_a_file_that_names_a_pack_has_questions_of_that_pack() -> None:
    _, decks = with_an_adopted_pack()
    head = {"deck": "Birds", "pack": "anatomy"}
    assert not problems(decks, {**head, "questions": [{"id": "a", "term": "x"}, {"id": "b", "pack": "basic", "question": "Why?", "answer": "So."}]})
    assert problems(decks, {**head, "questions": [{"id": "a", "question": "Why?"}]})


SOURCE_VALUES = [
    *("2024", "2024-03", "2024-03-15", "2024-13", "2024-00", "2024-03-32", "24", "2024/2025", "2024-01/2024-03-02", "2024/", "2024/2025/2026", "May 2024"),
    *("verbatim", "paraphrase", "Verbatim", "true", "false", "True", "no", "book", "books", "en", "de-CH", "english-", "", " ", "words"),
    *("https://x.org/{s}", "https://x.org/{S}", "https://x.org/{", "https://x.org/}", "{page}{fragment}", "{hms}"),
    *(
        "a" * 64,
        "A" * 64,
        "a" * 63,
        "p. 3",
        "p. 3-5",
        "page 3",
        "24:44-26:10",
        "24:44",
        "1:75",
        "1:75:00",
        "1:05:00-1:06:00",
        "p. 3 – 5",
        "para. 3-4",
        "§ Food",
        "§",
        "para. 7",
        "para. 0",
    ),
]
SOURCE_KEYS = [*sorted(keys.SOURCE.keys() - {"skip", "silence", "original"}), *keys.SKIP, *keys.ORIGINAL, "type", "title", "issued", "DOI", "family", "nokey"]


@pytest.mark.parametrize("key", dict.fromkeys(SOURCE_KEYS))
def test_it_agrees_on_the_values_of_a_source(key: str) -> None:
    for value in SOURCE_VALUES:
        for own in (
            {key: value},
            {"citedeck": {key: value}},
            {"citedeck": {"original": {key: value}}},
            {"citedeck": {"skip": [{"at": "p. 1", "because": "Advertising.", key: value}]}},
            {"citedeck": {"skip": [{"because": "Advertising.", key: value}]}},
            {"author": [{"literal": "A society", key: value}]},
        ):
            assert_source_agreement({"type": "book", "title": "Notes", **own})


@pytest.mark.parametrize("code", ["yes-no", "no-such-code", "quote-missing"])
def test_it_agrees_on_what_can_be_silenced(code: str) -> None:
    reasons = {code: "why"}
    question = {"id": "a", "question": "Why?", "answer": "So.", "cite": {"source": "x", "quote": "y"}}
    assert_agreement({"deck": "Birds", "silence": reasons, "questions": [question]})
    assert_agreement({"deck": "Birds", "questions": [{**question, "silence": reasons}]})
    assert_source_agreement({"type": "book", "title": "Notes", "citedeck": {"silence": reasons}})


def assert_source_agreement(data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_style='"', width=10_000)
    refused = [one.message for one in load_metadata(TextFile("sources/a.yaml", text))[1] if one.code in SHAPE]
    said = problems(source_validator(), data)
    assert bool(said) == bool(refused), (data, refused, said)


def assert_agreement(data: dict[str, Any], found: dict[str, Pack] | None = None, decks: Draft202012Validator | None = None) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_style='"', width=10_000)
    refused = [one.message for one in load_deck(TextFile("decks/a.yaml", text), found or packs())[1] if one.code in SHAPE]
    said = problems(decks or deck_validator(), data)
    assert bool(said) == bool(refused), (data, refused, said)


def test_every_key_is_described_and_the_sources_and_packs_are_in_it(tmp_path: Path) -> None:
    pack = ROOT / "templates" / "basic"
    files: dict[str, str | bytes] = {f"templates/saying/{path.name}": path.read_bytes() for path in pack.iterdir()}
    files["templates/saying/pack.yaml"] = (
        (pack / "pack.yaml").read_text().replace("picked-by: answer", "picked-by: saying").replace("  answer: text", "  saying: texts?\n  answer: text?")
    )
    project, _ = read_project(write_project(tmp_path, files))
    found, said = load_packs(project.packs)
    assert not said
    schema = deck_schema(found.values(), ["swifts", "other"])
    assert schema["$defs"]["source"] == {"enum": ["other", "swifts"]}
    assert {"saying", "cloze", "steps", "right"} <= schema["$defs"]["question"]["properties"].keys()
    for whole in (schema, source_schema()):
        for mapping in mappings(whole):
            for name, value in mapping["properties"].items():
                if mapping.get("additionalProperties") is False:
                    assert len(value["description"]) > 5, name


def test_the_schemas_are_written_and_the_line_that_editors_read_is_that_of_the_sample(tmp_path: Path) -> None:
    root = tmp_path / "birds"
    assert CliRunner().invoke(cli, ["new", str(root)]).exit_code == 0
    written = {path.name: path.read_bytes() for path in (root / ".citedeck").iterdir()}
    for path in (root / ".citedeck").iterdir():
        path.unlink()
    result = CliRunner().invoke(cli, ["schema", "--write", "--project", str(root)])
    assert {path.name: path.read_bytes() for path in (root / ".citedeck").iterdir()} == written
    first_lines = [path.read_text(encoding="utf-8").partition("\n")[0] for folder in ("decks", "sources") for path in (root / folder).glob("*.yaml")]
    assert result.stdout.splitlines() == first_lines
    for line, name in zip(first_lines, ("deck", "source"), strict=True):
        assert (root / "decks" / line.partition("$schema=")[2]).resolve() == root / ".citedeck" / f"{name}.schema.json"
    for kind in ("deck", "source"):
        assert CliRunner().invoke(cli, ["schema", kind, "--project", str(root)]).stdout.encode() == written[f"{kind}.schema.json"]


def mappings(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for value in node.values():
            yield from mappings(value)
    elif isinstance(node, list):
        for value in node:
            yield from mappings(value)
