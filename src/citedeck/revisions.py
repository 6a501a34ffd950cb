"""Projects as they were: at a revision of git, or as a package that was built from them, for comparing releases."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from citedeck.advance import describe
from citedeck.fingerprint import prints
from citedeck.globs import matches
from citedeck.identity import note_type_id
from citedeck.lock import Lock
from citedeck.lock_records import NoteRecord, TypeRecord
from citedeck.model import CardTemplate, FieldSpec, NoteType
from citedeck.pipeline import Compilation, compile_project, package_names, plan_release
from citedeck.project import read_project

_MAX_BYTES = 1024**3


class RevisionError(Exception):
    """What was to be compared with cannot be read. The message says why."""


def lock_of_revision(root: Path, revision: str) -> Lock:
    """Return what a release of the project at a git revision would record. RevisionError if there is none, or none that compiles."""
    with tempfile.TemporaryDirectory(prefix="citedeck-") as name:
        folder = Path(name).resolve() / "project"
        folder.mkdir()
        _check_out(root, revision, folder)
        project, diagnostics = read_project(folder)
        if project.settings is None:
            raise RevisionError(f"there is no project at '{revision}'")
        compilation = compile_project(project, diagnostics)
        if not compilation.ok:
            first = next(diagnostic for diagnostic in compilation.diagnostics if diagnostic.severity >= 2)
            raise RevisionError(f"the project at '{revision}' has errors; the first: {first.span.path}:{first.span.line}: {first.message}")
        plan, _ = plan_release(compilation, compilation.lock.newest + 1)
        return plan.lock


def _check_out(root: Path, revision: str, folder: Path) -> None:
    """Put the project's files of a revision into an empty folder. The repository, and what is checked out there, stay as they are."""
    repository = _git(root, "rev-parse", "--absolute-git-dir")
    tree = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}:./", instead=f"git knows no revision '{revision}' of this project")
    elsewhere = (f"--git-dir={repository}", f"--work-tree={folder}")
    for command in (("read-tree", tree), ("checkout-index", "--all")):
        _git(folder, *elsewhere, *command, index=folder.parent / "index")


