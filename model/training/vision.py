"""Stage 2: the vision encoder, taught by dense supervision of every token."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from ..nexus.autoregressive import NexusAutoregressive
from ..nexus.vision import pixel_rows
from ..storybook.scene import COLOURS, KINDS, LIGHTS, SCENES, SIZES
from ..storybook.sizes import HIDDEN_SIZE, PATCH_SIZE, PICTURE_SIZE, SLOT_GRID
from ..storybook.world import FULL, World
from .pixels import PictureStream, normalised, stream
from .precision import mixed_precision

EMBEDDING_NOISE = 0.3
RECONSTRUCTION_WEIGHT = 4.0
FACT_SIZES = (1 + len(KINDS), 1 + len(COLOURS), 1 + len(SIZES), len(SCENES), len(LIGHTS))
FACT_WEIGHTS = (0.4, 0.2, 0.1, 0.05, 0.05)
TOKEN_PIXELS = 3 * (2 * PATCH_SIZE) ** 2


class VisionTeacher(nn.Module):
    """The vision tower, a normaliser of its embeddings, and the heads that teach it.

    The normaliser (a batch norm without weights) keeps every channel at zero mean and unit
    variance; `fold_normaliser` moves it into the tower's last layer when training is done.
    """

    def __init__(self, autoregressive: NexusAutoregressive) -> None:
        super().__init__()
        self.visual = autoregressive.qwen.model.visual
        self._embed = [autoregressive]  # in a list: its other weights are not trained here
        self.normaliser = nn.BatchNorm1d(HIDDEN_SIZE, affine=False, momentum=0.01)
        self.fact_head = nn.Linear(HIDDEN_SIZE, sum(FACT_SIZES))
        self.pixel_head = nn.Sequential(
            nn.Linear(HIDDEN_SIZE, 512), nn.SiLU(), nn.Linear(512, TOKEN_PIXELS)
        )

    def embed(self, pictures: Tensor) -> Tensor:
        """Return embeddings (B, 81, D) of pictures (B, 3, H, W) in [-1, 1]."""
        batch = len(pictures)
        rows = pixel_rows(pictures, PATCH_SIZE)
        side = PICTURE_SIZE // PATCH_SIZE
        embeds = self._embed[0].embed_images(rows, [(1, side, side)] * batch)
        return self.normaliser(embeds).view(batch, -1, HIDDEN_SIZE)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return facts (B, 81, sum(FACT_SIZES)) and pixels (B, 81, TOKEN_PIXELS) of pictures."""
        embeds = self.embed(pictures)
        embeds = embeds + EMBEDDING_NOISE * torch.randn_like(embeds)
        return self.fact_head(embeds), self.pixel_head(embeds)


class VisionStage:
    """Every token names its cell's object and background, and redraws its own 16 x 16 pixels."""

    name = "vision"

    def __init__(
        self,
        autoregressive: NexusAutoregressive,
        device: str,
        batch_size: int = 16,
        world: World = FULL,
    ) -> None:
        autoregressive.qwen.model.visual.float()
        self.module = VisionTeacher(autoregressive).to(device)
        self.device, self.batch_size, self.world = device, batch_size, world

    def batches(self, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield rendered pictures and the facts of their cells."""
        return stream(PictureStream(self.world, self.batch_size, seed, PICTURE_SIZE))

    def loss(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of one batch; accuracies are those of a linear probe on every token."""
        pictures = normalised(batch[0], self.device)
        wanted = token_facts(batch[1].to(self.device))  # (B, 81, 5)
        with mixed_precision(self.device):
            facts, pixels = self.module(pictures)
        square = mse_loss(pixels.float(), token_pixels(pictures))
        loss = RECONSTRUCTION_WEIGHT * square
        occupied = wanted[..., 0] > 0
        weight = torch.where(occupied, 2.0, 0.5).flatten()
        figures = {"pixel_mse": square.item()}
        names = ("kind", "colour", "size", "scene", "light")
        split = facts.float().split(FACT_SIZES, dim=-1)
        for i, (name, logits) in enumerate(zip(names, split, strict=True)):
            each = cross_entropy(logits.flatten(0, 1), wanted[..., i].flatten(), reduction="none")
            loss = loss + FACT_WEIGHTS[i] * (weight * each).mean()
            right = (logits.argmax(-1) == wanted[..., i]).float()
            figures[name] = (right[occupied] if i < 3 else right).mean().item()
        return loss, figures


def token_pixels(pictures: Tensor) -> Tensor:
    """Return the 16 x 16 pixels that each token covers, (B, 81, TOKEN_PIXELS)."""
    batch, side = len(pictures), 2 * PATCH_SIZE
    grid = SLOT_GRID[0]
    x = pictures.view(batch, 3, grid, side, grid, side)
    return x.permute(0, 2, 4, 1, 3, 5).reshape(batch, grid * grid, -1)


def token_facts(cells: Tensor) -> Tensor:
    """Return the facts of each token's cell, (B, 81, 5), from those of the cells, (B, 9, 5)."""
    grid = cells.view(-1, 3, 3, cells.shape[-1])
    return grid.repeat_interleave(3, 1).repeat_interleave(3, 2).flatten(1, 2)


@torch.no_grad()
def fold_normaliser(teacher: VisionTeacher) -> None:
    """Move the normaliser into the tower's last linear layer; `embed_images` then needs none."""
    last = teacher.visual.merger.mlp[-1]
    norm = teacher.normaliser
    if norm.running_var is None or norm.running_mean is None:
        raise ValueError("The normaliser keeps no running statistics.")
    scale = (norm.running_var + norm.eps).rsqrt()
    last.weight.mul_(scale[:, None])
    last.bias.copy_((last.bias - norm.running_mean) * scale)
    norm.reset_running_stats()
