"""Notes → one HTML page that shows every card as Anki would, by day and by night."""

from __future__ import annotations

import base64
import html
import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from citedeck import card_html
from citedeck.model import Note
from citedeck.packs import Pack

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Preview</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1240px; padding: 1rem; background: #e9ecef; color: #1f2328; }}
h2 {{ margin: 2rem 0 0.5rem; font-size: 1.1rem; }}
h3 {{ margin: 1.2rem 0 0.4rem; font-size: 0.85rem; font-weight: 600; color: #59636e; }}
.sides {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 0.75rem; }}
iframe {{ width: 100%; height: 420px; border: 1px solid #c5ccd3; border-radius: 8px; background: #fff; }}
</style></head><body>
<h1>{count} cards</h1>
{body}
</body></html>
"""
_SIDES = (("front, day", False, ""), ("back, day", True, ""), ("front, night", False, " nightMode"), ("back, night", True, " nightMode"))
_IMAGE = re.compile(r'(<img src=")([^"]+)(")')


def preview_page(notes: Iterable[Note], packs: Mapping[str, Pack], read_media: Callable[[str], bytes]) -> str:
    """Return the page. Pictures are put into it, so that it can be sent to somebody."""
    parts: list[str] = []
    count, deck = 0, ""
    for note in notes:
        if note.deck != deck:
            deck = note.deck
            parts.append(f"<h2>{html.escape(deck)}</h2>")
        for name, frames in _cards(note, packs[note.pack], read_media):
            count += 1
            parts.append(f'<h3>{html.escape(note.question_id)} · {html.escape(name)}</h3><div class="sides">{frames}</div>')
    return _PAGE.format(count=count, body="\n".join(parts))


def card_sides(note: Note, pack: Pack, ordinal: int, *, answer: bool) -> str:
    """Return one side of a card, as Anki puts it into its page."""
    fields = dict(zip((spec.name for spec in pack.note_type.fields), note.fields, strict=True))
    card = pack.note_type.cards[0 if pack.note_type.cloze else ordinal]
    name = f"Cloze {ordinal + 1}" if pack.note_type.cloze else card.name
    fields |= {"Tags": " ".join(note.tags), "Deck": note.deck, "Subdeck": note.deck.rpartition("::")[2], "Type": pack.note_type.title, "Card": name}
    lenient = pack.note_type.adopted is not None
    front = card_html.render(card_html.parse(card.front, lenient=lenient), fields, ordinal=ordinal, answer=False)
    if not answer:
        return front
    return card_html.render(card_html.parse(card.back, lenient=lenient), fields | {"FrontSide": front}, ordinal=ordinal, answer=True)


def _data(name: str, content: bytes) -> str:
    """Return an address that holds a file's content."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _cards(note: Note, pack: Pack, read_media: Callable[[str], bytes]) -> Iterator[tuple[str, str]]:
    media = {item.name: item.path for item in note.media}
    assets = pack.note_type.assets
    named = re.compile("|".join(rf"(?<![\w.-]){re.escape(name)}(?![\w-])" for name in sorted(assets, key=len, reverse=True)) or r"(?!)")

    def inlined(match: re.Match[str]) -> str:
        if match[2] not in media:
            return match[0]
        return f"{match[1]}{_data(match[2], read_media(media[match[2]]))}{match[3]}"

    for ordinal in note.ordinals:
        frames = []
        for title, answer, night in _SIDES:
            body = _IMAGE.sub(inlined, card_sides(note, pack, ordinal, answer=answer))
            page = f'<meta name="viewport" content="width=device-width"><style>{pack.note_type.css}</style><body class="card{night}">{body}</body>'
            page = named.sub(lambda match: _data(match[0], assets[match[0]]), page)
            frames.append(f'<iframe loading="lazy" title="{title}" sandbox="allow-scripts allow-popups" srcdoc="{html.escape(page)}"></iframe>')
        name = f"card {ordinal + 1}" if pack.note_type.cloze else pack.note_type.cards[ordinal].name
        yield name, "".join(frames)
