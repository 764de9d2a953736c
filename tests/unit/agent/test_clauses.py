"""Several wishes in one sentence are told apart, and one wish is left whole."""

import random
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from pentimento.agent.clauses import MAX_JOINTS, MIN_CLEAR, MIN_LEAD, clauses_of
from pentimento.agent.dialogue import weigh_deeds
from pentimento.agent.language import DEEDS
from pentimento.model.nexus.unified import load_model
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wishes import sample_wish
from pentimento.model.storybook.world import CORE, sample_scene
from pentimento.prompts.loader import PromptLibrary

CHECKPOINT = Path(__file__).parents[3] / "model" / "storybook" / "checkpoint"
CAPTION = (
    "meadow, day; cat red small top left; star yellow small top right; dog blue large middle left; "
    "house white large bottom center; fish green small bottom right."
)
Scores = Mapping[str, float]
Weigh = Callable[[str], Scores]


@pytest.fixture(scope="module")
def weighed() -> Callable[..., Scores]:
    """What the shipped model says itself."""
    model = load_model(CHECKPOINT)
    return partial(weigh_deeds, model, PromptLibrary(model.info.family))


@pytest.fixture(scope="module")
def weigh(weighed: Callable[..., Scores]) -> Weigh:
    return lambda words: weighed(words, CAPTION)


def scores(deed: str, lead: float = 9.0, **others: float) -> Scores:
    """Return scores by which a deed leads."""
    return dict.fromkeys(DEEDS, -lead) | {deed: 0.0} | others


def test_a_sentence_is_cut_where_every_piece_holds_one_wish() -> None:
    asked = []

    def by_verbs(words: str) -> Scores:
        asked.append(words)
        verbs = {"fetch": "add", "hoist": "move", "dab": "recolour"}
        deeds = [verbs[word] for word in words.split() if word in verbs]
        return scores("several" if deeds[1:] else deeds[0] if deeds else "outside")

    text = "for fun, fetch a cat and a dog and hoist the fish over there, then dab it red"
    assert clauses_of(text, by_verbs) == [
        "for fun, fetch a cat and a dog", "hoist the fish over there", "dab it red",
    ]  # fmt: skip
    assert len(asked) == len(set(asked))
    asked.clear()
    assert clauses_of("hoist the fish", by_verbs) == ["hoist the fish"]
    assert asked == []  # nothing could be cut: the model is not bothered
    assert clauses_of("", by_verbs) == []


def test_what_sounds_like_one_wish_is_cut_at_a_break_alone() -> None:
    def told(words: str) -> Scores:
        return scores("add" if "fetch" in words else "recolour")

    for joint in (". ", "; then ", ", and also ", " & ", " and after that "):
        assert clauses_of(f"fetch a cat{joint}dab it red", told) == ["fetch a cat", "dab it red"]
    for joint in (" and ", ", ", ", and "):
        text = f"fetch a cat{joint}dab it red"
        assert clauses_of(text, told) == [text]
    text = "fetch it and go next to the cat"
    assert clauses_of(text, told) == [text]


@pytest.mark.parametrize(("clear", "is_cut"), [(MIN_CLEAR + 0.1, True), (MIN_CLEAR - 0.1, False)])
def test_where_it_may_be_several_every_piece_must_be_beyond_doubt(
    clear: float, is_cut: bool
) -> None:
    text = "fetch a cat and dab it red"

    def told(words: str) -> Scores:
        if words == text:
            return scores("replace", several=MIN_LEAD / 2)
        return scores("add") if "fetch" in words else scores("recolour", clear)

    assert clauses_of(text, told) == (["fetch a cat", "dab it red"] if is_cut else [text])


