"""An answer that picks things out by their look, held against the listing that it was picked from.

A small model that filters five things forgets one or takes one too many. What it was asked for and
by which look it picked is its own answer; which things have that look is plain in its own listing.
"""

import re
from dataclasses import replace

from .language import Listing, QuestionAnswer, kind_of, place_of
from .replies import at, join
from .vocabulary import COLOURS, KINDS, PLACE_WORDS, SIZES, spoken_words

PICKED = re.compile(rf"(?:The .+ (?:is|are)|Nothing is) (?P<look>{'|'.join((*COLOURS, *SIZES))})\.")

ASKS_SIZE = re.compile(r"\bhow (?:big|large|small)\b|\bor\b|\bon the \w+ side\b", re.IGNORECASE)


def held_against(found: QuestionAnswer, question: str, listing: Listing | None) -> QuestionAnswer:
    """Return the answer to "which things are red?" with all that is red in it, and nothing else.

    Every other answer, and one that rests on no listing, stays as it is.
    """
    told = PICKED.fullmatch(found.sentence)
    spoken = {one for _, one in spoken_words(question)}
    if listing is None or told is None or told["look"] not in spoken:
        return found
    if spoken.intersection((*KINDS, *PLACE_WORDS)) or ASKS_SIZE.search(question):
        return found
    picked = tuple(one for one in listing.entries if told["look"] in one.split()[1:3])
    kinds = [kind_of(one) for one in picked]
    names = [
        f"the {kind}" if kinds.count(kind) == 1 else f"the {kind} {at(place_of(one))}"
        for kind, one in zip(kinds, picked, strict=True)
    ]
    things = join(names)
    verb = "is" if len(names) == 1 else "are"
    sentence = f"{things[0].upper()}{things[1:]} {verb}" if names else "Nothing is"
    return replace(found, evidence=picked, sentence=f"{sentence} {told['look']}.")
