"""What remains of a request without what cannot be drawn."""

import pytest
from pentimento.agent.rests import offer, rest_of, says_yes


@pytest.mark.parametrize(
    ("words", "refusal", "rest"),
    [
        ("a forest at night with three trees and an owl", "I cannot draw an owl.",
         "a forest at night with three trees"),
        ("snowy mountains with a star", "I cannot draw mountains.", "a star"),
        ("draw two owls and a cat", "I cannot draw an owl.", "draw a cat"),
        ("draw an owl and a red cat", "I cannot draw an owl.", "draw a red cat"),
        ("add a cat, an owl and a dog", "I cannot draw an owl.", "add a cat and a dog"),
        ("make the house bigger and striped", "I cannot make things striped.",
         "make the house bigger"),
    ],
)  # fmt: skip
def test_what_is_refused_goes_with_its_joint(words: str, refusal: str, rest: str) -> None:
    assert rest_of(words, refusal) == rest


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("draw an owl", "I cannot draw an owl."),
        ("an owl and an owl", "I cannot draw an owl."),
        ("write a poem and a song", "That is outside what I can do."),
        ("a cat and a dog", "I cannot draw an owl."),
        ("replace the dog with an owl", "I cannot draw an owl."),
        ("put an owl between the cat and the dog", "I cannot draw an owl."),
        ("make the house striped and bigger", "I cannot make things striped."),
        ("add an owl and make the cat blue", "I cannot draw an owl."),
    ],
)
def test_where_nothing_remains_nothing_is_offered(words: str, refusal: str) -> None:
    assert rest_of(words, refusal) is None


def test_the_offer_says_what_to_say() -> None:
    assert offer("draw a cat.") == "I can do the rest: say “yes” for “draw a cat”."


@pytest.mark.parametrize(
    "words",
    ["yes", "Yes, please!", "ok", "sure, go for it", "yes thanks", "draw the rest", "just the rest",
     "yes, that's right", "y",
     "ok, without the owl then", "then leave the owl out", "forget the owl", "without owls"],
)  # fmt: skip
def test_an_offer_is_taken_up(words: str) -> None:
    assert says_yes(words, "owl")


@pytest.mark.parametrize(
    "words",
    ["no", "thanks", "forget it", "leave it", "drop it", ".", "then",
     "forget the owl and draw a dog", "without the cat", "make the rest blue",
     "the rest should be green", "draw a dog instead",
     "leave the cat alone and add a dog", "it's fine as it is", "looks good"],
)  # fmt: skip
def test_and_by_nothing_else(words: str) -> None:
    assert not says_yes(words, "owl")
