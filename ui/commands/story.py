"""`pentimento story`: scripted conversations that end in a storyboard and a report."""

from pathlib import Path
from typing import Annotated

import typer

from .context import AsJson, settings_of

app = typer.Typer(help="Run scripted stories.", no_args_is_help=True)


@app.callback()
def _story() -> None:
    """Run scripted stories."""


@app.command("run")
def run(
    context: typer.Context,
    scripts: Annotated[
        list[Path], typer.Argument(metavar="SCRIPT...", help="Story scripts (YAML).")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the pictures, the page, the report.")
    ],
    as_json: AsJson = False,
) -> None:
    """Run stories; write their pictures, storyboard.html and report.json.

    A run that was interrupted goes on at the failed step when it is started again with the
    same folder. Exit code 1: an expectation failed.

    \b
    A script:
      title: The cat and the house
      seed: 7
      steps:
        - draw: a small red cat at the top left, meadow, day
        - ask: how many things are there?
          expect: one
        - edit: add a large blue house at the bottom right
    \b
    Examples:
      pentimento story run cat.yaml -o out
      pentimento story run stories/*.yaml -o out --json
    """
    from ..story_runs import run_stories

    raise typer.Exit(run_stories(settings_of(context), scripts, out, as_json=as_json))
