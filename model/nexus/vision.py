"""Around the vision tower: patch embedding as a product, geometry of windows, pixel rows."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import linear
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionPatchEmbed
from transformers.vision_utils import (
    get_vision_cu_seqlens,
    get_vision_position_ids,
    get_vision_window_index,
)

GridTHW = tuple[int, int, int]  # frames, rows, columns of patches


class LinearPatchEmbed(Qwen2_5_VisionPatchEmbed):
    """The vision tower's patch embedding as the matrix product it is: kernel equals stride."""

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Return embedded patches: (n, channels * frames * patch * patch) -> (n, width)."""
        weight = self.proj.weight
        return linear(hidden_states.to(weight.dtype), weight.flatten(1))


@dataclass(frozen=True)
class VisionGeometry:
    """What the vision tower derives from the grids alone, on its device."""

    grid_thw: Tensor  # (pictures, 3)
    arguments: dict[str, Tensor | int]  # keywords that spare the tower the same computation


@lru_cache(maxsize=32)
def vision_geometry(
    grids: tuple[GridTHW, ...], merge: int, window: int, patch: int, device: torch.device
) -> VisionGeometry:
    """Return positions and window boundaries of pictures, made once for the last few sizes."""
    with torch.inference_mode(False):  # kept tensors must serve training, too
        grid_thw = torch.tensor(grids)
        window_index, cu_window_seqlens = get_vision_window_index(grid_thw, merge, window, patch)
        cu_seqlens = get_vision_cu_seqlens(grid_thw)
        return VisionGeometry(
            grid_thw.to(device),
            {
                "position_ids": get_vision_position_ids(grid_thw, merge).to(device),
                "cu_seqlens": cu_seqlens.to(device),
                "max_seqlen": int(cu_seqlens.diff().max()),
                "window_index": window_index.to(device),
                "cu_window_seqlens": cu_window_seqlens.to(device),
                "max_window_seqlen": int(cu_window_seqlens.diff().max()),
            },
        )


def pixel_rows(pixels: Tensor, patch: int, merge: int = 2, frames: int = 2) -> Tensor:
    """Return one row a patch `(B * patches, channels * frames * patch * patch)` in merge blocks.

    pixels: (B, channels, H, W), normalised; a still picture is repeated in every frame.
    """
    batch, channels, height, width = pixels.shape
    rows, columns = height // patch // merge, width // patch // merge
    blocks = pixels.view(batch, channels, rows, merge, patch, columns, merge, patch)
    blocks = blocks.permute(0, 2, 5, 3, 6, 1, 4, 7)  # (B, rows, columns, m, m, channels, p, p)
    blocks = blocks.unsqueeze(6).expand(*blocks.shape[:6], frames, patch, patch)
    return blocks.reshape(-1, channels * frames * patch * patch)
