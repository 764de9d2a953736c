"""A click on Stop is heeded at whatever moment it comes."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento.ui.compose import Studio, compose
from pentimento.ui.handlers import Handlers
from pentimento.ui.home import Home
from pentimento.ui.past import PastHandlers, ReplayScreen
from pentimento.ui.screen import Screen, ScreenReader, Values
from pentimento.ui.views import ViewFiles

MOMENTS = range(1, 16)  # the words "Beginning", each node, and the first steps of the painting


@pytest.fixture
def studio(tmp_path: Path, scripted: ModuleType) -> Iterator[Studio]:
    """Return a studio whose model paints in two steps until it is told otherwise."""
    model = scripted.ScriptedStorybook(step_seconds=0.001)
    opened = compose(Home(tmp_path / "home"), "scripted", load_model=lambda name: model)
    yield opened
    opened.close()


@pytest.fixture
def reader(studio: Studio) -> ScreenReader:
    """Return what reads the studio's sessions."""
    views = ViewFiles(studio.home.views_path / "pictures", studio.store)
    return ScreenReader(studio.agent, studio.store, views)


@pytest.fixture
def session_id(studio: Studio) -> str:
    """Return a session of a drawing and an edit."""
    session_id = studio.store.create_session().session_id
    for text in ("draw a red cat at the top left", "make the cat blue"):
        list(studio.agent.take_turn(session_id, text))
    return session_id


def replayed(values: Values) -> ReplayScreen:
    """Return the values by their names."""
    return ReplayScreen(*values)


def statuses(studio: Studio, session_id: str) -> list[str]:
    """Return how the turns of a session ended, once none is running any more."""
    while studio.store.unfinished_turns(session_id):
        time.sleep(0.01)
    return [turn.status for turn in studio.store.turns(session_id)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_replay_stops(studio: Studio, reader: ScreenReader, session_id: str, moment: int) -> None:
    past = PastHandlers(studio, reader)
    studio.model.is_held = lambda: True  # type: ignore[attr-defined]
    shown = past.replay("", "", session_id)
    twin = replayed(next(shown)).twin
    for _ in range(1, moment):
        next(shown)
    past.stop_replay(twin)
    last = replayed(list(shown)[-1])
    assert "Stopped." in last.status and "so far" not in last.status
    assert last.start["visible"] and not last.stop["visible"]
    assert statuses(studio, twin) == ["cancelled"]


def test_a_replay_stops_between_two_turns(
    studio: Studio, reader: ScreenReader, session_id: str
) -> None:
    past = PastHandlers(studio, reader)
    shown = past.replay("", "", session_id)
    twin = replayed(next(shown)).twin
    while "pm-replayed" not in str(replayed(next(shown)).rows):
        pass
    studio.model.is_held = lambda: True  # type: ignore[attr-defined]
    past.stop_replay(twin)
    last = replayed(list(shown)[-1])
    assert "Stopped. What was replayed so far is a session of its own." in last.status
    assert statuses(studio, twin) == ["done", "cancelled"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_turn_stops(studio: Studio, reader: ScreenReader, moment: int) -> None:
    handlers = Handlers(studio, reader)
    studio.model.is_held = lambda: True  # type: ignore[attr-defined]
    message: dict[str, Any] = {"text": "draw a red cat at the top left"}
    shown = handlers.send(message, None, None)
    session_id = Screen(*next(shown)).session_id
    for _ in range(1, moment):
        next(shown)
    handlers.stop(session_id)
    last = Screen(*list(shown)[-1])
    assert last.status == "" and last.box["submit_btn"]
    assert statuses(studio, session_id) == ["cancelled"]
