"""What the store hands out: frozen dataclasses, detached from the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

# Free-form JSON written by the agent (briefs, plans, traces): its shape is the agent's business.
Json = dict[str, Any]

TurnStatus = Literal["running", "waiting", "done", "failed", "cancelled"]
Verdict = Literal["yes", "no", "unsure"]

# Where a new turn hangs by default. Ids are 32 hex digits, so the word cannot be one.
HEAD: Final = "HEAD"

# The first step of a trace, where the turn was given options: its input holds them.
BEGIN_NODE: Final = "begin"


@dataclass(frozen=True)
class SessionRecord:
    """One conversation: a tree of turns, and where in it the user stands."""

    session_id: str
    title: str
    head_turn_id: str | None  # None: before the first turn
    created_at: datetime
    updated_at: datetime
    turn_count: int


@dataclass(frozen=True)
class TurnRecord:
    """One user message and what came of it."""

    turn_id: str
    session_id: str
    parent_id: str | None
    number: int  # counts up from 1 inside a session, over all branches
    status: TurnStatus
    route: str | None  # None until the turn is done
    text: str
    image_hashes: tuple[str, ...]
    mask_hash: str | None
    brief: Json | None
    plan: Json | None
    reply: str
    version: str | None  # hash of the picture the turn ended with
    seed: int | None
    model: str
    timings: dict[str, float]  # milliseconds by stage
    error: str | None
    created_at: datetime
    finished_at: datetime | None
    question: str | None = None  # the last clarifying question; open while status is "waiting"
    label: str | None = None  # a name given by the user or the agent: "before the hat"

    @property
    def is_finished(self) -> bool:
        """Return whether nothing more can come of the turn."""
        return self.status in ("done", "failed", "cancelled")


@dataclass(frozen=True)
class StepRecord:
    """One node's run inside a turn."""

    turn_id: str
    index: int
    node: str
    status: str
    input: Json
    output: Json
    ms: float
    started_at: datetime


@dataclass(frozen=True)
class CandidateRecord:
    """A picture that was painted and may or may not have become the version."""

    turn_id: str
    round: int
    index: int
    image_hash: str
    seed: int
    critique: Json = field(default_factory=dict)
    chosen: bool = False


@dataclass(frozen=True)
class CheckRecord:
    """One line of a checklist and the verdict on it."""

    turn_id: str
    text: str
    expected: str
    verdict: Verdict
    reason: str = ""
    is_kept: bool = False  # an earlier turn's check that should still hold
    is_overruled: bool = False  # the user said that the verdict does not matter


@dataclass(frozen=True)
class WishRecord:
    """What the user wants to hold for all later pictures of a session."""

    session_id: str
    number: int  # counts up from 1 inside a session
    turn_id: str | None  # the turn in which it was said
    text: str  # the user's words
    rules: Json  # what it asks of a picture, written by the agent
    created_at: datetime
    revoked_at: datetime | None = None  # None: it holds


@dataclass(frozen=True)
class ImageRecord:
    """What is known of a stored picture."""

    hash: str  # SHA-256 of the encoded bytes, 64 hex digits
    width: int
    height: int
    size_bytes: int
    mime: str
    caption: str | None
    role: str  # "upload", "mask", "candidate", "version", ...
