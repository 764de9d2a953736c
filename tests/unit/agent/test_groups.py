"""A plan for all of a kind that forgot one is completed; every other plan is left alone."""

import random

import pytest
from pentimento.agent.groups import complete_ground, complete_group, everything_but
from pentimento.agent.language import EditAnswer, apply_changes, is_same, read_edit, read_listing
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wish_kinds import EDIT_KINDS, make_wish, say
from pentimento.model.storybook.world import CORE, sample_scene

SOURCE = read_listing(
    "meadow, day; tree red small top left; tree green large middle left; house blue large "
    "middle right; tree white small bottom center."
)


def plan_of(changes: str) -> EditAnswer:
    found = read_edit(f"{changes} => {SOURCE}")
    assert isinstance(found, EditAnswer)
    return found


@pytest.mark.parametrize(
    ("words", "changes", "missing"),
    [
        (
            "remove all the trees",
            "tree red small top left -> nothing",
            [
                "tree green large middle left -> nothing",
                "tree white small bottom center -> nothing",
            ],
        ),
        (
            "no oaks right now, please",
            "tree red small top left -> nothing; tree white small bottom center -> nothing",
            ["tree green large middle left -> nothing"],
        ),
        (
            "paint every tree green",
            "tree red small top left -> tree green small top left",
            ["tree white small bottom center -> tree green small bottom center"],
        ),
        (
            "make everything small",
            "tree green large middle left -> tree green small middle left",
            ["house blue large middle right -> house blue small middle right"],
        ),
    ],
)
def test_what_was_forgotten_is_done_too(words: str, changes: str, missing: list[str]) -> None:
    found = plan_of(changes)
    made = complete_group(words, found, SOURCE)
    assert [str(change) for change in made.changes] == [*map(str, found.changes), *missing]
    reached = apply_changes(SOURCE, made.changes)
    assert reached and is_same(made.target, reached)


@pytest.mark.parametrize(
    "words",
    [
        "remove the tree",
        "no, remove the tree",
        "remove two trees",
        "remove all the trees but the green one",
        "remove all the red trees",
        "remove the trees on the left",
        "remove the trees and the house",
        "leave everything as it is and remove the tree",
        "remove some trees",
        "remove half of the trees",
        "fewer trees please",
        "not all the trees, remove the one at the edge",
        "remove the biggest trees",
        "these trees",
        "no! remove the tree",
        "oh no, remove the tree",
        "remove the tree, that's all",
        "paint the tree all green",
        "can you remove the tree at all?",
        "remove both trees",
        "thanks for everything, remove it",
        "all the trees in various colours",
    ],
)
def test_where_not_all_are_meant_nothing_is_added(words: str) -> None:
    found = plan_of("tree red small top left -> nothing")
    assert complete_group(words, found, SOURCE) is found


def test_a_colour_that_the_words_do_not_name_is_given_to_one_alone() -> None:
    found = plan_of("tree white small bottom center -> tree blue small bottom center")
    assert complete_group("tint each of the trees its own colour", found, SOURCE) is found


def test_the_grammars_right_plans_stay_as_they_are() -> None:
    rng = random.Random(4)
    voices = [Voice(rng, CORE, "train"), Voice(rng, CORE, "test")]
    added, num_plans = [], 0
    for number in range(1500):
        voice, scene = voices[number % 2], sample_scene(rng, CORE, rng.randint(2, 5))
        wish = make_wish(voice, scene, rng.choice(EDIT_KINDS))
        try:
            edit = wish.apply(scene) if wish else None
        except ValueError:
            continue
        if wish and edit:
            words, found = voice.finish(say(voice, wish)), read_edit(str(edit))
            assert isinstance(found, EditAnswer)
            num_plans += 1
            if complete_group(words, found, read_listing(str(scene))) is not found:
                added.append(words)
    assert added == [] and num_plans > 800


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("take away everything except the trees", ["tree", "tree", "tree"]),
        ("please remove everything but the house!", ["house"]),
        ("get rid of all the things apart from the white tree", ["tree"]),
        ("keep only the house and the red tree", ["tree", "house"]),
        ("leave nothing but the trees, please", ["tree", "tree", "tree"]),
        ("Only keep the oak at the top left", ["tree"]),
        ("keep only the trees that are small", ["tree", "tree"]),
    ],
)
def test_everything_but_some_is_read_without_the_model(words: str, kept: list[str]) -> None:
    found = everything_but(words, SOURCE)
    assert found
    assert [entry.split()[0] for entry in found.target.entries] == kept
    assert len(found.changes) == len(SOURCE.entries) - len(kept)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("keep only one tree", ["tree red small top left"]),
        ("remove everything but one tree", ["tree red small top left"]),
        ("keep only a green tree", ["tree green large middle left"]),
        (
            "keep only two of the trees",
            ["tree red small top left", "tree green large middle left"],
        ),
        (
            "keep only one small tree and the house, please",
            ["tree red small top left", "house blue large middle right"],
        ),
    ],
)
def test_of_more_than_are_to_stay_the_first_do(words: str, kept: list[str]) -> None:
    found = everything_but(words, SOURCE)
    assert found and list(found.target.entries) == kept


@pytest.mark.parametrize(
    "words",
    [
        "keep only the trees small",
        "keep only the house green",
        "keep only four trees",
        "keep only 2 trees",
        "remove all but one tree",
        "remove all the trees but the red one",
        "remove everything",
        "paint everything but the house red",
        "remove everything but the dragon",
        "remove everything but the dog",
        "just leave the tree alone",
        "keep only the background",
        "keep only half of it",
        "leave everything but the tree as it is",
        "remove the tree but keep the house",
    ],
)
def test_what_is_no_such_wish_is_left_to_the_model(words: str) -> None:
    assert everything_but(words, SOURCE) is None


@pytest.mark.parametrize(
    ("words", "changes", "whole"),
    [
        ("put it on the beach at sunset", "day -> sunset", "meadow -> beach; day -> sunset"),
        ("a snowy night, please", "meadow -> snow", "meadow -> snow; day -> night"),
        ("a winter night", "day -> night", "meadow -> snow; day -> night"),
        ("make it night", "day -> night", None),
        ("a meadow at dusk", "day -> sunset", None),
        ("it is too dark for a beach", "meadow -> beach", None),
        ("from the beach to a forest at night", "meadow -> forest", None),
        (
            "remove the house and make it a beach at night",
            "house blue large middle right -> nothing",
            None,
        ),
    ],
)
def test_a_scene_and_a_light_come_together(words: str, changes: str, whole: str | None) -> None:
    found = plan_of(changes)
    told = complete_ground(words, found, SOURCE)
    assert "; ".join(map(str, told.changes)) == (whole or changes)
