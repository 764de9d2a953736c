"""`pentimento session`: look at, move in, carry away and remove conversations."""

from pathlib import Path
from typing import Annotated

import typer

from .context import AsJson, Seed, settings_of

app = typer.Typer(help="List, show, undo, export and remove sessions.", no_args_is_help=True)

SessionId = Annotated[
    str, typer.Argument(metavar="SESSION", help="Its id, or the beginning of it.")
]


@app.command("list")
def list_sessions(
    context: typer.Context,
    search: Annotated[str | None, typer.Option(help="Only those with this in their words.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the sessions, the newest first.

    \b
    Example:
      pentimento session list --search cat
    """
    from ..sessions import list_sessions as carry_out

    carry_out(settings_of(context).open_store(), search, limit, as_json)


@app.command("show")
def show(context: typer.Context, session: SessionId, as_json: AsJson = False) -> None:
    """Show the turns that led to the current picture.

    \b
    Example:
      pentimento session show 3f2c9a
    """
    from ..sessions import show as carry_out

    carry_out(settings_of(context).open_store(), session, as_json)


@app.command("tree")
def tree(context: typer.Context, session: SessionId, as_json: AsJson = False) -> None:
    """Show every turn and branch; * marks the head.

    \b
    Example:
      pentimento session tree 3f2c9a
    """
    from ..sessions import tree as carry_out

    carry_out(settings_of(context).open_store(), session, as_json)


@app.command("rename")
def rename(
    context: typer.Context,
    session: SessionId,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The new title.")],
    as_json: AsJson = False,
) -> None:
    """Give a session another title.

    \b
    Example:
      pentimento session rename 3f2c9a "The cat who moved"
    """
    from ..sessions import rename as carry_out

    carry_out(settings_of(context).open_store(), session, title, as_json)


@app.command("undo")
def undo(context: typer.Context, session: SessionId, as_json: AsJson = False) -> None:
    """Go back to the version before; nothing is lost.

    \b
    Example:
      pentimento session undo 3f2c9a
    """
    from ..sessions import move as carry_out

    carry_out(settings_of(context).open_store(), session, "undo", as_json)


@app.command("redo")
def redo(context: typer.Context, session: SessionId, as_json: AsJson = False) -> None:
    """Take an undo back.

    \b
    Example:
      pentimento session redo 3f2c9a
    """
    from ..sessions import move as carry_out

    carry_out(settings_of(context).open_store(), session, "redo", as_json)


@app.command("squash")
def squash(
    context: typer.Context,
    session: SessionId,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Picture to write: .png, .jpg or .webp.")
    ] = None,
    seed: Seed = None,
    as_json: AsJson = False,
) -> None:
    """Rebuild the current picture from its original, in one painting, on a new branch.

    Every standing wish is in it; the picture before and the new one are put side by side.

    \b
    Example:
      pentimento session squash 3f2c9a -o rebuilt.png
    """
    from ...agent.squash import SQUASH_TEXT
    from ..turns import TurnRequest, run_command_turn

    request = TurnRequest(text=SQUASH_TEXT, session_id=session, seed=seed)
    run_command_turn(settings_of(context), request, out=out, as_json=as_json)


@app.command("answer")
def answer(
    context: typer.Context,
    session: SessionId,
    text: Annotated[str, typer.Argument(metavar="ANSWER", help="yes, no, or other words.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Picture to write: .png, .jpg or .webp.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer the question that a session waits with, such as a plan to confirm.

    \b
    Examples:
      pentimento session answer 3f2c9a yes -o night.png
      pentimento session answer 3f2c9a "use my words" -o night.png
    """
    from ..turns import answer_waiting_turn

    answer_waiting_turn(settings_of(context), session, text, out=out, as_json=as_json)


@app.command("wishes")
def wishes(
    context: typer.Context,
    session: SessionId,
    revoke: Annotated[
        list[int] | None, typer.Option(metavar="N", help="Take this wish back; can be repeated.")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option(metavar="WORDS", help="A new one; can be repeated.")
    ] = None,
    with_revoked: Annotated[
        bool, typer.Option("--all", help="Also those that were taken back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the standing wishes of a session, add some or take some back.

    \b
    Examples:
      pentimento session wishes 3f2c9a
      pentimento session wishes 3f2c9a --add "never touch the dog" --revoke 1
    """
    from ..session_wishes import wishes as carry_out

    store = settings_of(context).open_store()
    carry_out(store, session, revoke or [], add or [], with_revoked, as_json)


@app.command("export")
def export(
    context: typer.Context,
    session: SessionId,
    out: Annotated[Path, typer.Option("--out", "-o", help="The .zip to write.")],
    as_json: AsJson = False,
) -> None:
    """Write a session to one zip: pictures, JSON and a page to read.

    \b
    Example:
      pentimento session export 3f2c9a -o cat.zip
    """
    from ..sessions import export as carry_out

    carry_out(settings_of(context).open_store(), session, out, as_json)


@app.command("import")
def import_(
    context: typer.Context,
    archive: Annotated[
        Path, typer.Argument(metavar="ZIP", help="A .zip that `session export` wrote.")
    ],
    as_json: AsJson = False,
) -> None:
    """Bring an exported session back.

    \b
    Example:
      pentimento session import cat.zip
    """
    from ..sessions import import_archive as carry_out

    carry_out(settings_of(context).open_store(), archive, as_json)


@app.command("purge")
def purge(
    context: typer.Context,
    session: SessionId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a session and its pictures for good.

    The only command that deletes anything.

    \b
    Example:
      pentimento session purge 3f2c9a --yes
    """
    from ..sessions import purge as carry_out

    carry_out(settings_of(context).open_store(), session, yes, as_json)
