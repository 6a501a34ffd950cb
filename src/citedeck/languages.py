"""Language tags (BCP 47): whether one is well formed, and which way its script runs."""

from __future__ import annotations

import re

_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-x(-[a-z\d]{1,8})+)?", re.IGNORECASE)
_RTL_SCRIPTS = frozenset({"adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa"})
_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})


def is_language(tag: str) -> bool:
    """Say whether a text is a well-formed language tag, such as "en", "pt-BR" or "zh-Hant"."""
    return bool(_TAG.fullmatch(tag))


def direction(tag: str) -> str:
    """Return "rtl" or "ltr"; a script subtag counts more than the language. Empty for no language."""
    if not tag:
        return ""
    language, *rest = tag.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    return "rtl" if (script in _RTL_SCRIPTS if script else language in _RTL_LANGUAGES) else "ltr"
