"""The archive that a package is: a ZIP file whose members may be compressed once more (Zstandard). The only module that knows that library.

The file is a stranger's. Its members are read in pieces and counted as they come; what it says of their names and sizes is not believed.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import zstandard

from citedeck.exports.nouns import UnreadableError

MAX_MEMBERS, MAX_WINDOW = 500_000, 128 * 1024 * 1024
"""Members of a package, and bytes of memory that unpacking one may need."""
_PIECE = 1024 * 1024
_MAGIC = b"\x28\xb5\x2f\xfd"
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, zstandard.ZstdError),
    *(EOFError, RuntimeError, NotImplementedError, OSError, struct.error, ValueError, OverflowError, KeyError, MemoryError),
)
_AGAIN = "get the file again"


class Archive:
    """A package's members by name. It stays open as long as something may read from it."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as problem:
            raise UnreadableError(f"it cannot be opened: {problem.strerror or problem}", "check the file and its permissions") from None
        except _BROKEN:
            raise UnreadableError("it is no package, or is cut off: its archive cannot be opened", _AGAIN) from None
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise UnreadableError(f"its archive holds more than {MAX_MEMBERS:,} files", "export one deck at a time")
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableError("its archive asks for a password", "save a copy without one")
        self._members = {member.filename: member for member in members}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def size(self, name: str) -> int:
        """Return how many bytes the archive says that a member has."""
        return self._members[name].file_size

    def close(self) -> None:
        """Let go of the file: nothing can be read from it any more."""
        self._zip.close()

    def read(self, name: str, limit: int, *, packed: bool) -> bytes:
        """Return a small member's bytes, unpacked."""
        with self.open(name, limit, packed=packed) as stream:
            return stream.read()

    def measure(self, name: str, limit: int, *, packed: bool) -> int:
        """Return how many bytes a member has, unpacked: it is read to its end."""
        with self.open(name, limit, packed=packed) as stream:
            return sum(len(piece) for piece in iter(lambda: stream.read(_PIECE), b""))

    def copy(self, name: str, target: Path, limit: int, *, packed: bool) -> None:
        """Write a member to a file that does not exist yet, unpacked."""
        with self.open(name, limit, packed=packed) as stream:
            try:
                with target.open("xb") as file:
                    while piece := stream.read(_PIECE):
                        file.write(piece)
            except OSError as problem:
                raise UnreadableError(f"it cannot be unpacked: {problem.strerror or problem}", "make room on the disk") from None

    @contextmanager
    def open(self, name: str, limit: int, *, packed: bool, exactly: bool = False) -> Iterator[IO[bytes]]:
        """Open a member as a stream of bytes, unpacked a second time if it is packed twice: up to the limit, or exactly that many."""
        member = self._members.get(name)
        if member is None:
            raise UnreadableError(f"it has no {name!r}", _AGAIN)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError(f"{name!r} in it is compressed in a way that Anki does not know", _AGAIN)
        try:
            source = self._zip.open(member)
            stream: IO[bytes] = source
            if packed and isinstance(source, zipfile.ZipExtFile) and source.peek(len(_MAGIC))[: len(_MAGIC)] == _MAGIC:
                stream = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).stream_reader(source, read_across_frames=True, closefd=False)
        except _BROKEN:
            raise _damaged(name) from None
        with source, io.BufferedReader(_Bounded(stream, name, limit, exactly=exactly), _PIECE) as buffered:
            yield buffered


class _Bounded(io.RawIOBase):
    """A member's unpacked bytes. Where they are damaged, too many or too few, an `UnreadableError` ends them."""

    def __init__(self, stream: IO[bytes], name: str, limit: int, *, exactly: bool) -> None:
        self._stream, self._name, self._left, self._exactly = stream, name, limit, exactly

    def readable(self) -> bool:
        """Say yes: it is only for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with the next bytes, and return how many there were."""
        try:
            piece = self._stream.read(len(buffer))
        except _BROKEN:
            raise _damaged(self._name) from None
        self._left -= len(piece)
        if self._left < 0:
            raise UnreadableError(f"{self._name!r} in it unpacks to more than it should", "do not trust this file")
        if not piece and self._exactly and self._left:
            raise _damaged(self._name)
        buffer[: len(piece)] = piece
        return len(piece)


def _damaged(name: str) -> UnreadableError:
    return UnreadableError(f"{name!r} in it is damaged", _AGAIN)
