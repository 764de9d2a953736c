"""Stage 7: the n-grams beside the transformer learn what a text is for, and what to decline."""

import random
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ..nexus.ngrams import NgramExpert
from ..storybook.dialogues import DRAW_PREFIX, OUTSIDE_PREFIX, ROUTE_PREFIX, WISH_PREFIX
from ..storybook.lexicon import storybook_spelling
from ..storybook.refusals import sample_outside
from ..storybook.requests import TextTurn, draw_outside, sample_draw
from ..storybook.routes import ROUTES, sample_route, within
from ..storybook.voice import Voice
from ..storybook.wish_kinds import DEEDS, WishTurn
from ..storybook.wishes import sample_wish
from ..storybook.world import World, sample_scene

OUTSIDE = OUTSIDE_PREFIX.strip()
CHOICES = {
    ROUTE_PREFIX: list(ROUTES),
    WISH_PREFIX: [OUTSIDE, *(f"{deed}:" for deed in DEEDS)],
    DRAW_PREFIX: [OUTSIDE, ""],
}
# In training one wish or drawing in twenty is for what lies outside; whoever talks with it asks as
# often for that as for anything else: logit(0.5) - logit(0.05), less for drawings: decision 031.
OPENING_ODDS = {WISH_PREFIX: {OUTSIDE: 3.0}, DRAW_PREFIX: {OUTSIDE: 2.0}}
LOST_FEATURES = 0.5
ROUTE_SHARE, WISH_SHARE = 0.5, 0.75  # of all texts; of the others, where half are declined


class ChoicesStage:
    """Logistic regression on requests, with half of the features dropped."""

    name = "choices"

    def __init__(self, module: NgramExpert, world: World, device: str, batch_size: int = 64):
        self.module, self.world, self.batch_size = module.to(device), world, batch_size
        self.spelling = storybook_spelling()

    def batches(self, seed: int) -> Iterator[tuple[list[str], Tensor, Tensor]]:
        """Yield texts, the columns of their answers, and which columns each may choose from."""
        voice = Voice(random.Random(seed), self.world)
        columns = self.module.columns
        while True:
            asked = [self._sample(voice) for _ in range(self.batch_size)]
            may = [[one in CHOICES[prefix] for one in columns] for prefix, _, _ in asked]
            answers = torch.tensor([columns.index(answer) for _, _, answer in asked])
            yield [text for _, text, _ in asked], answers, torch.tensor(may)

    def _sample(self, voice: Voice) -> tuple[str, str, str]:
        """Return a prefix, a text as the model reads it, and what is to be chosen."""
        if voice.chance() < ROUTE_SHARE:
            route = sample_route(voice)
            return ROUTE_PREFIX, self.spelling.read(route.text), route.answer
        is_outside = voice.chance() < 0.5
        if voice.chance() < WISH_SHARE:
            wish = _wish(voice, is_outside)
            opening = wish.answer[: wish.answer.index(":") + 1]
            return WISH_PREFIX, self.spelling.read(wish.text), opening
        drawing = _drawing(voice, is_outside)
        return DRAW_PREFIX, self.spelling.read(drawing.text), OUTSIDE if is_outside else ""

    def loss(self, batch: tuple[list[str], Tensor, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """Return the cross entropy of the answers among those that each text may have."""
        texts, answers, may = batch
        logits = self.module(texts, LOST_FEATURES)
        logits = logits.masked_fill(~may.to(logits.device), -torch.inf)
        answers = answers.to(logits.device)
        right = (logits.argmax(1) == answers).float().mean()
        return cross_entropy(logits, answers), {"accuracy": right.item()}


def _wish(voice: Voice, is_outside: bool) -> WishTurn:
    scene = sample_scene(voice.rng, voice.world, voice.rng.randint(1, 5))
    if is_outside:
        return sample_outside(voice, scene)
    return within(lambda: sample_wish(voice, scene))


def _drawing(voice: Voice, is_outside: bool) -> TextTurn:
    if is_outside:
        return draw_outside(voice)
    return within(lambda: sample_draw(voice))
