"""Stories told with the scripted model: expectations, failures, and going on after them."""

import json
import time
from collections.abc import Callable
from types import ModuleType

import pytest
from pentimento import InputError
from pentimento.agent.conversation import Agent
from pentimento.agent.events import Event, NodeStarted
from pentimento.agent.stories import StoryStep, read_story
from pentimento.agent.story_runner import StoryResult, run_story
from pentimento.model.errors import ModelError

SCRIPT = """
title: A cat moves in
seed: 3
steps:
  - draw: a small red cat at the top left and a blue house at the top right
  - ask: how many things are there?
    expect: 2
  - edit: make the cat green
  - ask: what colour is the cat?
    expect: red
  - undo
  - adjust: flip it
"""


def test_a_story_is_told_and_its_expectations_are_judged(agent: Agent) -> None:
    grown: list[int] = []
    result = run_story(agent, read_story(SCRIPT), on_result=lambda r: grown.append(len(r.results)))
    assert [one.is_met for one in result.results] == [None, True, None, False, None, None]
    assert result.is_complete and not result.is_ok
    assert grown == [0, 1, 2, 3, 4, 5, 6]
    assert result.results[4].picture == result.results[0].picture  # undone
    assert result.results[0].score == 1.0
    assert StoryResult.from_json(json.loads(json.dumps(result.to_json()))) == result
    seeds = [turn.seed for turn in agent.store.turns(result.session_id)]
    assert seeds[:3] == [3, 4, 5]


def test_a_story_goes_on_at_the_failed_step(
    open_agent: Callable[..., Agent], scripted: ModuleType
) -> None:
    def fail(brief: object, scene: object) -> None:
        raise ModelError("The painter broke.")

    model = scripted.ScriptedStorybook()
    agent, story = open_agent(model), read_story(SCRIPT)

    def break_soon(result: StoryResult) -> None:
        if len(result.results) == 2:
            model.on_paint = fail

    broken = run_story(agent, story, on_result=break_soon)
    assert [one.status for one in broken.results] == ["done", "done", "failed"]
    assert broken.results[-1].reply == "The painter broke." and not broken.is_complete
    model.on_paint = lambda brief, scene: scene
    result = run_story(agent, story, resume=broken)
    assert result.is_complete and result.session_id == broken.session_id
    assert result.results[:2] == broken.results[:2]
    with pytest.raises(InputError, match="was changed before the step"):
        run_story(agent, read_story(SCRIPT.replace("red cat", "blue cat")), resume=broken)


def test_a_kill_between_a_commit_and_its_note_repeats_nothing(agent: Agent) -> None:
    story = read_story(SCRIPT)
    notes: list[StoryResult] = []
    whole = run_story(agent, story, on_result=notes.append)
    again = run_story(agent, story, resume=notes[3])
    assert [one.turn_id for one in again.results] == [one.turn_id for one in whole.results]
    assert len(agent.store.turns(whole.session_id)) == len(story.steps)


def test_a_story_that_was_interrupted_goes_on(agent: Agent) -> None:
    story, notes = read_story(SCRIPT), list[StoryResult]()

    def press(step: StoryStep, event: Event) -> None:
        if step.number == 3 and isinstance(event, NodeStarted):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_story(agent, story, on_event=press, on_result=notes.append)
    while agent.store.unfinished_turns():
        time.sleep(0.01)
    result = run_story(agent, story, resume=notes[-1])
    assert result.is_complete and result.results[:2] == notes[-1].results
    stopped = agent.store.turns(result.session_id)[2]
    assert stopped.status == "cancelled" and stopped.turn_id != result.results[2].turn_id


def test_a_question_back_needs_an_answer_in_the_script(agent: Agent) -> None:
    script = "steps:\n  - draw: a red cat and a blue cat\n  - edit: make the cat green"
    result = run_story(agent, read_story(script))
    assert "give the step an `answer`: Which cat" in result.results[-1].reply
    assert agent.store.unfinished_turns() == []
    result = run_story(agent, read_story(script + "\n    answer: the red one"))
    assert result.is_ok


def test_what_cannot_be_drawn_fails_its_step(agent: Agent) -> None:
    result = run_story(agent, read_story("steps:\n  - draw: an elephant\n  - undo"))
    assert [one.status for one in result.results] == ["failed"]
    assert "cannot draw an elephant" in result.results[0].reply
