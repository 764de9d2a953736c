"""The training loop that every stage shares: optimisers, a schedule by time, checkpoints, a log."""

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
import torch.distributed as dist
from torch import Tensor, nn

from .muon import Muon

LOG_EVERY_SECONDS = 15.0
SAVE_EVERY_SECONDS = 120.0
# Matrices that are no hidden layers: embeddings, heads, modulations, first and last layers.
EDGES = ("embed", "lm_head", "head.", "proj_out", "norm", "conv_in", "conv_out", "linear.weight")


@dataclass(frozen=True)
class Settings:
    """How one stage is trained; the learning rate follows the clock, so it ends as planned."""

    minutes: float
    lr: float
    matrix_boost: float = 1.0  # Muon's learning rate over AdamW's
    seed: int = 0
    warmup: float = 0.03  # share of the budget
    final: float = 0.0  # share of the peak learning rate that is left at the end
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    ema_decay: float = 0.0  # 0: no moving average
    max_steps: int | None = None  # for tests: stop here whatever the clock says


class Stage(Protocol):
    """What the loop needs to know of a stage."""

    name: str

    @property
    def module(self) -> nn.Module:
        """Return what is trained: its parameters that require a gradient."""
        ...

    def batches(self, seed: int) -> Iterator[Any]:
        """Yield batches for ever, from a stream that the seed names."""
        ...

    def loss(self, batch: Any) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a batch and the figures to log."""
        ...


def train(
    stage: Stage,
    settings: Settings,
    folder: Path,
    facts: Mapping[str, Any] | None = None,
    *,
    rank: int = 0,
    world_size: int = 1,
    on_progress: Callable[[float, dict[str, float]], None] | None = None,
) -> None:
    """Train a stage until its minutes are spent, resuming from `folder` if it was begun there.

    Writes `<name>.pt` (weights, optimisers, moving average, clock) and `<name>.jsonl` (the log).
    `facts` stand in the log where a run starts or goes on: what the settings do not tell of it.
    With `world_size` > 1 every rank runs this function and gradients are averaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trainable = [(n, p) for n, p in stage.module.named_parameters() if p.requires_grad]
    optimizers = _optimizers(trainable, settings)
    ema = {n: p.detach().clone() for n, p in trainable} if settings.ema_decay else {}
    checkpoint_path = folder / f"{stage.name}.pt"
    step, elapsed = _resume(checkpoint_path, stage, optimizers, ema)
    log = _Log(folder / f"{stage.name}.jsonl", enabled=rank == 0)
    log.write(
        {"event": "start", "step": step, "elapsed": elapsed, **asdict(settings), **(facts or {})}
    )
    budget = settings.minutes * 60
    parameters = [p for _, p in trainable]
    batches = stage.batches(settings.seed + 7919 * rank + 104729 * step)
    stage.module.train()
    clock = last_log = last_save = time.monotonic()
    while elapsed < budget and step != settings.max_steps:
        factor = _schedule(min(elapsed / budget, 1.0), settings.warmup, settings.final)
        for optimizer in optimizers:
            boost = settings.matrix_boost if isinstance(optimizer, torch.optim.Muon) else 1.0
            for group in optimizer.param_groups:
                group["lr"] = settings.lr * factor * boost
        loss, figures = stage.loss(next(batches))
        loss.backward()
        now = time.monotonic()
        elapsed, clock = elapsed + now - clock, now
        if world_size > 1:
            elapsed = _average_gradients(parameters, elapsed, world_size)
        norm = nn.utils.clip_grad_norm_(parameters, settings.clip_norm)
        if torch.isfinite(norm):
            for optimizer in optimizers:
                optimizer.step()
        for parameter in parameters:  # an optimizer may hold views of some of them alone
            parameter.grad = None
        step += 1
        decay = min(settings.ema_decay, (1 + step) / (10 + step))
        for name, parameter in trainable if ema else ():
            ema[name].lerp_(parameter.detach(), 1 - decay)
        log.add({"loss": loss.item(), "norm": norm.item(), **figures})
        if now - last_log > LOG_EVERY_SECONDS:
            last_log = now
            means = log.flush(step=step, elapsed=round(elapsed, 1), lr=settings.lr * factor)
            if on_progress is not None:
                on_progress(min(elapsed / budget, 1.0), means)
        if rank == 0 and now - last_save > SAVE_EVERY_SECONDS:
            last_save = now
            _save(checkpoint_path, stage, optimizers, ema, step, elapsed)
    log.flush(step=step, elapsed=round(elapsed, 1), lr=0.0)
    if rank == 0:
        _save(checkpoint_path, stage, optimizers, ema, step, elapsed)


