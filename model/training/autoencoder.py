"""Stage 1: the autoencoder, pictures to latents and back."""

import random
from collections.abc import Iterator

import torch
from diffusers import AutoencoderKL
from torch import Tensor
from torch.nn.functional import mse_loss

from ..storybook.sizes import PICTURE_SIZE, build_autoencoder
from ..storybook.world import FULL, World
from .pixels import PictureStream, normalised, stream

LATENT_NOISE = 0.05  # times the size of the latents
CROP = 48  # pixels: many small crops teach faster than few whole pictures
WHOLE_EVERY = 8  # one batch in so many shows whole pictures, for the statistics of the norms
L1_WEIGHT = 0.3


class AutoencoderStage:
    """MSE + L1 on the pixels, and noise on the latents."""

    name = "autoencoder"

    def __init__(self, device: str, batch_size: int = 16, world: World = FULL) -> None:
        self.module: AutoencoderKL = build_autoencoder().to(device)
        self.device, self.batch_size, self.world = device, batch_size, world

    def batches(self, seed: int) -> Iterator[Tensor]:
        """Yield pictures (B, 3, h, w): crops, and now and then a few whole ones."""
        rng = random.Random(seed)
        offsets = range(0, PICTURE_SIZE - CROP + 1, 8)
        pictures = stream(PictureStream(self.world, self.batch_size, seed, PICTURE_SIZE))
        for number, (batch, _) in enumerate(pictures, 1):
            if number % WHOLE_EVERY == 0:
                yield batch[: max(self.batch_size // 8, 1)]
            else:
                top, left = rng.choice(offsets), rng.choice(offsets)
                yield batch[..., top : top + CROP, left : left + CROP]

    def loss(self, batch: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of one batch, and its PSNR in dB."""
        pictures = normalised(batch, self.device)
        with torch.autocast(self.device, dtype=torch.bfloat16):
            latents = self.module.encode(pictures).latent_dist.mode()
            level = LATENT_NOISE * latents.detach().std()
            decoded = self.module.decode(latents + level * torch.randn_like(latents)).sample
        decoded = decoded.float()
        square = mse_loss(decoded, pictures)
        loss = square + L1_WEIGHT * (decoded - pictures).abs().mean()
        psnr = 10 * torch.log10(4 / square.detach())
        is_whole = pictures.shape[-1] == PICTURE_SIZE
        return loss, {"psnr_whole" if is_whole else "psnr": psnr.item()}


@torch.inference_mode()
def fit_scaling(module: AutoencoderKL, device: str, num_pictures: int = 64) -> tuple[float, float]:
    """Return (scaling_factor, shift_factor) that give the latents zero mean and unit variance."""
    pictures, _ = next(stream(PictureStream(FULL, num_pictures, 1234, PICTURE_SIZE), workers=0))
    latents = module.encode(normalised(pictures, device)).latent_dist.mode()
    return 1 / latents.std().item(), latents.mean().item()
