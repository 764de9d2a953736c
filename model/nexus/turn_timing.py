"""Where the time of a turn goes: its stages beside straightforward ways, shortcuts, operators.

Straightforward means: text and embeddings token by token, the whole sequence read again for each.
"""

import gc
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

from ..errors import ModelError
from .autoregressive import NexusAutoregressive
from .decoder import Condition, NexusDecoder
from .generation import PromptBatch, generate_text, next_logits, slot_loop_embeddings
from .lighten import lighten
from .schedule import draw_noise
from .shortcuts import Shortcuts
from .source import Lightening
from .speed import text_ids, timed

Shape = tuple[int, int]  # pixels a side, denoising steps


@dataclass(frozen=True)
class Attempt:
    """A way to run the decoder: shortcuts, and weights in eight bits."""

    name: str
    shortcuts: Shortcuts = Shortcuts()
    quantize: Lightening = "none"


EXACT = Attempt("exact")


@dataclass(frozen=True)
class LanguageTiming:
    """Seconds of the language model's part of a turn, and of the straightforward way."""

    text_tokens: int
    prompt_length: int
    understanding: float
    understanding_uncached: float
    embeddings: float
    embeddings_cached_loop: float
    embeddings_uncached_loop: float
    difference: float  # largest absolute one, of the embeddings to those of the uncached loop
    is_same_text: bool
    peak_gib: float | None  # of the card; None: no card

    @property
    def straightforward(self) -> float:
        """Return the seconds of the straightforward way."""
        return self.understanding_uncached + self.embeddings_uncached_loop


@dataclass(frozen=True)
class PaintingTiming:
    """Seconds of one painting, and how far its latents lie from the exact ones."""

    attempt: str
    size: int
    steps: int
    seconds: float | None  # None: it could not be run
    first_seconds: float | None = None  # the first painting, with what is made once
    ratio: float | None = None  # how many times longer the exact painting takes
    largest: float | None = None  # absolute difference, of latents whose spread is about 1
    mean: float | None = None
    relative: float | None = None  # mean absolute difference over mean absolute value
    peak_gib: float | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Operator:
    """One operator's own share of a stage's time."""

    name: str
    calls: int
    ms: float
    share: float  # of the stage


@torch.inference_mode()
def time_language(
    model: NexusAutoregressive, *, num_text: int = 256, prompt_length: int = 400
) -> LanguageTiming:
    """Time an answer of `num_text` tokens and one picture's embeddings, once, after a warm-up."""
    ids = text_ids(model, 1, prompt_length)
    text = PromptBatch(ids)
    prompt = torch.cat([ids, torch.full((1, 1), model.boi_id, device=model.device)], 1)
    _begin_peak(model.device)
    seconds: dict[str, float] = {}

    def note(name: str, work: Callable[[], Tensor]) -> Tensor:
        ms, result = timed(model.device, work)
        seconds[name] = ms / 1000
        return result

    def say() -> Tensor:
        return torch.tensor(
            generate_text(model, text, max_new_tokens=num_text, stop_ids=()).token_ids[0]
        )

    model.prefill_embeddings(prompt)
    generate_text(model, text, max_new_tokens=2, stop_ids=())
    said = note("understanding", say)
    said_again = note("understanding_uncached", lambda: uncached_text(model, ids, num_text))
    embeds = note("embeddings", lambda: model.prefill_embeddings(prompt))
    note("embeddings_cached_loop", lambda: slot_loop_embeddings(model, PromptBatch(prompt)))
    looped = note(
        "embeddings_uncached_loop",
        lambda: slot_loop_embeddings(model, PromptBatch(prompt), use_cache=False),
    )
    return LanguageTiming(
        num_text,
        prompt_length,
        **seconds,
        difference=(embeds.float() - looped.float()).abs().max().item(),
        is_same_text=torch.equal(said, said_again),
        peak_gib=_peak_gib(model.device),
    )


def time_paintings(
    make: Callable[[], NexusDecoder],
    attempts: Sequence[Attempt],
    shapes: Sequence[Shape],
    repeats: int = 1,
) -> list[PaintingTiming]:
    """Time the exact painting of every shape, then every attempt on the first shape.

    make: returns the decoder, with the same weights at every call; one at a time is in memory.
    """
    found: list[PaintingTiming] = []
    exact: dict[Shape, tuple[float, Tensor]] = {}
    for attempt in (EXACT, *attempts):
        decoder = make()
        for shape in shapes if attempt == EXACT else shapes[:1]:
            try:
                lighten(decoder, attempt.quantize, decoder.dtype)
                decoder.take(attempt.shortcuts)
                found.append(_time_painting(decoder, attempt, shape, repeats, exact))
            except (RuntimeError, ModelError, ImportError) as error:  # the others can still run
                if attempt == EXACT:
                    raise
                fault = (str(error).strip().splitlines() or [type(error).__name__])[0]
                found.append(PaintingTiming(attempt.name, *shape, seconds=None, fault=fault[:200]))
        if attempt.shortcuts.compile:
            torch._dynamo.reset()
        device = decoder.device
        del decoder
        _forget(device)
    return found


