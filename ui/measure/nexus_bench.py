"""`pentimento bench nexus`: the published architecture beside slower ways, in one run."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ... import InputError
from ..console import StatusLine, print_json
from ..files import check_folder_of
from .embedding_bench import table_of, timing_figures
from .figures import Figures
from .machine import provenance
from .reports import check_section, write_section

if TYPE_CHECKING:
    import torch

    from ...model.nexus.settings import DecoderKind
    from ...model.nexus.turn_timing import Attempt, LanguageTiming, Operator, PaintingTiming

SECTION = "nexus"
SIZES = {"quick": ((256, 4),), "normal": ((256, 4), (512, 8))}  # hidden size, layers
FULL_SHAPES = ((512, 50), (512, 28), (1024, 28), (1024, 50))  # pixels, steps; attempts: the first
ATTEMPTS = (
    "cache=first-block:0.1",
    "cache=mag:0.06",
    "cache=taylor:3",
    "attention=flash",
    "attention=math",
    "quantize=fp8",
    "quantize=int8",
)
FULL_ATTEMPTS = (
    *ATTEMPTS,
    "attention=cudnn",
    "attention=efficient",
    "compile=yes",
    "compile=yes+cache=first-block:0.1",
    "compile=yes+quantize=fp8",
    "compile=yes+quantize=int8",
)
ATTEMPT_OPTIONS = ("cache", "attention", "compile", "quantize")
RANDOM_WEIGHTS = (
    "Random weights: how many steps a cache leaves out, and every difference, are not the real "
    "ones'. On a CPU seconds are processor time; a kernel that does not fit falls back on math."
)


@dataclass(frozen=True)
class NexusBench:
    """What is measured."""

    quick: bool
    full: bool
    repeats: int
    attempts: tuple[str, ...]  # none: the usual ones
    do_profile: bool
    into: Path | None = None


def run_nexus_bench(request: NexusBench, *, as_json: bool) -> None:
    """Measure and print; nothing is downloaded, all weights are random."""
    import torch

    from ...model.nexus.speed import random_autoregressive, random_decoder

    attempts = [read_attempt(spec) for spec in request.attempts or usual_attempts(request)]
    if request.into:
        check_folder_of(request.into)
        check_section(request.into, SECTION)
    if request.full and not torch.cuda.is_available():
        raise InputError(
            "--full needs a CUDA card of 48 GB or more, and there is none here: 7 and 12 billion "
            "random weights are made on it. Run it there; without it the CPU is timed."
        )
    report: Figures = {**provenance(), "note": RANDOM_WEIGHTS}
    rows: list[str] = []
    shapes: tuple[tuple[int, int], ...]
    with StatusLine() as line:
        if request.full:
            device, dtype = torch.device("cuda"), torch.bfloat16
            report["card"] = torch.cuda.get_device_name(device)
            rows.append(report["card"])
            qwen, config = _full_configs()
            lengths, shapes = (256, 400), FULL_SHAPES
        else:
            device, dtype = torch.device("cpu"), torch.float32
            _compare(request, report, rows, line)
            qwen, config = _small_configs(256, 4, "edit")
            lengths, shapes = (16, 64), ((128, 8),) if request.quick else ((256, 28),)
        line.show("language model")
        model = random_autoregressive(qwen, device, dtype)
        _time_turn(
            report, rows, model, lambda: random_decoder(config, qwen, device, dtype),
            lengths, shapes, attempts, request, line,
        )  # fmt: skip
    machine = report["machine"]
    rows[:0] = [
        f"{machine['cpu']}, {machine['cores']} cores, torch {machine['torch']}, "
        f"commit {report['commit']}, {report['date']}"
    ]
    if request.into:
        write_section(request.into, SECTION, ["```text", *rows, "```", "", RANDOM_WEIGHTS])
    if as_json:
        print_json(report)
        return
    typer.echo("\n".join([*rows, RANDOM_WEIGHTS]))


def usual_attempts(request: NexusBench) -> tuple[str, ...]:
    """Return what is tried where nothing is named; compiling takes a minute on a CPU."""
    if request.full:
        return FULL_ATTEMPTS
    return ATTEMPTS if request.quick else (*ATTEMPTS, "compile=yes")


def read_attempt(spec: str) -> "Attempt":
    """Return what `cache=mag:0.06+compile=yes` asks for; InputError says what is known."""
    from ...model.nexus.shortcuts import Shortcuts
    from ...model.nexus.source import read_option
    from ...model.nexus.turn_timing import Attempt

    values: dict[str, object] = {}
    for part in spec.split("+"):
        name, _, value = (text.strip() for text in part.partition("="))
        if name not in ATTEMPT_OPTIONS or not value:
            raise InputError(
                f"{part!r} cannot be tried: known are {', '.join(ATTEMPT_OPTIONS)}, each as "
                "name=value, several with + between."
            )
        values[name] = read_option(name, value)
    quantize = values.pop("quantize", "none")
    return Attempt(spec, Shortcuts(**values), quantize)  # type: ignore[arg-type]  # read above


def _time_turn(
    report: Figures,
    rows: list[str],
    model: "torch.nn.Module",
    make: "Callable",
    lengths: tuple[int, int],
    shapes: Sequence[tuple[int, int]],
    attempts: "Sequence[Attempt]",
    request: NexusBench,
    line: StatusLine,
) -> None:
    """Add an edit turn's stages, ours and straightforward, and every attempt at painting."""
    from ...model.nexus import turn_timing as turn
    from ...model.nexus.autoregressive import NexusAutoregressive

    assert isinstance(model, NexusAutoregressive)
    line.show("an edit turn, straightforward and ours")
    language = turn.time_language(model, num_text=lengths[0], prompt_length=lengths[1])
    line.show("painting")
    paintings = turn.time_paintings(make, attempts, shapes, request.repeats)
    report["language"] = asdict(language)
    report["paintings"] = [asdict(one) for one in paintings]
    report["turns"] = turn_figures(language, paintings)
    rows += [*_language_rows(language), *_painting_rows(paintings), *_turn_rows(report["turns"])]
    if not request.do_profile:
        return
    line.show("profile")
    size, steps = shapes[0][0], 2
    found = turn.profile_turn(model, make(), size=size, steps=steps, prompt_length=lengths[1])
    report["profile"] = {name: [asdict(one) for one in top] for name, top in found.items()}
    rows += _profile_rows(found)


