"""`pentimento eval multiturn`: whole sessions, with ablations and fault cases."""

from pathlib import Path
from typing import Annotated

import typer

from .context import AsJson, settings_of


def multiturn(
    context: typer.Context,
    turns: Annotated[int, typer.Option(min=1, max=100, help="Turns a session.")] = 10,
    sessions: Annotated[int, typer.Option(min=1, help="Sessions a variant.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of all sessions and pictures.")] = 0,
    world: Annotated[str, typer.Option(help="core or full: what is spoken of.")] = "core",
    variants: Annotated[str, typer.Option(help="Only these ablations, with commas between.")] = "",
    faults: Annotated[
        int, typer.Option(min=0, help="Sessions for each broken critic; 0: none.")
    ] = 2,
    reflection: Annotated[
        int, typer.Option(min=0, help="Sessions for 0 to 3 rounds x K = 1, 2, 4; 0: none.")
    ] = 0,
    plots: Annotated[Path | None, typer.Option(help="Folder for the plots (SVG).")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure sessions of many turns: following, consistency, success until a turn, collapse.

    Scripted sessions with pronouns, reversions, questions and a standing wish, judged by the
    oracle; with lock, reflection, regression checks, merging and squash switched on and off, and
    with a critic that fails all, passes all, raises, or hangs.

    \b
    Examples:
      pentimento eval multiturn --turns 10 --sessions 200 --plots plots --json > multiturn.json
      pentimento eval multiturn --sessions 5 --variants "all on,no lock" --faults 0
    """
    from ..measure.multiturn import MultiturnRequest, run_multiturn

    names = tuple(name.strip() for name in variants.split(",") if name.strip())
    request = MultiturnRequest(turns, sessions, seed, world, names, faults, reflection, plots)
    run_multiturn(settings_of(context), request, as_json=as_json)
