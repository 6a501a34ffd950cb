"""WebVTT captions (https://www.w3.org/TR/webvtt1/): tags, settings, notes and styles set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citedeck.sources.blocks import Piece, Reading, UnreadableError
from citedeck.sources.cues import Cue, assemble_cues, decode_captions, lines_of, make_line
from citedeck.texts import Format

FORMAT = Format("WebVTT", stamps=False, lead=2)

_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?\Z", re.DOTALL)
_CLOCK = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t]|\Z)")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|\Z)")
_TAG = re.compile(r"<([^<>]*)(?:>|\Z)")
_VOICE = re.compile(r"v(?:\.[^\s]*)?[ \t]+(.+)", re.DOTALL)


def read(content: bytes) -> Reading:
    """Return what a WebVTT file says, grouped to passages, each cue with its time."""
    text = decode_captions(content)
    lines = list(lines_of(text))
    if not _HEADER.match(lines[0][1]):
        hint = "rename it to .srt if it is SubRip" if re.search(r"\d,\d{3}\s*-->", text[:10_000]) else "its first line has to be WEBVTT"
        raise UnreadableError("the file is no WebVTT: its header is missing", hint)
    cues: list[Cue] = []
    broken: list[int] = []
    for block in _blocks(lines[1:]):
        _read_block(block, cues, broken)
    blocks, problems = assemble_cues(cues, broken)
    return Reading(blocks, text, problems=problems)


def _blocks(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for offset, line in lines:
        if line:
            block.append((offset, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _read_block(block: list[tuple[int, str]], cues: list[Cue], broken: list[int]) -> None:
    """Read the cues of lines without a blank one between: a timing line begins a cue, even without a blank line before it."""
    timings = [number for number, (_, line) in enumerate(block) if "-->" in line]
    if not timings or (timings[0] > 0 and _ASIDE.match(block[0][1])):
        return
    for number, end in zip(timings, [*timings[1:], len(block)], strict=True):
        offset, line = block[number]
        timing = _TIMING.match(line)
        start, stop = (_seconds(timing.groups()[at : at + 4]) for at in (0, 4)) if timing else (0.0, -1.0)
        if stop < start:
            broken.append(offset)
            continue
        speaker, runs = _runs(block[number + 1 : end])
        cues.append(Cue(start, stop, tuple(make_line(run) for run in runs), offset, speaker))


def _seconds(groups: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(group or 0) for group in groups)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _runs(lines: list[tuple[int, str]]) -> tuple[str, list[list[Piece]]]:
    """Return the first speaker that is named, and for each line what stands between its tags; the reading aid of ruby text is set aside."""
    speaker, ruby, tag_open = "", False, False
    found: list[list[Piece]] = []
    for offset, line in lines:
        runs: list[Piece] = []
        at = 0
        if tag_open:  # A tag may run over a line's end.
            at = line.find(">") + 1 or len(line)
            tag_open = at == len(line) and not line.endswith(">")
        for tag in _TAG.finditer(line, at):
            if tag.start() > at and not ruby:
                runs.append(Piece(line[at : tag.start()], offset + at))
            at = tag.end()
            tag_open = not tag[0].endswith(">")
            name = tag[1].strip()
            if voice := _VOICE.match(name):
                speaker = speaker or voice[1].strip()
            ruby = name == "rt" or (ruby and name not in ("/rt", "/ruby"))
        if at < len(line) and not ruby:
            runs.append(Piece(line[at:], offset + at))
        found.append(runs)
    return speaker, found
