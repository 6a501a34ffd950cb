"""Raised and lowered digits: 10<sup>6</sup> reads 10⁶, and never 106."""

from __future__ import annotations

_TABLES = {"sup": str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻"), "sub": str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")}


def raise_digits(content: str, tag: str) -> str:
    """Return what stands in `<sup>` or `<sub>`, or in neither, as it is seen; letters have no raised form that all fonts know."""
    if not tag:
        return content
    table = _TABLES[tag]
    return content.translate(table) if all(ord(char) in table for char in content) else content
