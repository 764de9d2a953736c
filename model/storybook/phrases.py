"""The sentence patterns in `wordings/`, and the small words that fill their slots."""

import re
from pathlib import Path

from .voice import Bank

_FOLDER = Path(__file__).parent / "wordings"


def _banks(name: str, *, can_vary: bool = True) -> dict[str, Bank]:
    """Return the sections of a file: one pattern a line, "# " before a remark."""
    sections: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{name}.txt").read_text().splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = []
        elif line and not line.startswith("# "):
            sections[list(sections)[-1]].append(line)
    return {section: Bank(*patterns, can_vary=can_vary) for section, patterns in sections.items()}


QUESTIONS = _banks("questions")
COMMANDS = _banks("commands")
SENTENCES = _banks("sentences")
FOLLOW_UPS = _banks("follow_ups")
TERSE = _banks("terse", can_vary=False)
REQUESTS = _banks("requests")
ASIDES = _banks("asides")
FRAMES = _banks("frames")
LISTED = _banks("listed")  # in training alone
LISTS = _banks("lists", can_vary=False)
JOINERS = Bank(
    " and ", ", then ", " and then ", ", and ", " and also ", ", ", ", also ", "; ",
    " and please ", ". then ", ", and also ", " plus ", ". also ", ", and then ", " & ",
    " and after that ", "; also ", ", afterwards ", " and finally ", ". and ", "; then ",
    ". please also ", ", next ", " and while you are at it ", ". after that ", " - and ", " + ",
    ". now ", "... and ", " and besides that ",
)  # fmt: skip
DIRECTION_WORDS = {
    "left": ("left", "to the left", "leftwards", "towards the left", "to the left-hand side",
             "leftward", "over to the left", "towards the left side"),
    "right": ("right", "to the right", "rightwards", "towards the right",
              "to the right-hand side", "rightward", "over to the right", "towards the right side"),
    "up": ("up", "upwards", "higher", "higher up", "upward", "further up", "towards the top"),
    "down": ("down", "downwards", "lower", "lower down", "downward", "further down",
             "towards the bottom"),
}  # fmt: skip
BESIDE_WORDS = {
    None: ("next to", "beside", "by", "near", "alongside", "close to", "right next to",
           "right beside", "close by", "adjacent to", "at the side of", "just beside", "near to",
           "right by", "very close to"),
    "left": ("to the left of", "left of", "on the left of", "to the left side of",
             "on the left side of", "directly to the left of", "immediately left of",
             "to the left-hand side of", "at the left side of", "straight left of",
             "off to the left of", "at the left-hand side of", "just to the left of",
             "over on the left side of", "to the immediate left of", "along the left side of",
             "a little to the left of"),
    "right": ("to the right of", "right of", "on the right of", "to the right side of",
              "on the right side of", "directly to the right of", "immediately right of",
              "to the right-hand side of", "at the right side of", "straight right of",
              "off to the right of", "at the right-hand side of", "just to the right of",
              "over on the right side of", "to the immediate right of",
              "along the right side of", "a little to the right of"),
    "up": ("above", "over", "on top of", "just above", "directly above", "straight above",
           "right over", "higher up than", "just over", "on", "behind", "atop", "up above",
           "on the top of", "immediately above", "over the top of", "on the top side of"),
    "down": ("below", "under", "beneath", "underneath", "just below", "right below",
             "directly under", "straight below", "right beneath", "lower down than", "just under",
             "in front of", "at the bottom of", "at the base of", "right underneath",
             "immediately below", "on the bottom side of"),
}  # fmt: skip
# What vague counts mean; an uncounted plural is three alone ("trees"), and two beside others.
VAGUE_COUNTS = {
    2: ("a couple of", "a pair of"),
    3: ("some", "a few", "several"),
    4: ("many", "lots of", "a lot of"),
}
# What the first of two things does, as words for where it is.
DOING_WORDS = {
    "up": ("flying over", "sitting on", "standing on", "jumping over", "floating above",
           "flying above", "resting on", "hovering over", "standing behind", "hiding behind"),
    "down": ("sleeping under", "hiding under", "sitting under", "lying under", "standing under",
             "resting under", "sitting in front of", "standing in front of", "waiting below"),
    None: ("playing with", "talking to", "looking at", "walking with", "waiting beside",
           "standing next to", "sitting next to", "sleeping beside", "leaning on"),
}  # fmt: skip
# What is asked for and what there is: "day instead of night", "not red but blue".
CONTRASTS = ("{new} instead of {old}", "{new}, not {old}", "{new} and not {old}",
             "{new} rather than {old}", "not {old} but {new}", "{new} in place of {old}",
             "{new} and no longer {old}", "{new} where it was {old}")  # fmt: skip
