"""The source that the documentation's examples quote: a guide to brewing green tea."""

from __future__ import annotations

TEA = {
    "sources/tea-guide.yaml": 'type: report\ntitle: Brewing green tea\nauthor: [{literal: Example Tea Society}]\nissued: "2024-03"\nURL: https://example.org/tea\n'
    "citedeck: {language: en, evidence: guideline}\n",
    "sources/tea-guide.md": """# Brewing green tea

## Time and heat

Green tea should steep for two minutes in water at 80 °C. Hotter water scalds the leaf, experienced tasters say.

A longer steep draws out bitter tannins. Two grams of leaf make a cup of 150 ml.

## Storage

Keep the leaves dry, dark and cool, for up to 12 months. A cool cellar may keep them fresh for longer.

## Serving

How should it be served? Most tasters serve it plain. The society's first guide appeared in 1998.
""",
}
