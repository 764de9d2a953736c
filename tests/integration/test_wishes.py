"""Standing wishes and confirmed plans in whole turns, with the scripted model."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from pentimento.agent.conversation import Agent
from pentimento.agent.events import Clarify, Event, TurnFinished
from pentimento.agent.pictures import decode
from pentimento.agent.services import TurnOptions
from pentimento.memory.records import TurnRecord
from pentimento.model.contract import Brief
from pentimento.model.storybook.scene import Scene, parse_listing

DRAW = "draw a small red dog at the top left and a blue cat at the top right, meadow"
Say = Callable[..., list[Event]]
Open = Callable[..., Agent]
WISHES = "make the cat green and add a star at the bottom left"
SHOWN = TurnOptions(confirm_plan=True)


def finished(events: list[Event]) -> TurnRecord:
    last = events[-1]
    assert isinstance(last, TurnFinished), last
    return last.turn


def asked(events: list[Event]) -> Clarify:
    last = events[-1]
    assert isinstance(last, Clarify), last
    return last


def seen(agent: Agent, scripted: ModuleType, turn: TurnRecord) -> str:
    assert turn.version
    return str(scripted.read_scene(decode(agent.store.images.get(turn.version))))


def test_a_wish_is_stored_and_put_into_every_later_plan(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    drawn = finished(say(DRAW))
    told = finished(say("from now on keep the sky pink"))
    assert told.reply == "From now on I keep to this: 1. keep the sky pink."
    assert agent.view(drawn.session_id).picture == drawn.version
    turn = finished(say("make the cat green"))
    assert seen(agent, scripted, turn) == (
        "meadow, sunset; dog red small top left; cat green small top right."
    )
    assert turn.plan and turn.plan["wishes"] == [1]
    assert "sunset" in [check.text for check in agent.store.checks(turn.turn_id)]
    turn = finished(say("make it blue"))  # the cat, though the light changed with it
    assert "cat blue small top right" in seen(agent, scripted, turn)
    turn = finished(say("draw a white boat on a beach"))
    assert seen(agent, scripted, turn).startswith("beach, sunset; boat white")
    assert finished(say("what are my standing wishes?")).reply == (
        "Your standing wishes: 1. keep the sky pink."
    )
    gone = finished(say("forget that"))
    assert gone.reply.startswith("That does not hold any more: 1. keep the sky pink.")
    turn = finished(say("draw a white boat on a beach"))
    assert seen(agent, scripted, turn).startswith("beach, day")


def test_a_wish_and_a_request_in_one_sentence(agent: Agent, say: Say, scripted: ModuleType) -> None:
    say(DRAW)
    turn = finished(say("never touch the dog, and make the cat green"))
    assert turn.reply.startswith("From now on I keep to this: 1. never touch the dog. Done: ")
    assert "cat green" in seen(agent, scripted, turn)
    assert turn.plan and turn.plan["kept_boxes"] == [[0, 0, 1 / 3, 1 / 3]]


def test_a_wish_is_taken_back_and_a_request_follows(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    say(DRAW)
    say("from now on, never touch the dog")
    turn = finished(say("forget the dog wish and make the dog green"))
    assert turn.reply.startswith("That does not hold any more: 1. never touch the dog.")
    assert "dog green" in seen(agent, scripted, turn)
    assert not agent.store.wishes(turn.session_id)


def test_what_must_not_be_touched_this_once_is_kept_and_forgotten(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    say(DRAW)
    turn = finished(say("make the cat green, but don't touch the dog"))
    assert "cat green" in seen(agent, scripted, turn)
    assert turn.plan and turn.plan["kept_boxes"] == [[0, 0, 1 / 3, 1 / 3]]
    assert "wishes" not in turn.plan and not agent.store.wishes(turn.session_id)
    question = asked(say("leave the cat as it is and make the cat white"))
    assert question.question.startswith("That is against your wish “don't touch the cat”.")


def test_no_to_a_question_paints_nothing(agent: Agent, say: Say) -> None:
    drawn = finished(say("draw a red cat at the top left and a blue cat at the top right"))
    for answer in ("no", "never mind", "neither of them"):
        question = asked(say("make the cat green"))
        told = finished(list(agent.resume_turn(question.turn_id, answer)))
        assert told.reply == "As you wish: I painted nothing."
        assert agent.view(drawn.session_id).picture == drawn.version


def test_what_may_not_be_touched_stays_bit_identical(
    open_agent: Open, scripted: ModuleType
) -> None:
    def spoil(brief: Brief, scene: Scene) -> Scene:  # repaints the dog, unasked
        if brief.source is None:
            return scene
        return parse_listing(str(scene).replace("dog red", "dog blue"))

    agent = open_agent(scripted.ScriptedStorybook(on_paint=spoil))
    session_id = agent.store.create_session().session_id

    def take(text: str, **more: Any) -> TurnRecord:
        return finished(list(agent.take_turn(session_id, text, **more)))

    drawn = take(DRAW)
    take("never touch the dog")
    # Without a lock the painter's own dog would be in the picture.
    turn = take("make the cat green", options=TurnOptions(lock="off"))
    before, after = (
        np.asarray(decode(agent.store.images.get(one.version or ""))) for one in (drawn, turn)
    )
    assert (before[:48, :48] == after[:48, :48]).all() and (before != after).any()


def test_a_request_against_a_wish_is_asked_back(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    say(DRAW)
    say("never touch the dog")
    question = asked(say("remove the dog"))
    assert "against your standing wish “never touch the dog”" in question.question
    assert question.options == ("yes", "no")
    turn = finished(list(agent.resume_turn(question.turn_id, "no")))
    assert turn.version is None and "your wish holds" in turn.reply
    question = asked(say("remove the dog"))
    turn = finished(list(agent.resume_turn(question.turn_id, "yes")))
    assert "dog" not in seen(agent, scripted, turn)
    assert len(agent.store.wishes(turn.session_id)) == 1  # it was broken this once


def test_a_wish_beyond_the_language_is_kept_and_said_to_be_unchecked(say: Say) -> None:
    turn = finished(say("from now on make everything warmer"))
    assert "1. make everything warmer. I cannot check that" in turn.reply


def test_what_may_not_look_so_stays_in_the_picture(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    say(DRAW)
    assert "I cannot check that" in finished(say("never paint the cat red")).reply
    assert "cat blue" in seen(agent, scripted, finished(say("make the dog green")))


def test_a_drawing_that_the_caller_asked_for_is_drawn(agent: Agent, say: Say) -> None:
    words = "whatever you do, draw a white boat on a beach"
    turn = finished(say(words, options=TurnOptions(route="draw")))
    assert turn.version and not agent.store.wishes(turn.session_id)


def test_taking_back_twice_takes_back_one(agent: Agent, say: Say) -> None:
    turn = finished(say("from now on keep it night"))
    say("from now on no dogs")
    assert "There is no such standing wish" in finished(say("forget wish 9")).reply
    say("forget that wish")
    assert [wish.text for wish in agent.store.wishes(turn.session_id)] == ["keep it night"]


class TestConfirmedPlans:
    def test_the_plan_is_shown_and_waits_for_a_yes(
        self, open_agent: Open, agent: Agent, say: Say, scripted: ModuleType
    ) -> None:
        say(DRAW)
        question = asked(say(WISHES, options=SHOWN))
        assert question.question.startswith("Shall I paint this: meadow, day; ")
        assert question.options == ("yes", "use my words", "edit it", "no")
        plan = question.plan
        assert plan and plan["merge"] == "2 wishes, read one by one, merged into one painting"
        assert plan["words"] == WISHES
        assert ["-", "make the"] in plan["polish"] and "cat green small top right" in plan["checks"]
        agent.close()
        again = open_agent(scripted.ScriptedStorybook())  # the turn survives a restart
        view = again.view(again.store.turn(question.turn_id).session_id)
        assert view.waiting and view.waiting.turn_id == question.turn_id
        turn = finished(list(again.resume_turn(question.turn_id, "yes, please")))
        assert "cat green small top right" in seen(again, scripted, turn)
        assert turn.plan and turn.plan["merge"]

    def test_no_paints_nothing(self, agent: Agent, say: Say) -> None:
        drawn = finished(say(DRAW))
        question = asked(say("make the cat green", options=SHOWN))
        turn = finished(list(agent.resume_turn(question.turn_id, "no")))
        assert turn.version is None and turn.reply == "As you wish: I painted nothing."
        assert agent.view(turn.session_id).picture == drawn.version

    def test_a_listing_is_the_plan_written_by_hand(
        self, agent: Agent, say: Say, scripted: ModuleType
    ) -> None:
        say(DRAW)
        say("from now on keep it night")
        question = asked(say("make the cat green", options=SHOWN))
        mine = "snow, day; dog red small top left; cat purple large top right."
        turn = finished(list(agent.resume_turn(question.turn_id, mine)))
        assert seen(agent, scripted, turn) == mine
        checks = {check.text: check.verdict for check in agent.store.checks(turn.turn_id)}
        assert checks["cat purple large top right"] == "yes"

    def test_other_words_are_planned_and_shown_anew(
        self, agent: Agent, say: Say, scripted: ModuleType
    ) -> None:
        say(DRAW)
        question = asked(say("make the cat green", options=SHOWN))
        question = asked(list(agent.resume_turn(question.turn_id, "and make it night")))
        assert question.plan and len(question.plan["changes"]) == 2
        question = asked(list(agent.resume_turn(question.turn_id, "make the dog white")))
        assert question.plan and question.plan["changes"] == [
            "dog red small top left -> dog white small top left"
        ]
        turn = finished(list(agent.resume_turn(question.turn_id, "ok")))
        assert "dog white" in seen(agent, scripted, turn)

    def test_use_my_words(self, open_agent: Open, scripted: ModuleType) -> None:
        model = scripted.ScriptedStorybook()
        agent = open_agent(model)
        session_id = agent.store.create_session().session_id
        words = "beach, night; boat red large middle left."
        options = TurnOptions(confirm_plan=True, route="draw")
        question = asked(list(agent.take_turn(session_id, words, options=options)))
        turn = finished(list(agent.resume_turn(question.turn_id, "use my words")))
        assert model.painted[-1].prompt == words
        assert turn.plan and turn.plan["polished"] is False


def test_several_wishes_of_a_sentence_are_read_one_by_one(
    open_agent: Open, scripted: ModuleType
) -> None:
    def stumble(prompt: str) -> str | None:
        wish = prompt.rpartition("Wish: ")[2]
        return "hm" if prompt.startswith(("Before", "Wish", "Last")) and " and " in wish else None

    agent = open_agent(scripted.ScriptedStorybook(on_answer=stumble))
    session_id = agent.store.create_session().session_id
    list(agent.take_turn(session_id, DRAW))
    turn = finished(list(agent.take_turn(session_id, "make the cat green and make it large")))
    assert "cat green large top right" in seen(agent, scripted, turn)
    assert turn.plan and len(turn.plan["changes"]) == 1
    turn = finished(list(agent.take_turn(session_id, "make the dog blue and make it night")))
    assert turn.plan
    assert turn.plan["merge"] == "2 wishes, read one by one, merged into one painting"


def test_a_wish_for_what_is_not_there_is_not_dropped_from_the_sentence(
    open_agent: Open, scripted: ModuleType
) -> None:
    def answer(prompt: str) -> str | None:
        if "hat" not in prompt.rpartition("Wish: ")[2] or not prompt.startswith(("Wish", "Last")):
            return None
        if " and " in prompt:  # left whole, half of it is forgotten
            return "day -> night => meadow, night; nothing."
        return "nothing => unclear: There is no hat. Which thing do you mean?"

    agent = open_agent(scripted.ScriptedStorybook(on_answer=answer))
    session_id = agent.store.create_session().session_id
    list(agent.take_turn(session_id, DRAW))
    question = asked(list(agent.take_turn(session_id, "make the hat blue and make it night")))
    assert question.question == "There is no hat. Which thing do you mean?"
