"""Rules about questions beside each other, and sources as a whole."""

from citedeck.rules.deck import (
    crowded_passage,
    duplicate_question,
    interference,
    low_coverage,
    same_answer,
    undeclared_language,
    undescribed_deck,
    untagged,
    unused_source,
)

RULES = (
    crowded_passage.find,
    duplicate_question.find,
    interference.find,
    low_coverage.find,
    same_answer.find,
    undeclared_language.find,
    undescribed_deck.find,
    untagged.find,
    unused_source.find,
)
