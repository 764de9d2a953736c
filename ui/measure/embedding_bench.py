"""`pentimento bench embeddings`: the one pass against the loop over slots, side by side."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from ... import InputError
from ..commands.context import Settings
from ..console import StatusLine, print_json
from .figures import Figures
from .machine import provenance
from .tables import header_of

if TYPE_CHECKING:
    from ...model.nexus.slot_timing import SlotTiming

MAX_UNCACHED = 512  # tokens of a batch's prompts up to which the slowest way is measured too
HEAD = (
    "dtype", "batch", "prompt", "one pass", "cached loop", "uncached loop",
    "processor time", "difference",
)  # fmt: skip


def run_embedding_bench(
    settings: Settings,
    *,
    dtypes: Sequence[str],
    batches: Sequence[int],
    lengths: Sequence[int],
    repeats: int,
    seed: int,
    as_json: bool,
) -> None:
    """Measure every shape and print the report."""
    from ...model.nexus.slot_timing import DTYPES, time_embeddings  # torch: checked input first
    from ...model.nexus.unified import NexusModel

    unknown = [name for name in dtypes if name not in DTYPES]
    if unknown:
        raise InputError(f"There is no dtype {unknown[0]!r}. Dtypes: {', '.join(DTYPES)}.")
    if min(*batches, 1) < 1 or min(*lengths, 2) < 2:
        raise InputError("A batch has at least 1 prompt, and a prompt at least 2 tokens.")
    model = settings.open_model()
    if not isinstance(model, NexusModel):
        raise InputError(f"The model {settings.model!r} has no embeddings that could be timed.")
    with StatusLine() as line:
        timings = time_embeddings(
            model.autoregressive,
            dtypes=dtypes,
            batches=batches,
            prompt_lengths=lengths,
            repeats=repeats,
            seed=seed,
            with_uncached=lambda batch, length: batch * length <= MAX_UNCACHED,
            on_progress=lambda done, total: line.show("embeddings", done, total),
        )
    info = model.info
    report: Figures = {
        "model": {
            "checkpoint": settings.model,
            "name": info.name,
            "parameters": info.parameters,
            "device": info.device,
            "dtype": info.dtype,
        },
        **provenance(),
        "seed": seed,
        "slots": model.autoregressive.num_slots,
        "repeats": repeats,
        "embeddings": [timing_figures(timing) for timing in timings],
    }
    if as_json:
        print_json(report)
        return
    typer.echo(
        f"{header_of(report)}\n{report['slots']} slots; milliseconds (times the one pass); "
        "processor time: cached / uncached loop, times the one pass"
    )
    for row in table_of(timings):
        typer.echo(row)


def timing_figures(timing: "SlotTiming") -> Figures:
    """Return a timing with its ratios, rounded."""
    values = asdict(timing)
    values |= {"cached_ratio": timing.cached_ratio, "uncached_ratio": timing.uncached_ratio}
    values["cpu_ratios"] = [round(ratio, 2) for ratio in cpu_ratios(timing)]
    return {
        name: round(value, 2) if isinstance(value, float) and name != "difference" else value
        for name, value in values.items()
    }


def cpu_ratios(timing: "SlotTiming") -> list[float]:
    """Return how many times the one pass's processor time the loop takes: cached, uncached."""
    loops = (timing.cached_loop_cpu_ms, timing.uncached_loop_cpu_ms)
    return [loop / timing.one_pass_cpu_ms for loop in loops if loop and timing.one_pass_cpu_ms]


def table_of(timings: Sequence["SlotTiming"]) -> list[str]:
    """Return the rows of a table, its head first."""
    rows = [HEAD]
    for one in timings:
        uncached = "-"
        if one.uncached_loop_ms is not None:
            uncached = f"{one.uncached_loop_ms:.1f} ({one.uncached_ratio:.1f}x)"
        rows.append(
            (
                one.dtype,
                str(one.batch),
                str(one.prompt_length),
                f"{one.one_pass_ms:.1f}",
                f"{one.cached_loop_ms:.1f} ({one.cached_ratio:.1f}x)",
                uncached,
                " / ".join(f"{ratio:.1f}x" for ratio in cpu_ratios(one)),
                f"{one.difference:.1e}",
            )
        )
    return ["  ".join(f"{cell:<17}" if i > 2 else f"{cell:<9}" for i, cell in enumerate(row))
            .rstrip() for row in rows]  # fmt: skip
