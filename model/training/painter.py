"""Stage 5: the two diffusion decoders, from embeddings to latents by rectified flow.

As in the published recipe (arXiv 2504.21356) the decoders meet what the autoregressive model
imagines: where a listing can tell a picture, they paint it from the imagined embeddings. Pictures
beyond the words are painted from the vision encoder's own.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from ..nexus.autoencoder import encode_pictures
from ..nexus.decoder import NexusDecoder
from ..storybook.sizes import PICTURE_SIZE
from ..storybook.world import FULL, World
from .imaginer import Imaginer
from .pixels import PictureStream, normalised, scene_of, stream
from .precision import mixed_precision

FRESH = 2  # new pictures a step; the rest of a batch is drawn from those seen lately
POOL_SIZE = 4096
LEARN_SIZE = 64  # pictures encoded at once
FIRST = 32  # batches of pictures in the pool before the first step
MAX_EMBEDDING_NOISE = 0.3
CHANGED_CELLS = 0.35  # share of cells in which an edit's source differs from its target


class PainterStage:
    """Flow matching (Lipman et al. 2023, arXiv 2210.02747) with logit-normal times (2403.03206)."""

    def __init__(
        self,
        decoder: NexusDecoder,
        embed: Callable[[Tensor], Tensor],
        autoencoder: AutoencoderKL,
        device: str,
        imaginer: Imaginer | None = None,
        batch_size: int = 16,
        world: World = FULL,
    ) -> None:
        self.name = f"{decoder.config.kind}_decoder"
        self.module, self.embed, self.autoencoder = decoder.to(device), embed, autoencoder
        self.is_edit = decoder.config.kind == "edit"
        self.device, self.batch_size, self.world = device, batch_size, world
        self.imaginer = imaginer
        self._pool: deque[tuple[Tensor, Tensor, Tensor]] = deque(maxlen=POOL_SIZE)

    def batches(self, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield rendered pictures with their facts, the first time many."""
        told = self.imaginer.world if self.imaginer else None
        first = PictureStream(self.world, FIRST * self.batch_size, seed + 1, PICTURE_SIZE, told)
        yield next(stream(first, 0))
        yield from stream(PictureStream(self.world, FRESH, seed, PICTURE_SIZE, told))

    def loss(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """Return the flow-matching loss of pictures drawn from the pool, which the batch joins."""
        for start in range(0, len(batch[0]), LEARN_SIZE):
            part = slice(start, start + LEARN_SIZE)
            self._learn_pictures(normalised(batch[0][part], self.device), batch[1][part])
        drawn = random.sample(range(len(self._pool)), self.batch_size)
        latents = torch.stack([self._pool[i][0] for i in drawn])
        embeds = torch.stack([self._pool[i][1] for i in drawn]).float()
        seen = torch.stack([self._pool[i][2] for i in drawn]).float()
        reference = self._source(seen) if self.is_edit else None
        level = MAX_EMBEDDING_NOISE * torch.rand(len(embeds), 1, 1, device=self.device)
        embeds = embeds + level * torch.randn_like(embeds)
        sigma = torch.sigmoid(torch.randn(len(latents), device=self.device) + 0.3)
        noise = torch.randn_like(latents)
        with mixed_precision(self.device):
            loss = self.module(latents, noise, sigma, embeds, reference).mean()
        return loss, {}

    @torch.no_grad()
    def _learn_pictures(self, pictures: Tensor, facts: Tensor) -> None:
        """Encode pictures once; keep latents, embeddings to paint from, and true ones."""
        with mixed_precision(self.device):
            latents = encode_pictures(self.autoencoder, pictures).float()
            seen = self.embed(pictures)
        given = seen.clone()
        if self.imaginer is not None:
            scenes = [scene_of(table) for table in facts.numpy()]
            told = [i for i, scene in enumerate(scenes) if self.imaginer.can_tell(scene)]
            if told:
                given[told] = self.imaginer([scenes[i] for i in told]).to(given.dtype)
        keep = (latents, given.to(torch.bfloat16), seen.to(torch.bfloat16))
        self._pool.extend(zip(*keep, strict=True))

    def _source(self, embeds: Tensor) -> Tensor:
        """Return embeddings of sources: the targets with some cells from the next picture."""
        other = embeds.roll(1, 0)
        cells = torch.rand(len(embeds), 3, 3, device=embeds.device) < CHANGED_CELLS
        whole = torch.rand(len(embeds), 1, 1, device=embeds.device) < 0.15  # a change of scene
        changed = (cells | whole).repeat_interleave(3, 1).repeat_interleave(3, 2).flatten(1)
        return torch.where(changed[..., None], other, embeds)
