"""Whole turns through the graph, with the scripted model and a store on disk."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pentimento import InputError
from pentimento.agent.conversation import Agent
from pentimento.agent.errors import BusyError
from pentimento.agent.events import (
    CandidatePainted,
    Clarify,
    Critiqued,
    Event,
    NodeStarted,
    Progress,
    Thought,
    Token,
    TurnFailed,
    TurnFinished,
    TurnStarted,
    to_json,
)
from pentimento.agent.pictures import decode, encode
from pentimento.agent.services import Limits, TurnOptions
from pentimento.memory.records import TurnRecord
from pentimento.model.errors import ModelError
from pentimento.model.storybook.scene import parse_listing
from PIL import Image

DRAW = "draw a small red cat at the top left and a large blue house at the bottom right, meadow"
Say = Callable[..., list[Event]]
Open = Callable[..., Agent]


def finished(events: list[Event]) -> TurnRecord:
    last = events[-1]
    assert isinstance(last, TurnFinished), last
    return last.turn


def kinds(events: list[Event], kind: type[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def seen(agent: Agent, scripted: ModuleType, image_hash: str | None) -> str:
    assert image_hash
    return str(scripted.read_scene(decode(agent.store.images.get(image_hash))))


def test_a_drawing_is_planned_painted_judged_and_committed(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    events = say(DRAW, seed=5)
    turn = finished(events)
    target = "meadow, day; cat red small top left; house blue large bottom right."
    assert seen(agent, scripted, turn.version) == target
    assert (turn.route, turn.seed, turn.model, turn.status) == ("draw", 5, "scripted", "done")
    assert turn.plan and turn.plan["target"] == target and turn.plan["polished"]
    assert turn.brief and turn.brief["prompt"] == target and turn.brief["seed"] == 5
    assert "a small red cat at the top left" in turn.reply
    assert isinstance(events[0], TurnStarted)
    nodes = [event.node for event in kinds(events, NodeStarted)]
    assert nodes == [
        "perceive",
        "route",
        "resolve",
        "plan",
        "paint",
        "reflect",
        "measure",
        "commit",
    ]
    assert [step.node for step in agent.store.steps(turn.turn_id)] == ["begin", *nodes]
    assert [event.step for event in kinds(events, Progress)] == [1, 2]
    assert len(kinds(events, CandidatePainted)) == 1
    checks = agent.store.checks(turn.turn_id)
    assert [check.text for check in checks][-1] == "meadow"
    assert {check.verdict for check in checks} == {"yes"}
    assert all(to_json(event)["turn_id"] == turn.turn_id for event in events)


def test_an_edit_keeps_every_other_pixel(agent: Agent, say: Say, scripted: ModuleType) -> None:
    before = finished(say(DRAW)).version
    turn = finished(say("make the house yellow and add a yellow star at the top right"))
    assert turn.reply == (
        "Done: the house is yellow now, and a small yellow star stands at the top right."
    )
    listing = seen(agent, scripted, turn.version)
    assert listing == (
        "meadow, day; cat red small top left; star yellow small top right; "
        "house yellow large bottom right."
    )
    old, new = (np.asarray(decode(agent.store.images.get(h or ""))) for h in (before, turn.version))
    assert (old[:48, :96] == new[:48, :96]).all() and (old[48:96] == new[48:96]).all()
    assert turn.plan and 0.7 < turn.plan["kept_share"] < 1.0
    kept = [check.text for check in agent.store.checks(turn.turn_id) if check.is_kept]
    assert kept == ["cat red small top left", "meadow"]  # the scene was asked for in turn 1


def test_a_new_scene_is_exempt_from_the_lock(agent: Agent, say: Say, scripted: ModuleType) -> None:
    say(DRAW)
    turn = finished(say("make it night"))
    assert seen(agent, scripted, turn.version).startswith("meadow, night; cat red small top left")
    assert turn.plan and turn.plan["is_global"]


def test_what_a_listing_tells_is_painted_from_it_alone(
    open_agent: Open, scripted: ModuleType
) -> None:
    model = scripted.ScriptedStorybook()
    agent = open_agent(model)
    session_id = agent.store.create_session().session_id
    for text in (DRAW, "make the cat green", "make it night"):
        list(agent.take_turn(session_id, text))
    assert [brief.source for brief in model.painted] == [None, None, None]
    mask = Image.new("L", (144, 144), 255)
    list(agent.take_turn(session_id, "make it sunset", mask=encode(mask)))
    assert model.painted[-1].source is not None  # within a mask the rest must be met


def test_it_means_the_object_spoken_of_last(agent: Agent, say: Say, scripted: ModuleType) -> None:
    say(DRAW)
    say("make the cat green")
    turn = finished(say("make it large"))
    assert "cat green large top left" in seen(agent, scripted, turn.version)
    say("what colour is the house?")
    say("thanks")
    turn = finished(say("make it white"))
    assert "house white large bottom right" in seen(agent, scripted, turn.version)


def test_a_question_streams_its_sentence_and_leaves_the_picture(agent: Agent, say: Say) -> None:
    drawn = finished(say(DRAW))
    events = say("what colour is the cat?")
    turn = finished(events)
    assert turn.reply == "It is red."
    assert "".join(event.text for event in kinds(events, Token)) == "It is red."
    assert any("cat red small top left" in event.text for event in kinds(events, Thought))
    assert turn.version is None
    assert agent.view(turn.session_id).picture == drawn.version


def test_one_is_what_was_missed_in_the_turn_before(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    say(DRAW)
    assert finished(say("is there a dog?")).reply == "There is no dog."
    turn = finished(say("add one at the top right"))
    assert "dog yellow small top right" in seen(agent, scripted, turn.version)


def test_questions_about_the_session_are_answered_from_the_store(say: Say) -> None:
    assert (
        finished(say("how many pictures did we make?")).reply == "I have made no pictures so far."
    )
    say(DRAW)
    say("make the cat green")
    last = finished(say("what's the last thing you did?")).reply
    assert last == "Turn 3: Done: the cat is green now."
    assert finished(say("how many pictures did we make?")).reply == "I have made 2 pictures so far."
    number = finished(say("how many turns have we had so far?")).number
    assert finished(say(f"what did i ask in turn {number - 1}?")).reply == (
        'You asked: "how many pictures did we make?" I said: "I have made 2 pictures so far."'
    )
    assert finished(say("what did i ask in turn 99?")).reply == "There is no turn 99."
    assert finished(say("go back to how it all began")).reply == "We are back at turn 2."


def test_undo_redo_and_go_to_move_the_head_and_lose_nothing(agent: Agent, say: Say) -> None:
    first = finished(say(DRAW))
    second = finished(say("make the cat green"))
    third = finished(say("make it large"))
    view = agent.view(first.session_id)
    assert (view.picture, view.can_undo, view.can_redo) == (third.version, True, False)
    say("undo")
    assert agent.view(first.session_id).picture == second.version
    say("redo")
    assert agent.view(first.session_id).picture == third.version
    say("undo")
    say("undo")
    assert finished(say("redo twice")).reply == "I brought back what was undone last."
    assert agent.view(first.session_id).picture == third.version
    say("go back two steps")
    assert agent.view(first.session_id).picture == first.version
    say("go back to turn 3")
    assert agent.view(first.session_id).picture == third.version
    branch = finished(say("go back to the first picture"))
    assert branch.reply == "We are back at turn 1."
    turn = finished(say("make the house white"))
    assert turn.parent_id == first.turn_id
    assert agent.undo(first.session_id).picture == first.version
    assert agent.redo(first.session_id).picture == turn.version
    assert agent.go_to(first.session_id, second.turn_id).picture == second.version
    say("go back 9 steps")
    view = agent.view(first.session_id)
    assert (view.picture, view.session.head_turn_id) == (None, None)
    assert finished(say("undo")).reply == "There is nothing to undo."
    assert len(view.turns) == 13


def test_undoing_something_named_undoes_that_or_nothing(agent: Agent, say: Say) -> None:
    drawn = finished(say(DRAW))
    green = finished(say("make the cat green"))
    say("crop to 4:3")
    assert finished(say("undo the crop")).reply == "I went back 1 step."
    assert agent.view(drawn.session_id).picture == green.version
    told = finished(say("undo the hat")).reply
    assert told.startswith("The last change was “make the cat green”, not the hat.")
    assert agent.view(drawn.session_id).picture == green.version
    say("undo the last change")
    assert agent.view(drawn.session_id).picture == drawn.version


def test_comparing_puts_two_pictures_side_by_side(agent: Agent, say: Say) -> None:
    say(DRAW)
    second = finished(say("make the cat green"))
    turn = finished(say("compare with the original"))
    assert turn.version is None and turn.plan
    joined = decode(agent.store.images.get(turn.plan["reply_image"]))
    assert joined.height == 144 and joined.width > 288
    assert agent.view(turn.session_id).picture == second.version


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("compare 1 and 2", 1, 2),
        ("compare the first to the second picture", 1, 2),
        ("compare the second and the last", 2, 3),
        ("compare the first with the current one", 1, 3),
    ],
)
def test_any_two_pictures_are_compared(say: Say, text: str, left: int, right: int) -> None:
    for words in (DRAW, "make the cat green", "make the cat white"):
        say(words)
    told = finished(say(text)).reply
    assert told.startswith(f"On the left is picture {left}, on the right picture {right}.")


def test_a_version_is_named_by_its_turn(agent: Agent, say: Say) -> None:
    first = finished(say(DRAW))
    say("make the cat green")
    assert finished(say('label turn 1 "the red cat"')).reply == (
        "The picture of turn 1 is called “the red cat” now."
    )
    assert agent.store.turn(first.turn_id).label == "the red cat"
    assert finished(say('label turn 9 "x"')).reply == "There is no picture at turn 9."
    say("remove the label of turn 1")
    assert agent.store.turn(first.turn_id).label is None


def test_my_words_paint_the_last_wish_once_more(agent: Agent, say: Say) -> None:
    say(DRAW)
    edited = finished(say("make the cat green"))
    last = say("use my words")[-1]  # this painter reads listings alone, and tells what it got
    assert isinstance(last, TurnFailed) and "'make the cat green'" in last.error
    assert agent.view(edited.session_id).picture == edited.version


@pytest.mark.parametrize(
    ("wish", "lead", "kind"),
    [
        ("brighten it", 99.0, "cat"),
        ("rotate it by 90 degrees", 2.0, "cat"),
        ("rotate it by 90 degrees", 9.0, "dog"),
    ],
)
def test_an_adjusted_picture_is_held_against_the_one_before(
    agent: Agent, say: Say, monkeypatch: pytest.MonkeyPatch, wish: str, lead: float, kind: str
) -> None:
    say("draw a red cat at the top left")
    version = finished(say(wish)).version
    asked, choose = "meadow, day; dog red small top left.", agent.model.choose

    def misread(prompt: str) -> str | None:
        return asked if prompt.startswith("List") else None

    def hesitate(messages: Any, options: Any) -> list[float]:
        is_seen = any(not isinstance(part, str) for part in messages[-1].content)
        return [lead, 0.0] if is_seen else choose(messages, options)

    monkeypatch.setattr(agent.model, "on_answer", misread)
    monkeypatch.setattr(agent.model, "choose", hesitate)
    say("where is the cat?")
    caption = agent.store.image(str(version)).caption
    assert caption == f"meadow, day; {kind} red small top left."


def test_an_adjustment_is_exact_and_what_is_none_becomes_an_edit(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    before = decode(agent.store.images.get(finished(say(DRAW)).version or ""))
    turn = finished(say("rotate it 90 degrees"))
    after = decode(agent.store.images.get(turn.version or ""))
    assert (np.asarray(after) == np.rot90(np.asarray(before), -1)).all()
    say("undo")
    events = say("crop make the cat green")
    assert finished(events).route == "adjust"
    events = say("flip the colour: make the cat blue")
    assert finished(events).route == "adjust"


def test_an_unclear_request_waits_over_a_restart(
    open_agent: Open, agent: Agent, say: Say, scripted: ModuleType
) -> None:
    say("draw a red cat at the top left and a blue cat at the top right")
    events = say("make the cat green")
    question = events[-1]
    assert isinstance(question, Clarify) and "Which cat" in question.question
    turn_id = question.turn_id
    agent.close()
    again = open_agent(scripted.ScriptedStorybook())
    assert again.recover() == []  # a turn that waits for the user is nobody else's
    waiting = again.view(again.store.turn(turn_id).session_id).waiting
    assert waiting and waiting.question == question.question
    turn = finished(list(again.resume_turn(turn_id, "the red one")))
    assert turn.turn_id == turn_id
    assert "cat green small top left; cat blue" in seen(again, scripted, turn.version)
    with pytest.raises(InputError, match="does not wait for an answer"):
        again.resume_turn(turn_id, "the red one")


def test_a_request_that_stays_unclear_ends_in_a_reply(agent: Agent, say: Say) -> None:
    say("draw a red cat at the top left and a blue cat at the top right")
    turn_id = say("make the cat green")[-1].turn_id
    assert isinstance(list(agent.resume_turn(turn_id, "hm"))[-1], Clarify)
    assert "I still do not know" in finished(list(agent.resume_turn(turn_id, "hm"))).reply


def test_nothing_is_already_so_in_a_picture_that_is_not_yet_drawn(
    say: Say, scripted: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    already = "sunset -> sunset => unclear: It is already sunset. What should change?"
    monkeypatch.setattr(scripted, "_draw", lambda text: already)
    question = say("draw it in the evening")[-1]
    assert isinstance(question, Clarify) and question.question == "What should I draw?"


def test_another_request_abandons_an_open_question(agent: Agent, say: Say) -> None:
    say("draw a red cat at the top left and a blue cat at the top right")
    turn_id = say("make the cat green")[-1].turn_id
    finished(say("make it night"))
    assert agent.store.turn(turn_id).status == "cancelled"


@pytest.mark.parametrize("text", ["draw an elephant", "write a poem", "hello"])
def test_what_lies_outside_is_declined_with_what_can_be_drawn(say: Say, text: str) -> None:
    turn = finished(say(text))
    assert "I can draw cats" in turn.reply and turn.version is None


def test_an_edit_beyond_the_world_is_declined(agent: Agent, say: Say) -> None:
    drawn = finished(say(DRAW))
    turn = finished(say("add an elephant"))
    assert turn.reply.startswith("I cannot draw an elephant. I can draw")
    assert agent.view(turn.session_id).picture == drawn.version


def test_what_can_be_done_of_a_declined_request_is_offered_and_done(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    declined = finished(say("draw a red cat at the top left and an elephant"))
    assert declined.route == "outside" and declined.version is None
    assert declined.reply == (
        "I cannot draw an elephant. I can do the rest: say “yes” for “draw a red cat at the top "
        "left”."
    )
    turn = finished(say("ok, without the elephant then"))
    assert turn.route == "draw" and "cat red small top left" in seen(agent, scripted, turn.version)
    assert "elephant" not in finished(say("yes")).reply  # it was an offer for one turn
    say("add an elephant and a blue dog at the top right")
    turn = finished(say("yes please"))
    assert turn.route == "edit" and "dog blue" in seen(agent, scripted, turn.version)


def test_what_was_taken_away_comes_back_as_it_stood(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    drawn = finished(say(DRAW))
    say("remove the house")
    say("make the cat green")
    turn = finished(say("bring the house back"))
    assert turn.route == "edit"
    listing = seen(agent, scripted, drawn.version).replace("cat red", "cat green")
    assert seen(agent, scripted, turn.version) == listing


def test_a_wish_is_told_of_the_edit_before_it_and_of_no_other(
    open_agent: Open, scripted: ModuleType
) -> None:
    model = scripted.ScriptedStorybook()
    agent = open_agent(model)
    session_id = agent.store.create_session().session_id

    def wish(text: str) -> str:
        list(agent.take_turn(session_id, text, seed=1))
        return next(asked for asked in reversed(model.asked) if "Wish: " in asked)

    list(agent.take_turn(session_id, DRAW, seed=1))
    assert "Before: " not in wish("make the cat green")
    told = "Before: make the cat green\nDone: cat red small top left -> cat green small top left\n"
    assert wish("make the house white").startswith(told)
    list(agent.take_turn(session_id, "brighten by 20 %"))
    assert "Before: " not in wish("make the cat blue")
    list(agent.take_turn(session_id, "go back to turn 2"))
    assert wish("make the house yellow").startswith(told)


def test_too_much_takes_the_place_of_the_adjustment(agent: Agent, say: Say) -> None:
    drawn = finished(say(DRAW))
    say("brighten by 30 %")
    less = finished(say("too bright"))
    assert less.route == "adjust" and less.parent_id == drawn.turn_id
    assert "15% more brightness" in less.reply
    less_still = finished(say("still too much"))
    assert "7% more brightness" in less_still.reply and less_still.parent_id == drawn.turn_id
    more = finished(say("a bit more"))
    assert "7% more brightness" in more.reply and more.parent_id == less_still.turn_id
    finished(say("make the cat green"))
    assert finished(say("undo")).route == "history"
    say("undo")
    say("undo")
    assert agent.view(drawn.session_id).picture == drawn.version


def test_what_is_wanted_too_is_never_taken_away_instead(
    open_agent: Open, scripted: ModuleType
) -> None:
    def forget(prompt: str) -> str | None:
        gone = "remove: house blue large bottom right -> nothing => meadow, day; "
        return f"{gone}cat green small top left." if prompt.endswith("house too") else None

    agent = open_agent(scripted.ScriptedStorybook(on_answer=forget))
    session_id = agent.store.create_session().session_id
    for text in (DRAW, "make the cat green"):
        list(agent.take_turn(session_id, text, seed=1))
    asked = list(agent.take_turn(session_id, "the house too", seed=1))[-1]
    assert isinstance(asked, Clarify) and asked.question.startswith("What should become of it?")


def test_the_latest_picture_is_where_the_pictures_end(agent: Agent, say: Say) -> None:
    drawn = finished(say(DRAW))
    green = finished(say("make the cat green"))
    say("go back to the first picture")
    assert agent.view(drawn.session_id).picture == drawn.version
    assert (
        finished(say("go back to the latest one")).reply == "We are at turn 2, the latest picture."
    )
    assert agent.view(drawn.session_id).picture == green.version
    assert finished(say("go back to the latest one")).reply == "This is the latest picture."


def test_the_users_own_words_reach_the_painter(open_agent: Open, scripted: ModuleType) -> None:
    model = scripted.ScriptedStorybook()
    agent = open_agent(model)
    session = agent.store.create_session().session_id
    words = "beach, night; boat red large middle left."
    list(agent.take_turn(session, words, options=TurnOptions(polish=False, route="draw")))
    assert model.painted[-1].prompt == words
    model.asked.clear()
    list(agent.take_turn(session, "draw a cat, use my words"))
    assert model.asked[0] == "Draw: draw a cat"
    assert model.painted[-1].prompt == "draw a cat"


class TestUploads:
    def png(self, scripted: ModuleType, listing: str, size: int = 144) -> bytes:
        image = scripted.paint_scene(parse_listing(listing)).resize((size, size), 0)

        return encode(image)

    def test_an_upload_is_what_the_request_is_about(
        self, agent: Agent, say: Say, scripted: ModuleType
    ) -> None:
        say(DRAW)
        data = self.png(scripted, "snow, day; dog red small top left.", 288)
        turn = finished(say("make the dog blue", images=[data]))
        image = decode(agent.store.images.get(turn.version or ""))
        assert image.size == (288, 288)
        assert str(scripted.read_scene(image)) == "snow, day; dog blue small top left."
        agent.undo(turn.session_id)
        assert finished(say("go back to the second picture")).version == turn.image_hashes[0]

    def test_a_picture_that_was_only_asked_about_is_the_current_one(
        self, agent: Agent, say: Say, scripted: ModuleType
    ) -> None:
        data = self.png(scripted, "snow, day; dog red small top left.")
        turn = finished(say("what colour is the dog?", images=[data]))
        assert turn.reply == "It is red."
        edited = finished(say("make the dog blue"))
        assert seen(agent, scripted, edited.version) == "snow, day; dog blue small top left."
        agent.undo(turn.session_id)
        assert agent.view(turn.session_id).picture == turn.image_hashes[0]

    def test_the_first_edit_of_an_upload_can_be_undone(
        self, agent: Agent, say: Say, scripted: ModuleType
    ) -> None:
        data = self.png(scripted, "snow, day; dog red small top left.")
        turn = finished(say("make the dog blue", images=[data]))
        say("undo")
        assert agent.view(turn.session_id).picture == turn.image_hashes[0]
        again = finished(say("make the dog green"))
        assert seen(agent, scripted, again.version) == "snow, day; dog green small top left."

    def test_an_adjusted_upload_is_not_taken_for_the_picture_before(
        self, agent: Agent, say: Say, scripted: ModuleType
    ) -> None:
        say(DRAW)
        data = self.png(scripted, "snow, day; dog red small top left.")
        finished(say("what colour is the dog?", images=[data]))
        version = finished(say("crop it to a square and brighten it")).version
        other = finished(say("brighten it", images=[data])).version
        say("what colour is the dog?")
        for adjusted in (version, other):
            caption = agent.store.image(str(adjusted)).caption
            assert caption in (None, "snow, day; dog red small top left.")
        assert agent.store.image(str(other)).caption is not None

    def test_the_mask_is_a_boundary(self, agent: Agent, say: Say, scripted: ModuleType) -> None:

        data = self.png(scripted, "snow, day; dog red small top left; cat red small top right.")
        mask = Image.new("L", (144, 144))
        mask.paste(255, (96, 0, 144, 48))
        turn = finished(say("make it night", images=[data], mask=encode(mask)))
        old, new = (
            np.asarray(decode(agent.store.images.get(key or "")))
            for key in (turn.image_hashes[0], turn.version)
        )
        assert (old[:, :96] == new[:, :96]).all() and (old[48:] == new[48:]).all()
        assert (old != new).any()

    def test_a_mask_of_another_size_is_refused(
        self, agent: Agent, say: Say, session_id: str, scripted: ModuleType
    ) -> None:

        mask = encode(Image.new("L", (20, 10), 255))
        with pytest.raises(InputError, match="20 x 10 pixels, but the picture is not there yet"):
            say("make it night", mask=mask)
        say(DRAW)
        with pytest.raises(InputError, match="but the picture has 144 x 144"):
            say("make it night", mask=mask)


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "more", "sentence"),
        [
            ("", {}, "instruction is empty"),
            (" \n ", {}, "instruction is empty"),
            ("x" * 100_000, {}, "100,000 characters; at most 4,000"),
            ("draw a cat", {"images": [b"hello"]}, "not a picture that can be read"),
            ("draw a cat", {"images": [b""]}, "not a picture"),
            ("draw a cat", {"seed": -1}, "A seed is between"),
        ],
    )
    def test_nothing_is_written(
        self, agent: Agent, session_id: str, tmp_path: Path, text: str, more: Any, sentence: str
    ) -> None:
        before = agent.store.session(session_id)
        with pytest.raises(InputError, match=sentence):
            agent.take_turn(session_id, text, **more)
        assert agent.store.session(session_id) == before
        assert agent.store.turns(session_id) == []
        assert not list((tmp_path / "images").rglob("*.*"))

    def test_an_unknown_session_is_named(self, agent: Agent) -> None:
        with pytest.raises(InputError, match="There is no session 'nowhere'"):
            agent.take_turn("nowhere", "draw a cat")


class TestFailures:
    def test_a_model_that_fails_while_painting_costs_the_turn_alone(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        def fail(brief: object, scene: object) -> None:
            raise ModelError("The painter broke.")

        model = scripted.ScriptedStorybook()
        agent = open_agent(model)
        session = agent.store.create_session().session_id
        drawn = finished(list(agent.take_turn(session, DRAW)))
        model.on_paint = fail
        last = list(agent.take_turn(session, "make the cat green"))[-1]
        assert isinstance(last, TurnFailed) and last.error == "The painter broke."
        assert len(model.painted) == 3  # tried twice
        assert agent.store.turn(last.turn_id).status == "failed"
        assert agent.view(session).picture == drawn.version
        model.on_paint = lambda brief, scene: scene
        finished(list(agent.take_turn(session, "make the cat green")))

    def test_nonsense_is_asked_once_more_and_then_told_plainly(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        answers = ["blah", "meadow => "]
        model = scripted.ScriptedStorybook(on_answer=lambda prompt: answers.pop())
        agent = open_agent(model)
        session = agent.store.create_session().session_id
        turn = finished(list(agent.take_turn(session, "draw a cat")))
        assert "could not work out what to paint" in turn.reply and turn.version is None
        assert not answers

    def test_a_bug_is_told_and_the_session_goes_on(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        def fail(prompt: str) -> None:
            raise RuntimeError("out of everything")

        model = scripted.ScriptedStorybook(on_answer=fail)
        agent = open_agent(model)
        session = agent.store.create_session().session_id
        last = list(agent.take_turn(session, "draw a cat"))[-1]
        assert isinstance(last, TurnFailed) and "out of everything" in last.error
        model.on_answer = lambda prompt: None
        finished(list(agent.take_turn(session, "draw a cat")))

    def test_a_node_that_hangs_is_given_up(self, open_agent: Open, scripted: ModuleType) -> None:
        model = scripted.ScriptedStorybook(answer_seconds=1.0)
        agent = open_agent(model, Limits(node=0.2, critic=0.1))
        session = agent.store.create_session().session_id
        start = time.perf_counter()
        last = list(agent.take_turn(session, "draw a cat"))[-1]
        assert isinstance(last, TurnFailed) and "plan took longer than 0.2 seconds" in last.error
        assert time.perf_counter() - start < 0.9

    def test_cancelling_stops_between_two_steps(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        agent = open_agent(scripted.ScriptedStorybook(num_steps=50, step_seconds=0.02))
        session = agent.store.create_session().session_id
        events = []
        for event in agent.take_turn(session, DRAW):
            events.append(event)
            if isinstance(event, Progress):
                assert agent.cancel(event.turn_id)
        last = events[-1]
        assert isinstance(last, TurnFailed) and last.is_cancelled
        assert len(kinds(events, Progress)) < 50
        assert agent.store.turn(last.turn_id).status == "cancelled"

    def test_closing_the_events_cancels_the_turn(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        agent = open_agent(scripted.ScriptedStorybook(num_steps=50, step_seconds=0.02))
        session = agent.store.create_session().session_id
        events = agent.take_turn(session, DRAW)
        turn_id = next(events).turn_id
        events.close()  # type: ignore[attr-defined]
        wait_for(lambda: agent.store.turn(turn_id).status == "cancelled")

    def test_a_busy_session_says_so(self, open_agent: Open, scripted: ModuleType) -> None:
        agent = open_agent(scripted.ScriptedStorybook(num_steps=10, step_seconds=0.05))
        session = agent.store.create_session().session_id
        events = agent.take_turn(session, DRAW)
        with pytest.raises(BusyError, match="still busy"):
            agent.take_turn(session, DRAW)
        with pytest.raises(BusyError, match="still busy"):
            agent.undo(session)
        other = agent.store.create_session().session_id
        finished(list(agent.take_turn(other, DRAW)))
        finished(list(events))


class TestReflection:
    def run(self, open_agent: Open, model: Any, **more: Any) -> tuple[Agent, list[Event]]:
        agent = open_agent(model)
        session = agent.store.create_session().session_id
        options = TurnOptions(**more)
        return agent, list(agent.take_turn(session, DRAW, options=options, seed=1))

    def spoil_first(self, scripted: ModuleType, num_bad: int) -> Any:
        """Return a model whose first paintings miss the house."""
        model = scripted.ScriptedStorybook()

        def paint(brief: Any, scene: Any) -> Any:
            if len(model.painted) > num_bad:
                return scene
            return parse_listing("meadow, day; cat red small top left.")

        model.on_paint = paint
        return model

    def test_a_failing_check_leads_to_a_retry_with_another_seed(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        model = self.spoil_first(scripted, 1)
        agent, events = self.run(open_agent, model)
        turn = finished(events)
        first, second = kinds(events, Critiqued)
        assert first.stop_reason is None and "house" in first.revision
        assert second.stop_reason == "all checks passed" and second.score == 1.0
        assert model.painted[0].seed == 1 != model.painted[1].seed
        assert model.painted[0].prompt == model.painted[1].prompt  # the request stays
        candidates = agent.store.candidates(turn.turn_id)
        assert [candidate.chosen for candidate in candidates] == [False, True]
        assert candidates[0].critique["score"] < 1

    def test_the_trace_tells_rounds_seeds_misses_and_the_reason_to_stop(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        model = scripted.ScriptedStorybook()
        agent = open_agent(model)
        session = agent.store.create_session().session_id
        list(agent.take_turn(session, DRAW))
        lost = iter(["meadow, day; cat red small top left.", "meadow, day; nothing."])
        model.on_paint = lambda brief, scene: parse_listing(next(lost))
        options = TurnOptions(lock="off")  # it would put back what was lost
        words = "make the cat blue"
        events = list(agent.take_turn(session, words, seed=8, options=options))
        turn = finished(events)
        steps = agent.store.steps(turn.turn_id)
        judged = [step.output for step in steps if step.node == "reflect"]
        assert [one["stop_reason"] for one in judged] == [None, "the round limit was reached"]
        assert [one["round"] for one in judged] == [1, 2]
        (first,), (second,) = (one["candidates"] for one in judged)
        assert first["seed"] == 8 != second["seed"]
        assert [first["seed"], second["seed"]] == [brief.seed for brief in model.painted[1:]]
        assert first["listing"] == "meadow, day; cat red small top left."
        verdicts = [(v["text"], v["is_kept"], v["verdict"]) for v in first["verdicts"]]
        assert verdicts == [  # the change is absent, and what must stay was lost
            ("cat blue small top left", False, "no"),
            ("house blue large bottom right", True, "no"),
            ("meadow", True, "yes"),  # asked for in turn 1
        ]
        painted = [step.output["candidates"][0] for step in steps if step.node == "paint"]
        assert [(one["round"], one["seed"]) for one in painted] == [
            (0, first["seed"]),
            (1, second["seed"]),
        ]
        assert turn.plan and turn.plan["rounds"] == 2
        assert turn.plan["stop_reason"] == "the round limit was reached"

    def test_the_round_limit_stops_and_the_doubt_is_told(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        _, events = self.run(open_agent, self.spoil_first(scripted, 9))
        assert "not content with: a large blue house" in finished(events).reply
        assert kinds(events, Critiqued)[-1].stop_reason == "the round limit was reached"

    def test_a_round_without_gain_stops(self, open_agent: Open, scripted: ModuleType) -> None:
        _, events = self.run(open_agent, self.spoil_first(scripted, 9), max_rounds=5)
        reasons = [event.stop_reason for event in kinds(events, Critiqued)]
        assert reasons == [None, "the last round did not improve the picture"]

    def test_a_worse_candidate_never_replaces_a_better_one(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        model = scripted.ScriptedStorybook()
        half = "meadow, day; cat red small top left."
        worse = iter([half, "meadow, day; nothing."])
        model.on_paint = lambda brief, scene: parse_listing(next(worse))
        agent, events = self.run(open_agent, model, max_rounds=2)
        assert seen(agent, scripted, finished(events).version) == half

    def test_the_best_of_several_candidates_is_kept(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        model = scripted.ScriptedStorybook()
        model.on_paint = lambda brief, scene: (
            scene if brief.seed == model.painted[2].seed else parse_listing("meadow, day; nothing.")
        )
        agent, events = self.run(open_agent, model, candidates=4)
        assert "house blue" in seen(agent, scripted, finished(events).version)
        assert len(kinds(events, CandidatePainted)) == 4 == len({b.seed for b in model.painted})

    @pytest.mark.parametrize("fault", ["raises", "hangs", "babbles"])
    def test_a_critic_that_fails_costs_the_critique_alone(
        self, open_agent: Open, scripted: ModuleType, fault: str
    ) -> None:
        release = threading.Event()

        def answer(prompt: str) -> str | None:
            if not prompt.startswith("Check: "):
                return None
            if fault == "raises":
                raise RuntimeError("the critic is ill")
            if fault == "hangs":
                release.wait(5)
            return "yes yes => perhaps"

        model = scripted.ScriptedStorybook(on_answer=answer)
        agent = open_agent(model, Limits(node=5.0, critic=0.2))
        session = agent.store.create_session().session_id
        events = list(agent.take_turn(session, DRAW))
        release.set()
        turn = finished(events)
        assert turn.version
        critique = kinds(events, Critiqued)[-1]
        assert (critique.stop_reason, critique.score) == ("the critic abstained", None)
        assert {check.verdict for check in agent.store.checks(turn.turn_id)} == {"unsure"}

    def test_without_reflection_the_first_candidate_is_taken(
        self, open_agent: Open, scripted: ModuleType
    ) -> None:
        model = scripted.ScriptedStorybook()
        agent, events = self.run(open_agent, model, reflect=False)
        turn = finished(events)
        assert not any(prompt.startswith("Check") for prompt in model.asked)
        assert [one.chosen for one in agent.store.candidates(turn.turn_id)] == [True]


def wait_for(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def test_one_thing_is_as_it_was_whatever_came_after(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    say("draw a small red cat at the top left and a large blue dog at the bottom right")
    for words in ("make the cat green", "make the dog white", "make it night"):
        say(words)
    turn = finished(say("give the cat its old colour back"))
    assert turn.route == "edit"
    assert seen(agent, scripted, turn.version) == (
        "meadow, night; cat red small top left; dog white large bottom right."
    )
