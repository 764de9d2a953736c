"""Several wishes in one sentence, told apart: words that join say where, the model says whether."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations

from .language import OUTSIDE, SEVERAL
from .vocabulary import COLOURS, KINDS, SIZES, SYNONYMS

MAX_JOINTS = 5  # looked at in one sentence
# Log-odds: by how much "several" may trail, and how far the deed of every piece must then lead.
MIN_LEAD, MIN_CLEAR = -5.0, 4.4
_LINK = r"(?:and|then|plus|after that|besides that|after this)\b,?"
_WORD = (
    rf"(?:{_LINK}|(?:also|please|next(?! to)|now|afterwards|finally|"
    r"while you(?:'re| are) at it)\b,?)"
)
_SIGN = r"(?:[,;.!&+]+|-)"
_JOINT = re.compile(rf"\s*(?:{_SIGN}|(?<=\s){_LINK})(?:\s*{_WORD})*\s+(?=\w)", re.IGNORECASE)
# What goes on with the wish before it, and begins none: "and a star", "and blue", "and to it".
_GOES_ON = frozenset(
    "a an my your our his her one two three four five some any several more i you we he she they "
    "me him them who whom which what where when why at into onto in of off with without for from "
    "by over under above below behind beside between near so very too again not never quite much "
    "way is are was were be been being will would could should may might must because since if "
    "while but or nor though until till as than like very bright".split()
).union(COLOURS, SIZES, KINDS, SYNONYMS)
# What hardly stands within a wish: "take it and put it there" is one, "...; then ..." is two.
_BREAK = re.compile(r"[.;&+]|then|also|plus|next|after|finally|besides|while", re.IGNORECASE)
# What is to stay is no wish by itself: "leave all as it is and add a tree".
_STAYS = re.compile(r"(?:please )?(?:leave|keep)\b(?! (?:only|just|out|off)\b)", re.IGNORECASE)
# What leans on the wish before it is a part of it: "... and put the house there instead".
_LEANS = re.compile(
    r".*\b(?:(?<!over )(?<!up )there(?: instead)?|in (?:its|his|her|their) (?:place|stead))",
    re.IGNORECASE,
)
_MARKS = " .,:;!&+-"
_TELLS = "is|are|was|were|looks?|seems?|has|have"
_LOOKS = {*COLOURS, *SIZES, *(word for word, one in SYNONYMS.items() if one in COLOURS + SIZES)}
_LOOK = rf"(?:{'|'.join(sorted(_LOOKS, key=len, reverse=True))})"
# "make the cat blue and the dog red": the verb is said but once.
_ONE_VERB = re.compile(
    r"^(?P<verb>(?:.*\s)?(?:make|paint|colou?r|dye|turn|tint|render))\s+"
    rf"(?P<first>(?:the|my|that|this)\s[^,&]*?\b{_LOOK}){_JOINT.pattern}"
    rf"(?P<second>(?:the|my|that|this)\s(?:(?!\b(?:and|{_TELLS})\b)[^,&])*\b{_LOOK})$",
    re.IGNORECASE,
)


def clauses_of(text: str, weigh: Callable[[str], Mapping[str, float]]) -> list[str]:
    """Return the wishes of a sentence, each by itself, in the user's words.

    weigh: the score of every deed as what some words ask for, as log-odds. A sentence is cut if it
    asks for several things; or, where each piece asks for one beyond doubt, if it may well, or has
    a joint that hardly stands within a wish. It is cut at as few places as leave one deed in every
    piece, and of those where the deeds are clearest.
    """
    joints = [joint for joint in _JOINT.finditer(text) if _may_begin(text[joint.end() :])]
    weigh, least = cache(weigh), MIN_CLEAR
    if joints:
        lead = _lead(weigh(text), SEVERAL)
        if lead < MIN_LEAD:
            joints = [joint for joint in joints if _BREAK.search(joint[0])]
        elif lead >= 0:
            least = 0.0
    for count in range(min(len(joints), MAX_JOINTS) + 1):
        clearness, pieces = max(
            ((min(_clearness(weigh(piece)) for piece in pieces), pieces)
             for pieces in _cuts(text, joints[:MAX_JOINTS], count)),
            default=(0.0, []),
        )  # fmt: skip
        if clearness > least:
            return pieces
    return [text] if text else []


def _lead(scores: Mapping[str, float], deed: str) -> float:
    return scores[deed] - max(score for other, score in scores.items() if other != deed)


def _clearness(scores: Mapping[str, float]) -> float:
    """Return by how much words ask for one thing that can be done; below zero: they do not."""
    return max(_lead(scores, deed) for deed in scores if deed not in (SEVERAL, OUTSIDE))


def _may_begin(following: str) -> bool:
    return re.split(r"[^\w'-]", following, maxsplit=1)[0].lower() not in _GOES_ON


def _cuts(text: str, joints: Sequence[re.Match[str]], count: int) -> Iterator[list[str]]:
    """Yield the pieces that a text falls into where it is cut at `count` of its joints."""
    for chosen in combinations(joints, count):
        starts = [0, *(joint.end() for joint in chosen)]
        ends = [*(joint.start() for joint in chosen), len(text)]
        cut = [text[i:j].strip(_MARKS) for i, j in zip(starts, ends, strict=True)]
        pieces = [one for piece in cut for one in _with_own_verbs(piece)]
        is_cut = len(pieces) > 1 and all(len(piece.split()) > 1 for piece in cut)
        leans = any(map(_LEANS.fullmatch, cut[1:])) or any(map(_STAYS.match, pieces))
        if is_cut and not leans:
            yield pieces


def _with_own_verbs(clause: str) -> list[str]:
    found = _ONE_VERB.match(clause)
    if found is None:
        return [clause]
    return [f"{found['verb']} {found['first']}", f"{found['verb']} {found['second']}"]
