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
from ..agent.lock import LockMode
from ..agent.pictures import read_mask, read_picture
from ..agent.polish import EDIT_PLAN, diff_in_words, plan_in_words
from ..agent.services import TurnOptions, read_size
from ..agent.state import RouteName
from ..agent.trace import open_choices
from ..memory.records import TurnRecord
from .commands.context import Settings
from .compose import Studio, open_store
from .console import StatusLine, print_json
from .files import check_picture_path, write_picture
from .sessions import find_session_id
from .wording import NODE_WORDS, check_line, kept_line


class TurnError(PentimentoError):
    """A turn came to nothing."""


@dataclass(frozen=True)
class TurnRequest:
    """What the command line asks for in one turn."""

    text: str
    image: str | None = None  # a file, or a session
    session_id: str | None = None
    mask: Path | None = None
    lock: LockMode = "auto"
    seed: int | None = None
    candidates: int = 1
    rounds: int = 2
    reflect: bool = True
    polish: bool = True
    steps: int | None = None
    size: str | None = None
    confirm_plan: bool = False
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
            lock=self.lock,
            steps=self.steps,
            size=read_size(self.size),
            confirm_plan=self.confirm_plan,
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
        turn = _take_turn(studio, request, session_id, can_ask=_can_ask(as_json))
        _deliver(studio, turn, out, as_json)
    finally:
        studio.close()


def answer_waiting_turn(
    settings: Settings, session: str, answer: str, *, out: Path | None, as_json: bool
) -> None:
    """Answer the open question of a session, write the picture and print what came of it."""
    if out:
        check_picture_path(out)
    with open_store(settings.home) as store:
        session_id = find_session_id(store, session)
        if not any(turn.status == "waiting" for turn in store.turns(session_id)):
            raise InputError("No turn of this session waits for an answer.")
    studio = settings.open_studio()
    try:
        waiting = studio.agent.view(session_id).waiting
        if waiting is None:
            raise InputError("No turn of this session waits for an answer any more.")
        events = studio.agent.resume_turn(waiting.turn_id, answer)
        _deliver(studio, _follow(studio, events, _can_ask(as_json)), out, as_json)
    finally:
        studio.close()


def _can_ask(as_json: bool) -> bool:
    return not as_json and sys.stdin.isatty()


def _deliver(studio: Studio, turn: TurnRecord, out: Path | None, as_json: bool) -> None:
    """Write the picture, if one was made and is wanted, and print what came of the turn."""
    if out and turn.status != "waiting":
        version = turn.version if _is_made(turn) else None
        session = studio.store.session(turn.session_id)
        if turn.route == "history" and session.head_turn_id != turn.parent_id:  # "undo"
            version = studio.agent.view(turn.session_id).picture
        if version is None:
            raise InputError(f"There is no new picture: {turn.reply}")
        write_picture(out, studio.store.images.get(version))
    _report(studio, turn, out, as_json)


def _check(settings: Settings, request: TurnRequest) -> str | None:
    """Refuse what cannot be used; return the session to go on with, if there is one."""
    check_words(request.text)
    if request.lock == "mask" and request.mask is None:
        raise InputError("--lock mask repaints all of a mask: give one with --mask.")
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
        raise _cancelled(studio, last) from error
    if isinstance(last, TurnFinished):
        return last.turn
    if isinstance(last, Clarify):
        return _clarify(studio, last, can_ask)
    raise TurnError(last.error if isinstance(last, TurnFailed) else "The turn told nothing.")


def _clarify(studio: Studio, event: Clarify, can_ask: bool) -> TurnRecord:
    choices = f" ({' / '.join(event.options)})" if event.options else ""
    if event.plan:
        _show_plan(event.plan)
    if event.plan and not can_ask:
        return studio.store.turn(event.turn_id)  # it waits, over restarts if need be
    if not can_ask:
        studio.agent.cancel(event.turn_id)
        why = "" if "yes" in event.options else "The request is unclear: "
        raise InputError(f"{why}{event.question}{choices}")
    try:
        answer = typer.prompt(f"{event.question}{choices}", err=True)
        if event.plan and answer.strip().lower() == EDIT_PLAN:
            answer = typer.prompt("The plan", default=event.plan["prompt"], err=True)
    except typer.Abort as error:  # Ctrl-C or Ctrl-D instead of an answer
        raise _cancelled(studio, event) from error
    return _follow(studio, studio.agent.resume_turn(event.turn_id, answer), can_ask)


def _cancelled(studio: Studio, last: Event | None) -> typer.Abort:
    """Cancel the turn of the last event, and return what leaves the program."""
    if last:
        studio.agent.cancel(last.turn_id)
    return typer.Abort()


def _show_plan(shown: dict[str, Any]) -> None:
    for line in plan_in_words(shown):
        typer.echo(f"  {line}", err=True)
    if shown.get("polish"):
        typer.echo(f"  from your words: {diff_in_words(shown['polish'])}", err=True)


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
    if turn.status == "waiting":
        _report_waiting(studio, turn, as_json)
        return
    if as_json:
        print_json(turn_summary(turn, checks) | {"out": out})
        return
    typer.echo(turn.reply)
    for check in checks:
        typer.echo(f"  {check_line(check)}", err=True)
    if kept := kept_line(turn.plan or {}):
        typer.echo(f"  {kept}", err=True)
    if out:
        typer.echo(f"{out}  (session {turn.session_id[:8]})", err=True)


def _report_waiting(studio: Studio, turn: TurnRecord, as_json: bool) -> None:
    """Tell that a turn waits for a yes to its plan, and how to answer."""
    asked = open_choices(studio.store.steps(turn.turn_id))
    if as_json:
        told = {key: asked.get(key) for key in ("options", "plan")}
        print_json(turn_summary(turn, ()) | {"question": turn.question, **told, "out": None})
        return
    typer.echo(turn.question)
    hint = f"pentimento session answer {turn.session_id[:8]} yes -o OUT"
    typer.echo(f"The turn waits. Answer with: {hint}", err=True)


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
