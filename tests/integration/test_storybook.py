"""Conversations with the shipped model: what a user sees, read back by the oracle."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pentimento.agent.conversation import Agent
from pentimento.agent.events import Event, TurnFinished
from pentimento.agent.pictures import decode
from pentimento.agent.services import Limits
from pentimento.memory.records import TurnRecord
from pentimento.model.contract import UnifiedModel
from pentimento.model.storybook.oracle import Oracle

DRAW = "a small red cat at the top left and a large blue house at the bottom right, meadow, day"
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def take(
    storybook_model: UnifiedModel, open_agent: Callable[..., Agent], oracle: Oracle
) -> Callable[[str], tuple[TurnRecord, str]]:
    """Return what takes a turn and gives the record and what the picture shows."""
    agent = open_agent(storybook_model, Limits())  # a busy machine paints slowly
    session_id = agent.store.create_session().session_id

    def one(text: str, **more: Any) -> tuple[TurnRecord, str]:
        events: list[Event] = list(agent.take_turn(session_id, text, seed=1, **more))
        last = events[-1]
        assert isinstance(last, TurnFinished), last
        picture = agent.view(session_id).picture
        image = decode(agent.store.images.get(picture)) if picture else None
        return last.turn, str(oracle.read(image).scene) if image else ""

    one.agent = agent  # type: ignore[attr-defined]
    return one


def test_a_conversation_draws_edits_answers_and_undoes(take: Any) -> None:
    turn, seen = take(f"draw {DRAW}")
    assert turn.route == "draw"
    assert seen == "meadow, day; cat red small top left; house blue large bottom right."
    turn, _ = take("how many things are there?")
    assert turn.route == "answer" and ("2" in turn.reply or "two" in turn.reply.lower())
    turn, seen = take("make the house yellow and add a star at the top right")
    assert turn.route == "edit"
    assert "house yellow large bottom right" in seen and "star" in seen and "top right" in seen
    before = turn.version
    turn, seen = take("make the cat blue")
    assert "cat blue small top left" in seen
    old, new = (
        np.asarray(decode(take.agent.store.images.get(key))) for key in (before, turn.version)
    )
    assert (old[56:] == new[56:]).all()  # only the cat's cell was touched
    turn, seen = take("undo")
    assert turn.route == "history" and "cat red small top left" in seen


def test_it_is_what_was_spoken_of_last(take: Any) -> None:
    take(f"draw {DRAW}")
    take("make the cat green")
    _, seen = take("make it large")
    assert "cat green large top left" in seen and "house blue large" in seen


def test_what_it_cannot_draw_it_says(take: Any) -> None:
    turn, seen = take("draw an elephant")
    assert turn.version is None and seen == ""
    assert "draw" in turn.reply