def _git(folder: Path, *arguments: str, instead: str = "", index: Path | None = None) -> str:
    """Run git and return what it prints; RevisionError, with its own words or those given `instead`, if it fails."""
    environment = {**os.environ, **({"GIT_INDEX_FILE": str(index)} if index else {})}
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603, S607 - the user's own git
    except FileNotFoundError:
        raise RevisionError("git is not installed") from None
    if done.returncode:
        raise RevisionError(instead or done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ") or "git failed")
    return done.stdout.decode("utf-8", "replace").strip()


def lock_of_package(path: Path, compilation: Compilation) -> Lock:
    """Return what a package of this project, built by citedeck, records of its notes. RevisionError if it is none."""
    try:
        return _recorded(path.stem, *_read(path), compilation)
    except (zipfile.BadZipFile, zlib.error, sqlite3.Error, KeyError, TypeError, ValueError, RuntimeError, EOFError, OSError) as problem:
        raise RevisionError(f"{path.name} is no package of this project that citedeck wrote: {problem}") from None


def _recorded(
    name: str, notes: list[tuple[int, str, int, int, str, str]], cards: list[tuple[int, int, int]], models: Mapping[int, Any], decks: Mapping[int, str],
    compilation: Compilation,
) -> Lock:  # fmt: skip
    """Return the records of a package's notes. KeyError if they are of another project."""
    settings = compilation.project.settings
    assert settings is not None
    packs = {note_type_id(settings.name, pack.note_type): name for name, pack in compilation.packs.items()}
    kinds = {number: _kind(compilation.packs[packs[number]].note_type, model) for number, model in models.items() if number in packs}
    known = _known(compilation)
    if notes and all(kinds[kind].adopted and guid not in known for _, guid, kind, *_ in notes):
        raise ValueError("it holds no question of this project")  # Note types of Anki's own, such as Basic, may be adopted by several.
    name = _name(name, {guid for _, guid, *_ in notes}, compilation)
    ordinals: dict[int, list[tuple[int, int]]] = {}
    for note, ordinal, deck in cards:
        ordinals.setdefault(note, []).append((ordinal, deck))
    records: dict[str, NoteRecord] = {}
    for number, guid, kind, mod, tags, values in notes:
        fields = values.split("\x1f")
        made = prints(kinds[kind], fields, tags.split())
        named = dict(zip((spec.name for spec in kinds[kind].fields), fields, strict=True))
        here = sorted(ordinals.get(number, ()))
        # An adopted note says by no field which question it is, and whether it is retired.
        adopted = kinds[kind].adopted is not None
        identity = known.get(guid, guid) if adopted else named["Id"]
        retired = f"{settings.short_name}::retired" in tags.split() if adopted else named.get("Status") == "retired"
        records[guid] = NoteRecord(
            guid, identity, number, mod, packs[kind], decks[here[0][1]] if here else "", (name,), tuple(ordinal for ordinal, _ in here), "",
            made.text, made.citations, made.tags, made.parts, retired,
        )  # fmt: skip
    types: dict[str, TypeRecord] = {packs[number]: describe(kind, str(models[number]["name"])) for number, kind in kinds.items()}
    return Lock(settings.name, records, types, dict.fromkeys(decks.values(), ""))


def _known(compilation: Compilation) -> dict[str, str]:
    """Return the ids of all questions that the project has, or had in a release, by guid. What was released is known by its id of then."""
    lock = compilation.lock
    released = {record.guid: record.id for record in lock.notes.values()}
    return {note.guid: note.question_id for note in compilation.notes} | dict(lock.forgotten) | released


def _name(stem: str, guids: set[str], compilation: Compilation) -> str:
    """Return the name of a package by its file's name; if somebody renamed that, the package which holds most nearly the same notes."""
    names = package_names(compilation.project)
    if stem in names:
        return stem
    globs = compilation.project.settings.packages if compilation.project.settings else {}
    held = {name: {note.guid for note in compilation.notes if not globs or matches(note.deck_path, globs[name])} for name in names}
    return min(names, key=lambda name: len(held[name] ^ guids))


def _read(path: Path) -> tuple[list[tuple[int, str, int, int, str, str]], list[tuple[int, int, int]], dict[int, Any], dict[int, str]]:
    with zipfile.ZipFile(path) as archive:
        if {"collection.anki21", "collection.anki21b"} & set(archive.namelist()):
            raise ValueError("Anki exported it")
        if archive.getinfo("collection.anki2").file_size > _MAX_BYTES:
            raise ValueError("its collection is too large")
        database = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(database)
        notes = connection.execute("select id, guid, mid, mod, tags, flds from notes").fetchall()
        cards = connection.execute("select nid, ord, did from cards").fetchall()
        ((models, decks),) = connection.execute("select models, decks from col").fetchall()
    finally:
        connection.close()
    used = {deck for _, _, deck in cards}
    names = {int(number): str(deck["name"]) for number, deck in json.loads(decks).items() if int(number) in used}
    return notes, cards, {int(number): model for number, model in json.loads(models).items()}, names


def _kind(now: NoteType, model: Any) -> NoteType:
    """Return the note type as a package has it. What Anki keeps besides is taken to be as it is now."""
    fields = tuple(FieldSpec(field.get("id"), str(field["name"]), spec.settings) for field, spec in zip(model["flds"], now.fields, strict=True))
    cards = tuple(
        CardTemplate(card.get("id"), card["name"], card["qfmt"], card["afmt"], known.settings) for card, known in zip(model["tmpls"], now.cards, strict=True)
    )
    return NoteType(now.pack, "", model["type"] == 1, fields, cards, str(model["css"]), adopted=now.adopted)


def as_far_as_told(lock: Lock, package: Lock) -> Lock:
    """Return a lock with only what a package can tell: the notes of that package, and nothing of descriptions and other packages."""
    (name,) = {name for record in package.notes.values() for name in record.packages} or {""}
    notes = {guid: replace(record, packages=(name,)) for guid, record in lock.notes.items() if guid in package.notes or name in record.packages}
    silent = {guid for guid, record in package.notes.items() if not record.deck}  # Without cards: in which deck they are it does not say.
    return Lock(lock.project, notes, lock.note_types, {record.deck: "" for guid, record in notes.items() if guid not in silent})
