"""Stages 3 and 4: the autoregressive model, first on words alone, then on words and pictures."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from transformers import PreTrainedTokenizerFast

from ..nexus.autoregressive import NexusAutoregressive
from ..storybook.dialogues import Dialogue, sample_dialogue
from ..storybook.renderer import Renderer
from ..storybook.world import World, sample_scene
from .cells import CellIndex
from .pixels import normalised
from .precision import mixed_precision
from .samples import INPUT_IMAGE, TARGET_IMAGE, Sample, SampleMaker, pack

ROW_LENGTH = 288  # tokens; the longest wish has 286 with its listing and the change before
# Over rows of this length plain products of attention are slower, even compiled.
FUSED = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
SEEN_NOISE = 0.3  # the most noise in the embeddings that are read; those of paintings are off too


@dataclass(frozen=True)
class Objective:
    """What is learned: shares of the samples, and weights of the distances of embeddings."""

    told: float  # dialogues about a picture that is given as its listing, and those without one
    seen: float  # dialogues about a picture that is seen
    painted: float
    mse: float = 0.5
    cosine: float = 0.5

    @property
    def is_wordy(self) -> bool:
        """Return whether no picture is looked at."""
        return self.told == 1.0


WORDS = Objective(1.0, 0.0, 0.0)
PICTURES = Objective(0.84, 0.09, 0.07)


class SampleStream(IterableDataset):  # type: ignore[type-arg]
    """Endless packed batches of the mix."""

    def __init__(
        self,
        maker: SampleMaker,
        world: World,
        objective: Objective,
        rows: int,
        seed: int,
        foci: dict[str, float],
    ) -> None:
        """Take the shares of the dialogues that are restricted to a focus."""
        self.maker, self.world, self.objective = maker, world, objective
        self.rows, self.seed = rows, seed
        self.foci = (*foci, None)
        self.shares = (*foci.values(), 1 - sum(foci.values()))

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        info = get_worker_info()
        rng = random.Random(self.seed * 1000 + (info.id if info else 0))
        samples, pool = self._samples(rng), list[Sample]()
        while True:
            batch = pack(samples, self.rows, ROW_LENGTH, pool, rng)
            yield {name: torch.from_numpy(value) for name, value in batch.items()}

    def _samples(self, rng: random.Random) -> Iterator[Sample]:
        told, seen = self.objective.told, self.objective.seen
        while True:
            draw = rng.random()
            if draw < told + seen:
                with_image = draw >= told
                dialogue = self._dialogue(rng, with_image)
                yield self.maker.dialogue(dialogue, with_image=with_image, length=ROW_LENGTH)
            else:
                yield self.maker.painting(sample_scene(rng, self.world))

    def _dialogue(self, rng: random.Random, with_image: bool) -> Dialogue:
        while True:
            [focus] = rng.choices(self.foci, self.shares)
            dialogue = sample_dialogue(rng, self.world, focus=focus)
            if dialogue.scene or not with_image:
                break
        return Dialogue(dialogue.scene, dialogue.turns[:2]) if with_image else dialogue


class LanguageStage:
    """The hybrid loss of arXiv 2504.21356: cross entropy on words, regression on embeddings."""

    def __init__(
        self,
        name: str,
        module: NexusAutoregressive,
        tokenizer: PreTrainedTokenizerFast,
        world: World,
        objective: Objective,
        device: str,
        *,
        table: Tensor | None = None,
        rows: int = 16,
        foci: dict[str, float] | None = None,
        do_compile: bool = True,
    ) -> None:
        self.name, self.module, self.device = name, module.to(device), device
        module.qwen.model.visual.requires_grad_(False)
        self.objective = objective
        module.vision_head.requires_grad_(not objective.is_wordy)
        module.image_prefill_embeds.requires_grad_(not objective.is_wordy)
        module.qwen.model.language_model.config._attn_implementation = "sdpa"
        if do_compile:
            module.qwen.model.language_model.compile()
        index = CellIndex(world)
        self.table = table  # (cells * 9, D), or None when no picture is looked at
        self.dataset = lambda seed: SampleStream(
            SampleMaker(tokenizer, index), world, objective, rows, seed, foci or {}
        )

    def batches(self, seed: int) -> Iterator[dict[str, Tensor]]:
        """Yield packed batches."""
        return iter(
            DataLoader(self.dataset(seed), batch_size=None, num_workers=1, prefetch_factor=4)
        )

    def loss(self, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """Return the hybrid loss of a packed batch."""
        batch = {name: value.to(self.device) for name, value in batch.items()}
        inputs, targets = (self._seen(batch, kind) for kind in (INPUT_IMAGE, TARGET_IMAGE))
        if inputs is not None:
            inputs = inputs + SEEN_NOISE * torch.rand(()).item() * torch.randn_like(inputs)
        with mixed_precision(self.device) as dtype, sdpa_kernel(FUSED):
            losses = self.module.forward_train(
                batch["input_ids"],
                batch["segment"] > 0,
                batch["labels"],
                batch["positions"],
                packing_mask=segment_mask(batch["segment"], dtype),
                input_image_embeds=inputs,
                target_image_embeds=targets,
            )
        goal = self.objective
        total = losses.text + goal.mse * losses.mse + goal.cosine * losses.cosine
        figures = {"text": losses.text.item(), "accuracy": losses.token_accuracy.item()}
        if targets is not None:
            figures |= {"mse": losses.mse.item(), "cosine": losses.cosine.item()}
        return total, figures

    def _seen(self, batch: dict[str, Tensor], kind: int) -> Tensor | None:
        """Return the embeddings (n, D), float32, of the pictures of a kind; None: no pictures."""
        places = batch["image_kind"] == kind
        if self.table is None or not places.any():
            return None
        return self.table[batch["image_rows"][places]].float()


def segment_mask(segment: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return the additive mask (rows, 1, L, L): causal, and within one sample only."""
    length = segment.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=segment.device).tril()
    seen = causal & (segment[:, :, None] == segment[:, None, :])
    mask = torch.zeros(seen.shape, dtype=dtype, device=segment.device)
    return mask.masked_fill(~seen, torch.finfo(dtype).min)[:, None]


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
