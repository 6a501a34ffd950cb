"""Questions, what was found in the sources, and packs → notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from citedeck import anki_text, card_html, markup
from citedeck.citing import full_citation, link, short_citation, short_name
from citedeck.clozes import MAX_CLOZE, Problem
from citedeck.diagnostics import Diagnostic, Severity, about, error, warning
from citedeck.dressing import FOOT, on_fronts
from citedeck.entry import Html, Rendered, Text
from citedeck.field_html import swallows
from citedeck.field_templates import SHARED_BLOCKS, FieldTemplates, TooManyClozesError, load_field_templates, template_error
from citedeck.fingerprint import author_print
from citedeck.languages import direction
from citedeck.media import FOLDER, rename
from citedeck.model import DeckFile, Found, Media, Note, Question
from citedeck.packs import Pack

_HTML_SIGNS = re.compile("<[a-zA-Z/!?]")
FindMedia = Callable[[str, str], "Media | Problem"]
"""From a deck file's path and a path written in it to the media file, or to a problem."""


def render(
    decks: Iterable[DeckFile], found: Mapping[str, tuple[Found, ...]], packs: Mapping[str, Pack], guids: Mapping[str, str], *,
    namespace: str, find_media: FindMedia,
) -> tuple[tuple[Note, ...], list[Diagnostic]]:  # fmt: skip
    """Return the notes in the authors' order: by deck file, then by place in it.

    `guids` are by question id. `namespace` is the first part of the tags that are not the author's own.
    """
    loaded = {name: load_field_templates(pack) for name, pack in packs.items()}
    diagnostics = [problem for problem in loaded.values() if isinstance(problem, Diagnostic)]
    notes: list[Note] = []
    for deck in decks:
        for question in deck.questions:
            templates = loaded.get(question.pack)
            if not isinstance(templates, FieldTemplates):
                continue
            maker = _NoteMaker(templates, deck, question, found.get(question.id, ()), namespace, find_media)
            note = maker.note(guids[question.id])
            if maker.diagnostics:
                diagnostics += about(question.id, maker.diagnostics)
            if note:
                notes.append(note)
    return tuple(notes), list(dict.fromkeys(diagnostics))


def render_description(text: Text) -> tuple[str, list[Diagnostic]]:
    """Return a deck's description as HTML. It has no pictures: Anki takes media from notes only."""
    if isinstance(text, Html):
        return text.value, []
    made = markup.render(text.value, find=lambda path: ("media-missing", f"'{path}' cannot be shown in a description", "put pictures on cards"))
    return made.html, [error(text.span, code, message, hint) for code, message, hint in made.problems]


@dataclass(frozen=True, slots=True)
class _CitationView:
    """What the citation partial sees of a citation."""

    stance: str
    words: Markup
    paraphrase: bool
    verified: bool
    locator: Markup
    short: Markup
    full: Markup
    link: str
    evidence: Markup
    remark: Markup
    lang: str
    dir: str


