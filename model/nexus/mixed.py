"""Answers of text and pictures: wherever the model opens a picture, one is painted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from PIL import Image

from ..contract import Brief, Message
from .generation import MixedAnswer, generate_mixed
from .unified import NexusModel


@dataclass(frozen=True)
class MixedReply:
    """Texts and pictures in the order in which the model gave them."""

    parts: tuple[str | Image.Image, ...]

    @property
    def images(self) -> list[Image.Image]:
        """Return the pictures alone."""
        return [part for part in self.parts if not isinstance(part, str)]


@torch.inference_mode()
def reply_with_pictures(
    model: NexusModel,
    messages: Sequence[Message],
    *,
    seed: int = 0,
    max_new_tokens: int = 256,
    max_images: int = 4,
    do_open_image: bool = False,
    num_inference_steps: int | None = None,
    cancel: Callable[[], bool] | None = None,
) -> MixedReply:
    """Return the model's own answer; several pictures may stand in it.

    The answer is sampled greedily, not forced, and goes on after a picture by the checkpoint's
    position rule. do_open_image: the answer begins with a picture. Picture k is painted from
    seed + k; with a picture among the messages the last one is what the edit decoder sees.
    """
    with model.lock:
        (answer,) = generate_mixed(
            model.autoregressive,
            model.prompt(messages, do_open_image=do_open_image),
            max_new_tokens=max_new_tokens,
            stop_ids=model.tokenizer.stop_ids,
            max_images=max_images,
            position_rule=model.settings.position_rule,
        )
        shown = [part for one in messages for part in one.content if not isinstance(part, str)]
        images = []
        for number, target in enumerate(answer.image_embeds):
            brief = Brief(
                "picture",
                shown[-1] if shown else None,
                seed + number,
                num_inference_steps=num_inference_steps,
            )
            images += model.paint_embeddings([brief], target[None], cancel=cancel)
    return MixedReply(_parts(model, answer, images))


def _parts(
    model: NexusModel, answer: MixedAnswer, images: list[Image.Image]
) -> tuple[str | Image.Image, ...]:
    """Return the answer's texts with the pictures between them."""
    auto = model.autoregressive
    parts: list[str | Image.Image] = []
    text: list[int] = []
    waiting = iter(images)
    for token in answer.token_ids:
        if token == auto.eoi_id:
            parts += [model.tokenizer.decode(text), next(waiting)]
            text = []
        elif token not in (auto.boi_id, auto.image_token_id):
            text.append(token)
    parts.append(model.tokenizer.decode(text))
    return tuple(part for part in parts if not isinstance(part, str) or part.strip())
