"""The hybrid loss and its gradients against the published training."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.checkpoint import load_autoregressive
from pentimento.model.nexus.hybrid_loss import HybridLosses
from pentimento.model.nexus.keys import autoregressive_layout
from torch import Tensor

from .conftest import Record

PICTURES = {
    "gen": ["target_252x252"],
    "edit": ["source_84x56", "target_252x252"],
    "und": ["source_84x56"],
    "text": [],
    "batch": ["source_84x56", "target_252x252", "target_252x252"],  # rows edit, gen
}


@pytest.fixture(scope="module")
def trainee(tiny_folder: Path) -> NexusAutoregressive:
    """Return the tiny model with gradients."""
    return load_autoregressive(tiny_folder).train()


def losses_of(
    case: str, model: NexusAutoregressive, fixtures: Callable, rows: Callable
) -> HybridLosses:
    reference = fixtures("ar_train")
    embeds: dict[str, list[Tensor]] = {"source_84x56": [], "target_252x252": []}
    grids = []
    for name in PICTURES[case]:
        pixels, grid = rows(name)
        embeds[name].append(model.embed_images(pixels, [grid]))
        grids.append(model_grid(grid))
    inputs, targets = embeds["source_84x56"], embeds["target_252x252"]
    return model.forward_train(
        reference[f"{case}.input_ids"],
        reference[f"{case}.attention_mask"],
        reference[f"{case}.labels"],
        image_grids=grids,
        input_image_embeds=torch.cat(inputs) if inputs else None,
        target_image_embeds=torch.cat(targets) if targets else None,
    )


def model_grid(grid: tuple[int, int, int]) -> tuple[int, int]:
    return grid[1] // 2, grid[2] // 2


@pytest.mark.parametrize("case", PICTURES)
def test_loss_and_gradients(
    case: str,
    trainee: NexusAutoregressive,
    fixtures: Callable,
    rows: Callable,
    gradient_names: list[str],
    close: Record,
) -> None:
    reference = fixtures("ar_train")
    trainee.zero_grad()
    losses = losses_of(case, trainee, fixtures, rows)
    losses.total.backward()
    ours = torch.stack([losses.total, losses.text, losses.mse, losses.cosine]).detach()
    close("loss, text, mse, cosine", ours, reference[f"{case}.loss"], 1e-4)
    if f"{case}.pred_embeds" in reference:
        predicted = losses.image_embeds.detach()
        close("predictions", predicted, reference[f"{case}.pred_embeds"], 1e-4)
        target = trainee.embed_images(rows("target_252x252")[0], [(1, 18, 18)]).detach()
        targets = target.repeat(len(predicted) // 81, 1)
        close("targets", targets, reference[f"{case}.target_embeds"], 1e-4)
    parameters = dict(trainee.named_parameters())
    layout = autoregressive_layout(parameters)
    gradients: list[Tensor | None] = [parameters[layout[name][0]].grad for name in gradient_names]
    norms = torch.stack(
        [torch.zeros(()) if gradient is None else gradient.norm() for gradient in gradients]
    )
    theirs = reference[f"{case}.grad_norms"].float()
    scale = theirs.clamp(min=1)  # norms reach 140: relative above 1
    close("gradient norms", norms / scale, theirs / scale, 1e-4)
    for name in ("vision_head.weight", "image_prefill_embeds.weight"):
        if f"{case}.grad.{name}" in reference:
            gradient = parameters[layout[name][0]].grad
            assert gradient is not None
            close(name, gradient, reference[f"{case}.grad.{name}"], 1e-4)


def test_loss_of_a_batch_is_told_sample_by_sample(
    trainee: NexusAutoregressive, fixtures: Callable, rows: Callable, close: Record
) -> None:
    whole = losses_of("batch", trainee, fixtures, rows)
    alone = [losses_of(case, trainee, fixtures, rows) for case in ("edit", "gen")]
    close("text", whole.text_per_sample, torch.stack([one.text for one in alone]), 1e-5)
    close("image", whole.image_per_sample, torch.stack([one.image for one in alone]), 1e-5)


def test_a_batch_without_supervised_text_has_a_finite_loss(
    trainee: NexusAutoregressive, fixtures: Callable
) -> None:
    ids = fixtures("ar_train")["text.input_ids"]
    losses = trainee.forward_train(ids, torch.ones_like(ids), torch.full_like(ids, -100))
    assert losses.total.item() == 0
