"""The words that the grammar teaches, and how often: what a slip of the finger may have meant."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from . import words
from .phrases import (
    ASIDES,
    BESIDE_WORDS,
    CAPTIONS,
    COMMANDS,
    DIRECTION_WORDS,
    DOING_WORDS,
    FRAMES,
    JOINERS,
    LISTED,
    LISTS,
    QUESTIONS,
    REQUESTS,
    SENTENCES,
    SIDE_WORDS,
)

PATTERNS = (QUESTIONS, COMMANDS, SENTENCES, REQUESTS, ASIDES, FRAMES, LISTED, LISTS,
            {"joiners": JOINERS})  # fmt: skip
# What fills the slots of the patterns, and how many patterns' worth each of its words is.
FILLERS: tuple[tuple[object, int], ...] = (
    (words.KIND_WORDS, 300), (words.COLOUR_WORDS, 300), (words.SIZE_WORDS, 200),
    (words.MORE_SIZE, 50), (words.PLACE_PHRASES, 20), (words.TO_PLACE_PHRASES, 20),
    (words.ROW_PHRASES, 20), (words.COLUMN_PHRASES, 20), (words.SCENE_NOUNS, 100),
    (words.SCENE_PHRASES_IN, 50), (words.LIGHT_NOUNS, 100), (words.LIGHT_PHRASES_AT, 50),
    (words.ASIDE_WORDS, 3), (DIRECTION_WORDS, 20), (BESIDE_WORDS, 20), (SIDE_WORDS, 20),
    (DOING_WORDS, 20), (CAPTIONS, 1),
)  # fmt: skip


def word_counts() -> dict[str, int]:
    """Return how often each word stands in the patterns of the training split, roughly."""
    counts: Counter[str] = Counter()
    for sections in PATTERNS:
        for bank in sections.values():
            for pattern in bank.train:
                counts.update(_words_of(re.sub(r"\{.*?\}", " ", pattern)))
    for table, weight in FILLERS:
        for text in _texts_in(table):
            counts.update({word: weight for word in _words_of(text)})
    return dict(sorted(counts.items()))


def _words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def _texts_in(table: object) -> Iterator[str]:
    """Yield every string in nested tuples and dictionaries, without the dictionaries' keys."""
    if isinstance(table, str):
        yield table
    elif isinstance(table, Mapping):
        for value in table.values():
            yield from _texts_in(value)
    elif isinstance(table, tuple):
        for value in table:
            yield from _texts_in(value)
