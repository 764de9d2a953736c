"""What the parts lose by themselves: the autoencoder, the decoders from true embeddings, the slots.

A picture's *true* embeddings are those of the vision tower, which the slots learn to predict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..contract import Brief
from .autoencoder import decode_latents, encode_pictures, to_images
from .autoregressive import NexusAutoregressive
from .decode_state import DecodeState
from .generation import PromptBatch
from .hybrid_loss import embedding_distances
from .positions import rope_positions, slot_positions
from .unified import NexusModel

MAX_LEVEL = 255.0


@dataclass(frozen=True)
class SlotErrors:
    """Mean distances to the true embeddings, one a slot: (N,) each."""

    mse: list[float]
    cosine: list[float]  # 1 - cosine


@torch.inference_mode()
def reconstruct(model: NexusModel, images: Sequence[Image.Image]) -> list[Image.Image]:
    """Return pictures of one size after the autoencoder, there and back."""
    with model.lock:
        pixels = torch.from_numpy(np.stack([np.asarray(image.convert("RGB")) for image in images]))
        pixels = pixels.permute(0, 3, 1, 2).float() / 127.5 - 1  # (B, 3, H, W)
        return to_images(
            decode_latents(model.autoencoder, encode_pictures(model.autoencoder, pixels))
        )


def psnr(image: Image.Image, other: Image.Image) -> float:
    """Return the peak signal-to-noise ratio of two RGB pictures of one size in dB; inf if equal."""
    one, two = (np.asarray(each.convert("RGB"), np.float64) for each in (image, other))
    square = float(((one - two) ** 2).mean())
    return float("inf") if square == 0 else 10 * float(np.log10(MAX_LEVEL**2 / square))


@torch.inference_mode()
def true_embeddings(model: NexusModel, images: Sequence[Image.Image]) -> Tensor:
    """Return the vision tower's embeddings `(B, N, hidden)` of pictures of the model's own size."""
    with model.lock:
        return torch.stack([model._read_picture(image)[0] for image in images])


def paint_true(
    model: NexusModel, images: Sequence[Image.Image], seeds: Sequence[int]
) -> list[Image.Image]:
    """Return what the generation decoder paints from the pictures' true embeddings."""
    briefs = [Brief("The picture that is seen.", seed=seed) for seed in seeds]
    return model.paint_embeddings(briefs, true_embeddings(model, images))


@torch.inference_mode()
def imagined_embeddings(
    model: NexusModel, prompts: Sequence[str], *, is_naive: bool = False
) -> Tensor:
    """Return the embeddings `(B, N, hidden)` imagined from prompts, in one prefilled pass.

    is_naive: slot by slot, every prediction fed back as the next input in its slot's stead.
    """
    with model.lock:
        tasks = [model._settle(Brief(prompt)) for prompt in prompts]
        rows = [model.prompt(task.messages, task.answer, do_open_image=True) for task in tasks]
        batch = PromptBatch.of_rows(rows)
        if is_naive:
            return fed_back_embeddings(model.autoregressive, batch)
        return model.autoregressive.prefill_embeddings(*batch.arguments)


@torch.inference_mode()
def fed_back_embeddings(model: NexusAutoregressive, prompts: PromptBatch) -> Tensor:
    """Return picture embeddings `(B, N, hidden)` by naive autoregression.

    Each embedding is predicted from the prompt and the embeddings predicted before it, which stand
    where the prefilled way has its learned slots (arXiv 2504.21356, section 3.3, its figure 4).
    """
    input_ids, mask, image_embeds, image_grids = prompts.arguments
    positions, start = rope_positions(input_ids, mask, model.image_token_id, image_grids)
    places = slot_positions(start, model.slot_grid)
    embeds = model.embed_tokens(input_ids, image_embeds)
    state = DecodeState.empty(len(input_ids), input_ids.device)
    outputs: list[Tensor] = []
    for slot in range(model.num_slots):
        hidden = model._extend(embeds, positions, mask, start, state)
        outputs.append(model.vision_head(hidden[:, -1]))
        embeds, positions = outputs[-1][:, None], places[..., slot : slot + 1]
        mask = None if mask is None else mask.new_ones(len(input_ids), 1)
    return torch.stack(outputs, dim=1)


def slot_errors(predicted: Tensor, true: Tensor) -> SlotErrors:
    """Return the errors by slot of `(B, N, hidden)` against the true embeddings."""
    count, slots = predicted.shape[:2]
    square, distance = embedding_distances(
        predicted.flatten(0, 1).float(), true.flatten(0, 1).float()
    )
    return SlotErrors(
        square.view(count, slots).mean(0).tolist(), distance.view(count, slots).mean(0).tolist()
    )
