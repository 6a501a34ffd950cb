"""What a question asks and what it answers, in plain words: by the keys of any pack, clozes and HTML included."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from citedeck.anki_text import visible
from citedeck.entry import Html, Text
from citedeck.model import Question
from citedeck.passage_index import NUMBER, language_of
from citedeck.rules.material import ANSWERS, PROMPTS, Cloze
from citedeck.rules.prose import is_english, numbers, plain, readings
from citedeck.turning import NEGATIONS

_LOOSE_NUMBERS = frozenset("one once first second third half double".split())
"""English words that more often mean something else than a number which a passage has to hold."""
_NO_ANSWER = frozenset("wrong extra notes source sources reference references ref refs citation citations url urls link links".split())
"""Words of keys for what is no answer, or stands beside one: `extra_info` and `back_extra` do as `extra` does."""
_OPEN, _CLOSE = "\ue000", "\ue001"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a question asks and what it answers, in plain words."""

    asked: str
    answer: str
    numbers: tuple[frozenset[str], ...] = field(default=())
    """Of the answer: the readings of each that has to stand in a passage."""
    negated: bool = False


def read_claim(question: Question, language: str) -> Claim:
    """Tell prompt and answer apart: by the keys that packs use for prompts, or, where there is none, the first text is the prompt."""
    values = {key: value if isinstance(value, tuple) else (value,) for key, value in question.values.items() if _NO_ANSWER.isdisjoint(key.split("_"))}
    clozes = {key for key, texts in values.items() if any("{{c" in one.value for one in texts)}
    told = clozes | {key for key in ANSWERS if key in values}
    prompts = {key for key in PROMPTS if key in values} or (set(list(values)[:1]) if len(values) > 1 and not clozes else set())
    prompts |= values.keys() - told if told else set()
    asked, answers = [], []
    for key, texts in values.items():
        for text in texts:
            if key in clozes:
                cloze = Cloze(Text(_readable(text), text.span), language)
                asked.append(cloze.prose.plain)
                answers += [one.words for one in cloze.hidden]
            else:
                (asked if key in prompts else answers).append(plain(_readable(text)))
    answer, prompt = " ".join(filter(None, answers)), " ".join(filter(None, asked))
    return Claim(prompt, answer, _required(answer, language), is_negated(f"{prompt} {answer}"))


def _readable(value: Text) -> str:
    """Return a text with its Markdown and its clozes; of HTML, the words."""
    if not isinstance(value, Html):
        return value.value
    kept = value.value.replace("{{", _OPEN).replace("}}", _CLOSE)  # `visible` would open clozes.
    return visible(kept).replace(_OPEN, "{{").replace(_CLOSE, "}}")


def _required(answer: str, language: str) -> tuple[frozenset[str], ...]:
    """Return the numbers of an answer that a passage has to hold, each as its readings; number words are read in English."""
    english = is_english(language or language_of(answer) or "en")
    found = (one for one in numbers(answer) if one.typed[0].isdigit() or (english and one.typed.lower() not in _LOOSE_NUMBERS))
    return tuple(frozenset(NUMBER + value for value in readings(one)) for one in found)


@lru_cache(maxsize=2**12)
def is_negated(text: str) -> bool:
    """Say whether a text has a word such as not, no or never, in any of the languages that are known to have one."""
    return any(word in NEGATIONS or word.endswith("n't") for word in _WORD.findall(text.lower().replace("’", "'")))
