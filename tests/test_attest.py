"""Texts that may not be shared: what a release records of them, and what the record is worth where the text is absent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from citedeck.attest import Attestation, attest
from citedeck.pipeline import Compilation
from conftest import compile_folder, deck, write_project

BOOK = "type: book\ntitle: A book\ncitedeck: {share: false, link: 'https://example.org/b#{page}'}\n"
WORDS = "# House\n\n## Roofs\n\nSwifts nest under the roofs of old houses.\n"
QUESTION = "- {id: nest, question: Where do swifts nest?, answer: Under roofs., cite: {quote: %s, at: %s}}"


def project(root: Path, quote: str = "“nest under  the roofs”", place: str = "§ Roofs", *, text: str | None = WORDS) -> Path:
    files = {"sources/book.yaml": BOOK, "decks/a.yaml": deck(QUESTION % (quote.strip("“”"), place), source="book")}
    if text is not None:
        files["sources/private/book.md"] = text
    return write_project(root, files)


def record(root: Path) -> dict[str, Attestation]:
    return attest(one for found in compile_folder(project(root)).citations.values() for one in found)


def codes(compilation: Compilation) -> list[str]:
    return [f"{one.severity.name.lower()} {one.code}" for one in compilation.diagnostics]


def test_where_the_text_is_its_words_are_looked_up(tmp_path: Path) -> None:
    assert codes(compile_folder(project(tmp_path))) == []
    assert codes(compile_folder(project(tmp_path, "nest over the roofs of old houses"))) == ["error quote-altered"]


def test_a_record_holds_no_words_of_the_text(tmp_path: Path) -> None:
    (attestation,) = record(tmp_path).values()
    line = attestation.as_json()
    assert attestation.locator == "§ Roofs"
    assert not {"nest", "roofs", "under"} & set(line.replace('"', " ").split())
    assert Attestation.from_json(json.loads(line)) == attestation


@pytest.mark.parametrize("broken", [{}, {"source": "a"}, {"source": "a", "digest": 1, "sha256": "b", "locator": "c"}])
def test_a_broken_record_is_none(broken: dict[str, object]) -> None:
    assert Attestation.from_json(broken) is None


def test_an_absent_text_is_stood_in_for_and_the_note_is_the_same(tmp_path: Path) -> None:
    attested = record(tmp_path / "a")
    here = compile_folder(project(tmp_path / "a"))
    absent = compile_folder(project(tmp_path / "b", text=None), attested=attested)
    assert codes(absent) == ["info attested"]
    assert absent.notes == here.notes
    assert attest(one for found in absent.citations.values() for one in found) == attested, "the next release keeps it"


@pytest.mark.parametrize(("quote", "place"), [("nest under the roof", "§ Roofs"), ("nest under the roofs", "§ House")])
def test_what_changed_since_is_not_attested(quote: str, place: str, tmp_path: Path) -> None:
    attested = record(tmp_path / "a")
    assert codes(compile_folder(project(tmp_path / "b", quote, place, text=None), attested=attested)) == ["error unattested"]


def test_white_space_and_typography_change_nothing(tmp_path: Path) -> None:
    attested = record(tmp_path / "a")
    assert codes(compile_folder(project(tmp_path / "b", "nest  under the\u00a0roofs", text=None), attested=attested)) == ["info attested"]


def test_originals_can_be_required(tmp_path: Path) -> None:
    attested = record(tmp_path / "a")
    found = compile_folder(project(tmp_path / "b", text=None), attested=attested, require_originals=True)
    assert codes(found) == ["error unattested"]
    assert codes(compile_folder(project(tmp_path / "a"), attested=attested, require_originals=True)) == []


@pytest.mark.parametrize(
    ("ignore", "right"),
    [("/sources/private/\n", True), ("sources/private", True), ("private/", True), ("**/private/**", True), ("/sources/\n", False), ("", False), (None, False)],
)
def test_git_has_to_leave_the_folder_out(ignore: str | None, right: bool, tmp_path: Path) -> None:
    root = project(tmp_path / "deep" / "deck")
    (tmp_path / ".git").mkdir()
    if ignore is not None:
        (root / ".gitignore").write_text(ignore)
    assert codes(compile_folder(root)) == ([] if right else ["error not-private"])


def test_a_gitignore_further_up_counts(tmp_path: Path) -> None:
    root = project(tmp_path / "deck")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/deck/sources/private/\n")
    assert codes(compile_folder(root)) == []
