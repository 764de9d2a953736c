"""A model whose critic is broken on purpose: it fails all, passes all, raises, or hangs."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...model.contract import Message
from ...model.errors import ModelError
from ...model.storybook.dialogues import CHECK_PREFIX
from .timing import TimedModel

Fault = Literal["always_fails", "always_passes", "raises", "hangs"]
FAULTS: tuple[Fault, ...] = ("always_fails", "always_passes", "raises", "hangs")
HANG_SECONDS = 2.0  # longer than the critic is given here
CRITIC_SECONDS = 0.5


@dataclass
class FaultyCritic(TimedModel):
    """A `TimedModel` that answers every checklist in one wrong way."""

    fault: Fault = "always_fails"

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
        return super().converse(
            messages, max_new_tokens=max_new_tokens, stop=stop, on_token=on_token
        )

    def _judge(self, checks: Sequence[str]) -> str:
        if self.fault == "raises":
            raise ModelError("The critic was told to fail.")
        if self.fault == "hangs":
            time.sleep(HANG_SECONDS)
        verdict = "no" if self.fault == "always_fails" else "yes"
        said = "; ".join(f"nothing {verdict}" for _ in checks)
        return f"{said} => nothing"
