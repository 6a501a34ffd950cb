"""The rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from conftest import ROOT

SOURCE = ROOT / "src" / "citedeck"

# Each third party lives behind one module.
THIRD_PARTIES = {
    "click": {"cli", "check_commands", "cite_commands", "console", "editor_commands", "import_commands", "release_commands", "watch"},
    "rich": {"console", "editor_commands"},
    "yaml": {"yaml_reader"},
    "jinja2": {"field_templates"},
    "markupsafe": {"field_templates", "render"},
    "genanki": {"package"},
    "rapidfuzz": {"comparing", "nearest"},
    "nh3": {"markup"},
    "anyascii": {"adoption.naming"},
    "google": {"exports.messages"},
    "zstandard": {"exports.archive"},
    "selectolax": {"field_html", "sources.dom"},
    "pygments": {"markup"},
    "pypdfium2": {"sources.pdf"},
    "snowballstemmer": {"rules.prose"},
    "watchfiles": {"watch"},
    "pytest": {"pytest_plugin"},
    "pytest_regressions": {"pytest_plugin"},
    "markdown_it": {"markup", "clozes", "sources.markdown"},
    "mdit_py_plugins": {"markup", "sources.markdown"},
}


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def test_third_parties_stay_behind_their_modules() -> None:
    used: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for name in imports(path) & THIRD_PARTIES.keys():
            used.setdefault(name, set()).add(module)
    assert used == THIRD_PARTIES


def test_modules_stay_small() -> None:
    assert {path.name for path in SOURCE.rglob("*.py") if len(path.read_text().splitlines()) > 300} == set()


def test_no_path_of_a_machine_is_named() -> None:
    """A stranger who clones the repository finds everything that it speaks of."""
    named = re.compile(r"(?<![\w/.])/(?:home|mnt|opt|root|srv|tmp|usr|var|Users)/\w")
    for path in (*SOURCE.rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "Makefile"):
        assert not named.search(path.read_text(encoding="utf-8")), path
