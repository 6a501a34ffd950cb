"""From the cues of captions to blocks: rolling captions merged, speech grouped to passages of half a minute to a minute."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from citedeck.locators import Time
from citedeck.sources.blocks import Block, Piece, Problem, UnreadableError, decode

_PAUSE, _ENOUGH, _MOST = 2.0, 30.0, 60.0
_TOUCHING, _FLASH = 0.15, 0.15
"""Seconds: cues this near are neighbours; one this short only carries a line over to the next."""
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*\Z")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});|[^&]+|&")
_TURN = re.compile(r"\s*(?:>>+|[-–—])[ \t]+|\s*>>+")


@dataclass(frozen=True, slots=True)
class Line:
    """The visible pieces of one line of a cue. A `turn` is marked as the beginning of another speaker's words."""

    pieces: tuple[Piece, ...]
    turn: bool = False

    @property
    def text(self) -> str:
        """Return the line's words."""
        return "".join(piece.text for piece in self.pieces).strip()


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from one second to another."""

    start: float
    end: float
    lines: tuple[Line, ...]
    offset: int
    """Where in the file its timing stands."""
    speaker: str = ""


def decode_captions(content: bytes) -> str:
    """Return a caption file's characters. Many are saved as UTF-16; the byte order mark says so."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise UnreadableError("the file says that it is UTF-16, and is not", "save the file as UTF-8", code="not-utf-8") from None
    return decode(content)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line without its end, and its offset."""
    at = 0
    for line in re.split(r"(\r\n?|\n)", text):
        if line not in ("\r\n", "\r", "\n"):
            yield at, line
        at += len(line)


def make_line(runs: Iterable[Piece]) -> Line:
    """Return a line of the runs between its tags: references to characters decoded, a speaker's dash set aside."""
    pieces: list[Piece] = []
    turn = False
    for run in runs:
        text, offset = run.text, run.offset
        if not pieces and (mark := _TURN.match(text)):
            turn = True
            text, offset = text[mark.end() :], offset + mark.end()
        for part in _ENTITY.finditer(text):
            pieces.append(Piece(html.unescape(part[0]) if part[0].startswith("&") else part[0], offset + part.start()))
    return Line(tuple(piece for piece in pieces if piece.text), turn)


def assemble_cues(cues: list[Cue], broken: list[int]) -> tuple[list[Block], list[Problem]]:
    """Return the blocks of cues in the file's order; `broken` are the offsets of timings that could not be read."""
    problems = []
    if broken:
        problems.append(Problem(f"cues without a possible time are set aside: {len(broken)}", "mend their times; the first is here", broken[0]))
    late = [after.offset for before, after in pairwise(cues) if after.start < before.start]
    if late:
        hint = "their words are found, but a card may name the wrong moment: sort the cues by time"
        problems.append(Problem(f"cues that begin before the cue above: {len(late)}", hint, late[0]))
    merged = [cue for cue in _merge_rolling(cues) if any(line.text for line in cue.lines)]
    if not merged:
        raise UnreadableError("the file holds no cues with words", "check that the captions were downloaded whole")
    return [_block(group) for group in _groups(merged)], problems


def _merge_rolling(cues: list[Cue]) -> list[Cue]:
    """Set aside the lines that rolling captions repeat from the cue before: each word stands once, where it first appeared."""
    repeats = [0, *(_repeated(before, after) for before, after in pairwise(cues))]
    if sum(count > 0 for count in repeats) < max(2, len(cues) // 3):
        return cues  # A line said twice is no rolling caption.
    return [replace(cue, lines=tuple(line for line in cue.lines if line.text)[count:]) for cue, count in zip(cues, repeats, strict=True)]


def _repeated(before: Cue, after: Cue) -> int:
    """Return how many of a cue's first lines are the last lines of the cue before it."""
    if not -_TOUCHING <= after.start - before.end <= _TOUCHING and not before.start <= after.start < before.end:
        return 0
    old, new = ([line.text for line in cue.lines if line.text] for cue in (before, after))
    count = next((count for count in range(min(len(old), len(new)), 0, -1) if old[-count:] == new[:count]), 0)
    whole = count == len(new) and min(before.end - before.start, after.end - after.start) > _FLASH
    return 0 if whole else count


def _groups(cues: list[Cue]) -> Iterator[list[Cue]]:
    group: list[Cue] = []
    for cue in cues:
        if group:
            length = group[-1].end - group[0].start
            ended = length >= _ENOUGH and _SENTENCE_END.search(group[-1].lines[-1].text)
            turn = cue.speaker not in ("", group[-1].speaker) or cue.lines[0].turn
            if turn or ended or length >= _MOST or cue.start - group[-1].end > _PAUSE or cue.start < group[0].start:
                yield group
                group = []
        group.append(cue)
    if group:
        yield group


def _block(cues: list[Cue]) -> Block:
    pieces: list[Piece] = []
    for cue in cues:
        mark: Time | None = Time(int(cue.start))
        for line in cue.lines:
            if not line.text:
                continue
            if pieces:
                pieces.append(Piece("\n", line.pieces[0].offset))
            first, *rest = line.pieces
            pieces += [replace(first, mark=mark), *rest]
            mark = None
    return Block(tuple(pieces))
