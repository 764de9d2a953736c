"""The past as a tree on the command line: goto, label, search, compare, replay."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pentimento.model.errors import ModelError
from PIL import Image

Run = Callable[..., Any]


def test_goto_begins_a_branch(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    assert "Now at turn 1" in pentimento("session", "goto", session_id, 1).out
    pentimento("edit", session_id, "make the cat green", "-o", tmp_path / "y.png")
    tree = pentimento("session", "tree", session_id).out.splitlines()
    assert [line[:6] for line in tree[1:]] == ["  1. d", "    2.", "*   3."]
    assert pentimento("session", "goto", session_id, 9).code == 2


def test_a_label_is_found_and_checks_are_searched(session_id: str, pentimento: Run) -> None:
    assert "[the first]" in pentimento("session", "label", session_id, 1, "the first").out
    found = pentimento("session", "search", "the first", "--json").json
    assert [turn["number"] for turn in found] == [1]
    checked = pentimento("session", "search", "cat blue small", "--session", session_id).out
    assert checked.count("\n") == 1 and "2. make the cat blue" in checked
    assert "No turn matches" in pentimento("session", "search", "elephant").err


def test_a_label_that_is_too_long_is_refused(session_id: str, pentimento: Run) -> None:
    refused = pentimento("session", "label", session_id, 1, "x" * 81)
    assert refused.code == 2 and "at most 80 characters" in refused.err


def test_any_two_turns_are_compared(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    out, marked = tmp_path / "both.png", tmp_path / "marked.png"
    command = ("session", "compare", session_id, 1, 2)
    told = pentimento(*command, "-o", out, "--difference", marked).out
    assert told.startswith("From left to right: the cat is blue now.")
    with Image.open(out) as both:
        assert both.width > 2 * both.height
    with Image.open(marked) as difference:
        assert difference.height == both.height
    found = pentimento("session", "compare", session_id, 1, 2, "--json").json
    assert found["changes"] == ["cat red small top left -> cat blue small top left"]


def test_a_replay_is_a_session_of_its_own(session_id: str, pentimento: Run) -> None:
    pentimento("session", "wishes", session_id, "--add", "keep it night")
    played = pentimento("session", "replay", session_id, "--seed", 7, "--json").json["turns"]
    assert [turn["seed"] for turn in played] == [7, 8]
    assert [turn["difference"]["changes"] for turn in played] == [["day -> night"]] * 2
    assert len(pentimento("session", "list", "--json").json) == 2
    same = pentimento("session", "replay", played[0]["session_id"]).out.splitlines()
    assert len(same) == 2 and all("100.0 % of the pixels identical" in line for line in same)
    assert pentimento("session", "replay", session_id, "--size", "big").code == 2


def test_a_replay_tells_why_a_turn_came_to_nothing(session_id: str, pentimento: Run) -> None:
    refused = pentimento("session", "replay", session_id, "--seed", -1)
    assert refused.code == 2 and "A seed is between 0 and" in refused.err
    assert len(pentimento("session", "list", "--json").json) == 1  # nothing was begun
    model = sys.modules["scripted"].ScriptedStorybook(on_answer=_fail)
    lines = pentimento("session", "replay", session_id, model=model).out.splitlines()
    assert "came to nothing: The model has no power" in lines[0]


def _fail(prompt: str) -> None:
    raise ModelError("The model has no power.")
