"""An export → a folder that holds a project: written beside its place first, and put there when it is whole."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import string
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from citedeck.adoption.decks import WrittenDeck, common_name, write_decks
from citedeck.adoption.named_sources import source_yaml
from citedeck.adoption.naming import slug
from citedeck.adoption.note_types import AdoptedType, adopt_types
from citedeck.adoption.questions import MEDIA, Writer
from citedeck.adoption.report import Adoption, report
from citedeck.advance import Origin, describe, take_over
from citedeck.baseline import entry_for, write_baseline
from citedeck.diagnostics import TextFile
from citedeck.exports.nouns import Export, ExportedNote, UnreadableError
from citedeck.exports.reading import read_export
from citedeck.fingerprint import digest
from citedeck.identity import guid, note_ids
from citedeck.lock import Lock
from citedeck.media import SHORT
from citedeck.model import Media
from citedeck.package import note_type_name
from citedeck.project import BASELINE, BUILT_IN_PACKS, LOCK
from citedeck.render import render, render_description
from citedeck.resolve import resolve
from citedeck.scaffold import frame
from citedeck.sources import load_sources

REPORT = "import-report.md"
UNUSED = "unused-media"
_PIECE = 1 << 20


def adopt(file: Path, folder: Path, now: int) -> Adoption:
    """Make a project of an export in a folder that is empty or does not exist. UnreadableError if the file cannot be read."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".citedeck-import-", dir=folder.parent) as name:
        scratch, made = Path(name) / "scratch", Path(name) / "project"
        scratch.mkdir()
        made.mkdir()
        adoption = _Adopting(read_export(file, scratch), file.name, made, now).run()
        if folder.exists():
            folder.rmdir()
        made.replace(folder)
    return adoption


class _Adopting:
    """One import: writes the project's files into a folder."""

    def __init__(self, export: Export, file: str, root: Path, now: int) -> None:
        self.export = export
        self.file = file
        self.root = root
        self.now = now
        self.remarks: list[str] = []
        title = common_name([note.deck for note in export.notes]) or Path(file).stem
        self.title = title if title != "Default" else Path(file).stem
        tail = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))
        self.package = slug(self.title, 4) or "deck"
        self.name = f"{self.package}-{tail}"
        self.shared = {
            path.name: TextFile(f"templates/_shared/{path.name}", path.read_text(encoding="utf-8")) for path in (BUILT_IN_PACKS / "_shared").iterdir()
        }

    def run(self) -> Adoption:
        """Write everything, and return what it became."""
        types = adopt_types(self.export.types, self.shared)
        digests = self._copy_media()
        writer = Writer(digests.keys())
        decks = list(write_decks(self.export, types, writer))
        unused = self._sort_media(digests, types, writer)
        metadata = [TextFile(f"sources/{one.id}.yaml", source_yaml(one)) for one in writer.sources.found.values()]
        files = {file.path: file.text for file in metadata} | {deck.deck.path: deck.text for deck in decks} | self._frame()
        files |= {f"templates/{one.name}/{name}": text for one in types for name, text in one.files.items()}
        if uncited := [one.question.id for deck in decks for one in deck.questions if one.question.citations is None]:
            files[BASELINE] = write_baseline(entry_for("no-citation", name, name) for name in uncited)
        if any(kind.id is not None for kind in self.export.types):
            files[LOCK] = self._lock(types, decks, metadata, digests).text()
        adoption = Adoption(self.export, self.file, types, [one for deck in decks for one in deck.questions], len(decks), writer, unused, self.remarks)
        for path, text in {**files, REPORT: report(adoption)}.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        return adoption

    def _copy_media(self) -> dict[str, str]:
        """Write the media files beside the decks, piece by piece; return their digests by name."""
        digests = {}
        folder = self.root / "decks" / MEDIA
        for item in self.export.media:
            folder.mkdir(parents=True, exist_ok=True)
            made = hashlib.sha256()
            try:
                with item.open() as stream, (folder / item.name).open("wb") as file:
                    while piece := stream.read(_PIECE):
                        made.update(piece)
                        file.write(piece)
            except UnreadableError as problem:
                (folder / item.name).unlink(missing_ok=True)
                self.remarks.append(f"The media file {item.name} could not be read: {problem}.")
            else:
                digests[item.name] = made.hexdigest()[:SHORT]
        return digests

    def _sort_media(self, digests: dict[str, str], types: Sequence[AdoptedType], writer: Writer) -> list[str]:
        """Move what card templates show to these, and put aside what nothing shows: names of the latter, which lose their digests."""
        looks = "\n".join(text for one in types for text in one.files.values())
        unused = []
        for name in sorted(digests.keys() - writer.shown):
            styles = name.startswith("_") and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", looks)
            target = self.root / ("templates/_shared" if styles else UNUSED) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.root / "decks" / MEDIA / name).replace(target)
            if not styles:
                unused.append(name)
                del digests[name]
        return unused

    def _frame(self) -> dict[str, str]:
        """Return the files that every project has."""
        return {
            "citedeck.toml": f'# The name never changes.\nname = "{self.name}"\ntitle = {json.dumps(self.title, ensure_ascii=False)}\n',
            **frame(strict=False),
        }

    def _lock(self, types: Sequence[AdoptedType], decks: Sequence[WrittenDeck], metadata: Sequence[TextFile], digests: Mapping[str, str]) -> Lock:
        """Return the record of what learners have: notes as citedeck makes them now, dated as they were."""
        packs = {one.name: one.pack for one in types}
        sources, _ = load_sources(metadata, ())
        read = [deck.deck for deck in decks]
        found = resolve(read, sources, {})[0] if sources else {}
        adopted = [one for deck in decks for one in deck.questions]
        guids = {one.question.id: one.guid or guid(self.name, one.question.id) for one in adopted}
        media = {name: Media(name, f"decks/{MEDIA}/{name}") for name in digests}
        notes, _ = render(
            read, found, packs, guids, namespace=self.package,
            find_media=lambda _, path: media.get(path.removeprefix(f"{MEDIA}/")) or ("media-missing", "there is no such file", ""),
        )  # fmt: skip
        kinds = {name: pack.note_type for name, pack in packs.items()}
        dated = {one.name: replace(describe(kinds[one.name], note_type_name("", kinds[one.name])), mod=self._time(one.exported.mod)) for one in types}
        descriptions = {deck.name: digest(render_description(deck.description)[0] if deck.description else "") for deck in reversed(read)}
        return take_over(self.name, notes, self._origins(one.note for one in adopted if one.guid), dated, kinds, descriptions, digests, self.package)

    def _origins(self, notes: Iterable[ExportedNote]) -> dict[str, Origin]:
        """Return what learners' Anki knows each note by. Ids that no Anki gives are replaced."""
        found = {note.guid: note for note in notes}
        known = {note.id for note in found.values() if note.id}
        fresh = note_ids([name for name, note in found.items() if not _is_id(note.id)], self.now, [number for number in known if _is_id(number)])
        return {name: Origin(note.id if _is_id(note.id) and note.id else fresh[name], self._time(note.mod), dict(note.cards)) for name, note in found.items()}

    def _time(self, seconds: int) -> int:
        """Return when something changed; never in the future, where no release could follow."""
        return min(max(seconds, 1), self.now)


def _is_id(number: int | None) -> bool:
    return number is not None and 0 < number < 2**33 * 1000
