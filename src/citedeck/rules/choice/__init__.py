"""Rules about options that give the answer away, or confuse."""

from citedeck.rules.choice import (
    absolute_option,
    all_of_the_above,
    clang,
    duplicate_option,
    few_options,
    grammar_cue,
    key_position_skew,
    key_stands_out,
    longest_key,
    negative_stem,
    overlapping_numbers,
    unfinished_stem,
    unordered_numbers,
    vague_frequency,
)

RULES = (
    absolute_option.find,
    all_of_the_above.find,
    clang.find,
    duplicate_option.find,
    few_options.find,
    grammar_cue.find,
    key_position_skew.find,
    key_stands_out.find,
    longest_key.find,
    negative_stem.find,
    overlapping_numbers.find,
    unfinished_stem.find,
    unordered_numbers.find,
    vague_frequency.find,
)
