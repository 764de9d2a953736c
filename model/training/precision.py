"""The arithmetic that every stage trains in."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch
from torch import nn

SIDE, TIMES = 768, 5  # of the products that are timed


def fast_dtype(device: str) -> torch.dtype:
    """Return bfloat16 on a GPU; on a CPU whichever of it and float32 multiplies faster here."""
    return torch.bfloat16 if device != "cpu" or _prefers_bfloat16() else torch.float32


@contextmanager
def mixed_precision(device: str) -> Iterator[torch.dtype]:
    """Run products in the faster precision, which is yielded, attention as plain products."""
    dtype = fast_dtype(device)
    with (
        torch.autocast(device, dtype=dtype, enabled=dtype != torch.float32),
        nn.attention.sdpa_kernel(nn.attention.SDPBackend.MATH),
    ):
        yield dtype


@cache
def _prefers_bfloat16() -> bool:
    """Return whether this processor multiplies in bfloat16 faster than in float32."""
    seconds = {}
    for dtype in (torch.float32, torch.bfloat16):
        matrix = torch.ones(SIDE, SIDE, dtype=dtype)
        matrix @ matrix  # the first product sets up
        start = time.process_time()
        for _ in range(TIMES):
            matrix @ matrix
        seconds[dtype] = time.process_time() - start
    return seconds[torch.bfloat16] < seconds[torch.float32]
