"""Stage 1: the autoencoder, pictures to latents and back."""

from collections.abc import Iterator

import torch
from diffusers import AutoencoderKL
from torch import Tensor
from torch.nn.functional import mse_loss

from ..storybook.sizes import PICTURE_SIZE, build_autoencoder
from ..storybook.world import FULL, World
from .pixels import PictureStream, normalised, stream

LATENT_NOISE = 0.1  # times the size of the latents


class AutoencoderStage:
    """MSE + L1 on the pixels, and noise on the latents."""

    name = "autoencoder"

    def __init__(
        self, device: str, batch_size: int = 4, world: World = FULL, *, do_compile: bool = True
    ) -> None:
        self.module: AutoencoderKL = build_autoencoder().to(device)
        self.device, self.batch_size, self.world = device, batch_size, world
        self._redraw = torch.compile(self._noisy_round_trip) if do_compile else None

    def batches(self, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield rendered pictures."""
        return stream(PictureStream(self.world, self.batch_size, seed, PICTURE_SIZE))

    def loss(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of one batch, and its PSNR in dB."""
        pictures = normalised(batch[0], self.device).contiguous(memory_format=torch.channels_last)
        decoded, latents = (self._redraw or self._noisy_round_trip)(pictures)
        decoded = decoded.float()
        square = mse_loss(decoded, pictures)
        size = latents.float().square().mean()
        loss = square + 0.3 * (decoded - pictures).abs().mean()
        psnr = 10 * torch.log10(4 / square.detach())
        return loss, {"psnr": psnr.item(), "latent_square": size.item()}

    def _noisy_round_trip(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return pictures decoded from noisy latents, and the latents."""
        with torch.autocast(self.device, dtype=torch.bfloat16):
            latents = self.module.encode(pictures).latent_dist.mode()
            level = LATENT_NOISE * latents.detach().std()
            noisy = latents + level * torch.randn_like(latents)
            return self.module.decode(noisy).sample, latents


@torch.inference_mode()
def fit_scaling(module: AutoencoderKL, device: str, num_pictures: int = 64) -> tuple[float, float]:
    """Return (scaling_factor, shift_factor) that give the latents zero mean and unit variance."""
    pictures, _ = next(stream(PictureStream(FULL, num_pictures, 1234, PICTURE_SIZE), workers=0))
    latents = module.encode(normalised(pictures, device)).latent_dist.mode()
    return 1 / latents.std().item(), latents.mean().item()
