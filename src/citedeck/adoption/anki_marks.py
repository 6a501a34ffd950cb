r"""What Anki and MathJax read in a field's raw characters: clozes, sounds, `\(…\)`, furigana; set apart before entities are decoded.

`{{c1::`, `[sound:` and `\(` mean something, the same characters typed as entities do not. So the real ones become noncharacters, which no field
can hold, and what an HTML parser decodes afterwards is plain text. Facts: Anki's cloze.rs and template_filters.rs, tried on Anki itself.
"""

from __future__ import annotations

import html
import re

OPEN, NUMBERED, CLOSE, HINT = "\ufdd6", "\ufdd7", "\ufdd8", "\ufdd9"
INLINE_MATH, INLINE_MATH_END, DISPLAY_MATH, DISPLAY_MATH_END = "\ufdda", "\ufddb", "\ufddc", "\ufddd"
SOUND, SOUND_END = "\ufdde", "\ufddf"
BRACKET, BLANK = "\ufde0", "\ufde1"
"""In a field that may hold furigana: a typed `[`, and a typed `&nbsp;`, which Anki's filter takes for a blank."""

PIECES = re.compile(
    rf"{OPEN}(?P<numbers>[\d,]+){NUMBERED}|(?P<mark>[{CLOSE}{HINT}])|{SOUND}(?P<sound>[^{OPEN}-{SOUND_END}]+){SOUND_END}"
    rf"|{INLINE_MATH}(?P<inline>[^{OPEN}-{SOUND_END}]*){INLINE_MATH_END}|{DISPLAY_MATH}(?P<display>[^{OPEN}-{SOUND_END}]*){DISPLAY_MATH_END}"
    rf"|(?P<text>[^{OPEN}-{SOUND_END}]+)|(?P<stray>.)",
    re.DOTALL,
)
"""What a marked text consists of."""

_OWN = re.compile("[\x00\ufdd0-\ufdef]")
_LATEX = re.compile(r"\[(?:/?latex\]|/?\$\$?\]|anki:)", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c([\d,]+)::|\}\}", re.ASCII)
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
_MATH = re.compile(r"\\([()\[\]])")
_MATH_MARKS = {"(": INLINE_MATH, ")": INLINE_MATH_END, "[": DISPLAY_MATH, "]": DISPLAY_MATH_END}
_FURIGANA = re.compile(r"[^ >]\[")
_OCCLUSION = "image-occlusion:"
_UNMARK = str.maketrans({BRACKET: "[", BLANK: "\xa0"})
_MAX_NUMBER = 65_535


class OpaqueError(ValueError):
    """A field whose meaning hangs on more than can be compared here: only the very same characters equal it."""


def marked(value: str) -> str:
    """Set apart what Anki reads in a field. OpaqueError if that cannot be told for sure."""
    if _OWN.search(value):
        raise OpaqueError
    if "[" in value and "]" in value:
        if _LATEX.search(value):
            raise OpaqueError
        value = _SOUND.sub(rf"{SOUND}\1{SOUND_END}", value)
    if "{{c" in value:
        value = _with_clozes(value)
    if "\\" in value:
        value = _MATH.sub(lambda match: _MATH_MARKS[match[1]], value)
    if "[" in value and "]" in value and _FURIGANA.search(value):
        value = value.replace("[", BRACKET).replace("&nbsp;", BLANK)
    return value


def unmarked(text: str) -> str:
    """Return a text without the marks that only guard furigana."""
    return text.translate(_UNMARK)


def formula(content: str) -> str:
    """Return a formula without the blanks at its ends, which TeX passes over. Not where a blank is escaped or a comment may end."""
    if "%" in content:
        return content
    made = content.lstrip(" \n")
    return made if "\\" in made[-3:] else made.rstrip(" \n")


def sound_name(marked_name: str) -> str:
    """Return the file's name in a sound's mark."""
    return html.unescape(unmarked(marked_name))


def _with_clozes(value: str) -> str:
    """Mark the clozes as Anki's own reader finds them: `}}` closes the innermost, the first `::` of a run of text begins the hint."""
    out: list[str] = []
    depth = at = 0
    for match in _CLOZE.finditer(value):
        out.append(_inside(value[at : match.start()]) if depth else value[at : match.start()])
        at = match.end()
        if match[1]:
            numbers = [int(number[:9]) for number in match[1].split(",") if number]
            if not numbers or max(numbers) > _MAX_NUMBER or value.startswith(_OCCLUSION, at):
                raise OpaqueError
            out.append(f"{OPEN}{','.join(map(str, numbers))}{NUMBERED}")
            depth += 1
        elif depth:
            out.append(CLOSE)
            depth -= 1
        else:
            out.append(match[0])
    if depth:  # Anki leaves out what follows.
        raise OpaqueError
    return "".join((*out, value[at:]))


def _inside(text: str) -> str:
    return text.replace("::", HINT, 1)
