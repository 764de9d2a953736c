"""What every task of an evaluation works with: the model, the agent, the oracle, the rules."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from langgraph.runtime import Runtime
from PIL import Image

from ...agent.conversation import Agent
from ...agent.dialogue import ask, describe
from ...agent.language import read_changes, read_listing
from ...agent.lock import LockMode, lock_pixels
from ...agent.nodes.plan import plan
from ...agent.nodes.resolve import still_shown
from ...agent.pictures import flatten
from ...agent.services import Limits, Services, TurnOptions
from ...agent.state import Before, Plan, RouteName, TurnState
from ...agent.steps import Update
from ...agent.windows import asked_area
from ...model.contract import Brief, Message
from ...model.storybook.dialogues import World
from ...model.storybook.oracle import Oracle
from ...model.storybook.renderer import Renderer
from ...model.storybook.scene import Scene, parse_listing
from ...prompts.loader import PromptLibrary
from ..compose import Studio
from .rehearsal import RehearsedModel

BATCH = 16
Tell = Callable[[str, int, int], None]
# What a listed picture, or None, is asked: the name of a prompt of the agent, and its values.
Asked = tuple[str | None, str, dict[str, object]]


class CaseLog:
    """Every case of a finished task as one JSON line, for whoever wants to see what went wrong."""

    def __init__(self, path: Path | None, *, goes_on: bool = False) -> None:
        """Begin the file, or go on with it; path None: nothing is kept."""
        self._path, self._lines = path, list[str]()
        if path and not goes_on:
            path.write_text("")

    def note(
        self, task: str, kind: str, *, asked: str, wanted: str, got: str, is_right: bool
    ) -> None:
        """Note one case."""
        case = {"task": task, "kind": kind, "is_right": is_right}
        case |= {"asked": asked, "wanted": wanted, "got": got}
        self._lines.append(json.dumps(case, ensure_ascii=False) + "\n")

    def write(self) -> None:
        """Add the cases noted since the last time to the file."""
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(self._lines)
        self._lines.clear()


@dataclass(frozen=True)
class Painted:
    """A picture of a contact sheet with the words it was painted from."""

    caption: str
    image: Image.Image | None  # None: the request was not planned
    source: Image.Image | None = None


@dataclass
class Workbench:
    """One evaluation: what it measures, with what, and what it has kept on the way."""

    model: RehearsedModel
    studio: Studio
    world: World
    seed: int
    samples: int
    num_reflected: int
    num_chains: int
    per_kind: int  # of a kind of edit or question at least so many; 0: as `samples` gives
    tell: Tell
    log: CaseLog
    oracle: Oracle = field(default_factory=Oracle)
    renderer: Renderer = field(default_factory=Renderer)
    sheets: dict[str, list[Painted]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        prompts = PromptLibrary(self.model.info.family)
        store = self.studio.store
        self.services = Services(self.model, store, prompts, Limits())
        self.session_id = store.create_session().session_id  # of plans without turns: no wishes

    @property
    def agent(self) -> Agent:
        """Return the agent, on a store that is thrown away."""
        return self.studio.agent

    def rehearse_listings(self, images: Sequence[Image.Image], task: str) -> None:
        """Have pictures listed in batches, so that `listing_of` answers at once."""
        prompt = self.services.prompts.render("list")
        self._rehearse([[Message("user", (flatten(image), prompt))] for image in images], task)

    def rehearse(self, asked: Sequence[Asked], task: str) -> None:
        """Have prompts answered in batches, so that `ask` and `plan` answer at once."""
        render = self.services.prompts.render
        conversations = []
        for caption, name, values in asked:
            about = []
            if caption is not None:
                about.append(Message("user", (render("list"),)))
                about.append(Message("assistant", (caption,)))
            conversations.append([*about, Message("user", (render(name, **values),))])
        self._rehearse(conversations, task)

    def _rehearse(self, conversations: Sequence[Sequence[Message]], task: str) -> None:
        self.model.rehearse(conversations, lambda done, total: self.tell(task, done, total))

    def listing_of(self, image: Image.Image) -> str:
        """Return the model's listing, asked as the agent asks."""
        return describe(self.services, image)

    def ask(self, name: str, caption: str | None = None, **values: object) -> str:
        """Return the model's answer to a prompt of the agent, about a listed picture or none."""
        return ask(self.services, self.services.prompts.render(name, **values), caption=caption)

    def plan(
        self,
        route: RouteName,
        text: str,
        caption: str | None = None,
        last: str | None = None,
        before: Before | None = None,
        options: TurnOptions | None = None,
    ) -> Update:
        """Return what the agent's own plan node makes of a request."""
        state: TurnState = {
            "turn_id": "",
            "session_id": self.session_id,
            "parent_id": None,
            "text": text,
            "image_hashes": [],
            "mask_hash": None,
            "seed": 0,
            "route": route,
            "source": None,  # not stored: Storybook plans from the listing alone
            "source_caption": caption,
            "last": still_there(last, caption),
            "before": still_so(before, caption),
            "options": (options or TurnOptions()).to_json(),
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


def lock_edit(
    source: Image.Image,
    painting: Image.Image,
    caption: str,
    made: Plan,
    mode: LockMode = "auto",
) -> Image.Image:
    """Return a painting locked to its source, listed as `caption`, as the paint node does it."""
    changes = read_changes("; ".join(made["changes"])) if made["changes"] else ()
    asked = asked_area(read_listing(caption), read_listing(made["target"]), changes, source.size)
    is_global = made["is_global"]
    return lock_pixels(source, painting, asked=asked, mode=mode, is_global=is_global).image


def still_there(last: str | None, caption: str | None) -> str | None:
    """Return the last mentioned object if the listing still has it, as `resolve` does."""
    return last if last and caption and last in caption else None


def still_so(before: Before | None, caption: str | None) -> Before | None:
    """Return the change before a wish if the listing still shows it, as `resolve` does."""
    return before if before and caption and still_shown(before, caption) else None


def read_scene(listing: str) -> Scene | None:
    """Return the scene of a listing, or None where it is none of this world."""
    try:
        return parse_listing(listing)
    except ValueError:
        return None
