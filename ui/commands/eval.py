"""`pentimento eval`: measure a model on unseen scenes and dialogues."""

from pathlib import Path
from typing import Annotated

import typer

from . import eval_targets
from .context import AsJson, settings_of

app = typer.Typer(help="Measure a model on unseen scenes and dialogues.", no_args_is_help=True)
app.command("targets")(eval_targets.targets)


@app.callback()
def _eval() -> None:
    """Measure a model on unseen scenes and dialogues."""


@app.command()
def storybook(
    context: typer.Context,
    samples: Annotated[
        int, typer.Option(min=1, help="Cases a task, about equally many of every kind.")
    ] = 300,
    reflected: Annotated[
        int, typer.Option(min=1, help="Edits that also go through whole turns with reflection.")
    ] = 60,
    seed: Annotated[int, typer.Option(help="Seed of all cases and pictures.")] = 0,
    tasks: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    world: Annotated[str, typer.Option(help="core or full: what the cases speak of.")] = "core",
    sheet: Annotated[
        Path | None, typer.Option(help="Folder for two contact sheets of the first pictures.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(help="File for every case, one JSON a line: right or wrong?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure understanding, questions, critique, routing, polishing, declining, generation,
    editing (without and with reflection) and latency.

    Sentence patterns are held out from training, scenes are drawn from fresh seeds, pictures are
    judged by the oracle, which knows no model. What it is unsure of counts as wrong.

    \b
    Examples:
      pentimento eval storybook --json > report.json
      pentimento eval storybook --samples 40 --tasks generation,editing --sheet sheets
      pentimento --model ./my-checkpoint eval storybook --cases cases.jsonl
    """
    from ..measure.evaluation import EvaluationRequest, run_evaluation

    names = tuple(name.strip() for name in tasks.split(",") if name.strip())
    request = EvaluationRequest(samples, reflected, seed, names, world, sheet, cases)
    run_evaluation(settings_of(context), request, as_json=as_json)
