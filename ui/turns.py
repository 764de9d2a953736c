"""One turn on the command line: `draw`, `edit` and `ask`."""

import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from .. import InputError, PentimentoError
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
from ..agent.services import TurnOptions
from ..agent.state import RouteName
from ..memory.records import TurnRecord
from .commands.context import Settings
from .compose import Studio
from .console import StatusLine, print_json
from .files import check_picture_path, read_file, write_picture
from .sessions import find_session_id
from .wording import NODE_WORDS, check_line

log = logging.getLogger(__name__)


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
        )


def run_command_turn(
    settings: Settings, request: TurnRequest, *, out: Path | None, as_json: bool
) -> None:
    """Run a turn, write its picture to `out` and print what came of it."""
    if out:
        check_picture_path(out)
    image = Path(request.image) if request.image else None
    pictures = (read_file(image),) if image and image.is_file() else ()
    mask = read_file(request.mask) if request.mask else None
    studio = settings.open_studio()
    turn = _take_turn(studio, request, pictures, mask, is_answering=not as_json)
    if out:
        if turn.version is None:
            raise InputError(f"No picture came of it: {turn.reply}")
        write_picture(out, studio.store.images.get(turn.version))
    _report(studio, turn, out, as_json)


def _take_turn(
    studio: Studio,
    request: TurnRequest,
    pictures: tuple[bytes, ...],
    mask: bytes | None,
    is_answering: bool,
) -> TurnRecord:
    session_id = request.session_id or (None if pictures else request.image)
    is_new = session_id is None
    if session_id is None:
        session_id = studio.store.create_session().session_id
    else:
        session_id = find_session_id(studio.store, session_id)
    try:
        events = studio.agent.take_turn(
            session_id,
            request.text,
            images=pictures,
            mask=mask,
            seed=request.seed,
            options=request.options,
        )
        return _follow(studio, events, is_answering and sys.stdin.isatty())
    except BaseException:
        if is_new and not studio.store.turns(session_id):
            studio.store.purge_session(session_id)  # nothing came of it, nothing stays
        raise


def _follow(studio: Studio, events: Iterator[Event], is_answering: bool) -> TurnRecord:
    """Return the finished turn; show its state on the way, ask where the agent asks."""
    turn_id = None
    try:
        with StatusLine() as line:
            for event in events:
                turn_id = event.turn_id
                if isinstance(event, TurnFinished):
                    return event.turn
                if isinstance(event, TurnFailed):
                    raise TurnError(event.error)
                if isinstance(event, Clarify):
                    break
                _show(line, event)
            else:
                raise TurnError("The turn ended without a word.")
    except KeyboardInterrupt:
        if turn_id:
            studio.agent.cancel(turn_id)
            for _ in events:  # let it end in order
                pass
        raise
    return _clarify(studio, event, is_answering)


def _clarify(studio: Studio, event: Clarify, is_answering: bool) -> TurnRecord:
    choices = f" ({' / '.join(event.options)})" if event.options else ""
    if not is_answering:
        studio.agent.cancel(event.turn_id)
        raise InputError(f"The request is unclear: {event.question}{choices}")
    answer = typer.prompt(f"{event.question}{choices}", err=True)
    return _follow(studio, studio.agent.resume_turn(event.turn_id, answer), is_answering)


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
