"""Small readers and writers: references, history, clarification, replies, checklists, routers."""

import time

import pytest
from pentimento.agent import routers
from pentimento.agent.checklist import checks_of_draw, checks_of_edit
from pentimento.agent.errors import TimeLimitError
from pentimento.agent.language import read_changes, read_listing
from pentimento.agent.limits import run_limited
from pentimento.agent.nodes.clarify import joined
from pentimento.agent.nodes.paint import candidate_seed
from pentimento.agent.past import UNDONE, read_move
from pentimento.agent.replies import draw_reply, edit_reply
from pentimento.model.storybook.phrases import ASIDES

CAT, DOG, HOUSE = (
    "cat red small top left",
    "dog white small top right",
    "house blue large top center",
)
SOURCE = read_listing(f"meadow, day; {CAT}; {HOUSE}; {DOG}.")


@pytest.mark.parametrize(
    ("text", "kind", "steps"),
    [
        ("undo", "undo", 1),
        ("go back two steps", "undo", 2),
        ("undo that twice", "undo", 2),
        ("please redo it", "redo", 1),
        ("undo everything", "start", 1),
        ("go back to turn 3", "go_to", 1),
        ("back to the original", "go_to", 1),
        ("compare it with the first picture", "compare", 1),
        ("show me the history", "list", 1),
        ("cmd+z", "undo", 1),
        ("forget that change", "undo", 1),
        ("i liked version 3 better, bring it back", "go_to", 1),
        ("turn 2 was the best, go back there", "go_to", 1),
        ("put back what i undid", "redo", 1),
        ("what did the last edit change?", "compare", 1),
        ("which versions do we have?", "list", 1),
        ("what versions are there?", "list", 1),
        ("undo 3", "undo", 3),
        ("go back two", "undo", 2),
        ("go back a couple of steps", "undo", 2),
        ("undo the last two changes", "undo", 2),
        ("redo twice", "redo", 2),
        ("go back to 2", "go_to", 1),
        ("the last one was better", "undo", 1),
        ("it used to look nicer", "undo", 1),
        ("the last change was a mistake", "undo", 1),
        ("show me old and new next to each other", "compare", 1),
        ("what have i changed so far?", "list", 1),
        ("what did i ask for in turn 3?", "list", 1),
        ("show me how it all began", "go_to", 1),
        ("what has changed so far?", "list", 1),
        ("compare the original with what we have so far", "compare", 1),
        ("undo what you've done", "undo", 1),
        ("go back in history two steps", "undo", 2),
        ("undo that, let's try something different", "undo", 1),
        ("go back to version 2, the others are different", "go_to", 1),
        ("go back to turn 3, where we began to add dogs", "go_to", 1),
        ("undo the last change and begin again", "undo", 1),
        ("that's not what I asked for, go back", "undo", 1),
        ("take everything that was changed back", "undo", 1),
        ("did you change something? undo it", "undo", 1),
        ("reset everything that was changed", "start", 1),
        ("what happened to the picture? undo", "undo", 1),
        ("show it in its original state", "go_to", 1),
        ("did you change anything just now?", "compare", 1),
        ("what's the last thing you did?", "list", 1),
    ],
)
def test_history_commands_are_read(text: str, kind: str, steps: int) -> None:
    move = read_move(text)
    assert move and (move.kind, move.steps) == (kind, steps)


@pytest.mark.parametrize(
    "text",
    [
        "the last change was great",
        "that change was perfect",
        "that's exactly what I asked for",
        "could you change something?",
        "his shoelaces are undone",
        "draw a door without the step",
        "how has the tree changed over time",
        "draw a timeline",
        "it looks at first like a cat",
        "what happened to the picture on the wall",
    ],
)
def test_praise_and_pictures_are_no_history(text: str) -> None:
    assert read_move(text) is None


def test_an_undo_with_a_request_is_no_plain_undo() -> None:
    assert UNDONE.match("undo the crop please")
    assert UNDONE.match("undo the last change")
    assert UNDONE.match("undo the crop and make it night") is None
    assert UNDONE.match("undo it, make the cat red") is None


def test_what_the_router_is_trained_to_send_here_is_read() -> None:
    texts = [pattern.format(n=3, m="two") for pattern in ASIDES["history"].patterns]
    assert [text for text in texts if read_move(text) is None] == []


WHICH = "Which cat do you mean, the red one at the top left or the blue one at the bottom right?"


