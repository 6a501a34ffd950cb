"""The craft of writing good cards as rules: one file each, whose name is the rule's code and whose docstring is its page."""

from __future__ import annotations

from citedeck.rules import choice, cite, deck, form
from citedeck.rules.rule import Rule

RULES: tuple[Rule, ...] = (*cite.RULES, *form.RULES, *choice.RULES, *deck.RULES)
CODES = tuple(rule.code for rule in RULES)
