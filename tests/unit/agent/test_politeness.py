"""A command is the same command, however politely it is said."""

import itertools
from collections.abc import Callable

import pytest
from pentimento.agent.again import is_again
from pentimento.agent.naming import read_naming
from pentimento.agent.past import UNDONE
from pentimento.agent.routing import BEGINS
from pentimento.agent.squash import is_squash
from pentimento.agent.wish_commands import FORGET_THAT

BEFORE = (
    "",
    "please ",
    "Ok, ",
    "could you please ",
    "well, i'd like to ",
    "No, ",
    "i want you to ",
)
BEHIND = ("", " please", ", thanks", " now, please!", ", if you can", ".")


@pytest.mark.parametrize(
    "reads, command",
    [
        (is_squash, "squash everything"),
        (is_again, "paint it again"),
        (UNDONE.fullmatch, "undo the crop"),
        (FORGET_THAT.match, "forget that"),
    ],
)
def test_what_is_said_around_a_command_changes_nothing(
    reads: Callable[[str], object], command: str
) -> None:
    for before, behind in itertools.product(BEFORE, BEHIND):
        assert reads(f"{before}{command}{behind}"), (before, behind)


@pytest.mark.parametrize("before", BEFORE)
def test_a_name_is_given_politely(before: str) -> None:
    naming = read_naming(f'{before}call this version "before the hat"')
    assert naming and naming.kind == "label" and naming.name == "before the hat"
    assert BEGINS.match(f"{before}add a cat")


@pytest.mark.parametrize("text", ["i call it a day", "you are wrong to forget that the cat is red"])
def test_what_only_speaks_of_a_command_is_none(text: str) -> None:
    assert read_naming(text) is None and not FORGET_THAT.match(text)
