"""Random collections of real Anki's: note types, decks, notes and media that people could have, and some that they could not."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anki import collection
from anki.errors import AnkiException
from hypothesis import strategies as st

FIELD_NAMES = [
    *("Front", "Back", "Id", "Tags_", "Extra", "Source", "Answer", "Question", "pack", "cite", "Guid", "html", "answer", "Front ", "id", "Text", "URL"),
    *("Frage?", "Übersetzung", "日本語", "עברית", "a-b", "a_b", "a b", "1st", "x&y", "it's", "<b>", "50%", "[x]", "(y)", "C#", "null", "- no", "e\u0301", "🍃"),
]
TYPE_NAMES = ["Basic!", "Basic?", "Cloze", "cloze", "My: type", "日本語", "🍃", "Leaf/Tree", "steps", "- dash", "a" * 90, "typed", "_shared"]
CARD_NAMES = ["Card 1", "card-1", "Card 2", "Vorwärts →", "日本", "a/b", "..", "{x}"]
CSS = [
    *("", ".card { color: teal }", ".card { white-space: pre-wrap }", "b { color: red }", "div { margin: 0 }\ni, em { color: blue }"),
    *("\n\n.x {}\n\n", "@import url('_style.css');", ".card::after { content: '\\2014' }\r\n", "strong{color:red} p{margin:0}"),
    ".night_mode br { display: none } ul{list-style:none}",
]
DECKS = [
    *("Default", "Leaf", "Leaf::🍃 Green::Deep", "leaf::x", "A:B", "it's", "- a", "key: value", "Ünï", "  x  ", "a#b", "x::y::z", "null", "日本語::かな"),
    *("[a]", "#x"),
]
TAGS = ["tea", "z::b", "Ünï", "it's", "#x", "key:value", "marked", "🍃", "a,b", "Tea", "[x]", "-", "null", "a::b::c", "{{x}}", "%", "日本"]
MEDIA = [
    *("leaf.png", "a b.png", "it's.jpg", "ü.mp3", "x&y.png", "100%.gif", "a%20b.png", "a#b.png", "(1).png", "Leaf.PNG", "_under.svg", "noending"),
    *("日本.webp", "-dash.png", "a+b.png", "x.tar.gz", "$x$.png", "a_b_c.png", "*x*.png", "doc.pdf", "{x}.png", "[1].png", "🍃.ogg", ".hidden.png"),
    *("a;b,c.png", "e\u0301.png"),
]
TEXTS = [
    *("word", "two words", "a", " ", "  ", "\n", "\n\n", "\t", "- a", "# x", "key: value", "'", '"', "1. x", "> q", "| a | b |", "```", "`c`", "*x*"),
    *("**y**", "_z_", "~~s~~", "{{", "}}", "{", "}", "$", "$$", "\\", "\\(", "\\)", "\\(x^2\\)", "\\[y_1\\]", "[x](y)", "![x](leaf.png)", "[", "]"),
    *("<", ">", "&", "a < b", "::", "🍃", "עברית", "e\u0301", "\u0301", "\u2028", "\u2029", "\u200b", "\u200f", "\ufeff", "\xa0", "\xad", "\x85"),
    *("---", "...", "!", "!x", "@", "%", "null", "yes", "2020-01-01", "0x1f", "~", "漢字[かんじ]", "a[b]", "#tag", "x #c", "x: ", ": x", "?", "? x", "*a"),
    *("&b", "http://x.org/?a=b&c=d", "https://x.org/_a_", "<tag>", "H<sub>", "&lt;", "&amp;", "&nbsp;", "&#123;", "&quot;", "&#x41;", "&unknown;"),
    *("&amp", "\r\n", "\r", "==", "===", "+ a", "[latex]x[/latex]", "[$]x[/$]", "[$$]x[/$$]", "[anki:play:q:0]", "{{FrontSide}}", "{{Front}}"),
    *("{% raw %}", "{# x #}", "<!-- c -->", "<br", "</b>", "<b", "&#0;"),
]
VOID = [
    *("<br>", "<br/>", "<BR />", "<hr>", "<wbr>", "<img>", "<img src=x.png>", '<img src="missing.png" width=3>', "<p>", "</p>", "</div>", "<li>"),
    *("<td>", "</span>"),
]
AROUND = [
    *("b", "i", "u", "strong", "em", "s", "del", "sub", "sup", "div", "p", "span", "code", "pre", "ul", "ol", "li", "blockquote", "h2", "small"),
    *("mark", "center", "kbd", "table", "tr", "td", "ruby", "rt", "a", "B", "DIV", "script", "style", "svg", "math", "textarea", "title", "iframe"),
    *("template", "font", "anki-mathjax"),
]
ATTRIBUTES = [
    *("", "", "", ' class="x"', ' style="color: red"', ' style="text-align:center"', " href='https://x.org/a?b=1&amp;c=2'", " dir=rtl"),
    *(' onclick="x()"', " id=answer"),
]

CLOZES = ["{{c1::%s}}", "{{c1::%s}}", "{{c2::%s::hint}}", "{{c1,2::%s}}", "{{c501::%s}}", "{{c0::%s}}"]


@dataclass(frozen=True)
class AnyType:
    """A note type to be made. `templates` are names with front and back, in which `{0}` stands for the first field's name, and so on."""

    name: str
    cloze: bool
    fields: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]
    templates: tuple[tuple[str, str, str], ...]
    css: str
    sort: int
    latex: bool


