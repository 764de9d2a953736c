"""Whether a sentence asks for something in the picture to go, and for nothing else.

There are more ways to say so than a small model has heard: "zap it", "chuck the dog out".
"""

import re

from .adjustments.clauses import POLITE
from .vocabulary import KINDS, KNOWN, STOP_WORDS, normal

_REMOVE = (
    "remove|delete|erase|omit|exclude|eliminate|discard|ditch|scrap|bin|chuck|toss|dump|zap|"
    "banish|get rid of|do away with"
)
_TAKE = (  # with "away", "out" or "off"
    "take|throw|wipe|rub|cross|strike|scratch|kick|clear|sweep|pull|pluck|whisk|chase|shoo|spirit|"
    "cut|leave"
)
_GONE = "removed|deleted|erased|omitted|eliminated|discarded|gone"
WISH = re.compile(
    rf"(?P<frame>.*?)\b(?:(?:{_REMOVE})\b(?P<named>.+)|(?:{_TAKE})\b(?P<taken>.+)"
    rf"|(?:have|get)\b(?P<had>.+)\b(?:{_GONE})\b.*)",
    re.DOTALL,
)
AWAY = re.compile(r"\b(?:away|out|off|in(?:to)? the (?:bin|trash))\b")
ASIDES = frozenset("able would will could favor favour kindly quickly maybe chance".split())
PLACES = frozenset(
    "upper lower side row column corner edge along near away out off bin trash".split()
)
VERSIONS = frozenset("change changed turn turned version".split())  # history's own words
PRONOUNS = frozenset("it this that them these those one ones thing things".split())


def what_goes(sentence: str) -> tuple[str, str] | None:
    """Return what stands before a removing verb and what it takes away; None: it has none."""
    wish = WISH.fullmatch(sentence.lower())
    if wish is None or (wish["taken"] and not AWAY.search(wish["taken"])):
        return None
    return wish["frame"], wish["named"] or wish["had"] or wish["taken"]


def asks_removal(sentence: str) -> bool:
    """Return whether every word belongs to a wish that an object should go."""
    told = what_goes(sentence)
    if told is None:
        return False
    frame, named = told
    if frame.strip() == "i":  # "i take my hat off to you" says what somebody does
        return False
    words = re.findall(r"[a-z]+", f"{frame} {named}")
    small = (POLITE | STOP_WORDS | ASIDES | PLACES) - VERSIONS
    if not all(word in small or normal(word) in KNOWN for word in words):
        return False
    return any(word in PRONOUNS or normal(word) in KINDS for word in re.findall(r"[a-z]+", named))
