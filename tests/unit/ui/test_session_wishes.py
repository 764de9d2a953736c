"""Standing wishes and confirmed plans on the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def session_id(tmp_path: Path, pentimento: Run) -> str:
    """Return a session of one drawing."""
    drawn = pentimento("draw", "draw a red cat at the top left", "-o", tmp_path / "x.png", "--json")
    return str(drawn.json["session_id"])


def test_wishes_are_added_listed_and_taken_back(session_id: str, pentimento: Run) -> None:
    assert "no standing wishes" in pentimento("session", "wishes", session_id).err
    words = ("--add", "keep it night", "--add", "no dogs")
    assert pentimento("session", "wishes", session_id[:8], *words).out == (
        "1. keep it night\n2. no dogs\n"
    )
    left = pentimento("session", "wishes", session_id, "--revoke", 1, "--json").json
    assert [wish["text"] for wish in left["wishes"]] == ["no dogs"]
    shown = pentimento("session", "wishes", session_id, "--all").out
    assert shown == "1. keep it night  (taken back)\n2. no dogs\n"


def test_a_wish_that_cannot_be_checked_is_told(session_id: str, pentimento: Run) -> None:
    added = pentimento("session", "wishes", session_id, "--add", "keep it cosy")
    assert added.out == "1. keep it cosy\n" and "no words to check that" in added.err
    assert pentimento("session", "wishes", session_id, "--add", "no dogs").err == ""


def test_a_wish_that_is_not_there_is_refused(session_id: str, pentimento: Run) -> None:
    refused = pentimento("session", "wishes", session_id, "--revoke", 7, "--add", "no dogs")
    assert refused.code == 2 and "no standing wish 7" in refused.err
    assert pentimento("session", "wishes", session_id, "--add", " ").code == 2
    assert pentimento("session", "wishes", session_id).out == ""  # nothing of it was done


def test_a_wish_holds_for_the_next_edit(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    pentimento("session", "wishes", session_id, "--add", "keep it night")
    out = tmp_path / "y.png"
    edited = pentimento("edit", session_id, "make the cat blue", "-o", out, "--json").json
    assert edited["plan"]["target"] == "meadow, night; cat blue small top left."
    assert "night" in [check["text"] for check in edited["checks"]]


def test_a_plan_waits_for_its_answer(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    out = tmp_path / "y.png"
    wish = ("edit", session_id, "make the cat blue", "-o", out, "--confirm-plan")
    waiting = pentimento(*wish, "--json")
    assert waiting.code == 0 and not out.exists()
    assert waiting.json["status"] == "waiting"
    assert waiting.json["plan"]["changes"] == ["cat red small top left -> cat blue small top left"]
    done = pentimento("session", "answer", session_id, "yes", "-o", out, "--json").json
    assert done["status"] == "done" and out.exists()
    assert done["turn_id"] == waiting.json["turn_id"]
    again = pentimento("session", "answer", session_id, "yes")
    assert again.code == 2 and "waits for an answer" in again.err


def test_a_plan_is_told_in_words(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    out = tmp_path / "y.png"
    shown = pentimento("edit", session_id, "make the cat blue", "-o", out, "--confirm-plan")
    assert shown.out.startswith("Shall I paint this: meadow, day; cat blue")
    assert "check: cat blue small top left" in shown.err
    assert "from your words: [-make the-]" in shown.err and "session answer" in shown.err
    assert pentimento("session", "answer", session_id, "no").out.startswith("As you wish")


def test_squash_rebuilds_on_a_branch(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    out = tmp_path / "y.png"
    for colour in ("blue", "green"):
        pentimento("edit", session_id, f"make the cat {colour}", "-o", out)
    shown = pentimento("session", "show", session_id).out
    assert shown.count("drift: ") == 2 and "one place was painted over 2 times" in shown
    done = pentimento("session", "squash", session_id, "-o", out, "--json").json
    assert done["plan"]["changes"] == ["cat red small top left -> cat green small top left"]
    tree = pentimento("session", "tree", session_id).out.splitlines()
    assert tree[-1].startswith("*   4. squash")
