"""Where words leave nothing open, they overrule the model's choice of a route."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from pentimento.agent.adjustments.certainty import read_surely
from pentimento.agent.events import Thought
from pentimento.agent.nodes.route import route
from pentimento.agent.past import tells_of_past
from pentimento.agent.removals import asks_removal
from pentimento.agent.routing import choose_route
from pentimento.model.storybook.dialogues import CORE
from pentimento.model.storybook.phrases import ASIDES, COMMANDS, QUESTIONS, SENTENCES
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wishes import sample_wish
from pentimento.model.storybook.words import ASIDE_WORDS
from pentimento.model.storybook.world import sample_scene

LISTING = "meadow, day; cat red small top left; house blue large bottom right."
SLOTS = {slot: words[2] for slot, words in ASIDE_WORDS.items()} | {"text": "hello"}
Run = Callable[..., dict[str, Any]]


def asides(kind: str) -> list[str]:
    return [pattern.format(**SLOTS) for pattern in ASIDES[kind].patterns]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Make it crisper", "sharpen"),
        ("darken the pictuee", "brightness"),
        ("give it a colder tone", "warmth"),
        ("ah, everything a little darker", "brightness"),
        ("Sorry, could you sharpen the whole image a touch?", "sharpen"),
        ("the colours look washed out, boost the saturation", "saturation"),
        ('write "Hello" at the bottom in red', "text"),
        ("shrink the picture to 256 px", "resize"),
        ("cool it down a bit please", "warmth"),
    ],
)
def test_a_sentence_of_nothing_but_adjustments_is_sure(sentence: str, name: str) -> None:
    reading = read_surely(sentence)
    assert reading and [one.name for one in reading.adjustments] == [name]


@pytest.mark.parametrize(
    "sentence",
    [
        "make it dark",  # the night of a picture-book
        "make it darker and add a cat",
        "shrink it a little",  # an object, or the picture?
        "cut it out",
        "crop out it",
        "make the cat brighter",
        "a bright red ball",
        "cool, thanks",
        "that's cool",
        "is it sharper now?",
        "it looks warmer now",
        "i like the softer tones",
        "no more blur",
        "it's really bright",
        "write an essay about dogs",
        "is it cold outside right now?",
        "go back to turn 3",
        "make the text at the bottom bigger",
        "the text at the top is too small",
        "add a square on its head",
        "add a small square on its side",
        "blur the way",
        "you are not cool enough",
        "perhaps i was too harsh on you",
        "it was overexposed",
        "well, cut it out of the picture",
        "",
    ],
)
def test_what_may_be_meant_otherwise_is_left_to_the_model(sentence: str) -> None:
    assert read_surely(sentence) is None


@pytest.mark.parametrize("kind", ["outside", "chat", "history"])
def test_nothing_else_that_people_type_is_surely_an_adjustment(kind: str) -> None:
    assert [one for one in asides(kind) if read_surely(one)] == []


def test_most_adjustments_are_sure_and_wishes_are_not() -> None:
    sure = [one for one in asides("adjust") if read_surely(one)]
    assert len(sure) >= 0.7 * len(asides("adjust"))
    rng = random.Random(4)
    voices = [Voice(rng, CORE, "train"), Voice(rng, CORE, "test")]
    wishes = [sample_wish(voice, sample_scene(rng, CORE)).text for voice in voices * 150]
    assert [one for one in wishes if read_surely(one)] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Omit this",
        "would you be able to zap that?",
        "Chase the cat away when you get a chance.",
        "spirit the hat away",
        "chuck the pooch along the left side away",
        "please have the small red ball removed",
        "do me a favor: throw it in the bin",
    ],
)
def test_ways_to_have_something_removed(sentence: str) -> None:
    assert asks_removal(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "take it to the left",
        "remove my wrinkles",
        "scrap that change",
        "remove the background of my photo and cut me out",
        "delete my account",
        "remove the cat and add a dog in a hat with a monocle",
        "throw a party",
        "get it done",
        "thanks, that is gone",
        "i take my hat off to you",
    ],
)
def test_what_is_no_removal_of_an_object(sentence: str) -> None:
    assert not asks_removal(sentence)


def test_nothing_else_that_people_type_tells_of_the_past() -> None:
    others = asides("outside") + asides("chat") + asides("adjust")
    known = ["how many pictures have you made?"]
    assert [one for one in others if tells_of_past(one)] == known
    questions = [one for bank in QUESTIONS.values() for one in bank.patterns]
    wishes = [one for bank in (COMMANDS | SENTENCES).values() for one in bank.patterns]
    assert [one for one in (*questions, *wishes) if tells_of_past(one)] == []


def test_nothing_else_that_people_type_is_a_removal() -> None:
    others = asides("outside") + asides("chat") + asides("history") + asides("adjust")
    assert [one for one in others if asks_removal(one)] == []


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("make it crisper", "outside", "adjust"),
        ("everything a little darker", "edit", "adjust"),
        ("omit the cat", "chat", "edit"),
        ("omit the cat", "answer", "answer"),
        ("tell me a joke", "outside", "outside"),
        ("it looked nicer before", "chat", "history"),
        ("what have i changed so far?", "chat", "history"),
        ("ctrl y.", "chat", "history"),
        ("Before and after, please", "chat", "history"),
        ("what did we make red?", "answer", "answer"),
    ],
)
def test_route_says_why_it_overrules_the_model(
    bench: Any, run: Run, text: str, said: str, expected: str
) -> None:
    bench.model.choose = lambda messages, options: [5.0 * (one == said) for one in options]
    key = bench.put(LISTING)
    assert run(route, bench.state(text, image_hashes=[key]))["route"] == expected
    thoughts = [one.text for one in bench.events if isinstance(one, Thought)]
    assert thoughts[-1].startswith(f"This is for: {expected}")
    assert (f"not {said}: " in thoughts[-1]) == (said != expected)


def test_an_adjustment_needs_a_picture_and_may_have_a_mask(bench: Any, run: Run) -> None:
    bench.model.choose = lambda messages, options: [float(one == "edit") for one in options]
    assert run(route, bench.state("crisper please"))["route"] == "answer"  # no edit is offered
    key = bench.put(LISTING)
    state = bench.state("make it crisper", image_hashes=[key], mask_hash=key)
    assert run(route, state)["route"] == "adjust"


def test_what_speaks_of_the_past_needs_no_picture(bench: Any, run: Run) -> None:
    bench.model.choose = lambda messages, options: [float(one == "chat") for one in options]
    assert run(route, bench.state("hmm, undo that, sorry"))["route"] == "history"


@pytest.mark.parametrize(
    ("sentence", "lead", "expected"),
    [
        ("a green house at the top", 2.0, "edit"),
        ("a green house at the top", 4.0, "draw"),
        ("how about a yellow star in the sky", 9.0, "edit"),  # nobody begins anew like that
        ("a green house at the top would be nice", 9.0, "edit"),
        ("and now draw a green house", 9.0, "draw"),
        ("draw a green house", 0.5, "draw"),
        ("a green house on the beach", 0.5, "draw"),  # a scene: it is of another picture
    ],
)
def test_a_wish_that_can_be_read_either_way_is_for_the_picture_at_hand(
    bench: Any, sentence: str, lead: float, expected: str
) -> None:
    scores = {"draw": lead, "edit": 0.0}
    bench.model.choose = lambda messages, options: [scores.get(one, -9.0) for one in options]
    services = bench.runtime().context
    assert choose_route(services, sentence, has_picture=True).route == expected
    assert choose_route(services, sentence, has_picture=False).route == "draw"


@pytest.mark.parametrize("route", ["answer", "chat", "outside"])
def test_what_may_be_an_edit_is_one_where_there_is_a_picture(bench: Any, route: str) -> None:
    services = bench.runtime().context
    for lead, expected in ((1.5, "edit"), (2.5, route)):
        scores = {route: lead, "edit": 0.0}
        bench.model.choose = lambda _, options, s=scores: [s.get(one, -9.0) for one in options]
        assert choose_route(services, "green for the house", has_picture=True).route == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add a red cat", "draw"),
        ("Please add two stars and a boat.", "draw"),
        ("can you put in some flowers?", "draw"),
        ("add a filter", "outside"),  # not in its world
        ("add the cat", "outside"),
        ("tell me about cats", "outside"),
    ],
)
def test_with_nothing_drawn_to_add_is_to_draw(bench: Any, text: str, expected: str) -> None:
    bench.model.choose = lambda messages, options: [5.0 * (one == "outside") for one in options]
    services = bench.runtime().context
    assert choose_route(services, text, has_picture=False).route == expected
    assert choose_route(services, text, has_picture=True).route == "outside"
