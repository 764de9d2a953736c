"""The ways that a benchmark compares compute the same."""

from dataclasses import replace

import pytest
import torch
from pentimento.model.nexus import speed
from pentimento.model.nexus.decoder import PUBLISHED_EDIT, NexusDecoder
from pentimento.model.nexus.settings import DecoderKind

CPU = torch.device("cpu")
SMALL = replace(
    PUBLISHED_EDIT, num_layers=1, num_single_layers=1, attention_head_dim=16,
    num_attention_heads=2, axes_dims_rope=(4, 6, 6), context_dim=32, pooled_dim=16,
)  # fmt: skip


def decoder(kind: DecoderKind) -> NexusDecoder:
    config = replace(SMALL, kind=kind)
    return speed.random_decoder(config, speed.qwen_of_size(64, 1), CPU, torch.float32)


def test_our_painting_is_the_stock_pipelines() -> None:
    found = speed.time_against_flux(decoder("generation"), 64, 2, 81, repeats=1)
    assert found.difference == pytest.approx(0, abs=1e-5) and found.ratio > 0


def test_batches_and_guidance_compute_the_same() -> None:
    made = decoder("generation")
    found = [speed.time_guidance(made, 64, 1), *speed.time_batches(made, 64, (1, 2), 1)]
    assert all(one.difference is not None and one.difference < 1e-5 for one in found)


def test_a_whole_turn_is_timed_by_stages() -> None:
    model = speed.random_autoregressive(speed.qwen_of_size(64, 1), CPU, torch.float32)
    slots = speed.time_slots_after_text(model, 8, repeats=1)
    assert slots.difference is not None and slots.difference < 1e-5
    seconds = speed.time_turn(model, decoder("edit"), size=64, steps=2, num_text=2, prompt_length=8)
    assert set(seconds) >= {"understanding", "embeddings", "painting"}
    assert seconds["embeddings, slot by slot, uncached"] > seconds["embeddings"]
