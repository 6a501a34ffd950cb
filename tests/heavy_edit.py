"""A long text, quotes from it, and what years of editing do to it: for the test of drift and the benchmark. All of it is drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

SIZE = 1_000_000
QUOTES = 1_000
_COMMON = """the of and to in a is that it was for on are as with his they be at one have this from or had by not but what all were when we there can an
    which their if will each about how up out them then she many some so these would other into has more two may after before without increased
    reduced daily patients dose mg hours only most never""".split()
_SYLLABLES = "ba ke lo mi nu ra se ti vo za pre con dis tri gly neo sul cor phen tal mor ex ul ine ol ate ic al ous ment ion".split()


@dataclass(frozen=True)
class Edited:
    """What became of a quote: its words, and "deleted", "moved", "meaning", "typo" or "untouched"."""

    quote: str
    fate: str


def write_text(seed: int, size: int = SIZE) -> list[str]:
    """Return paragraphs of about `size` characters in all."""
    dice = random.Random(seed)
    rare = sorted({"".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(9000)})
    weights = [1 / (rank + 8) for rank in range(len(rare))]
    drawn = iter(dice.choices(rare, weights, k=size // 5))
    paragraphs: list[str] = []
    length = 0
    while length < size:
        sentences = []
        for _ in range(dice.randint(2, 7)):
            words = [_word(dice, next(drawn)) for _ in range(dice.randint(7, 22))]
            sentences.append(" ".join(words).capitalize() + ".")
        paragraphs.append(" ".join(sentences))
        length += len(paragraphs[-1]) + 2
    return paragraphs


def _word(dice: random.Random, rare: str) -> str:
    draw = dice.random()
    return dice.choice(_COMMON) if draw < 0.45 else f"{dice.randint(1, 900) / 10:g}" if draw < 0.49 else rare


def draw_quotes(paragraphs: list[str], seed: int, count: int = QUOTES) -> list[tuple[int, str]]:
    """Return (paragraph, quote) for quotes of 8 to 25 words, each of which stands once in the text."""
    dice = random.Random(seed)
    text = "\n\n".join(paragraphs)
    found: list[tuple[int, str]] = []
    while len(found) < count:
        number = dice.randrange(len(paragraphs))
        words = paragraphs[number].split()
        start = dice.randrange(max(1, len(words) - 8))
        quote = " ".join(words[start : start + dice.randint(8, 25)]).rstrip(".")
        if len(quote.split()) >= 8 and not quote[-1].isdigit() and text.count(quote) == 1 and " mg" not in quote[:4]:
            found.append((number, quote))
    return found


def edit(paragraphs: list[str], quotes: list[tuple[int, str]], seed: int) -> tuple[list[str], list[Edited]]:
    """Delete, mistype, turn and move 5 % of the paragraphs each, put in as many new ones, and tell each quote's fate."""
    dice = random.Random(seed)
    share = len(paragraphs) // 20
    drawn = dice.sample(range(len(paragraphs)), 4 * share)
    kinds = {number: ("deleted", "typo", "meaning", "moved")[place // share] for place, number in enumerate(drawn)}
    changed = dict(enumerate(paragraphs))
    for number, kind in kinds.items():
        if kind in ("typo", "meaning"):
            changed[number] = _changed(dice, paragraphs[number], kind)
    kept = [changed[number] for number in range(len(paragraphs)) if kinds.get(number) not in ("deleted", "moved")]
    kept += [changed[number] for number, kind in kinds.items() if kind == "moved"]
    for new in write_text(seed + 1, SIZE // 20 * len(paragraphs) // max(len(paragraphs), 1))[:share]:
        kept.insert(dice.randrange(len(kept)), new)
    fates = [
        Edited(quote, "untouched" if kinds.get(number) in (None, "typo", "meaning") and quote in changed[number] else kinds[number]) for number, quote in quotes
    ]
    return kept, fates


def _changed(dice: random.Random, paragraph: str, kind: str) -> str:
    """Change one word in nine: mistype it, or put another in its place, drop it or set a "not" before it."""
    words = paragraph.split()
    for at in range(dice.randrange(9), len(words), 9):
        word = words[at]
        if kind == "typo" and len(word) > 4:
            letter = dice.randrange(1, len(word) - 2)
            words[at] = word[:letter] + word[letter + 1] + word[letter] + word[letter + 2 :]
        elif kind == "meaning":
            words[at] = dice.choice([f"not {word}", "never", "17.3", "placebo", ""])
    return " ".join(word for word in words if word)
