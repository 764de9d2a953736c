"""Reads a picture back into a scene by comparing it with everything the renderer can draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .renderer import Renderer, cell_box
from .scene import COLOURS, KINDS, LIGHTS, SCENES, SIZES, Scene, Thing

# Residuals are root mean squares in grey levels (0..255): see `_residuals`. Measured on
# 10,800 cells: blur of radius 0.8 reaches 16.9, JPEG of quality 60 12.2, noise of 8 levels 6;
# the mean of two objects of different kinds starts at 17.7 (median 41).
MAX_CELL_RESIDUAL = 17.2
MAX_BACKGROUND_RESIDUAL = 10.0

_SCENERIES = tuple((scene, light) for scene in SCENES for light in LIGHTS)
_CHUNK = 32
_LUMA = np.array([[0.299], [0.587], [0.114]], np.float32)  # ITU-R BT.601, as in JPEG


@dataclass(frozen=True)
class Reading:
    """The scene that explains a picture best, and the cells it does not explain well."""

    scene: Scene
    unsure: tuple[int, ...]
    residuals: tuple[float, ...]
    background_unsure: bool

    @property
    def is_sure(self) -> bool:
        """Return whether every cell and the background are explained."""
        return not self.unsure and not self.background_unsure


class Oracle:
    """Analysis by synthesis over a closed set of objects; knows the renderer, and no model."""

    def __init__(
        self,
        size: int = 144,
        kinds: Sequence[str] = KINDS,
        colours: Sequence[str] = COLOURS,
    ) -> None:
        if size % 18:
            raise ValueError(f"The oracle's size must be a multiple of 18, not {size}.")
        self._renderer = Renderer(size)
        self._size = size
        self._looks = [
            (kind, size, colour) for kind in kinds for size in SIZES for colour in colours
        ]
        self._num_colours = len(colours)
        backgrounds = [self._renderer.background(*scenery) for scenery in _SCENERIES]
        self._backgrounds = np.stack(backgrounds).astype(np.float32) / 255  # (18, H, W, 3)
        self._coarse = _box_mean(self._backgrounds, _coarseness(size))
        self._cells = _split_cells(self._backgrounds)  # (18, 9, h, w, 3)
        self._tables = {light: self._build_table(light) for light in LIGHTS}

    def read(self, image: Image.Image) -> Reading:
        """Return the reading of one picture of any size."""
        return self.read_batch([image])[0]

    def read_batch(self, images: Sequence[Image.Image]) -> list[Reading]:
        """Return the readings of the pictures, in order."""
        readings: list[Reading] = []
        for start in range(0, len(images), _CHUNK):
            pictures = np.stack([self._prepare(image) for image in images[start : start + _CHUNK]])
            readings += self._read_pictures(pictures)
        return readings

    def _prepare(self, image: Image.Image) -> np.ndarray:
        image = image.convert("RGB")
        if image.size != (self._size, self._size):
            image = image.resize((self._size, self._size), Image.Resampling.BICUBIC)
        return np.asarray(image, np.float32) / 255

    def _build_table(self, light: str) -> "_Table":
        sprites = [
            self._renderer.sprite(light, kind, colour, size) for kind, size, colour in self._looks
        ]
        pixels = self._renderer.cell_size**2
        colours = np.stack([colour for colour, _ in sprites]).astype(np.float32) / 255
        # A drawing has the same outline in all colours: one veil for each kind and size.
        veils = np.stack([veil[..., 0] for _, veil in sprites[:: self._num_colours]])
        veils = veils.reshape(-1, pixels).astype(np.float32) / 255
        veiled = colours * np.repeat(veils, self._num_colours, axis=0).reshape(
            *colours.shape[:3], 1
        )
        sceneries = [i for i, (_, other) in enumerate(_SCENERIES) if other == light]
        empty = self._cells[sceneries].reshape(len(sceneries) * 9, -1)
        squares = (empty.reshape(-1, pixels, 3) ** 2).sum(-1) @ (veils**2).T
        flat = colours.reshape(len(sprites), -1)
        constants = (
            (flat**2).sum(1)
            + 2 * empty @ veiled.reshape(len(sprites), -1).T
            + np.repeat(squares, self._num_colours, axis=1)
        )
        return _Table(
            flat, veils, dict(zip(sceneries, constants.reshape(-1, 9, len(flat)), strict=True))
        )

    def _read_pictures(self, pictures: np.ndarray) -> list[Reading]:
        """Read (B, H, W, 3) in [0, 1]: background first, then every cell before it."""
        sceneries = self._find_sceneries(pictures)
        cells = _split_cells(pictures)  # (B, 9, h, w, 3)
        best = np.empty((len(pictures), 9), int)
        for light in LIGHTS:
            rows = [i for i, scenery in enumerate(sceneries) if _SCENERIES[scenery][1] == light]
            if rows:
                best[rows] = self._find_looks(cells[rows], sceneries[rows], light)
        residuals, background = self._residuals(cells, sceneries, best)
        return [
            self._reading(*found)
            for found in zip(sceneries, best, residuals, background, strict=True)
        ]

    def _find_sceneries(self, pictures: np.ndarray) -> np.ndarray:
        """Return the indices of the nearest backgrounds; objects count as capped outliers."""
        coarse = _box_mean(pictures, _coarseness(self._size))
        distances = ((coarse[:, None] - self._coarse[None]) ** 2).mean(-1)
        nearest: np.ndarray = np.minimum(distances, 0.01).mean((2, 3)).argmin(1)
        return nearest

    def _find_looks(self, cells: np.ndarray, sceneries: np.ndarray, light: str) -> np.ndarray:
        """Return the index of the nearest object of every cell, -1 for none: (B, 9).

        A drawn cell is S + b v (colour S, veil v, background b), so its squared distance from
        the picture P is |P|^2 - 2 P.S - 2 (P b).v + |S|^2 + 2 b.(S v) + (b v)^2: two matrix
        products, and constants known beforehand.
        """
        table = self._tables[light]
        empty = self._cells[sceneries]
        batch = len(cells)
        seen = cells.reshape(batch * 9, -1)
        product = (cells * empty).sum(-1).reshape(batch * 9, -1) @ table.veils.T
        product = np.repeat(product, self._num_colours, axis=1)
        scores = (seen @ table.colours.T + product).reshape(batch, 9, -1)
        drawn = np.stack([table.constants[i] for i in sceneries]) - 2 * scores
        none = (empty**2 - 2 * cells * empty).sum((2, 3, 4))
        looks: np.ndarray = drawn.argmin(-1)
        return np.where(none <= drawn.min(-1), -1, looks)

    def _residuals(
        self, cells: np.ndarray, sceneries: np.ndarray, best: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what stays unexplained in each cell (B, 9) and in the typical cell (B,).

        The difference is averaged over small boxes, which forgives noise and blur: 3 x 3 pixels
        for its grey part, 6 x 6 for the rest, as JPEG stores colours more coarsely. A cell's
        squares are related to the area of the object found there.
        """
        drawn = self._cells[sceneries].copy()
        areas = np.full(best.shape, 0.2, np.float32)
        for i, cell in np.argwhere(best >= 0):
            table = self._tables[_SCENERIES[sceneries[i]][1]]
            veil = table.veils[best[i, cell] // self._num_colours].reshape(*drawn.shape[2:4], 1)
            drawn[i, cell] *= veil
            drawn[i, cell] += table.colours[best[i, cell]].reshape(drawn.shape[2:])
            areas[i, cell] = max(areas[i, cell], 1 - veil.mean())
        difference = cells - drawn
        grey = difference @ _LUMA
        hue = difference - grey
        squares = (_box_mean(grey, 3) ** 2).mean((2, 3, 4))
        squares += (_box_mean(hue, 6) ** 2).mean((2, 3, 4))
        typical = np.median(np.sqrt(squares), axis=1)
        return 255 * np.sqrt(squares / areas), 255 * typical

    def _reading(
        self, scenery: int, best: np.ndarray, residuals: np.ndarray, background: float
    ) -> Reading:
        things = []
        for cell in np.flatnonzero(best >= 0):
            kind, size, colour = self._looks[best[cell]]
            things.append(Thing(int(cell), kind, colour, size))
        return Reading(
            scene=Scene(*_SCENERIES[scenery], tuple(things)),
            unsure=tuple(int(cell) for cell in np.flatnonzero(residuals > MAX_CELL_RESIDUAL)),
            residuals=tuple(float(residual) for residual in residuals),
            background_unsure=bool(background > MAX_BACKGROUND_RESIDUAL),
        )


@dataclass(frozen=True)
class _Table:
    """All objects in one light, in [0, 1]; `constants` maps a background to (9, looks)."""

    colours: np.ndarray  # (looks, h*w*3), premultiplied
    veils: np.ndarray  # (looks / colours, h*w), 1 - alpha
    constants: dict[int, np.ndarray]


def _coarseness(size: int) -> int:
    """Return the largest box of at most 1/36 of the picture that divides it."""
    return max(box for box in range(1, max(1, size // 36) + 1) if size % box == 0)


def _split_cells(pictures: np.ndarray) -> np.ndarray:
    """Return the cells of (B, H, W, 3) pictures: (B, 9, h, w, 3)."""
    boxes = [cell_box(cell, pictures.shape[1]) for cell in range(9)]
    cells = [pictures[:, top:bottom, left:right] for left, top, right, bottom in boxes]
    return np.stack(cells, axis=1)


def _box_mean(pictures: np.ndarray, box: int) -> np.ndarray:
    """Return (..., H, W, C) averaged over boxes of box x box pixels."""
    *front, height, width, channels = pictures.shape
    boxes = pictures.reshape(*front, height // box, box, width // box, box, channels)
    means: np.ndarray = boxes.mean((-4, -2))
    return means
