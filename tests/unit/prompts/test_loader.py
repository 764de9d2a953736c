"""Prompts are strict, and a family that lacks one says whose it takes."""

from pathlib import Path

import pytest
from pentimento.prompts.errors import PromptError
from pentimento.prompts.loader import PromptLibrary


def test_the_storybook_prompts_are_all_there() -> None:
    library = PromptLibrary("storybook")
    expected = {"check", "draw", "keep", "list", "paint", "question", "revise", "route", "wish"}
    assert set(library.names()) == expected
    cat = {"last": "cat red small top left", "before": None, "instruction": "make it blue"}
    assert library.render("wish", **cat) == "Last: cat red small top left\nWish: make it blue"
    assert library.render("wish", **(cat | {"last": None})) == "Wish: make it blue"
    before = {"words": "add a cat", "changes": "nothing -> cat red small top left"}
    assert library.render("wish", **(cat | {"before": before})) == (
        "Before: add a cat\nDone: nothing -> cat red small top left\n"
        "Last: cat red small top left\nWish: make it blue"
    )
    assert library.render("revise", prompt="A cat.", revision="add a dog") == "A cat. Add a dog."


def test_a_missing_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(PromptError, match="storybook/draw.j2 cannot be rendered.*request"):
        PromptLibrary("storybook").render("draw")


def test_a_users_braces_are_words_and_no_template() -> None:
    assert PromptLibrary("storybook").render("draw", request="{{ 7 * 7 }}") == "Draw: {{ 7 * 7 }}"


def test_a_family_falls_back_to_the_default_and_says_so(tmp_path: Path) -> None:
    for family, name in (("storybook", "list"), ("storybook", "draw"), ("grand", "list")):
        (tmp_path / family).mkdir(exist_ok=True)
        (tmp_path / family / f"{name}.j2").write_text(f"{family} {name}")
    library = PromptLibrary("grand", tmp_path)
    assert (library.render("list"), library.source("list")) == ("grand list", "grand")
    assert (library.render("draw"), library.source("draw")) == ("storybook draw", "storybook")
    with pytest.raises(PromptError, match="neither grand/sing.j2 nor storybook/sing.j2"):
        library.render("sing")


@pytest.mark.parametrize("name, place", [
    ("wish", "instruction"), ("draw", "request"), ("question", "question"), ("route", "text"),
])  # fmt: skip
def test_shouts_are_put_plainly(name: str, place: str) -> None:
    def said(words: str) -> str:
        values = {"last": None, "before": None, "has_picture": True} | {place: words}
        return PromptLibrary("storybook").render(name, **values).partition(": ")[2]

    assert said("MAKE IT RED!").endswith("make it red!")
    assert said("Write STOP on it").endswith("Write STOP on it")
