"""A turn's state is what its finished steps returned, in their order."""

from datetime import UTC, datetime
from typing import Any

from pentimento.agent.state import TurnState
from pentimento.agent.trace import given_of, state_after
from pentimento.memory.records import StepRecord

FIRST: TurnState = {"turn_id": "a", "text": "make it blue"}


def steps(*told: tuple[str, str, dict[str, Any]]) -> list[StepRecord]:
    now = datetime.now(UTC)
    return [
        StepRecord("a", index, node, status, {"seed": 3}, output, 1.5, now)
        for index, (node, status, output) in enumerate(told)
    ]


def test_nothing_was_finished() -> None:
    trace = steps(("begin", "done", {}), ("route", "failed", {"error": "x"}))
    assert state_after(FIRST, trace) == ({**FIRST, "timings": {}}, None)
    assert given_of(trace) == {"seed": 3}
    assert given_of(trace[1:]) == {}


def test_later_steps_overwrite_earlier_ones_and_failures_count_for_nothing() -> None:
    state, last = state_after(
        FIRST,
        steps(
            ("plan", "done", {"question": "Which?"}),
            ("clarify", "waiting", {}),
            ("recover", "running", {}),
            ("clarify", "done", {"text": "make it green", "question": None}),
            ("plan", "done", {"plan": {"changes": []}}),
            ("paint", "failed", {"error": "x"}),
        ),
    )
    assert last == "plan"
    assert state["text"] == "make it green" and state["question"] is None
    assert "error" not in state
    assert state["timings"] == {"plan": 3.0, "clarify": 1.5}
