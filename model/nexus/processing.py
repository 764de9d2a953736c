"""Pictures as the vision tower wants them: resized, normalised, cut into rows of patches."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ... import InputError
from .positions import Grid
from .settings import PixelSettings
from .vision import GridTHW, pixel_rows


def smart_resize(height: int, width: int, factor: int, min_pixels: int, max_pixels: int) -> Grid:
    """Return height and width, multiples of `factor`, near the given ones and within the bounds.

    Qwen2-VL's rule: round each side, then scale both if the area leaves the bounds.
    """
    if max(height, width) > 200 * min(height, width):
        raise InputError(
            f"A picture of {width} x {height} pixels is too narrow: one side may be at most 200 "
            "times the other."
        )
    rows = max(factor, round(height / factor) * factor)
    columns = max(factor, round(width / factor) * factor)
    if rows * columns > max_pixels:
        scale = math.sqrt(height * width / max_pixels)
        rows = max(factor, math.floor(height / scale / factor) * factor)
        columns = max(factor, math.floor(width / scale / factor) * factor)
    elif rows * columns < min_pixels:
        scale = math.sqrt(min_pixels / (height * width))
        rows = math.ceil(height * scale / factor) * factor
        columns = math.ceil(width * scale / factor) * factor
    return rows, columns


def reading_size(image: Image.Image, settings: PixelSettings) -> Grid:
    """Return the height and width at which a picture is read by the language model."""
    if settings.fixed_size is not None:
        return settings.fixed_size
    factor = settings.patch_size * settings.merge_size
    return smart_resize(image.height, image.width, factor, settings.min_pixels, settings.max_pixels)


def resized(
    image: Image.Image,
    size: Grid,
    resample: Image.Resampling = Image.Resampling.BICUBIC,
) -> Image.Image:
    """Return a picture as RGB of `size` (height, width); itself where nothing is to do."""
    image = image.convert("RGB")
    if (image.height, image.width) == size:
        return image
    return image.resize((size[1], size[0]), resample)


def image_grid(size: Grid, settings: PixelSettings) -> GridTHW:
    """Return frames, rows and columns of patches of a picture of `size` (height, width)."""
    return 1, size[0] // settings.patch_size, size[1] // settings.patch_size


def picture_rows(images: Sequence[Image.Image], settings: PixelSettings) -> Tensor:
    """Return the vision tower's rows `(patches, features)`, float32, of pictures of a fit size."""
    return torch.cat([_rows(image, settings) for image in images])


def _rows(image: Image.Image, settings: PixelSettings) -> Tensor:
    pixels = torch.from_numpy(np.asarray(image.convert("RGB")).copy())  # (H, W, 3), uint8
    pixels = pixels.permute(2, 0, 1)[None].float() / 255
    mean = torch.tensor(settings.image_mean)[:, None, None]
    std = torch.tensor(settings.image_std)[:, None, None]
    normalised = (pixels - mean) / std
    return pixel_rows(
        normalised, settings.patch_size, settings.merge_size, settings.temporal_patch_size
    )
