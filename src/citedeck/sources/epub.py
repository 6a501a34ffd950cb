"""EPUB books (https://www.w3.org/TR/epub-33/): chapters in the order of the spine, with the titles of the table of contents.

The file is a stranger's: members are read in bounded pieces, never unpacked to disk, and their names never lead out of the archive.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree as ET
from xml.parsers import expat

from citedeck.sources.blocks import Block, Piece, Problem, Reading, UnreadableError
from citedeck.sources.dom import read_blocks
from citedeck.texts import Format

FORMAT = Format("EPUB", lines=False, stamps=False)

MAX_MEMBERS, MAX_TEXT = 20_000, 64 * 1024 * 1024
"""Members of an archive, and bytes of text in it once unpacked."""
_PIECE = 1 << 16
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, struct.error, ValueError, OverflowError)
_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_HTML = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_BLANKS = re.compile(r"\s+")


def read(content: bytes) -> Reading:
    """Return the book's text, chapter by chapter."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN:
        raise UnreadableError("the file is no EPUB, or is cut off: its archive cannot be opened", "get the file again") from None
    with archive:
        return _Book(archive).read()


@dataclass(frozen=True, slots=True)
class _Item:
    path: str
    kind: str
    properties: str


class _Book:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_TEXT
        self._members: dict[str, zipfile.ZipInfo] = {}
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise UnreadableError(f"the book's archive holds more than {MAX_MEMBERS:,} files", "this is no book")
        for member in members:
            name = member.filename
            if name.startswith("/") or "\\" in name or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
                raise UnreadableError(f"the book's archive has a file that leads out of it: {name[:80]!r}", "do not trust this file")
            self._members.setdefault(name, member)

    def read(self) -> Reading:
        """Return the chapters of the spine."""
        root = self._xml(_CONTAINER)
        package = next((node.get("full-path", "") for node in root.iter() if _name(node) == "rootfile"), "")
        if not package:
            raise UnreadableError("the book does not say where its contents are", "get the file again")
        contents = self._xml(package)
        items, spine = self._manifest(contents, posixpath.dirname(package))
        self._refuse_protected({item.path for item in spine})
        titles = self._titles(items.values())
        blocks: list[Block] = []
        lost: list[str] = []
        for item in spine:
            if "nav" in item.properties.split():
                continue
            try:
                chapter = read_blocks(self._text(item.path), xhtml=True, top=2 if item.path in titles else 1)
            except UnreadableError as problem:
                if self._left <= 0:
                    raise
                lost.append(f"{posixpath.basename(item.path)} ({problem.message})")
                continue
            blocks += _titled(chapter, titles.get(item.path, ""))
        if not any(not block.level for block in blocks):
            raise UnreadableError("the book holds no words", f"{lost[0]}" if lost else "its pages may be pictures")
        problems = [Problem(f"chapters that cannot be read: {', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}", "get the file again")] if lost else []
        return Reading(blocks, problems=problems)

    def _manifest(self, contents: ET.Element, folder: str) -> tuple[dict[str, _Item], list[_Item]]:
        """Return the book's files by id, and those with its text in reading order; what stands outside of it comes last."""
        items: dict[str, _Item] = {}
        order: list[tuple[bool, str]] = []
        for node in contents.iter():
            if _name(node) == "item":
                items[node.get("id", "")] = _Item(_join(folder, node.get("href", "")), node.get("media-type", ""), node.get("properties", ""))
            elif _name(node) == "itemref":
                order.append((node.get("linear") == "no", node.get("idref", "")))
        order.sort(key=lambda one: one[0])
        return items, [item for _, name in order if (item := items.get(name)) and (item.kind in _HTML or not item.kind)]

    def _refuse_protected(self, paths: set[str]) -> None:
        if _ENCRYPTION not in self._members:
            return
        for node in self._xml(_ENCRYPTION).iter():
            if _name(node) != "EncryptedData":
                continue
            methods = {part.get("Algorithm", "") for part in node.iter() if _name(part) == "EncryptionMethod"}
            covered = {_join("", part.get("URI", "")) for part in node.iter() if _name(part) == "CipherReference"}
            if covered & paths and not methods <= set(_FONT_SCRAMBLING):
                raise UnreadableError("the book is protected (DRM): its text cannot be read", "cite its places without words, or use another edition")

    def _titles(self, items: Iterable[_Item]) -> dict[str, str]:
        """Return the chapters' titles by path, from the table of contents."""
        found: dict[str, str] = {}
        for item in items:
            if "nav" not in item.properties.split() and item.kind != "application/x-dtbncx+xml":
                continue
            try:
                root = self._xml(item.path)
            except UnreadableError:
                continue
            links = _nav_links(root) if _name(root) != "ncx" else _ncx_links(root)
            for href, title in links:
                path, anchor = urldefrag(href)
                full = _join(posixpath.dirname(item.path), path)
                if title and (not anchor or full not in found):
                    found.setdefault(full, title)
        return found

    def _xml(self, path: str) -> ET.Element:
        """Return a member's root element. Entities of a document's own are refused: they are how small files become huge."""
        content = self._bytes(path)
        builder = ET.TreeBuilder()
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = lambda name, attributes: builder.start(name, attributes)
        parser.EndElementHandler = lambda name: builder.end(name)
        parser.CharacterDataHandler = lambda data: builder.data(data)

        def refuse(*_: object) -> None:
            raise UnreadableError(f"{path} defines entities of its own", "do not trust this file")

        parser.EntityDeclHandler = refuse
        try:
            parser.Parse(content, True)
            return builder.close()
        except (expat.ExpatError, AssertionError, ValueError) as problem:
            raise UnreadableError(f"{path} is no XML: {problem}", "get the file again") from None

    def _text(self, path: str) -> str:
        content = self._bytes(path)
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16", "replace")
        try:
            return content.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError:
            raise UnreadableError(f"{path} is no UTF-8", "get the file again") from None

    def _bytes(self, path: str) -> bytes:
        """Return a member's bytes, counted as they come: what an archive says of its sizes is not believed."""
        member = self._members.get(path)
        if member is None:
            raise UnreadableError(f"the book has no {path[:80]!r}", "get the file again")
        if member.flag_bits & 1:
            raise UnreadableError("the book's archive asks for a password", "save a copy without one")
        parts: list[bytes] = []
        try:
            with self._archive.open(member) as stream:
                while part := stream.read(_PIECE):
                    self._left -= len(part)
                    if self._left <= 0:
                        raise UnreadableError(f"the book unpacks to more than {MAX_TEXT // 1024**2} MiB of text", "do not trust this file")
                    parts.append(part)
        except _BROKEN:
            raise UnreadableError(f"{path[:80]} is damaged", "get the file again") from None
        return b"".join(parts)


