"""`pentimento session`: look at, move in, carry away and remove conversations."""

from pathlib import Path
from typing import Annotated

import typer

from .context import AsJson, Seed, settings_of

app = typer.Typer(help="List, show, undo, export and remove sessions.", no_args_is_help=True)

SessionId = Annotated[
    str, typer.Argument(metavar="SESSION", help="Its id, or the beginning of it.")
]

TurnNumber = Annotated[int, typer.Argument(min=1, help="The number of a turn; see `tree`.")]


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


@app.command("goto")
def goto(
    context: typer.Context, session: SessionId, turn: TurnNumber, as_json: AsJson = False
) -> None:
    """Move to any turn of any branch; what you ask for next branches off there.

    \b
    Example:
      pentimento session goto 3f2c9a 2
    """
    from ..session_history import go_to as carry_out

    carry_out(settings_of(context).open_store(), session, turn, as_json)


@app.command("label")
def label(
    context: typer.Context,
    session: SessionId,
    turn: TurnNumber,
    words: Annotated[str, typer.Argument(metavar="LABEL", help='Its name; "" takes it away.')],
    as_json: AsJson = False,
) -> None:
    """Give a version a name, by which it can be asked for.

    \b
    Example:
      pentimento session label 3f2c9a 2 "before the hat"
    """
    from ..session_history import label as carry_out

    carry_out(settings_of(context).open_store(), session, turn, words, as_json)


@app.command("search")
def search(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What to look for.")],
    session: Annotated[str | None, typer.Option(help="Only in this session.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Find turns by what was said, answered, seen or checked, or by label.

    \b
    Example:
      pentimento session search "blue house"
    """
    from ..session_history import search as carry_out

    carry_out(settings_of(context).open_store(), words, session, limit, as_json)


@app.command("compare")
def compare(
    context: typer.Context,
    session: SessionId,
    first: TurnNumber,
    second: TurnNumber,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Both side by side: .png, .jpg or .webp.")
    ] = None,
    difference: Annotated[
        Path | None, typer.Option(help="The second, what differs marked in red.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what the pictures of any two turns differ in.

    \b
    Example:
      pentimento session compare 3f2c9a 1 4 -o both.png --difference marked.png
    """
    from ..session_history import compare as carry_out

    store = settings_of(context).open_store()
    carry_out(store, session, first, second, out, difference, as_json)


@app.command("replay")
def replay(
    context: typer.Context,
    session: SessionId,
    seed: Seed = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Paint new drawings in this size.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play a session anew on another seed, size or --model, and tell what differs turn by turn.

    \b
    Examples:
      pentimento session replay 3f2c9a --seed 7
      pentimento session replay 3f2c9a --model ./my-checkpoint --json
    """
    from ..session_history import run_replay

    run_replay(settings_of(context), session, seed, size, as_json)


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

    settings = settings_of(context)
    carry_out(settings.open_store(), settings.home, session, yes, as_json)
