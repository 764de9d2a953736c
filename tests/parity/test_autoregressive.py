"""The autoregressive model against the published one: vision, embeddings, text."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.checkpoint import load_autoregressive
from pentimento.model.nexus.generation import (
    PromptBatch,
    generate_mixed,
    generate_text,
    next_logits,
    slot_loop_embeddings,
)
from torch import Tensor

from .conftest import Record

EOS = 382


def pictures_of(
    model: NexusAutoregressive, case: str, fixtures: Callable
) -> tuple[Tensor | None, list[tuple[int, int]] | None]:
    reference = fixtures("ar_generate")
    if case == "t2i":
        return None, None
    grid = reference["edit.image_grid_thw"]
    embeds = model.embed_images(reference["edit.pixel_values"].to(model.dtype), grid)
    return embeds, [(2, 3)]


def prompt_of(case: str, fixtures: Callable) -> Tensor:
    """Return the prompt up to and including BOI."""
    reference = fixtures("ar_generate")
    prompt = reference[f"{case}.prompt_ids"]
    forced = reference.get(f"{case}.forced_ids", prompt[:, :0])
    return torch.cat([prompt, forced], dim=1)


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("bounded", "source_84x56"),
        ("small", "small"),
        ("target", "target_252x252"),
        ("ref", "source_504x504"),
    ],
)
@torch.inference_mode()
def test_vision_tower(
    name: str,
    image: str,
    model: NexusAutoregressive,
    rows: Callable,
    fixtures: Callable,
    close: Record,
) -> None:
    pixels, grid = rows(image)
    ours = model.embed_images(pixels, [grid])
    close(f"{name} embeddings", ours, fixtures("ar_vision")[f"{name}.embeds"], 1e-4)


@torch.inference_mode()
def test_vision_tower_with_two_pictures(
    model: NexusAutoregressive, rows: Callable, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_vision")
    pixels = torch.cat([rows("small")[0], rows("target_252x252")[0]])
    ours = model.embed_images(pixels, reference["multi.grid_thw"])
    close("both", ours, reference["multi.embeds"], 1e-4)


@pytest.mark.parametrize("case", ["t2i", "edit"])
@torch.inference_mode()
def test_embeddings_in_one_pass(
    case: str, model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_generate")
    embeds, grids = pictures_of(model, case, fixtures)
    ours = model.prefill_embeddings(prompt_of(case, fixtures), None, embeds, grids)
    close("to the loop", ours, reference[f"{case}.embeds_loop"], 1e-4)
    close("to one pass", ours, reference[f"{case}.embeds_onepass"], 1e-4)


@pytest.mark.parametrize("case", ["t2i", "edit"])
@torch.inference_mode()
def test_embeddings_from_a_cached_prompt(
    case: str, model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_generate")[f"{case}.embeds_loop"]
    embeds, grids = pictures_of(model, case, fixtures)
    prompt = prompt_of(case, fixtures)
    _, state = model.read(prompt[:, :-3], None, embeds, grids)
    close("cached", model.prefill_embeddings(prompt[:, -3:], state=state), reference, 1e-4)
    _, state = model.read(prompt[:, :-1], None, embeds, grids)
    close("as one chunk", model.imagine(state), reference, 1e-4)


@pytest.mark.parametrize("use_cache", [True, False])
@pytest.mark.parametrize("case", ["t2i", "edit"])
def test_embeddings_slot_by_slot(
    case: str, use_cache: bool, model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    embeds, grids = pictures_of(model, case, fixtures)
    ours = slot_loop_embeddings(
        model,
        PromptBatch(prompt_of(case, fixtures), None, embeds, grids),
        use_cache=use_cache,
    )
    close("loop", ours, fixtures("ar_generate")[f"{case}.embeds_loop"], 1e-4)


@pytest.mark.parametrize("padding", ["left", "right"])
@torch.inference_mode()
def test_embeddings_of_a_batch_of_different_prompts(
    padding: str, model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_generate")
    embeds, grids = pictures_of(model, "edit", fixtures)
    prompts = [prompt_of(case, fixtures)[0] for case in ("t2i", "edit")]
    padded = torch.nn.utils.rnn.pad_sequence(
        prompts, batch_first=True, padding_value=380, padding_side=padding
    )
    lengths = torch.tensor([[len(prompt)] for prompt in prompts])
    mask = torch.arange(padded.shape[1]) < lengths
    mask = mask.flip(1) if padding == "left" else mask
    ours = model.prefill_embeddings(padded, mask, embeds, grids)
    close("text to picture", ours[:1], reference["t2i.embeds_loop"], 1e-4)
    close("edit", ours[1:], reference["edit.embeds_loop"], 1e-4)


@pytest.mark.parametrize("case", ["t2i", "edit"])
@torch.inference_mode()
def test_embeddings_in_bf16_stay_within_the_spread(
    case: str, tiny_folder: Path, fixtures: Callable, close: Record
) -> None:
    model = load_autoregressive(tiny_folder, dtype=torch.bfloat16)
    embeds, grids = pictures_of(model, case, fixtures)
    ours = model.prefill_embeddings(prompt_of(case, fixtures), None, embeds, grids)
    reference = fixtures("ar_generate")
    # The published bf16 runs lie 0.097 from the fp32 one, so nothing nearer can be asked for.
    close("to the bf16 loop", ours, reference[f"{case}.embeds_loop_bf16"], 0.11)
    close("to bf16 in one pass", ours, reference[f"{case}.embeds_onepass_bf16"], 0.11)
    close("to the fp32 loop", ours, reference[f"{case}.embeds_loop"], 0.11)


@pytest.mark.parametrize("case", ["t2i", "edit"])
@torch.inference_mode()
def test_text_after_a_picture(
    case: str, model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_generate")
    embeds, grids = pictures_of(model, case, fixtures)
    prompt = prompt_of(case, fixtures)
    _, state = model.read(prompt[:, :-1], None, embeds, grids)
    model.imagine(state, position_rule="published")
    logits = reference[f"{case}.logits_after_image"]
    eoi = torch.tensor([[model.eoi_id]])
    text = generate_text(
        model,
        PromptBatch(eoi),
        max_new_tokens=len(logits),
        stop_ids={EOS},
        state=state,
        return_logits=True,
    )
    ours = torch.cat([step for step in text.logits])
    is_finite = logits.isfinite()
    close("EOI suppressed", ours.isfinite(), is_finite, 0)
    close("logits", ours[is_finite], logits[is_finite], 1e-4)
    rest = reference[f"{case}.sequence"][0, prompt.shape[1] + 81 + 1 :]
    close("tokens", torch.tensor(text.token_ids[0]), rest, 0)


@torch.inference_mode()
def test_a_prompt_that_ends_in_boi_is_answered_whole(
    model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_generate")
    for case in ("t2i", "edit"):  # an edit whose prompt ends in BOI crashes the published code
        embeds, grids = pictures_of(model, case, fixtures)
        prompt = prompt_of(case, fixtures)
        (answer,) = generate_mixed(
            model,
            PromptBatch(prompt, None, embeds, grids),
            max_new_tokens=len(reference[f"{case}.logits_after_image"]),
            stop_ids={EOS},
            max_images=1,
            position_rule="published",
        )
        sequence = torch.tensor([*prompt[0].tolist(), *answer.token_ids])
        close(f"{case} sequence", sequence, reference[f"{case}.sequence"][0], 0)
        embeddings = reference[f"{case}.embeds_loop"][0]
        close(f"{case} embeddings", answer.image_embeds[0], embeddings, 1e-4)


@torch.inference_mode()
def test_understanding(model: NexusAutoregressive, fixtures: Callable, close: Record) -> None:
    reference = fixtures("ar_understand")
    prompt = reference["und.prompt_ids"]
    embeds = model.embed_images(reference["und.pixel_values"], reference["und.image_grid_thw"])
    hidden, _ = model.read(prompt, None, embeds, [(2, 3)])
    close("prompt logits", model.qwen.lm_head(hidden), reference["und.prompt_logits"], 1e-4)
    ours = model.vision_head(hidden)
    close("prompt embeddings", ours, reference["und.prompt_image_embeddings"], 1e-4)
    text = generate_text(
        model,
        PromptBatch(prompt, None, embeds, [(2, 3)]),
        max_new_tokens=24,
        stop_ids={EOS},
        return_logits=True,
    )
    close("tokens", torch.tensor(text.token_ids[0]), reference["und.sequence"][0, 35:], 0)
    logits = reference["und.logits_steps"]
    is_finite = logits.isfinite()
    close("logits", torch.cat(text.logits)[is_finite], logits[is_finite], 1e-4)


@torch.inference_mode()
def test_understanding_in_a_batch_of_different_prompts(
    model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_understand")
    long, short = reference["und.prompt_ids"][0], reference["eoi.prompt_ids"][0]
    ids = torch.full((2, len(long)), 380)
    ids[0], ids[1, : len(short)] = long, short
    mask = torch.ones_like(ids)
    mask[1, len(short) :] = 0
    embeds = model.embed_images(reference["und.pixel_values"], reference["und.image_grid_thw"])
    text = generate_text(
        model, PromptBatch(ids, mask, embeds, [(2, 3)]), max_new_tokens=24, stop_ids={EOS}
    )
    close("long row", torch.tensor(text.token_ids[0]), reference["und.sequence"][0, 35:], 0)
    close("short row", torch.tensor(text.token_ids[1][:1]), reference["eoi.next_token"], 0)


@torch.inference_mode()
def test_eoi_is_never_chosen(model: NexusAutoregressive, fixtures: Callable, close: Record) -> None:
    reference = fixtures("ar_understand")
    hidden, _ = model.read(reference["eoi.prompt_ids"])
    raw = model.qwen.lm_head(hidden[0, -1])
    close("raw logits", raw, reference["eoi.raw_logits"], 1e-4)
    assert raw.argmax() == model.eoi_id
    close(
        "next token", next_logits(model, hidden[:, -1]).argmax(-1), reference["eoi.next_token"], 0
    )