def load_weights(path: Path, module: nn.Module) -> None:
    """Fill `module` from a stage's checkpoint, with the moving average where there is one."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    module.load_state_dict(saved["module"] | saved["ema"])


def _schedule(progress: float, warmup: float, final: float) -> float:
    """Return the share of the peak learning rate: linear warm-up, then cosine to `final`."""
    if progress < warmup:
        return progress / warmup + 0.01
    cosine = 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))
    return final + (1 - final) * cosine


def _optimizers(
    trainable: list[tuple[str, nn.Parameter]], settings: Settings
) -> list[torch.optim.Optimizer]:
    """Return Muon for the hidden matrices and AdamW for everything else."""

    def is_hidden(name: str, parameter: nn.Parameter) -> bool:
        return parameter.ndim in (2, 4) and not any(part in name for part in EDGES)

    hidden = [p for n, p in trainable if is_hidden(n, p)]
    others = [p for n, p in trainable if not is_hidden(n, p)]
    made: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(
            others, lr=settings.lr, betas=(0.9, 0.98), weight_decay=settings.weight_decay
        )
    ]
    if hidden:
        made.append(Muon(hidden, settings.lr, settings.weight_decay))
    return made


def _average_gradients(parameters: list[nn.Parameter], elapsed: float, world_size: int) -> float:
    """Average gradients and clocks over the ranks, in one message; return the common clock."""
    grads = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
    clock = torch.tensor([elapsed], dtype=grads[0].dtype, device=grads[0].device)
    flat = torch.cat([g.reshape(-1) for g in grads] + [clock])
    dist.all_reduce(flat)
    flat /= world_size
    offset = 0
    for parameter in parameters:
        parameter.grad = flat[offset : offset + parameter.numel()].view_as(parameter)
        offset += parameter.numel()
    return float(flat[-1])


def _save(
    path: Path,
    stage: Stage,
    optimizers: list[torch.optim.Optimizer],
    ema: dict[str, Tensor],
    step: int,
    elapsed: float,
) -> None:
    state = {
        "module": stage.module.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "ema": ema,
        "step": step,
        "elapsed": elapsed,
    }
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def _resume(
    path: Path,
    stage: Stage,
    optimizers: list[torch.optim.Optimizer],
    ema: dict[str, Tensor],
) -> tuple[int, float]:
    if not path.exists():
        return 0, 0.0
    saved = torch.load(path, map_location="cpu", weights_only=True)
    stage.module.load_state_dict(saved["module"])
    if "optimizers" not in saved:  # weights of a finished checkpoint: a new start from there
        for name, parameter in stage.module.named_parameters():
            if name in ema:
                ema[name].copy_(parameter.detach())
        return 0, 0.0
    for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    for name, value in saved["ema"].items():
        ema[name].copy_(value)
    return saved["step"], saved["elapsed"]


class _Log:
    """Means of the figures since the last line, one JSON object a line."""

    def __init__(self, path: Path, *, enabled: bool) -> None:
        self.path, self.enabled = path, enabled
        self.sums: dict[str, float] = {}
        self.counts: dict[str, int] = {}

    def add(self, figures: dict[str, float]) -> None:
        for name, value in figures.items():
            self.sums[name] = self.sums.get(name, 0.0) + value
            self.counts[name] = self.counts.get(name, 0) + 1

    def flush(self, **facts: float) -> dict[str, float]:
        """Write the means beside `facts`, if anything was added since; return them."""
        if not self.sums:
            return {}
        means = {name: total / self.counts[name] for name, total in self.sums.items()}
        self.sums, self.counts = {}, {}
        self.write({**facts, **{name: round(value, 5) for name, value in means.items()}})
        return means

    def write(self, line: dict[str, Any]) -> None:
        if self.enabled:
            with self.path.open("a") as file:
                file.write(json.dumps(line) + "\n")
