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
        ("search for the hat", Naming("search", "hat")),
        ("find the turn with a blue house", Naming("search", "blue house")),
        ("when did we add the hat?", Naming("search", "hat")),
    ],
)
def test_names_are_read(text: str, naming: Naming) -> None:
    assert read_naming(text) == naming


@pytest.mark.parametrize(
    "text", ["mark it red", "call the cat", "make this version darker", "undo", "find the cat"]
)
def test_other_words_name_nothing(text: str) -> None:
    assert read_naming(text) is None
