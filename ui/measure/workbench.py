"""What every task of an evaluation works with: the model, the agent, the oracle, the rules."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from langgraph.runtime import Runtime
from PIL import Image

from ...agent.conversation import Agent
from ...agent.dialogue import ask, describe
from ...agent.lock import lock_pixels
from ...agent.nodes.plan import plan
from ...agent.services import Limits, Services, TurnOptions
from ...agent.state import Plan, RouteName, TurnState
from ...agent.steps import Update
from ...agent.trace import Trace
from ...model.contract import Brief
from ...model.storybook.dialogues import World
from ...model.storybook.oracle import Oracle
from ...model.storybook.renderer import Renderer
from ...model.storybook.scene import Scene, parse_listing
from ...prompts.loader import PromptLibrary
from ..compose import Studio
from .timing import TimedModel

BATCH = 16
Tell = Callable[[str, int, int], None]


class CaseLog:
    """Every case as one JSON line, for whoever wants to see what went wrong."""

    def __init__(self, path: Path | None) -> None:
        """Open the file; None: nothing is kept."""
        self._file: TextIO | None = path.open("w", encoding="utf-8") if path else None

    def note(
        self, task: str, kind: str, *, asked: str, wanted: str, got: str, is_right: bool
    ) -> None:
        """Write one case."""
        if self._file is None:
            return
        case = {"task": task, "kind": kind, "is_right": is_right}
        case |= {"asked": asked, "wanted": wanted, "got": got}
        self._file.write(json.dumps(case, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


@dataclass(frozen=True)
class Painted:
    """A picture of a contact sheet with the words it was painted from."""

    caption: str
    image: Image.Image | None  # None: the request was not planned
    source: Image.Image | None = None


@dataclass
class Workbench:
    """One evaluation: what it measures, with what, and what it has kept on the way."""

    model: TimedModel
    studio: Studio
    world: World
    seed: int
    samples: int
    num_reflected: int
    tell: Tell
    log: CaseLog
    oracle: Oracle = field(default_factory=Oracle)
    renderer: Renderer = field(default_factory=Renderer)
    sheets: dict[str, list[Painted]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        prompts = PromptLibrary(self.model.info.family)
        store = self.studio.store
        trace = Trace(store, "", ThreadPoolExecutor(1))  # no node is run as a step: stays empty
        self.services = Services(self.model, store, prompts, Limits(), trace)

    @property
    def agent(self) -> Agent:
        """Return the agent, on a store that is thrown away."""
        return self.studio.agent

    def listing_of(self, image: Image.Image) -> str:
        """Return the model's listing, asked as the agent asks."""
        return describe(self.services, image)

    def ask(self, name: str, caption: str | None = None, **values: object) -> str:
        """Return the model's answer to a prompt of the agent, about a listed picture or none."""
        return ask(self.services, self.services.prompts.render(name, **values), caption=caption)

    def plan(
        self, route: RouteName, text: str, caption: str | None = None, last: str | None = None
    ) -> Update:
        """Return what the agent's own plan node makes of a request."""
        state: TurnState = {
            "turn_id": "",
            "session_id": "",
            "parent_id": None,
            "text": text,
            "image_hashes": [],
            "mask_hash": None,
            "seed": 0,
            "route": route,
            "source": None,  # not stored: Storybook plans from the listing alone
            "source_caption": caption,
            "last": last if last and caption and last in caption else None,  # as `resolve` does
            "options": TurnOptions().to_json(),
        }
        return plan(state, Runtime(context=self.services))

    def imagine(self, briefs: Sequence[Brief], task: str) -> list[Image.Image]:
        """Return one painting a brief, painted in batches."""
        images: list[Image.Image] = []
        for start in range(0, len(briefs), BATCH):
            painted = self.model.imagine(briefs[start : start + BATCH])
            images += [picture.image.convert("RGB") for picture in painted]
            self.tell(task, len(images), len(briefs))
        return images


def lock_edit(source: Image.Image, painting: Image.Image, made: Plan) -> Image.Image:
    """Return a painting locked to its source as the agent's paint node does."""
    return lock_pixels(source, painting, mode="auto", is_global=made["is_global"]).image


def read_scene(listing: str) -> Scene | None:
    """Return the scene of a listing, or None where it is none of this world."""
    try:
        return parse_listing(listing)
    except ValueError:
        return None
