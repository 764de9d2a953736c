"""The cases of `eval multiturn`: ablations, broken critics, and rounds and candidates."""

from dataclasses import dataclass, field

from ...agent.services import TurnOptions
from ...model.contract import UnifiedModel
from .faulty_critic import CRITIC_SECONDS, FAULTS, Fault, FaultyCritic
from .multiturn_script import Style

ROUNDS, CANDIDATES = (0, 1, 2, 3), (1, 2, 4)


@dataclass(frozen=True)
class Variant:
    """One way of running the same sessions."""

    options: TurnOptions = TurnOptions()
    style: Style = "mixed"
    is_split: bool = False  # every wish a turn of its own
    squashes: bool = False


@dataclass(frozen=True)
class MultiturnCase:
    """One row of the report: a variant, with a sound critic or a broken one."""

    name: str
    variant: Variant = field(default_factory=Variant)
    fault: Fault | None = None

    @property
    def critic_seconds(self) -> float | None:
        """Return how long a critic may take; None: as long as ever."""
        return CRITIC_SECONDS if self.fault == "hangs" else None

    def model_of(self, model: UnifiedModel) -> UnifiedModel:
        """Return the model, with a broken critic where the case is one."""
        return FaultyCritic(model, fault=self.fault) if self.fault else model


def _named(*cases: MultiturnCase) -> dict[str, MultiturnCase]:
    return {case.name: case for case in cases}


VARIANTS = _named(
    MultiturnCase("all on"),
    MultiturnCase("no lock", Variant(TurnOptions(lock="off"))),
    MultiturnCase("no reflection", Variant(TurnOptions(reflect=False))),
    MultiturnCase("no regression checks", Variant(TurnOptions(regress=False))),
    MultiturnCase("one wish a painting", Variant(is_split=True)),
    MultiturnCase("edits alone", Variant(style="edits")),
    MultiturnCase("edits alone with squash", Variant(style="edits", squashes=True)),
)
BROKEN = _named(
    *(MultiturnCase(f"critic {fault.replace('_', ' ')}", fault=fault) for fault in FAULTS)
)


def reflection_name(rounds: int, count: int) -> str:
    """Return the name of a cell of the reflection table."""
    return f"{rounds} rounds, K = {count}"


def _cell(rounds: int, count: int) -> MultiturnCase:
    options = TurnOptions(candidates=count, max_rounds=max(1, rounds), reflect=rounds > 0)
    return MultiturnCase(reflection_name(rounds, count), Variant(options))


# Without a critic nobody chooses between candidates: 0 rounds are of one alone.
REFLECTION = _named(
    *(_cell(rounds, count) for count in CANDIDATES for rounds in ROUNDS if rounds or count == 1)
)
CASES = VARIANTS | BROKEN | REFLECTION
