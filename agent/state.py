"""What a turn carries from node to node: ids, hashes and plain JSON, never pixels or tensors."""

from typing import Any, Literal, TypedDict

from .checklist import Check

RouteName = Literal["answer", "draw", "edit", "adjust", "history", "chat", "outside"]
ROUTES: tuple[RouteName, ...] = (
    "answer",
    "draw",
    "edit",
    "adjust",
    "history",
    "chat",
    "outside",
)
# What can be meant while there is no picture to look at, change or compare.
PICTURELESS_ROUTES: tuple[RouteName, ...] = ("answer", "draw", "history", "chat", "outside")


class Plan(TypedDict, total=False):
    """What is to be painted, and how the result will be judged."""

    target: str  # the complete listing
    changes: list[str]
    source: str  # hash of the picture that was adjusted
    is_global: bool  # the scene or the light changes: the pixel lock does not apply
    prompt: str  # what the painter is told
    polished: bool  # False: the prompt is the user's own words
    words: str  # the user's own, pictures named in them left out
    polish: list[list[str]]  # from the words to the prompt: ["=" | "-" | "+", text]
    repaired: list[str]  # what earlier turns had and was lost, brought back
    lost: list[str]  # what of it is only reported
    regressed: str  # the sentence that tells both
    merge: str  # whether several wishes share one painting, and why
    wishes: list[int]  # the standing wishes that had a part in it
    kept_boxes: list[list[float]]  # never touched: left, top, right, bottom in 0..1
    checks: list[Check]


class Candidate(TypedDict, total=False):
    """A stored painting, and what the critic said of it."""

    image_hash: str
    seed: int
    round: int
    index: int
    kept_share: float | None  # pixels bit-identical to the source; None: drawn from nothing
    over_edit_share: float | None  # of the painting, changed unasked and put back; None: unknown
    over_edit: str | None  # hash of the map of it: "L", 255 where; None: there was none
    listing: str
    verdicts: list[dict[str, Any]]  # text, verdict, reason, is_kept
    score: float | None  # None: the critic abstained
    revision: str


class Before(TypedDict):
    """The change before a wish, which it may lean on: "the dog too", "no, blue"."""

    words: str  # the user's own
    changes: str  # what they did, in the text language: "old -> new; old -> new"


class TurnState(TypedDict, total=False):
    """The state of the graph; its thread is the turn."""

    turn_id: str
    session_id: str
    parent_id: str | None
    text: str
    image_hashes: list[str]
    mask_hash: str | None
    seed: int
    options: dict[str, Any]

    route: RouteName
    source: str | None  # hash of the picture that is looked at or changed
    source_caption: str | None
    last: str | None  # the object that was spoken of last
    before: Before | None  # the change that the source came from, if it was one
    question: str | None  # set while the request is unclear
    choices: dict[str, Any] | None  # what the question is about, for faces to show
    said: str  # the user's last answer
    answer: str | None  # the user's, to a question between pictures
    squash: dict[str, str | None] | None  # what is rebuilt; see `squash.Squash`
    drift: dict[str, Any]  # from the original, as `measure` found it
    offer: str  # the sentence that offers a squash
    rest: str  # what can be done of a request that was declined
    is_again: bool  # the last painting once more: source and words are known already
    is_confirmed: bool  # the user has seen the plan and wants it
    is_heard: bool  # whether what is to be kept in mind was taken out of the words; unset: unread
    once: str  # what must not be touched in this turn
    note: str  # what the reply begins with: what was kept in mind besides
    told: list[int]  # the standing wishes that this turn told
    listed: bool  # it listed them
    accepted: str  # the turn whose failed checks the user overrules
    revoked: list[int]  # those that end with this turn
    edited: str  # the plan's listing, written by the user's own hand
    overruled: list[int]  # the standing wishes that this turn may break: the user said so
    refers: bool  # the words may name a picture
    focus: str | None  # the picture that an answer was about
    num_questions: int
    plan: Plan
    round: int
    candidates: list[Candidate]  # of the newest round
    best: Candidate | None  # of all rounds
    stop_reason: str | None  # None: another round follows

    reply: str
    version: str | None
    reply_image: str | None  # a picture that belongs to the reply alone: a comparison
    head: str | None  # where the commit moves the head; see SessionStore.commit_turn
    timings: dict[str, float]