@torch.inference_mode()
def uncached_text(model: NexusAutoregressive, input_ids: Tensor, num_tokens: int) -> Tensor:
    """Return the greedy continuation `(num_tokens,)`, the whole sequence read for every token."""
    start = input_ids.shape[1]
    for _ in range(num_tokens):
        hidden, _ = model.read(input_ids)
        chosen = next_logits(model, hidden[:, -1:]).argmax(-1)
        input_ids = torch.cat([input_ids, chosen], 1)
    return input_ids[0, start:].cpu()


def profile_turn(
    model: NexusAutoregressive,
    decoder: NexusDecoder,
    *,
    size: int,
    num_text: int = 16,
    steps: int = 2,
    prompt_length: int = 400,
    top: int = 10,
) -> dict[str, list[Operator]]:
    """Return the operators that take most of each stage, by their own time on the device."""
    ids = text_ids(model, 1, prompt_length)
    text = PromptBatch(ids)
    prompt = torch.cat([ids, torch.full((1, 1), model.boi_id, device=model.device)], 1)
    condition, noise = _painting_inputs(decoder, size)
    stages: dict[str, Callable[[], object]] = {
        f"understanding, {num_text} tokens": lambda: generate_text(
            model, text, max_new_tokens=num_text, stop_ids=()
        ),
        "embeddings": lambda: model.prefill_embeddings(prompt),
        f"painting, {size} px, {steps} steps": lambda: decoder.paint(
            noise, condition, num_inference_steps=steps
        ),
    }
    with torch.inference_mode():
        return {name: _operators(model.device, work, top) for name, work in stages.items()}


def _operators(device: torch.device, work: Callable[[], object], top: int) -> list[Operator]:
    is_card = device.type == "cuda"
    work()
    activities = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if is_card else [])
    with profile(activities=activities, acc_events=True) as profiler:
        work()
        if is_card:
            torch.cuda.synchronize(device)
    times = [
        (event.self_device_time_total if is_card else event.self_cpu_time_total, event)
        for event in profiler.key_averages()
    ]
    whole = sum(time for time, _ in times) or 1.0
    times.sort(key=lambda pair: -pair[0])
    return [
        Operator(event.key, event.count, round(time / 1000, 3), round(time / whole, 3))
        for time, event in times[:top]
    ]


def _time_painting(
    decoder: NexusDecoder,
    attempt: Attempt,
    shape: Shape,
    repeats: int,
    exact: dict[Shape, tuple[float, Tensor]],
) -> PaintingTiming:
    size, steps = shape
    condition, noise = _painting_inputs(decoder, size)

    def paint() -> Tensor:
        return decoder.paint(noise, condition, num_inference_steps=steps)

    _begin_peak(decoder.device)
    first_ms, latents = timed(decoder.device, paint)
    runs = [timed(decoder.device, paint)[0] for _ in range(repeats)]
    seconds = statistics.median(runs) / 1000
    if attempt == EXACT:
        exact[shape] = seconds, latents.cpu()
    exact_seconds, exact_latents = exact[shape]
    distance = (latents.cpu() - exact_latents).abs()
    return PaintingTiming(
        attempt.name,
        size,
        steps,
        seconds,
        first_seconds=first_ms / 1000,
        ratio=exact_seconds / seconds,
        largest=distance.max().item(),
        mean=distance.mean().item(),
        relative=(distance.mean() / exact_latents.abs().mean()).item(),
        peak_gib=_peak_gib(decoder.device),
    )


def _painting_inputs(decoder: NexusDecoder, size: int) -> tuple[Condition, Tensor]:
    """Return the condition of random embeddings (and, for edits, a random source), and noise."""
    config, rows = decoder.config, size // 8
    generator = torch.Generator().manual_seed(0)

    def drawn(grid: tuple[int, int]) -> Tensor:
        tokens = grid[0] * grid[1] // 4
        return torch.randn(1, tokens, decoder.embed_dim, generator=generator)

    reference = drawn(config.reference_grid) if config.kind == "edit" else None
    with torch.inference_mode():
        condition = decoder.condition(drawn(config.target_grid), reference, height=rows, width=rows)
    return condition, draw_noise([0], config.latent_channels, rows, rows)


def _begin_peak(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def _peak_gib(device: torch.device) -> float | None:
    if device.type != "cuda":
        return None
    return torch.cuda.max_memory_allocated(device) / 2**30


def _forget(device: torch.device) -> None:
    """Give back the memory that a decoder held."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
