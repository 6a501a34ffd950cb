"""Sources whose text may not be shared: a release attests the words that it found, and the attestation stands for the text where that is absent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

from citedeck.diagnostics import Diagnostic, error, info
from citedeck.locators import parse_locator
from citedeck.model import PRIVATE, Citation, Found, Source
from citedeck.normal_forms import NORMALISER, normalise


@dataclass(frozen=True, slots=True, order=True)
class Attestation:
    """What a release records of a citation that it verified. It holds no words of the source."""

    source: str
    digest: str
    """Of the quote, and of the place that the author gave with it."""
    sha256: str
    """Of the file that the words stood in."""
    locator: str

    def as_json(self) -> str:
        """Return the attestation as one line of JSON."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Attestation | None:
        """Return the attestation that a record holds; None if it holds none."""
        values = {field.name: data.get(field.name) for field in fields(cls)}
        return cls(**{name: str(value) for name, value in values.items()}) if all(isinstance(value, str) for value in values.values()) else None


def digest(citation: Citation) -> str:
    """Return the digest by which a citation's attestation is found: it changes with the words, the place given with them, and the normaliser."""
    words = normalise(citation.quote.value, "typography").text if citation.quote else ""
    parts = (NORMALISER, citation.source.value, words, str(citation.locator or ""))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def attest(found: Iterable[Found]) -> dict[str, Attestation]:
    """Return the attestations, by digest, of the citations whose texts may not be shared: of those found here, and of those attested before."""
    made = {}
    for one in found:
        if not one.source.share and one.place and one.source.text:
            key = digest(one.citation)
            made[key] = Attestation(one.source.id, key, one.source.text.sha256, str(one.locator))
        elif one.attested:
            key = digest(one.citation)
            made[key] = Attestation(one.source.id, key, one.attested, str(one.locator))
    return made


class Attestations:
    """The attestations of the last release. If originals are `required`, they do not count."""

    def __init__(self, known: Mapping[str, Attestation], *, required: bool) -> None:
        self._known = known
        self._required = required

    def stand_in(self, citation: Citation, source: Source) -> tuple[Found | None, Diagnostic]:
        """Return what a citation of an absent text is worth, and what is to be said about it."""
        place = f"put the text at {PRIVATE}/{source.id}.pdf, or whatever its format is"
        attestation = self._known.get(digest(citation))
        if attestation is None:
            message = f"the text of '{source.id}' is not here, and no release has looked these words up in it"
            return None, error(citation.span, "unattested", message, place)
        message = f"the text of '{source.id}' is not here; the last release found these words in it"
        if self._required:
            return None, error(citation.span, "unattested", message, place)
        words = " ".join(citation.quote.value.split()) if citation.quote else ""
        found = Found(citation, source, words, parse_locator(attestation.locator), None, attested=attestation.sha256)
        return found, info(citation.span, "attested", message)
