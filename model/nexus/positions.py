"""Where tokens stand: three-axis positions of text and pictures, and of the decoder's condition."""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

PositionRule = Literal["training", "published"]
Grid = tuple[int, int]  # rows, columns


def rope_positions(
    input_ids: Tensor,
    attention_mask: Tensor | None,
    image_token_id: int,
    image_grids: Sequence[Grid] | Grid | None,
    start: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Return positions `(3, B, L)` (axes t, h, w; 0 at padding) and the next free one `(B,)`.

    Text advances all axes by one; a picture of merged grid rows x columns that starts at p has
    t = p, h = p + row, w = p + column, and the next token stands at p + max(rows, columns).

    input_ids, attention_mask: (B, L), any padding. image_grids: merged grids of the pictures (runs
    of `image_token_id`) in row-major order, or one grid for all. start: (B,), where to begin.
    """
    valid = torch.ones_like(input_ids, dtype=torch.bool)
    if attention_mask is not None:
        valid = attention_mask.bool()
    is_image = (input_ids == image_token_id) & valid
    advance = (valid & ~is_image).long()
    offset = start[:, None] if start is not None else 0
    if not image_grids:
        text = advance.cumsum(1) - advance + offset
        return (text * valid).expand(3, -1, -1), advance.sum(1) + (0 if start is None else start)

    before = torch.nn.functional.pad(is_image, (1, 0))[:, :-1]
    after = torch.nn.functional.pad(is_image, (0, 1))[:, 1:]
    is_first, is_last = is_image & ~before, is_image & ~after
    run = (is_first.flatten().cumsum(0).view_as(input_ids) - 1).clamp(min=0)  # run of each token
    grids = torch.as_tensor(image_grids, device=input_ids.device)
    if grids.ndim == 1:
        rows, columns = (side.expand_as(run) for side in grids)
    else:
        if input_ids.device.type == "cpu" and int(is_first.sum()) != len(grids):
            raise ValueError(
                f"{int(is_first.sum())} pictures in the text, {len(grids)} grids given"
            )
        rows, columns = grids[run.clamp(max=len(grids) - 1)].unbind(-1)
    advance = advance + torch.maximum(rows, columns) * is_last
    base = advance.cumsum(1) - advance + offset  # constant within a picture
    column_index = torch.arange(input_ids.shape[1], device=input_ids.device).expand_as(input_ids)
    first_column = (column_index * is_first).cummax(1).values
    step = (column_index - first_column) * is_image
    zero = torch.zeros_like(step)
    height = torch.where(is_image, step // columns, zero)
    width = torch.where(is_image, step % columns, zero)
    positions = torch.stack([base, base + height, base + width]) * valid
    return positions, advance.sum(1) + (0 if start is None else start)


def slot_positions(start: Tensor, grid: Grid) -> Tensor:
    """Return the positions `(3, B, rows * columns)` of a picture whose slots begin at `start`.

    start: (B,), the position after BOI.
    """
    rows, columns = grid
    steps = torch.arange(rows * columns, device=start.device)
    offsets = torch.stack([torch.zeros_like(steps), steps // columns, steps % columns])
    return offsets[:, None, :] + start[None, :, None]


def position_after_slots(start: Tensor, grid: Grid, rule: PositionRule) -> Tensor:
    """Return the position `(B,)` of the token after a painted picture that starts at `start`.

    "training" continues as after any picture; "published" reproduces the published inference,
    where every slot advances the position by one.
    """
    rows, columns = grid
    return start + (max(rows, columns) if rule == "training" else rows * columns)


def merger_positions(grids: Sequence[Grid], device: torch.device | str | None = None) -> Tensor:
    """Return the merger's positions `(3, 1, L)`, float32, of pictures laid end to end.

    grids: unmerged grids (patches; two rows and columns a token). Every picture spans 0..36 on both
    axes, whatever its size, so that pictures of one scene overlap.
    """
    parts = []
    for rows, columns in grids:
        row = torch.arange(rows // 2, dtype=torch.float32, device=device) * (72 / rows)
        column = torch.arange(columns // 2, dtype=torch.float32, device=device) * (72 / columns)
        h, w = torch.meshgrid(row, column, indexing="ij")
        parts.append(torch.stack([torch.zeros_like(h), h, w]).flatten(1))
    return torch.cat(parts, dim=1)[:, None]


def condition_text_ids(
    grids: Sequence[Grid],
    latent_height: int,
    latent_width: int,
    device: torch.device | str | None = None,
) -> Tensor:
    """Return the DiT's text ids `(L, 3)`, float32: picture number, row, column on the image's grid.

    grids: unmerged grids of the target and the references, in order; latent_height, latent_width:
    rows and columns of VAE latents (twice those of the image tokens).
    """
    parts = []
    for number, (rows, columns) in enumerate(grids):
        row = torch.arange(rows // 2, dtype=torch.float32, device=device) * (latent_height / rows)
        column = torch.arange(columns // 2, dtype=torch.float32, device=device)
        column = column * (latent_width / columns)
        h, w = torch.meshgrid(row, column, indexing="ij")
        parts.append(torch.stack([torch.full_like(h, number), h, w], dim=-1).flatten(0, 1))
    return torch.cat(parts)


def latent_image_ids(
    latent_height: int, latent_width: int, device: torch.device | str | None = None
) -> Tensor:
    """Return the DiT's image ids `(L, 3)`, float32: 0, row, column of each 2 x 2 patch."""
    row = torch.arange(latent_height // 2, dtype=torch.float32, device=device)
    column = torch.arange(latent_width // 2, dtype=torch.float32, device=device)
    h, w = torch.meshgrid(row, column, indexing="ij")
    return torch.stack([torch.zeros_like(h), h, w], dim=-1).flatten(0, 1)
