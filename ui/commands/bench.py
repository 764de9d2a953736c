"""`pentimento bench`: measure how long a turn takes."""

import typer

app = typer.Typer(help="Measure how long a turn takes.", no_args_is_help=True)


@app.callback()
def _bench() -> None:
    """Measure how long a turn takes."""
