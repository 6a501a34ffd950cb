"""Packages: the same bytes for the same input and time, wherever and however they are built."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from citedeck.identity import deck_id, guid, note_type_id
from citedeck.pipeline import build_packages, plan_release
from conftest import Compile, copy_repository, deck, package_of, write_project

T = "1780000000"
FILES = {
    "decks/a.yaml": deck('- {id: a, question: "![x](x.svg) ![y](y.svg)", answer: b, tags: [t2, t1, t3], cite: Swifts sleep in the air.}'),
    "decks/b.yaml": deck("- {id: b, term: c, definition: d, tags: [z, y, x, w], cite: Swifts hunt flying insects}", deck="Birds::Food"),
    "decks/x.svg": "<svg>x</svg>",
    "decks/y.svg": "<svg>y</svg>",
}


def build(root: Path, *options: str, umask: int = 0o022, **environment: str) -> dict[str, str]:
    """Build in a process of its own; return each package's digest by name."""
    output = root / "build"
    shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, *options, "-m", "citedeck", "build", "--project", str(root)]
    subprocess.run(command, check=True, capture_output=True, umask=umask, env={**os.environ, "SOURCE_DATE_EPOCH": T, **environment})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in output.iterdir()}


def test_hash_seed_time_zone_locale_umask_folder_and_file_order_do_not_matter(tmp_path: Path) -> None:
    first = build(write_project(tmp_path / "one", FILES), PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    elsewhere = write_project(tmp_path / "deep" / "other folder", dict(reversed(FILES.items())))
    assert build(elsewhere, PYTHONHASHSEED="2", TZ="Pacific/Auckland", LC_ALL="C") == first
    assert build(elsewhere, "-O", PYTHONHASHSEED="3", TZ="America/St_Johns", LC_ALL="tr_TR.UTF-8", PYTHONUTF8="0", umask=0o077) == first
    assert set(first) == {"birds.apkg"}


def test_a_release_is_the_same_everywhere(tmp_path: Path) -> None:
    """Packages, texts and lock: one after another, in different surroundings."""
    made = []
    for number, surroundings in enumerate(
        ({"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "2", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONUTF8": "0"})
    ):
        root = write_project(tmp_path / str(number), dict(reversed(FILES.items())) if number else FILES)
        command = [sys.executable, "-m", "citedeck", "release", "--project", str(root)]
        for time, answer in ((T, "b"), (str(int(T) + 100), "bb")):
            write_project(root, FILES | {"decks/a.yaml": str(FILES["decks/a.yaml"]).replace("answer: b", f"answer: {answer}")})
            subprocess.run(
                command, check=True, capture_output=True, umask=0o077 if number else 0o022, env={**os.environ, "SOURCE_DATE_EPOCH": time, **surroundings}
            )
        made.append({path.name: path.read_bytes() for path in (*(root / "build").iterdir(), root / "citedeck.lock")})
    assert made[0] == made[1]
    assert len(made[0]) == 4


def test_another_time_is_another_package(compile_files: Compile) -> None:
    compilation = compile_files(FILES)
    early, late = package_of(compilation, 1_780_000_000), package_of(compilation, 1_780_000_001)
    assert early.content != late.content


def test_packages_are_compressed_and_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compile_files: Compile) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    package = package_of(compile_files(FILES), int(T))
    assert not list(scratch.iterdir())
    path = tmp_path / "a.apkg"
    path.write_bytes(package.content)
    with zipfile.ZipFile(path) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_nothing_in_a_package_tells_where_it_was_made(compile_files: Compile) -> None:
    files = FILES | {"decks/c.yaml": deck("- {id: c, question: a, answer: b, cite: Swifts sleep in the air.}", deck="Other")}
    files |= {"citedeck.toml": 'name = "birds-abc123"\n[packages]\nall = ["decks/*.yaml"]\n', "decks/d.yaml": "deck: Empty\nquestions: []\n"}
    package = package_of(compile_files(files), int(T))
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert {(entry.create_system, entry.external_attr >> 16) for entry in archive.infolist()} == {(3, 0o644)}
        database = archive.read("collection.anki2")
        media = json.loads(archive.read("media"))
    assert database[24:28] == b"\0" * 4
    assert database[92:100] == b"\0" * 8
    assert list(media.values()) == sorted(media.values())
    connection = sqlite3.connect(":memory:")
    connection.deserialize(database)
    ((models, decks),) = connection.execute("select models, decks from col")
    assert connection.execute("pragma freelist_count").fetchone() == (0,)
    connection.close()
    assert {found["name"] for found in json.loads(decks).values()} == {"Default", "Birds", "Birds::Food", "Other"}
    assert all("--ink" in model["css"] for model in json.loads(models).values())


def test_packages_hold_what_their_globs_take(compile_files: Compile) -> None:
    files = FILES | {"citedeck.toml": 'name = "birds-abc123"\n[packages]\nfirst = ["decks/a.yaml"]\nall = ["decks/*.yaml"]\n'}
    compilation = compile_files(files)
    assert compilation.ok
    plan, _ = plan_release(compilation, int(T))
    built = {package.file_name: package for package in build_packages(compilation, plan)}
    assert {name: (package.notes, package.cards) for name, package in built.items()} == {"first.apkg": (1, 1), "all.apkg": (2, 3)}
    (only,) = build_packages(compilation, plan, ("first",))
    assert only == built["first.apkg"]


def test_identity_depends_on_the_project_s_name_and_the_id_alone(compile_files: Compile) -> None:
    """These values are in learners' collections. If one changes, everybody's progress is lost."""
    assert guid("birds-abc123", "sleep") == "0NORFL88ry4lOe9qh"
    basic = compile_files(FILES).packs["basic"].note_type
    assert note_type_id("birds-abc123", basic) == 1456731808948
    assert note_type_id("birds-abc124", basic) != note_type_id("birds-abc123", basic)
    assert len({deck_id("birds-abc123", name) for name in ("A", "A::B", "B")}) == 3
    (first, _) = compile_files(FILES).notes
    assert first.guid == guid("birds-abc123", "a")
    given = compile_files({"decks/a.yaml": deck("- {id: a, question: b, answer: c, guid: 'xY$9', cite: Swifts sleep in the air.}")})
    assert next(note.guid for note in given.notes if note.question_id == "a") == "xY$9"


def test_note_ids_leave_room_for_every_card_and_lie_in_the_past(compile_files: Compile) -> None:
    compilation = compile_files(FILES)
    stamped = plan_release(compilation, int(T))[0].notes
    ids = [one.note_id for one in stamped]
    assert ids == sorted(ids)
    assert all(later // 1000 > earlier // 1000 for earlier, later in pairwise(ids))
    assert ids[-1] < int(T) * 1000 + 499
    assert {one.mod for one in stamped} == {int(T)}


def test_the_repository_builds_the_same_twice(tmp_path: Path) -> None:
    copy_repository(tmp_path)
    assert build(tmp_path, PYTHONHASHSEED="5") == build(tmp_path, PYTHONHASHSEED="6")
