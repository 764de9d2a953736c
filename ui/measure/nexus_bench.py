"""`pentimento bench nexus`: the published architecture beside slower ways, in one run."""

from collections.abc import Callable
from dataclasses import asdict, replace

import typer

from ... import InputError
from ..console import StatusLine, print_json
from .embedding_bench import table_of, timing_figures
from .figures import Figures
from .machine import provenance

SIZES = {"quick": ((256, 4),), "normal": ((256, 4), (512, 8))}  # hidden size, layers
FULL_SHAPES = ((512, 28), (512, 50), (1024, 28), (1024, 50))  # pixels, steps
MIN_CARD_GIB = 48


def run_nexus_bench(
    *, quick: bool, full_size: bool, as_json: bool, repeats: int, device: str = "cpu"
) -> None:
    """Measure and print; nothing is downloaded, all weights are random."""
    import torch

    if full_size:
        if not torch.cuda.is_available():
            raise InputError(
                "--full-size needs a CUDA card of 48 GB or more, and there is none here: 7 and 12 "
                "billion random weights are made on it. Run it there; without it the CPU is timed."
            )
        report = _full_report()
    else:
        report = _small_report("quick" if quick else "normal", repeats, torch.device(device))
    if as_json:
        print_json(report)
        return
    machine = report["machine"]
    typer.echo(f"{machine['cpu']}, {machine['cores']} cores, torch {machine['torch']}, "
               f"commit {report['commit']}, {report['date']}")  # fmt: skip
    for row in report.pop("rows"):
        typer.echo(row)


def _small_report(size: str, repeats: int, device: "object") -> Figures:
    import torch

    from ...model.nexus import speed
    from ...model.nexus.decoder import PUBLISHED_EDIT
    from ...model.nexus.slot_timing import time_embeddings

    assert isinstance(device, torch.device)
    rows: list[str] = []
    report: Figures = {**provenance(), "embeddings": [], "comparisons": [], "rows": rows}

    def take(dtype: str, found: speed.Comparison) -> None:
        figures = {"dtype": dtype, **asdict(found), "ratio": round(found.ratio, 2)}
        report["comparisons"].append(figures)
        difference = "" if found.difference is None else f"  diff {found.difference:.1e}"
        rows.append(f"{dtype:<9} {found.what:<62} {found.ours_ms:8.1f} / {found.other_ms:8.1f} ms "
                    f" {found.ratio:5.1f}x{difference}")  # fmt: skip

    with StatusLine() as line:
        for hidden, layers in SIZES[size]:
            line.show(f"language model of width {hidden}")
            config = speed.qwen_of_size(hidden, layers)
            model = speed.random_autoregressive(config, device, torch.float32)
            timings = time_embeddings(
                model,
                dtypes=("float32", "bfloat16"),
                batches=(1,) if size == "quick" else (1, 2, 4, 8),
                prompt_lengths=(40,) if size == "quick" else (40, 400),
                repeats=repeats,
                with_uncached=lambda batch, length: batch == 1 and length <= 40,
            )
            rows += [f"embeddings, width {hidden}, {layers} layers", *table_of(timings)]
            report["embeddings"] += [
                {"hidden": hidden, "layers": layers, **timing_figures(one)} for one in timings
            ]
            for dtype in (torch.float32, torch.bfloat16):
                model.to(dtype)
                take(_name(dtype), speed.time_slots_after_text(model, 40, repeats))
        line.show("decoder")
        small = replace(
            PUBLISHED_EDIT, kind="generation", num_layers=2, num_single_layers=4,
            attention_head_dim=64, num_attention_heads=4, axes_dims_rope=(8, 28, 28),
            context_dim=256, pooled_dim=64,
        )  # fmt: skip
        qwen = speed.qwen_of_size(256, 1)
        pixels = 128 if size == "quick" else 256
        for dtype in (torch.float32, torch.bfloat16):
            decoder = speed.random_decoder(small, qwen, device, dtype)
            for tokens in (81, 512):
                found = speed.time_against_flux(decoder, pixels, 4, tokens, repeats)
                take(_name(dtype), found)
            take(_name(dtype), speed.time_guidance(decoder, pixels, repeats))
            for found in speed.time_batches(decoder, pixels, (1, 2, 4, 8), repeats):
                take(_name(dtype), found)
    return report


def _full_report() -> Figures:
    """Return the table at full size, 7 and 12 billion random weights made on the card."""
    import torch
    from diffusers import FirstBlockCacheConfig
    from transformers import Qwen2_5_VLConfig

    from ...model.nexus import speed
    from ...model.nexus.decoder import PUBLISHED_EDIT
    from ...model.nexus.lighten import lighten

    device, dtype = torch.device("cuda"), torch.bfloat16
    qwen = Qwen2_5_VLConfig(vision_config={"out_hidden_size": 3584}, **FULL_QWEN)
    model = speed.random_autoregressive(qwen, device, dtype)
    decoder = speed.random_decoder(PUBLISHED_EDIT, qwen, device, dtype)
    rows: list[str] = [torch.cuda.get_device_name(device)]
    report: Figures = {**provenance(), "card": rows[0], "turns": [], "rows": rows}
    variants: dict[str, Callable[[], None]] = {
        "exact": lambda: None,
        "first-block cache 0.1": lambda: decoder.transformer.enable_cache(
            FirstBlockCacheConfig(0.1)
        ),
        "compiled": lambda: _compile(decoder),
        "compiled, fp8": lambda: lighten(decoder, "fp8", dtype),
    }
    for variant, prepare in variants.items():
        prepare()
        for size, steps in FULL_SHAPES if variant == "exact" else FULL_SHAPES[:1]:
            torch.cuda.reset_peak_memory_stats()
            seconds = speed.time_turn(model, decoder, size=size, steps=steps)
            peak = torch.cuda.max_memory_allocated() / 2**30
            figures = {"variant": variant, "size": size, "steps": steps, "peak_gib": peak}
            report["turns"].append({**figures, "seconds": seconds})
            stages = ", ".join(f"{name} {value:.3f} s" for name, value in seconds.items())
            rows.append(f"{variant}, {size} px, {steps} steps, {peak:.1f} GiB: {stages}")
        if decoder.transformer.is_cache_enabled:
            decoder.transformer.disable_cache()
    return report


def _compile(decoder: "object") -> None:
    decoder.transformer.compile_repeated_blocks(fullgraph=True)  # type: ignore[attr-defined]


def _name(dtype: "object") -> str:
    return str(dtype).removeprefix("torch.")


FULL_QWEN = {  # config.json of DiffSynth-Studio/Nexus-GenV2
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "vocab_size": 152064,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1e6,
    "rope_scaling": {"type": "default", "rope_type": "default", "mrope_section": [16, 24, 24]},
    "use_sliding_window": False,
    "tie_word_embeddings": False,
}