@pytest.mark.parametrize(
    ("request_text", "question", "answer", "expected"),
    [
        ("make the cat green", WHICH, "the red one", "make the red cat green"),
        ("make the cat green", WHICH, "red", "make the red cat green"),
        ("make the cat green", WHICH, "top left", "make the cat at the top left green"),
        ("make the cat green.", WHICH, "I mean the blue cat, please", "make the blue cat green"),
        ("make it bigger", "Which one do you mean?", "the house", "make the house bigger"),
        (
            "remove the dog",
            "There is no dog. Which thing do you mean?",
            "the cat",
            "remove the cat",
        ),
        ("draw something", "What should I draw?", "a red cat", "a red cat"),
        ("it looks empty", "What should I add?", "a red cat", "add a red cat"),
        ("put more in", "What should I add?", "add a tree", "add a tree"),
        (
            "add a star at the top",
            "There is no room at the top. Where should it go?",
            "middle left",
            "add a star at the middle left",
        ),
        ("make it night", "It is already night. What should change?", "make it day", "make it day"),
        ("make it nice", "How?", "with a hat", "make it nice, with a hat"),
    ],
)
def test_an_answer_is_joined_with_its_request(
    request_text: str, question: str, answer: str, expected: str
) -> None:
    assert joined(request_text, question, answer) == expected


def test_replies_say_what_was_done() -> None:
    target = read_listing("meadow, night; cat blue small middle center; dog white large top right.")
    changes = read_changes(
        f"{CAT} -> cat blue small middle center; {HOUSE} -> nothing; day -> night; "
        f"{DOG} -> dog white large top right; nothing -> star yellow small top left"
    )
    assert edit_reply(changes, target) == (
        "Done: the cat is blue now and stands in the center now, the blue house is gone, "
        "it is night now, the dog is large now, and a small yellow star stands at the top left."
    )
    assert draw_reply(read_listing("snow, day; nothing.")) == (
        "Here is your picture: nothing in it yet (snow, day)."
    )
    one = read_changes(f"{CAT} -> {DOG.replace('top right', 'top left')}")
    alike = read_changes(
        "tree green large top left -> tree purple large top left; "
        "tree green large top right -> tree purple large top right; fish red small bottom left "
        "-> nothing; fish red small bottom right -> nothing"
    )
    assert edit_reply(alike, target) == (
        "Done: two trees are purple now, and two red fish are gone."
    )
    assert "a small white dog at the top left has taken the place of the red cat" in edit_reply(
        one, target
    )


def test_the_checklist_of_an_edit_is_its_changes_and_what_stays() -> None:
    changes = read_changes(f"{CAT} -> nothing; {DOG} -> dog white large top right; day -> night")
    target = read_listing(f"meadow, night; {HOUSE}; dog white large top right.")
    checks = checks_of_edit(changes, SOURCE, target)
    assert [(check["text"], check["is_kept"]) for check in checks] == [
        ("no cat", False),
        ("dog white large top right", False),
        ("night", False),
        (HOUSE, True),
    ]


def test_removing_one_of_several_does_not_ask_for_none() -> None:
    source = read_listing(f"meadow, day; {CAT}; cat blue small top right.")
    target = read_listing("meadow, day; cat blue small top right.")
    checks = checks_of_edit(read_changes(f"{CAT} -> nothing"), source, target)
    assert [check["text"] for check in checks] == ["cat blue small top right"]


def test_the_checklist_of_a_drawing_is_what_was_asked_once() -> None:
    assert [check["text"] for check in checks_of_draw(("cat", "night", "cat"))] == ["cat", "night"]


def test_routers_follow_the_state() -> None:
    goes = {route: routers.after_route({"route": route}) for route in ("draw", "edit", "answer")}
    assert goes == {"draw": "resolve", "edit": "resolve", "answer": "answer"}
    assert routers.after_route({"route": "chat"}) == "decline"
    assert routers.after_adjust({"route": "edit"}) == "resolve"
    assert routers.after_adjust({"route": "adjust"}) == "commit"
    assert routers.after_resolve({"reply": "There is no picture."}) == "commit"
    assert routers.after_plan({"route": "edit", "question": "Which?"}) == "clarify"
    assert routers.after_plan({"route": "outside", "reply": "No."}) == "decline"
    assert routers.after_plan({"route": "edit", "reply": "It is so already."}) == "commit"
    assert routers.after_plan({"route": "edit"}) == "paint"
    assert routers.after_reflect({"stop_reason": None}) == "plan"
    assert routers.after_reflect({"stop_reason": "enough"}) == "measure"


def test_seeds_of_candidates_differ_and_the_first_is_the_turns_own() -> None:
    seeds = {candidate_seed(5, round, index) for round in range(4) for index in range(8)}
    assert len(seeds) == 32 and candidate_seed(5, 0, 0) == 5
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_limited_work_returns_raises_or_is_given_up() -> None:
    assert run_limited(lambda: 7, 1.0, "adding") == 7
    with pytest.raises(ZeroDivisionError):
        run_limited(lambda: 1 // 0, 1.0, "dividing")
    start = time.monotonic()
    with pytest.raises(TimeLimitError, match="sleeping took longer than 0.05 seconds"):
        run_limited(lambda: time.sleep(1), 0.05, "sleeping")
    assert time.monotonic() - start < 0.8
