"""Commands about standing wishes: "what are my wishes?", "forget that", "forget wish 2"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..memory.records import WishRecord
from .numbers import NUMBERS, ORDINALS, number_of
from .politeness import END, LEAD
from .wishes import REQUEST, about

WISH = r"(?:standing |general )?(?:wish(?:es)?|rules?)"
LIST = re.compile(
    rf"^{LEAD}"
    r"(?:(?:what|which|list|show|tell|see|read|repeat|remind|have i|do i have|are there)"
    r"(?:'s| (?:is|are|were|me|us|of|about|out|got))* )?"
    rf"(?:(?:my|the|your|our|all|any|current|present) )*{WISH}"
    r"(?: (?:do i have|have i|i have|have|got|told|given|made|you|do|keep|follow|to|are there|"
    r"there are|hold|again|now|right|so far|please))*[ ?.!]*$"
    r"|\bwhat (?:are you keeping|(?:should|must) you (?:always |never )?(?:keep|touch|change))\b"
    r"|\bwhat (?:do|are|will) you (?:\w+ )?(?:keep(?:ing)?|have) in mind\b"
    r"|\bwhat (?:did|have) i (?:tell|told|ask|asked) you to (?:keep|remember)\b",
    re.IGNORECASE,
)
DROP = (
    r"(?:forget|drop|revoke|remove|delete|cancel|withdraw|lift|take back|strike|ignore|undo|"
    r"scrap|clear)"
)
NUMBERED = re.compile(
    rf"\b{DROP}\b.*\b{WISH}\s*(?:no\.?|number|nr\.?|#)?\s*(?P<numbers>\d+(?:\s*(?:,|and|&)+\s*\d+)*)",
    re.IGNORECASE,
)
ORDERED = re.compile(
    rf"\b{DROP}\b.*\b(?P<order>{'|'.join(ORDINALS)}|last|latest|newest) {WISH}\b", re.I
)
EVERY = re.compile(
    rf"\b{DROP}\b.*\b(?:all|every|any|each)\b.*\b{WISH}\b|^no more {WISH}[ .!]*$"
    rf"|\b{DROP}\b (?:all|everything|what) (?:that )?i (?:have )?(?:told|asked) you to "
    r"(?:keep|remember)",
    re.IGNORECASE,
)
SPELLED = re.compile(
    rf"(?P<before>\b{WISH}\s*(?:number\s+)?)(?P<number>{'|'.join(NUMBERS)})\b", re.I
)
BARE_NUMBER = re.compile(rf"^{LEAD}(?!undo){DROP} (?:number |no\.? ?|#)?(\d+)[ .!]*$", re.I)
PLURAL = re.compile(rf"\b{DROP}\b (?:my|the|these|those) (?:standing )?(?:wishes|rules)\b", re.I)
ABOUT = re.compile(
    rf"\b{DROP}\b (?:that|the|my|this) {WISH} (?:about|for|with|on|of|that|concerning|to)"
    r" (?P<what>.+)",
    re.IGNORECASE,
)
THAT_WISH = re.compile(rf"\b{DROP}\b (?:that|the|my|this|it,? the) {WISH}\b", re.IGNORECASE)
NAMED = re.compile(rf"\b{DROP}\b (?:that |the |my |this )?(?P<what>[\w ]+?) {WISH}\b", re.I)
FORGET_ABOUT = re.compile(
    r"\b(?:forget about|(?:forget|take back) what i said (?:about|of)|^never mind|^forget) "
    r"(?P<what>.+)",
    re.IGNORECASE,
)
FORGET_THAT = re.compile(
    rf"^{LEAD}(?:forget|drop|revoke|withdraw|scrap|take back) (?:that|it|this)(?: one)?{END}$",
    re.IGNORECASE,
)
ACT = r"(?:touch|change|edit|alter|modify|repaint|recolou?r|move|resize|remove|use|paint|draw|have)"
ALLOWED = re.compile(
    rf"\byou (?:may|can|are (?:free|allowed) to|might) {ACT} (?P<what>(?:(?! to\b).)+?) "
    r"(?:again|now|after all)\b"
    r"|\b(?P<that>.+?) (?:may|can|is (?:free|allowed) to) (?:be (?:\w+ )*?\w+|change|move|vary) "
    r"(?:again|now|after all)\b"
    rf"|\bit(?:'s| is) (?:ok|okay|fine|all right) (?:to|if you|for you to) {ACT} (?P<fine>.+)"
    r"|^(?:ok,? |okay,? )?you may (?:touch|change|edit|alter) (?P<free>(?:(?! to\b)[\w ])+)[.! ]*$"
    r"|\bi (?:don't|do not) care about (?P<indifferent>.+?) any ?more",
    re.IGNORECASE,
)
NO_LONGER = re.compile(
    r"\b(?P<what>.+?)\b(?:no longer (?:needs?|has|have) to\b|(?:does|do) ?n[o']t (?:have|need) to\b"
    r"|need(?:s)? not\b|needn't\b|must no longer\b)(?P<rest>.*)"
    r"|\b(?:no longer|stop) keep(?:ing)? (?P<kept>.+)",
    re.IGNORECASE,
)


# "forget wish 2 and make it night": a request of its own
MORE = re.compile(
    rf"\s*(?:[,;.]|\band\b|\bbut\b)\s*(?:(?:and|so|then|now|please)\s+)*(?={REQUEST})", re.I
)


@dataclass(frozen=True)
class WishCommand:
    """What to do with the standing wishes."""

    kind: Literal["list", "revoke"]
    wishes: tuple[WishRecord, ...] = ()  # those that are revoked
    missing: str = ""  # why there is nothing to revoke


def split_command(text: str) -> tuple[str, str]:
    """Return what may be a command, and the request that follows it: "" where none does."""
    parts = MORE.split(text.strip(), maxsplit=1)
    return (parts[0], parts[1]) if len(parts) > 1 else (text, "")


def read_command(
    text: str, wishes: Sequence[WishRecord], *, is_recent: bool = False
) -> WishCommand | None:
    """Return the command that a text gives; None if it gives none.

    `wishes` are those that hold. "forget that" means the last of them if it `is_recent`: else it is
    a word about the last picture, as "undo my last wish" is where none hold.
    """
    if not wishes and not re.search(r"\b(?:standing|rules?)\b", text, re.I):
        return WishCommand("list") if LIST.search(text.strip()) else None
    asked = SPELLED.sub(
        lambda found: f"{found['before']}{number_of(found['number'])}", text.strip()
    )
    if numbered := NUMBERED.search(asked):
        wanted = [int(number) for number in re.findall(r"\d+", numbered["numbers"])]
        return _revoke([one for one in wishes if one.number in wanted], "no such standing wish")
    if (bare := BARE_NUMBER.match(asked)) and (is_recent or re.match("revoke", asked, re.I)):
        return _revoke(
            [one for one in wishes if one.number == int(bare[1])], "no such standing wish"
        )
    if EVERY.search(asked):
        return _revoke(wishes, "no standing wish")
    if ordered := ORDERED.search(asked):
        order = ordered["order"].lower()
        place = number_of(order) - 1 if order in ORDINALS else -1
        found = [wishes[place]] if -len(wishes) <= place < len(wishes) else []
        return _revoke(found, "no such standing wish")
    if named := ABOUT.search(asked):
        return _revoke(about(wishes, named["what"]), "no standing wish about that")
    if PLURAL.search(asked):
        return _revoke(wishes, "no standing wish")
    if THAT_WISH.search(asked):
        return _revoke(wishes[-1:], "no standing wish")
    if FORGET_THAT.match(asked):
        return _revoke(wishes[-1:], "") if wishes and is_recent else None
    if LIST.search(asked):
        return WishCommand("list")
    if (named := NAMED.search(asked)) and (found := about(wishes, named["what"])):
        return _revoke(found, "")
    fitting = _spoken_of(asked, wishes)
    return WishCommand("revoke", tuple(fitting)) if fitting else None


def _spoken_of(asked: str, wishes: Sequence[WishRecord]) -> list[WishRecord]:
    """Return the wishes that a sentence takes back by what they are about."""
    for pattern in (FORGET_ABOUT, ALLOWED, NO_LONGER):
        if found := pattern.search(asked):
            words = " ".join(part for part in found.groups() if part)
            return about(wishes, words)
    return []


def _revoke(found: Sequence[WishRecord], missing: str) -> WishCommand:
    return WishCommand("revoke", tuple(found), "" if found else missing)
