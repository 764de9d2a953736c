"""Muon of our own is torch's, on one rank and on two."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from pentimento.model.training.muon import Muon, orthogonalised
from torch import nn

SHAPES = (48, 96), (96, 48), (64, 64), (8, 4, 3, 3)  # the last one a kernel
STEPS = 3


def trained(seed: int = 0) -> list[torch.Tensor]:
    """Return matrices after some steps, each with gradients that depend on the seed alone."""
    torch.manual_seed(seed)
    parameters = [nn.Parameter(torch.randn(shape)) for shape in SHAPES]
    optimizer = Muon(parameters, lr=0.01, weight_decay=0.1)
    for _ in range(STEPS):
        for parameter in parameters:
            parameter.grad = torch.randn(parameter.shape)
        optimizer.step()
    return [parameter.detach() for parameter in parameters]


def test_its_steps_are_those_of_torch() -> None:
    torch.manual_seed(0)
    parameters = [nn.Parameter(torch.randn(shape).flatten(1)) for shape in SHAPES]
    before = [parameter.detach().clone() for parameter in parameters]
    optimizer = torch.optim.Muon(
        parameters, lr=0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
    )
    for _ in range(STEPS):
        for parameter, shape in zip(parameters, SHAPES, strict=True):
            parameter.grad = torch.randn(shape).flatten(1)
        optimizer.step()
    for ours, theirs, first in zip(trained(), parameters, before, strict=True):
        moved = (theirs - first).norm()
        assert (ours.flatten(1) - theirs).norm() < 0.03 * moved  # theirs is in bfloat16


def test_two_ranks_that_share_the_work_take_the_same_steps(tmp_path: Path) -> None:
    commands = [[sys.executable, __file__, str(rank), str(tmp_path)] for rank in range(2)]
    ranks = [subprocess.Popen(command) for command in commands]
    assert [rank.wait(timeout=300) for rank in ranks] == [0, 0]
    for rank in range(2):
        for ours, alone in zip(torch.load(tmp_path / f"{rank}.pt"), trained(), strict=True):
            torch.testing.assert_close(ours, alone)


def train_as_one_of_two(rank: int, folder: Path) -> None:
    """Train as one of two ranks, and keep what came out."""
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
    torch.save(trained(), folder / f"{rank}.pt")
    dist.destroy_process_group()


@pytest.mark.parametrize("shape", [(20, 60), (60, 20)])
def test_what_is_orthogonalised_has_its_directions_and_singular_values_near_one(
    shape: tuple[int, int],
) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    made = orthogonalised(matrix).float()
    values = torch.linalg.svdvals(made)
    assert 0.6 < values.min() and values.max() < 1.3
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    assert torch.allclose(
        left.T @ made @ right.T, torch.diag(torch.diag(left.T @ made @ right.T)), atol=0.05
    )


def test_a_matrix_without_a_gradient_stays() -> None:
    still, moved = nn.Parameter(torch.ones(4, 4)), nn.Parameter(torch.ones(4, 4))
    optimizer = Muon([still, moved], lr=0.1, weight_decay=0.0)
    moved.grad = torch.eye(4)
    optimizer.step()
    assert torch.equal(still, torch.ones(4, 4)) and not torch.equal(moved, torch.ones(4, 4))


if __name__ == "__main__":
    train_as_one_of_two(int(sys.argv[1]), Path(sys.argv[2]))
