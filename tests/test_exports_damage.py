"""Reading damaged and hostile exports: they end in an `UnreadableError` or in remarks, never in anything else, and write nothing."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from anki import collection, decks_pb2, notetypes_pb2
from anki.import_export_pb2 import MediaEntries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citedeck.exports import database, notes, packages
from citedeck.exports.anki_json import as_number
from citedeck.exports.media_names import safe_name
from citedeck.exports.nouns import Export, UnreadableError
from citedeck.exports.reading import read_export

MODELS = {
    "7": {
        "id": 7,
        "name": "Pair",
        "type": 0,
        "mod": 1_600_000_000,
        "css": "",
        "flds": [{"name": "A"}, {"name": "B"}],
        "tmpls": [{"name": "AB", "qfmt": "{{A}}", "afmt": "{{B}}"}],
    }
}
DECKS = {"1": {"id": 1, "name": "Default"}, "5": {"id": 5, "name": "Birds::Small", "desc": "", "dyn": 0}}
TABLES = """
CREATE TABLE col (id INTEGER PRIMARY KEY, ver INTEGER, models, decks);
CREATE TABLE notes (id INTEGER PRIMARY KEY, guid, mid, mod, tags, flds);
CREATE TABLE cards (id INTEGER PRIMARY KEY, nid, did, ord, type, due, odue, odid, data);
"""


def make_database(
    statements: str = "", *, tables: str = TABLES, models: Any = MODELS, decks: Any = DECKS, version: Any = 11, rows: Iterable[tuple[str, Sequence[Any]]] = ()
) -> bytes:
    """Return a small database of schema 11: two notes, unless the statements change it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(tables)
        if "CREATE TABLE col" in tables:
            texts = [one if isinstance(one, (str, bytes)) or one is None else json.dumps(one) for one in (models, decks)]
            connection.execute("INSERT INTO col VALUES (1, ?, ?, ?)", (version, *texts))
        if tables == TABLES:
            add_note(connection, 100, "first", due=2)
            add_note(connection, 200, "second", due=1)
        connection.executescript(statements)
        for statement, values in rows:
            connection.execute(statement, values)
        connection.commit()
        return connection.serialize()


def add_note(connection: sqlite3.Connection, note_id: int, guid: str, due: int) -> None:
    connection.execute("INSERT INTO notes VALUES (?, ?, 7, 1600000000, ' t ', ?)", (note_id, guid, f"{guid}\x1fb"))
    connection.execute("INSERT INTO cards VALUES (?, ?, 5, 0, 0, ?, 0, 0, '')", (note_id + 1, note_id, due))


