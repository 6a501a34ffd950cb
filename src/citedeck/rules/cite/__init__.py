"""Rules about what a question rests on, and whether that holds."""

from citedeck.rules.cite import (
    answer_not_in_passage,
    hedge_dropped,
    incomplete_metadata,
    number_not_in_passage,
    quote_asks,
    quote_length,
    repeated_citation,
    stale_source,
    stitched_quote,
    undisclosed_dispute,
    unit_differs,
    unquoted_place,
    unremarked_dispute,
)

RULES = (
    answer_not_in_passage.find,
    hedge_dropped.find,
    incomplete_metadata.find,
    number_not_in_passage.find,
    quote_asks.find,
    quote_length.find,
    repeated_citation.find,
    stale_source.find,
    stitched_quote.find,
    undisclosed_dispute.find,
    unit_differs.find,
    unquoted_place.find,
    unremarked_dispute.find,
)
