"""Many conversations at once: what an evaluation asks, with the weights read once a step."""

from collections.abc import Sequence

import torch

from ..contract import Message
from .chat import TextStream
from .generation import PromptBatch, generate_text
from .unified import NexusModel


@torch.inference_mode()
def converse_batch(
    model: NexusModel,
    conversations: Sequence[Sequence[Message]],
    *,
    max_new_tokens: int = 256,
) -> list[str | None]:
    """Return what `model.converse` gives for each, greedily, all in one batch.

    None where an answer was not finished after `max_new_tokens`. Sums are rounded otherwise than
    one by one, so that a near tie of two tokens may fall otherwise.
    """
    if not conversations:
        return []
    with model.lock:
        prompts = [model.prompt(messages, room=max_new_tokens) for messages in conversations]
        return converse_prompts(model, prompts, max_new_tokens=max_new_tokens)


@torch.inference_mode()
def converse_prompts(
    model: NexusModel, prompts: Sequence[PromptBatch], *, max_new_tokens: int
) -> list[str | None]:
    """Return the answers to prompts of one row each, as `converse_batch` does."""
    batch = PromptBatch.of_rows(prompts)
    with model.lock:
        stop_ids = {*model.tokenizer.stop_ids, model.autoregressive.boi_id}
        said = generate_text(
            model.autoregressive,
            batch,
            max_new_tokens=max_new_tokens,
            stop_ids=stop_ids,
        )
    answers: list[str | None] = []
    for token_ids, words in zip(said.token_ids, batch.marked, strict=True):
        stream = TextStream(model.tokenizer, marked=words)
        for token_id in token_ids:
            stream.push(token_id)
        answers.append(stream.finish() if token_ids[-1] in stop_ids else None)
    return answers