def test_where_no_cut_helps_the_sentence_stays_whole() -> None:
    text = " and ".join(["dab it red"] * 20)
    asked = []

    def always_several(words: str) -> Scores:
        asked.append(words)
        return scores("several")

    assert clauses_of(text, always_several) == [text]
    assert len(asked) <= 2 ** (MAX_JOINTS + 1)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("make the cat blue and add a star", ["make the cat blue", "add a star"]),
        (
            "Make the cat blue, move it to the left and then make it night.",
            ["Make the cat blue", "move it to the left", "make it night"],
        ),
        (
            "remove the dog. After that the house should be green!",
            ["remove the dog", "the house should be green"],
        ),
        (
            "can you go ahead and make it red, then add a star",
            ["can you go ahead and make it red", "add a star"],
        ),
        ("make the cat red and put it at the top", ["make the cat red", "put it at the top"]),
        (
            "turn the house into a boat and make it snowy",
            ["turn the house into a boat", "make it snowy"],
        ),
        ("turn the cat red and make it night", ["turn the cat red", "make it night"]),
        ("push the cat to the left, then move it up", ["push the cat to the left", "move it up"]),
        (
            "paint the fish blue. after that the ball purple",
            ["paint the fish blue", "paint the ball purple"],
        ),
        (
            "make the dog bigger and swap the star with a boat instead",
            ["make the dog bigger", "swap the star with a boat instead"],
        ),
        ("shrink it & paint it red", ["shrink it", "paint it red"]),
        ("add a star, and while you're at it hide it", ["add a star", "hide it"]),
        ("make the cat blue and the dog red", ["make the cat blue", "make the dog red"]),
        (
            "please turn the big cat crimson, the house at the top white",
            ["please turn the big cat crimson", "please turn the house at the top white"],
        ),
        ("Could you make it red; also move it up!", ["Could you make it red", "move it up"]),
    ],
)  # fmt: skip
def test_wishes_are_told_apart(text: str, clauses: list[str], weigh: Weigh) -> None:
    assert clauses_of(text, weigh) == clauses


@pytest.mark.parametrize(
    "text",
    [
        "make the cat and the dog blue",
        "swap the cat and the house",
        "add a small red cat, a blue dog and a star",
        "could you please make the cat blue?",
        "make it blue, leave the rest as it is",
        "delete the dog and draw a house there instead",
        "take the cat from where it is and put it at the top",
        "hello! now make it blue",
        "make it bigger and greener",
        "make the red cat and the blue dog large",
        "paint the large cat blue",
        "make the cat small and blue",
        "go on and add a large house and a yellow balloon",
        "leave all as it is and add two more little balloons",
        "keep everything and add a tree",
        "your turn: also draw three more large green cats",
        "take that and put it in the lower left corner",
        "can you pick the house up and put it upper left",
        "drag the puppy and set it down in the centre",
        "do me a favour and put a red boat next to the cat",
        "will you please keep everything and add a cottage",
        "remove the tree and move the cat there",
        "remove the dog and put the house there instead",
        "remove the cat. see you later",
        "remove the cat and keep the background",
        "resize the small flower and make it bigger",
        "turn the large red house and make it a tree",
        "anyway, it should also have a yellow boat",
        "",
    ],
)
def test_one_wish_stays_whole(text: str, weigh: Weigh) -> None:
    assert clauses_of(text, weigh) == ([text] if text else [])


@pytest.mark.parametrize(("is_one", "num", "least"), [(True, 150, 0.97), (False, 60, 0.85)])
def test_the_grammars_wishes_are_counted_right(
    is_one: bool, num: int, least: float, weighed: Callable[..., Scores]
) -> None:
    rng = random.Random(5)
    right = seen = 0
    while seen < num:
        scene = sample_scene(rng, CORE, 3)
        wish = sample_wish(Voice(rng, CORE, "test"), scene)
        # "make it red and make it small" may be told apart
        if wish.edit and wish.kind != "restyle" and (wish.kind == "several") is not is_one:
            seen += 1
            caption = str(scene)
            clauses = clauses_of(wish.text, lambda words: weighed(words, caption))  # noqa: B023
            right += (len(clauses) > 1) is not is_one
    assert right >= least * num