class _NoteMaker:
    """Makes one note of one question."""

    def __init__(self, templates: FieldTemplates, deck: DeckFile, question: Question, found: tuple[Found, ...], namespace: str, find_media: FindMedia) -> None:
        self.templates = templates
        self.pack = templates.pack
        self.deck = deck
        self.question = question
        self.found = found
        self.namespace = namespace
        self.find_media = find_media
        self.media: dict[str, Media] = {}
        self.footed = False
        self.diagnostics: list[Diagnostic] = []
        self._plainly = direction(deck.language) != "rtl"

    def note(self, guid: str) -> Note | None:
        """Return the note, or None after saying why there is none."""
        if not self.question.values.keys() >= self.pack.keys.keys() - self.pack.optional:
            return None  # What is missing was said when the deck was read.
        fields = self._adopted_fields() if self.pack.note_type.adopted else self._fields(self._values())
        if fields is None or any(one.severity is Severity.ERROR for one in self.diagnostics):
            return None
        ordinals = self._ordinals(fields)
        if not ordinals:
            say = warning if self.pack.note_type.adopted else error  # Old decks have such notes, and so have their learners.
            self.diagnostics.append(say(self.question.span, "no-card", f"'{self.question.id}' makes no card", "its front shows nothing"))
        tags = {*self.question.tags, *self._own_tags()}
        author = author_print(self.deck, self.question, self.found, self.media.values())
        return Note(
            self.question.id, guid, self.pack.name, self.deck.name, self.deck.path,
            tuple(fields[spec.name] for spec in self.pack.note_type.fields), tuple(sorted(tags)), tuple(self.media.values()), ordinals,
            author, self.question.retired is not None, self.footed,
        )  # fmt: skip

    def _ordinals(self, fields: Mapping[str, str]) -> tuple[int, ...]:
        if not self.pack.note_type.cloze:
            return card_html.ordinals(self.templates.fronts, fields)
        hiding = [value for name, value in fields.items() if self.pack.fills.get(name) is None or self.pack.keys[self.pack.fills[name]] == "cloze"]
        return card_html.cloze_ordinals(hiding)

    @property
    def _shown(self) -> tuple[Found, ...]:
        """Return the citations that the note shows. An adopted one says itself which sources it names and no more."""
        if not self.pack.note_type.adopted:
            return self.found
        return tuple(one for one in self.found if one.citation.quote or one.citation.at or one.citation.remark)

    def _own_tags(self) -> Iterator[str]:
        """Yield the tags by which learners find what cites a source, what rests on a kind of evidence, and what was taken out."""
        for one in self._shown:
            yield f"{self.namespace}::source::{one.source.id}"
            if evidence := "-".join(re.findall(r"\w+", one.source.evidence.lower())):
                yield f"{self.namespace}::evidence::{evidence}"
        if self.question.retired:
            yield f"{self.namespace}::retired"

    def _values(self) -> dict[str, object]:
        """Return what the pack's templates see."""
        values: dict[str, object] = {key: [] if kind == "texts" else "" for key, kind in self.pack.keys.items()}
        for key, value in self.question.values.items():
            if isinstance(value, tuple):
                values[key] = [self._html(text) for text in value]
            elif self.pack.keys[key] == "plain":
                values[key] = Markup(anki_text.plain(value.value, guarded=self.pack.note_type.cloze))
            else:
                values[key] = self._html(value, cloze=self.pack.keys[key] == "cloze")
        return values | self._foot()

    def _foot(self) -> dict[str, object]:
        """Return what the shared templates see."""
        return {
            "id": self.question.id,
            "extra": self._html(self.question.extra) if self.question.extra else "",
            "retired": self._html(self.question.retired) if self.question.retired else "",
            "citations": [self._view(one) for one in self._shown],
        }

    def _adopted_fields(self) -> dict[str, str] | None:
        """Return the fields of an adopted note: the questions' own texts, and what citedeck adds at the end of one of them."""
        kind = self.pack.note_type
        made = {name: self._own_field(key) for name, key in self.pack.fills.items()}
        if self.question.extra or self.question.retired or self._shown:
            where = kind.adopted.citations if kind.adopted else ""
            if not where:
                hint = f"say under adopted: in templates/{kind.pack}/pack.yaml at the end of which field they shall stand: citations: <field>"
                self.diagnostics.append(error(self.question.span, "bad-pack", f"the pack '{kind.pack}' has no place for citations", hint))
                return None
            added = self._foot_html(hidden=where in on_fronts(kind))
            if _HTML_SIGNS.search(made[where]) and swallows(made[where], added, FOOT):
                text = self.question.values[self.pack.fills[where]]
                message = f"the HTML of the field '{where}' would swallow the citations behind it"
                hint = "close what is open in it: a comment, a tag, the quotes of an attribute, a <script>"
                self.diagnostics.append(error(text.span if isinstance(text, Text) else self.question.span, "bad-value", message, hint))
            cards = self._ordinals(made)
            made[where] += added
            self.footed = True
            if self._ordinals(made) != cards:
                message = f"citations at the end of the field '{where}' would make another card of '{self.question.id}'"
                hint = f"templates/{kind.pack}/pack.yaml: name a field under citations: that no front shows and none asks for"
                self.diagnostics.append(error(self.question.span, "bad-pack", message, hint))
        return made

    def _foot_html(self, *, hidden: bool) -> str:
        """Return what stands at the end of an adopted note's field: the citations, and what else the shared templates make."""
        foot = self._foot()
        status = f'<p class="status" lang="en">{made_of}</p>' if (made_of := self._status()) in ("contested", "retired") else ""
        added = "\n".join([*([status] if status else []), *(part for name in SHARED_BLOCKS if (part := self.templates.field(name, foot)))])
        return f'<div class="{FOOT}"{" hidden" if hidden else ""}>{anki_text.guard(added) if self.pack.note_type.cloze else added}</div>'

    def _own_field(self, key: str) -> str:
        """Return what a key's text makes of an adopted note's field. HTML stays as it is; only media that changed get another name."""
        text = self.question.values.get(key)
        if isinstance(text, Rendered) and self._plainly:
            return text.html
        if not isinstance(text, Html):
            if isinstance(text, Text) and self._plainly and markup.is_plain(text.value):
                return text.value
            return str(self._html(text, cloze=self.pack.keys[key] == "cloze")) if isinstance(text, Text) else ""
        span = text.span

        def name_of(path: str) -> str | None:
            media = None if re.match(r"[a-z][a-z0-9+.-]*:", path, re.IGNORECASE) else self.find_media(self.deck.path, path)
            if isinstance(media, Media):
                self.media[media.name] = media
                return media.name
            if media and (media[0] != "media-missing" or "/" in path):  # A bare name may be that of a file which learners have from elsewhere.
                # Old decks have paths in them that never led anywhere; those of an import lead to its folder.
                self.diagnostics.append((error if path.startswith(f"{FOLDER}/") else warning)(span, *media))
            return None

        return rename(unicodedata.normalize("NFC", text.value), name_of)

    def _fields(self, values: Mapping[str, object]) -> dict[str, str] | None:
        """Return the note's fields by name, in the note type's order."""
        made: dict[str, str] = {}
        try:
            for name in (*self.templates.own, *SHARED_BLOCKS):
                made[name] = self.templates.field(name, values)
        except TooManyClozesError as problem:
            self.diagnostics.append(error(self.question.span, "cloze-shape", f"a cloze's number is {problem}", f"numbers run from 1 to {MAX_CLOZE}"))
            return None
        except Exception as problem:  # A stranger's template may raise anything.
            self.diagnostics.append(template_error(problem, self.pack, self.question.span))
            return None
        if self.pack.note_type.cloze:
            made |= {name: anki_text.guard(made[name]) for name in SHARED_BLOCKS}
        plain = {
            "Source": "; ".join(dict.fromkeys(short_name(one.source) for one in self.found)),
            "Locator": "; ".join(dict.fromkeys(str(one.locator) for one in self.found if one.locator)),
            "Status": self._status(),
            "Lang": self.deck.language,
            "Id": self.question.id,
        }
        made |= {name: anki_text.plain(value, guarded=True) for name, value in plain.items()}
        return {spec.name: made.get(spec.name, "") for spec in self.pack.note_type.fields}

    def _status(self) -> str:
        if self.question.retired:
            return "retired"
        if any(one.citation.stance == "disputes" for one in self.found):
            return "contested"
        return "" if any(one.verified for one in self.found) else "unverified"

    def _html(self, text: Text, *, cloze: bool = False) -> Markup:
        made = markup.render(text.value, find=self._find, cloze=cloze, guarded=self.pack.note_type.cloze)
        self.diagnostics += [error(text.span, code, message, hint) for code, message, hint in made.problems]
        if not made.html.strip() and not made.problems:
            self.diagnostics.append(error(text.span, "empty-value", "this text shows nothing on the card", "write something that is no comment"))
        if direction(self.deck.language) == "rtl":
            made.html = f'<div lang="{self.deck.language}" dir="rtl">{made.html}</div>'
        return Markup(made.html)

    def _find(self, path: str) -> str | Problem:
        media = self.find_media(self.deck.path, path)
        if isinstance(media, Media):
            self.media[media.name] = media
            return media.name
        return media

    def _view(self, one: Found) -> _CitationView:
        source = one.source
        return _CitationView(
            stance=one.citation.stance,
            words=_plain(one.words),
            paraphrase=source.wording == "paraphrase",
            verified=one.verified,
            locator=_plain(str(one.locator or "")),
            short=_plain(short_citation(source, one.locator)),
            full=_plain(full_citation(source)),
            link=link(source, one.locator, one.fragment),
            evidence=_plain(source.evidence),
            remark=self._html(one.citation.remark) if one.citation.remark else Markup(""),
            lang=source.language,
            dir=direction(source.language),
        )


def _plain(text: str) -> Markup:
    """Return a text of a source as HTML in which Anki finds nothing but text."""
    return Markup(anki_text.plain(unicodedata.normalize("NFC", text)))
