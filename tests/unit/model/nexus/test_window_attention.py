"""All windows in one call give what one call a window gives."""

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.vision import LinearPatchEmbed, pixel_rows
from pentimento.model.nexus.window_attention import WINDOW_ATTENTION, window_attention
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionPatchEmbed

GRIDS = {
    "equal windows": [(1, 18, 18), (1, 18, 18)],
    "ragged windows": [(1, 8, 10), (1, 18, 18), (1, 2, 14)],
}


def embedded(
    model: NexusAutoregressive, grids: list[tuple[int, int, int]], attention: str
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    visual = model.qwen.model.visual
    rows = torch.randn(
        sum(h * w for _, h, w in grids), 384, generator=torch.Generator().manual_seed(0)
    )
    model.zero_grad()
    visual.config._attn_implementation = attention
    try:
        output = model.embed_images(rows, grids)
    finally:
        visual.config._attn_implementation = WINDOW_ATTENTION
    output.square().sum().backward()
    return output.detach(), [parameter.grad.clone() for parameter in visual.parameters()]


@pytest.mark.parametrize("full_attention", [[], [1]])
@pytest.mark.parametrize("grids", GRIDS.values(), ids=GRIDS.keys())
def test_windows_at_once_equal_windows_in_turn(
    grids: list[tuple[int, int, int]],
    full_attention: list[int],
    tiny_model: NexusAutoregressive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tiny_model.qwen.model.visual, "fullatt_block_indexes", full_attention)
    ours, our_gradients = embedded(tiny_model, grids, WINDOW_ATTENTION)
    theirs, their_gradients = embedded(tiny_model, grids, "sdpa")
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    for our, their in zip(our_gradients, their_gradients, strict=True):
        torch.testing.assert_close(our, their, atol=1e-3, rtol=1e-4)


def test_windows_do_not_see_each_other() -> None:
    query, key = torch.randn(2, 1, 2, 12, 4).unbind(0)
    value = torch.zeros(1, 2, 12, 4)
    value[:, :, 5] = 1  # in the second of the windows 0..3, 4..8, 9..11
    boundaries = torch.tensor([0, 4, 9, 12])
    out, _ = window_attention(
        torch.nn.Identity(), query, key, value, cu_seq_lens_q=boundaries, max_length_q=5
    )
    touched = out[0].abs().sum((1, 2)) > 0
    assert touched.nonzero()[:, 0].tolist() == [4, 5, 6, 7, 8]


def test_embedding_at_one_place_depends_on_its_window_alone(
    tiny_model: NexusAutoregressive,
) -> None:
    rows = torch.randn(324, 384)
    changed = rows.clone()
    changed[0] += 1  # a patch of the first cell
    with torch.no_grad():
        before = tiny_model.embed_images(rows, [(1, 18, 18)])
        after = tiny_model.embed_images(changed, [(1, 18, 18)])
    moved = (before - after).abs().amax(1).view(9, 9) > 1e-6
    assert moved[:3, :3].all() and not moved[3:].any() and not moved[:, 3:].any()


def test_patch_embedding_is_the_convolution() -> None:
    ours, theirs = LinearPatchEmbed(8, 2, 3, 32), Qwen2_5_VisionPatchEmbed(8, 2, 3, 32)
    ours.load_state_dict(theirs.state_dict())
    rows = torch.randn(7, 384)
    torch.testing.assert_close(ours(rows), theirs(rows), atol=1e-5, rtol=1e-5)


def test_pixel_rows_stand_in_blocks_of_four() -> None:
    pixels = torch.arange(16 * 32, dtype=torch.float32).view(1, 1, 16, 32).expand(2, 3, -1, -1)
    rows = pixel_rows(pixels, patch=8)
    assert rows.shape == (16, 384)
    corners = rows.view(2, 8, 3, 2, 8, 8)[0, :, 0, 0, 0, 0].tolist()
    assert corners == [0, 8, 256, 264, 16, 24, 272, 280]
    frames = rows.view(16, 3, 2, 64)
    assert torch.equal(frames[:, :, 0], frames[:, :, 1])
