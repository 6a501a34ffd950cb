"""New texts for scalars: only they change, and what cannot be changed safely is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citedeck.diagnostics import TextFile
from citedeck.yaml_edit import replace_scalars
from citedeck.yaml_reader import Mapping, Node, Scalar, Sequence, read_yaml


def scalars(node: Node | None) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    children = node.items if isinstance(node, Sequence) else [value for _, value in node.entries.values()] if isinstance(node, Mapping) else []
    return [scalar for child in children for scalar in scalars(child)]


def value(text: str, key: str) -> Scalar:
    root, _ = read_yaml(TextFile("a.yaml", text))
    assert isinstance(root, Mapping)
    found = root.entries[key][1]
    assert isinstance(found, Scalar)
    return found


def replaced(text: str, new: str, key: str = "k") -> str:
    file, refused = replace_scalars(TextFile("a.yaml", text), {value(text, key).start: new})
    assert not refused
    return file.text


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("k: old words\n", "new words", "k: new words\n"),
        ("k: old # kept\n", "new", "k: new # kept\n"),
        ("k:   old\r\nb: c\r\n", "new", "k:   new\r\nb: c\r\n"),
        ("k: old", "new", "k: new"),
        ("k: 'it''s old'\n", "it's new", "k: 'it''s new'\n"),
        ('k: "old \\u00e9"\n', 'a "new" \\ é', 'k: "a \\"new\\" \\\\ é"\n'),
        ("k: old\n", "a: b", 'k: "a: b"\n'),
        ("k: old\n", "a # b", 'k: "a # b"\n'),
        ("k: old\n", "- a", 'k: "- a"\n'),
        ("k: old\n", "no", "k: no\n"),
        ("k: old\n", "24:44", "k: 24:44\n"),
        ("k: old\n", "it's: so", 'k: "it\'s: so"\n'),
        ("{k: old, b: c}\n", "new, and more", '{k: "new, and more", b: c}\n'),
        ("{k: old, b: c}\n", "new", "{k: new, b: c}\n"),
        ("k: >-\n  old\n  words\nb: c\n", "new words", "k: >-\n  new words\nb: c\n"),
        ("k: |\n    old\n\n# comment\nb: c\n", "new", "k: |\n    new\n\n# comment\nb: c\n"),
        ("k: >+2\n  old\n\nb: c\n", "new", "k: >+2\n  new\n\nb: c\n"),
        ("k: old\n  words\nb: c\n", "new words", "k: new words\nb: c\n"),
        ("k: 'old\n\n  words' # kept\n", "new", "k: 'new' # kept\n"),
    ],
)
def test_the_style_stays_where_it_can(before: str, new: str, after: str) -> None:
    assert replaced(before, new) == after


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("k: &a old\nb: *a\n", 3),
        ("k: &a old\n", 3),
        ("k: &a {x: old}\nb: *a\n", 10),
        ("k: old\n", 0),
        ("k: old\n", 4),
        ("k: old\n", 99),
        ("k: !!str old\n", 3),
        ("k:\n", 2),
        ("k: [old\n", 4),
    ],
)
def test_what_is_shared_or_no_value_is_refused(text: str, offset: int) -> None:
    file, refused = replace_scalars(TextFile("a.yaml", text), {offset: "new"})
    assert (file.text, refused) == (text, [offset])


def test_several_at_once_and_the_harmful_alone_refused() -> None:
    text = "a: one\nb: &x two\nc: *x\nd: [three, four]\n"
    root, _ = read_yaml(TextFile("a.yaml", text))
    offsets = [scalar.start for scalar in scalars(root)]
    file, refused = replace_scalars(TextFile("a.yaml", text), dict.fromkeys(offsets, "new"))
    assert file.text == "a: new\nb: &x two\nc: *x\nd: [new, new]\n"
    assert refused == [offsets[1]]


STYLES = ["plain {0}", "'single {0}'", '"double {0}"', ">-\n    folded {0}\n    on two lines", "|\n    literal {0}\n", "plain {0}\n    on two lines"]
TEMPLATES = ["- id: x{0} # why\n  k: {1}\n  e: end\n", "- k: {1}\n\n# between\n", "-   {1}\n"]
FLOW = ["- {{k: {1}, b: 'c'}} # kept\n", "- [{1}, b]\n"]


@given(
    st.lists(st.tuples(st.sampled_from(TEMPLATES + FLOW), st.sampled_from(STYLES), st.booleans()), min_size=1, max_size=6),
    st.text(st.sampled_from("ab :#'\"-,[]{}\\%é,.?|>&*!"), min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_other_line_and_value_stays(parts: list[tuple[str, str, bool]], new: str, end: str) -> None:
    text = "".join(
        template.format(number, STYLES[0].format(number) if template in FLOW and "\n" in style else style.format(number))
        for number, (template, style, _) in enumerate(parts)
    ).replace("\n", end)
    root, said = read_yaml(TextFile("a.yaml", text))
    assert not said
    old = scalars(root)
    mine = [scalar for scalar in old if any(word in scalar.text for word in ("plain", "single", "double", "folded", "literal"))]
    wanted = {scalar.start: new for scalar, (_, _, chosen) in zip(mine, parts, strict=True) if chosen}
    file, refused = replace_scalars(TextFile("a.yaml", text), wanted)
    after, said = read_yaml(file)
    assert not said
    for before, now in zip(old, scalars(after), strict=True):
        expected = new if before.start in wanted and before.start not in refused else before.text
        assert " ".join(now.text.split()) == " ".join(expected.split())
    if not wanted:
        assert file.text == text
    kept = [line for line in text.split(end) if line.startswith(("# between", "  e: end"))]
    assert [line for line in file.text.split(end) if line.startswith(("# between", "  e: end"))] == kept
