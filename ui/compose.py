"""Builds the real model, store and agent; the other files of `ui/` receive them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import InputError
from ..memory.images import ImageStore
from ..memory.store import SessionStore
from ..model.contract import UnifiedModel
from ..model.errors import ModelError
from ..prompts.loader import PromptLibrary
from .home import Home

if TYPE_CHECKING:
    from ..agent.conversation import Agent
    from ..model.nexus.source import Source

ROOT = Path(__file__).parent.parent
SHIPPED = {"storybook": ROOT / "model" / "storybook" / "checkpoint"}

LoadModel = Callable[[str], UnifiedModel]


@dataclass(frozen=True)
class Studio:
    """A model, a store and an agent that belong together."""

    home: Home
    model: UnifiedModel
    store: SessionStore
    agent: "Agent"

    def close(self) -> None:
        """Stop what runs, and give the databases back."""
        self.agent.close()
        self.store.close()


def open_store(home: Home) -> SessionStore:
    """Return the session store of this home; the folder is made if it is not there."""
    make_folder(home.path)
    return SessionStore(home.database_url, ImageStore(home.images_url))


def compose(home: Home, model_name: str, *, load_model: LoadModel | None = None) -> Studio:
    """Return everything a conversation needs; the model is loaded before anything is made."""
    from ..agent.conversation import Agent  # langgraph: a second that `session list` need not pay

    model = (load_model or open_model)(model_name)
    store = open_store(home)
    prompts = PromptLibrary(model.info.family)
    return Studio(home, model, store, Agent(model, store, prompts))


def open_model(name: str) -> UnifiedModel:
    """Return the model of a shipped name or of a checkpoint's files, ready to use."""
    source = source_of(name)
    from ..model.nexus.unified import load_model  # torch: seconds that no other command need pay

    try:
        return load_model(source)
    except ModelError as error:  # at load a fault lies in the folder, which the user can mend
        raise InputError(str(error)) from error


def source_of(name: str) -> "Source":
    """Return where a model's files lie; InputError if they cannot be there."""
    from ..model.nexus.source import PREFIX, Source, parse_source

    return parse_source(name) if name.startswith(PREFIX) else Source(checkpoint_path(name))


def checkpoint_path(name: str) -> Path:
    """Return the folder of a model; InputError if there is none."""
    path = SHIPPED.get(name, Path(name).expanduser())
    if not path.is_dir():
        raise InputError(
            f"There is no model {name!r}: give 'storybook', the folder of a checkpoint, or "
            "nexus-gen:DIR."
            if name not in SHIPPED
            else f"The model {name!r} is not installed: the folder {path} is missing."
        )
    return path


def make_folder(path: Path) -> None:
    """Make a folder, with a sentence for the user if that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot make the folder {path}: {error.strerror or error}.") from error
