"""Numbers as people spell them."""

import re

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
)  # fmt: skip


def number_of(word: str) -> int:
    """Return the number that a word spells: "3", "three", "third", "3rd", "a"."""
    lowered = word.lower()
    if lowered == "a":
        return 1
    if "couple" in lowered or "few" in lowered:
        return 2 if "couple" in lowered else 3
    if lowered in NUMBERS:
        return NUMBERS.index(lowered) + 1
    if lowered in ORDINALS:
        return ORDINALS.index(lowered) + 1
    return int(re.sub(r"\D", "", lowered) or 1)
