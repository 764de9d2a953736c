"""The picture-book objects: which drawing each kind has, its colours, and a sprite in a cell."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from . import sprites_living as living
from . import sprites_made as made
from .pen import Colour, Paint, Pen, paint

DRAWINGS: dict[str, Callable[[Pen, Paint], None]] = {
    "cat": living.draw_cat,
    "dog": living.draw_dog,
    "tree": living.draw_tree,
    "house": made.draw_house,
    "car": made.draw_car,
    "boat": made.draw_boat,
    "flower": living.draw_flower,
    "ball": made.draw_ball,
    "star": made.draw_star,
    "fish": living.draw_fish,
    "hat": made.draw_hat,
    "balloon": made.draw_balloon,
    "bird": living.draw_bird,
    "umbrella": made.draw_umbrella,
    "mushroom": living.draw_mushroom,
    "apple": living.draw_apple,
    "cup": made.draw_cup,
    "book": made.draw_book,
    "robot": made.draw_robot,
    "kite": made.draw_kite,
}
PALETTE: dict[str, Colour] = {
    "red": (222, 44, 42),
    "green": (46, 158, 62),
    "blue": (40, 100, 222),
    "yellow": (252, 212, 36),
    "purple": (132, 62, 188),
    "white": (250, 250, 248),
    "orange": (248, 130, 22),
    "pink": (252, 142, 190),
}
HALO: Colour = (255, 252, 240)

# In units of a 48-unit cell: the side of the drawing's box, its bottom edge, the outline.
BOXES = {"small": (27.0, 42.5, 4.2), "large": (43.6, 46.0, 3.4)}
CELL_UNITS = 48


def draw_sprite(kind: str, colour: str, size: str, cell: int) -> np.ndarray:
    """Return the object in daylight on a clear cell: (cell, cell, 4), uint8, premultiplied RGBA."""
    tones = paint(PALETTE[colour])
    zoom = max(2, -(-384 // cell))
    side, bottom, line = BOXES[size]
    unit = cell * zoom / CELL_UNITS
    image = Image.new("RGBA", (cell * zoom, cell * zoom), (*tones.ink, 0))
    origin = ((CELL_UNITS - side) / 2 * unit, (bottom - side) * unit)
    DRAWINGS[kind](Pen(image, side / 100 * unit, origin, tones.ink, line), tones)
    sprite = np.asarray(image.convert("RGBa").reduce(zoom)).astype(np.float32)
    return _add_halo(sprite, cell)


def _add_halo(sprite: np.ndarray, cell: int) -> np.ndarray:
    """Lay a soft pale rim under the premultiplied sprite, none of it on the cell's edge."""
    alpha = Image.fromarray(sprite[..., 3].round().astype(np.uint8))
    soft = np.asarray(alpha.filter(ImageFilter.GaussianBlur(0.9 * cell / CELL_UNITS)))
    rim = np.clip(soft.astype(np.float32) * 1.5, 0, 255) * 0.55
    edge = max(1, cell // CELL_UNITS)
    inside = np.zeros_like(rim)
    inside[edge:-edge, edge:-edge] = 1
    rim *= inside * (1 - sprite[..., 3] / 255)
    rgb = sprite[..., :3] + rim[..., None] * np.asarray(HALO, np.float32) / 255
    return np.dstack([rgb, sprite[..., 3] + rim]).round().clip(0, 255).astype(np.uint8)
