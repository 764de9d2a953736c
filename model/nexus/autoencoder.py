"""Pictures and latents: the autoencoder and the scale between its latents and the decoder's."""

from pathlib import Path

import torch
from diffusers import AutoencoderKL
from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint
from safetensors.torch import load_file
from torch import Tensor

from ..errors import ModelError

FLUX_CONFIG = {  # black-forest-labs/FLUX.1-dev, vae/config.json
    "in_channels": 3,
    "out_channels": 3,
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "block_out_channels": (128, 256, 512, 512),
    "layers_per_block": 2,
    "latent_channels": 16,
    "norm_num_groups": 32,
    "sample_size": 1024,
    "scaling_factor": 0.3611,
    "shift_factor": 0.1159,
    "use_quant_conv": False,
    "use_post_quant_conv": False,
    "force_upcast": True,
}


def latent_factor(vae: AutoencoderKL) -> int:
    """Return how many pixels one latent spans on each axis."""
    return 2 ** (len(vae.config.block_out_channels) - 1)


def encode_pictures(vae: AutoencoderKL, pixels: Tensor) -> Tensor:
    """Return the decoder's latents `(B, C, H/f, W/f)`, about unit variance, the posterior's mean.

    pixels: (B, 3, H, W) in [-1, 1].
    """
    mean = vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mode()
    return (mean - (vae.config.shift_factor or 0.0)) * vae.config.scaling_factor


def decode_latents(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """Return pixels `(B, 3, H, W)`, float32 in [-1, 1], of the decoder's latents."""
    latents = latents / vae.config.scaling_factor + (vae.config.shift_factor or 0.0)
    pixels = vae.decode(latents.to(vae.device, vae.dtype), return_dict=False)[0]
    return pixels.float().clamp(-1, 1)


def load_flux_autoencoder(path: Path) -> AutoencoderKL:
    """Return FLUX's autoencoder from its original single file `ae.safetensors`."""
    try:
        tensors = load_file(path)
        vae = AutoencoderKL.from_config(FLUX_CONFIG)
        vae.load_state_dict(convert_ldm_vae_checkpoint(tensors, vae.config))
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        raise ModelError(f"{path.name} is not FLUX's autoencoder: {error}.") from error
    return vae


def published_uint8(pixels: Tensor) -> Tensor:
    """Return `(B, H, W, 3)` uint8 of pixels in [-1, 1], truncated as the published code does."""
    return ((pixels / 2 + 0.5).clamp(0, 1) * 255).to(torch.uint8).permute(0, 2, 3, 1)
