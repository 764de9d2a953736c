"""Which of several things a side means: "the left balloon" of two is the one further left.

A small model learned places by their names, and asks back where no balloon is "at the left", or
where the words are plain and it does not trust them.
"""

import re
from collections.abc import Sequence

from .language import PLACES, Listing, kind_of, place_of
from .replies import at
from .vocabulary import COLOURS, KINDS, normal

ASKED = re.compile(r"Which (?P<noun>\w+) do you mean\b")
# How far into its direction a place lies; of several things the furthest one is meant.
REACH = {
    "left": lambda row, column: -column,
    "right": lambda row, column: column,
    "top": lambda row, column: -row,
    "bottom": lambda row, column: row,
}
WORDS = {
    "left": "left", "leftmost": "left", "left-hand": "left", "lefthand": "left",
    "right": "right", "rightmost": "right", "right-hand": "right", "righthand": "right",
    "top": "top", "upper": "top", "topmost": "top", "uppermost": "top", "higher": "top",
    "bottom": "bottom", "lower": "bottom", "lowest": "bottom", "bottommost": "bottom",
}  # fmt: skip
DETERMINERS = ("the", "that", "this", "my")
BEHIND = re.compile(
    rf" ?,? (?:on|at) the (?:far |very )?(?P<side>{'|'.join(WORDS)})"
    r"(?:[- ]?(?:hand|most))?(?: side)?"
    r"(?= (?!of\b)\w)"  # at the end it may be where the thing is to go
)
MAX_WORDS_BETWEEN = 3
ONE_OF = re.compile(
    r"(?<!each )(?<!every )(?<!only )(?<!not )\b(?:any |just )?one (?:out )?of"
    r" (?:the|those|these|my)(?: two| three| four| five)?(?P<name>(?: [a-z-]+){1,4})",
    re.IGNORECASE,
)


def answered_by_side(words: str, question: str, listing: Listing) -> str | None:
    """Return a wish that answers "Which balloon do you mean, ...?" itself; None if it does not."""
    asked = ASKED.search(question)
    return named_by_place(words, asked["noun"], listing) if asked else None


def named_by_place(words: str, noun: str, listing: Listing) -> str | None:
    """Return the words with places for the sides by which they name a thing; None if by none.

    noun: the listing's word for its kind. "The left balloon" becomes "the balloon at the top
    center"; "the left balloons", and sides to which two lie equally far, stay.
    """
    told, end = "", 0
    matches = list(re.finditer(r"[A-Za-z-]+", words))
    for number, match in enumerate(matches):
        if normal(match[0]) != noun or match[0].lower().endswith("s"):
            continue
        before = matches[max(0, number - MAX_WORDS_BETWEEN) : number]
        start, said = _name_before(before)
        behind = BEHIND.match(words.lower(), match.end())
        sides = [WORDS[word] for word in said if word in WORDS]
        sides += [WORDS[behind["side"]]] if behind else []
        looks = {normal(word) for word in said} & set(COLOURS)
        meant = _furthest(
            [
                entry
                for entry in listing.entries
                if kind_of(entry) == noun and looks <= set(entry.split())
            ],
            sides,
        )
        if meant is None:
            continue
        first = match.start() if start is None else start
        told += f"{words[end:first]}the {noun} {at(place_of(meant))}"
        end = behind.end() if behind else match.end()
    return told + words[end:] if told else None


def chosen_of_several(words: str, listing: Listing) -> str:
    """Return the words with a thing chosen for "one of the stars": the first in reading order."""
    said = ONE_OF.search(words)
    if said is None:
        return words
    looks: list[str] = []
    for match in re.finditer(r"[a-z-]+", said["name"], re.IGNORECASE):
        looks.append(normal(match[0]))
        if looks[-1] in KINDS:
            meant = [one for one in listing.entries if set(looks) <= set(one.split())]
            named = f"the {looks[-1]} {at(place_of(meant[0]))}" if meant else ""
            end = said.start("name") + match.end()
            return f"{words[: said.start()]}{named}{words[end:]}" if meant else words
    return words


def _name_before(matches: Sequence[re.Match[str]]) -> tuple[int | None, list[str]]:
    """Return where the name begins whose noun comes next, and the words before the noun."""
    said: list[str] = []
    start = None
    for match in reversed(matches):
        word = match[0].lower()
        if word not in WORDS and word not in DETERMINERS and normal(word) not in COLOURS:
            break
        start = match.start()
        if word in DETERMINERS:
            break
        said.append(word)
    return start, said


def _furthest(entries: Sequence[str], sides: Sequence[str]) -> str | None:
    """Return the one entry that lies furthest to the sides, or None where it is not one alone."""
    found = list(entries)
    for side in sides:
        reaches = [REACH[side](*divmod(PLACES.index(place_of(entry)), 3)) for entry in found]
        found = [one for one, reach in zip(found, reaches, strict=True) if reach == max(reaches)]
    return found[0] if sides and len(found) == 1 else None
