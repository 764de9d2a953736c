"""What a person reads of checks."""

import pytest
from pentimento.agent.replies import check_words


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("cat red small top left", "a small red cat at the top left"),
        ("umbrella", "an umbrella"),
        ("house white bottom left", "a white house at the bottom left"),
        ("dog small right", "a small dog on the right"),
        ("star middle center", "a star in the center"),
        ("2 cat red", "2 red cats"),
        ("3 balloon", "3 balloons"),
        ("2 fish small", "2 small fish"),
        ("no dog", "no dog"),
        ("sunset", "sunset"),
    ],
)
def test_a_check_is_said_in_words(check: str, words: str) -> None:
    assert check_words(check) == words
