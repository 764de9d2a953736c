"""The `pentimento` command: the list of its commands, and how errors leave it.

Nothing here or in `commands/` loads torch, gradio or SQLAlchemy: `--help` answers at once.
"""

import json
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NoReturn

import typer

from .. import PentimentoError, __version__
from .commands import bench, chat, doctor, eval, painting, session, story, train
from .commands.context import DEFAULT_MODEL, Settings
from .failures import BAD_INPUT, CANCELLED, FAILED, exit_code, sentence

log = logging.getLogger(__name__)
USAGE_ERROR: Any = typer.BadParameter.__base__  # Typer gives the class of all of them no name

app = typer.Typer(
    name="pentimento",
    help="Draw, edit and talk about pictures with one model that sees, plans, paints and checks.",
    epilog="Data lives in $PENTIMENTO_HOME (default: ~/.local/share/pentimento). "
    "Exit codes: 0 done, 1 failed, 2 bad input, 130 cancelled.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("chat")(chat.chat)
app.command("draw")(painting.draw)
app.command("edit")(painting.edit)
app.command("ask")(painting.ask)
app.add_typer(session.app, name="session")
app.add_typer(story.app, name="story")
app.command("doctor")(doctor.doctor)
app.add_typer(eval.app, name="eval")
app.add_typer(train.app, name="train")
app.add_typer(bench.app, name="bench")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pentimento {__version__}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="'storybook', a checkpoint's folder, or nexus-gen:DIR[,name=value...]; "
            "before or after the command.",
        ),
    ] = DEFAULT_MODEL,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell on stderr what goes on inside.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Note the global options for the commands."""
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    else:  # what a person needs to know is told as one sentence
        logging.getLogger("pentimento").addHandler(logging.NullHandler())
    context.obj = Settings(model=model, **(context.obj or {}))


def main(
    arguments: Sequence[str] | None = None, load_model: Callable[[str], Any] | None = None
) -> None:
    """Run the command line and leave with an exit code; `load_model` replaces our own models."""
    arguments = model_first(sys.argv[1:] if arguments is None else arguments)
    given = {} if load_model is None else {"load_model": load_model}
    try:
        code = app(arguments, obj=given, prog_name="pentimento", standalone_mode=False)
    except PentimentoError as error:
        _leave(arguments, sentence(error), exit_code(error))
    except (typer.Abort, KeyboardInterrupt):
        _leave(arguments, "Cancelled.", CANCELLED)
    except Exception as error:  # the outermost border: a person reads a sentence, a log the rest
        if isinstance(error, USAGE_ERROR):
            _leave(arguments, error.format_message(), BAD_INPUT, show=error.show)
        log.info("An unforeseen error", exc_info=True)
        code = exit_code(error)
        text = f"{sentence(error)} ({type(error).__name__})"
        _leave(arguments, f"Something went wrong: {text}" if code == FAILED else text, code)
    if code == CANCELLED:  # what Typer makes of Ctrl-C
        _leave(arguments, "Cancelled.", CANCELLED)
    raise SystemExit(code)


def model_first(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with `--model NAME` before the command, wherever it was written."""
    moved: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*moved, *rest, word, *words]
        if word == "--model":
            moved += [word, *(value for value in (next(words, None),) if value is not None)]
        elif word.startswith("--model="):
            moved.append(word)
        else:
            rest.append(word)
    return [*moved, *rest]


def _leave(
    arguments: Sequence[str], text: str, code: int, show: Callable[[], None] | None = None
) -> NoReturn:
    """Tell why there is no result, on stderr as `show` does where it is given, and leave."""
    if "--json" in arguments:
        typer.echo(json.dumps({"error": text, "exit_code": code}, ensure_ascii=False))
    if show:
        show()
    else:
        typer.echo(f"pentimento: {text}", err=True)
    raise SystemExit(code)
