"""`pentimento eval`: measure a model on unseen scenes and dialogues."""

from pathlib import Path
from typing import Annotated

import typer

from . import eval_multiturn, eval_targets
from .context import AsJson, settings_of

app = typer.Typer(help="Measure a model on unseen scenes and dialogues.", no_args_is_help=True)
Into = Annotated[
    Path | None, typer.Option(help="Document whose section of figures is to be replaced.")
]
Report = Annotated[
    Path | None,
    typer.Option(help="File written after every task; what it holds is not measured again."),
]
app.command("targets")(eval_targets.targets)
app.command("multiturn")(eval_multiturn.multiturn)


@app.callback()
def _eval() -> None:
    """Measure a model on unseen scenes and dialogues."""


@app.command()
def storybook(
    context: typer.Context,
    full: Annotated[
        bool,
        typer.Option("--full", help="All tasks, 500 cases each, 100 a kind of edit and question."),
    ] = False,
    samples: Annotated[
        int | None, typer.Option(min=1, help="Cases a task; by default 300, with --full 500.")
    ] = None,
    reflected: Annotated[
        int | None,
        typer.Option(min=1, help="Edits, and sessions of ten edits, through whole turns."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all cases and pictures.")] = 0,
    tasks: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    world: Annotated[str, typer.Option(help="core or full: what the cases speak of.")] = "core",
    sheet: Annotated[
        Path | None, typer.Option(help="Folder for contact sheets of the first 24 pictures.")
    ] = None,
    cases: Annotated[
        Path | None, typer.Option(help="File for every case, one JSON a line: right or wrong?")
    ] = None,
    report: Report = None,
    into: Into = None,
    as_json: AsJson = False,
) -> None:
    """Measure understanding, questions, critique, routing, polishing, declining, generation,
    editing (without and with reflection) and latency. With --full also the autoencoder and the
    decoder by themselves, seen against unseen wordings, wild words, and ten edits in a row.

    Sentence patterns are held out from training, scenes are drawn from fresh seeds, pictures are
    judged by the oracle, which knows no model. What it is unsure of counts as wrong.

    \b
    Examples:
      pentimento eval storybook --full --report report.json --sheet docs/results
      pentimento eval storybook --samples 40 --tasks generation,editing --sheet sheets
      pentimento --model ./my-checkpoint eval storybook --cases cases.jsonl
    """
    from ..measure.evaluation import EvaluationRequest, run_evaluation

    request = EvaluationRequest(
        samples, reflected, seed, names_of(tasks), world, sheet, cases,
        is_full=full, report=report, into=into,
    )  # fmt: skip
    run_evaluation(settings_of(context), request, as_json=as_json)


@app.command()
def claims(
    context: typer.Context,
    samples: Annotated[int, typer.Option(min=1, help="Scenes and requests a claim.")] = 64,
    reflected: Annotated[
        int,
        typer.Option(min=1, help="Edits through whole turns; of 20 edits a quarter as many."),
    ] = 32,
    seed: Annotated[int, typer.Option(help="Seed of all cases and pictures.")] = 0,
    tasks: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    plots: Annotated[Path | None, typer.Option(help="Folder for the plots, as SVG.")] = None,
    report: Report = None,
    into: Into = None,
    as_json: AsJson = False,
) -> None:
    """Measure the paper's claims: one pass against naive autoregression, reading back what was
    imagined, rounds of reflection, polishing, denoising steps, and the pixel lock over 20 edits.

    \b
    Examples:
      pentimento eval claims --plots docs/results --into docs/results.md
      pentimento eval claims --tasks steps,lock --samples 16 --reflected 8
    """
    from ..measure.claims import SECTION, ClaimsRequest, run_claims
    from ..measure.evaluation import EvaluationRequest

    evaluation = EvaluationRequest(
        samples, reflected, seed, names_of(tasks), report=report, into=into, section=SECTION
    )
    run_claims(settings_of(context), ClaimsRequest(evaluation, plots), as_json=as_json)


@app.command()
def losses(
    folder: Annotated[
        Path, typer.Option(help="Where the trainings are kept and gone on with.")
    ] = Path("runs/losses"),
    minutes: Annotated[float, typer.Option(min=0.01, help="Minutes of training an arm.")] = 6.0,
    samples: Annotated[int, typer.Option(min=1, help="Scenes and questions an arm.")] = 64,
    arms: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    into: Into = None,
    max_steps: Annotated[
        int | None, typer.Option(hidden=True, help="Stop a training after so many steps.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train for a while by each regression loss (MSE, cosine, both) and without painting, from one
    start, and measure what each learned: embeddings, pictures, listings, questions.

    What is finished is not done again: arms can be trained by several processes.

    \b
    Examples:
      pentimento eval losses --into docs/results.md
      pentimento eval losses --minutes 3 --arms "mse,both"
    """
    from ..measure.losses import LossesRequest, run_losses

    request = LossesRequest(folder, minutes, samples, names_of(arms), into, max_steps)
    run_losses(request, as_json=as_json)


@app.command()
def show(
    reports: Annotated[list[Path], typer.Argument(help="Files of `--report`, of one command.")],
    into: Into = None,
    plots: Annotated[Path | None, typer.Option(help="Folder for the plots, as SVG.")] = None,
    goals: Annotated[
        list[Path] | None,
        typer.Option(help="A document for the table of goals alone (of eval storybook)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print stored reports as one. Tasks, or sessions, may have been measured apart, of the same
    weights, seed and sizes; where two hold the same, the later one counts.

    \b
    Examples:
      pentimento eval show report.json --into docs/results.md --goals README.md
      pentimento eval show words.json pictures.json --json > docs/results/eval-storybook.json
      pentimento eval show first-half.json second-half.json --plots docs/results
    """
    from ..measure.shown import show_reports

    show_reports(reports, into, plots, goals or (), as_json=as_json)


def names_of(text: str) -> tuple[str, ...]:
    """Return names that stand with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
