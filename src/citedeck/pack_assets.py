"""Files that a pack ships for its looks: pictures, fonts and scripts beside its templates, with names that begin with '_'.

Anki takes such files from a package whatever mentions them, and never replaces one that it has. So they get names made from their content.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from citedeck.diagnostics import RawFile
from citedeck.media import FORMATS, hashed_name, short_digest, too_large
from citedeck.model import NoteType

ASSET_FORMATS = FORMATS | {".css", ".js", ".otf", ".ttf", ".woff", ".woff2"}
_REFERENCE = re.compile(r"""(?:\bsrc\s*=\s*["']?|\bhref\s*=\s*["']?|\burl\(\s*["']?|@import\s+["'])(_[^"'()\s<>?#]+)""")


def problem(file: RawFile, released: Mapping[str, str]) -> str:
    """Return why a file cannot be shipped; empty if it can. `released` are digests of files that learners have, by name."""
    name = file.path.rpartition("/")[2]
    if released.get(name) == short_digest(file.content):
        return ""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix not in ASSET_FORMATS:
        return f"'{name}' is nothing that a card can show or use; known: {' '.join(sorted(ASSET_FORMATS))}"
    return too_large(name, len(file.content))


def mentions(looks: str, name: str) -> bool:
    """Say whether card templates or a style name a file."""
    return name in looks and re.search(_mention(name), looks) is not None


def _mention(name: str) -> str:
    return rf"(?<![\w.-]){re.escape(name)}(?![\w-])"


def ship(kind: NoteType, assets: Mapping[str, RawFile], released: Mapping[str, str]) -> tuple[NoteType, Collection[str], list[str]]:
    """Return the note type with the names that Anki will know, which assets it uses, and which names it mentions that are no file's.

    `assets` are the files within the pack's reach, by name. Those that learners have, as `released` says, keep theirs. An adopted pack may have
    come without files that it mentions: only one that learners have is missed there.
    """
    kept = {name for name, file in assets.items() if released.get(name) == short_digest(file.content)} if released else set()
    named = {name: name if name in kept else hashed_name(file.content, name, "_citedeck") for name, file in assets.items()}
    mention = re.compile("|".join(_mention(name) for name in sorted(assets, key=len, reverse=True)) or r"(?!)")
    used: set[str] = set()

    def renamed(text: str) -> str:
        used.update(mention.findall(text))
        return mention.sub(lambda match: named[match[0]], text)

    texts = [kind.css, *(side for card in kind.cards for side in (card.front, card.back))]
    wanted = {match[1] for text in texts for match in _REFERENCE.finditer(text)}
    if kind.adopted:
        looks = "\n".join(texts)
        wanted = {name for name in released if name.startswith("_") and mentions(looks, name)}
    cards = tuple(replace(card, front=renamed(card.front), back=renamed(card.back)) for card in kind.cards)
    made = replace(kind, cards=cards, css=renamed(kind.css))
    return replace(made, assets={named[name]: assets[name].content for name in sorted(used)}), used, sorted(wanted - assets.keys())
