"""The numbers that rules go by, in one place. `[rules.limits]` in the settings sets each of them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def _limit(default: int, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Limits:
    """How much of something is too much, or too little. Written with hyphens in the settings: `answer-words`."""

    answer_words: int = _limit(40, "words of an answer")
    question_words: int = _limit(30, "words of a question")
    list_items: int = _limit(4, "items to recite in one answer")
    cloze_cards: int = _limit(4, "cards that one cloze text makes")
    hidden_share: int = _limit(50, "percent of a cloze text's words that one card hides")
    quote_words_least: int = _limit(4, "words of a quote, at least")
    quote_words_most: int = _limit(75, "words of a quote, at most")
    found_share: int = _limit(50, "percent of an answer's words that the cited passages hold, at least")
    source_years: int = _limit(10, "years after which a source is old")
    key_longer_percent: int = _limit(50, "percent by which the right option may be longer than the longest wrong one")
    fewest_options: int = _limit(3, "options of a choice, at least")
    same_answer: int = _limit(4, "questions of one deck that may have the same answer")
    passage_questions: int = _limit(6, "questions that may quote one passage")
    coverage_share: int = _limit(80, "percent of a source's passages that are cited, at least")
    skewed_choices: int = _limit(5, "choices from which on the place of their right options is compared")


MEANINGS = {one.name.replace("_", "-"): str(one.metadata["meaning"]) for one in fields(Limits)}
"""What each limit counts, by its name in the settings."""
