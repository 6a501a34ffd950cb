"""Which rules run, and what of the compiler's own warnings is left out: by code or group, in the settings and on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from citedeck.diagnostics import WARNINGS, Diagnostic, Severity
from citedeck.globs import matches
from citedeck.rules import RULES
from citedeck.rules.limits import Limits
from citedeck.rules.rule import Rule
from citedeck.settings import DEFAULT, EVERY, RuleSettings


@dataclass(frozen=True)
class Selection:
    """The rules that run, the codes that are left out everywhere, those left out in files that match a glob, and the rules' limits."""

    rules: tuple[Rule, ...]
    ignored: frozenset[str] = frozenset()
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()
    limits: Limits = Limits()  # noqa: RUF009 - frozen

    @cached_property
    def codes(self) -> frozenset[str]:
        """Return the codes of the rules that run."""
        return frozenset(rule.code for rule in self.rules)

    @property
    def errors(self) -> Selection:
        """Return the same with only the rules whose findings are errors: what is so wrong stops a build, too."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.severity is Severity.ERROR))

    def takes(self, diagnostic: Diagnostic) -> bool:
        """Say whether a diagnostic is wanted. The compiler's own errors always are."""
        if diagnostic.code not in _CODES and diagnostic.severity is Severity.ERROR:
            return True
        return diagnostic.code not in self.ignored and not any(
            diagnostic.code in codes and matches(diagnostic.span.path, (glob,)) for glob, codes in self.per_file
        )


_CODES = frozenset(rule.code for rule in RULES)


def choose(settings: RuleSettings, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Selection:
    """Return the selection that settings and a command line ask for. The command line goes before the settings.

    Within each of the two, of names that disagree on a rule its code counts more than its group, and that more than "all" and "default"; of two
    alike, `ignore` wins.
    """
    wanted, unwanted = (select, ignore) if select else (settings.select, settings.ignore)
    rules = (rule for rule in RULES if _rank(rule, wanted) > _rank(rule, unwanted))
    kept = tuple(rule for rule in rules if select or not _rank(rule, ignore))
    ignored = frozenset(code for code in (*settings.ignore, *ignore) if code in WARNINGS)
    per_file = tuple((glob, frozenset(_expand(selectors))) for glob, selectors in settings.per_file.items())
    return Selection(kept, ignored, per_file, settings.limits)


def _rank(rule: Rule, selectors: Iterable[str]) -> int:
    """Return how closely the nearest of the selectors names a rule; 0 if none does."""
    return max((_closeness(rule, selector) for selector in selectors), default=0)


def _closeness(rule: Rule, selector: str) -> int:
    if selector == rule.code:
        return 3
    if selector == rule.group:
        return 2
    return int(selector == EVERY or (selector == DEFAULT and rule.on))


def _expand(selectors: Sequence[str]) -> set[str]:
    return {rule.code for rule in RULES if _rank(rule, selectors)} | (WARNINGS & set(selectors))