def turn_figures(language: "LanguageTiming", paintings: "Sequence[PaintingTiming]") -> list[dict]:
    """Return the whole edit turn of the first shape by every attempt, in seconds."""
    exact = paintings[0]
    assert exact.seconds is not None  # the exact painting runs, or nothing is told
    slow = language.straightforward + exact.seconds
    shape = exact.size, exact.steps
    return [
        {
            "attempt": one.attempt,
            "size": one.size,
            "steps": one.steps,
            "straightforward": slow,
            "ours": language.understanding + language.embeddings + one.seconds,
            "ratio": slow / (language.understanding + language.embeddings + one.seconds),
        }
        for one in paintings
        if one.seconds is not None and (one.size, one.steps) == shape
    ]


def _language_rows(one: "LanguageTiming") -> list[str]:
    peak = f", peak {one.peak_gib:.1f} GiB" if one.peak_gib is not None else ""
    same = "the same text" if one.is_same_text else "another text: near ties fall otherwise"
    return [
        f"answer of {one.text_tokens} tokens after {one.prompt_length}: {one.understanding:.3f} s, "
        f"uncached {one.understanding_uncached:.3f} s, {same}{peak}",
        f"embeddings after {one.prompt_length} tokens: {one.embeddings:.3f} s, slot by slot "
        f"{one.embeddings_cached_loop:.3f} s cached, {one.embeddings_uncached_loop:.3f} s uncached,"
        f" diff {one.difference:.1e}",
    ]


def _painting_rows(paintings: "Sequence[PaintingTiming]") -> list[str]:
    rows = [f"{'painting':<42} {'seconds':>9} {'first':>9} {'faster':>7}  difference of latents: "
            "largest, mean, relative"]  # fmt: skip
    for one in paintings:
        name = f"{one.attempt}, {one.size} px, {one.steps} steps"
        if one.seconds is None:
            rows.append(f"{name:<42} cannot be run: {one.fault}")
            continue
        peak = f"  peak {one.peak_gib:.1f} GiB" if one.peak_gib is not None else ""
        rows.append(
            f"{name:<42} {one.seconds:9.3f} {one.first_seconds:9.3f} {one.ratio:6.2f}x  "
            f"{one.largest:.1e}, {one.mean:.1e}, {one.relative:.1%}{peak}"
        )
    return rows


