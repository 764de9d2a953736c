"""A model that keeps time: every call is passed on, and its milliseconds are noted by stage."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from PIL import Image

from ...model.contract import Brief, Message, ModelInfo, Picture, Progress, UnifiedModel
from ...model.storybook.dialogues import (
    BEFORE_PREFIX,
    CHECK_PREFIX,
    DRAW_PREFIX,
    LAST_PREFIX,
    LIST_PROMPT,
    QUESTION_PREFIX,
    ROUTE_PREFIX,
    WISH_PREFIX,
)

STAGES = {
    LIST_PROMPT: "list",
    QUESTION_PREFIX: "question",
    WISH_PREFIX: "plan_edit",
    LAST_PREFIX: "plan_edit",
    BEFORE_PREFIX: "plan_edit",
    DRAW_PREFIX: "plan_draw",
    CHECK_PREFIX: "critique",
    ROUTE_PREFIX: "route",
}
OTHER = "other"


@dataclass(frozen=True)
class Call:
    """One call of the model."""

    stage: str
    ms: float
    num_pictures: int = 0


@dataclass
class TimedModel:
    """A `UnifiedModel` around another one."""

    model: UnifiedModel
    calls: list[Call] = field(default_factory=list)

    @property
    def info(self) -> ModelInfo:
        """Return what the model is and can do."""
        return self.model.info

    def converse(
        self,
        messages: Sequence[Message],
        *,
        max_new_tokens: int = 256,
        stop: Sequence[str] = (),
        on_token: Callable[[str], None] | None = None,
    ) -> str:
        """Return the assistant's next message."""
        with self._timed(stage_of(messages)):
            return self.model.converse(
                messages, max_new_tokens=max_new_tokens, stop=stop, on_token=on_token
            )

    def choose(self, messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        """Return the log-probability of each option."""
        with self._timed(stage_of(messages)):
            return self.model.choose(messages, options)

    def imagine(
        self,
        briefs: Sequence[Brief],
        *,
        on_step: Callable[[Progress], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> list[Picture]:
        """Return one picture a brief."""
        with self._timed("imagine", len(briefs)):
            return self.model.imagine(briefs, on_step=on_step, cancel=cancel)

    def embed(self, images: Sequence[Image.Image]) -> list[list[float]]:
        """Return one embedding an image."""
        with self._timed("embed", len(images)):
            return self.model.embed(images)

    def times_of(self, stage: str) -> list[float]:
        """Return the milliseconds of all calls of a stage that were for one picture at most."""
        return [call.ms for call in self.calls if call.stage == stage and call.num_pictures <= 1]

    @contextmanager
    def _timed(self, stage: str, num_pictures: int = 0) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            ms = (time.perf_counter() - start) * 1000
            self.calls.append(Call(stage, ms, num_pictures))


def stage_of(messages: Sequence[Message]) -> str:
    """Return which stage of a turn asks this, by how the newest message begins."""
    text = messages[-1].text
    return next((stage for prefix, stage in STAGES.items() if text.startswith(prefix)), OTHER)


def time_painting(model: UnifiedModel, brief: Brief) -> tuple[Picture, float | None, float]:
    """Return the picture, the milliseconds up to the first denoising step, and those after it.

    The model asks whether to go on before it imagines and before every step: the time between
    the first two questions is that of the embeddings. None where it asks less often.
    """
    asked: list[float] = []

    def is_cancelled() -> bool:
        asked.append(time.perf_counter())
        return False

    start = time.perf_counter()
    picture = model.imagine([brief], cancel=is_cancelled)[0]
    end = time.perf_counter()
    if len(asked) < 2:
        return picture, None, (end - start) * 1000
    return picture, (asked[1] - start) * 1000, (end - asked[1]) * 1000
