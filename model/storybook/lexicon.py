"""The words that the grammar teaches: what a slip may have meant, and what a request is made of."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from ..nexus.spelling import Spelling
from . import words
from .checks import NUMBER_WORDS
from .dialogues import PROMPTS
from .phrases import (
    ALL_WORDS,
    ALSO_WORDS,
    ASIDES,
    BESIDE_WORDS,
    BOTH_WORDS,
    CAPTIONS,
    COMMANDS,
    CORRECTIONS,
    DIRECTION_WORDS,
    DOING_WORDS,
    FOLLOW_UPS,
    FRAMES,
    JOINERS,
    LIKE_WORDS,
    LISTED,
    LISTS,
    LOOKS_BEHIND,
    MANY_WORDS,
    NEXT_WORDS,
    QUESTIONS,
    REQUESTS,
    SENTENCES,
    SIDE_WORDS,
    TERSE,
    VAGUE_COUNTS,
)
from .requests import TELLINGS
from .variations import vary

PATTERNS = (QUESTIONS, COMMANDS, SENTENCES, TERSE, FOLLOW_UPS, REQUESTS, ASIDES, FRAMES, LISTED,
            LISTS, {"joiners": JOINERS})  # fmt: skip
# What fills the slots of the patterns, and how many patterns' worth each of its words is.
FILLERS: tuple[tuple[object, int], ...] = (
    (words.KIND_WORDS, 300), (words.COLOUR_WORDS, 300), (words.SIZE_WORDS, 200),
    (words.MORE_SIZE, 50), (words.PLACE_PHRASES, 25), (words.TO_PLACE_PHRASES, 25),
    (words.ROW_PHRASES, 25), (words.COLUMN_PHRASES, 25), (words.SCENE_NOUNS, 100),
    (words.SCENE_PHRASES_IN, 50), (words.LIGHT_NOUNS, 100), (words.LIGHT_PHRASES_AT, 50),
    (words.ASIDE_WORDS, 3), (DIRECTION_WORDS, 25), (BESIDE_WORDS, 25), (SIDE_WORDS, 25),
    (DOING_WORDS, 25), (BOTH_WORDS, 50), (ALL_WORDS, 50), (NEXT_WORDS, 50), (VAGUE_COUNTS, 50),
    (NUMBER_WORDS, 200), (CAPTIONS, 1), (TELLINGS, 25), (CORRECTIONS, 50), (LOOKS_BEHIND, 25),
    (ALSO_WORDS, 50), (MANY_WORDS, 50), (LIKE_WORDS, 50),
)  # fmt: skip
# The sections whose patterns ask for what the world does not have, or for no picture.
BEYOND = frozenset({"act", "outside", "edit_outside"})
# The share of the patterns that a word stands in, from which it belongs to what can be asked for.
WORLD_SHARE = 1 / 1900


def word_counts() -> dict[str, int]:
    """Return how often each word stands in the patterns of the training split, roughly."""
    patterns = (
        pattern for sections in PATTERNS for bank in sections.values() for pattern in bank.train
    )
    return dict(sorted(_counted(patterns, FILLERS).items()))


def world_words() -> list[str]:
    """Return the words that requests which can be met are made of, in the training split.

    Not those of one pattern or two: words met that seldom must look in training as a word does that
    was never met, or the model learns that every strange word is a thing it cannot give.
    """
    rng = random.Random(0)
    patterns = [
        text
        for sections in (
            QUESTIONS,
            COMMANDS,
            SENTENCES,
            FOLLOW_UPS,
            REQUESTS,
            FRAMES,
            {"joiners": JOINERS},
        )  # fmt: skip
        for name, bank in sections.items()
        if name not in BEYOND
        for pattern in bank.train
        for text in (pattern, vary(pattern, rng))
    ]
    fillers = [one for one in FILLERS if one[0] not in (words.ASIDE_WORDS, CAPTIONS)]
    counts = _counted(patterns, (*fillers, (PROMPTS, len(patterns))))
    least = WORLD_SHARE * len(patterns)
    return sorted(word for word, count in counts.items() if count >= least)


def _counted(patterns: Iterable[str], fillers: Iterable[tuple[object, int]]) -> Counter[str]:
    """Return how often each word stands in patterns and, by its weight, in what fills slots."""
    counts: Counter[str] = Counter()
    for pattern in patterns:
        counts.update(_words_of(pattern))
    for table, weight in fillers:
        for text in _texts_in(table):
            counts.update({word: weight for word in _words_of(text)})
    return counts


@cache
def storybook_spelling() -> Spelling:
    """Return what mends and marks the words of a request, as the exported model will."""
    return Spelling(word_counts(), world_words())


def _words_of(text: str) -> list[str]:
    """Return the words of a text, without its slots."""
    return re.findall(r"[a-z]+", re.sub(r"\{.*?\}", " ", text.lower()))


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
