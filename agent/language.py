"""The formal language between the agent and the model: `a; b => c`, read by plain string code.

An *entry* names one object in five words: kind, colour, size, row, column. A *listing* is a whole
picture: "meadow, day; cat red small top left; house blue large bottom right.".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .errors import AnswerError

Verdict = Literal["yes", "no", "unsure"]

NOTHING = "nothing"
ARROW = "=>"
ENTRY_WORDS = 5
PLACES = tuple(
    f"{row} {column}"
    for row in ("top", "middle", "bottom")
    for column in ("left", "center", "right")
)
# What an answer to a wish says first: what is to be done, that it is more, or that it cannot be.
SEVERAL, OUTSIDE = "several", "outside"
DEEDS = (
    "add", "remove", "replace", "recolour", "resize", "restyle", "move", "swap", "scene", "light",
    "count", SEVERAL, OUTSIDE,
)  # fmt: skip
DEED = re.compile(r"[a-z]+: ")  # what a plan says first: "remove: cat ... -> nothing"
# What was asked for, or stands at a place.
ASIDE = re.compile(rf"(?:{DEED.pattern})?(?:asked|{'|'.join(PLACES)}): ")
MISSING = re.compile(r"\bThere is no (?P<what>[\w ]+)\. Which")  # a question back
RELATION = re.compile(
    r"(?:Yes|No), (?P<first>.+?) is (?:not )?(?P<side>to the (?:left|right) of|above|below) "
    r"(?P<second>.+)\."
)
WORD = re.compile(r"[a-z]+")
VERDICTS: tuple[Verdict, ...] = ("yes", "no", "unsure")


@dataclass(frozen=True)
class Listing:
    """Everything in a picture: its scene, its light, and one entry an object."""

    scene: str
    light: str
    entries: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.scene}, {self.light}; {'; '.join(self.entries) or NOTHING}."


@dataclass(frozen=True)
class Change:
    """One change of an edit; `None` stands for an object that was not there or no longer is."""

    old: str | None
    new: str | None

    @property
    def is_global(self) -> bool:
        """Return whether the whole picture changes: its scene or its light."""
        return len((self.old or self.new or "").split()) == 1

    def __str__(self) -> str:
        return f"{self.old or NOTHING} -> {self.new or NOTHING}"


@dataclass(frozen=True)
class Unclear:
    """The model needs to know more: one short question for the user."""

    question: str


@dataclass(frozen=True)
class Outside:
    """The model cannot do what was asked, and says so."""

    sentence: str


@dataclass(frozen=True)
class EditAnswer:
    """What a wish changes, and the complete target."""

    changes: tuple[Change, ...]
    target: Listing


@dataclass(frozen=True)
class DrawAnswer:
    """What the user asked for, as checks, and the complete target."""

    asked: tuple[str, ...]
    target: Listing


@dataclass(frozen=True)
class QuestionAnswer:
    """The entries an answer rests on, and the answer."""

    evidence: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Judgement:
    """The verdict on one check, and what it rests on."""

    verdict: Verdict
    evidence: str


@dataclass(frozen=True)
class CheckAnswer:
    """One judgement a check, in their order, and what would mend the picture."""

    judgements: tuple[Judgement, ...]
    revision: str


def read_listing(text: str) -> Listing:
    """Return the listing that `text` spells; AnswerError if it is none."""
    head, *entries = [part.strip() for part in text.strip().removesuffix(".").split(";")]
    scene, _, light = (word.strip() for word in head.partition(","))
    if not WORD.fullmatch(scene) or not WORD.fullmatch(light) or not entries:
        raise AnswerError(f"This is no listing of a picture: {text!r}")
    if entries == [NOTHING]:
        return Listing(scene, light)
    for entry in entries:
        if not is_entry(entry):
            raise AnswerError(f"This is no object of a listing: {entry!r}")
    places = [place_of(entry) for entry in entries]
    if len(set(places)) != len(places):
        raise AnswerError(f"Two objects of a listing share a place: {text!r}")
    return Listing(scene, light, tuple(entries))


def read_edit(text: str) -> EditAnswer | Unclear | Outside:
    """Return what the answer to a wish says; AnswerError if it cannot be read."""
    refusal = read_refusal(text)
    if refusal:
        return refusal
    diff, target = _split_arrow(text)
    return EditAnswer(read_changes(diff), read_listing(target))


@lru_cache(maxsize=1024)  # of every turn on the path, in every turn
def read_changes(text: str) -> tuple[Change, ...]:
    """Return the changes of "old -> new; old -> new"; AnswerError if one cannot be read.

    Between them may stand places that were looked at: "top left: nothing".
    """
    changes = []
    for part in text.split(";"):
        old, arrow, new = (side.strip() for side in part.partition("->"))
        if not arrow and ASIDE.match(old):
            continue
        old = _without_deed(old)
        if not arrow or not old or not new:
            raise AnswerError(f"This is no change: {part.strip()!r}")
        change = Change(None if old == NOTHING else old, None if new == NOTHING else new)
        sides = [side for side in (change.old, change.new) if side]
        is_global = len(sides) == 2 and all(WORD.fullmatch(side) for side in sides)
        if not sides or not (is_global or all(is_entry(side) for side in sides)):
            raise AnswerError(f"This is no change: {part.strip()!r}")
        if change.old != change.new:  # else it says what a place was reckoned from
            changes.append(change)
    return tuple(changes)


def read_draw(text: str) -> DrawAnswer | Unclear | Outside:
    """Return what the answer to a drawing request says; AnswerError if it cannot be read."""
    refusal = read_refusal(text)
    if refusal:
        return refusal
    asked, target = _split_arrow(text)
    return DrawAnswer(_parts(asked), read_listing(target))


def read_question(text: str) -> QuestionAnswer:
    """Return the evidence and the sentence of an answer; without an arrow it is all sentence.

    Evidence may name the place that was looked at: "top left: cat red small top left". Where one
    thing is said to stand beside another, the places in the evidence have the last word.
    """
    refusal = read_refusal(text)
    if refusal:
        return QuestionAnswer((), refusal_text(refusal))
    evidence, arrow, sentence = (side.strip() for side in text.partition(ARROW))
    if not arrow:
        evidence, sentence = "", evidence
    if not sentence:
        raise AnswerError(f"The answer is empty: {text!r}")
    seen = [part.rpartition(": ")[2] for part in _parts(evidence)]
    entries = tuple(entry for entry in seen if entry != NOTHING)
    return QuestionAnswer(entries, _by_places(entries, sentence))


def _by_places(entries: Sequence[str], sentence: str) -> str:
    """Return "Yes, the cat is above the dog." as the two places that were looked at have it."""
    told = RELATION.fullmatch(sentence)
    places = [place_of(entry) for entry in entries if is_entry(entry)]
    if told is None or len(set(places)) != 2 or not set(places) <= set(PLACES):
        return sentence
    (row, column), (other_row, other_column) = (divmod(PLACES.index(one), 3) for one in places)
    is_so = {
        "to the left of": column < other_column,
        "to the right of": column > other_column,
        "above": row < other_row,
        "below": row > other_row,
    }[told["side"]]
    said = "Yes, {} is {} {}." if is_so else "No, {} is not {} {}."
    return said.format(told["first"], told["side"], told["second"])


def read_checks(text: str, num_checks: int) -> CheckAnswer:
    """Return one judgement a check; AnswerError if their number is another.

    Evidence may itself hold several entries: a judgement ends at the part that ends in a verdict.
    """
    verdicts, revision = _split_arrow(text)
    judgements: list[Judgement] = []
    evidence: list[str] = []
    for part in verdicts.split(";"):
        rest, _, word = part.strip().rpartition(" ")
        verdict = next((known for known in VERDICTS if known == word), None)
        if verdict is None:
            evidence.append(part.strip())
            continue
        if not rest or rest in VERDICTS:
            raise AnswerError(f"A verdict without evidence: {text!r}")
        judgements.append(Judgement(verdict, "; ".join([*evidence, rest])))
        evidence = []
    if evidence or len(judgements) != num_checks:
        raise AnswerError(f"{num_checks} verdicts were expected: {text!r}")
    return CheckAnswer(tuple(judgements), "" if revision == NOTHING else revision)


def read_refusal(text: str) -> Unclear | Outside | None:
    """Return the model's question or refusal if the answer is one; evidence may stand before."""
    _, arrow, tail = text.partition(ARROW)
    word, colon, rest = (tail if arrow else text).strip().partition(":")
    if not colon or not rest.strip():
        return None
    if word == "unclear":
        return Unclear(rest.strip())
    return Outside(rest.strip()) if word == "outside" else None


