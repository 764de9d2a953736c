"""What the chat shows of stored turns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pentimento.model.storybook.scene import parse_listing
from pentimento.ui.compose import Studio
from pentimento.ui.messages import conversation_messages, plain
from pentimento.ui.screen import ScreenReader
from pentimento.ui.views import ViewFiles

DRAW = "draw a small red cat at the top left and a large blue house at the bottom right"


@pytest.fixture
def session_id(studio: Studio) -> str:
    """Return a new session."""
    return studio.store.create_session().session_id


@pytest.fixture
def show(studio: Studio, session_id: str, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Return what says things in the session and returns its messages."""
    views = ViewFiles(tmp_path / "views", studio.store)

    def say(*texts: str) -> list[dict[str, Any]]:
        for text in texts:
            list(studio.agent.take_turn(session_id, text))
        return conversation_messages(studio.store, views, studio.agent.view(session_id))

    return say


def titles(messages: list[dict[str, Any]]) -> list[str]:
    """Return the titles of the thoughts."""
    return [one["metadata"]["title"] for one in messages if one.get("metadata")]


def test_a_drawing_shows_words_thoughts_reply_and_picture(show: Any) -> None:
    messages = show(DRAW)
    assert messages[0] == {"role": "user", "content": DRAW}
    assert titles(messages)[0] == "Planned and drew · checks 2/2"
    assert {"Brief", "Checks 2/2", "Why it stopped there"} < set(titles(messages))
    assert messages[-2]["content"].startswith("Here is your picture")
    assert Path(messages[-1]["content"]["path"]).read_bytes()[:4] == b"\x89PNG"


def test_what_was_repainted_unasked_is_shown(show: Any, studio: Studio) -> None:
    def paint_the_cat_too(brief: Any, scene: Any) -> Any:
        is_edit = "house yellow" in str(scene)
        return parse_listing(str(scene).replace("cat red", "cat white")) if is_edit else scene

    studio.model.on_paint = paint_the_cat_too  # type: ignore[attr-defined]
    messages = show(DRAW, "make the house yellow")
    (shown,) = [
        one
        for one in messages
        if one.get("metadata") and one["metadata"]["title"] == "Repainted unasked"
    ]
    assert Path(shown["content"]["path"]).read_bytes()[:4] == b"\x89PNG"


def test_a_question_shows_no_picture(show: Any) -> None:
    messages = show(DRAW, "how many things are there?")
    assert messages[-1]["content"] == "There are 2."


def test_what_was_undone_is_folded_away_in_its_place(
    show: Any, studio: Studio, session_id: str
) -> None:
    show(DRAW, "make the cat blue")
    studio.agent.undo(session_id)
    messages = show("make the cat green")
    words = [one["content"] for one in messages if one["role"] == "user"]
    assert words == [DRAW, "~~make the cat blue~~", "make the cat green"]
    assert "Set aside" in titles(messages)


def test_a_question_and_its_answer_stay_in_the_conversation(
    show: Any, studio: Studio, session_id: str
) -> None:
    messages = show("draw something")
    assert messages[-1]["content"] == "What should I draw?"
    waiting = studio.agent.view(session_id).waiting
    assert waiting
    list(studio.agent.resume_turn(waiting.turn_id, "a green dog"))
    messages = show()
    assert [one["content"] for one in messages[:3]] == [
        "draw something",
        "What should I draw?",
        "a green dog",
    ]


def test_a_failed_turn_shows_its_sentence(show: Any, studio: Studio, session_id: str) -> None:
    turn = studio.store.begin_turn(session_id, "make it blue")
    studio.store.fail_turn(turn.turn_id, "The decoder gave up.")
    assert show()[-1]["content"] == "The decoder gave up."


def test_the_strip_tells_where_a_version_branched_off(
    show: Any, studio: Studio, session_id: str, tmp_path: Path
) -> None:
    show(DRAW, "make the cat blue", "make the cat large")
    studio.agent.undo(session_id)
    show("add a yellow star at the top right")
    views = ViewFiles(tmp_path / "views", studio.store)
    screen = ScreenReader(studio.agent, studio.store, views).read(session_id)
    assert [label for _, label in screen.strip["value"]] == ["1", "2", "3", "4 from 2"]
    assert screen.strip["selected_index"] == 3
    assert screen.undo["interactive"] is True
    assert screen.redo["interactive"] is False


def test_what_the_user_overruled_counts_as_held(show: Any, studio: Studio, session_id: str) -> None:
    def paint_no_cat(brief: Any, scene: Any) -> Any:
        return parse_listing(str(scene).replace("cat red", "cat white"))

    studio.model.on_paint = paint_no_cat  # type: ignore[attr-defined]
    assert "Checks 1/2" in titles(show(DRAW))
    studio.store.overrule_checks(studio.store.turns(session_id)[0].turn_id)
    messages = show()
    assert "Checks 2/2" in titles(messages) and "Checks 1/2" not in titles(messages)
    assert any("(you said it is fine)" in str(one["content"]) for one in messages)


def test_a_turn_at_work_is_told_in_italics(show: Any, studio: Studio, session_id: str) -> None:
    studio.store.begin_turn(session_id, "make it blue")
    assert show()[-1]["content"] == "*still running*"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        ("2 * 3 * 4", "2 \\* 3 \\* 4"),
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("- one\n1. two", "\\- one\n1\\. two"),
    ],
)
def test_users_words_are_no_markup(text: str, shown: str) -> None:
    assert plain(text) == shown
