"""How a person types: picks patterns and synonyms, names things, and slips now and then."""

import random
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal, TypeVar

from ..nexus.pointers import article
from .checks import Partial
from .scene import COLUMNS, ROWS, Scene, Thing
from .variations import vary
from .words import (
    COLOUR_WORDS,
    COLUMN_ADJECTIVES,
    COLUMN_PHRASES,
    KIND_WORDS,
    LIGHT_NOUNS,
    LIGHT_PHRASES_AT,
    PLACE_PHRASES,
    ROW_ADJECTIVES,
    ROW_PHRASES,
    SCENE_NOUNS,
    SCENE_PHRASES_IN,
    SIZE_WORDS,
    TO_PLACE_PHRASES,
)
from .world import World

Split = Literal["train", "test"]
HELD_OUT = 5  # every fifth pattern of a list is kept for the test split
STRUCK = "~ "
VARIED_SHARE = 0.5
EVERYDAY, EVERYDAY_SHARE = (
    12,
    0.15,
)  # a bank begins with what most people say: so often, in training
BORROWED_SHARE = 0.4  # requests for what is outside, in the words of those for what is within
SLIP_SHARES = {"train": 0.16, "test": 0.08}  # texts with a slip of the finger
# Of the names, where there are so many: "the smaller one", "the left cat", "the middle one".
COMPARED_SHARES = {2: 0.1, 3: 0.3}
LOSING_SHARE, LOST_SHARE = 0.4, 0.15  # texts that lose words in training, and words of these
# Words that change nothing, as in "a cute red cat sitting at the top left": shares in training.
IDLE_SHARE = 0.03
IDLE_WORDS = (
    "cute", "happy", "lovely", "nice", "pretty", "funny", "friendly", "beautiful", "sweet",
    "sleepy", "brave", "fancy", "plain", "simple", "fine", "old", "young", "jolly", "cheerful",
    "proud", "silly", "adorable", "lonely", "quiet", "charming", "ordinary", "curious", "wonderful",
)  # fmt: skip
IDLE_DOINGS = (
    "sitting", "standing", "lying", "resting", "waiting", "sleeping", "playing", "placed",
    "located", "hiding", "which is", "that is", "somewhere",
)  # fmt: skip
T = TypeVar("T")
# What a name says of an object: (kind, colour, size, place), and how often.
_NAMINGS = (
    ((True, False, False, False), 46),
    ((True, True, False, False), 24),
    ((True, False, True, False), 8),
    ((True, False, False, True), 8),
    ((True, True, True, False), 4),
    ((True, True, False, True), 3),
    ((False, True, False, False), 3),
    ((False, False, True, False), 1),
    ((False, False, False, True), 4),
)
_NAMING_BOUNDS = tuple(accumulate(weight for _, weight in _NAMINGS))
_NEAR_KEYS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip


class Bank:
    """A list of sentence patterns, every fifth of them held out from training.

    One that begins with `STRUCK` only keeps its place, and with it the split of those after it.
    """

    def __init__(self, *patterns: str, can_vary: bool = False) -> None:
        places = [(i, p) for i, p in enumerate(patterns) if not p.startswith(STRUCK)]
        self.patterns, self.can_vary = tuple(p for _, p in places), can_vary
        self.test = tuple(p for i, p in places if i % HELD_OUT == HELD_OUT - 1)
        self.train = tuple(p for i, p in places if i % HELD_OUT != HELD_OUT - 1)


