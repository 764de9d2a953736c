"""`pentimento bench`: measure how long a turn takes."""

import re
from pathlib import Path
from typing import Annotated

import typer

from ... import InputError
from .context import AsJson, settings_of

MIN_SIDE = 64

app = typer.Typer(help="Measure how long a turn takes.", no_args_is_help=True)


@app.callback()
def _bench() -> None:
    """Measure how long a turn takes."""


@app.command()
def turn(
    context: typer.Context,
    turns: Annotated[int, typer.Option(min=2, help="Edit turns of one session.")] = 50,
    seed: Annotated[int, typer.Option(help="Seed of pictures and requests.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Time edit turns with critique: the whole, the first event, and the agent's own share.

    One session in a folder that is thrown away. Its last turns are held against its first ones.

    \b
    Examples:
      pentimento bench turn
      pentimento bench turn --turns 20 --json
    """
    from ..measure.turn_bench import run_turn_bench

    run_turn_bench(settings_of(context), turns=turns, seed=seed, as_json=as_json)


@app.command()
def large(
    context: typer.Context,
    edits: Annotated[int, typer.Option(min=1, help="Edits in a row.")] = 20,
    size: Annotated[str, typer.Option(metavar="WxH", help="Pixels.")] = "4000x3000",
    seed: Annotated[int, typer.Option(help="Seed of the picture and the requests.")] = 0,
    into: Annotated[
        Path | None, typer.Option(help="Document whose section of figures is to be replaced.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Edit a photograph-like picture of 12 megapixels: seconds, untouched pixels, peak memory.

    The command makes the picture itself. Every version is held against the one before, pixel by
    pixel, outside of what the edit was to change.

    \b
    Examples:
      pentimento bench large --into docs/results.md
      pentimento bench large --edits 3 --size 1200x900 --json
    """
    from ..measure.large_bench import LargeRequest, run_large_bench

    request = LargeRequest(edits, _size(size), seed, into)
    run_large_bench(settings_of(context), request, as_json=as_json)


@app.command()
def embeddings(
    context: typer.Context,
    dtypes: Annotated[str, typer.Option(help="float32, bfloat16 or both.")] = "float32,bfloat16",
    batches: Annotated[str, typer.Option(help="Prompts at once.")] = "1,4",
    lengths: Annotated[str, typer.Option(help="Tokens of a prompt.")] = "16,64,256",
    repeats: Annotated[int, typer.Option(min=1, help="Times each; the median counts.")] = 3,
    seed: Annotated[int, typer.Option(help="Seed of the prompts.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Time a picture's embeddings: one prefilled pass against the loop over slots.

    The loop is measured with a cache and, for small shapes, without one, in the same run.

    \b
    Examples:
      pentimento bench embeddings
      pentimento bench embeddings --dtypes float32 --batches 1,16 --lengths 32 --json
    """
    from ..measure.embedding_bench import run_embedding_bench

    run_embedding_bench(
        settings_of(context),
        dtypes=_names(dtypes),
        batches=_numbers(batches),
        lengths=_numbers(lengths),
        repeats=repeats,
        seed=seed,
        as_json=as_json,
    )


@app.command()
def nexus(
    quick: Annotated[
        bool, typer.Option("--quick", help="One small size, for a first look.")
    ] = False,
    full: Annotated[
        bool,
        typer.Option("--full", "--full-size", help="7B + 12B random weights; needs a CUDA card."),
    ] = False,
    attempts: Annotated[
        list[str] | None,
        typer.Option("--try", metavar="WAY", help="Only this way to paint; may be repeated."),
    ] = None,
    do_profile: Annotated[
        bool, typer.Option("--profile", help="Also print which operators take the time.")
    ] = False,
    repeats: Annotated[int, typer.Option(min=1, help="Times each; the median counts.")] = 3,
    into: Annotated[
        Path | None, typer.Option(help="Document whose section of figures is to be replaced.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Time the published architecture beside slower ways of the same, in one run.

    Small networks: one pass against the slot loop, a painting against the stock FLUX pipeline,
    guidance as one batch against two calls, batches of 1 to 8; float32 and bfloat16.

    Then an edit turn beside the straightforward one (token by token, nothing cached), and ways to
    paint faster with their difference from the exact result: cache=first-block:0.1, cache=mag:0.06,
    cache=taylor:3, attention=flash|cudnn|efficient|math, compile=yes, quantize=fp8|int8; several
    with + between. The same options stand behind nexus-gen:DIR.

    \b
    Examples:
      pentimento bench nexus
      pentimento bench nexus --quick --profile
      pentimento bench nexus --into docs/nexus-gen.md
      pentimento bench nexus --full --json
      pentimento bench nexus --full --try compile=yes+cache=first-block:0.12
    """
    from ..measure.nexus_bench import NexusBench, run_nexus_bench

    request = NexusBench(quick, full, repeats, tuple(attempts or ()), do_profile, into)
    run_nexus_bench(request, as_json=as_json)


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise InputError("Nothing was named: give values with commas between.")
    return names


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", text.strip())
    if not found or min(int(found[1]), int(found[2])) < MIN_SIDE:
        raise InputError(
            f"{text!r} is no size of at least {MIN_SIDE} pixels a side: say 4000x3000."
        )
    return int(found[1]), int(found[2])


def _numbers(text: str) -> list[int]:
    names = _names(text)
    wrong = [name for name in names if not name.isdigit()]
    if wrong:
        raise InputError(f"{wrong[0]!r} is no whole number: give values such as 1,4.")
    return [int(name) for name in names]
