"""The format of authors' files, once: which keys stand where, what each takes and what it is for. The reader and the editors' schema go by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what it takes ("text", "texts", or a name that the schema spells out), what it is for, and what is said if it is missing."""

    takes: str
    meaning: str
    required: bool = False
    hint: str = ""


Keys = Mapping[str, Key]
IDENTIFIER_HINT = "lower-case letters, digits, '.', '_' and '-', beginning with a letter or digit"

DECK: Keys = {
    "deck": Key(
        "deck", "The deck's name in Anki; '::' makes a deck inside a deck. Frozen once released.", True, "the deck's name in Anki, such as 'Tea::Green tea'"
    ),
    "questions": Key("questions", "The questions, in the order in which Anki shall show them as new.", True),
    "description": Key("text", "Markdown shown under the deck's name in Anki: what it covers, what it rests on."),
    "language": Key("language", "The language of the questions, such as en, de-CH or zh-Hant: for fonts, hyphenation, reading aloud, and rules about wording."),
    "source": Key("source", "The source of every citation in this file that names none."),
    "tags": Key("tags", "Tags of every question in this file."),
    "silence": Key("silence", "Codes that shall not be reported anywhere in this file, each with the reason."),
    "pack": Key("pack", "The pack of the questions in this file, where no key of theirs is to pick it."),
}

QUESTION: Keys = {
    "id": Key("id", f"The question's permanent name, unique in the project: {IDENTIFIER_HINT}.", True, f"a permanent name for the question: {IDENTIFIER_HINT}"),
    "extra": Key("text", "Markdown shown on the back, below the answer."),
    "cite": Key("cite", "The words of a source that carry the answer; or source, quote and place; or a list of these."),
    "tags": Key("tags", "Tags, added to those of the file."),
    "silence": Key("silence", "Codes that shall not be reported on this question, each with the reason."),
    "pack": Key("pack", "The pack of the question, where no key is to pick it."),
    "guid": Key("guid", "The note's identity in Anki, for a question taken over from an existing deck."),
    "retired": Key("retired", "Takes a released question out: learners who have it read why, new ones get no card."),
    "was": Key("id", "The id under which the question was released before."),
}
"""The keys that every question may have, whatever its pack."""

CITATION: Keys = {
    "source": Key("source", "The source that is cited, if it is not the file's."),
    "quote": Key("text", "Words that stand in the source. The card shows the source's own."),
    "at": Key("at", "The place: p. 12, 24:44, § Heading > Subheading or para. 7. Needed to choose between twins, or to cite a place without words."),
    "stance": Key("stance", "How the source bears on the answer; supports unless it is said."),
    "remark": Key("text", "A comment on this citation, shown with it."),
}

RETIRED: Keys = {"because": Key("text", "Why the question was taken out.", True, "learners who have the card read it there")}

SOURCE: Keys = {
    "wording": Key("wording", "verbatim, or paraphrase: the text is notes in somebody's own words, and the card says so."),
    "link": Key("link", "The link to a place, with {s}, {hms}, {page} or {fragment} for its parts."),
    "evidence": Key("text", "A word on the card: guideline, trial, review, expert talk, anecdote."),
    "language": Key("language", "The language of the text."),
    "text": Key("text", "The path of its text in the project, such as docs/format.md, if that does not lie beside this file."),
    "skip": Key("skip", "Passages that deserve no question, each with the reason."),
    "share": Key("share", "false: the text stays out of the repository, in sources/private/."),
    "original": Key("original", "The file that the text was taken from."),
    "silence": Key("silence", "Codes that shall not be reported on this source, each with the reason."),
}
"""The keys under `citedeck:` in a source's metadata."""

SKIP: Keys = {
    "at": Key("places", "The place to skip, or a range of places."),
    "quote": Key("text", "Words in the passages to skip."),
    "because": Key("text", "Why they deserve no question.", True, "the reason why these passages deserve no question"),
}

ORIGINAL: Keys = {"sha256": Key("sha256", "The digest of the file that the text was taken from, for your records.")}

NAME: Keys = {
    "family": Key("text", "Family name."),
    "given": Key("text", "Given names."),
    "suffix": Key("text", "Suffix, such as Jr."),
    "dropping-particle": Key("text", "Particle that is dropped where only the family name stands."),
    "non-dropping-particle": Key("text", "Particle that belongs to the family name, such as van."),
    "literal": Key("text", "The whole name of an organisation, or of somebody whose name has no parts."),
}

PACK_KEYS: Mapping[str, str] = {
    "question": "What is asked.",
    "answer": "The answer.",
    "term": "A term, asked both ways.",
    "definition": "What the term means.",
    "cloze": "A text with hidden words: {{c1::hidden}} or {{c1::hidden::hint}}.",
    "typed": "The answer that is typed in, letter for letter.",
    "right": "The right option, or a list of them.",
    "wrong": "The wrong options.",
    "steps": "The steps, in their order; each is hidden on a card of its own.",
}
"""What the keys of the built-in packs are for."""
