"""What goes on a thing goes above it: "put a hat on the dog", "give her a hat", in taught words.

In the picture book a thing fills its place, and what stands on it has the place above. A small
model takes "on the dog" for the dog's own place, and gives it away.
"""

import re

from .language import Listing, kind_of, place_of
from .politeness import END, LEAD
from .replies import at
from .vocabulary import KINDS, normal

_NO_LOOK = "and|a|an|the|at|in|on|of|to|by|for|beside|next|near|place|spot"
_NEW = rf"(?P<new>(?:an?|another|one)(?: (?!(?:{_NO_LOOK})\b)[a-z-]+){{1,4}}?)"
_OLD = r"(?P<old>(?:the|that|this|my) [a-z -]+?|it|him|her|them)"
_ON = rf"(?:on|onto|upon)(?: top of)? (?:the head of )?{_OLD}(?:'s head)?"
_ITS = r"(?:on|onto|upon)(?: top of)? (?P<old>its|his|her) head"
FORMS = tuple(
    re.compile(rf"{LEAD}{form}{END}", re.IGNORECASE)
    for form in (
        rf"(?:put|place|set|add|draw|paint|stick|pop|balance|sit|stand) {_NEW} {_ON}",
        rf"(?:put|place|set|add|draw|stick|pop) {_NEW} {_ITS}",
        rf"(?:i (?:want|need|would like)|i'd (?:like|love)|there should be|how about)"
        rf" {_NEW} {_ON}",
        rf"(?:give|get|lend|bring) {_OLD} {_NEW}(?: to wear| on top)?",
        rf"(?:let|make|have) {_OLD} wear {_NEW}",
        rf"{_OLD} (?:should|must|could|can|has to|needs to) (?:wear|have|get) {_NEW}",
        rf"{_OLD} (?:needs|wants|wears|gets|deserves) {_NEW}",
    )
)


def said_above(words: str, listing: Listing, last: str | None = None) -> str:
    """Return "add a hat above the dog" for a wish to put one on it; every other wish unchanged.

    last: the entry that was spoken of last, "it".
    """
    for form in FORMS:
        found = form.fullmatch(words.strip())
        if found is None or normal(found["new"].split()[-1]) not in KINDS:
            continue
        name = found["old"].lower()
        if name in ("it", "its", "him", "his", "her", "them"):
            if last not in listing.entries:
                return words
            name = f"the {kind_of(last)} {at(place_of(last))}"
        elif normal(name.split()[-1]) not in map(kind_of, listing.entries):
            continue
        return f"add {found['new']} above {name}"
    return words
