"""Painting: seeds, batches, sizes, guidance, cancelling."""

from pathlib import Path

import pytest
import torch
from pentimento.model.errors import CancelledError
from pentimento.model.nexus.checkpoint import load_decoder
from pentimento.model.nexus.decoder import Condition, NexusDecoder, pack_latents, unpack_latents
from pentimento.model.nexus.schedule import draw_noise, paint_scheduler


@pytest.fixture(scope="module")
def edit_decoder(storybook_folder: Path) -> NexusDecoder:
    return load_decoder(storybook_folder, "edit")


@pytest.fixture(scope="module")
def embeds() -> torch.Tensor:
    return torch.randn(3, 81, 256, generator=torch.Generator().manual_seed(1))


def test_noise_depends_on_its_seed_alone() -> None:
    batch = draw_noise([7, 8], 16, 18, 18)
    assert torch.equal(batch[1:], draw_noise([8], 16, 18, 18))
    assert not torch.equal(batch[0], batch[1])
    assert batch.flatten()[:3].tolist() == pytest.approx([-0.8201, 0.3956, 0.8989], abs=1e-4)


def test_packing_is_undone() -> None:
    latents = torch.randn(2, 16, 6, 10)
    tokens = pack_latents(latents)
    assert tokens.shape == (2, 15, 64)
    assert torch.equal(tokens[0, 0].view(16, 2, 2), latents[0, :, :2, :2])
    assert torch.equal(unpack_latents(tokens, 6, 10), latents)


@pytest.mark.parametrize("size", [(18, 18), (8, 30)])
def test_a_batch_is_painted_as_its_pictures_are_alone(
    size: tuple[int, int], edit_decoder: NexusDecoder, embeds: torch.Tensor
) -> None:
    height, width = size
    noise = draw_noise([1, 2, 3], 16, height, width)
    condition = edit_decoder.condition(embeds, embeds.flip(0), height=height, width=width)
    together = edit_decoder.paint(noise, condition, num_inference_steps=2)
    assert together.shape == (3, 16, height, width) and together.dtype == torch.float32
    for row in range(3):
        one = slice(row, row + 1)
        alone = edit_decoder.condition(embeds[one], embeds.flip(0)[one], height=height, width=width)
        latents = edit_decoder.paint(noise[one], alone, num_inference_steps=2)
        torch.testing.assert_close(together[one], latents, atol=1e-4, rtol=1e-4)


def test_guidance_as_one_batch_equals_two_calls(
    edit_decoder: NexusDecoder, embeds: torch.Tensor
) -> None:
    noise = draw_noise([1, 2, 3], 16, 18, 18)
    positive = edit_decoder.condition(embeds, embeds, height=18, width=18)
    blank = torch.zeros_like(embeds)
    negative = edit_decoder.condition(blank, embeds, height=18, width=18)
    one_batch = edit_decoder.paint(
        noise, positive, num_inference_steps=2, negative=negative, cfg_scale=2.0
    )
    latents = noise
    scheduler = paint_scheduler(2, edit_decoder.config.shift)
    with torch.no_grad():
        for sigma, timestep in zip(scheduler.sigmas, scheduler.timesteps, strict=False):
            v_positive = edit_decoder.velocity(latents, sigma, positive)
            v_negative = edit_decoder.velocity(latents, sigma, negative)
            velocity = v_negative + 2.0 * (v_positive - v_negative)
            latents = scheduler.step(velocity, timestep, latents)[0]
    torch.testing.assert_close(one_batch, latents, atol=1e-4, rtol=1e-4)


def test_steps_are_told_with_the_picture_foreseen(
    edit_decoder: NexusDecoder, embeds: torch.Tensor
) -> None:
    told: list[tuple[int, int, torch.Tensor]] = []
    condition = edit_decoder.condition(embeds[:1], embeds[:1], height=18, width=18)
    latents = edit_decoder.paint(
        draw_noise([1], 16, 18, 18),
        condition,
        num_inference_steps=3,
        on_step=lambda *step: told.append(step),
    )
    assert [step[:2] for step in told] == [(1, 3), (2, 3), (3, 3)]
    torch.testing.assert_close(told[-1][2], latents, atol=1e-5, rtol=1e-5)


def test_cancelling_stops_before_the_next_step(
    edit_decoder: NexusDecoder, embeds: torch.Tensor
) -> None:
    condition = edit_decoder.condition(embeds[:1], embeds[:1], height=18, width=18)
    answers = iter([False, False, True])
    with pytest.raises(CancelledError, match="after 2 of 5 steps"):
        edit_decoder.paint(
            draw_noise([1], 16, 18, 18),
            condition,
            num_inference_steps=5,
            cancel=lambda: next(answers),
        )


def test_loss_of_a_sample_depends_on_its_own_sigma(
    edit_decoder: NexusDecoder, embeds: torch.Tensor
) -> None:
    latents, noise = torch.randn(2, 3, 16, 18, 18).unbind(0)
    sigma = torch.tensor([0.1, 0.5, 0.9])
    losses = edit_decoder(latents, noise, sigma, embeds, embeds)
    assert losses.shape == (3,) and losses.dtype == torch.float32
    for row in range(3):
        one = slice(row, row + 1)
        alone = edit_decoder(latents[one], noise[one], sigma[one], embeds[one], embeds[one])
        torch.testing.assert_close(losses[one], alone, atol=1e-4, rtol=1e-4)
    losses.mean().backward()
    parameters = dict(edit_decoder.named_parameters())
    merger = parameters["embedding_merger.layers.0.self_attn.q_proj.weight"]
    assert merger.grad is not None and merger.grad.abs().sum() > 0


def test_timesteps_are_not_rounded_to_the_weights(storybook_folder: Path) -> None:
    decoder = load_decoder(storybook_folder, "generation", dtype=torch.bfloat16)
    seen: list[torch.Tensor] = []
    decoder.transformer.time_text_embed.time_proj.register_forward_pre_hook(
        lambda _, arguments: seen.append(arguments[0])
    )
    condition = Condition(
        torch.zeros(1, 81, 256).bfloat16(), torch.zeros(81, 3), decoder.pooled.bfloat16()
    )
    decoder.velocity(torch.zeros(1, 16, 18, 18), 0.6137, condition)
    assert seen[0].tolist() == [pytest.approx(613.7, abs=1e-3)]
