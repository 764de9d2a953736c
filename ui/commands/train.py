"""`pentimento train`: train the embedded model from nothing, stage by stage."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ...model.training.stages import SHARES, STAGES
from ..console import StatusLine, print_json
from .context import AsJson

app = typer.Typer(help="Train the embedded model.", no_args_is_help=True)


@app.callback()
def _train() -> None:
    """Train the embedded model."""


@app.command()
def storybook(
    stage: Annotated[
        str, typer.Option(help=f"all, export, or one of: {', '.join(STAGES)}.")
    ] = "all",
    minutes: Annotated[
        float, typer.Option(min=0.01, help="Minutes for all stages, or for the one named.")
    ] = 180.0,
    folder: Annotated[Path, typer.Option(help="Where stages are kept and resumed.")] = Path(
        "runs/storybook"
    ),
    out: Annotated[Path | None, typer.Option(help="Where the finished checkpoint goes.")] = None,
    start: Annotated[
        Path | None,
        typer.Option("--from", help="Let a --stage go on from this finished checkpoint."),
    ] = None,
    blend: Annotated[
        Path | None,
        typer.Option(help="Checkpoint whose words are mixed into the finished one's."),
    ] = None,
    blend_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Its share of the mixture.")
    ] = 0.5,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    processes: Annotated[
        int, typer.Option(min=1, help="Processes that train side by side, one core each.")
    ] = 2,
    world: Annotated[str, typer.Option(help="core or full: what the words cover.")] = "core",
    seed: Annotated[int, typer.Option(help="Seed of weights and samples.")] = 0,
    max_steps: Annotated[
        int | None, typer.Option(hidden=True, help="Stop a stage after so many steps.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train Storybook: autoencoder, vision, words, pictures, the two decoders, sight, choices.

    Every stage resumes from its last checkpoint; a stage whose minutes are spent is skipped.
    The finished checkpoint is written where --out says when the last stage is done.

    \b
    Examples:
      pentimento train storybook --minutes 180 --out my-checkpoint
      pentimento train storybook --stage pictures --minutes 90 --processes 2
      pentimento train storybook --stage export --out my-checkpoint
      pentimento train storybook --from model/storybook/checkpoint --stage pictures --minutes 60
    """
    from ...model.training.recipe import WORLDS, begin_from, export, run_stage

    if stage not in (*STAGES, "all", "export"):
        raise typer.BadParameter(f"There is no stage {stage!r}. Stages: {', '.join(STAGES)}.")
    if world not in WORLDS:
        raise typer.BadParameter(f"There is no world {world!r}. Worlds: {', '.join(WORLDS)}.")
    does_export = stage in ("all", "export")
    if stage == "export" and out is None:
        raise typer.BadParameter("The stage export writes a checkpoint: say where with --out.")
    if out is not None and not does_export:
        raise typer.BadParameter("--out needs --stage all or export: one stage writes none.")
    if blend is not None and out is None:
        raise typer.BadParameter("--blend mixes into the finished checkpoint: give --out too.")
    if start is not None:
        if does_export:
            raise typer.BadParameter("--from goes on with one stage: name it with --stage.")
        begin_from(start, folder)
    is_cpu = device == "cpu"
    ended: dict[str, object] = {}
    with StatusLine() as line:

        def on_progress(name: str, share: float, figures: dict[str, float]) -> None:
            line.show(f"{name}: loss {figures.get('loss', 0):.4f}", round(100 * share), 100)

        for name in STAGES if stage == "all" else (stage,):
            if name == "export":
                continue
            run_stage(
                name,
                folder,
                minutes * (SHARES[name] if stage == "all" else 1.0),
                device=device,
                processes=processes if is_cpu else 1,
                threads=1 if is_cpu else None,
                seed=seed,
                world=world,
                max_steps=max_steps,
                on_progress=on_progress if processes == 1 or not is_cpu else None,
            )
            log = folder / f"{name}.jsonl"
            ended[name] = json.loads(log.read_text().splitlines()[-1])
            if not as_json:
                typer.echo(f"{name}: done, log in {log}")
    if out is not None:
        export(folder, out, world=world, blend=blend, blend_share=blend_share)
    if as_json:
        print_json({"stages": ended, "checkpoint": out and str(out)})
    elif out is not None:
        typer.echo(f"Checkpoint written to {out}")
    elif does_export:
        command = f"pentimento train storybook --stage export --folder {folder} --world {world}"
        typer.echo(f"No checkpoint was written. To write one: {command} --out DIR")
