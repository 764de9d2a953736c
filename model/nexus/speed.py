"""How fast the published architecture runs: networks of its shape with random weights, timed.

Every comparison takes turns with its rival in one run, so that a busy machine slows both alike.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline
from torch import Tensor
from transformers import Qwen2_5_VLConfig

from .autoregressive import NexusAutoregressive
from .checkpoint import M
from .decode_state import DecodeState
from .decoder import Condition, DecoderConfig, NexusDecoder, pack_latents, unpack_latents
from .positions import slot_positions
from .schedule import base_sigmas, draw_noise


@dataclass(frozen=True)
class Comparison:
    """Median milliseconds of our way and of the other, and how far their results differ."""

    what: str
    ours_ms: float
    other_ms: float
    difference: float | None = None  # largest absolute one; None: not the same computation

    @property
    def ratio(self) -> float:
        """Return how many times longer the other way takes."""
        return self.other_ms / self.ours_ms


def qwen_of_size(hidden: int, layers: int) -> Qwen2_5_VLConfig:
    """Return a miniature of the published language model: its proportions, its head size of 64."""
    heads = hidden // 64
    return Qwen2_5_VLConfig(
        text_config={
            "vocab_size": 4096,
            "hidden_size": hidden,
            "intermediate_size": hidden * 11 // 4,
            "num_hidden_layers": layers,
            "num_attention_heads": heads,
            "num_key_value_heads": max(1, heads // 4),
            "max_position_embeddings": 4096,
            "use_sliding_window": False,
            "bos_token_id": 4080,
            "eos_token_id": 4081,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 1e6, "mrope_section": [8, 12, 12]
            },
        },
        vision_config={
            "depth": 1, "hidden_size": 64, "intermediate_size": 128, "num_heads": 2,
            "out_hidden_size": hidden, "fullatt_block_indexes": [0],
        },
        image_token_id=4090,
        video_token_id=4091,
        vision_start_token_id=4088,
        vision_end_token_id=4089,
    )  # fmt: skip


def random_autoregressive(
    config: Qwen2_5_VLConfig, device: torch.device, dtype: torch.dtype
) -> NexusAutoregressive:
    """Return a language model of random weights, made on the device."""
    return _made(lambda: NexusAutoregressive(config), device, dtype)


def random_decoder(
    config: DecoderConfig, qwen: Qwen2_5_VLConfig, device: torch.device, dtype: torch.dtype
) -> NexusDecoder:
    """Return a decoder of random weights, made on the device."""
    text = qwen.text_config
    return _made(lambda: NexusDecoder(config, text.hidden_size, text), device, dtype)


def time_slots_after_text(
    model: NexusAutoregressive, length: int, repeats: int = 3, batch: int = 1
) -> Comparison:
    """Time the slots alone where the text is already cached: one chunk against a pass a slot."""
    ids = text_ids(model, batch, length)
    embeds: list[Tensor] = []

    def chunk(state: DecodeState) -> Tensor:
        return model.imagine(state)

    def loop(state: DecodeState) -> Tensor:
        boi = torch.full((batch, 1), model.boi_id, device=model.device)
        hidden, state = model.read(boi, state=state)
        outputs = [model.vision_head(hidden[:, -1])]
        places = slot_positions(state.next_positions, model.slot_grid)
        slots = model.image_prefill_embeds.weight
        for slot in range(model.num_slots - 1):
            hidden = model._extend(
                slots[slot].expand(batch, 1, -1),
                places[..., slot : slot + 1],
                None,
                state.next_positions,
                state,
            )
            outputs.append(model.vision_head(hidden[:, -1]))
        return torch.stack(outputs, 1)

    def run(way: Callable[[DecodeState], Tensor]) -> float:
        _, state = model.read(ids)
        ms, result = timed(model.device, lambda: way(state))
        embeds.append(result)
        return ms

    ours, other = [], []
    with torch.inference_mode():
        run(chunk)
        for _ in range(repeats):
            ours.append(run(chunk))
            other.append(run(loop))
    what = f"slots after {length} cached tokens: one chunk / loop"
    return _compared(what, ours, other, embeds[-2], embeds[-1])


def time_against_flux(
    decoder: NexusDecoder, size: int, steps: int, text_tokens: int, repeats: int = 3
) -> Comparison:
    """Time a painting of `size` pixels beside diffusers' stock FLUX pipeline on the same weights.

    text_tokens: what the stock pipeline is given; with our own number both compute the same.
    """
    config, rows = decoder.config, size // 8
    condition = _condition(decoder, config.target_grid[0] ** 2 // 4)
    noise = draw_noise([0], config.latent_channels, rows, rows)
    pipeline = FluxPipeline(
        FlowMatchEulerDiscreteScheduler(shift=config.shift), None, None, None, None, None,
        decoder.transformer,
    )  # fmt: skip
    pipeline.set_progress_bar_config(disable=True)
    stock = _condition(decoder, text_tokens)

    def flux() -> Tensor:
        decoder._exact_timestep = None
        tokens = pipeline(
            prompt_embeds=stock.prompt_embeds,
            pooled_prompt_embeds=stock.pooled,
            latents=pack_latents(noise).to(decoder.device, decoder.dtype),
            height=size,
            width=size,
            num_inference_steps=steps,
            sigmas=base_sigmas(steps).tolist(),
            guidance_scale=config.guidance or 3.5,
            output_type="latent",
        ).images
        return unpack_latents(tokens, rows, rows)

    def nexus() -> Tensor:
        return decoder.paint(noise, condition, num_inference_steps=steps)

    ours, other, a, b = _alternately(decoder.device, nexus, flux, repeats)
    what = f"{size} px, {steps} steps, {len(condition.prompt_embeds[0])} text tokens / stock FLUX "
    is_same = text_tokens == condition.prompt_embeds.shape[1]
    return _compared(f"{what}with {text_tokens}", ours, other, a, b if is_same else None)


def time_guidance(decoder: NexusDecoder, size: int, repeats: int = 3) -> Comparison:
    """Time one step of classifier-free guidance as one batch of two against two calls."""
    rows = size // 8
    one, two = (_condition(decoder, 81, seed) for seed in (0, 1))
    both = Condition(torch.cat([one.prompt_embeds, two.prompt_embeds]), one.text_ids,
                     torch.cat([one.pooled, two.pooled]))  # fmt: skip
    noise = draw_noise([0], decoder.config.latent_channels, rows, rows).to(decoder.device)

    @torch.inference_mode()
    def batch() -> Tensor:
        return decoder.velocity(noise.repeat(2, 1, 1, 1), 0.7, both)

    @torch.inference_mode()
    def calls() -> Tensor:
        return torch.cat([decoder.velocity(noise, 0.7, each) for each in (one, two)])

    ours, other, a, b = _alternately(decoder.device, batch, calls, repeats)
    return _compared(f"guidance at {size} px: one batch / two calls", ours, other, a, b)


def time_batches(
    decoder: NexusDecoder, size: int, batches: Sequence[int], repeats: int = 3
) -> list[Comparison]:
    """Time one step of a batch against as many steps of one picture."""
    found, rows = [], size // 8
    one = _condition(decoder, 81)
    for count in batches:
        many = Condition(one.prompt_embeds.expand(count, -1, -1), one.text_ids,
                         one.pooled.expand(count, -1))  # fmt: skip
        channels = decoder.config.latent_channels
        noise = draw_noise(list(range(count)), channels, rows, rows).to(decoder.device)

        @torch.inference_mode()
        def batch(noise: Tensor = noise, many: Condition = many) -> Tensor:
            return decoder.velocity(noise, 0.7, many)

        @torch.inference_mode()
        def singly(noise: Tensor = noise) -> Tensor:
            return torch.cat([decoder.velocity(row[None], 0.7, one) for row in noise])

        ours, other, a, b = _alternately(decoder.device, batch, singly, repeats)
        found.append(_compared(f"batch {count} at {size} px / one by one", ours, other, a, b))
    return found


def text_ids(model: NexusAutoregressive, batch: int, length: int) -> Tensor:
    """Return random plain text `(batch, length)`."""
    generator = torch.Generator().manual_seed(length)
    top = min(model.image_token_id, model.boi_id, model.eoi_id)
    return torch.randint(0, top, (batch, length), generator=generator).to(model.device)


def timed(device: torch.device, work: Callable[[], Tensor]) -> tuple[float, Tensor]:
    """Return milliseconds and the result: of the clock on a card, of this process on a CPU."""
    if device.type != "cuda":  # other work on the machine does not count
        start = time.process_time()
        result = work()
        return (time.process_time() - start) * 1000, result
    torch.cuda.synchronize(device)
    start = time.perf_counter()
    result = work()
    torch.cuda.synchronize(device)
    return (time.perf_counter() - start) * 1000, result


def _made(make: Callable[[], M], device: torch.device, dtype: torch.dtype) -> M:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.random.fork_rng(devices=[]), torch.device(device):
            torch.manual_seed(0)
            module = make().eval()
    finally:
        torch.set_default_dtype(before)
    return module


def _condition(decoder: NexusDecoder, tokens: int, seed: int = 0) -> Condition:
    generator = torch.Generator().manual_seed(seed)
    shape = (1, tokens, decoder.config.context_dim)
    embeds = torch.randn(shape, generator=generator).to(decoder.device, decoder.dtype)
    text_ids = torch.zeros(tokens, 3, device=decoder.device)
    return Condition(embeds, text_ids, decoder.pooled.to(decoder.dtype))


def _alternately(
    device: torch.device, ours: Callable[[], Tensor], other: Callable[[], Tensor], repeats: int
) -> tuple[list[float], list[float], Tensor, Tensor]:
    """Return the milliseconds of two ways that take turns, and their last results."""
    ours(), other()  # warm up
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        ms, a = timed(device, ours)
        times[0].append(ms)
        ms, b = timed(device, other)
        times[1].append(ms)
    return *times, a, b


def _compared(
    what: str, ours: list[float], other: list[float], a: Tensor, b: Tensor | None
) -> Comparison:
    difference = None if b is None else (a.float() - b.float()).abs().max().item()
    return Comparison(what, statistics.median(ours), statistics.median(other), difference)
