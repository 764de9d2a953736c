"""Services with the scripted model, for nodes that are called one by one."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langgraph.runtime import Runtime
from pentimento.agent.events import Event
from pentimento.agent.services import Limits, Services, TurnOptions
from pentimento.agent.state import TurnState
from pentimento.memory.images import ImageStore
from pentimento.memory.store import SessionStore
from pentimento.model.storybook.scene import parse_listing
from pentimento.prompts.loader import PromptLibrary

SCRIPTED = Path(__file__).parents[2] / "integration" / "scripted.py"


@pytest.fixture(scope="session")
def scripted() -> ModuleType:
    """Return the module of the test double."""
    spec = importlib.util.spec_from_file_location("scripted", SCRIPTED)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["scripted"] = module
    spec.loader.exec_module(module)
    return module


class Bench:
    """One turn of one session, and a node's view of it."""

    def __init__(self, scripted: ModuleType, folder: Path) -> None:
        self.scripted = scripted
        self.model = scripted.ScriptedStorybook()
        self.store = SessionStore(f"sqlite:///{folder / 'p.db'}", ImageStore(folder / "images"))
        self.events: list[Event] = []
        self.session_id = self.store.create_session().session_id

    def runtime(self) -> Runtime[Services]:
        """Return the runtime of a node."""
        services = Services(
            model=self.model,
            store=self.store,
            prompts=PromptLibrary("storybook"),
            limits=Limits(node=10, critic=5),
            emit=self.events.append,
        )
        return Runtime(context=services)

    def state(self, text: str, **more: Any) -> TurnState:
        """Begin a turn and return its first state."""
        turn = self.store.begin_turn(self.session_id, text, more.get("image_hashes", ()))
        self.turn_id = turn.turn_id
        first: TurnState = {
            "turn_id": turn.turn_id,
            "session_id": self.session_id,
            "parent_id": turn.parent_id,
            "text": text,
            "image_hashes": [],
            "mask_hash": None,
            "seed": 11,
            "options": TurnOptions().to_json(),
        }
        return {**first, **more}  # type: ignore[typeddict-item]

    def put(self, listing: str, role: str = "upload", caption: str | None = None) -> str:
        """Store the picture of a scene and return its hash."""
        from pentimento.agent.pictures import MIME, clean

        png = clean(self.scripted.paint_scene(parse_listing(listing)))
        return self.store.put_image(png.data, MIME, png.width, png.height, role, caption).hash


@pytest.fixture
def bench(scripted: ModuleType, tmp_path: Path) -> Iterator[Bench]:
    """Yield a bench."""
    made = Bench(scripted, tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def run(bench: Bench) -> Callable[..., dict[str, Any]]:
    """Return what calls a node on a state."""
    return lambda node, state: node(state, bench.runtime())
