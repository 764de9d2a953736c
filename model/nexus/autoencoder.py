"""Pictures and latents: the autoencoder and the scale between its latents and the decoder's."""

from collections.abc import Iterator
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint
from PIL import Image
from torch import Tensor

from ..errors import ModelError
from .tensor_files import SafetensorsFiles, TensorFiles

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


class FluxAutoencoderFile(TensorFiles):
    """FLUX's autoencoder in its original single file, under diffusers' names."""

    def __init__(self, path: Path) -> None:
        self.label = path.name
        self._files = SafetensorsFiles(path.name, [path])
        blank = {name: torch.empty(s, device="meta") for name, s in self._files.shapes.items()}
        converted = self._converted(blank)
        self.shapes = {name: tuple(tensor.shape) for name, tensor in converted.items()}
        kinds = set(self._files.dtypes.values())
        self.dtypes = dict.fromkeys(self.shapes, "/".join(sorted(kinds)))
        self.bytes_on_disk = self._files.bytes_on_disk

    def read(self, names: list[str]) -> Iterator[tuple[str, Tensor]]:
        """Yield the named tensors."""
        converted = self._converted(dict(self._files.read(list(self._files.shapes))))
        for name in names:
            yield name, converted.pop(name)

    def _converted(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        try:
            return convert_ldm_vae_checkpoint(tensors, FLUX_CONFIG)
        except (KeyError, RuntimeError, IndexError) as error:
            raise ModelError(f"{self.label} is not FLUX's autoencoder: {error} fails.") from error


def to_images(pixels: Tensor, do_truncate: bool = False) -> list[Image.Image]:
    """Return RGB pictures of pixels `(B, 3, H, W)` in [-1, 1].

    do_truncate: cut to whole numbers as the published code does, instead of rounding.
    """
    levels = (pixels / 2 + 0.5).clamp(0, 1) * 255
    levels = levels if do_truncate else levels.round()
    arrays = levels.to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return [Image.fromarray(array) for array in arrays]
