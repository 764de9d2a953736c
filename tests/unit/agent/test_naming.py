"""Names for versions and sessions, and looking for words in the past."""

from typing import Any

import pytest
from pentimento.agent.naming import Naming, read_naming
from pentimento.agent.nodes.history import history
from pentimento.agent.nodes.route import route


@pytest.mark.parametrize(
    ("text", "naming"),
    [
        ("call this version 'before the hat'", Naming("label", "before the hat")),
        ("label it as final.", Naming("label", "final")),
        ("mark this picture as the best", Naming("label", "the best")),
        ("rename this session to My cats", Naming("rename", "My cats")),
        ('call it "before the hat"', Naming("label", "before the hat")),
        ('label turn 2 "green one"', Naming("label", "green one", 2)),
        ("rename this version to draft", Naming("label", "draft")),
        ("remove the label of turn 2", Naming("label", "", 2)),
        ("find the turn where I added the hat", Naming("search", "hat")),
        ("search for the hat", Naming("search", "hat")),
        ("find the turn with a blue house", Naming("search", "blue house")),
        ("when did we add the hat?", Naming("search", "hat")),
        ("when did we add the hat and remove the cat?", Naming("search", "hat and remove the cat")),
        ("call this version salt and pepper", Naming("label", "salt and pepper")),
        ("label it 'cat, make it red'", Naming("label", "cat, make it red")),
        (
            "call this picture Max and add a small white star",
            Naming("label", "Max", rest="add a small white star"),
        ),
        ('label turn 2 "Max", then make it night', Naming("label", "Max", 2, "make it night")),
        ("rename this session to Cats and add a hat", Naming("rename", "Cats", rest="add a hat")),
    ],
)
def test_names_are_read(text: str, naming: Naming) -> None:
    assert read_naming(text) == naming


@pytest.mark.parametrize(
    "text",
    [
        "mark it red",
        "call the cat",
        "make this version darker",
        "undo",
        "find the cat",
        "call it a day",
        "find the version with the blue dog and make it night",
        "search for the blue dog, then add a star",
    ],
)
def test_other_words_name_nothing(text: str) -> None:
    assert read_naming(text) is None


def test_the_request_behind_a_name_is_offered_and_taken_up(bench: Any, run: Any) -> None:
    drawn = bench.store.begin_turn(bench.session_id, "draw a cat")
    key = bench.put("meadow, day; cat red small top left.")
    bench.store.commit_turn(drawn.turn_id, route="draw", reply="", version=key)
    state = bench.state("call this picture Max and make it night")
    done = run(history, state)
    assert done["reply"] == (
        "The picture of turn 1 is called “Max” now. "
        "I can do the rest: say “yes” for “make it night”."
    )
    bench.store.commit_turn(
        state["turn_id"], route="history", reply=done["reply"], head=done["head"],
        plan={"rest": done["rest"]},
    )  # fmt: skip
    assert run(route, bench.state("yes"))["text"] == "make it night"
