"""Run the rules that are selected. What a rule finds gets its code and severity here."""

from __future__ import annotations

from citedeck.diagnostics import Diagnostic
from citedeck.rules.material import Material
from citedeck.selection import Selection


def check(material: Material, selection: Selection) -> list[Diagnostic]:
    """Return what the selected rules find. Rules about English wording see questions in English only."""
    return [
        Diagnostic(finding.span, rule.code, rule.severity, finding.message, finding.hint, finding.replacement, finding.question)
        for rule in selection.rules
        for finding in rule.check(material.english if rule.english else material)
    ]
