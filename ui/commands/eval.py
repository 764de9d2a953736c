"""`pentimento eval`: measure a model on unseen scenes and dialogues."""

import typer

app = typer.Typer(help="Measure a model on unseen scenes and dialogues.", no_args_is_help=True)


@app.callback()
def _eval() -> None:
    """Measure a model on unseen scenes and dialogues."""
