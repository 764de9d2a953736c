"""The only door through which the agent sees a model; needs no torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from PIL import Image

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One turn of a conversation with the model; texts and RGB pictures stand in order."""

    role: Role
    content: tuple[str | Image.Image, ...]

    @property
    def text(self) -> str:
        """Return the texts of the message, joined."""
        return "".join(part for part in self.content if isinstance(part, str))


MIN_SIDE, MAX_SIDE = 16, 8192  # pixels of a painting


@dataclass(frozen=True)
class Brief:
    """What is to be painted: a standalone prompt, and the source picture of an edit."""

    prompt: str
    source: Image.Image | None = None
    seed: int = 0
    height: int | None = None  # pixels; None: the model's own size
    width: int | None = None
    num_inference_steps: int | None = None  # None: the model's own default
    references: tuple[Image.Image, ...] = ()
    mask: Image.Image | None = None  # "L", 255 = repaint


@dataclass(frozen=True)
class Progress:
    """One denoising step of a batch: `step` of `num_steps` is done."""

    step: int
    num_steps: int
    preview: Image.Image | None = None  # picture 0 as foreseen now


@dataclass(frozen=True)
class Picture:
    """A painted picture (RGB) and the seed it came from."""

    image: Image.Image
    seed: int


@dataclass(frozen=True)
class ModelInfo:
    """What a model is and can do, in words and numbers that a face can show."""

    name: str
    family: Literal["storybook", "nexus-gen"]
    parameters: int
    device: str
    dtype: str
    height: int  # pixels of a picture painted by default
    width: int
    num_inference_steps: int
    describes_edits: bool  # True: an edit's brief is the complete description of the target
    can_draw: str  # a sentence or more: what it can draw
    paints_windows: bool = False  # True: any part of a picture is to it a picture of its own
    extras: dict[str, object] = field(default_factory=dict)


class UnifiedModel(Protocol):
    """One model that understands, plans, paints and criticises."""

    @property
    def info(self) -> ModelInfo:
        """Return what the model is and can do."""
        ...

    def converse(
        self,
        messages: Sequence[Message],
        *,
        max_new_tokens: int = 256,
        stop: Sequence[str] = (),
        on_token: Callable[[str], None] | None = None,
    ) -> str:
        """Return the assistant's next message, greedily decoded, without end marks."""
        ...

    def choose(self, messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        """Return a score of each option as the assistant's whole next message.

        One that ends with a colon is held to be its beginning alone.

        Scores are log-probabilities, or sums of those of several experts: differences are log-odds.
        """
        ...

    def imagine(
        self,
        briefs: Sequence[Brief],
        *,
        on_step: Callable[[Progress], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> list[Picture]:
        """Return one picture a brief, painted as one batch.

        Raises CancelledError when `cancel()` turned true between two steps.
        """
        ...

    def embed(self, images: Sequence[Image.Image]) -> list[list[float]]:
        """Return one mean-pooled, unit-length embedding an image, for similarity."""
        ...
