"""Stage 7: the n-grams beside the transformer learn which kind of request a text is."""

import random
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ..nexus.ngrams import NgramExpert
from ..storybook.dialogues import ROUTE_PREFIX
from ..storybook.lexicon import storybook_spelling
from ..storybook.routes import ROUTES, sample_route
from ..storybook.voice import Voice
from ..storybook.world import World

LOST_FEATURES = 0.5


class ChoicesStage:
    """Logistic regression on route requests, with half of the features dropped."""

    name = "choices"

    def __init__(self, module: NgramExpert, world: World, device: str, batch_size: int = 64):
        self.module, self.world, self.batch_size = module.to(device), world, batch_size
        self.spelling = storybook_spelling()

    def batches(self, seed: int) -> Iterator[tuple[list[str], Tensor]]:
        """Yield texts and the numbers of their routes."""
        voice = Voice(random.Random(seed), self.world)
        while True:
            turns = [sample_route(voice) for _ in range(self.batch_size)]
            texts = [self.spelling.read(ROUTE_PREFIX + turn.text) for turn in turns]
            yield texts, torch.tensor([ROUTES.index(turn.answer) for turn in turns])

    def loss(self, batch: tuple[list[str], Tensor]) -> tuple[Tensor, dict[str, float]]:
        """Return the cross entropy of the routes."""
        texts, routes = batch
        routes = routes.to(self.module.embed.weight.device)
        logits = self.module(texts, LOST_FEATURES)
        right = (logits.argmax(1) == routes).float().mean()
        return cross_entropy(logits, routes), {"accuracy": right.item()}
