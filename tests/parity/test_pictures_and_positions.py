"""Pixels, grids and positions against the published model."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.positions import (
    PositionRule,
    condition_text_ids,
    merger_positions,
    position_after_slots,
    rope_positions,
    slot_positions,
)
from pentimento.model.nexus.processing import resized, smart_resize
from pentimento.model.nexus.settings import PUBLISHED_PIXELS, read_pixel_settings
from pentimento.model.nexus.vision import vision_geometry
from PIL import Image
from torch import Tensor

from .conftest import DATA, Record


def test_smart_resize_matches_the_table(close: Record) -> None:
    table = json.loads((DATA / "fixtures" / "smart_resize.json").read_text())
    bounds = {"bounded": table["max_pixels"], "default_max": table["default_max_pixels"]}
    for field, max_pixels in bounds.items():
        ours = [
            smart_resize(
                row["height"], row["width"], table["factor"], table["min_pixels"], max_pixels
            )
            for row in table["rows"]
        ]
        reference = [row[field] for row in table["rows"]]
        close(f"smart_resize {field}", torch.tensor(ours), torch.tensor(reference), 0)


@pytest.mark.parametrize(
    ("name", "source", "size", "resample"),
    [
        ("source_84x56", "source", (56, 84), Image.Resampling.BICUBIC),
        ("source_504x504", "source", (504, 504), Image.Resampling.BILINEAR),
        ("target_252x252", "target", (252, 252), Image.Resampling.BICUBIC),
    ],
)
def test_resizing_is_pixel_exact(
    name: str,
    source: str,
    size: tuple[int, int],
    resample: Image.Resampling,
    picture: Callable[[str], Image.Image],
    close: Record,
) -> None:
    ours = torch.tensor(list(resized(picture(source), size, resample).tobytes()))
    close(name, ours, torch.tensor(list(picture(name).tobytes())), 0)


@pytest.mark.parametrize(("name", "image"), [("bounded", "source_84x56"), ("small", "small")])
def test_pixel_rows(
    name: str, image: str, rows: Callable, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_vision")
    ours, grid = rows(image)
    close(f"{name} pixel rows", ours, reference[f"{name}.pixel_values"], 1e-6)
    close(f"{name} grid", torch.tensor([grid]), reference[f"{name}.grid_thw"], 0)


@pytest.mark.parametrize(
    ("name", "image"), [("target", "target_252x252"), ("ref", "source_504x504")]
)
def test_pixel_rows_of_large_pictures(
    name: str, image: str, rows: Callable, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_vision")
    ours, grid = rows(image)
    chosen = ours[reference[f"{name}.pixel_rows"]]
    close(f"{name} some rows", chosen, reference[f"{name}.pixel_values_rows"], 1e-6)
    close(f"{name} row sums", ours.sum(1), reference[f"{name}.pixel_values_rowsum"], 1e-3)
    close(f"{name} grid", torch.tensor([grid]), reference[f"{name}.grid_thw"], 0)


@pytest.mark.parametrize("name", ["bounded", "target"])
def test_windows(name: str, fixtures: Callable, close: Record) -> None:
    reference = fixtures("ar_vision")
    grid = tuple(reference[f"{name}.grid_thw"][0].tolist())
    ours = vision_geometry((grid,), 2, 112, 14, torch.device("cpu")).arguments
    close(
        "window index", torch.as_tensor(ours["window_index"]), reference[f"{name}.window_index"], 0
    )
    close(
        "boundaries",
        torch.as_tensor(ours["cu_window_seqlens"]),
        reference[f"{name}.cu_window_seqlens"],
        0,
    )


@pytest.mark.parametrize("case", ["t2i", "edit"])
@pytest.mark.parametrize("rule", ["training", "published"])
def test_positions_of_an_answer_with_a_picture(
    case: str, rule: PositionRule, model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_generate")
    sequence = reference[f"{case}.sequence"]
    grids = [(2, 3)] if case == "edit" else None
    first_slot = sequence.shape[1] - 81 - 1 - len(reference[f"{case}.logits_after_image"])
    prompt, start = rope_positions(sequence[:, :first_slot], None, model.image_token_id, grids)
    slots = slot_positions(start, model.slot_grid)
    rest = sequence[:, first_slot + 81 :]
    after = position_after_slots(start, model.slot_grid, rule)
    text, _ = rope_positions(rest, None, model.image_token_id, None, after)
    ours = torch.cat([prompt, slots, text], dim=-1)[:, 0]
    if rule == "training":
        close(f"{case} training rule", ours, reference[f"{case}.position_ids_trainstyle"], 0)
        whole, _ = rope_positions(sequence, None, model.image_token_id, [*(grids or []), (9, 9)])
        close(f"{case} as one text", whole[:, 0], ours, 0)
    else:
        steps = reference[f"{case}.position_ids_steps"]
        close(f"{case} published rule", ours[:, : steps.shape[1]], steps, 0)


@pytest.mark.parametrize("case", ["gen", "edit", "und", "text", "batch"])
def test_positions_in_training(
    case: str, model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_train")
    mask = reference[f"{case}.attention_mask"]
    grids = reference.get(f"{case}.image_grid_thw")
    merged = None if grids is None else [(h // 2, w // 2) for _, h, w in grids.tolist()]
    ours, _ = rope_positions(reference[f"{case}.input_ids"], mask, model.image_token_id, merged)
    theirs = reference[f"{case}.position_ids"].where(mask.bool(), 0)  # padding is free
    close(f"{case} positions", ours, theirs, 0)


def test_positions_of_understanding(
    model: NexusAutoregressive, fixtures: Callable, close: Record
) -> None:
    reference = fixtures("ar_understand")
    ours, _ = rope_positions(reference["und.sequence"], None, model.image_token_id, [(2, 3)])
    steps = reference["und.position_ids_steps"]
    close("positions", ours[:, 0, : steps.shape[1]], steps, 0)


def test_merger_positions(fixtures: Callable, close: Record) -> None:
    reference = fixtures("decoder")
    ours = merger_positions([(18, 18), (36, 36)])
    close("target", ours[..., :81], reference["merger.pos_target"], 0)
    close("reference", ours[..., 81:], reference["merger.pos_ref"], 0)


@pytest.mark.parametrize("size", [(128, 128), (96, 160), (512, 512), (1024, 1024), (512, 768)])
def test_text_ids_of_the_edit_decoder(
    size: tuple[int, int], fixtures: Callable, close: Record
) -> None:
    reference = fixtures("decoder")
    name = f"{size[0]}x{size[1]}"
    ours = condition_text_ids([(18, 18), (36, 36)], size[0] // 8, size[1] // 8)[None]
    if f"edit.text_ids_{name}" in reference:
        close(f"{name} fp32", ours, reference[f"edit.text_ids_{name}"], 0)
    else:
        close(f"{name} fp32", ours, reference[f"text_ids_{name}_fp32"], 0)
        rounded: Tensor = ours.bfloat16().float()
        close(f"{name} bf16", rounded, reference[f"text_ids_{name}_bf16"], 0)


def test_published_folder_has_published_pixels(tiny_folder: Path) -> None:
    assert read_pixel_settings(tiny_folder) == PUBLISHED_PIXELS
