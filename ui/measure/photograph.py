"""A picture of the size and grain of a photograph that shows a scene of the picture book."""

import io

import numpy as np
from PIL import Image

from ...model.storybook.renderer import Renderer
from ...model.storybook.scene import Scene

DRAWN = 1500  # pixels a side at which the scene is drawn; scaled up, its edges are a lens's
QUALITY = 92  # of the JPEG
GRAIN = 3.0  # levels of 8-bit colour, one standard deviation in a mid grey
FALL_OFF = 0.12  # how much darker a lens is in the corners
BAND = 64  # rows at a time: no more is held in floating point


def take_photograph(scene: Scene, size: tuple[int, int], seed: int) -> bytes:
    """Return a JPEG of (width, height) pixels: lens fall-off, soft edges, grain of the sensor."""
    width, height = size
    drawn = Renderer(DRAWN).render(scene).resize(size, Image.Resampling.BICUBIC)
    pixels = np.array(drawn)
    rng = np.random.default_rng(seed)
    across = np.linspace(-1, 1, width, dtype=np.float32) ** 2
    down = np.linspace(-1, 1, height, dtype=np.float32) ** 2
    for top in range(0, height, BAND):
        band = pixels[top : top + BAND].astype(np.float32)
        band *= 1 - FALL_OFF * (across[None, :, None] + down[top : top + BAND, None, None]) / 2
        spread = GRAIN * np.sqrt(0.25 + band / 128)  # shot noise grows with the light
        band += spread * rng.standard_normal(band.shape, dtype=np.float32)
        pixels[top : top + BAND] = band.round().clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
