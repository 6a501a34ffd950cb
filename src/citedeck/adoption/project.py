"""An export → a folder that holds a project: written beside its place first, and put there when it is whole."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import string
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeGuard

from citedeck.adoption.decks import WrittenDeck, common_name, write_decks
from citedeck.adoption.named_sources import source_yaml
from citedeck.adoption.naming import slug
from citedeck.adoption.note_types import AdoptedType, adopt_types
from citedeck.adoption.questions import Writer
from citedeck.adoption.report import Adoption, report
from citedeck.advance import DAY, Origin, describe, take_over
from citedeck.baseline import Entry, entry_for, entry_of, write_baseline
from citedeck.check import check
from citedeck.diagnostics import TextFile
from citedeck.exports.nouns import Export, ExportedNote, UnreadableError
from citedeck.exports.reading import read_export
from citedeck.fingerprint import digest
from citedeck.identity import card_ids, guid, note_ids
from citedeck.load import load_deck
from citedeck.lock import Lock
from citedeck.media import FOLDER, SHORT
from citedeck.model import Media
from citedeck.pack_assets import mentions
from citedeck.package import note_type_name
from citedeck.packs import Pack
from citedeck.printing import counted
from citedeck.project import BASELINE, BUILT_IN_PACKS, LOCK
from citedeck.render import render, render_description
from citedeck.resolve import resolve
from citedeck.rules.material import gather
from citedeck.scaffold import frame
from citedeck.selection import choose
from citedeck.settings import RuleSettings
from citedeck.sources import load_sources

REPORT = "import-report.md"
UNUSED = "unused-media"
_PIECE = 1 << 20


def adopt(file: Path, folder: Path, now: int) -> Adoption:
    """Make a project of an export in a folder that is empty or does not exist. UnreadableError if the file cannot be read."""
    home = folder if folder.exists() else folder.parent
    missing = [one for one in (home, *home.parents) if not one.exists()]
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".citedeck-import-", dir=home) as name:
            scratch, made = Path(name) / "scratch", Path(name) / "project"
            scratch.mkdir()
            made.mkdir()
            export = read_export(file, scratch)
            if not export.notes:
                raise UnreadableError("it holds no notes", "export a deck that has some")
            adoption = _Adopting(export, file.name, made, now).run()
            _place(made, folder)
    except BaseException:
        for one in missing:
            with suppress(OSError):
                one.rmdir()
        raise
    return adoption


def _place(made: Path, folder: Path) -> None:
    """Put a project in its place. A folder that is there stays the same one: somebody may be in it, or it may be a disk."""
    if not folder.exists():
        made.replace(folder)
        return
    placed: list[Path] = []
    try:
        for one in sorted(made.iterdir()):
            placed.append(folder / one.name)
            one.replace(placed[-1])
    except BaseException:
        for path in placed:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


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
        self.remarks += [remark for one in types for remark in one.remarks]
        digests = self._copy_media()
        writer = Writer(digests.keys())
        decks = list(write_decks(self.export, types, writer))
        unused = self._sort_media(digests, types, writer)
        metadata = [TextFile(f"sources/{one.id}.yaml", source_yaml(one)) for one in writer.sources.found.values()]
        files = {file.path: file.text for file in metadata} | {deck.deck.path: deck.text for deck in decks} | self._frame()
        files |= {f"templates/{one.name}/{name}": text for one in types for name, text in one.files.items()}
        if known := list(self._known(decks, {one.name: one.pack for one in types})):
            files[BASELINE] = write_baseline(known)
        if any(kind.id is not None for kind in self.export.types):
            files[LOCK] = self._lock(types, decks, metadata, digests).text()
        adoption = Adoption(self.export, self.file, types, [one for deck in decks for one in deck.questions], len(decks), writer, unused, self.remarks)
        for path, text in {**files, REPORT: report(adoption)}.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        return adoption

    def _known(self, decks: Sequence[WrittenDeck], packs: Mapping[str, Pack]) -> Iterator[Entry]:
        """Yield what the deck is known to lack: citations, and what rules hold to be so wrong that nothing is built."""
        for one in (one.question for deck in decks for one in deck.questions):
            if one.citations is None:
                yield entry_for("no-citation", one.id, one.id)
        errors = choose(RuleSettings()).errors
        anywhere = [replace(deck.deck, language="und") for deck in decks]  # What is an error is one in all languages.
        found = check(gather(anywhere, {}, {}, (), errors.limits, None), errors)
        faulty = {one.span.path for one in found}
        files = {deck.deck.path: TextFile(deck.deck.path, deck.text) for deck in decks if deck.deck.path in faulty}
        read = [load_deck(file, packs)[0] for file in files.values()]  # Now each text has its place.
        for finding in check(gather(read, {}, {}, (), errors.limits, None), errors):
            yield entry_of(finding, files)

    def _copy_media(self) -> dict[str, str]:
        """Write the media files beside the decks, piece by piece; return their digests by name."""
        digests = {}
        folder = self.root / "decks" / FOLDER
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
        """Give card templates what they show, and put aside what nothing shows: names of the latter, which lose their digests.

        What questions show, too, card templates get a file of their own of: else it would go with the last question that shows it.
        """
        looks = "\n".join(text for one in types for file, text in one.files.items() if file != "pack.yaml")
        unused = []
        for name in sorted(digests):
            styles = name.startswith("_") and mentions(looks, name)
            if name in writer.shown and not styles:
                continue
            file, target = self.root / "decks" / FOLDER / name, self.root / ("templates/_shared" if styles else UNUSED) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name in writer.shown:
                shutil.copyfile(file, target)
            else:
                file.replace(target)
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
        media = {name: Media(name, f"decks/{FOLDER}/{name}") for name in digests}
        notes, _ = render(
            read, found, packs, guids, namespace=self.package,
            find_media=lambda _, path: media.get(path.removeprefix(f"{FOLDER}/")) or ("media-missing", "there is no such file", ""),
        )  # fmt: skip
        kinds = {name: pack.note_type for name, pack in packs.items()}
        dated = {one.name: replace(describe(kinds[one.name], note_type_name("", kinds[one.name])), mod=self._time(one.exported.mod)) for one in types}
        descriptions = {deck.name: digest(render_description(deck.description)[0] if deck.description else "") for deck in reversed(read)}
        return take_over(self.name, notes, self._origins(one.note for one in adopted if one.guid), dated, kinds, descriptions, digests, self.package)

    def _origins(self, notes: Iterable[ExportedNote]) -> dict[str, Origin]:
        """Return what learners' Anki knows each note by. Ids that Anki would not keep are replaced."""
        found = {note.guid: note for note in notes}
        ahead = [note for note in found.values() if note.mod > self.now]
        if ahead:
            self.remarks.append(f"{counted(len(ahead), 'note')} last changed in the future: until then, learners get no changes of them.")
        taken = [number for note in found.values() for number in (note.id, *(number for _, number in note.cards)) if self._is_id(number)]
        fresh = note_ids([name for name, note in found.items() if not self._is_id(note.id)], self.now, taken)
        bare = [(name, ordinal) for name, note in found.items() for ordinal, number in note.cards if not self._is_id(number)]
        made = card_ids(bare, self.now, [*taken, *fresh.values()])
        cards: dict[str, dict[int, int]] = {}
        for (name, ordinal), number in made.items():
            cards.setdefault(name, {})[ordinal] = number
        return {name: Origin(fresh.get(name) or note.id or 0, self._time(note.mod), dict(note.cards) | cards.get(name, {})) for name, note in found.items()}

    def _time(self, seconds: int) -> int:
        """Return when something changed; never in the future, where no release could follow."""
        return min(max(seconds, 1), self.now)

    def _is_id(self, number: int | None) -> TypeGuard[int]:
        """Say whether Anki would keep an id: it takes ids for times, and replaces those that lie in the future."""
        return number is not None and 0 < number < (self.now + DAY) * 1000
