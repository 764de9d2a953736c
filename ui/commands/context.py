"""What every command shares: the global options, and the doors to the store and the agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ..home import Home, find_home

if TYPE_CHECKING:
    from ...memory.store import SessionStore
    from ...model.contract import UnifiedModel
    from ..compose import Studio

DEFAULT_MODEL = "storybook"

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]
Seed = Annotated[int | None, typer.Option(help="Same seed, same words: same picture.")]


@dataclass(frozen=True)
class Settings:
    """The global options; `load_model` stands in for the shipped models where one is given."""

    model: str = DEFAULT_MODEL
    load_model: Callable[[str], UnifiedModel] | None = None

    @property
    def home(self) -> Home:
        """Return the folder of this person's data."""
        return find_home()

    def open_store(self) -> SessionStore:
        """Return the session store; loads the database, not the model."""
        from ..compose import open_store  # seconds to load: not before a command runs

        return open_store(self.home)

    def open_model(self) -> UnifiedModel:
        """Return the model alone."""
        from ..compose import open_model  # seconds to load: not before a command runs

        return (self.load_model or open_model)(self.model)

    def open_studio(self) -> Studio:
        """Return the model, the store and the agent, ready for a turn."""
        from ..compose import compose  # seconds to load: not before a command runs

        return compose(self.home, self.model, load_model=self.load_model)


def settings_of(context: typer.Context) -> Settings:
    """Return the global options of this run."""
    return context.obj if isinstance(context.obj, Settings) else Settings()
