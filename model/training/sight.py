"""Stage 6: the vision tower learns to read paintings as it reads the renderer's pictures.

The autoencoder and the decoder soften what they paint, and a tower that has seen nothing but sharp
pictures misreads it. Here the tower is shown paintings, round trips through the autoencoder and
pictures worn by JPEG, and learns the embeddings that the tower of the stage before has of the same
pictures as they were drawn. Everything that was trained on those embeddings stays as it is.
"""

import io
import random
from collections import deque
from collections.abc import Iterator

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image
from torch import Tensor

from ..nexus.autoencoder import decode_latents, encode_pictures
from ..nexus.decoder import NexusDecoder
from ..storybook.sizes import PICTURE_SIZE
from ..storybook.world import FULL, World
from .pixels import PictureStream, normalised, stream
from .precision import mixed_precision
from .vision import VisionTeacher

FRESH = 2  # new pictures a step: half are painted, half go through the autoencoder
POOL_SIZE = 4096
FIRST = 64  # fresh batches in the pool before the first step
MAX_EMBEDDING_NOISE = 0.3  # of what is painted from
MAX_LATENT_NOISE = 0.15  # of the round trips
WORN_SHARE, JPEG_QUALITY = 0.2, (30, 95)
SHARP_SHARE = 0.35  # of a batch: the pictures as they were drawn


class SightStage:
    """Distillation of a tower that sees sharp pictures into one that sees paintings too."""

    name = "sight"

    def __init__(
        self,
        student: VisionTeacher,
        teacher: VisionTeacher,
        painter: NexusDecoder,
        autoencoder: AutoencoderKL,
        device: str,
        told: World,
        batch_size: int = 16,
    ) -> None:
        """Take two towers whose normalisers are folded; `told` is the world of the words."""
        self._student, self._teacher = student.to(device).eval(), teacher.to(device).eval()
        self.module = student.visual
        self.painter, self.autoencoder = painter.to(device).eval(), autoencoder
        self.device, self.told, self.batch_size = device, told, batch_size
        self._pool: deque[tuple[Tensor, Tensor, Tensor]] = deque(maxlen=POOL_SIZE)

    def batches(self, seed: int) -> Iterator[Tensor]:
        """Yield rendered pictures, the first time many."""
        first = PictureStream(FULL, FIRST * FRESH, seed + 1, PICTURE_SIZE, self.told)
        yield next(stream(first, 0))[0]
        for pictures, _ in stream(PictureStream(FULL, FRESH, seed, PICTURE_SIZE, self.told)):
            yield pictures

    def loss(self, batch: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Return the squared error of the embeddings of pictures from the pool."""
        for start in range(0, len(batch), 2 * FRESH):
            self._learn_pictures(batch[start : start + 2 * FRESH])
        drawn = random.sample(range(len(self._pool)), self.batch_size)
        num_sharp = round(SHARP_SHARE * self.batch_size)
        sharp = torch.stack([self._pool[i][0] for i in drawn[:num_sharp]])
        painted = torch.stack([self._pool[i][1] for i in drawn[num_sharp:]])
        wanted = torch.stack([self._pool[i][2] for i in drawn]).float()
        shown = torch.stack([_worn(picture) for picture in torch.cat([sharp, painted])])
        with mixed_precision(self.device):
            seen = self._student.embed(normalised(shown, self.device))
        square = (seen.float() - wanted).square().mean(dim=(1, 2))
        figures = {
            "sharp_mse": square[:num_sharp].mean().item(),
            "painted_mse": square[num_sharp:].mean().item(),
        }
        return square.mean(), figures

    @torch.no_grad()
    def _learn_pictures(self, pictures: Tensor) -> None:
        """Paint half of the pictures from their embeddings, send the others round."""
        pixels = normalised(pictures, self.device)
        half = len(pixels) // 2
        with mixed_precision(self.device):
            wanted = self._teacher.embed(pixels).float()
            latents = encode_pictures(self.autoencoder, pixels).float()
            level = MAX_LATENT_NOISE * torch.rand(len(pixels) - half, 1, 1, 1, device=self.device)
            sent_round = latents[half:] + level * torch.randn_like(latents[half:])
            latents = torch.cat([self._painted(wanted[:half], latents[:half]), sent_round])
            painted = decode_latents(self.autoencoder, latents)
        levels = ((painted.float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
        self._pool.extend(zip(pictures, levels.cpu(), wanted.to(torch.bfloat16), strict=True))

    def _painted(self, embeds: Tensor, like: Tensor) -> Tensor:
        """Return latents painted from noisy embeddings (B, 81, D), of the shape of `like`."""
        level = MAX_EMBEDDING_NOISE * torch.rand(len(embeds), 1, 1, device=self.device)
        embeds = embeds + level * torch.randn_like(embeds)
        height, width = like.shape[-2:]
        condition = self.painter.condition(embeds, None, height=height, width=width)
        return self.painter.paint(torch.randn_like(like), condition)


def _worn(picture: Tensor) -> Tensor:
    """Return a picture (3, H, W) uint8, now and then as JPEG leaves it."""
    if random.random() >= WORN_SHARE:
        return picture
    file = io.BytesIO()
    image = Image.fromarray(picture.permute(1, 2, 0).numpy())
    image.save(file, "jpeg", quality=random.randint(*JPEG_QUALITY))
    return torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1)