def tells_already(question: str) -> bool:
    """Return whether a question tells that things are so already: "It is already night"."""
    return re.search(r"\balready\b", question) is not None


def _without_deed(part: str) -> str:
    said = DEED.match(part.strip())
    return part.strip()[said.end() :] if said else part.strip()


def says_already(text: str) -> bool:
    """Return whether an answer says that a wish is met: "day -> day => unclear: It is already"."""
    evidence, _, question = text.partition(ARROW)
    pairs = [part.partition("->") for part in _parts(evidence)]
    is_met = all(arrow and _without_deed(was) == now.strip() for was, arrow, now in pairs)
    return bool(pairs) and is_met and tells_already(question)


def refuted(text: str, source: Listing) -> EditAnswer | None:
    """Return the edit of an answer that says "already" of what its own evidence changes, or None.

    "star red ... -> star white ... => unclear: The red star is already white."
    """
    evidence, _, question = text.partition(ARROW)
    try:
        changes = read_changes(evidence.strip()) if tells_already(question) else ()
    except AnswerError:
        return None
    made = apply_changes(source, changes) if changes else None
    return EditAnswer(changes, sort_entries(made)) if made else None


def refusal_text(refusal: Unclear | Outside) -> str:
    """Return the sentence of a refusal."""
    return refusal.question if isinstance(refusal, Unclear) else refusal.sentence