class Voice:
    """One person's way of typing: a random source and the split whose patterns are used."""

    def __init__(self, rng: random.Random, world: World, split: Split = "train") -> None:
        self.rng, self.world, self.split = rng, world, split
        self.chance = rng.random

    def pick(self, items: Sequence[T]) -> T:
        """Return one of `items`."""
        return items[int(self.chance() * len(items))]

    def often_first(self, items: Sequence[T], share: float = 0.6) -> T:
        """Return the first (canonical) of `items` with the given share, else any."""
        return items[0] if self.chance() < share else items[int(self.chance() * len(items))]

    def pattern(self, bank: Bank) -> str:
        """Return a pattern of the bank's part for this split; in training often a variation."""
        if self.split == "test":
            return self.pick(bank.test)
        often = bank.train[:EVERYDAY] if self.chance() < EVERYDAY_SHARE else bank.train
        pattern = self.pick(often)
        if not bank.can_vary or self.chance() > VARIED_SHARE:
            return pattern
        varied = vary(pattern, self.rng)
        return pattern if varied in bank.test else varied

    def borrowed(self, bank: Bank, *lenders: Bank) -> str:
        """Return a pattern of the bank; in training often one of the lenders, with its slots.

        What is asked for in words that mostly ask for something else must be told by what it is.
        """
        if self.split == "train" and self.chance() < BORROWED_SHARE:
            lent = self.pattern(self.pick(lenders))
            if lent not in bank.test:
                return lent
        return self.pattern(bank)

    def kind(self, kind: str, count: int = 1) -> str:
        """Return a word for a kind, in the plural for other counts than one."""
        return self.often_first(KIND_WORDS[kind])[count != 1]

    def colour(self, colour: str) -> str:
        """Return a word for a colour."""
        return self.often_first(COLOUR_WORDS[colour], 0.7)

    def size(self, size: str) -> str:
        """Return a word for a size."""
        return self.often_first(SIZE_WORDS[size], 0.5)

    def at(self, cell: int) -> str:
        """Return a phrase for a place: "in the upper left corner"."""
        return self.often_first(PLACE_PHRASES[cell], 0.35)

    def to(self, cell: int) -> str:
        """Return a phrase for a way: "to the top left"."""
        return self.often_first(TO_PLACE_PHRASES[cell], 0.35)

    def scene(self, scene: str) -> str:
        """Return a noun for a scene: "the seaside"."""
        return self.often_first(SCENE_NOUNS[scene], 0.35)

    def in_scene(self, scene: str) -> str:
        """Return a phrase for a scene: "at the seaside"."""
        return self.often_first(SCENE_PHRASES_IN[scene], 0.3)

    def light(self, light: str) -> str:
        """Return a noun for a light: "dusk"."""
        return self.often_first(LIGHT_NOUNS[light], 0.5)

    def at_light(self, light: str) -> str:
        """Return a phrase for a light: "at dusk"."""
        return self.often_first(LIGHT_PHRASES_AT[light], 0.35)

    def where(self, partial: Partial) -> str:
        """Return the phrase for the place of `partial`, with a space before it, or ""."""
        if partial.cell is not None:
            place = self.at(partial.cell)
        elif partial.row:
            place = self.often_first(ROW_PHRASES[partial.row], 0.4)
        elif partial.column:
            place = self.often_first(COLUMN_PHRASES[partial.column], 0.4)
        else:
            return ""
        return f" {self.pick(IDLE_DOINGS)} {place}" if self._is_idle() else f" {place}"

    def noun(self, partial: Partial, count: int = 1) -> str:
        """Return adjectives and noun, without article and place: "big crimson ships"."""
        words = []
        if partial.size:
            words.append(self.size(partial.size))
        if partial.colour:
            words.append(self.colour(partial.colour))
        if self._is_idle():
            words.insert(self.pick(range(len(words) + 1)), self.pick(IDLE_WORDS))
        words.append(self.kind(partial.kind, count) if partial.kind else self._thing_word())
        return " ".join(words)

    def _is_idle(self) -> bool:
        return self.split == "train" and self.chance() < IDLE_SHARE

    def _thing_word(self) -> str:
        return self.often_first(("thing", "object"), 0.75)

    def a(self, partial: Partial) -> str:
        """Return an indefinite name: "a small red cat at the top left"."""
        return f"{article(self.noun(partial))}{self.where(partial)}"

    def the(self, partial: Partial) -> str:
        """Return a definite name: "the red kitten", "the blue one", "the thing at the top"."""
        if partial.kind is None and (partial.colour or partial.size):
            words = [self.size(partial.size)] if partial.size else []
            words += [self.colour(partial.colour)] if partial.colour else []
            return f"the {' '.join(words)} {self.pick(('one', 'thing'))}{self.where(partial)}"
        article_ = "" if self.chance() < 0.04 else "that " if self.chance() < 0.04 else "the "
        noun = self.noun(partial)
        if (partial.row or partial.column) and "hat" not in noun and self.chance() < 0.2:
            return f"{article_}{self._place_before(partial)} {noun}"  # "the left tree"
        return f"{article_}{noun}{self.where(partial)}"

    def _place_before(self, partial: Partial) -> str:
        if partial.cell == 4:
            return self.pick(("middle", "center", "central"))
        row = self.often_first(ROW_ADJECTIVES[partial.row]) if partial.row else ""
        column = self.often_first(COLUMN_ADJECTIVES[partial.column]) if partial.column else ""
        if row and column:  # "the top left tree", "the upper right one"
            return f"{self.pick(ROW_ADJECTIVES[partial.row or ''][:2])} {partial.column}"
        return row or column

    def naming(self, scene: Scene, thing: Thing) -> Partial:
        """Return a partial that only `thing` matches in `scene`."""
        row, column = ROWS[thing.cell // 3], COLUMNS[thing.cell % 3]
        for _ in range(4):
            at = bisect(_NAMING_BOUNDS, self.chance() * _NAMING_BOUNDS[-1])
            kind, colour, size, place = _NAMINGS[at][0]
            partial = Partial(
                thing.kind if kind else None,
                thing.colour if colour else None,
                thing.size if size else None,
                row if place else None,
                column if place else None,
            )
            if place and thing.cell != 4 and self.chance() < 0.4:  # a side is often enough
                partial = Partial(
                    partial.kind, partial.colour, partial.size, *self.side(row, column)
                )
            if len(partial.find(scene)) == 1:
                return partial
        if sum(t.kind == thing.kind and t.colour == thing.colour for t in scene.things) == 1:
            return Partial(thing.kind, thing.colour)
        return Partial(thing.kind, thing.colour if self.chance() < 0.4 else None, None, row, column)

    def side(self, row: str, column: str) -> tuple[str | None, str | None]:
        """Return a row or a column of which people speak alone."""
        sides: list[tuple[str | None, str | None]] = []
        if row != "middle":
            sides.append((row, None))
        if column != "center":
            sides.append((None, column))
        return self.pick(sides)

    def refer(self, scene: Scene, thing: Thing) -> str:
        """Return a name that only `thing` bears in `scene`."""
        alike = sum(other.kind == thing.kind for other in scene.things)
        share = COMPARED_SHARES.get(alike, COMPARED_SHARES[2])
        compared = self._compared(scene, thing) if self.chance() < share else ()
        return self.pick(compared) if compared else self.the(self.naming(scene, thing))

    def _compared(self, scene: Scene, thing: Thing) -> Sequence[str]:
        """Return names that tell an object from others of its kind, or from the only others."""
        alike, noun = [t for t in scene.things if t.kind == thing.kind], self.kind(thing.kind)
        if len(alike) == 1:
            alike, noun = list(scene.things), "one"
        return self._told_apart(alike, thing, noun)

    def one_of(self, alike: Sequence[Thing], thing: Thing) -> str | None:
        """Return a name that tells an object from others of its kind: "the left one"."""
        names = list(self._told_apart(alike, thing, "one"))
        others = [other for other in alike if other != thing]
        if all(other.colour != thing.colour for other in others):
            names.append(f"the {self.colour(thing.colour)} one")
        if all(other.size != thing.size for other in others):
            names.append(f"the {self.size(thing.size)} one")
        return self.pick(names) if others and names else None

    def _told_apart(self, alike: Sequence[Thing], thing: Thing, noun: str) -> Sequence[str]:
        """Return names that tell an object from one or two others by where it is, or by its size.

        "one" as the noun stands for what the others are, too.
        """
        if len(alike) not in (2, 3):
            return ()
        names: list[str] = []
        by_column = sorted(alike, key=lambda t: t.cell % 3)
        if len({t.cell % 3 for t in alike}) == len(alike):
            at = by_column.index(thing)
            side = "left" if at == 0 else "right" if at == len(alike) - 1 else "middle"
            names.append(f"the {side} {noun}")
            if noun != "one":  # "the second one" is the twin of what was spoken of
                names.append(f"the {('first', 'second', 'third')[at]} {noun}")
            elif len(alike) == 3 and side != "middle":
                names.append("the first one" if at == 0 else "the last one")
            names += [f"the {noun} in the middle"] if side == "middle" else [
                f"the {noun} on the {side}", f"the {side}most {noun}"
            ]  # fmt: skip
        if len(alike) == 2:
            other = alike[1 - alike.index(thing)]
            if other.cell // 3 != thing.cell // 3:
                is_above = thing.cell < other.cell
                words = ("upper", "top", "higher") if is_above else ("lower", "bottom")
                names += [f"the {word} {noun}" for word in words]
            if other.size != thing.size:
                words = ("bigger", "larger") if thing.size == "large" else ("smaller", "littler")
                names += [f"the {word} {noun}" for word in words]
                names += [f"the {words[0]} of the two"] if noun == "one" else []
        return names

    def finish(self, text: str, mark: str = ".", can_slip: bool = True) -> str:
        """Return `text` as typed: case, final mark, and a slip of the finger now and then."""
        if can_slip and self.chance() < SLIP_SHARES[self.split]:
            text = self.slip(text)
        roll = self.chance()
        if text.endswith(("?", "!", ".")):
            if roll > 0.6:
                text = text[:-1]
        elif roll < 0.5:
            text += mark
        roll = self.chance()
        if roll < 0.5:
            text = text[0].upper() + text[1:]
            return text.replace(" i ", " I ").replace(" i'", " I'")
        return text.upper() if roll > 0.97 else text

    def lose_words(self, text: str) -> str:
        """Return `text`, in training now and then with words missing: no single one may decide.

        What is lost may have decided ("undo that" -> "that"): what is left is then a guess.
        """
        if self.split == "test" or self.chance() > LOSING_SHARE:
            return text
        return " ".join(word for word in text.split(" ") if self.chance() > LOST_SHARE) or text

    def slip(self, text: str) -> str:
        """Return `text` with one or two wrong letters in one word that stays recognisable."""
        words = text.split(" ")
        places = [i for i, word in enumerate(words) if len(word) > 3 and word.isalpha()]
        if not places:
            return text
        at = self.pick(places)
        for _ in range(2 if len(words[at]) > 6 and self.chance() < 0.2 else 1):
            wrong = self._mistype(words[at])
            if wrong not in _KNOWN_WORDS:
                words[at] = wrong
        return " ".join(words)

    def _mistype(self, word: str) -> str:
        at = 1 + int(self.chance() * (len(word) - 2))
        roll = self.chance()
        if roll < 0.3:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if roll < 0.55:
            return word[:at] + word[at + 1 :]
        if roll < 0.75:
            return word[:at] + word[at] + word[at:]
        return word[:at] + self.pick(_NEAR_KEYS.get(word[at], "e")) + word[at + 1 :]


def _words_in(phrases: Iterable[str]) -> set[str]:
    return {word for phrase in phrases for word in phrase.split()}


_KNOWN_WORDS = (
    _words_in(word for pairs in KIND_WORDS.values() for pair in pairs for word in pair)
    | _words_in(word for words in COLOUR_WORDS.values() for word in words)
    | _words_in(word for words in SIZE_WORDS.values() for word in words)
    | _words_in(word for words in SCENE_NOUNS.values() for word in words)
)
