"""What nodes work with: the model, the store, the prompts, and one turn's link to its listener."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from .. import InputError
from ..memory.records import TurnRecord
from ..memory.store import SessionStore
from ..model.contract import MAX_SIDE, MIN_SIDE, UnifiedModel
from ..prompts.loader import PromptLibrary
from .events import Event
from .lock import LockMode
from .state import ROUTES, RouteName

MAX_CANDIDATES = 8
MAX_ROUNDS = 8


@dataclass(frozen=True)
class Limits:
    """Seconds after which something is given up, and how often it is tried."""

    node: float = 600.0
    critic: float = 120.0  # a critique; past it the critic abstains
    attempts: int = 2


@dataclass(frozen=True)
class TurnOptions:
    """How one turn is to be done."""

    candidates: int = 1  # painted in one batch, each from its own seed
    max_rounds: int = 2  # paintings at most, the first included
    polish: bool = True  # False: the painter gets the user's own words
    reflect: bool = True
    regress: bool = True  # False: earlier turns' checks are not asked again
    confirm_plan: bool = False  # True: the plan is shown, and waits for a yes
    lock: LockMode = "auto"
    steps: int | None = None  # None: the model's own number of denoising steps
    size: tuple[int, int] | None = None  # height, width; None: the model's own
    route: RouteName | None = None  # None: the model decides
    routes: tuple[RouteName, ...] = ()  # what it decides between; none: all

    def __post_init__(self) -> None:
        if not 1 <= self.candidates <= MAX_CANDIDATES:
            raise InputError(f"Between 1 and {MAX_CANDIDATES} candidates, not {self.candidates}.")
        if not 1 <= self.max_rounds <= MAX_ROUNDS:
            raise InputError(f"Between 1 and {MAX_ROUNDS} rounds, not {self.max_rounds}.")
        if self.lock not in ("auto", "mask", "off"):
            raise InputError(f"The lock is auto, mask or off, not {self.lock!r}.")
        if self.route is not None and self.route not in ROUTES:
            raise InputError(f"A turn can be {', '.join(ROUTES)}; not {self.route!r}.")
        unknown = [name for name in self.routes if name not in ROUTES]
        if unknown:
            raise InputError(f"A turn can be {', '.join(ROUTES)}; not {unknown[0]!r}.")
        if self.steps is not None and not 1 <= self.steps <= 1000:
            raise InputError(f"Between 1 and 1,000 denoising steps, not {self.steps}.")

    def to_json(self) -> dict[str, Any]:
        """Return the options as plain JSON."""
        size = list(self.size) if self.size else None
        return asdict(self) | {"size": size, "routes": list(self.routes)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "TurnOptions":
        """Return the options that `to_json` wrote; names it does not know are left out."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        size = known.get("size")
        routes = tuple(known.get("routes", ()))
        return cls(**known | {"size": (size[0], size[1]) if size else None, "routes": routes})


def _ignore(event: Event) -> None:
    """Let an event pass."""


@dataclass(frozen=True)
class Services:
    """The context of the graph: shared parts, and the hooks of the turn that runs."""

    model: UnifiedModel
    store: SessionStore
    prompts: PromptLibrary
    limits: Limits
    emit: Callable[[Event], None] = _ignore
    is_cancelled: Callable[[], bool] = lambda: False
    keep_alive: Callable[[], None] = lambda: None  # called now and then during long work
    paths: dict[str, list[TurnRecord]] = field(default_factory=dict)  # read already, see `path`

    def path(self, turn_id: str | None) -> list[TurnRecord]:
        """Return the turns from the root to a finished one, read once in the course of a turn."""
        if turn_id is None:
            return []
        if turn_id not in self.paths:
            self.paths[turn_id] = self.store.path(turn_id)
        return self.paths[turn_id]

    def version_at(self, turn_id: str | None) -> str | None:
        """Return the nearest version on the path from this turn to the root."""
        return next((turn.version for turn in reversed(self.path(turn_id)) if turn.version), None)


def read_size(size: str | None) -> tuple[int, int] | None:
    """Return (height, width) of "256x192" (width x height); None of nothing."""
    if size is None or not size.strip():
        return None
    width, cross, height = size.lower().replace(" ", "").partition("x")
    if not (cross and size.isascii() and width.isdigit() and height.isdigit()):
        raise InputError(f"A size is written like 256x192 (width x height), not {size!r}.")
    if not all(MIN_SIDE <= int(side) <= MAX_SIDE for side in (width, height)):
        raise InputError(f"Pictures have {MIN_SIDE} to {MAX_SIDE} pixels a side, not {size}.")
    return int(height), int(width)