def _name(node: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]


def _join(folder: str, href: str) -> str:
    """Return the member that a reference means; one that leads out of the archive means none."""
    path = posixpath.normpath(posixpath.join(folder, unquote(urldefrag(href)[0])))
    return "" if path.startswith(("..", "/")) else path


def _nav_links(root: ET.Element) -> list[tuple[str, str]]:
    """Return (address, title) of the entries of an EPUB 3 table of contents, without those of its landmarks and page lists."""
    navs = [node for node in root.iter() if _name(node) == "nav"]
    tables = [nav for nav in navs if any(key.rpartition("}")[2] == "type" and "toc" in value.split() for key, value in nav.attrib.items())]
    return [
        (node.get("href", ""), _BLANKS.sub(" ", "".join(node.itertext())).strip()) for nav in tables or navs[:1] for node in nav.iter() if _name(node) == "a"
    ]


def _ncx_links(root: ET.Element) -> list[tuple[str, str]]:
    """Return (address, title) of the entries of an EPUB 2 table of contents."""
    found = []
    for point in (node for node in root.iter() if _name(node) == "navPoint"):
        label = next((node for node in point if _name(node) == "navLabel"), None)
        content = next((node for node in point if _name(node) == "content"), None)
        if label is not None and content is not None:
            found.append((content.get("src", ""), _BLANKS.sub(" ", "".join(label.itertext())).strip()))
    return found


def _titled(chapter: list[Block], title: str) -> list[Block]:
    """Return a chapter that begins with its title; a heading of the same words is that title."""
    if not title:
        return chapter
    if chapter and chapter[0].level:
        words = _BLANKS.sub(" ", "".join(piece.text for piece in chapter[0].pieces)).strip()
        if words.casefold() == title.casefold():
            return [Block(chapter[0].pieces, 1), *chapter[1:]]
    return [Block((Piece(title, 0),), 1), *chapter]
