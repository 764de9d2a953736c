"""How long picture embeddings take: one prefilled pass against the published loop over slots."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .autoregressive import NexusAutoregressive
from .generation import slot_loop_embeddings

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class SlotTiming:
    """Median milliseconds of the three ways for one shape, and how far their results differ."""

    dtype: str
    batch: int
    prompt_length: int  # tokens, the one that opens the picture included
    one_pass_ms: float
    cached_loop_ms: float
    uncached_loop_ms: float | None  # None: not measured
    difference: float  # largest absolute difference of one pass and cached loop

    @property
    def cached_ratio(self) -> float:
        """Return how many times longer the cached loop takes than the one pass."""
        return self.cached_loop_ms / self.one_pass_ms

    @property
    def uncached_ratio(self) -> float | None:
        """Return how many times longer the uncached loop takes than the one pass."""
        return None if self.uncached_loop_ms is None else self.uncached_loop_ms / self.one_pass_ms


@torch.inference_mode()
def time_embeddings(
    model: NexusAutoregressive,
    *,
    dtypes: Sequence[str],
    batches: Sequence[int],
    prompt_lengths: Sequence[int],
    repeats: int = 3,
    seed: int = 0,
    with_uncached: Callable[[int, int], bool] = lambda batch, length: True,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[SlotTiming]:
    """Return one timing a shape; the ways take turns, so that a busy machine slows all alike.

    The model is brought to each dtype in turn and back at the end. `with_uncached(batch, length)`
    says where the slowest way is measured, once.
    """
    own_dtype, found = model.dtype, []
    shapes = [(d, b, length) for d in dtypes for b in batches for length in prompt_lengths]
    generator = torch.Generator().manual_seed(seed)
    try:
        for number, (dtype, batch, length) in enumerate(shapes, 1):
            model.to(DTYPES[dtype])
            input_ids = _prompt(model, batch, length, generator)
            found.append(
                _time_shape(model, dtype, input_ids, repeats, with_uncached(batch, length))
            )
            if on_progress:
                on_progress(number, len(shapes))
    finally:
        model.to(own_dtype)
    return found


def _time_shape(
    model: NexusAutoregressive, dtype: str, input_ids: Tensor, repeats: int, has_uncached: bool
) -> SlotTiming:
    one_pass, cached = [], []
    expected = model.prefill_embeddings(input_ids)  # warms up
    looped = expected
    for _ in range(repeats):
        one_pass.append(_timed(model, lambda: model.prefill_embeddings(input_ids))[0])
        ms, looped = _timed(model, lambda: slot_loop_embeddings(model, input_ids))
        cached.append(ms)
    uncached = None
    if has_uncached:
        uncached = _timed(model, lambda: slot_loop_embeddings(model, input_ids, use_cache=False))[0]
        one_pass.append(_timed(model, lambda: model.prefill_embeddings(input_ids))[0])
    batch, length = input_ids.shape
    return SlotTiming(
        dtype,
        batch,
        length,
        statistics.median(one_pass),
        statistics.median(cached),
        uncached,
        (expected.float() - looped.float()).abs().max().item(),
    )


def _timed(model: NexusAutoregressive, work: Callable[[], Tensor]) -> tuple[float, Tensor]:
    """Return the milliseconds of `work` and what it returns."""
    _wait(model)
    start = time.perf_counter()
    result = work()
    _wait(model)
    return (time.perf_counter() - start) * 1000, result


def _wait(model: NexusAutoregressive) -> None:
    if model.device.type == "cuda":
        torch.cuda.synchronize(model.device)


def _prompt(
    model: NexusAutoregressive, batch: int, length: int, generator: torch.Generator
) -> Tensor:
    """Return random text that ends in the token which opens a picture: (batch, length)."""
    special = (model.image_token_id, model.boi_id, model.eoi_id)
    ids = torch.randint(0, min(special), (batch, length), generator=generator)
    ids[:, -1] = model.boi_id
    return ids.to(model.device)
