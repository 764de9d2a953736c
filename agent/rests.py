"""What remains of a request when what cannot be drawn is left out: offered, and taken up."""

import re

from .answers import SURE, is_assent
from .services import Services
from .state import TurnState

NAMED = re.compile(r"I (?:cannot draw|cannot make things|have no) (?:an? )?(?P<thing>.+?)\.")
_PARTS = re.compile(r"\s*(?:,(?:\s*and\b)?|;|\band\b|\bwith\b|\bplus\b)\s*", re.IGNORECASE)
_NEW = r"(?:an?|one|two|three|four|five|some|the|\d)\b"
_VERBS = re.compile(rf"(?P<verbs>.*?)\b{_NEW}", re.IGNORECASE)
_BEGINS = re.compile(_NEW, re.IGNORECASE)
# What needs both of its parts: without one of them it means another thing, or nothing.
_PAIRED = re.compile(
    r"\b(?:replace|swap|exchange|switch|trade|turn|change|between|instead)\b", re.IGNORECASE
)
_END = r"(?:[ ,]+(?:please|thanks|thank you|then))*[ .!]*"
_LEAD = rf"(?:(?:{SURE}|then|well|so|please|just|only|but|do|draw|paint|add|make|me)[ ,]+)*"
_REST = re.compile(rf"{_LEAD}the rest{_END}", re.IGNORECASE)
_WITHOUT = re.compile(
    rf"{_LEAD}(?:without|leave out|leave|skip|forget|drop) (?P<what>[\w' -]+?)"
    rf"(?: out| away)?{_END}",
    re.IGNORECASE,
)


def rest_of(words: str, refusal: str) -> str | None:
    """Return a request without the part that names what a refusal names, or None.

    "a forest with three trees and an owl", "I cannot draw an owl." gives "a forest with three
    trees".
    """
    named, joints = NAMED.fullmatch(refusal), list(_PARTS.finditer(words))
    if named is None or not joints or _PAIRED.search(words):
        return None
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(words)]
    refused = _stems(named["thing"])
    bad = [
        index
        for index, (start, end) in enumerate(zip(starts, ends, strict=True))
        if refused & _stems(words[start:end])
    ]
    if len(bad) != 1:
        return None
    [index] = bad
    if index:  # the joint before it goes, too
        return (words[: ends[index - 1]] + words[ends[index] :]).strip(" ,;") or None
    if not _BEGINS.match(words[starts[1] :]):  # another wish, or a look of the same thing
        return None
    verbs = _VERBS.match(words[: ends[0]])
    return f"{verbs['verbs'] if verbs else ''}{words[starts[1] :]}".strip(" ,;") or None


def offer(rest: str) -> str:
    """Return the sentence that offers what remains."""
    return f"I can do the rest: say “yes” for “{rest.rstrip(' .!?')}”."


def taken_rest(state: TurnState, services: Services) -> str | None:
    """Return what the turn before offered to do, where the words say yes to it."""
    path = services.path(state["parent_id"])
    rest: str | None = (path[-1].plan or {}).get("rest") if path else None
    if not rest or state["image_hashes"]:
        return None
    refused = NAMED.search(path[-1].reply)
    return rest if says_yes(state["text"], refused["thing"] if refused else "") else None


def says_yes(words: str, refused: str) -> bool:
    """Return whether words take up an offer: "yes", "just the rest", "ok, without the owl"."""
    words = words.strip()
    without = _WITHOUT.fullmatch(words)
    if without:
        return _stems(without["what"]) <= _stems(f"{refused} the a an that any")
    return is_assent(words) or bool(_REST.fullmatch(words))


def _stems(words: str) -> set[str]:
    """Return the words, the plural as the singular."""
    return {re.sub(r"(?<=\w\w)e?s$", "", word) for word in re.findall(r"\w+", words.lower())}