def apply_changes(source: Listing, changes: Sequence[Change]) -> Listing | None:
    """Return the source with the changes made in their order, or None where one does not fit.

    Objects keep the order of the source; a new one stands at the end: see `sort_entries`.
    """
    scene, light, entries = source.scene, source.light, list(source.entries)
    for change in changes:
        if change.is_global:
            if change.old == scene and change.new:
                scene = change.new
            elif change.old == light and change.new:
                light = change.new
            else:
                return None
            continue
        if change.old:
            if change.old not in entries:
                return None
            entries.remove(change.old)
        if change.new:
            entries.append(change.new)
    if len({place_of(entry) for entry in entries}) != len(entries):
        return None
    return Listing(scene, light, tuple(entries))


def sort_entries(listing: Listing) -> Listing:
    """Return the listing with its objects from the top left to the bottom right."""

    def key(entry: str) -> int:
        place = place_of(entry)
        return PLACES.index(place) if place in PLACES else len(PLACES)

    return Listing(listing.scene, listing.light, tuple(sorted(listing.entries, key=key)))


def is_same(one: Listing, other: Listing) -> bool:
    """Return whether two listings say the same, in any order."""
    return (one.scene, one.light, sorted(one.entries)) == (
        other.scene,
        other.light,
        sorted(other.entries),
    )


def is_entry(text: str) -> bool:
    """Return whether `text` has the shape of an object's entry."""
    words = text.split()
    return len(words) == ENTRY_WORDS and all(WORD.fullmatch(word) for word in words)


def kind_of(entry: str) -> str:
    """Return the kind of an entry."""
    return entry.split()[0]


def place_of(entry: str) -> str:
    """Return the place of an entry, such as "top left"."""
    return " ".join(entry.split()[-2:])


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(";") if part.strip())
    return () if parts == (NOTHING,) else parts


def _split_arrow(text: str) -> tuple[str, str]:
    left, arrow, right = (side.strip() for side in text.partition(ARROW))
    if not arrow or not left or not right:
        raise AnswerError(f"The answer has no two sides around {ARROW!r}: {text!r}")
    return left, right
