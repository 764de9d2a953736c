"""What the autoregressive model imagines from a listing: the decoders learn to paint from that."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..nexus.autoregressive import NexusAutoregressive
from ..storybook.scene import MAX_OBJECTS, Scene
from ..storybook.world import World
from .precision import mixed_precision
from .samples import TARGET_IMAGE, SampleMaker


class Imaginer:
    """A trained autoregressive model as a source of picture embeddings."""

    def __init__(
        self, module: NexusAutoregressive, maker: SampleMaker, world: World, device: str
    ) -> None:
        self.module, self.maker, self.world = module.to(device).eval(), maker, world
        self.device = device

    def can_tell(self, scene: Scene) -> bool:
        """Return whether a listing of `scene` is within the language that was learned."""
        return len(scene.things) <= MAX_OBJECTS and all(
            thing.kind in self.world.kinds and thing.colour in self.world.colours
            for thing in scene.things
        )

    @torch.no_grad()
    def __call__(self, scenes: Sequence[Scene]) -> Tensor:
        """Return the imagined embeddings (B, 81, D), float32."""
        samples = [self.maker.painting(scene) for scene in scenes]
        prompts = [s.input_ids[: s.image_kind.index(TARGET_IMAGE)] for s in samples]
        length = max(map(len, prompts))
        ids = torch.zeros(len(prompts), length, dtype=torch.int64)
        mask = torch.zeros(len(prompts), length, dtype=torch.bool)
        for row, prompt in enumerate(prompts):
            ids[row, length - len(prompt) :] = torch.tensor(prompt)
            mask[row, length - len(prompt) :] = True
        with mixed_precision(self.device):
            embeds = self.module.prefill_embeddings(ids.to(self.device), mask.to(self.device))
        return embeds.float()
