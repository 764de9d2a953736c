"""Ways to paint faster: step caches and attention kernels, compiled blocks; none by default.

A step cache changes the picture (the steps that it leaves out are guessed), and so do eight bits;
another kernel or compiling changes it by rounding alone.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal, get_args

from diffusers import (
    FirstBlockCacheConfig,
    FluxTransformer2DModel,
    MagCacheConfig,
    TaylorSeerCacheConfig,
)
from diffusers.hooks.mag_cache import FLUX_MAG_RATIOS
from torch.nn.attention import SDPBackend, sdpa_kernel

from ... import InputError

StepCacheName = Literal["first-block", "mag", "taylor"]
AttentionName = Literal["auto", "flash", "cudnn", "efficient", "math"]
KERNELS = {
    "flash": SDPBackend.FLASH_ATTENTION,
    "cudnn": SDPBackend.CUDNN_ATTENTION,
    "efficient": SDPBackend.EFFICIENT_ATTENTION,
    "math": SDPBackend.MATH,
}
USUAL_AMOUNTS = {"first-block": 0.1, "mag": 0.06, "taylor": 3.0}
LARGEST_AMOUNTS = {"first-block": 1.0, "mag": 1.0, "taylor": 20.0}
TAYLOR_FULL_STEPS = 3  # at the beginning, for the first derivatives


@dataclass(frozen=True)
class StepCache:
    """Which of diffusers' caches, and how much it may leave out.

    first-block (ParaAttention, after TeaCache, arXiv 2411.19108): largest relative change of the
    first block's residual at which the others are not run. mag (MagCache, arXiv 2506.09045):
    largest error, summed over steps, by FLUX.1-dev's own ratios; where a ratio is 1 even 0 leaves a
    step out. taylor (TaylorSeer, arXiv 2503.06923, lite): one step in so many is run, the others
    are extrapolated.
    """

    name: StepCacheName
    amount: float

    def __str__(self) -> str:
        return f"{self.name}:{self.amount:g}"


@dataclass(frozen=True)
class Shortcuts:
    """How a decoder runs; the default is the exact computation."""

    cache: StepCache | None = None
    attention: AttentionName = "auto"
    compile: bool = False

    @property
    def told(self) -> dict[str, str | bool]:
        """Return what a face shows of them."""
        cache = str(self.cache) if self.cache else "none"
        return {"cache": cache, "attention": self.attention, "compile": self.compile}


def read_step_cache(name: str, value: str) -> StepCache:
    """Return the cache that `first-block:0.1`, `mag`, `taylor:3` or a bare threshold names."""
    kind, _, amount_text = value.partition(":")
    if kind not in get_args(StepCacheName):
        kind, amount_text = "first-block", value
    amount_text = amount_text or str(USUAL_AMOUNTS[kind])
    largest = LARGEST_AMOUNTS[kind]
    try:
        amount = float(amount_text)
    except ValueError as error:
        known = ", ".join(get_args(StepCacheName))
        raise InputError(
            f"{name}={value}: give {known}, each with :NUMBER after it if you like, or a number."
        ) from error
    lowest = 1 if kind == "taylor" else 0
    if not lowest <= amount <= largest or (kind == "taylor" and amount != int(amount)):
        whole = "a whole number " if kind == "taylor" else ""
        raise InputError(f"{name}={value}: {whole}between {lowest} and {largest:g}.")
    return StepCache(kind, amount)  # type: ignore[arg-type]  # one of the names, as was seen


def begin_steps(
    transformer: FluxTransformer2DModel, cache: StepCache | None, num_steps: int
) -> None:
    """Lay a cache's hooks for a painting of `num_steps`, or take them off; nothing is kept."""
    wanted = (cache, num_steps if cache is not None and cache.name == "mag" else 0)
    if getattr(transformer, "laid_cache", (None, 0)) != wanted:
        if transformer.is_cache_enabled:
            transformer.disable_cache()
        if cache is not None:
            transformer.enable_cache(_config_of(cache, num_steps))
        transformer.laid_cache = wanted
    transformer._reset_stateful_cache()


def attention_kernel(name: AttentionName) -> AbstractContextManager[None]:
    """Return a context in which attention takes one kernel, or math where that cannot."""
    return nullcontext() if name == "auto" else sdpa_kernel([KERNELS[name], SDPBackend.MATH])


def _config_of(
    cache: StepCache, num_steps: int
) -> FirstBlockCacheConfig | MagCacheConfig | TaylorSeerCacheConfig:
    if cache.name == "first-block":
        return FirstBlockCacheConfig(cache.amount)
    if cache.name == "mag":
        return MagCacheConfig(
            cache.amount, num_inference_steps=num_steps, mag_ratios=FLUX_MAG_RATIOS
        )
    return TaylorSeerCacheConfig(
        int(cache.amount), disable_cache_before_step=TAYLOR_FULL_STEPS, use_lite_mode=True
    )