@dataclass(frozen=True)
class AnyNote:
    """A note to be made. `raw` are fields to be stored as they are, as an add-on may."""

    type: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    raw: bool


@dataclass(frozen=True)
class AnyCollection:
    """A collection to be made, and how it is exported."""

    types: tuple[AnyType, ...]
    notes: tuple[AnyNote, ...]
    media: tuple[str, ...]
    legacy: bool
    scheduling: bool


def pieces(cloze: bool) -> st.SearchStrategy[str]:
    """Return texts as they are found in fields, more or less."""
    shown = st.sampled_from(MEDIA).flatmap(
        lambda name: st.sampled_from(
            [f'<img src="{html.escape(name)}">', f"[sound:{name}]", f"<img src='{html.escape(name)}' alt=x>", f"<img src={html.escape(name)}>",
             f'<audio src="{html.escape(name)}"></audio>', f'<object data="{html.escape(name)}"></object>', f"url({name})"]
        )
    )  # fmt: skip
    leaf = st.one_of(
        st.sampled_from(TEXTS),
        st.sampled_from(TEXTS),
        st.sampled_from(VOID),
        shown,
        st.text(st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs"]), max_size=4),
    )

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, min_size=2, max_size=4).map("".join)
        element = st.builds(lambda name, more, inside: f"<{name}{more}>{inside}</{name}>", st.sampled_from(AROUND), st.sampled_from(ATTRIBUTES), inner)
        return st.one_of(element, several, st.builds(lambda mark, inside: mark.replace("%s", inside), st.sampled_from(CLOZES), inner) if cloze else several)

    return st.recursive(leaf, around, max_leaves=6)


def field_texts(cloze: bool) -> st.SearchStrategy[str]:
    """Return fields: empty ones, few that many notes share, and random ones."""
    fixed = ["", "", "same", "same", " ", "<br>", "<div></div>", "&nbsp;", *(["{{c1::x}}", "{{c1::a}} {{c2::b}}"] if cloze else [])]
    return st.one_of(st.sampled_from(fixed), st.lists(pieces(cloze), min_size=1, max_size=5).map("".join))


FIELDS = {cloze: field_texts(cloze) for cloze in (False, True)}


