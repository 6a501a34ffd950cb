"""Reading what Anki or an add-on exported, whatever its format."""

from __future__ import annotations

from pathlib import Path

from citedeck.exports.crowdanki import read_crowdanki
from citedeck.exports.nouns import Export, UnreadableError
from citedeck.exports.packages import read_package
from citedeck.exports.tables import read_table

_PACKAGES, _TEXTS = (".apkg", ".colpkg", ".zip"), (".txt", ".csv", ".tsv")
_ZIP, _SQLITE = (b"PK\x03\x04", b"PK\x05\x06"), b"SQLite format 3\0"
_EXPORT = "export a deck from Anki with File → Export, as .apkg"


def read_export(path: Path, scratch: Path) -> Export:
    """Return what an export holds; an `UnreadableError` says why it cannot be read.

    `scratch` is an empty folder, in which a database is unpacked while it is read. Media files are read only when they are opened,
    so the export has to stay where it is until then.
    """
    start = _start(path)
    suffix = path.suffix.lower()
    if start is None or suffix == ".json":
        return read_crowdanki(path)
    if suffix in _PACKAGES or start.startswith(_ZIP):
        return read_package(path, scratch)
    if start.startswith(_SQLITE):
        raise UnreadableError("it is a database of Anki's, not an export", _EXPORT)
    if suffix in _TEXTS:
        return read_table(path)
    raise UnreadableError("it is no export that can be read: .apkg, .colpkg, .txt, .csv, .tsv, or a folder of CrowdAnki's", _EXPORT)


def _start(path: Path) -> bytes | None:
    """Return the first bytes of a file, None for a folder."""
    try:
        if path.is_dir():
            return None
        if not path.exists():
            raise UnreadableError("there is no such file", "check its name")
        if not path.is_file():
            raise UnreadableError("it is no file", _EXPORT)
        with path.open("rb") as stream:
            return stream.read(16)
    except (OSError, ValueError) as problem:
        raise UnreadableError(f"it cannot be opened: {problem}", "check the file and its permissions") from None
