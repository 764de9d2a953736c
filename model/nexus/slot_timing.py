"""How long picture embeddings take: one prefilled pass against the published loop over slots."""

import copy
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .autoregressive import NexusAutoregressive
from .generation import PromptBatch, slot_loop_embeddings

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class SlotTiming:
    """Median milliseconds of the three ways for one shape, and how far their results differ.

    The processor's own time tells the ways apart even where other work holds the processor.
    """

    dtype: str
    batch: int
    prompt_length: int  # tokens, the one that opens the picture included
    one_pass_ms: float
    cached_loop_ms: float
    uncached_loop_ms: float | None  # None: not measured
    one_pass_cpu_ms: float
    cached_loop_cpu_ms: float
    uncached_loop_cpu_ms: float | None
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

    The model itself stays as it is: other dtypes are measured on a copy. `with_uncached(batch,
    length)` says where the slowest way is measured, once.
    """
    shapes = [(batch, length) for batch in batches for length in prompt_lengths]
    generator = torch.Generator().manual_seed(seed)
    found: list[SlotTiming] = []
    for dtype in dtypes:
        own = model if DTYPES[dtype] == model.dtype else copy.deepcopy(model).to(DTYPES[dtype])
        for batch, length in shapes:
            input_ids = _prompt(own, batch, length, generator)
            found.append(_time_shape(own, dtype, input_ids, repeats, with_uncached(batch, length)))
            if on_progress:
                on_progress(len(found), len(shapes) * len(dtypes))
    return found


def _time_shape(
    model: NexusAutoregressive, dtype: str, input_ids: Tensor, repeats: int, has_uncached: bool
) -> SlotTiming:
    expected = model.prefill_embeddings(input_ids)  # warms up
    looped = slot_loop_embeddings(model, PromptBatch(input_ids))
    one_pass, cached, uncached = [], [], []
    for repeat in range(repeats):
        one_pass.append(_time(model, lambda: model.prefill_embeddings(input_ids)))
        cached.append(_time(model, lambda: slot_loop_embeddings(model, PromptBatch(input_ids))))
        if has_uncached and repeat == 0:
            uncached.append(
                _time(
                    model,
                    lambda: slot_loop_embeddings(model, PromptBatch(input_ids), use_cache=False),
                )
            )
    batch, length = input_ids.shape
    return SlotTiming(
        dtype,
        batch,
        length,
        one_pass_ms=statistics.median(ms for ms, _ in one_pass),
        cached_loop_ms=statistics.median(ms for ms, _ in cached),
        uncached_loop_ms=uncached[0][0] if uncached else None,
        one_pass_cpu_ms=statistics.median(ms for _, ms in one_pass),
        cached_loop_cpu_ms=statistics.median(ms for _, ms in cached),
        uncached_loop_cpu_ms=uncached[0][1] if uncached else None,
        difference=(expected.float() - looped.float()).abs().max().item(),
    )


def _time(model: NexusAutoregressive, work: Callable[[], Tensor]) -> tuple[float, float]:
    """Return the milliseconds that `work` takes on the clock and of this process's processor."""
    _wait(model)
    start, cpu_start = time.perf_counter(), time.process_time()
    work()
    _wait(model)
    return (time.perf_counter() - start) * 1000, (time.process_time() - cpu_start) * 1000


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
