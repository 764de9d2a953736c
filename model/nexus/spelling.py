"""What a small model reads of a text: without slips of the finger, strange words marked."""

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path

from spellchecker import SpellChecker

from ..errors import ModelError
from .tensor_files import read_json, write_json

WORDS_FILE = "words.json"

MIN_LETTERS = 3  # of a word that may be a slip
MIN_ENGLISH = 75  # times in the dictionary's texts (film subtitles, which have slips of their own)
MIN_TAUGHT = 5  # times that the model met a word, before a slip is taken for it
MARK = "* "  # before a word that is strange to the model
# Words of letters alone: no part of "don't", and nothing with digits in it.
WORD = re.compile(r"(?<![\w'’])[A-Za-z]{2,}(?![\w'’])")


class Spelling:
    """Puts a word that is no word in the place of the one that was meant, if the model knows it.

    What is English stays, known to the model or not: "a bat" must not become "a cat". Candidates
    are one letter away (added, lost, changed, or two swapped: Damerau 1964), and the most frequent
    of them is taken. The first letter is right but for a swap, for people see that one.

    counts: how often the model met each word, lower case; world: the words that requests which it
    can meet are made of. All others are strange: they are marked, for a small model sees only
    pieces of a word that it never met, and must tell "a gramophone" from "a balloon" all the same.
    """

    def __init__(self, counts: Mapping[str, int], world: Collection[str] = ()) -> None:
        self.counts, self.world = counts, frozenset(world)

    @cached_property
    def _english(self) -> SpellChecker:
        return SpellChecker()  # read when the first strange word comes: it takes 0.2 s

    def _is_word(self, typed: str) -> bool:
        return typed in self.counts or self._english[typed] >= MIN_ENGLISH

    def read(self, text: str) -> str:
        """Return the text as the model reads it: mended, then marked."""
        return self.mark(self.mend(text))

    def mark(self, text: str) -> str:
        """Return the text with a star before every strange word; without a world none is."""
        if not self.world:
            return text
        return WORD.sub(
            lambda match: match[0] if match[0].lower() in self.world else MARK + match[0], text
        )

    def mend(self, text: str) -> str:
        """Return the text with its slips mended, case and all else as typed."""
        return WORD.sub(lambda match: self._mend_word(match[0]), text)

    def _mend_word(self, word: str) -> str:
        typed = word.lower()
        if len(typed) < MIN_LETTERS or self._is_word(typed):
            return word
        meant = [near for near in self._english.edit_distance_1(typed) if self._may_be(typed, near)]
        if not meant:
            return word
        best = max(sorted(meant), key=lambda near: self.counts[near])
        return best.upper() if word[:2].isupper() else best.title() if word[0].isupper() else best

    def _may_be(self, typed: str, near: str) -> bool:
        """Return whether somebody who types `typed` may have meant the known word `near`."""
        if self.counts.get(near, 0) < MIN_TAUGHT:
            return False
        if sorted(near) == sorted(typed):  # two letters swapped
            return True
        is_doubled = len(near) < len(typed) and set(near) == set(typed)
        return near[0] == typed[0] and (len(near) > MIN_LETTERS or is_doubled)


def write_spelling(folder: Path, spelling: Spelling) -> None:
    """Write the words of a checkpoint."""
    write_json(folder / WORDS_FILE, {"met": spelling.counts, "world": sorted(spelling.world)})


def read_spelling(folder: Path) -> Spelling | None:
    """Return how a checkpoint reads words, or None where it has no words of its own."""
    path = folder / WORDS_FILE
    if not path.is_file():
        return None
    content = read_json(path)
    met, world = content.get("met"), content.get("world")
    if (
        not isinstance(met, dict)
        or not all(isinstance(count, int) for count in met.values())
        or not isinstance(world, list)
        or not all(isinstance(word, str) for word in world)
    ):
        raise ModelError(
            f"{path} does not say how often each word was met and which are of its world; "
            "export the checkpoint again with this version."
        )
    return Spelling(met, world)
