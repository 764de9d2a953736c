"""The drift meter on every turn, and the squash that rebuilds a picture from its original."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pentimento.agent.conversation import Agent
from pentimento.agent.events import Event, TurnFinished
from pentimento.agent.pictures import decode
from pentimento.agent.services import TurnOptions
from pentimento.agent.squash import is_squash
from pentimento.memory.records import TurnRecord

DRAW = "draw a small red dog at the top left and a blue cat at the top right, meadow"
Say = Callable[..., list[Event]]


def finished(events: list[Event]) -> TurnRecord:
    last = events[-1]
    assert isinstance(last, TurnFinished), last
    return last.turn


def seen(agent: Agent, scripted: ModuleType, turn: TurnRecord) -> str:
    return str(scripted.read_scene(decode(agent.store.images.get(turn.version or ""))))


def drift_of(turn: TurnRecord) -> dict[str, Any]:
    assert turn.plan
    drift = turn.plan["drift"]
    assert isinstance(drift, dict)
    return drift


def test_every_edit_is_compared_with_its_original(agent: Agent, say: Say) -> None:
    drawn = finished(say(DRAW))
    assert drawn.plan and "drift" not in drawn.plan
    first = drift_of(finished(say("make the cat green")))
    second = drift_of(finished(say("make the cat white and make the dog blue")))
    assert first["original"] == second["original"] == drawn.version
    assert (first["identical_share"], second["identical_share"]) == (1.0, 1.0)
    assert (first["layers"], second["layers"]) == (1, 2)
    assert first["kept_share"] > second["kept_share"] > 0.5
    assert second["reason"] is None
    enlarged = finished(say("resize it to 200%"))
    third = drift_of(finished(say("make the dog green")))
    assert third["original"] == enlarged.version  # another original


def test_many_layers_bring_the_offer_once(agent: Agent, say: Say, scripted: ModuleType) -> None:
    say(DRAW)
    free = TurnOptions(lock="off")
    say("from now on keep it night")
    told = [
        finished(say(f"make the cat {colour}", options=free))
        for colour in ("green", "white", "red", "yellow", "purple", "green", "white", "red")
    ]
    offers = [turn for turn in told if 'Say "squash"' in turn.reply]
    assert len(offers) == 1 and drift_of(offers[0])["reason"]
    before = told[-1]
    turn = finished(say("squash"))
    assert turn.reply.startswith("I rebuilt the picture from the original in one painting")
    assert seen(agent, scripted, turn) == seen(agent, scripted, before)
    assert turn.plan and turn.brief and turn.plan["squashed"] == before.version
    assert turn.parent_id == agent.store.turns(turn.session_id)[0].turn_id  # a branch
    assert drift_of(turn)["layers"] == 1
    both = decode(agent.store.images.get(turn.plan["reply_image"]))
    assert both.width > 2 * both.height
    checks = {check.text: check.verdict for check in agent.store.checks(turn.turn_id)}
    assert checks["cat red small top right"] == "yes" and checks["night"] == "yes"
    assert agent.view(turn.session_id).picture == turn.version
    assert agent.go_to(turn.session_id, before.turn_id).picture == before.version


def test_a_new_light_is_a_new_original(agent: Agent, say: Say) -> None:
    say(DRAW)
    say("make the cat green")
    night = finished(say("make it night"))
    assert drift_of(night)["original"] == night.version  # all of it was asked for
    assert (drift_of(night)["distance"], drift_of(night)["layers"]) == (None, 2)
    last = drift_of(finished(say("make the cat white")))
    assert (last["original"], last["identical_share"], last["layers"]) == (night.version, 1.0, 3)


def test_an_edited_upload_is_rebuilt_from_the_upload(
    agent: Agent, say: Say, scripted: ModuleType, tmp_path: Path
) -> None:
    from pentimento.model.storybook.scene import parse_listing

    upload = tmp_path / "u.png"
    scripted.paint_scene(parse_listing("snow, day; dog red small top left.")).save(upload)
    first = finished(say("make the dog blue", images=[upload]))
    assert finished(say("squash")).reply.startswith("There is nothing to squash")
    say("add a yellow star at the bottom left")
    say("make it night")
    turn = finished(say("rebuild it from the original"))
    assert turn.brief and turn.brief["source"] == first.image_hashes[0]
    assert turn.parent_id == first.parent_id
    assert seen(agent, scripted, turn) == (
        "snow, night; dog blue small top left; star yellow small bottom left."
    )


def test_what_was_not_asked_for_is_the_original_again(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    drawn = finished(say(DRAW))
    say("make the cat green")
    say("make the cat white")
    turn = finished(say("squash everything"))
    before, after = (
        np.asarray(decode(agent.store.images.get(one.version or ""))) for one in (drawn, turn)
    )
    assert (before[48:] == after[48:]).all() and (before[:48, :48] == after[:48, :48]).all()


def test_its_maps_and_comparisons_travel_with_the_session(
    agent: Agent, say: Say, tmp_path: Path
) -> None:
    say(DRAW)
    say("make the cat green")
    say("make the cat white")
    turn = finished(say("squash"))
    assert turn.plan
    path = agent.store.export_session(turn.session_id, tmp_path / "s.zip")
    names = (turn.plan["reply_image"], turn.plan["drift"]["layers_map"])
    agent.store.purge_session(turn.session_id)
    for name in names:
        assert not agent.store.images.exists(name)
    agent.store.import_session(path)
    for name in names:
        assert agent.store.images.exists(name)


@pytest.mark.parametrize(
    "text",
    ["squash", "Squash it, please.", "flatten the history", "rebuild the picture from the original",
     "squash all the edits into one painting", "can you squash this?", "squash everything into one",
     "merge all the edits into one"],
)  # fmt: skip
def test_a_squash_in_words(text: str) -> None:
    assert is_squash(text)


@pytest.mark.parametrize("text", ["draw a squash", "add a flat cat", "go back to the original"])
def test_other_words_are_no_squash(text: str) -> None:
    assert not is_squash(text)


def test_names_are_given_and_found_in_words(agent: Agent, say: Say) -> None:
    first = finished(say(DRAW))
    named = finished(say("call this version 'before the hat'"))
    assert "is called “before the hat” now" in named.reply
    say("make the cat green")
    assert agent.store.turn(first.turn_id).label == "before the hat"
    assert finished(say("search for before the hat")).reply.startswith("Turn 1: draw a small red")
    say("rename this session to My cats")
    assert agent.store.session(first.session_id).title == "My cats"
    assert "No turn of this session" in finished(say("search for an elephant")).reply