@st.composite
def note_types(draw: st.DrawFn) -> AnyType:
    cloze = draw(st.booleans())
    names = draw(st.lists(st.sampled_from(FIELD_NAMES), min_size=1, max_size=5, unique_by=lambda name: name.strip().casefold()))
    options = st.dictionaries(st.sampled_from(["rtl", "sticky", "plainText", "collapsed", "excludeFromSearch"]), st.just(True), max_size=2)
    fields = tuple((name, tuple(sorted(draw(options).items()))) for name in names)
    field = st.integers(0, len(names) - 1).map(lambda place: f"{{{place}}}")
    count = 1 if cloze else draw(st.integers(1, 3))
    shapes = ["{{%s}}", "{{#%s}}{{%s}}{{/%s}}", "<b>{{text:%s}}</b>", "{{hint:%s}}", "{{^%s}}none{{/%s}}{{%s}}", "{{type:%s}}", "{{furigana:%s}}"]
    templates: list[tuple[str, str, str]] = []
    for name in draw(st.lists(st.sampled_from(CARD_NAMES), min_size=count, max_size=count, unique_by=str.casefold)):
        one = draw(field)
        front = f"{{{{cloze:{one}}}}}" if cloze else draw(st.sampled_from(shapes)).replace("%s", one)
        back = draw(st.sampled_from(["{{FrontSide}}<hr id=answer>{{%s}}", "{{%s}}", "<div class=x>{{%s}}\r\n</div><script>let a={};</script>"]))
        back = f"{{{{cloze:{one}}}}} " + back.replace("{{FrontSide}}", "") if cloze else back
        templates.append((name, f"{front}{'' if cloze else f' {len(templates)}'}", back.replace("%s", draw(field))))
    return AnyType(
        draw(st.sampled_from(TYPE_NAMES)),
        cloze,
        fields,
        tuple(templates),
        draw(st.sampled_from(CSS)),
        draw(st.integers(0, len(names) - 1)),
        draw(st.booleans()),
    )


@st.composite
def collections(draw: st.DrawFn) -> AnyCollection:
    types = tuple(draw(st.lists(note_types(), min_size=1, max_size=3)))
    notes = []
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(types) - 1))
        kind = types[place]
        fields = tuple(draw(FIELDS[kind.cloze]) for _ in kind.fields)
        tags = tuple(draw(st.lists(st.sampled_from(TAGS), max_size=3)))
        notes.append(AnyNote(place, fields, tags, draw(st.sampled_from(DECKS)), draw(st.integers(0, 5)) == 0))
    media = tuple(draw(st.lists(st.sampled_from(MEDIA), max_size=6, unique=True)))
    return AnyCollection(types, tuple(notes), media, draw(st.booleans()), draw(st.booleans()))


def export(made: AnyCollection, folder: Path) -> Path:
    """Make a collection in a folder, and export all of it."""
    folder.mkdir(parents=True)
    col = collection.Collection(str(folder / "collection.anki2"))
    try:
        types = [_add_type(col, kind) for kind in made.types]
        for name in made.media:
            col.media.write_data(name, name.encode() * 9)
        for one in made.notes:
            note = col.new_note(col.models.get(types[one.type]))
            note.fields, note.tags = list(one.fields), list(one.tags)
            col.add_note(note, col.decks.id(one.deck))
            if one.raw and "\x00" not in "".join(one.fields):
                col.db.execute("update notes set flds = ? where id = ?", "\x1f".join(field.replace("\x1f", "") for field in one.fields), note.id)
        path = folder / "original.apkg"
        options = collection.ExportAnkiPackageOptions(with_scheduling=made.scheduling, with_deck_configs=False, with_media=True, legacy=made.legacy)
        col.export_anki_package(out_path=str(path), limit=None, options=options)
    finally:
        col.close()
    return path


def _add_type(col: Any, kind: AnyType) -> int:
    made = col.models.new(kind.name)
    names = [name for name, _ in kind.fields]
    for name, options in kind.fields:
        col.models.add_field(made, col.models.new_field(name) | dict(options))
    col.models.set_sort_index(made, kind.sort)
    known = [_as_anki(field["name"]) for field in made["flds"]]
    for name, front, back in kind.templates:
        sides = {side: _filled(text, known) for side, text in (("qfmt", front), ("afmt", back))}
        col.models.add_template(made, col.models.new_template(name) | sides)
    made |= {"css": kind.css, "latexsvg": kind.latex, "type": int(kind.cloze)}
    assert len(known) == len(names)
    try:
        return int(col.models.add_dict(made).id)
    except AnkiException:
        raise AssertionError(kind) from None


def _as_anki(name: str) -> str:
    """Return a field's name as Anki keeps it."""
    return unicodedata.normalize("NFC", name.strip())


def _filled(text: str, names: list[str]) -> str:
    for place, name in enumerate(names):
        text = text.replace(f"{{{{{{{place}}}}}}}", f"{{{{{name}}}}}")
        for mark in "#^/:":
            text = text.replace(f"{mark}{{{place}}}}}}}", f"{mark}{name}}}}}")
    return text
