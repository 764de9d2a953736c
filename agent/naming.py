"""Names in the past: "call this version 'before the hat'", "rename this session", "search for"."""

import re
from dataclasses import dataclass
from typing import Literal

from ..memory.records import TurnRecord
from .politeness import LEAD
from .wish_commands import split_command

MAX_NAME = 80  # characters
QUOTED = r"[\"“'‘]?(?P<name>[^\"”]+?)[\"”'’]?[ .!]*$"
PICTURE = r"(?:version|picture|image|one|drawing|painting)"
THIS = (
    rf"(?:(?:this|that|the current) {PICTURE}|(?:the {PICTURE} (?:of|at|in) )?turn (?P<turn>\d+))"
)
LABEL = re.compile(
    rf"^{LEAD}(?:(?:label|tag|bookmark) (?:it|this|that)(?: as)?"
    rf"|(?:label|tag|bookmark|mark|name|call|rename) {THIS}(?: as| to)?"
    rf"|(?:remember|save|keep) (?:it|this(?: {PICTURE})?|that(?: {PICTURE})?) as(?=\s*[\"“'‘])"
    r"|(?:call|name|rename) (?:it|this|that)(?: to)?(?=\s*[\"“'‘])) "
    rf"{QUOTED}",
    re.IGNORECASE,
)
UNLABEL = re.compile(
    rf"^{LEAD}(?:remove|delete|drop|take away) (?:the|this|that|its) "
    rf"(?:label|name|tag|bookmark)(?P<name>)(?: (?:of|from|at) (?:it|{THIS}))?[ .!]*$",
    re.IGNORECASE,
)
RENAME = re.compile(
    rf"^{LEAD}(?:rename|name|call|title) (?:this|the|our|my) (?:session|conversation|chat)"
    rf"(?: to| as)? {QUOTED}",
    re.IGNORECASE,
)
SEARCH = re.compile(
    rf"^{LEAD}(?:search(?! my\b)(?: the| our| this)?(?: session| history| turns| past)?(?: for)?"
    r"|find the (?:turns?|versions?) (?:with|about|where(?: (?:i|we|you) "
    r"(?:said|asked for|mentioned|added|drew|made|put))?|that (?:has|have|had)))"
    rf" (?:the |a |an )?{QUOTED}",
    re.IGNORECASE,
)
ASKED = re.compile(
    rf"^{LEAD}(?:(?:in )?which turns? (?:has|have|had|was about|were about"
    r"|did i (?:say|ask for|mention))"
    rf"|when did (?:i|we|you) (?:say|ask for|mention|add|talk about)) (?:the |a |an )?{QUOTED}",
    re.IGNORECASE,
)
OPEN = re.compile(r"(?:^|\s)[\"“'‘][^\"”'’]*$")  # a name in quotes that has not ended
Kind = Literal["label", "rename", "search"]
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("rename", RENAME),
    ("label", LABEL),
    ("label", UNLABEL),
    ("search", SEARCH),
    ("search", ASKED),
)


@dataclass(frozen=True)
class Naming:
    """A name that is given, or words that are looked for."""

    kind: Kind
    name: str  # "": a label is taken away
    turn: int | None = None  # whose picture is named; None: the current one
    rest: str = ""  # a request behind it: "... and add a star"


def read_naming(text: str) -> Naming | None:
    """Return what a text names or looks for; None if nothing.

    To look for a picture and change it is no search: the words only say which one.
    """
    command, rest = split_command(text)
    if ASKED.match(text.strip()) or OPEN.search(command):
        command, rest = text, ""
    for kind, pattern in PATTERNS:
        if found := pattern.match(command.strip()):
            name = found["name"].strip(" ?")
            turn = found.groupdict().get("turn")
            if (name or pattern is UNLABEL) and not (rest and kind == "search"):
                return Naming(kind, name[:MAX_NAME], int(turn) if turn else None, rest)
            return None
    return None


def found_in_words(words: str, turns: list[TurnRecord]) -> str:
    """Return the turns that a search found, the oldest first."""
    if not turns:
        return f"No turn of this session speaks of “{words}” or shows it."
    told = sorted(turns, key=lambda turn: turn.number)
    return "; ".join(f"turn {turn.number}: {_short(turn)}" for turn in told).capitalize() + "."


def _short(turn: TurnRecord) -> str:
    label = f" (“{turn.label}”)" if turn.label else ""
    return " ".join(turn.text.split())[:60].rstrip(" .?!") + label
