"""A new project: a small deck about swifts, ready to build and to be replaced."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Mapping
from pathlib import Path

from citedeck import __version__
from citedeck.write import exclusive, write_all

_SAMPLE = Path(__file__).resolve().parent / "sample"
# Dots and folders that packaging tools drop are put back here.
_PLACES = {
    "citedeck.toml": "citedeck.toml",
    "swifts-deck.yaml": "decks/swifts.yaml",
    "swifts-source.yaml": "sources/swift-year.yaml",
    "swifts-source.md": "sources/swift-year.md",
    "gitignore": ".gitignore",
    "ci.yaml": ".github/workflows/decks.yaml",
}


def scaffold(folder: Path) -> list[Path]:
    """Write the sample project into an empty folder; return what was written."""
    words = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "deck"
    tail = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))
    values = {"NAME": f"{words}-{tail}", "TITLE": words.replace("-", " ").capitalize(), "VERSION": __version__}
    files = {folder / place: _filled(name, values).encode() for name, place in _PLACES.items()}
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder):
        write_all(files, folder)
    return list(files)


def frame(*, strict: bool) -> dict[str, str]:
    """Return what every project has beside its settings, by path; `strict` says whether warnings fail its CI."""
    made = {_PLACES[name]: _filled(name, {"VERSION": __version__}) for name in ("gitignore", "ci.yaml")}
    return made if strict else {path: text.replace("citedeck check --strict", "citedeck check") for path, text in made.items()}


def _filled(name: str, values: Mapping[str, str]) -> str:
    text = (_SAMPLE / name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text
