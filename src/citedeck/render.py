"""Questions and packs → notes: the one place where Jinja runs, sandboxed and strict."""

from __future__ import annotations

import hashlib
import traceback
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from citedeck import card_html, markup
from citedeck.citing import full_citation, link, short_citation, short_name
from citedeck.diagnostics import Diagnostic, Span, error
from citedeck.entry import Text
from citedeck.identity import guid
from citedeck.languages import direction
from citedeck.media import Problem
from citedeck.model import DeckFile, Found, Media, Note, Question
from citedeck.packs import SHARED, SHARED_FIELDS, Pack

FindMedia = Callable[[str, str], "Media | Problem"]
_SHARED_BLOCKS = ("Extra", "Citations")


def render(
    decks: Iterable[DeckFile], found: Mapping[str, tuple[Found, ...]], packs: Mapping[str, Pack], *, project: str, find_media: FindMedia
) -> tuple[tuple[Note, ...], list[Diagnostic]]:
    """Return the notes in the authors' order: by deck file, then by place in it."""
    kitchens: dict[str, _Kitchen] = {}
    notes: list[Note] = []
    diagnostics: list[Diagnostic] = []
    for name, pack in packs.items():
        try:
            kitchens[name] = _Kitchen(pack)
        except jinja2.TemplateSyntaxError as problem:
            span = Span(pack.jinja[problem.name or "fields.j2"].path, problem.lineno, 1, problem.lineno + 1, 1)
            diagnostics.append(error(span, "bad-pack", f"the template cannot be read: {problem.message}"))
        except jinja2.TemplateNotFound as problem:
            span = Span(pack.jinja["fields.j2"].path)
            diagnostics.append(error(span, "bad-pack", f"there is no template '{problem.name}'", f"a pack reaches its own files and {SHARED}/"))
    for deck in decks:
        for question in deck.questions:
            if question.pack in kitchens:
                cook = _Cook(kitchens[question.pack], deck, question, found.get(question.id, ()), project, find_media)
                note = cook.note()
                diagnostics += cook.diagnostics
                notes += [note] if note else []
    return tuple(notes), list(dict.fromkeys(diagnostics))


@dataclass(frozen=True, slots=True)
class _CitationView:
    """What the citation partial sees of a citation."""

    stance: str
    words: str
    paraphrase: bool
    verified: bool
    locator: str
    short: str
    full: str
    link: str
    evidence: str
    remark: Markup
    lang: str
    dir: str


