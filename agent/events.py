"""What a turn tells while it runs: small frozen records, each with its turn."""

import base64
import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..memory.records import TurnRecord


@dataclass(frozen=True)
class Event:
    """Something that happened in a turn."""

    turn_id: str


@dataclass(frozen=True)
class TurnStarted(Event):
    """The request was accepted and stored."""

    session_id: str


@dataclass(frozen=True)
class NodeStarted(Event):
    """The turn reached a node of the graph."""

    node: str


@dataclass(frozen=True)
class Thought(Event):
    """Something the agent found or decided, for whoever wants to look over its shoulder."""

    node: str
    text: str


@dataclass(frozen=True)
class Token(Event):
    """A piece of the reply, as the model writes it."""

    text: str


@dataclass(frozen=True)
class Progress(Event):
    """One denoising step is done; `preview` may hold a PNG."""

    step: int
    num_steps: int
    preview: bytes | None = None


@dataclass(frozen=True)
class CandidatePainted(Event):
    """A picture was painted and stored; it is not the version yet."""

    image_hash: str
    index: int
    round: int


@dataclass(frozen=True)
class Critiqued(Event):
    """The critic's word on the best candidate of a round: checks with verdict and reason."""

    checks: tuple[dict[str, Any], ...]
    score: float | None  # share of the checks that passed; None: the critic abstained
    revision: str
    stop_reason: str | None = None  # None: another round follows


@dataclass(frozen=True)
class Clarify(Event):
    """The turn waits for an answer; the last event until `resume_turn`."""

    question: str
    options: tuple[str, ...] = ()  # answers that can be given by a click
    pictures: tuple[dict[str, Any], ...] = ()  # those it is about: image_hash, number, ...
    plan: dict[str, Any] | None = None  # the plan that waits for a yes: prompt, checks, polish


@dataclass(frozen=True)
class TurnFinished(Event):
    """The turn is committed; the last event."""

    turn: TurnRecord


@dataclass(frozen=True)
class TurnFailed(Event):
    """The turn came to nothing; the head stayed where it was; the last event."""

    error: str
    is_cancelled: bool = False


def to_json(event: Event) -> dict[str, Any]:
    """Return the event as plain JSON, with its class name under "type"; bytes become base64."""
    return {"type": type(event).__name__, **_plain(dataclasses.asdict(event))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value
