"""Names of media files that strangers give: which may stand in a folder."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 255
"""Bytes of a name, as most disks allow."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$)\s*(\.|$)", re.IGNORECASE)
"""Names that are devices on Windows, whatever ending they have."""


def safe_name(name: object) -> str | None:
    """Return a name in its canonical form; None if it could mean another place than a file in the folder, or no file at all."""
    if not isinstance(name, str):
        return None
    name = unicodedata.normalize("NFC", name[: MAX_NAME + 1])
    if not name or name in (".", "..") or len(name.encode("utf-8", "replace")) > MAX_NAME:
        return None
    if any(mark in name for mark in "/\\:") or any(unicodedata.category(mark) in ("Cc", "Cs") for mark in name) or _RESERVED.match(name):
        return None
    return name
