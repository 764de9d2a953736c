"""Few words after an exact adjustment: "too much", "more", "the other way", "turn it back"."""

import re
from typing import NamedTuple

from .clauses import Adjustment

_LEAD = (
    r"(?:(?:that(?:'s| is| was| looks?)|it(?:'s| is| looks?)|this is|no(?=,)|nah|hm+|oh|oops"
    r"|ok|okay|now|but|sorry|just|please|make it|still|a (?:bit|little|touch|tad)|slightly"
    r"|somewhat|way|much|far)[ ,]+)*"
)
_TAIL = (
    r"(?:[ ,]+(?:please|thanks|thank you|now|again|a (?:bit|little) (?:less|more)|less|more))*\W*"
)
_TOO = r"(?:too|so|that|quite so)"
# By name, what it was given and what that makes of it: the words for more, and those for less.
_WORDS = {
    "brightness": ("bright|light|pale", "dark|dim"),
    "contrast": ("harsh|hard|contrasty", "flat|soft"),
    "saturation": ("colourful|colorful|vivid|strong|garish|loud", "pale|grey|dull"),
    "warmth": ("warm|yellow|orange|red", "cold|cool|blue"),
    "rotate": ("far", "far"),
}
_LEAST = (0.02, 1.0)  # as a share, and in degrees
_OTHER_WAY = re.compile(
    rf"{_LEAD}(?:(?:the )?(?:wrong|other|opposite) (?:way|direction)(?: a?round)?"
    rf"(?:[ ,]+(?:i meant )?(?:to the )?(?:left|right))?|i meant (?:to the )?(?:left|right))"
    rf"{_TAIL}",
    re.IGNORECASE,
)


_BACK = re.compile(
    rf"{_LEAD}(?:rotate|turn|spin|tilt|straighten|flip|mirror|put) (?:it|this|that|the (?:picture"
    rf"|image|photo)) back(?: (?:to )?(?:how|where|the way|as|what) it was)?{_TAIL}",
    re.IGNORECASE,
)


class FollowUp(NamedTuple):
    """An adjustment in place of the one before, or on top of it."""

    sentence: str
    is_instead: bool  # made from the picture before the adjustment


def after_adjustment(words: str, before: Adjustment) -> FollowUp | None:
    """Return what words ask for right after an adjustment, or None where they do not lean on it."""
    size = _size(before)
    if size is None or not size:
        return None
    if abs(size) < _LEAST[before.name == "rotate"]:  # less of that is nothing
        return None
    more, less = _WORDS[before.name]
    grown, shrunk = (more, less) if size > 0 else (less, more)
    if _OTHER_WAY.fullmatch(words):
        side = re.search(r"\b(left|right)\b", words, re.IGNORECASE)
        if side and before.name != "rotate":
            return None
        turned = abs(size) * (1 if side[1].lower() == "right" else -1) if side else -size
        return FollowUp(_sentence(before.name, turned), is_instead=True)
    if re.fullmatch(
        rf"{_LEAD}(?:too (?:much|strong|far)|less|not {_TOO} (?:much|strong|far)|half (?:of )?that"
        rf"|(?:too|not {_TOO}|less) (?:{grown})){_TAIL}",
        words,
        re.IGNORECASE,
    ):
        return FollowUp(_sentence(before.name, size / 2), is_instead=True)
    if re.fullmatch(
        rf"{_LEAD}(?:(?:even |some |a bit |a little )?more|again|once more|stronger|not enough"
        rf"|too (?:{shrunk})){_TAIL}",
        words,
        re.IGNORECASE,
    ):
        return FollowUp(_sentence(before.name, size), is_instead=False)
    return None


def takes_back(words: str, before: Adjustment) -> bool:
    """Return whether words want a turn or a flip undone: "rotate it back"."""
    return before.name in ("rotate", "flip") and _BACK.fullmatch(words.strip()) is not None


def _size(adjustment: Adjustment) -> float | None:
    """Return how much an adjustment changes, as a share or in degrees; None: it has no size."""
    values = adjustment.values
    if adjustment.name in ("brightness", "contrast", "saturation") and "factor" in values:
        return float(values["factor"]) - 1
    if adjustment.name == "warmth":
        return float(values["amount"])
    return float(values["degrees"]) if adjustment.name == "rotate" else None


def _sentence(name: str, size: float) -> str:
    """Return the sentence that spells an adjustment."""
    if name == "rotate":
        return f"rotate by {abs(size):g} degrees {'' if size > 0 else 'counter'}clockwise"
    if name == "warmth":
        return f"{abs(size):.0%} {'warmer' if size > 0 else 'cooler'}"
    return f"{abs(size):.0%} {'more' if size > 0 else 'less'} {name}"
