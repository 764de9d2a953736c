"""The ways that a benchmark compares compute the same."""

import json
from dataclasses import replace

import pytest
import torch
from pentimento.model.nexus import report, speed, turn_timing
from pentimento.model.nexus.checkpoint import empty_autoregressive, empty_decoder
from pentimento.model.nexus.decoder import PUBLISHED_EDIT, NexusDecoder
from pentimento.model.nexus.settings import DecoderKind
from pentimento.model.nexus.shortcuts import Shortcuts, StepCache
from pentimento.model.nexus.turn_timing import Attempt
from pentimento.ui.measure.nexus_bench import _full_configs

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


def test_slots_after_cached_text_are_the_loops() -> None:
    model = speed.random_autoregressive(speed.qwen_of_size(64, 1), CPU, torch.float32)
    slots = speed.time_slots_after_text(model, 8, repeats=1)
    assert slots.difference is not None and slots.difference < 1e-5


def test_a_turns_language_part_is_timed_beside_the_straightforward_way() -> None:
    model = speed.random_autoregressive(speed.qwen_of_size(64, 1), CPU, torch.float32)
    found = turn_timing.time_language(model, num_text=3, prompt_length=8)
    assert found.is_same_text and found.difference < 1e-5 and found.peak_gib is None
    assert found.embeddings_uncached_loop > found.embeddings > 0
    assert found.straightforward > found.understanding + found.embeddings


def test_every_attempt_is_held_against_the_exact_painting() -> None:
    attempts = [
        Attempt("kernel", Shortcuts(attention="math")),
        Attempt("cache", Shortcuts(StepCache("taylor", 2))),
        Attempt("eight bits", quantize="fp8"),
    ]
    shapes = [(64, 6), (64, 1)]
    made = turn_timing.time_paintings(lambda: decoder("edit"), attempts, shapes)
    assert [one.attempt for one in made] == ["exact", "exact", "kernel", "cache", "eight bits"]
    exact, _, kernel, cache, light = made
    assert exact.largest == 0 and exact.ratio == 1
    assert kernel.largest is not None and kernel.largest < 1e-4
    for changed in (cache, light):
        assert changed.seconds and changed.mean and changed.relative and changed.mean > 1e-5


def test_an_attempt_that_cannot_run_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pentimento.model.nexus.lighten.find_spec", lambda _: None)
    attempts = [Attempt("int8", quantize="int8"), Attempt("kernel", Shortcuts(attention="flash"))]
    made = turn_timing.time_paintings(lambda: decoder("generation"), attempts, [(64, 1)])
    assert made[1].seconds is None and "torchao" in (made[1].fault or "")
    assert made[2].seconds is not None


def test_the_profile_names_the_operators_of_each_stage() -> None:
    model = speed.random_autoregressive(speed.qwen_of_size(64, 1), CPU, torch.float32)
    found = turn_timing.profile_turn(
        model, decoder("edit"), size=64, num_text=2, steps=1, prompt_length=8, top=4
    )
    assert [name.split(",")[0] for name in found] == ["understanding", "embeddings", "painting"]
    for operators in found.values():
        assert len(operators) == 4 and operators[0].share >= operators[-1].share > 0
        assert any(one.name.startswith("aten::") for one in operators)


def test_the_kernel_that_is_named_is_the_one_that_runs() -> None:
    model = speed.random_autoregressive(speed.qwen_of_size(64, 1), CPU, torch.float32)
    made = decoder("generation")
    ran = {}
    for name in ("flash", "math"):
        made.take(Shortcuts(attention=name))
        found = turn_timing.profile_turn(
            model, made, size=64, num_text=1, steps=1, prompt_length=8, top=500
        )
        ran[name] = {one.name for one in found["painting, 64 px, 1 steps"]}
    fused = "aten::_scaled_dot_product_flash_attention_for_cpu"
    assert fused in ran["flash"] and fused not in ran["math"]


@pytest.mark.parametrize("name", ["ar", "edit"])
def test_the_full_bench_has_the_published_sizes(name: str) -> None:
    real = json.loads(report.LAYOUT_FILE.read_text())[name]
    qwen, config = _full_configs()
    module = empty_autoregressive(qwen, (9, 9)) if name == "ar" else empty_decoder(config, qwen)
    assert sum(one.numel() for one in module.parameters()) == real["parameters"]
