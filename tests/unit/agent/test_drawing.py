"""The drawn graph of the documentation is that of the code."""

from pathlib import Path

import pytest
from pentimento import InputError
from pentimento.agent.drawing import draw_graph, with_graph

PAGE = Path(__file__).parents[3] / "docs" / "architecture.md"


def test_the_page_shows_the_graph_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert draw_graph() in page, "run: python -m pentimento.agent.drawing docs/architecture.md"
    assert with_graph(page) == page


def test_the_drawing_has_every_node_of_a_turn() -> None:
    drawn = draw_graph()
    for line in (
        "perceive --> route",
        "reflect -.-> plan",
        "clarify -.-> plan",
        "paint --> reflect",
    ):
        assert line in drawn


def test_a_page_without_a_place_for_it_is_refused() -> None:
    with pytest.raises(InputError, match="has no place for the graph"):
        with_graph("# Nothing here")
