"""The trace of a turn: what every node returned, and thus all that a turn needs to go on."""

from collections.abc import Sequence
from typing import Any, cast

from ..memory.records import BEGIN_NODE, StepRecord
from .state import TurnState

RECOVERY_NODE = "recover"  # marks in the trace that the turn was taken up again
MARKS = (BEGIN_NODE, RECOVERY_NODE)


def given_of(steps: Sequence[StepRecord]) -> dict[str, Any]:
    """Return the options and the seed that the turn was started with; empty for the defaults."""
    return next((step.input for step in steps if step.node == BEGIN_NODE), {})


def open_choices(steps: Sequence[StepRecord]) -> dict[str, Any]:
    """Return what the open question of a waiting turn is about: options, pictures or a plan."""
    told = [step.output for step in steps if step.status == "done" and "choices" in step.output]
    return dict(told[-1]["choices"] or {}) if told else {}


def state_after(first: TurnState, steps: Sequence[StepRecord]) -> tuple[TurnState, str | None]:
    """Return the state after the last finished node, and that node; None before the first."""
    state: dict[str, Any] = dict(first)
    timings: dict[str, float] = {}
    last = None
    for step in steps:
        if step.status == "done" and step.node not in MARKS:
            state.update(step.output)
            timings[step.node] = round(timings.get(step.node, 0.0) + step.ms, 2)
            last = step.node
    return cast(TurnState, {**state, "timings": timings}), last
