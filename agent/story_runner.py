"""Tells a story: its steps as turns of one session, resumed where they failed."""

import dataclasses
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .. import InputError
from .conversation import Agent
from .errors import PlanError
from .events import Clarify, Event, TurnFailed, TurnFinished
from .services import TurnOptions
from .state import RouteName
from .stories import StepKind, Story, StoryStep, meets

ROUTES: dict[StepKind, RouteName | None] = {
    "draw": "draw",
    "edit": "edit",
    "ask": "answer",
    "adjust": "adjust",
    "undo": "history",
    "redo": "history",
    "say": None,
}
LOST = ("failed", "cancelled")
NO_ANSWER = "The story has no answer to this question; give the step an `answer`: "


@dataclass(frozen=True)
class StepResult:
    """What came of one step."""

    number: int
    kind: StepKind
    text: str
    status: Literal["done", "failed"]
    reply: str  # of a failed step: why it failed
    turn_id: str
    picture: str | None  # hash of the current picture after the step
    expect: tuple[str, ...] = ()
    is_met: bool | None = None  # None: nothing was expected
    score: float | None = None  # share of the critic's checks that passed
    ms: float = 0.0


@dataclass(frozen=True)
class StoryResult:
    """What came of a story, as far as it got."""

    title: str
    session_id: str
    run_id: str
    results: tuple[StepResult, ...]
    num_steps: int

    @property
    def is_complete(self) -> bool:
        """Return whether every step was done."""
        return len(self.done) == self.num_steps

    @property
    def is_ok(self) -> bool:
        """Return whether every step was done and every expectation met."""
        return self.is_complete and all(result.is_met is not False for result in self.results)

    @property
    def done(self) -> tuple[StepResult, ...]:
        """Return the results of the steps that were done."""
        return tuple(result for result in self.results if result.status == "done")

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain JSON."""
        return {
            **dataclasses.asdict(self),
            "is_complete": self.is_complete,
            "is_ok": self.is_ok,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "StoryResult":
        """Return the result that `to_json` wrote; InputError if it is none."""
        try:
            results = tuple(
                StepResult(**{**one, "expect": tuple(one["expect"])}) for one in values["results"]
            )
            names = ("title", "session_id", "run_id", "num_steps")
            return cls(results=results, **{name: values[name] for name in names})
        except (KeyError, TypeError) as error:
            raise InputError(f"This is no result of a story: {error}.") from error


def run_story(
    agent: Agent,
    story: Story,
    *,
    resume: StoryResult | None = None,
    on_event: Callable[[StoryStep, Event], None] = lambda step, event: None,
    on_result: Callable[[StoryResult], None] = lambda result: None,
) -> StoryResult:
    """Tell the story to its end or to the first step that fails.

    `resume` goes on after the steps that an earlier run did. `on_result` hears every growth of the
    result: whoever writes it down can resume even after a kill, and no step is done twice.
    """
    result = _begin(agent, story, resume)
    on_result(result)
    for step in story.steps[len(result.results) :]:
        one = _tell(agent, story, step, result, on_event)
        result = dataclasses.replace(result, results=(*result.results, one))
        on_result(result)
        if one.status == "failed":
            break
    return result


def _begin(agent: Agent, story: Story, resume: StoryResult | None) -> StoryResult:
    if resume is None:
        session = agent.store.create_session(story.title)
        return StoryResult(story.title, session.session_id, uuid.uuid4().hex, (), len(story.steps))
    done = resume.done
    texts = [(step.kind, step.text) for step in story.steps[: len(done)]]
    if texts != [(one.kind, one.text) for one in done]:
        raise InputError("The story was changed before the step at which it is to go on.")
    agent.store.session(resume.session_id)
    # Failed steps are tried under new turn ids, for their old turns have ended.
    run_id = resume.run_id if len(done) == len(resume.results) else uuid.uuid4().hex
    return dataclasses.replace(resume, results=done, num_steps=len(story.steps), run_id=run_id)


def _tell(
    agent: Agent,
    story: Story,
    step: StoryStep,
    result: StoryResult,
    on_event: Callable[[StoryStep, Event], None],
) -> StepResult:
    turn_id = _turn_id(agent, result, step)
    try:
        last = _last_event(agent, story, step, result.session_id, turn_id, on_event)
    except InputError as error:
        return _failed(agent, step, result, turn_id, str(error))
    if isinstance(last, TurnFailed):
        return _failed(agent, step, result, turn_id, last.error)
    if isinstance(last, Clarify):
        agent.cancel(turn_id)
        return _failed(agent, step, result, turn_id, NO_ANSWER + last.question)
    if not isinstance(last, TurnFinished):
        raise PlanError(f"A turn ended without an ending: {last}")
    turn = last.turn
    if step.kind in ("draw", "edit", "adjust") and turn.version is None:
        return _failed(agent, step, result, turn_id, turn.reply)
    verdicts = [check.verdict for check in agent.store.checks(turn_id)]
    decided = [verdict for verdict in verdicts if verdict != "unsure"]
    return StepResult(
        number=step.number,
        kind=step.kind,
        text=step.text,
        status="done",
        reply=turn.reply,
        turn_id=turn_id,
        picture=agent.view(result.session_id).picture,
        expect=step.expect,
        is_met=meets(step.expect, turn.reply) if step.expect else None,
        score=decided.count("yes") / len(decided) if decided else None,
        ms=sum(turn.timings.values()),
    )


def _turn_id(agent: Agent, result: StoryResult, step: StoryStep) -> str:
    """Return the id of the step's turn; a new one where that turn was stopped or failed."""
    turn_id = uuid.uuid5(uuid.UUID(result.run_id), str(step.number)).hex
    turns = agent.store.turns(result.session_id)
    lost = any(turn.turn_id == turn_id and turn.status in LOST for turn in turns)
    return uuid.uuid4().hex if lost else turn_id


def _last_event(
    agent: Agent,
    story: Story,
    step: StoryStep,
    session_id: str,
    turn_id: str,
    on_event: Callable[[StoryStep, Event], None],
) -> Event:
    options = TurnOptions(route=ROUTES[step.kind])
    if story.candidates:
        options = dataclasses.replace(options, candidates=story.candidates)
    if story.max_rounds:
        options = dataclasses.replace(options, max_rounds=story.max_rounds)
    seed = story.seed if step.seed is None else step.seed
    images = [step.image] if step.image else []
    text = step.text
    if step.kind in ("undo", "redo") and not text.startswith(step.kind):
        text = f"{step.kind} {text}"  # "undo: 2 steps"
    events = agent.take_turn(
        session_id,
        text,
        images=images,
        seed=None if seed is None else (seed + step.number - 1) % 2**31,
        options=options,
        turn_id=turn_id,
    )
    last = _drain(events, step, on_event)
    if isinstance(last, Clarify) and step.answer:
        last = _drain(agent.resume_turn(turn_id, step.answer), step, on_event)
    return last


def _drain(
    events: Iterator[Event], step: StoryStep, on_event: Callable[[StoryStep, Event], None]
) -> Event:
    last: Event | None = None
    for last in events:
        on_event(step, last)
    if last is None:
        raise PlanError("A turn told nothing.")
    return last


def _failed(
    agent: Agent, step: StoryStep, result: StoryResult, turn_id: str, why: str
) -> StepResult:
    return StepResult(
        number=step.number,
        kind=step.kind,
        text=step.text,
        status="failed",
        reply=why,
        turn_id=turn_id,
        picture=agent.view(result.session_id).picture,
        expect=step.expect,
        is_met=False if step.expect else None,
    )
