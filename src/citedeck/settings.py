"""The project's settings: `citedeck.toml`, or `[tool.citedeck]` in pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from citedeck.diagnostics import Diagnostic, Span, TextFile, error
from citedeck.entry import did_you_mean

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-[a-z0-9]{6}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Settings:
    """What a project says of itself. `name` is the namespace of guids and note types; `packages` maps names to globs over deck files."""

    name: str
    title: str
    packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def short_name(self) -> str:
        """Return the name without its random tail."""
        return self.name.rpartition("-")[0]


def load_settings(file: TextFile) -> tuple[Settings | None, list[Diagnostic]]:
    """Read a settings file; None, with the reasons, if the project cannot be named."""
    try:
        data: object = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as problem:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(problem))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        return None, [error(Span(file.path, line, column, line, column + 1), "settings", str(problem).partition(" (at ")[0].lower())]
    if file.path.endswith("pyproject.toml") and isinstance(data, dict):
        data = data.get("tool", {}).get("citedeck", {})
    checked = _Checked(file, data if isinstance(data, dict) else {})
    settings = checked.settings()
    return settings, checked.diagnostics


class _Checked:
    def __init__(self, file: TextFile, data: Mapping[str, object]) -> None:
        self.file = file
        self.data = data
        self.diagnostics: list[Diagnostic] = []

    def settings(self) -> Settings | None:
        known = {"name", "title", "packages"}
        for key in sorted(self.data.keys() - known):
            self._say(key, f"'{key}' is no setting", did_you_mean(key, known))
        name, title, packages = self._text("name"), self._text("title"), self._packages()
        if name is None:
            if "name" not in self.data:
                self._say("", "the setting 'name' is missing", "a short name with a random tail, such as 'tea-7f3k9q'; `citedeck new` makes one")
            return None
        if not NAME.fullmatch(name):
            self._say("name", f"'{name}' is no project name", "lower-case words joined by '-', ending in six random letters or digits: tea-7f3k9q")
            return None
        return Settings(name, title or name.rpartition("-")[0].replace("-", " ").capitalize(), packages)

    def _text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self._say(key, f"'{key}' has to be a text")
            return None
        return value.strip()

    def _packages(self) -> dict[str, tuple[str, ...]]:
        value = self.data.get("packages", {})
        packages: dict[str, tuple[str, ...]] = {}
        if not isinstance(value, dict):
            self._say("packages", "'packages' has to be a table of package names and globs", '[packages]\nbasics = ["decks/basics/*.yaml"]')
            return packages
        for name, globs in value.items():
            globs = [globs] if isinstance(globs, str) else globs
            if not _FILE_NAME.fullmatch(name):
                self._say(name, f"'{name}' cannot be a file's name", "letters, digits, '.', '_' and '-'")
            elif not isinstance(globs, list) or not globs or not all(isinstance(glob, str) for glob in globs):
                self._say(name, f"the package '{name}' has to be a list of globs over deck files", f'{name} = ["decks/basics/*.yaml"]')
            else:
                packages[name] = tuple(globs)
        return packages

    def _say(self, key: str, message: str, hint: str = "") -> None:
        found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", self.file.text, re.MULTILINE) if key else None
        span = self.file.whole
        if found:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            span = self.file.span(start, found.end() - 1)
        self.diagnostics.append(error(span, "settings", message, hint))
