"""One turn on the command line: `draw`, `edit` and `ask`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from .. import InputError, PentimentoError
from ..agent.conversation import check_words
from ..agent.events import (
    Clarify,
    Critiqued,
    Event,
    NodeStarted,
    Progress,
    TurnFailed,
    TurnFinished,
    TurnStarted,
)
from ..agent.pictures import read_mask, read_picture
from ..agent.services import TurnOptions
from ..agent.state import RouteName
from ..memory.records import TurnRecord
from .commands.context import Settings
from .compose import Studio, open_store
from .console import StatusLine, print_json
from .failures import CANCELLED
from .files import check_picture_path, write_picture
from .sessions import find_session_id
from .wording import NODE_WORDS, check_line


class TurnError(PentimentoError):
    """A turn came to nothing."""


@dataclass(frozen=True)
class TurnRequest:
    """What the command line asks for in one turn."""

    text: str
    image: str | None = None  # a file, or a session
    session_id: str | None = None
    mask: Path | None = None
    seed: int | None = None
    candidates: int = 1
    rounds: int = 2
    reflect: bool = True
    polish: bool = True
    steps: int | None = None
    route: RouteName | None = None
    routes: tuple[RouteName, ...] = ()

    @property
    def image_path(self) -> Path | None:
        """Return the picture's file, if that is what was given."""
        path = Path(self.image) if self.image else None
        return path if path and path.is_file() else None

    @property
    def options(self) -> TurnOptions:
        """Return the agent's options."""
        return TurnOptions(
            candidates=self.candidates,
            max_rounds=self.rounds,
            reflect=self.reflect,
            polish=self.polish,
            steps=self.steps,
            route=self.route,
            routes=self.routes,
        )


def run_command_turn(
    settings: Settings, request: TurnRequest, *, out: Path | None, as_json: bool
) -> None:
    """Run a turn, write its picture to `out` and print what came of it."""
    if out:
        check_picture_path(out)
    session_id = _check(settings, request)  # before the model is loaded, which takes seconds
    studio = settings.open_studio()
    try:
        turn = _take_turn(studio, request, session_id, can_ask=not as_json and sys.stdin.isatty())
        if out:
            if turn.version is None or not _is_made(turn):
                raise InputError(f"There is no new picture: {turn.reply}")
            write_picture(out, studio.store.images.get(turn.version))
        _report(studio, turn, out, as_json)
    finally:
        studio.close()


def _check(settings: Settings, request: TurnRequest) -> str | None:
    """Refuse what cannot be used; return the session to go on with, if there is one."""
    check_words(request.text)
    if request.mask:
        read_mask(request.mask)
    if request.image_path:
        read_picture(request.image_path)
        return None
    wanted = request.session_id or request.image
    if wanted is None:
        return None
    if request.image and (Path(wanted).suffix or len(Path(wanted).parts) > 1):
        raise InputError(f"There is no file {wanted}.")
    with open_store(settings.home) as store:
        return find_session_id(store, wanted)


def _is_made(turn: TurnRecord) -> bool:
    """Return whether the turn's picture is more than what was uploaded."""
    return turn.brief is not None or turn.route in ("adjust", "history")


def _take_turn(
    studio: Studio, request: TurnRequest, session_id: str | None, can_ask: bool
) -> TurnRecord:
    known = session_id or studio.store.create_session().session_id
    try:
        events = studio.agent.take_turn(
            known,
            request.text,
            images=[request.image_path] if request.image_path else (),
            mask=request.mask,
            seed=request.seed,
            options=request.options,
        )
        return _follow(studio, events, can_ask)
    except BaseException:
        if session_id is None and not studio.store.turns(known):
            studio.store.purge_session(known)  # nothing came of it, nothing stays
        raise


def _follow(studio: Studio, events: Iterator[Event], can_ask: bool) -> TurnRecord:
    """Return the finished turn; show its state on the way, ask where the agent asks."""
    last: Event | None = None
    try:
        with StatusLine() as line:
            for last in events:
                _show(line, last)
    except KeyboardInterrupt as error:
        if last:
            studio.agent.cancel(last.turn_id)
        typer.echo("pentimento: Cancelled.", err=True)
        raise typer.Exit(CANCELLED) from error
    if isinstance(last, TurnFinished):
        return last.turn
    if isinstance(last, Clarify):
        return _clarify(studio, last, can_ask)
    raise TurnError(last.error if isinstance(last, TurnFailed) else "The turn told nothing.")


def _clarify(studio: Studio, event: Clarify, can_ask: bool) -> TurnRecord:
    choices = f" ({' / '.join(event.options)})" if event.options else ""
    if not can_ask:
        studio.agent.cancel(event.turn_id)
        raise InputError(f"The request is unclear: {event.question}{choices}")
    answer = typer.prompt(f"{event.question}{choices}", err=True)
    return _follow(studio, studio.agent.resume_turn(event.turn_id, answer), can_ask)


def _show(line: StatusLine, event: Event) -> None:
    if isinstance(event, TurnStarted):
        line.show("Beginning")
    elif isinstance(event, NodeStarted):
        line.show(NODE_WORDS.get(event.node, event.node))
    elif isinstance(event, Progress):
        line.show(NODE_WORDS["paint"], event.step, event.num_steps)
    elif isinstance(event, Critiqued) and event.stop_reason is None:
        line.show("Trying again")


def _report(studio: Studio, turn: TurnRecord, out: Path | None, as_json: bool) -> None:
    checks = studio.store.checks(turn.turn_id)
    if as_json:
        print_json(turn_summary(turn, checks) | {"out": out})
        return
    typer.echo(turn.reply)
    for check in checks:
        typer.echo(f"  {check_line(check)}", err=True)
    if out:
        typer.echo(f"{out}  (session {turn.session_id[:8]})", err=True)


def turn_summary(turn: TurnRecord, checks: Any) -> dict[str, Any]:
    """Return what a script wants to know of a turn."""
    return {
        "session_id": turn.session_id,
        "turn_id": turn.turn_id,
        "number": turn.number,
        "status": turn.status,
        "route": turn.route,
        "text": turn.text,
        "reply": turn.reply,
        "version": turn.version,
        "seed": turn.seed,
        "model": turn.model,
        "plan": turn.plan,
        "brief": turn.brief,
        "checks": [
            {
                "text": check.text,
                "expected": check.expected,
                "verdict": check.verdict,
                "reason": check.reason,
                "is_kept": check.is_kept,
            }
            for check in checks
        ],
        "timings": turn.timings,
    }