def zipped(path: Path, members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read(path: Path) -> Export:
    """Read an export and all its media files; nothing may remain."""
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(path, Path(folder))
        for media in export.media:
            with media.open() as stream:
                while stream.read(1 << 16):
                    pass
        assert not list(Path(folder).iterdir())
    return export


def read_database(folder: Path, statements: str = "", **changes: Any) -> Export:
    return read(zipped(folder / "one.apkg", {"collection.anki2": make_database(statements, **changes), "media": b"{}"}))


def survives(path: Path) -> Export | None:
    try:
        return read(path)
    except UnreadableError:
        return None


@pytest.mark.parametrize(
    ("statements", "guids", "remark"),
    [
        ("", ["second", "first"], None),
        ("UPDATE notes SET guid = 'same'", ["same", "same"], None),
        ("DELETE FROM cards WHERE nid = 200", ["first", "second"], None),
        ("DELETE FROM cards", ["first", "second"], None),
        ("UPDATE notes SET mid = 8 WHERE id = 100", ["second"], "1 note is left out, because its note type is missing or damaged; its guid: first."),
        ("UPDATE notes SET mid = 'x'", [], "2 notes are left out, because their note type is missing or damaged; their guids: first, second."),
        (
            "UPDATE notes SET flds = 'only' WHERE id = 100",
            ["second", "first"],
            "1 note has more or fewer fields than its note type: empty ones were added, or the surplus was joined to the last one; its guid: first.",
        ),
        (
            "UPDATE cards SET did = 9",
            ["second", "first"],
            '2 notes have cards in a deck that is missing, which are now in "Default"; their guids: first, second.',
        ),
        ("INSERT INTO cards (id, nid) VALUES (9, 9)", ["second", "first"], "1 note is missing, although there are cards of it; its id: 9."),
        ("UPDATE notes SET guid = NULL, tags = NULL, flds = NULL, mod = NULL WHERE id = 100", ["second", ""], None),
        ("UPDATE cards SET due = 'x', type = 'y', ord = NULL, data = x'ff00', odid = 'z', odue = NULL", ["first", "second"], None),
        ("UPDATE cards SET type = 2, data = '{\"pos\":1}' WHERE nid = 100; UPDATE cards SET due = 7 WHERE nid = 200", ["first", "second"], None),
        ('UPDATE cards SET type = 2, data = \'{"cd":"{\\"pos\\":1}"}\' WHERE nid = 100', ["second", "first"], None),
        ("UPDATE cards SET odid = 5, odue = 0, did = 1, due = -100000 WHERE nid = 100", ["first", "second"], None),
    ],
)
def test_odd_notes_and_cards(tmp_path: Path, statements: str, guids: list[str], remark: str | None) -> None:
    export = read_database(tmp_path, statements)
    assert [note.guid for note in export.notes] == guids
    if remark:
        assert remark in export.remarks
    for note in export.notes:
        assert len(note.fields) == 2
        assert note.deck == "Birds::Small" or "cards SET" in statements


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    export = read_database(tmp_path, "UPDATE notes SET flds = CAST(x'61ff1f62' AS TEXT), tags = x'fe' WHERE id = 100")
    assert export.notes[1].fields == ("a\N{REPLACEMENT CHARACTER}", "b")
    assert export.remarks == ("Some texts are damaged: what is no text in them was replaced by \N{REPLACEMENT CHARACTER}.",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"statements": "DROP TABLE cards"}, "no table 'cards'"),
        ({"statements": "DELETE FROM col"}, "does not say its version"),
        ({"version": 19}, "newer version of Anki"),
        ({"version": 18}, "no table 'notetypes'"),
        ({"models": "{"}, "list of its note types is damaged"),
        ({"decks": b"\x00\xff"}, "list of its decks is damaged"),
        ({"models": "[" * 200_000}, "list of its note types is damaged"),
        ({"models": '{"7": ' + "9" * 10_000 + "}"}, "list of its note types is damaged"),
        ({"statements": "ALTER TABLE notes DROP COLUMN flds"}, "no such column: flds"),
        ({"statements": "ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n"}, "no table 'notes'"),
        ({"statements": "DROP TABLE notes; CREATE VIRTUAL TABLE notes USING fts5(guid, mid, mod, tags, flds)"}, "no table 'notes'"),
        (
            {"statements": "ALTER TABLE notes ADD COLUMN x AS (upper(guid)); ALTER TABLE notes DROP COLUMN flds; ALTER TABLE notes RENAME COLUMN x TO flds"},
            "has no table 'notes'",
        ),
    ],
)
def test_databases_that_cannot_be_read(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        read_database(tmp_path, **changes)


def test_json_of_the_wrong_shape(tmp_path: Path) -> None:
    assert read_database(tmp_path, models="[1]").notes == ()
    assert read_database(tmp_path, models=None, decks=None).notes == ()
    odd = {
        "7": MODELS["7"]
        | {"css": 5, "mod": "x", "type": [], "sortf": "1", "latexsvg": "yes", "flds": [{"name": None, "id": 2**70}, 7, {"name": "B", "size": 1e400}]},
        "x": {},
        "9": 3,
    }
    export = read_database(tmp_path, models=odd, decks={"5": {"name": 7}, "6": None})
    assert [field.name for field in export.types[0].fields] == ["", "B"]
    assert export.types[0].settings == {"sortf": 1}
    assert {note.deck for note in export.notes} == {"Default"}
    export = read_database(tmp_path, models={"7": MODELS["7"] | {"tmpls": []}})
    assert export.remarks[0] == "The note type 'Pair' has no fields or no card templates and is left out."
    assert [as_number(value) for value in (True, "12", "-3", "x", 1.5, float("nan"), float("inf"), 2**63, None)] == [1, 12, -3, 0, 1, 0, 0, 0, 0]


def test_a_database_that_asks_for_too_much_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(database, "MAX_STEPS", 1)
        patched.setattr(database, "_STEP", 10)
        with pytest.raises(UnreadableError, match="takes too long"):
            read_database(tmp_path)
    for limit, value, message in (("MAX_ROWS", 1, "more than 1 cards"), ("MAX_TEXT", 5, "GiB of text")):
        with monkeypatch.context() as patched:
            patched.setattr(notes, limit, value)
            with pytest.raises(UnreadableError, match=message):
                read_database(tmp_path)


@pytest.mark.parametrize("packed", [True, False])
def test_archives_that_unpack_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr(packages, "MAX_DATABASE", 1_000_000)
    content = bytes(30_000_000)
    members = {"collection.anki21b": zstandard.compress(content)} if packed else {"collection.anki2": content}
    path = zipped(tmp_path / "bomb.apkg", members, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(UnreadableError, match="unpacks to more than it should"):
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_packing_that_needs_too_much_memory(tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=28, compression_level=1)).compressobj()
    path = zipped(tmp_path / "wide.apkg", {"collection.anki21b": wide.compress(make_database()) + wide.flush()})
    with pytest.raises(UnreadableError, match=r"'collection.anki21b' in it is damaged"):
        read(path)


def test_members_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="compressed in a way that Anki does not know"):
        read(zipped(tmp_path / "one.apkg", {"collection.anki2": make_database()}, zipfile.ZIP_LZMA))
    path = zipped(tmp_path / "two.apkg", {"collection.anki2": make_database(), "media": b"{}"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match="asks for a password"):
        read(path)


@pytest.mark.parametrize("cut", [1, 30, 0.5, 0.99])
def test_a_package_that_is_cut_off(tmp_path: Path, cut: float) -> None:
    path = zipped(tmp_path / "one.apkg", {"collection.anki2": make_database(), "media": b"{}"})
    content = path.read_bytes()
    path.write_bytes(content[: int(cut * len(content)) if cut < 1 else int(cut)])
    with pytest.raises(UnreadableError, match="cut off"):
        read(path)


def test_files_that_are_no_exports(tmp_path: Path) -> None:
    for name, content, message in (
        ("a.apkg", b"hello", "no package, or is cut off"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "holds no collection"),
        ("a.anki2", make_database(), "a database of Anki's, not an export"),
        ("a.pdf", b"%PDF", "no export that can be read"),
        ("a.json", b"\xff", "JSON cannot be read"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableError, match=message) as raised:
            read(tmp_path / name)
        assert raised.value.hint
    for path, message in (
        (tmp_path / "none.apkg", "no such file"),
        (Path("/dev/null"), "no file"),
        (tmp_path / "a\0b.apkg", "such file|cannot be opened"),
        (tmp_path, "no deck.json"),
    ):
        with pytest.raises(UnreadableError, match=message):
            read(path)


BAD_NAMES = [
    *("", ".", "..", "/etc/passwd", "a/b.png", "..\\x", "C:x.png", "a.png:stream", "nul", "CON.txt", "com1 .png", "x\ny", "\x7f", "a" * 300, "é" * 200),
    *(None, 5, ["x"]),
]


def test_media_with_names_that_lead_elsewhere(tmp_path: Path) -> None:
    assert [name for name in BAD_NAMES if safe_name(name) is not None] == []
    assert [safe_name(name) for name in ("a b.png", "_x.js", "cone.txt", "e\u0301.png", ".hidden", "a..b", "paste-1.jpg")] == [
        *("a b.png", "_x.js", "cone.txt", "\u00e9.png", ".hidden", "a..b", "paste-1.jpg"),
    ]
    listed = {str(place): name for place, name in enumerate([*BAD_NAMES, "good.png", "gone.png", "e\u0301.png", "\u00e9.png"])}
    members = {str(place): b"x" for place in range(len(listed)) if listed[str(place)] != "gone.png"}
    path = zipped(tmp_path / "one.apkg", members | {"collection.anki2": make_database(), "media": json.dumps(listed).encode(), "../evil": b"x"})
    export = read(path)
    assert [media.name for media in export.media] == ["good.png", "\u00e9.png"]
    assert export.remarks == (
        "1 media file is missing from the package: gone.png.",
        "18 media files are left out, because their names are not safe: , ., .., /etc/passwd, a/b.png, ….",
        "1 media file is left out, because another one has its name: \u00e9.png.",
    )


def test_lists_of_media_that_are_damaged(tmp_path: Path) -> None:
    for name, content in (
        ("collection.anki2", b"["),
        ("collection.anki2", b"[]"),
        ("collection.anki21b", b"\xff\xff"),
        ("collection.anki21b", b"\x28\xb5\x2f\xfd" + b"\xff" * 20),
    ):
        path = zipped(tmp_path / "one.apkg", {name: make_database(), "media": content, "0": b"x"})
        assert read(path).remarks == ("The package's list of media files is damaged: no media files are taken over.",)
    assert read(zipped(tmp_path / "one.apkg", {"collection.anki2": make_database()})).media == ()


def test_media_that_are_not_as_large_as_said(tmp_path: Path) -> None:
    for size, content, message in (
        (5, bytes(9), "more than it should"),
        (50, bytes(9), "damaged"),
        (9, zstandard.compress(bytes(9))[:-3], "damaged"),
        (9, bytes(9), ""),
    ):
        listed = MediaEntries(entries=[MediaEntries.MediaEntry(name="a.png", size=size)])
        packed = content if content[:1] == b"\x28" else zstandard.compress(content)
        members = {"collection.anki21b": zstandard.compress(make_database()), "media": zstandard.compress(listed.SerializeToString()), "0": packed}
        path = zipped(tmp_path / "one.apkg", members)
        if message:
            with pytest.raises(UnreadableError, match=message):
                read(path)
        else:
            assert read(path).media[0].size == 9


def test_media_do_not_have_to_fit_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 40_000_000
    path = tmp_path / "one.apkg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("collection.anki2", make_database())
        archive.writestr("media", '{"0": "film.mp4"}')
        archive.writestr("0", bytes(size))
    tracemalloc.start()
    assert read(path).media[0].size == size
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    monkeypatch.setattr(packages, "MAX_MEDIA", size - 1)
    with pytest.raises(UnreadableError, match="media files unpack to more than"):
        read(path)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Return packages of the older and the newer format, whose members lie bare in the file, so that damage gets deep into them."""
    folder = tmp_path_factory.mktemp("samples")
    col: Any = collection.Collection(str(folder / "collection.anki2"))
    col.media.write_data("a.png", b"picture")
    for text in ("<img src=a.png>", "{{c1::two}}"):
        note = col.new_note(col.models.by_name("Cloze" if "c1" in text else "Basic"))
        note.fields = [text, "back"]
        col.add_note(note, col.decks.id("A::B"))
    found = []
    for legacy in (True, False):
        path = folder / f"{legacy}.apkg"
        options = collection.ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False, with_media=True, legacy=legacy)
        col.export_anki_package(out_path=str(path), limit=None, options=options)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist() if name != "collection.anki2"}
        if not legacy:
            with zstandard.ZstdDecompressor().stream_reader(members["collection.anki21b"]) as stream:
                members["collection.anki21b"] = stream.read()
        found += [zipped(folder / "bare.apkg", members).read_bytes(), path.read_bytes()]
    col.close()
    return found


FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(st.data())
def test_damaged_packages_raise_nothing_else(samples: list[bytes], tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(samples)))
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(content) - 1))
        patch = data.draw(st.binary(min_size=1, max_size=6))
        content[place : place + len(patch)] = patch
    path = tmp_path / "one.apkg"
    path.write_bytes(content)
    survives(path)


@FEW
@given(
    st.data(),
    st.sampled_from(["collection.anki2", "collection.anki21", "collection.anki21b"]),
    st.binary(max_size=200),
    st.booleans(),
)
def test_damaged_members_raise_nothing_else(samples: list[bytes], tmp_path: Path, data: st.DataObject, name: str, noise: bytes, packed: bool) -> None:
    """The checksums of the archive are right here: what is in it is not."""
    database = bytearray(make_database())
    place = data.draw(st.integers(0, len(database) - 1))
    database[place : place + len(noise)] = noise
    members = {name: zstandard.compress(bytes(database)) if packed else bytes(database), "media": data.draw(st.binary(max_size=30)), "0": noise}
    if data.draw(st.booleans()):
        members["meta"] = data.draw(st.binary(max_size=4))
    survives(zipped(tmp_path / "one.apkg", members))


VALUES = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=20), st.binary(max_size=20))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["7", "5", "name", "flds", "tmpls", "id", "type", "mod", "css", "notes", "children"]) | st.text(max_size=4), inner, max_size=6
        )
    ),
    max_leaves=30,
)


@FEW
@given(st.lists(st.tuples(st.sampled_from(["notes", "cards", "col"]), st.lists(VALUES, min_size=9, max_size=9)), max_size=6), JSON, JSON)
def test_odd_values_raise_nothing_else(tmp_path: Path, rows: list[tuple[str, list[Any]]], models: Any, decks: Any) -> None:
    widths = {"col": 4, "notes": 6, "cards": 9}
    tables = TABLES.replace("INTEGER PRIMARY KEY", "")
    inserts = [(f"INSERT INTO {table} VALUES ({','.join('?' * widths[table])})", values[: widths[table]]) for table, values in rows]
    content = make_database(tables=tables, models=models, decks=decks, rows=inserts)
    survives(zipped(tmp_path / "one.apkg", {"collection.anki2": content, "media": json.dumps(models).encode()}))


@FEW
@given(st.lists(st.tuples(st.sampled_from(["notetypes", "fields", "templates", "decks"]), st.binary(max_size=40)), max_size=6))
def test_odd_messages_raise_nothing_else(tmp_path: Path, rows: list[tuple[str, bytes]]) -> None:
    tables = TABLES + (
        "CREATE TABLE notetypes (id, name COLLATE unicase, mtime_secs, config); CREATE TABLE decks (id, name, kind);"
        "CREATE TABLE fields (ntid, ord, name, config); CREATE TABLE templates (ntid, ord, name, config);"
    ).replace(" COLLATE unicase", "")
    good = {
        "notetypes": notetypes_pb2.Notetype.Config(css="x").SerializeToString(),
        "fields": notetypes_pb2.Notetype.Field.Config(id=5).SerializeToString(),
        "templates": notetypes_pb2.Notetype.Template.Config(q_format="{{A}}").SerializeToString(),
        "decks": decks_pb2.Deck.KindContainer(filtered=decks_pb2.Deck.Filtered()).SerializeToString(),
    }
    keys = {"notetypes": (7, "name", 1), "decks": (5, "name")}
    inserts: list[tuple[str, Sequence[Any]]] = [("INSERT INTO notes VALUES (1, 'a', 7, 1, '', 'b')", ())]
    for table, noise in [*good.items(), *rows]:
        values = (*keys.get(table, (7, 0, "name")), noise)
        inserts.append((f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values))
    content = make_database(tables=tables, version=18, rows=inserts)
    export = survives(zipped(tmp_path / "one.apkg", {"collection.anki21b": content}))
    assert export is not None
    assert export.notes or export.remarks


@FEW
@given(st.sampled_from([".apkg", ".colpkg", ".json", ".txt", ".csv", ".x"]), st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_arbitrary_files_raise_nothing_else(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"one{ending}"
    path.write_bytes(content)
    survives(path)


@FEW
@given(JSON, JSON)
def test_arbitrary_json_raises_nothing_else(tmp_path: Path, models: Any, inner: Any) -> None:
    path = tmp_path / "deck.json"
    path.write_text(json.dumps({"name": "x", "note_models": [models], "notes": [inner], "children": [inner, {"notes": inner}], "media_files": inner}))
    survives(path)


def test_each_library_is_known_to_one_module() -> None:
    folder = Path(packages.__file__).parent
    for library, owner in (("google.protobuf", "messages.py"), ("zstandard", "archive.py"), ("sqlite3.connect", "database.py")):
        assert [file.name for file in sorted(folder.glob("*.py")) if library in file.read_text(encoding="utf-8")] == [owner]
