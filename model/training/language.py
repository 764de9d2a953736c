"""Stages 3 and 4: the autoregressive model, first on words alone, then on words and pictures."""

import random
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from transformers import PreTrainedTokenizerFast

from ..nexus.autoregressive import NexusAutoregressive
from ..nexus.hybrid_loss import IGNORE_INDEX
from ..storybook.dialogues import Dialogue, sample_dialogue
from ..storybook.renderer import Renderer
from ..storybook.world import World, sample_scene
from .cells import CellIndex
from .pixels import normalised
from .samples import INPUT_IMAGE, TARGET_IMAGE, Sample, SampleMaker, pack

ROW_LENGTH = 176  # tokens; longer dialogues lose their last turns
Mix = Literal["words", "pictures"]
# Shares of the samples: dialogues without their picture, dialogues with it, paintings.
SHARES = {"words": (1.0, 0.0, 0.0), "pictures": (0.78, 0.13, 0.09)}
TEXT_WEIGHT, IMAGE_WEIGHT = 1.0, 1.0


class SampleStream(IterableDataset):  # type: ignore[type-arg]
    """Endless packed batches of the mix."""

    def __init__(
        self, maker: SampleMaker, world: World, mix: Mix, rows: int, seed: int, lookup: float
    ) -> None:
        self.maker, self.world, self.mix = maker, world, mix
        self.rows, self.seed, self.lookup = rows, seed, lookup

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        info = get_worker_info()
        rng = random.Random(self.seed * 1000 + (info.id if info else 0))
        samples, pool = self._samples(rng), list[Sample]()
        while True:
            batch = pack(samples, self.rows, ROW_LENGTH, pool, rng)
            yield {name: torch.from_numpy(value) for name, value in batch.items()}

    def _samples(self, rng: random.Random) -> Iterator[Sample]:
        words, seen, _ = SHARES[self.mix]
        while True:
            draw = rng.random()
            if draw < words + seen:
                with_image = draw >= words
                dialogue = self._dialogue(rng, with_image)
                yield self.maker.dialogue(dialogue, with_image=with_image, length=ROW_LENGTH)
            else:
                yield self.maker.painting(sample_scene(rng, self.world))

    def _dialogue(self, rng: random.Random, with_image: bool) -> Dialogue:
        focus = "lookup" if rng.random() < self.lookup else None
        dialogue = sample_dialogue(rng, self.world, focus=focus)
        while with_image and dialogue.scene is None:
            dialogue = sample_dialogue(rng, self.world, focus=focus)
        return Dialogue(dialogue.scene, dialogue.turns[:2]) if with_image else dialogue


class LanguageStage:
    """The hybrid loss of arXiv 2504.21356: cross entropy on words, regression on embeddings."""

    def __init__(
        self,
        name: str,
        module: NexusAutoregressive,
        tokenizer: PreTrainedTokenizerFast,
        world: World,
        mix: Mix,
        device: str,
        *,
        table: Tensor | None = None,
        rows: int = 16,
        lookup: float = 0.0,
        do_compile: bool = True,
    ) -> None:
        self.name, self.module, self.device = name, module.to(device), device
        module.qwen.model.visual.requires_grad_(False)
        is_wordy = mix == "words"
        module.vision_head.requires_grad_(not is_wordy)
        module.image_prefill_embeds.requires_grad_(not is_wordy)
        module.qwen.model.language_model.config._attn_implementation = "eager"
        if do_compile:
            module.qwen.model.language_model.compile()
        index = CellIndex(world)
        self.table = table  # (cells * 9, D), or None when no picture is looked at
        self.dataset = lambda seed: SampleStream(
            SampleMaker(tokenizer, index), world, mix, rows, seed, lookup
        )

    def batches(self, seed: int) -> Iterator[dict[str, Tensor]]:
        """Yield packed batches."""
        return iter(
            DataLoader(self.dataset(seed), batch_size=None, num_workers=1, prefetch_factor=4)
        )

    def loss(self, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """Return the hybrid loss of a packed batch."""
        batch = {name: value.to(self.device) for name, value in batch.items()}
        with torch.autocast(self.device, dtype=torch.bfloat16):
            hidden = self._hidden(batch)
            wanted = batch["labels"][:, 1:]
            is_text = wanted != IGNORE_INDEX
            logits = self.module.qwen.lm_head(hidden[:, :-1][is_text]).float()
            text = cross_entropy(logits, wanted[is_text])
            figures = {
                "text": text.item(),
                "accuracy": (logits.argmax(-1) == wanted[is_text]).float().mean().item(),
            }
            is_target = batch["image_kind"][:, 1:] == TARGET_IMAGE
            if self.table is None or not is_target.any():
                return TEXT_WEIGHT * text, figures
            predicted = self.module.vision_head(hidden[:, :-1][is_target]).float()
        targets = self.table[batch["image_rows"][:, 1:][is_target]].float()
        mse = (predicted - targets).square().mean()
        cosine = (1 - cosine_similarity(predicted, targets, dim=-1)).mean()
        figures |= {"mse": mse.item(), "cosine": cosine.item()}
        return TEXT_WEIGHT * text + IMAGE_WEIGHT * (0.5 * mse + 0.5 * cosine), figures

    def _hidden(self, batch: dict[str, Tensor]) -> Tensor:
        """Return the final hidden states (rows, L, D) of a packed batch."""
        model = self.module.qwen.model.language_model
        embeds = model.embed_tokens(batch["input_ids"])
        kinds = batch["image_kind"]
        is_input, is_target = kinds == INPUT_IMAGE, kinds == TARGET_IMAGE
        if self.table is not None and is_input.any():
            seen = self.table[batch["image_rows"][is_input]].to(embeds.dtype)
            embeds = embeds.masked_scatter(is_input[..., None], seen)
        if is_target.any():
            slots = self.module.image_prefill_embeds.weight
            slots = slots.repeat(int(is_target.sum()) // len(slots), 1).to(embeds.dtype)
            embeds = embeds.masked_scatter(is_target[..., None], slots)
        with nn.attention.sdpa_kernel(nn.attention.SDPBackend.MATH):
            output = model(
                inputs_embeds=embeds,
                position_ids=batch["positions"],
                attention_mask={"full_attention": segment_mask(batch["segment"])},
                use_cache=False,
            )
        return output.last_hidden_state


def segment_mask(segment: Tensor) -> Tensor:
    """Return the additive mask (rows, 1, L, L), bfloat16: causal, and within one sample only."""
    length = segment.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=segment.device).tril()
    seen = causal & (segment[:, :, None] == segment[:, None, :])
    mask = torch.zeros(seen.shape, dtype=torch.bfloat16, device=segment.device)
    return mask.masked_fill(~seen, torch.finfo(torch.bfloat16).min)[:, None]


@torch.inference_mode()
def embed_sheets(
    embed: Callable[[Tensor], Tensor],
    index: CellIndex,
    size: int,
    device: str,
    batch_size: int = 64,
) -> Tensor:
    """Return the embeddings of `index.sheets()`, (S, 81, D), from a vision encoder `embed`."""
    renderer, sheets, parts = Renderer(size), index.sheets(), []
    for start in range(0, len(sheets), batch_size):
        pictures = renderer.render_batch(sheets[start : start + batch_size])
        tensor = torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)))
        parts.append(embed(normalised(tensor, device)).to(torch.bfloat16).cpu())
    return torch.cat(parts)
