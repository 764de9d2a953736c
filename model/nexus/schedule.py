"""Noise levels: the shifted flow-matching schedule for painting and for training."""

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor

SIGMA_MIN = 0.003 / 1.002  # the published schedule's last base sigma
NUM_TRAIN_TIMESTEPS = 1000


def base_sigmas(num_inference_steps: int) -> Tensor:
    """Return the sigmas before the shift `(steps,)`, float32, evenly from 1 to SIGMA_MIN."""
    return torch.linspace(1.0, SIGMA_MIN, num_inference_steps)


def shifted(sigmas: Tensor, shift: float) -> Tensor:
    """Return sigmas moved towards noise by a constant shift (arXiv 2403.03206, eq. 23)."""
    return shift * sigmas / (1 + (shift - 1) * sigmas)


def paint_scheduler(
    num_inference_steps: int, shift: float, device: torch.device | str | None = None
) -> FlowMatchEulerDiscreteScheduler:
    """Return diffusers' Euler scheduler with the published sigmas set: no resolution dependence."""
    scheduler = FlowMatchEulerDiscreteScheduler(NUM_TRAIN_TIMESTEPS, shift=shift)
    sigmas = base_sigmas(num_inference_steps).tolist()
    scheduler.set_timesteps(sigmas=sigmas, device=device)
    return scheduler


def training_sigmas(shift: float = 3.0) -> Tensor:
    """Return the table `(1000,)` from which the published training draws its sigmas uniformly."""
    return shifted(base_sigmas(NUM_TRAIN_TIMESTEPS), shift)


def training_weights(sigmas: Tensor) -> Tensor:
    """Return the published loss weights of a whole table of sigmas, same shape.

    A bell around sigma 0.5, lowered to zero at its minimum and scaled to a mean of one.
    """
    timesteps = sigmas * NUM_TRAIN_TIMESTEPS
    bell = torch.exp(-2 * ((timesteps - NUM_TRAIN_TIMESTEPS / 2) / NUM_TRAIN_TIMESTEPS) ** 2)
    bell = bell - bell.min()
    return bell * (NUM_TRAIN_TIMESTEPS / bell.sum())


def draw_noise(seeds: list[int], channels: int, height: int, width: int) -> Tensor:
    """Return noise `(B, channels, height, width)`, float32, drawn on the CPU: one seed a picture.

    A seed gives the same noise on every device and in every batch.
    """
    return torch.stack(
        [
            torch.randn(channels, height, width, generator=torch.Generator().manual_seed(seed))
            for seed in seeds
        ]
    )
