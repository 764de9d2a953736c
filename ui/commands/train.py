"""`pentimento train`: train the embedded model."""

import typer

app = typer.Typer(help="Train the embedded model.", no_args_is_help=True)


@app.callback()
def _train() -> None:
    """Train the embedded model."""
