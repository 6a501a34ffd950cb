"""The project's settings: `citedeck.toml`, or `[tool.citedeck]` in pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from citedeck.diagnostics import WARNINGS, Diagnostic, Span, TextFile, error
from citedeck.entry import did_you_mean, near_or_listed
from citedeck.rules import CODES
from citedeck.rules.limits import MEANINGS, Limits
from citedeck.rules.rule import GROUPS

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-[a-z0-9]{6}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BAD_IN_TITLE = re.compile(r'[\x00-\x1f\x7f"]')
DEFAULT, EVERY = "default", "all"
SELECTORS = frozenset({DEFAULT, EVERY, *GROUPS, *CODES})
"""What names rules: their codes and groups, those that run by default, and all."""
IGNORABLE = SELECTORS | WARNINGS


@dataclass(frozen=True)
class RuleSettings:
    """Which rules a project wants: selectors are codes, groups, "default" and "all". `per_file` maps globs to what is ignored there."""

    select: tuple[str, ...] = (DEFAULT,)
    ignore: tuple[str, ...] = ()
    per_file: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Settings:
    """What a project says of itself. `name` is the namespace of guids and note types; `packages` maps names to globs over deck files."""

    path: str
    name: str
    title: str
    packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: RuleSettings = field(default_factory=RuleSettings)

    @property
    def short_name(self) -> str:
        """Return the name without its random tail."""
        return self.name.rpartition("-")[0]


def has_settings(text: str) -> bool:
    """Say whether a pyproject.toml holds settings of ours."""
    try:
        tool = tomllib.loads(text).get("tool")
    except (ValueError, RecursionError):
        return bool(re.search(r"^\s*\[tool\.citedeck[\].]", text, re.MULTILINE))
    return isinstance(tool, dict) and "citedeck" in tool


def load_settings(file: TextFile) -> tuple[Settings | None, list[Diagnostic]]:
    """Read a settings file; None, with the reasons, if the project cannot be named."""
    try:
        data: object = tomllib.loads(file.text)
    except (ValueError, RecursionError) as problem:
        place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", str(problem))
        line, column = (int(place[1]), int(place[2])) if place and place[1] else (0, 0)
        said = (
            str(problem).removesuffix(place[0] if place else "").lower()
            if isinstance(problem, tomllib.TOMLDecodeError)
            else "a value is too long or nested too deep"
        )
        hint = 'texts stand in double quotes: name = "tea-7f3k9q"'
        return None, [error(Span(file.path, line, column, line, column + 1 if line else 0), "settings", f"the file is no TOML: {said}", hint)]
    table = ""
    if file.path.endswith("pyproject.toml") and isinstance(data, dict):
        table, tool = "tool.citedeck", data.get("tool")
        data = tool.get("citedeck") if isinstance(tool, dict) else None
    checked = _Checked(file, data if isinstance(data, dict) else {}, table)
    settings = checked.settings()
    return settings, checked.diagnostics


class _Checked:
    def __init__(self, file: TextFile, data: Mapping[str, object], table: str) -> None:
        self.file = file
        self.data = data
        self.table = table
        self.diagnostics: list[Diagnostic] = []

    def settings(self) -> Settings | None:
        """Return the settings; None after saying why they cannot be used."""
        self._check_keys(self.data, {"name", "title", "packages", "rules"}, "")
        name, title, packages, rules = self._text("name"), self._text("title"), self._packages(), self._rules()
        if title and _BAD_IN_TITLE.search(title):
            self._say("title", "the title holds a double quote or a control character", "Anki drops them from the names of note types")
        if name is None:
            if "name" not in self.data:
                self._say("", "the setting 'name' is missing", "a short name with a random tail, such as 'tea-7f3k9q'; `citedeck new` makes one")
            return None
        if not NAME.fullmatch(name):
            self._say("name", f"'{name}' is no project name", "lower-case words joined by '-', ending in six random letters or digits: tea-7f3k9q")
            return None
        return Settings(self.file.path, name, title or name.rpartition("-")[0].replace("-", " ").capitalize(), packages, rules)

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
            self._say("packages", "'packages' has to be a table", 'write [packages], and under it basics = ["decks/basics/*.yaml"]')
            return packages
        for name, globs in value.items():
            globs = [globs] if isinstance(globs, str) else globs
            if not _FILE_NAME.fullmatch(name):
                self._say(name, f"'{name}' cannot be a file's name", "letters, digits, '.', '_' and '-'", "packages")
            elif any(name.casefold() == other.casefold() for other in packages):
                self._say(name, f"'{name}' is another package's name but for its case", "some disks take them for one file", "packages")
            elif not isinstance(globs, list) or not globs or not all(isinstance(glob, str) for glob in globs):
                self._say(name, f"the package '{name}' has to be a list of globs over deck files", f'{name} = ["decks/basics/*.yaml"]', "packages")
            else:
                packages[name] = tuple(globs)
        return packages

    def _rules(self) -> RuleSettings:
        rules = self._table(self.data, "rules", "")
        self._check_keys(rules, {"select", "ignore", "per-file", "limits"}, "rules")
        per_file = self._table(rules, "per-file", "rules")
        return RuleSettings(
            self._selectors(rules, "select", "rules", SELECTORS) if "select" in rules else (DEFAULT,),
            self._selectors(rules, "ignore", "rules", IGNORABLE),
            {glob: self._selectors(per_file, glob, "rules.per-file", IGNORABLE) for glob in per_file},
            self._limits(self._table(rules, "limits", "rules")),
        )

    def _limits(self, table: Mapping[str, object]) -> Limits:
        self._check_keys(table, set(MEANINGS), "rules.limits")
        found: dict[str, int] = {}
        for key in MEANINGS.keys() & table.keys():
            value = table[key]
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                self._say(key, f"'{key}' has to be a whole number", f"it is the number of {MEANINGS[key]}", "rules.limits")
            else:
                found[key.replace("-", "_")] = value
        return Limits(**found)

    def _selectors(self, table: Mapping[str, object], key: str, where: str, known: frozenset[str]) -> tuple[str, ...]:
        value = table.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._say(key, f"'{key}' has to be a list of codes and groups", f'{key} = ["form", "yes-no"]', where)
            return ()
        for one in value:
            if one not in known:
                self._say(key, f"'{one}' is no rule and no group of rules", near_or_listed(one, known), where)
        return tuple(value)

    def _table(self, data: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return value
        self._say(key, f"'{key}' has to be a table", f"write [{'.'.join(part for part in (where, key) if part)}] and its settings below", where)
        return {}

    def _check_keys(self, table: Mapping[str, object], known: set[str], where: str) -> None:
        for key in sorted(table.keys() - known):
            self._say(key, f"'{key}' is no setting{' here' if where else ''}", did_you_mean(key, known), where)

    def _say(self, key: str, message: str, hint: str = "", table: str = "") -> None:
        self.diagnostics.append(error(self._span(key, table), "settings", message, hint))

    def _span(self, key: str, table: str) -> Span:
        """Return where a key of a table, or the header of a table of that name, is written; the whole file if that is not found."""
        wanted = ".".join(part for part in (self.table, table) if part)
        current = ""
        for number, line in enumerate(self.file.text.split("\n"), 1):
            header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
            written = re.match(rf"\s*(?P<key>[\"']?{re.escape(key)}[\"']?)\s*=", line) if key else None
            if header:
                current = re.sub(r"\s|[\"']", "", header[1])
            if written and current == wanted:
                return Span(self.file.path, number, written.start("key") + 1, number, written.end("key") + 1)
            if header and key and current == ".".join(part for part in (wanted, key) if part):
                return Span(self.file.path, number, header.start(1) + 1, number, header.end(1) + 1)
        return self.file.whole
