"""`pentimento doctor`: is everything here that a conversation needs?"""

import typer

from .context import AsJson, settings_of


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check that all a conversation needs is here.

    Looks at python, packages, model, device, database and disk, and says what to do about a fault.

    Exit code 0: ready. 1: something is missing.

    \b
    Examples:
      pentimento doctor
      pentimento --model ./my-checkpoint doctor --json
      pentimento doctor --model nexus-gen:./Nexus-GenV2,flux=./FLUX.1-dev
    """
    from ..doctor import run_doctor

    raise typer.Exit(run_doctor(settings_of(context), as_json=as_json))
