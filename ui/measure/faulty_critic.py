"""A model whose critic is broken on purpose: it fails all, passes all, raises, or hangs."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from ...model.contract import Brief, Message, ModelInfo, Picture, Progress, UnifiedModel
from ...model.errors import ModelError
from ...model.storybook.dialogues import CHECK_PREFIX

Fault = Literal["always_fails", "always_passes", "raises", "hangs"]
FAULTS: tuple[Fault, ...] = ("always_fails", "always_passes", "raises", "hangs")
HANG_SECONDS = 2.0  # longer than the critic is given here
CRITIC_SECONDS = 0.5


@dataclass
class FaultyCritic:
    """A `UnifiedModel` around another one that answers every checklist in one wrong way."""

    model: UnifiedModel
    fault: Fault

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
        """Return the assistant's next message; a wrong one to a checklist."""
        asked = messages[-1].text
        if asked.startswith(CHECK_PREFIX):
            return self._judge(asked.removeprefix(CHECK_PREFIX).split(";"))
        return self.model.converse(
            messages, max_new_tokens=max_new_tokens, stop=stop, on_token=on_token
        )

    def choose(self, messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        """Return the log-probability of each option."""
        return self.model.choose(messages, options)

    def imagine(
        self,
        briefs: Sequence[Brief],
        *,
        on_step: Callable[[Progress], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> list[Picture]:
        """Return one picture a brief."""
        return self.model.imagine(briefs, on_step=on_step, cancel=cancel)

    def embed(self, images: Sequence[Image.Image]) -> list[list[float]]:
        """Return the embeddings of pictures."""
        return self.model.embed(images)

    def _judge(self, checks: Sequence[str]) -> str:
        if self.fault == "raises":
            raise ModelError("The critic was told to fail.")
        if self.fault == "hangs":
            time.sleep(HANG_SECONDS)
        verdict = "no" if self.fault == "always_fails" else "yes"
        said = "; ".join(f"nothing {verdict}" for _ in checks)
        return f"{said} => nothing"
