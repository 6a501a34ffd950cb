"""The README tells the truth: its question is a real one, its error is what is really printed, its links lead somewhere."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from citedeck.cli import cli
from conftest import ROOT, copy_repository, write_project
from tea import TEA

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, number: int = 0) -> str:
    return [match[1] for match in re.finditer(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)][number]


def test_the_question_is_one_of_this_repository() -> None:
    assert textwrap.indent(block("yaml"), "  ") in (ROOT / "decks/ketamine/opioid.yaml").read_text(encoding="utf-8")


def test_the_error_is_what_is_printed(tmp_path: Path) -> None:
    path = copy_repository(tmp_path) / "decks/ketamine/opioid.yaml"
    before, question = path.read_text(encoding="utf-8").split("  - id: hnk-target\n")
    path.write_text(f"{before}  - id: hnk-target\n{question.replace('may stimulate', 'may block', 1)}", encoding="utf-8")
    result = CliRunner().invoke(cli, ["build", "--project", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stdout == block("text")


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))))
def test_links_lead_to_files_and_headings(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = ((ROOT / page).parent / path) if path else ROOT / page
        assert file.exists(), f"{page}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}, f"{page}: {target}"


def test_the_pack_of_the_documentation_works(tmp_path: Path) -> None:
    page = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
    blocks = [match[1] for match in re.finditer(r"^```\w+\n(.*?)^```", page, re.MULTILINE | re.DOTALL)]
    assert CliRunner().invoke(cli, ["new", str(tmp_path / "birds")]).exit_code == 0
    pack = [f"templates/saying/{name}" for name in ("pack.yaml", "fields.j2", "who.front.html", "who.back.html", "style.css")]
    names = [*pack, "sources/tower-talk.yaml", "sources/tower-talk.md", "decks/sayings.yaml"]
    for name, text in zip(names, blocks, strict=False):
        path = tmp_path / "birds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["build", "--project", str(tmp_path / "birds")])
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[0] == blocks[len(names)].splitlines()[0]
    deck = tmp_path / "birds/decks/sayings.yaml"
    deck.write_text(re.sub(r"^    by:.*\n", "", deck.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    assert CliRunner().invoke(cli, ["check", "--project", str(tmp_path / "birds")]).stdout == blocks[len(names) + 1]


def test_the_mistakes_of_the_documentation_are_answered_as_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs/mistakes.md").read_text(encoding="utf-8")
    source, deck, said = (match[1] for match in re.finditer(r"^```\w+\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    write_project(tmp_path, {**TEA, "sources/tea-guide.md": source, "decks/green-tea.yaml": deck})
    for name in ("swifts.yaml", "swifts.md"):
        (tmp_path / "sources" / name).unlink()
    result = CliRunner().invoke(cli, ["check", "--project", str(tmp_path)])
    assert result.stdout == said
    assert re.sub(r"\d+\.\d\d s", "", result.stderr.strip()) in re.sub(r"\d+\.\d\d s", "", page)
