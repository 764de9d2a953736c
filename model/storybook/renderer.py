"""Draws scenes: backgrounds and sprites from a cached atlas, composited in batches."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from .backgrounds import draw_background
from .scene import Scene, Thing
from .sprites import draw_sprite

# What each light does to an object's colour: factors, and a colour added in proportion to alpha.
TINTS = {
    "day": ((1.0, 1.0, 1.0), (0, 0, 0)),
    "sunset": ((0.98, 0.90, 0.84), (5, 2, 4)),
    "night": ((0.84, 0.85, 0.94), (2, 4, 14)),
}


def cell_box(cell: int, size: int) -> tuple[int, int, int, int]:
    """Return the cell's (left, top, right, bottom) in a picture of `size` pixels."""
    side = size // 3
    row, column = divmod(cell, 3)
    return (column * side, row * side, (column + 1) * side, (row + 1) * side)


class Renderer:
    """Draws scenes at one size; a cell's pixels depend on scene, light and its own object only."""

    def __init__(self, size: int = 144) -> None:
        if size < 3 or size % 3:
            raise ValueError(f"The size must be a positive multiple of 3, not {size}.")
        self.size = size
        self.cell_size = size // 3
        self._backgrounds: dict[tuple[str, str], np.ndarray] = {}
        self._day_sprites: dict[tuple[str, str, str], np.ndarray] = {}
        self._sprites: dict[tuple[str, str, str, str], tuple[np.ndarray, np.ndarray]] = {}

    def render(self, scene: Scene) -> Image.Image:
        """Return the picture of the scene, RGB, size x size."""
        return Image.fromarray(self.render_batch([scene])[0])

    def render_batch(self, scenes: Sequence[Scene]) -> np.ndarray:
        """Return the pictures of the scenes: (B, H, W, 3), uint8 RGB."""
        pictures = np.empty((len(scenes), self.size, self.size, 3), np.uint8)
        for picture, scene in zip(pictures, scenes, strict=True):
            picture[:] = self.background(scene.scene, scene.light)
            for thing in scene.things:
                left, top, right, bottom = cell_box(thing.cell, self.size)
                cell = picture[top:bottom, left:right]
                colour, veil = self.sprite(scene.light, thing.kind, thing.colour, thing.size)
                cell[:] = _lay_over(cell, colour, veil)
        return pictures

    def cell_pixels(self, scene: str, light: str, cell: int, thing: Thing | None) -> np.ndarray:
        """Return one cell, with `thing` (its own cell is ignored) or empty: (h, w, 3), uint8."""
        left, top, right, bottom = cell_box(cell, self.size)
        empty = self.background(scene, light)[top:bottom, left:right]
        if thing is None:
            return empty.copy()
        return _lay_over(empty, *self.sprite(light, thing.kind, thing.colour, thing.size))

    def background(self, scene: str, light: str) -> np.ndarray:
        """Return the empty picture: (H, W, 3), uint8, read-only."""
        key = (scene, light)
        if key not in self._backgrounds:
            picture = draw_background(scene, light, self.size)
            picture.setflags(write=False)
            self._backgrounds[key] = picture
        return self._backgrounds[key]

    def sprite(
        self, light: str, kind: str, colour: str, size: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the object's premultiplied colour (h, w, 3) and its veil, 255 - alpha; uint8."""
        key = (light, kind, colour, size)
        if key not in self._sprites:
            day_key = (kind, colour, size)
            if day_key not in self._day_sprites:
                self._day_sprites[day_key] = draw_sprite(kind, colour, size, self.cell_size)
            self._sprites[key] = _light_sprite(self._day_sprites[day_key], light)
        return self._sprites[key]


def _light_sprite(sprite: np.ndarray, light: str) -> tuple[np.ndarray, np.ndarray]:
    factors, added = (np.asarray(tint, np.float32) for tint in TINTS[light])
    alpha = sprite[..., 3:].astype(np.float32)
    colour = np.minimum(sprite[..., :3] * factors + added * (alpha / 255), alpha)
    veil = np.repeat(255 - sprite[..., 3:], 3, axis=-1)
    return colour.round().astype(np.uint8), veil


def _lay_over(cell: np.ndarray, colour: np.ndarray, veil: np.ndarray) -> np.ndarray:
    """Return colour + cell * veil / 255, rounded, in 16-bit integers."""
    product = np.multiply(cell, veil, dtype=np.uint16)
    product += 128
    product += product >> 8
    product >>= 8
    return colour + product.astype(np.uint8)