CORRECTIONS = (*CONTRASTS, "not {old}, {new}", "not {old} {new}", "not {old}, but {new}")
# The looks of a new thing behind its kind: "a cat at the top left, red and small".
LOOKS_BEHIND = {
    "both": ("{c} and {s}", "{s} and {c}", "{c}, {s}", "{s}, {c}", "in {c} and {s}",
             "a {s} {c} one"),
    "colour": ("{c}", "in {c}", "a {c} one", "{c} one", "the colour {c}"),
    "size": ("{s}", "a {s} one", "and {s}"),
}  # fmt: skip
# A second thing that the same is wished for, behind the wish for the first one.
ALSO_WORDS = (", and {y} as well", " and {y} too", ", and {y} too", " and also {y}", ", {y} too",
              ", same for {y}", " and the same with {y}", ", {y} as well", " and {y} also",
              ", and do the same to {y}", "; {y} likewise", " as well as {y}")  # fmt: skip
# What looks already as it shall look: "make the small tree large like the others".
LIKE_WORDS = (" like {y}", ", like {y}", " just like {y}", " the same as {y}", ", the same as {y}",
              " as {y} is", " so that it matches {y}")  # fmt: skip
# What is spoken of two things, of three, of all.
BOTH_WORDS = ("both {ks}", "the two {ks}", "both of the {ks}")
MANY_WORDS = ("the {ks}", "the {ks}", "all the {ks}", "all {ks}", "all of the {ks}", "the {n} {ks}")
ALL_WORDS = {2: ("both", "them", "both of them", "the two", "these two", "the two of them",
                 "them both"),
             3: ("all three", "the three of them", "them", "all of them", "all the things"),
             4: ("all four", "all of them"), 5: ("all five", "all of them")}  # fmt: skip
NEXT_WORDS = {1: ("a second", "another", "one more"), 2: ("a third", "another", "one more"),
              3: ("a fourth", "another"), 4: ("a fifth", "another")}  # fmt: skip
IT_WORDS = ("it", "it", "it", "it", "it", "it", "that one", "this one", "that", "this")
OTHER_WORDS = ("the other one", "the other {k}", "the other one", "the other {k}", "the second one")
SIDE_WORDS = {
    "left": ("to the left of", "left of", "on the left of", "on the left side of",
             "to the left side of", "directly to the left of", "immediately left of",
             "further left than", "somewhere left of"),
    "right": ("to the right of", "right of", "on the right of", "on the right side of",
              "to the right side of", "directly to the right of", "immediately right of",
              "further right than", "somewhere right of"),
    "up": ("above", "over", "directly above", "just above", "straight above", "up above",
           "higher up than", "on top of", "immediately above", "somewhere above"),
    "down": ("below", "under", "beneath", "underneath", "right below", "directly below",
             "just below", "straight under", "lower down than", "directly under",
             "immediately below", "somewhere below"),
}  # fmt: skip
ADJOINING = re.compile(r"directly|immediately|just|straight|^right below|on top")  # of side words
NEARER_OR_WIDER = re.compile(ADJOINING.pattern + r"|further|somewhere|higher|lower|up above")
CAPTIONS = (
    "hello", "happy birthday", "good night", "welcome", "the end", "my story", "once upon a time",
    "to grandma", "for anna", "merry christmas", "love you", "chapter one", "red cat", "a big day",
    "happy new year", "get well soon", "the blue house", "thank you", "copyright 2026", "sample",
)  # fmt: skip
