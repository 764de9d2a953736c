"""`pentimento eval targets`: does the agent find the picture that is meant?"""

from pathlib import Path
from typing import Annotated

import typer

from .context import AsJson, settings_of


def targets(
    context: typer.Context,
    dialogues: Annotated[
        Path | None, typer.Option(help="Score the dialogues of another .yaml file.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print what was found wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score how often the agent finds the picture that is meant.

    Written dialogues ("the one before the hat", "my photo", a reply to an older turn) against
    stored sessions. Every third one was held out while the resolver was written.

    \b
    Examples:
      pentimento eval targets
      pentimento eval targets --json > targets.json
    """
    from ..measure.targets import run_targets

    run_targets(settings_of(context), dialogues, show, as_json)
