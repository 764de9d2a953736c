"""`pentimento draw`, `edit` and `ask`: one turn each, recorded in a session."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from .context import AsJson, Seed, settings_of

Out = Annotated[Path, typer.Option("--out", "-o", help="Picture to write: .png, .jpg or .webp.")]
Session = Annotated[str | None, typer.Option(help="Go on with this session instead of a new one.")]
Candidates = Annotated[int, typer.Option(min=1, max=8, help="Pictures painted in each round.")]
Rounds = Annotated[int, typer.Option(min=1, max=8, help="Rounds of painting and checking at most.")]
NoReflect = Annotated[bool, typer.Option("--no-reflect", help="Do not check the picture.")]
NoPolish = Annotated[bool, typer.Option("--no-polish", help="Use my words as they are.")]
ConfirmPlan = Annotated[
    bool, typer.Option("--confirm-plan", help="Show me the plan first: yes, no, or other words.")
]
Size = Annotated[
    str | None, typer.Option(metavar="WxH", help="Pixels, such as 512x384. [default: the model's]")
]
Lock = Annotated[
    Literal["auto", "mask", "off"],
    typer.Option(
        help="What may be repainted: auto, what had to change; mask, all of --mask; off, anything."
    ),
]
Steps = Annotated[int | None, typer.Option(min=1, max=200, help="Denoising steps.")]


def draw(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to draw.")],
    out: Out,
    seed: Seed = None,
    session: Session = None,
    candidates: Candidates = 1,
    rounds: Rounds = 2,
    no_reflect: NoReflect = False,
    no_polish: NoPolish = False,
    steps: Steps = None,
    size: Size = None,
    confirm_plan: ConfirmPlan = False,
    as_json: AsJson = False,
) -> None:
    """Draw a picture from words.

    \b
    Examples:
      pentimento draw "a small red cat at the top left, meadow, day" -o cat.png
      pentimento draw "a boat on a beach at sunset" -o boat.png --seed 7 --candidates 4
    """
    from ..turns import TurnRequest, run_command_turn

    request = TurnRequest(
        text=text,
        route="draw",
        session_id=session,
        seed=seed,
        candidates=candidates,
        rounds=rounds,
        reflect=not no_reflect,
        polish=not no_polish,
        steps=steps,
        size=size,
        confirm_plan=confirm_plan,
    )
    run_command_turn(settings_of(context), request, out=out, as_json=as_json)


def edit(
    context: typer.Context,
    image: Annotated[
        str, typer.Argument(metavar="IMAGE", help="A picture file, or the id of a session.")
    ],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to change.")],
    out: Out,
    mask: Annotated[
        Path | None,
        typer.Option(help="Picture of the same size: only what is white in it may change."),
    ] = None,
    seed: Seed = None,
    candidates: Candidates = 1,
    rounds: Rounds = 2,
    no_reflect: NoReflect = False,
    no_polish: NoPolish = False,
    steps: Steps = None,
    lock: Lock = "auto",
    confirm_plan: ConfirmPlan = False,
    as_json: AsJson = False,
) -> None:
    """Change a picture by words; the rest stays as it is.

    Outside of what had to change, the new picture is bit-identical to the old one, unless
    --lock off.

    IMAGE is a file (a new session begins with it) or a session (its current picture is edited).

    \b
    Examples:
      pentimento edit cat.png "make the cat blue and add a star at the top right" -o blue.png
      pentimento edit 3f2c9a "make it bigger" -o bigger.png
      pentimento edit 3f2c9a "go back two steps and make that one night" -o night.png
      pentimento edit cat.png "remove the hat" -o bare.png --mask around-the-hat.png
      pentimento edit cat.png "make it night" -o night.png --confirm-plan
    """
    from ..turns import TurnRequest, run_command_turn

    request = TurnRequest(
        text=text,
        routes=("edit", "adjust", "history"),
        image=image,
        mask=mask,
        lock=lock,
        seed=seed,
        candidates=candidates,
        rounds=rounds,
        reflect=not no_reflect,
        polish=not no_polish,
        steps=steps,
        confirm_plan=confirm_plan,
    )
    run_command_turn(settings_of(context), request, out=out, as_json=as_json)


def ask(
    context: typer.Context,
    image: Annotated[
        str, typer.Argument(metavar="IMAGE", help="A picture file, or the id of a session.")
    ],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What you want to know.")],
    as_json: AsJson = False,
) -> None:
    """Ask a question about a picture.

    \b
    Examples:
      pentimento ask cat.png "how many things are there?"
      pentimento ask 3f2c9a "what is left of the house?" --json
    """
    from ..turns import TurnRequest, run_command_turn

    run_command_turn(
        settings_of(context),
        TurnRequest(text=question, route="answer", image=image),
        out=None,
        as_json=as_json,
    )
