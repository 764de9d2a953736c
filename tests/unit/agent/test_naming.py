"""Names for versions and sessions, and looking for words in the past."""

import pytest
from pentimento.agent.naming import Naming, read_naming


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
    ],
)
def test_other_words_name_nothing(text: str) -> None:
    assert read_naming(text) is None
