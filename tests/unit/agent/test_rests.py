"""What remains of a request without what cannot be drawn."""

import pytest
from pentimento.agent.rests import offer, rest_of


@pytest.mark.parametrize(
    ("words", "refusal", "rest"),
    [
        ("a forest at night with three trees and an owl", "I cannot draw an owl.",
         "a forest at night with three trees"),
        ("snowy mountains with a star", "I cannot draw mountains.", "a star"),
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
    ],
)
def test_where_nothing_remains_nothing_is_offered(words: str, refusal: str) -> None:
    assert rest_of(words, refusal) is None


def test_the_offer_says_what_to_say() -> None:
    assert offer("draw a cat.") == "I can do the rest: say “yes” for “draw a cat”."
