"""Commands about the session: what an undo names, and what is counted."""

from typing import Any

import pytest
from pentimento.agent.past import missed, recall
from pentimento.memory.records import TurnRecord


def commit(bench: Any, text: str, reply: str, route: str = "edit", is_done: bool = True) -> None:
    version = bench.put("meadow, day; cat red small top left.") if is_done else None
    turn = bench.store.begin_turn(bench.session_id, text)
    bench.store.commit_turn(turn.turn_id, route=route, reply=reply, version=version)


@pytest.fixture
def turns(bench: Any) -> list[TurnRecord]:
    commit(bench, "draw a red cat and a hat", "A red cat and a hat.", "draw")
    commit(bench, "crop to 4:3", "I cropped it to 4:3.", "adjust")
    commit(bench, "make the cat blue", "The cat is blue now.")
    commit(bench, "add an elephant", "I cannot draw an elephant.", is_done=False)
    found: list[TurnRecord] = bench.store.turns(bench.session_id)
    return found


@pytest.mark.parametrize(
    "what",
    [
        "colour change",
        "last colour change",
        "recolouring",
        "mistake",
        "last action",
        "last command",
        "blue cat",
        "last two changes",
    ],
)
def test_an_undo_that_may_mean_the_last_change_is_no_miss(
    turns: list[TurnRecord], what: str
) -> None:
    assert missed(f"undo the {what}", turns) == ""
    assert missed(f"undo that {what}", turns) == ""


@pytest.mark.parametrize("what", ["hat", "red cat", "night", "crop"])
def test_an_undo_of_another_thing_is_told(turns: list[TurnRecord], what: str) -> None:
    told = missed(f"undo the {what}", turns)
    assert told.startswith(f"The last change was “make the cat blue”, not the {what}.")


@pytest.mark.parametrize("what", ["first change", "second edit", "first two steps", "3rd change"])
def test_only_the_last_change_is_undone_by_itself(turns: list[TurnRecord], what: str) -> None:
    assert missed(f"undo the {what}", turns) == (
        'I can only undo the last change, “make the cat blue”: say "undo". To go further back, '
        'name the turn whose picture you want: "go back to turn 1".'
    )


def test_a_refused_edit_is_not_counted(turns: list[TurnRecord]) -> None:
    assert recall("how many edits have we made?", turns, turns) == "There have been 2 edits so far."
