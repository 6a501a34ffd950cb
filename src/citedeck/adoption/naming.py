"""Names for what had none, or one that cannot be kept: ids of questions, keys of fields, names of packs and files. Each is given once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anyascii import anyascii

from citedeck.adopted_packs import RESERVED
from citedeck.anki_text import visible

BUILT_IN = frozenset("basic reversed cloze typed choice steps _shared".split())
_MAX_ID, _MAX_WORDS = 60, 8
_WORDS = re.compile(r"[a-z0-9]+")
_KEY_OF = {"front": "question", "back": "answer", "back extra": "extra"}
"""Keys by the names of fields in Anki's own note types, under which citedeck's rules look for what is asked and answered."""


class Names:
    """Names of one kind, each given once; later ones get a number."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._given = dict.fromkeys(taken, 1)

    def give(self, wanted: str) -> str:
        """Return the wanted name, or the first free one with a number behind it."""
        made = wanted
        while made in self._given:
            self._given[wanted] = self._given.get(wanted, 1) + 1
            made = f"{wanted}-{self._given[wanted]}"
        self._given[made] = 1
        return made


def slug(text: str, words: int = _MAX_WORDS) -> str:
    """Return a text's first words in lower-case ASCII letters and digits, joined by hyphens; empty if it has none."""
    folded = text if text.isascii() else anyascii(text[:400])
    found = _WORDS.findall(folded[:400].replace("'", "").lower())[:words]
    made = "-".join(found)
    return made if len(made) <= _MAX_ID else made[:_MAX_ID].rpartition("-")[0] or made[:_MAX_ID]


def question_slug(fields: Iterable[str]) -> str:
    """Return the words by which a note is called: those of its first field that has any."""
    return next((made for value in fields if value and (made := slug(_shown(value)))), "note")


def _shown(value: str) -> str:
    """Return what a field says. Most hold nothing but words."""
    return visible(value) if "<" in value or "&" in value or "{{" in value else value


def keys_of(names: Iterable[str], cloze: str) -> list[str]:
    """Return a key for each field, by the fields' names. `cloze` is the name of the field that hides words, if there is one."""
    given = Names(RESERVED)
    made = []
    for place, name in enumerate(names, 1):
        folded = name.strip().casefold()
        wanted = "cloze" if name == cloze else _KEY_OF.get(folded) or re.sub(r"\W+", "_", folded).strip("_")
        if not wanted or wanted[0].isdigit() or wanted in RESERVED:
            wanted = f"field_{wanted or place}"
        made.append(given.give(wanted).replace("-", "_"))
    return made


def file_name(text: str, default: str) -> str:
    """Return a name for a file, without an ending, that every disk takes."""
    return slug(text, 12) or default
