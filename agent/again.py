"""Asking for the same once more: "try again", "regenerate", "use my words"."""

import re
from dataclasses import dataclass

from ..memory.records import TurnRecord
from .politeness import BEHIND, LEAD

SEED = r"(?:a|another)(?: different| new| other)? seed"
END = rf"(?:[ ,]+(?:{BEHIND}|with {SEED}|from the start))*\s*[.!?]*$"
COMPLAINT = (  # "I don't like it, try again"
    r"(?:(?:i (?:don't|do not) like (?:it|that|this)"
    r"|(?:that|it|this)(?:'s| is| was) (?:not|wrong)[^,.;!]*"
    r"|not (?:good|right|like that))[ ,.;!]+(?:so )?)?"
)
AGAIN = re.compile(
    rf"^(?!you again){COMPLAINT}{LEAD}(?:"
    r"(?:try|do|paint|draw|make|generate|render)(?: (?:it|that|this|the "
    r"(?:picture|image|last one)))? (?:again|anew|once more|one more time|over|over again)"
    r"|(?:re-?generate|re-?try|re-?roll|re-?paint|re-?draw)(?: (?:it|that|this|the "
    r"(?:picture|image|last one)))?"
    rf"|once more|one more time|again|another (?:try|go|attempt)|try {SEED}"
    r"|(?:give me |show me |make |paint |draw )?another (?:version|variant|variation|take)"
    rf"(?: of (?:it|that|this|the (?:picture|image)))?){END}",
    re.IGNORECASE,
)
MY_WORDS = re.compile(
    rf"^{COMPLAINT}{LEAD}(?:(?:paint|draw|make|do) (?:it|that|this) )?(?:again )?(?:use|with|in)"
    rf"(?: just| exactly)? my (?:own |exact )?words(?: instead)?{END}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Again:
    """The wish of an earlier turn, to be carried out once more from where that turn began."""

    text: str
    source: str | None
    mask: str | None
    parent_id: str | None
    route: str
    own_words: bool


def is_again(text: str) -> bool:
    """Return whether a text asks for the last painting once more."""
    return bool(AGAIN.match(text.strip()) or MY_WORDS.match(text.strip()))


def again_of(text: str, painted: TurnRecord) -> Again:
    """Return what to do once more: the wish, the source and the mask of the turn that painted."""
    brief, plan = painted.brief or {}, painted.plan or {}
    return Again(
        text=str(plan.get("words") or painted.text),
        source=brief.get("source"),
        mask=brief.get("mask"),
        parent_id=painted.parent_id,
        route=painted.route or "edit",
        own_words=bool(MY_WORDS.match(text.strip())),
    )
