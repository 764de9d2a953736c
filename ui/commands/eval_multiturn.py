"""`pentimento eval multiturn`: whole sessions, with ablations and fault cases."""

from pathlib import Path
from typing import Annotated

import typer

from ... import InputError
from .context import AsJson, settings_of


def multiturn(
    context: typer.Context,
    turns: Annotated[int, typer.Option(min=1, max=100, help="Turns a session.")] = 10,
    sessions: Annotated[int, typer.Option(min=1, help="Sessions a variant.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of all sessions and pictures.")] = 0,
    world: Annotated[str, typer.Option(help="core or full: what is spoken of.")] = "core",
    variants: Annotated[
        str,
        typer.Option(
            metavar="NAME[=SESSIONS],...", help='Only these ablations; "none" for none of them.'
        ),
    ] = "",
    faults: Annotated[
        int, typer.Option(min=0, help="Sessions for each broken critic; 0: none.")
    ] = 2,
    reflection: Annotated[
        int, typer.Option(min=0, help="Sessions for 0 to 3 rounds x K = 1, 2, 4; 0: none.")
    ] = 0,
    first: Annotated[int, typer.Option(min=0, help="Number of the first session.")] = 0,
    part: Annotated[
        str, typer.Option(metavar="N/M", help="Play the Nth part of all sessions, of M.")
    ] = "1/1",
    plots: Annotated[Path | None, typer.Option(help="Folder for the plots (SVG).")] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="File written after every session; what it holds is not played again."),
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Document whose section of figures is to be replaced.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(help="File for every turn, one JSON a line: right or wrong?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure sessions of many turns: following, consistency, success until a turn, collapse.

    Scripted sessions with pronouns, reversions, questions and a standing wish, or of edits alone,
    judged by the oracle; with lock, reflection, regression checks, merging and squash switched on
    and off, and with a critic that fails all, passes all, raises, or hangs.

    Several processes may share the work, each with a report of its own; `eval show` joins them.

    \b
    Examples:
      pentimento eval multiturn --sessions 5 --variants "all on,no lock" --faults 0
      pentimento eval multiturn --sessions 40 --variants "all on=160,no lock" --part 1/2 --report a
      pentimento eval multiturn --sessions 100 --first 100 --report b.json
      pentimento eval show a.json b.json --plots docs/results --into docs/results.md
    """
    from ..measure.multiturn import MultiturnRequest, run_multiturn

    request = MultiturnRequest(
        turns, sessions, seed, world, _sessions_of(variants), faults, reflection, first,
        _part_of(part), plots, report, into, cases,
    )  # fmt: skip
    run_multiturn(settings_of(context), request, as_json=as_json)


def _sessions_of(text: str) -> dict[str, int | None] | None:
    """Return the variants of "all on=160,no lock" with their sessions; None: all of them."""
    if text.strip() == "none":
        return {}
    found: dict[str, int | None] = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = (part.strip() for part in one.partition("="))
        if number and not (number.isdigit() and int(number)):
            raise InputError(f"{number!r} is no number of sessions: say {name}=40.")
        found[name] = int(number) if number else None
    return found or None


def _part_of(text: str) -> tuple[int, int]:
    number, _, parts = text.partition("/")
    if not (number.isdigit() and parts.isdigit()):
        raise InputError(f"{text!r} is no part: say 1/2 for the first of two.")
    return int(number), int(parts)