def _turn_rows(turns: list[dict]) -> list[str]:
    return [
        f"edit turn at {one['size']} px, {one['steps']} steps, {one['attempt']}: "
        f"{one['ours']:.3f} s, straightforward {one['straightforward']:.3f} s, {one['ratio']:.1f}x"
        for one in turns
    ]


def _profile_rows(found: "dict[str, list[Operator]]") -> list[str]:
    rows = []
    for name, operators in found.items():
        rows.append(f"profile of {name}: operator, calls, ms, share")
        rows += [
            f"  {one.name[:60]:<60} {one.calls:>7} {one.ms:>10.2f} {one.share:>6.1%}"
            for one in operators
        ]
    return rows


def _compare(request: NexusBench, report: Figures, rows: list[str], line: StatusLine) -> None:
    """Add one pass beside loops, a step beside the stock pipeline, and batches, at small sizes."""
    import torch

    from ...model.nexus import speed
    from ...model.nexus.slot_timing import time_embeddings

    device, quick, repeats = torch.device("cpu"), request.quick, request.repeats
    report |= {"embeddings": [], "comparisons": []}

    def take(dtype: "torch.dtype", found: speed.Comparison) -> None:
        name = str(dtype).removeprefix("torch.")
        figures = {"dtype": name, **asdict(found), "ratio": round(found.ratio, 2)}
        report["comparisons"].append(figures)
        difference = "" if found.difference is None else f"  diff {found.difference:.1e}"
        rows.append(f"{name:<9} {found.what:<62} {found.ours_ms:8.1f} / {found.other_ms:8.1f} ms "
                    f" {found.ratio:5.1f}x{difference}")  # fmt: skip

    for hidden, layers in SIZES["quick" if quick else "normal"]:
        line.show(f"language model of width {hidden}")
        config, _ = _small_configs(hidden, layers, "generation")
        model = speed.random_autoregressive(config, device, torch.float32)
        timings = time_embeddings(
            model,
            dtypes=("float32", "bfloat16"),
            batches=(1,) if quick else (1, 2, 4, 8),
            prompt_lengths=(40,) if quick else (40, 400),
            repeats=repeats,
            with_uncached=lambda batch, length: batch == 1 and length <= 40,
        )
        rows += [f"embeddings, width {hidden}, {layers} layers", *table_of(timings)]
        report["embeddings"] += [
            {"hidden": hidden, "layers": layers, **timing_figures(one)} for one in timings
        ]
        for dtype in (torch.float32, torch.bfloat16):
            model.to(dtype)
            take(dtype, speed.time_slots_after_text(model, 40, repeats))
    line.show("decoder")
    qwen, small = _small_configs(256, 1, "generation")
    pixels = 128 if quick else 256
    for dtype in (torch.float32, torch.bfloat16):
        decoder = speed.random_decoder(small, qwen, device, dtype)
        for tokens in (81, 512):
            take(dtype, speed.time_against_flux(decoder, pixels, 4, tokens, repeats))
        take(dtype, speed.time_guidance(decoder, pixels, repeats))
        for found in speed.time_batches(decoder, pixels, (1, 2, 4, 8), repeats):
            take(dtype, found)


def _small_configs(hidden: int, layers: int, kind: "DecoderKind") -> tuple:
    """Return the configurations of a small language model and a small decoder."""
    from ...model.nexus.decoder import PUBLISHED_EDIT
    from ...model.nexus.speed import qwen_of_size

    decoder = replace(
        PUBLISHED_EDIT, kind=kind, num_layers=2, num_single_layers=4, attention_head_dim=64,
        num_attention_heads=4, axes_dims_rope=(8, 28, 28), context_dim=256, pooled_dim=64,
    )  # fmt: skip
    return qwen_of_size(hidden, layers), decoder


def _full_configs() -> tuple:
    """Return the configurations of the published language model and edit decoder."""
    from transformers import Qwen2_5_VLConfig

    from ...model.nexus.decoder import PUBLISHED_EDIT
    from ...model.nexus.settings import PUBLISHED_QWEN

    return Qwen2_5_VLConfig(**PUBLISHED_QWEN), PUBLISHED_EDIT
