"""Muon, which trains the hidden matrices of every stage."""

import math
from collections.abc import Sequence

import torch
import torch.distributed as dist
from torch import Tensor, nn

from .precision import fast_dtype


class Muon(torch.optim.Muon):
    """torch's Muon over matrices and convolution kernels, in less time on a few cores.

    Jordan et al. 2024; the update is scaled to AdamW's size (Liu et al. 2025, arXiv 2502.16982,
    section 2.2), so one learning rate serves both. A kernel is its (out, in * h * w) matrix. Where
    several ranks train, each makes a share of the matrices orthogonal and all of them take all, in
    the arithmetic that is the faster one here. Momenta are torch's own, and the same on every rank.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], lr: float, weight_decay: float) -> None:
        self.kernels = [p for p in parameters if p.ndim == 4]
        self.matrices = [nn.Parameter(p.detach().flatten(1)) for p in self.kernels]  # same memory
        super().__init__(
            [p for p in parameters if p.ndim == 2] + self.matrices,
            lr=lr,
            weight_decay=weight_decay,
            adjust_lr_fn="match_rms_adamw",
        )

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update every matrix that has a gradient; call it on all ranks."""
        for kernel, matrix in zip(self.kernels, self.matrices, strict=True):
            matrix.grad = kernel.grad.flatten(1) if kernel.grad is not None else None
            kernel.grad = None
        [group] = self.param_groups
        lr, decay = group["lr"], group["weight_decay"]
        ranks, rank = (1, 0)
        if dist.is_initialized():
            ranks, rank = dist.get_world_size(), dist.get_rank()
        found = [(p, p.grad) for p in group["params"] if p.grad is not None]
        sizes = [matrix.numel() for matrix, _ in found]
        flat = torch.zeros(sum(sizes), device=group["params"][0].device)
        updates = [
            update.view_as(matrix)
            for update, (matrix, _) in zip(flat.split(sizes), found, strict=True)
        ]
        for number, (update, (matrix, grad)) in enumerate(zip(updates, found, strict=True)):
            if not self.state[matrix]:
                self.state[matrix]["momentum_buffer"] = torch.zeros_like(grad)
            momentum = self.state[matrix]["momentum_buffer"].lerp_(grad, 1 - group["momentum"])
            if number % ranks == rank:
                update.copy_(orthogonalised(grad.lerp(momentum, group["momentum"])))  # Nesterov's
        if ranks > 1:
            dist.all_reduce(flat)
        for update, (matrix, _) in zip(updates, found, strict=True):
            scale = 0.2 * math.sqrt(max(matrix.shape))
            matrix.mul_(1 - lr * decay).add_(update, alpha=-lr * scale)


def orthogonalised(matrix: Tensor) -> Tensor:
    """Return U S' V^T for a matrix U S V^T of any shape, all of S' in about 0.7 to 1.2.

    Five steps of Newton and Schulz with the quintic of Jordan et al. 2024.
    """
    a, b, c = 3.4445, -4.775, 2.0315
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide.to(fast_dtype(matrix.device.type))
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(5):
        gram = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(gram, gram, gram, beta=b, alpha=c), wide, beta=a)
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T
