"""Rendered pictures as training tensors: endless batches, made in worker processes."""

import random
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from ..storybook.renderer import Renderer
from ..storybook.scene import COLOURS, KINDS, LIGHTS, SCENES, SIZES, Scene, Thing
from ..storybook.world import World, sample_scene

NUM_FACTS = 5  # kind, colour, size, scene, light


class PictureStream(IterableDataset):  # type: ignore[type-arg]
    """Batches of pictures (B, 3, H, W) uint8 and of what stands in each cell (B, 9, 5) int64.

    Kind, colour and size are 0 in an empty cell and 1 + index otherwise. With a world of words,
    `told`, half of the scenes are such that a listing can tell them.
    """

    def __init__(
        self, world: World, batch_size: int, seed: int, size: int, told: World | None = None
    ) -> None:
        self.world, self.batch_size, self.seed, self.size = world, batch_size, seed, size
        self.told = told

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        info = get_worker_info()
        rng = random.Random(self.seed * 1000 + (info.id if info else 0))
        renderer = Renderer(self.size)
        while True:
            scenes = [self._scene(rng) for _ in range(self.batch_size)]
            pictures = torch.from_numpy(renderer.render_batch(scenes)).permute(0, 3, 1, 2)
            yield pictures.contiguous(), torch.from_numpy(np.stack([facts(s) for s in scenes]))

    def _scene(self, rng: random.Random) -> Scene:
        if self.told is not None and rng.random() < 0.5:
            return sample_scene(rng, self.told)
        return crowded_scene(rng, self.world)


def crowded_scene(rng: random.Random, world: World) -> Scene:
    """Return a scene with up to nine objects: seeing and painting learn from every cell."""
    scene = sample_scene(rng, world)
    extra = sample_scene(rng, world) if rng.random() < 0.5 else scene
    taken = {thing.cell for thing in scene.things}
    more = tuple(thing for thing in extra.things if thing.cell not in taken)
    return Scene(scene.scene, scene.light, scene.things + more)


def facts(scene: Scene) -> np.ndarray:
    """Return kind, colour, size, scene and light of each cell, (9, 5) int64."""
    table = np.zeros((9, NUM_FACTS), dtype=np.int64)
    table[:, 3], table[:, 4] = SCENES.index(scene.scene), LIGHTS.index(scene.light)
    for thing in scene.things:
        table[thing.cell, :3] = (
            1 + KINDS.index(thing.kind),
            1 + COLOURS.index(thing.colour),
            1 + SIZES.index(thing.size),
        )
    return table


def scene_of(table: np.ndarray) -> Scene:
    """Return the scene whose `facts` are `table`, (9, 5)."""
    things = tuple(
        Thing(cell, KINDS[kind - 1], COLOURS[colour - 1], SIZES[size - 1])
        for cell, (kind, colour, size) in enumerate(table[:, :3].tolist())
        if kind
    )
    return Scene(SCENES[table[0, 3]], LIGHTS[table[0, 4]], things)


def stream(dataset: IterableDataset, workers: int = 1) -> Iterator[tuple[Tensor, Tensor]]:  # type: ignore[type-arg]
    """Yield the batches of a stream, made ahead in worker processes."""
    return iter(
        DataLoader(
            dataset, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None
        )
    )


def normalised(pictures: Tensor, device: torch.device | str = "cpu") -> Tensor:
    """Return uint8 pictures as (B, 3, H, W) float32 in [-1, 1]."""
    return pictures.to(device).float() / 127.5 - 1