class _Sandbox(SandboxedEnvironment):
    """Jinja for one pack. A template reaches the pack's own files and `_shared/`, because nothing else is loaded."""

    def __init__(self, pack: Pack) -> None:
        loader = jinja2.FunctionLoader(lambda name: (pack.jinja[name].text, pack.jinja[name].path, None) if name in pack.jinja else None)
        super().__init__(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self.globals = {"cloze": _cloze}
        self.filters["scatter"] = _scatter


class _Kitchen:
    """A pack made ready: its fields' templates by name, its cards parsed."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        sandbox = _Sandbox(pack)
        self.templates: dict[str, jinja2.Template] = {}
        for name in (f"{SHARED}/fields.j2", "fields.j2"):
            template = sandbox.get_template(name)
            self.templates |= dict.fromkeys(template.blocks, template)
        self.own = tuple(spec.name for spec in pack.note_type.fields[: -len(SHARED_FIELDS)])
        self.fronts = tuple(card_html.parse(card.front) for card in pack.note_type.cards)

    def block(self, name: str, values: Mapping[str, object]) -> str:
        """Return what a field's block makes of a question's values."""
        template = self.templates[name]
        try:
            return "".join(template.blocks[name](template.new_context(dict(values)))).strip()
        except Exception:
            template.environment.handle_exception()  # Raises it again, with the template's own lines in its traceback.


class _Cook:
    """Makes one note."""

    def __init__(self, kitchen: _Kitchen, deck: DeckFile, question: Question, found: tuple[Found, ...], project: str, find_media: FindMedia) -> None:
        self.kitchen = kitchen
        self.deck = deck
        self.question = question
        self.found = found
        self.project = project
        self.find_media = find_media
        self.media: dict[str, Media] = {}
        self.diagnostics: list[Diagnostic] = []

    def note(self) -> Note | None:
        """Return the note, or None after saying why there is none."""
        if not self.question.values.keys() >= self.kitchen.pack.keys.keys() - self.kitchen.pack.optional:
            return None  # What is missing was said when the deck was read.
        fields = self._fields(self._values())
        if fields is None or any(diagnostic.code == "cloze-shape" for diagnostic in self.diagnostics):
            return None
        pack, question = self.kitchen.pack, self.question
        ordinals = card_html.cloze_ordinals(tuple(fields.values())) if pack.note_type.cloze else card_html.ordinals(self.kitchen.fronts, fields)
        if not ordinals and not self.diagnostics:
            hint = "hide words with {{c1::words}}" if pack.note_type.cloze else "its front shows nothing"
            self.diagnostics.append(error(question.span, "no-card", f"'{question.id}' makes no card", hint))
        tags = sorted({*question.tags, *(f"source::{one.source.id}" for one in self.found)})
        return Note(
            question.id, question.guid or guid(self.project, question.id), pack.name, self.deck.name, self.deck.path,
            tuple(fields[spec.name] for spec in pack.note_type.fields), tuple(tags), tuple(self.media.values()), ordinals,
        )  # fmt: skip

    def _values(self) -> dict[str, object]:
        """Return what the pack's templates see."""
        pack = self.kitchen.pack
        values: dict[str, object] = dict.fromkeys(pack.keys, "")
        for key, value in self.question.values.items():
            if isinstance(value, tuple):
                values[key] = [self._html(text) for text in value]
            elif pack.keys[key] == "plain":
                values[key] = Markup(markup.escape(value.value, guarded=pack.note_type.cloze))
            else:
                values[key] = self._html(value, cloze=pack.keys[key] == "cloze")
        values["id"] = self.question.id
        values["extra"] = self._html(self.question.extra) if self.question.extra else ""
        values["citations"] = [self._view(one) for one in self.found]
        return values

    def _fields(self, values: Mapping[str, object]) -> dict[str, str] | None:
        """Return the note's fields by name, in the note type's order."""
        made: dict[str, str] = {}
        for name in (*self.kitchen.own, *_SHARED_BLOCKS):
            try:
                made[name] = self.kitchen.block(name.replace(" ", "_"), values)
            except Exception as problem:  # A stranger's template may raise anything.
                self.diagnostics.append(_template_error(problem, self.question, self.kitchen.pack))
                return None
        for name in _SHARED_BLOCKS:
            made[name] = markup.guard(made[name]) if self.kitchen.pack.note_type.cloze else made[name]
        plain = {
            "Source": "; ".join(dict.fromkeys(short_name(one.source) for one in self.found)),
            "Locator": "; ".join(dict.fromkeys(str(one.locator) for one in self.found if one.locator)),
            "Status": self._status(),
            "Lang": self.deck.language,
            "Id": self.question.id,
        }
        made |= {name: markup.escape(value, guarded=True) for name, value in plain.items()}
        return {spec.name: unicodedata.normalize("NFC", made.get(spec.name, "")) for spec in self.kitchen.pack.note_type.fields}

    def _status(self) -> str:
        if any(one.citation.stance == "disputes" for one in self.found):
            return "contested"
        return "" if any(one.verified for one in self.found) else "unverified"

    def _html(self, text: Text, *, cloze: bool = False) -> Markup:
        made = markup.render(text.value, find=self._find, cloze=cloze, guarded=self.kitchen.pack.note_type.cloze)
        self.diagnostics += [error(text.span, code, message, hint) for code, message, hint in made.problems]
        if cloze and not made.clozes and not made.problems:
            self.diagnostics.append(error(text.span, "cloze-shape", "nothing is hidden in this text", "hide words with {{c1::words}}"))
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
            words=one.words,
            paraphrase=source.wording == "paraphrase",
            verified=one.verified,
            locator=str(one.locator or ""),
            short=short_citation(source, one.locator),
            full=full_citation(source),
            link=link(source, one.locator),
            evidence=source.evidence,
            remark=self._html(one.citation.remark) if one.citation.remark else Markup(""),
            lang=source.language,
            dir=direction(source.language),
        )


def _template_error(problem: Exception, question: Question, pack: Pack) -> Diagnostic:
    """Place an exception from a template: the last line of a `.j2` file that was running."""
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename.endswith(".j2")]
    line = frames[-1].lineno or 0 if frames else 0
    span = Span(frames[-1].filename, line, 1, line + 1, 1) if frames else Span(pack.jinja["fields.j2"].path)
    said = f"there is no template '{problem.name}' here" if isinstance(problem, jinja2.TemplateNotFound) else f"the template fails: {problem}"
    return error(span, "bad-pack", said.rstrip("."), f"seen at {question.span.path}:{question.span.line}")


def _cloze(number: int, text: str) -> Markup:
    """Jinja's `cloze(n, html)`: hide finished HTML on card n."""
    return Markup(markup.cloze(number, str(text)))


def _scatter(items: Sequence[str], seed: str) -> list[str]:
    """Jinja's `scatter(seed)`: an order that looks random, and stays when an item is added or removed."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}\0{item}".encode()).digest())
