"""SubRip captions: counters, positions and tags set aside. The format has no standard; what players accept is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.sources.blocks import Piece, Reading, UnreadableError
from citedeck.sources.cues import Cue, assemble_cues, decode_captions, lines_of, make_line
from citedeck.texts import Format

FORMAT = Format("SubRip", stamps=False, lead=2)

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t]|\Z)")
_COUNTER = re.compile(r"[ \t]*\d{1,7}[ \t]*\Z")
_TAG = re.compile(r"</?(?:[biusv]|em|strong|font|c|span|ruby|rt)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)


def read(content: bytes) -> Reading:
    """Return what a SubRip file says, grouped to passages, each cue with its time."""
    text = decode_captions(content)
    if text.startswith("WEBVTT"):
        raise UnreadableError("the file is no SubRip, but WebVTT", "rename it to .vtt")
    lines = list(lines_of(text))
    timings = [number for number, (_, line) in enumerate(lines) if "-->" in line]
    cues: list[Cue] = []
    broken: list[int] = []
    for number, after in zip(timings, [*timings[1:], None], strict=False):
        offset, line = lines[number]
        timing = _TIMING.match(line)
        start, stop = (_seconds(timing.groups()[at : at + 4]) for at in (0, 4)) if timing else (0.0, -1.0)
        if stop < start or start < 0:
            broken.append(offset)
            continue
        payload = lines[number + 1 : after]
        if after is not None and payload and _COUNTER.match(payload[-1][1]):
            payload.pop()
        cues.append(Cue(start, stop, tuple(make_line(_runs(offset, line)) for offset, line in payload if line.strip()), offset))
    blocks, problems = assemble_cues(cues, broken)
    return Reading(blocks, text, problems=problems)


def _seconds(groups: tuple[str | None, ...]) -> float:
    """Return the seconds of a clock time; -1 if it is none. A fraction of fewer than three digits is read as players do: ",5" is 5 ms."""
    hours, minutes, seconds, thousandths = (int(group or 0) for group in groups)
    return -1.0 if minutes > 59 or seconds > 59 else hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _runs(offset: int, line: str) -> Iterator[Piece]:
    at = 0
    for tag in _TAG.finditer(line):
        if tag.start() > at:
            yield Piece(line[at : tag.start()], offset + at)
        at = tag.end()
    if at < len(line):
        yield Piece(line[at:], offset + at)
