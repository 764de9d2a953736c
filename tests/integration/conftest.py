"""A store on disk, the scripted model, and the shipped one where it is there."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento.agent.conversation import Agent
from pentimento.agent.events import Event
from pentimento.agent.services import Limits
from pentimento.memory.images import ImageStore
from pentimento.memory.store import SessionStore
from pentimento.model.contract import UnifiedModel
from pentimento.prompts.loader import PromptLibrary

HERE = Path(__file__).parent
CHECKPOINT = HERE.parent.parent / "model" / "storybook" / "checkpoint"
LIMITS = Limits(node=20.0, critic=10.0)


@pytest.fixture(scope="session")
def scripted() -> ModuleType:
    """Return the module of the test double."""
    spec = importlib.util.spec_from_file_location("scripted", HERE / "scripted.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["scripted"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def open_agent(tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    """Return what opens an agent on this test's folder; opening again is a restart."""
    opened: list[Agent] = []

    def open_one(model: UnifiedModel, limits: Limits = LIMITS) -> Agent:
        store = SessionStore(f"sqlite:///{tmp_path / 'p.db'}", ImageStore(tmp_path / "images"))
        prompts = PromptLibrary(model.info.family)
        agent = Agent(model, store, prompts, limits=limits)
        opened.append(agent)
        return agent

    yield open_one
    for agent in opened:
        agent.close()
        agent.store.close()


@pytest.fixture
def agent(open_agent: Callable[..., Agent], scripted: ModuleType) -> Agent:
    """Return an agent with the scripted model."""
    return open_agent(scripted.ScriptedStorybook())


@pytest.fixture
def session_id(agent: Agent) -> str:
    """Return a new session of the agent."""
    return agent.store.create_session().session_id


@pytest.fixture
def say(agent: Agent, session_id: str) -> Callable[..., list[Event]]:
    """Return what takes a turn in the session and returns its events."""

    def take(text: str, **more: Any) -> list[Event]:
        return list(agent.take_turn(session_id, text, **more))

    return take


@pytest.fixture(scope="session")
def storybook_model() -> UnifiedModel:
    """Return the shipped model."""
    if not (CHECKPOINT / "config.json").is_file():
        pytest.skip("The Storybook checkpoint is not there.")
    from pentimento.model.nexus.unified import load_model

    return load_model(CHECKPOINT)
