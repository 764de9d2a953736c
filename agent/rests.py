"""What remains of a request when what cannot be drawn is left out: offered, and taken up."""

import re

from .services import Services
from .state import TurnState

NAMED = re.compile(r"I (?:cannot draw|cannot make things|have no) (?:an? )?(?P<thing>.+?)\.")
_PARTS = re.compile(r"\s*(?:,(?:\s*and\b)?|;|\band\b|\bwith\b|\bplus\b)\s*", re.IGNORECASE)
_VERBS = re.compile(r"(?P<verbs>.*?)\b(?:an?|one|two|three|four|five|some|the|\d)\b", re.IGNORECASE)
_TAKEN = re.compile(
    r"(?:(?:ok|okay|yes|yep|yeah|sure|fine|well|alright|all right|then|so|good|please|do|go|ahead"
    r"|it|that|just|draw|paint|make|add)\b[ ,]*)*"
    r"(?:(?:the|only the|just the) rest\b.*|(?:but )?without\b.*|(?:leave|skip|forget|drop)\b.*)?"
    r"[ .!]*",
    re.IGNORECASE,
)


def rest_of(words: str, refusal: str) -> str | None:
    """Return a request without the part that names what a refusal names, or None.

    "a forest with three trees and an owl", "I cannot draw an owl." gives "a forest with three
    trees".
    """
    named = NAMED.fullmatch(refusal)
    if named is None:
        return None
    joints = list(_PARTS.finditer(words))
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(words)]
    refused = set(re.findall(r"\w+", named["thing"].lower()))
    bad = [
        index
        for index, (start, end) in enumerate(zip(starts, ends, strict=True))
        if refused & set(re.findall(r"\w+", words[start:end].lower()))
    ]
    if len(bad) != 1 or not joints:
        return None
    [index] = bad
    if index:  # the joint before it goes, too
        rest = words[: ends[index - 1]] + words[ends[index] :]
    else:
        verbs = _VERBS.match(words[: ends[0]])
        rest = f"{verbs['verbs'] if verbs else ''}{words[starts[1] :]}"
    return rest.strip(" ,;") or None


def offer(rest: str) -> str:
    """Return the sentence that offers what remains."""
    return f"I can do the rest: say “yes” for “{rest.rstrip(' .!?')}”."


def taken_rest(state: TurnState, services: Services) -> str | None:
    """Return what the turn before offered to do, where the words say yes to it."""
    path = services.path(state["parent_id"])
    rest: str | None = (path[-1].plan or {}).get("rest") if path else None
    words = state["text"].strip()
    is_taken = bool(words) and _TAKEN.fullmatch(words) is not None
    return rest if rest and is_taken and not state["image_hashes"] else None
