"""A pack's `fields.j2` at work: the one place where Jinja runs, sandboxed and strict."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Mapping, Sequence

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from citedeck import anki_text, card_html
from citedeck.clozes import MAX_CLOZE
from citedeck.diagnostics import Diagnostic, Span, error
from citedeck.packs import SHARED, Pack

SHARED_BLOCKS = ("Extra", "Citations")
"""Fields that `_shared/fields.j2` makes for every pack."""


class FieldTemplates:
    """A pack made ready: its fields' templates by name, its cards parsed."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        sandbox = _Sandbox(pack)
        self._templates: dict[str, jinja2.Template] = {}
        for name in (f"{SHARED}/fields.j2", *(() if pack.note_type.adopted else ("fields.j2",))):
            template = sandbox.get_template(name)
            self._templates |= dict.fromkeys(template.blocks, template)
        self.own = pack.own_fields
        self.fronts = tuple(card_html.parse(card.front, lenient=pack.note_type.adopted is not None) for card in pack.note_type.cards)

    def field(self, name: str, values: Mapping[str, object]) -> str:
        """Return what a field's block makes of a question's values. Raises whatever a stranger's template raises."""
        block = name.replace(" ", "_")
        template = self._templates[block]
        try:
            made = "".join(template.blocks[block](template.new_context(dict(values))))
        except Exception:
            template.environment.handle_exception()  # Raises it again, with the template's own lines in its traceback.
        return anki_text.finish(made).strip(" \t\r\n")


def load_field_templates(pack: Pack) -> FieldTemplates | Diagnostic:
    """Return a pack's field templates, or why they cannot be read."""
    try:
        return FieldTemplates(pack)
    except jinja2.TemplateNotFound as problem:
        hint = f"a pack reaches its own files and {SHARED}/"
        return error(_file(pack), "bad-pack", f"there is no template '{problem.name}'", hint)
    except jinja2.TemplateSyntaxError as problem:
        file = pack.jinja.get(problem.name or "")
        path = file.path if file else problem.filename or _file(pack).path
        return error(Span(path, problem.lineno, 1, problem.lineno + 1, 1), "bad-pack", f"the template cannot be read: {problem.message}")
    except RecursionError:
        return error(_file(pack), "bad-pack", "the template is nested too deep")


def template_error(problem: Exception, pack: Pack, seen_at: Span) -> Diagnostic:
    """Place an exception from a template: the last line of a `.j2` file that was running."""
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename.endswith(".j2")]
    line = frames[-1].lineno or 0 if frames else 0
    span = Span(frames[-1].filename, line, 1, line + 1, 1) if frames else _file(pack)
    missing = isinstance(problem, jinja2.TemplateNotFound)
    said = f"there is no template '{problem}' here" if missing else f"the template fails: {problem}"
    return error(span, "bad-pack", said.rstrip("."), f"seen at {seen_at.path}:{seen_at.line}")


class TooManyClozesError(ValueError):
    """A template asked for a cloze that Anki makes no card for."""


class _Sandbox(SandboxedEnvironment):
    """Jinja for one pack. A template reaches the pack's own files and `_shared/`, because nothing else is loaded."""

    def __init__(self, pack: Pack) -> None:
        loader = jinja2.FunctionLoader(lambda name: (pack.jinja[name].text, pack.jinja[name].path, None) if name in pack.jinja else None)
        super().__init__(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self.globals = {"cloze": _cloze}
        self.filters["scatter"] = _scatter


def _cloze(number: int, text: str) -> Markup:
    """Jinja's `cloze(n, html)`: hide finished HTML on card n."""
    if not isinstance(number, int) or not 1 <= number <= MAX_CLOZE:
        raise TooManyClozesError(number)
    return Markup(anki_text.cloze(number, str(text)))


def _scatter(items: Sequence[str], seed: str) -> list[str]:
    """Jinja's `scatter(seed)`: an order that looks random, and stays when an item is added or removed."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}\0{item}".encode()).digest())


def _file(pack: Pack) -> Span:
    return Span(pack.jinja["fields.j2"].path if "fields.j2" in pack.jinja else f"templates/{pack.name}/pack.yaml")
