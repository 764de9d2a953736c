"""The embeddings of every cell that can be drawn, computed once from the frozen vision encoder.

Storybook's vision tower attends within windows of one cell, so the nine embeddings of a cell
depend on nothing but its pixels, and its pixels on nothing but (scene, light, place, object). A
picture's 81 embeddings are therefore nine look-ups: the autoregressive model trains without
rendering anything.
"""

import numpy as np
import torch
from torch import Tensor

from ..storybook.scene import LIGHTS, PLACES, SCENES, SIZES, Scene, Thing
from ..storybook.world import World

GRID = 9  # merged tokens a side
CELL = 3  # merged tokens a side of one cell


class CellIndex:
    """Numbers cells: row = ((background * 9 + place) * contents + content) * 9 + token."""

    def __init__(self, world: World) -> None:
        self.things = [
            (kind, colour, size)
            for kind in world.kinds
            for colour in world.colours
            for size in SIZES
        ]
        self.number = {thing: i for i, thing in enumerate(self.things, 1)}
        self.contents = len(self.things) + 1  # 0 is the empty cell
        self.cells = len(SCENES) * len(LIGHTS) * len(PLACES) * self.contents
        token = np.arange(GRID * GRID)
        row, column = token // GRID, token % GRID
        self._cell = row // CELL * 3 + column // CELL  # (81,) the cell of each token
        self._inside = row % CELL * CELL + column % CELL  # (81,) its place inside the cell

    def rows(self, scene: Scene) -> np.ndarray:
        """Return the table row of each of the 81 tokens of a scene, row-major, (81,) int64."""
        contents = np.zeros(len(PLACES), dtype=np.int64)
        for thing in scene.things:
            contents[thing.cell] = self.number[thing.kind, thing.colour, thing.size]
        background = SCENES.index(scene.scene) * len(LIGHTS) + LIGHTS.index(scene.light)
        cells = (background * len(PLACES) + np.arange(len(PLACES))) * self.contents + contents
        return cells[self._cell] * CELL * CELL + self._inside

    def sheets(self) -> list[Scene]:
        """Return scenes that together show every cell once: nine cells of one content each."""
        return [
            Scene(scene, light, _everywhere(content))
            for scene in SCENES
            for light in LIGHTS
            for content in [None, *self.things]
        ]


def _everywhere(content: tuple[str, str, str] | None) -> tuple[Thing, ...]:
    if content is None:
        return ()
    return tuple(Thing(cell, *content) for cell in range(len(PLACES)))


def build_table(index: CellIndex, sheets_embeds: Tensor) -> Tensor:
    """Return the table (cells * 9, D) from the embeddings of `index.sheets()`, (S, 81, D)."""
    table = torch.empty(index.cells * CELL * CELL, sheets_embeds.shape[-1], dtype=torch.bfloat16)
    for scene, embeds in zip(index.sheets(), sheets_embeds, strict=True):
        table[torch.from_numpy(index.rows(scene))] = embeds.to(table.dtype)
    return table
