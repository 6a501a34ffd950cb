"""The nouns: what an author wrote, what was found in the sources, and what Anki will store. Frozen, without behaviour of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from citedeck.diagnostics import NOWHERE, Span
from citedeck.entry import Text
from citedeck.locators import Locator, Range
from citedeck.texts import Passage, SourceText

STANCES = ("supports", "disputes", "qualifies", "supersedes")
WORDINGS = ("verbatim", "paraphrase")
PRIVATE = "sources/private"
"""The folder of texts that may not be shared."""


# --- sources -------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Skip:
    """Passages that deserve no question: at a place, which can be read in one way or another, or those that hold a quote."""

    places: tuple[Locator | Range, ...]
    quote: str
    because: str
    span: Span


@dataclass(frozen=True)
class Source:
    """A text with an identity. `metadata` holds CSL variables by name; names and dates are already in reading form."""

    id: str
    metadata: Mapping[str, str]
    authors: tuple[str, ...]
    """Family names, or literal names, in order."""
    authors_full: tuple[str, ...]
    """The names as a reference list prints them: "Doe, J."."""
    wording: str
    link: str
    evidence: str
    language: str
    text: SourceText | None
    share: bool = True
    """Whether the text may lie in the repository. If not, it may be absent, and cards show the author's copy of its words."""
    elsewhere: Text | None = None
    """The path of its text in the project, if that does not lie beside the metadata."""
    skips: tuple[Skip, ...] = ()
    span: Span = NOWHERE
    """Where its metadata begin."""
    silence: Mapping[str, Text] = field(default_factory=dict)
    broken: bool = False
    """Its files could not be read, which was said: what cites it is not checked."""


# --- what an author writes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """The author's claim that a source says something: the words or the place, and how they bear on the question."""

    source: Text
    quote: Text | None
    at: Text | None
    locator: Locator | None
    stance: str
    remark: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Question:
    """One entry of a deck file. `values` are the texts of its pack's own keys."""

    id: str
    span: Span
    pack: str
    """Empty if nothing said which."""
    values: Mapping[str, Text | tuple[Text, ...]]
    extra: Text | None
    tags: tuple[str, ...]
    citations: tuple[Citation, ...] | None
    """None if the author wrote no `cite`; empty if nothing in it could be understood."""
    silence: Mapping[str, Text]
    """Reasons for codes that shall not be reported on it."""
    guid: str
    retired: Text | None = None
    """Why the question is taken out, if it is."""
    was: Text | None = None
    """The id under which it was released before."""


@dataclass(frozen=True, slots=True)
class DeckFile:
    """A file in `decks/`. Several may name the same deck."""

    path: str
    name: str
    name_span: Span
    description: Text | None
    language: str
    questions: tuple[Question, ...]
    silence: Mapping[str, Text]
    """Reasons for codes that shall not be reported anywhere in the file."""
    source: str = ""
    """The source of the citations that name none."""
    pack: str = ""
    """The pack of the questions that name none; empty if their keys pick it."""


# --- what was found ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A citation and the passage that it was found in. `words` are the source's own; empty if no quote was given."""

    citation: Citation
    source: Source
    words: str
    locator: Locator | None
    passage: Passage | None
    place: tuple[int, int] | None = None
    """Where in the visible text the words begin and end."""
    fragment: str = ""
    """What leads a browser to the words, `:~:text=…`, if the source is a web page."""
    attested: str = ""
    """The digest of the text in which a release found the words, if the text is not here."""

    @property
    def verified(self) -> bool:
        """Say whether words were looked up and stand in the source."""
        return self.passage is not None or self.attested != ""


@dataclass(frozen=True)
class Coverage:
    """One source's passages, in the text's order and without its headings, and the numbers of those that need no more questions."""

    text: SourceText
    passages: tuple[Passage, ...] = field(repr=False)
    covered: frozenset[int]
    """Passages that hold words which a question quotes."""
    skipped: frozenset[int]
    """Passages that the source's metadata sets aside, and that no question quotes."""

    @property
    def uncovered(self) -> tuple[Passage, ...]:
        """Return the passages that are left."""
        return tuple(passage for passage in self.passages if passage.number not in self.covered | self.skipped)


# --- what Anki stores ----------------------------------------------------------------------------------------------------------------


Settings = Mapping[str, str | int | bool]
"""What Anki keeps of a note type, a field or a card template besides, under its own names."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a note type. The id is what Anki recognises it by when it is renamed; adopted ones may have none."""

    id: int | None
    name: str
    settings: Settings = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card of a note type, in Anki's own template language."""

    id: int | None
    name: str
    front: str = field(repr=False)
    back: str = field(repr=False)
    settings: Settings = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Adopted:
    """What makes a note type that of an existing deck: its id there, unless it has none, and what Anki keeps of it besides."""

    id: int | None
    citations: str
    """The field at whose end citations stand; empty if there is none."""
    settings: Settings = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type as a pack defines it; the project gives it its id and its name in Anki."""

    pack: str
    title: str
    cloze: bool
    fields: tuple[FieldSpec, ...]
    cards: tuple[CardTemplate, ...]
    css: str = field(repr=False)
    assets: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    """Files that the cards' looks need, by the names that Anki knows."""
    adopted: Adopted | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A file that cards show or play: its name in Anki, made from its content, and where it lies in the project."""

    name: str
    path: str
    size: int = 0
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Note:
    """A question as Anki stores it. Fields are HTML, in the note type's order; `ordinals` are its cards, as Anki counts them."""

    question_id: str
    guid: str
    pack: str
    deck: str
    deck_path: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    media: tuple[Media, ...]
    ordinals: tuple[int, ...]
    author: str
    """A digest of all that its author controls: the question, and what of its sources it cites."""
    retired: bool = False
    footed: bool = False
    """Whether citations or a reason stand at the end of an adopted note's field, which take a style of their own."""
