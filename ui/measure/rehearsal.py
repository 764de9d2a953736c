"""A model that has rehearsed: answers worked out in batches before the agent asks for them.

The agent asks one thing at a time, as it does in a conversation; an evaluation knows hundreds of
its questions beforehand. Whatever was not rehearsed is asked for as always.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image

from ...model.contract import Message
from ...model.nexus.batches import converse_batch
from ...model.nexus.unified import NexusModel
from .timing import TimedModel

BATCH = 32
MAX_TOKENS = 256
Conversation = Sequence[Message]
Key = tuple[tuple[str, tuple[str | bytes, ...]], ...]


@dataclass
class RehearsedModel(TimedModel):
    """A `TimedModel` that answers from memory where it can; such an answer is no timed call."""

    answers: dict[Key, str] = field(default_factory=dict)

    def converse(
        self,
        messages: Sequence[Message],
        *,
        max_new_tokens: int = 256,
        stop: Sequence[str] = (),
        on_token: Callable[[str], None] | None = None,
    ) -> str:
        """Return the assistant's next message."""
        known = None if stop else self.answers.get(key_of(messages)) if self.answers else None
        if known is None:
            return super().converse(
                messages, max_new_tokens=max_new_tokens, stop=stop, on_token=on_token
            )
        if on_token is not None:
            on_token(known)
        return known

    def rehearse(
        self, conversations: Sequence[Conversation], tell: Callable[[int, int], None]
    ) -> None:
        """Work out the answers to conversations; a model that takes no batches does nothing."""
        if not isinstance(self.model, NexusModel):
            return
        new = {key_of(messages): messages for messages in conversations}
        waiting = sorted(
            (pair for pair in new.items() if pair[0] not in self.answers),
            key=lambda pair: sum(len(message.text) for message in pair[1]),
        )
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            said = converse_batch(
                self.model, [messages for _, messages in batch], max_new_tokens=MAX_TOKENS
            )
            for (key, _), answer in zip(batch, said, strict=True):
                if answer is not None:
                    self.answers[key] = answer
            tell(start + len(batch), len(waiting))

    def forget(self) -> None:
        """Forget everything that was rehearsed: what follows is to be timed."""
        self.answers.clear()


def key_of(messages: Conversation) -> Key:
    """Return what tells a conversation from others: its words, and its pictures' content."""
    return tuple(
        (
            message.role,
            tuple(part if isinstance(part, str) else _digest(part) for part in message.content),
        )
        for message in messages
    )


def _digest(image: Image.Image) -> bytes:
    image = image.convert("RGB")
    return hashlib.sha256(repr(image.size).encode() + image.tobytes()).digest()
