"""The painting decoders against the published ones."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.checkpoint import load_decoder
from pentimento.model.nexus.decoder import Condition, NexusDecoder
from pentimento.model.nexus.positions import merger_positions
from pentimento.model.nexus.schedule import (
    NUM_TRAIN_TIMESTEPS,
    base_sigmas,
    paint_scheduler,
    shifted,
    training_sigmas,
    training_weights,
)
from pentimento.model.nexus.settings import DecoderKind

from .conftest import Record

SIZES = {"128x128": (16, 16), "96x160": (12, 20)}
STEPS = ["a", "b", "c"]


def condition_of(decoder: NexusDecoder, fixtures: Callable, size: str) -> Condition:
    reference = fixtures("decoder")
    decoder.pooled = reference["pooled"].to(decoder.dtype)
    height, width = SIZES[size]
    if decoder.adapter is not None:
        return decoder.condition(reference["embeds_gen"], height=height, width=width)
    source = reference["embeds_ref"][None]
    return decoder.condition(reference["embeds_edit"], source, height=height, width=width)


@torch.inference_mode()
def test_adapter(generation_decoder: NexusDecoder, fixtures: Callable, close: Record) -> None:
    ours = condition_of(generation_decoder, fixtures, "128x128")
    close("adapter", ours.prompt_embeds, fixtures("decoder")["adapter_out"], 1e-4)
    assert not ours.text_ids.any()


@torch.inference_mode()
def test_merger(edit_decoder: NexusDecoder, fixtures: Callable, close: Record) -> None:
    reference = fixtures("decoder")
    both = torch.cat([reference["embeds_edit"], reference["embeds_ref"][None]], dim=1)
    assert edit_decoder.embedding_merger is not None
    mixed = edit_decoder.embedding_merger.mix(both, merger_positions([(18, 18), (36, 36)]))
    close("layer", mixed, reference["merger.layer0_out"], 1e-4)
    ours = condition_of(edit_decoder, fixtures, "96x160")
    close("with reference", ours.prompt_embeds, reference["merger.out_with_ref"], 1e-4)
    close("text ids", ours.text_ids[None], reference["edit.text_ids_96x160"], 0)
    alone = edit_decoder.condition(reference["embeds_edit"], height=16, width=16)
    close("without", alone.prompt_embeds, reference["merger.out_no_ref"], 1e-4)
    assert alone.text_ids.shape == (81, 3)


@torch.inference_mode()
def test_merger_takes_a_reference_of_another_grid(
    edit_decoder: NexusDecoder, fixtures: Callable
) -> None:
    reference = fixtures("decoder")
    small = reference["embeds_ref_4x6"][None]
    ours = edit_decoder.condition(
        reference["embeds_edit"], small, height=16, width=16, reference_grid=(4, 6)
    )
    assert ours.prompt_embeds.shape[1] == ours.text_ids.shape[0] == 87
    assert ours.text_ids[81:].amax(0).tolist() == [1, 4, pytest.approx(2 * 16 / 6)]


@pytest.mark.parametrize("kind", ["gen", "edit"])
@pytest.mark.parametrize("size", SIZES)
@torch.inference_mode()
def test_single_steps(
    kind: str,
    size: str,
    generation_decoder: NexusDecoder,
    edit_decoder: NexusDecoder,
    fixtures: Callable,
    close: Record,
) -> None:
    reference = fixtures("decoder")
    decoder = generation_decoder if kind == "gen" else edit_decoder
    condition = condition_of(decoder, fixtures, size)
    for name, (timestep, guidance) in zip(
        STEPS, reference["steps_timestep_guidance"].tolist(), strict=True
    ):
        noise = reference[f"noise_{size}"]
        ours = decoder.velocity(noise, timestep / NUM_TRAIN_TIMESTEPS, condition, guidance)
        close(f"step {name}", ours, reference[f"{kind}.step_{name}_{size}"], 1e-4)


@pytest.mark.parametrize("kind", ["gen", "edit"])
@pytest.mark.parametrize("cfg_scale", [1.0, 3.0])
def test_painted_latents(
    kind: str,
    cfg_scale: float,
    generation_decoder: NexusDecoder,
    edit_decoder: NexusDecoder,
    fixtures: Callable,
    close: Record,
) -> None:
    reference = fixtures("decoder")
    decoder = generation_decoder if kind == "gen" else edit_decoder
    condition = condition_of(decoder, fixtures, "128x128")
    negative = Condition(reference["neg_prompt_emb"], torch.zeros(24, 3), reference["neg_pooled"])
    ours = decoder.paint(
        reference["noise_128x128"],
        condition,
        num_inference_steps=4,
        negative=negative,
        cfg_scale=cfg_scale,
    )
    close("final latents", ours, reference[f"{kind}.final_128x128_cfg{cfg_scale}"], 1e-4)


@pytest.mark.parametrize("kind", ["gen", "edit"])
def test_painted_latents_in_bf16_stay_within_the_spread(
    kind: str, tiny_folder: Path, fixtures: Callable, close: Record
) -> None:
    name: DecoderKind = "generation" if kind == "gen" else "edit"
    decoder = load_decoder(tiny_folder, name, dtype=torch.bfloat16)
    condition = condition_of(decoder, fixtures, "128x128")
    noise = fixtures("decoder")["noise_128x128"]
    ours = decoder.paint(noise, condition, num_inference_steps=4)
    close("bf16 latents", ours, fixtures("decoder")[f"{kind}.final_128x128_cfg1.0_bf16"], 0.1)


@pytest.mark.parametrize("num_steps", [1, 2, 4, 10, 20, 30, 50])
def test_sigmas(num_steps: int, fixtures: Callable, close: Record) -> None:
    reference = fixtures("scheduler")
    theirs = reference[f"steps{num_steps}.sigmas"]
    close("own formula", shifted(base_sigmas(num_steps), 3.0), theirs, 1e-7)
    scheduler = paint_scheduler(num_steps, 3.0)
    close("scheduler", scheduler.sigmas[:-1], theirs, 1e-6)
    close("timesteps", scheduler.timesteps, reference[f"steps{num_steps}.timesteps"], 2e-4)


def test_euler_steps(fixtures: Callable, close: Record) -> None:
    reference = fixtures("scheduler")
    scheduler = paint_scheduler(4, 3.0)
    for index, timestep in enumerate(scheduler.timesteps):
        ours = scheduler.step(reference["step.model_output"], timestep, reference["step.sample"])
        close(f"from step {index}", ours[0], reference[f"step.out_{index}"], 1e-6)


def test_training_table(fixtures: Callable, close: Record) -> None:
    reference = fixtures("scheduler")
    sigmas = training_sigmas()
    weights = training_weights(sigmas)
    close("sigmas", sigmas, reference["train1000.sigmas"], 1e-6)
    close("timesteps", sigmas * 1000, reference["train1000.timesteps"], 2e-4)
    close("weights", weights, reference["train1000.weights"], 1e-5)
    sigma, noise = sigmas[137], reference["train.noise"]
    noisy = (1 - sigma) * reference["step.sample"] + sigma * noise
    close("noisy", noisy, reference["train.noisy"], 1e-6)
    close("target", noise - reference["step.sample"], reference["train.target"], 1e-6)
    close("weight 137", weights[137:138], reference["train.weight"], 1e-5)
    close("timestep 137", sigmas[137:138] * 1000, reference["train.t"], 2e-4)


@pytest.mark.parametrize("kind", ["gen", "edit"])
def test_training_loss(
    kind: str,
    generation_decoder: NexusDecoder,
    edit_decoder: NexusDecoder,
    fixtures: Callable,
    close: Record,
) -> None:
    reference = fixtures("decoder_train")
    decoder = generation_decoder if kind == "gen" else edit_decoder
    sigmas = training_sigmas()
    rows = reference["t_index"]
    one = condition_of(decoder, fixtures, "128x128")
    batch = len(rows)
    condition = Condition(
        one.prompt_embeds.expand(batch, -1, -1), one.text_ids, one.pooled.expand(batch, -1)
    )
    latents = reference["latents"].expand(batch, -1, -1, -1)
    noise = reference["noise"].expand(batch, -1, -1, -1)
    losses = decoder.flow_loss(latents, noise, sigmas[rows], condition)  # four sigmas at once
    ours = losses.detach() * training_weights(sigmas)[rows]
    close("weighted losses", ours, reference[f"{kind}.loss"], 1e-4)
    assert math.isfinite(losses.sum().item()) and losses.requires_grad
