"""What the claims count, on turns made by hand, and how their charts are drawn."""

import random
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from pentimento.memory.records import CandidateRecord
from pentimento.model.storybook.scene import parse_listing
from pentimento.model.storybook.world import CORE
from pentimento.ui.measure.claim_turns import next_scene, round_figures
from pentimento.ui.measure.claims import CLAIMS
from pentimento.ui.measure.plots import draw_chart, ticks

SVG = "{http://www.w3.org/2000/svg}"


def turn(*paintings: tuple[float | None, bool]) -> list[tuple[CandidateRecord, bool]]:
    """Return a turn whose paintings have a critic's score and are right or wrong."""
    return [
        (CandidateRecord("t", number, 0, f"{number}", 0, {"score": score}), right)
        for number, (score, right) in enumerate(paintings)
    ]


def test_rounds_keep_the_best_and_count_what_too_many_cost() -> None:
    turns = [
        turn((1.0, True)),  # passed at once
        turn((0.5, False), (1.0, True)),  # mended
        turn((0.8, True), (0.5, False), (0.5, False)),  # doubted though right: the best is kept
        [],  # nothing was painted
    ]
    figures = round_figures(turns)
    kept = [one["best_kept"].right for one in figures["after_rounds"].values()]
    newest = [one["newest_taken"].right for one in figures["after_rounds"].values()]
    assert (kept, newest) == ([2, 3, 3, 3], [2, 2, 2, 2])
    passed = figures["right_at_once_and_passed"]
    assert (passed.right, passed.n) == (1, 2)
    assert (figures["needless_repaintings"], figures["needed_repaintings"]) == (2, 1)
    assert figures["right_then_spoilt_if_newest_taken"] == 1
    assert figures["mean_paintings"] == 1.5


def test_edits_without_words_stay_in_their_cells() -> None:
    scene = parse_listing("snow, day; cat red small top left; dog blue large middle center.")
    rng, cells = random.Random(0), (0, 2, 6, 8)
    for _ in range(60):
        before, scene = scene, next_scene(rng, CORE, scene, cells)
        (cell,) = {thing.cell for thing in {*before.things} ^ {*scene.things}}
        assert cell in cells and len(scene.things) <= 5
    assert scene.at(4) is not None


def test_ticks_are_round_and_inside() -> None:
    assert ticks(0.0, 1.0) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert ticks(1, 81) == [20.0, 40.0, 60.0, 80.0]
    assert ticks(0.0, 0.0163) == [0.0, 0.005, 0.01, 0.015]


def test_a_chart_is_svg_with_a_line_and_a_name_a_series() -> None:
    chart = draw_chart(
        "A < B", "turn", "levels", {"on": [(1, 0.0), (2, 0.0)], "off": [(1, 1.0), (2, 2.0)]}
    )
    root = ElementTree.fromstring(chart)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"A < B", "turn", "levels", "on", "off"} <= set(texts)
    assert len(list(root.iter(f"{SVG}circle"))) == 4
    ys = [float(one.attrib["cy"]) for one in root.iter(f"{SVG}circle")]
    assert ys[0] == ys[1] > ys[2] > ys[3]  # higher values stand higher


def test_a_flat_line_of_zeros_can_be_drawn() -> None:
    assert "nan" not in draw_chart("x", "y", "z", {"on": [(1, 0.0)]})


def test_claims_need_a_real_model(pentimento: Callable[..., Any]) -> None:
    result = pentimento("eval", "claims", "--tasks", "prefill")
    assert result.code == 2 and "own parts" in result.err
    unknown = pentimento("eval", "claims", "--tasks", "singing")
    assert unknown.code == 2 and ", ".join(CLAIMS) in unknown.err


@pytest.mark.parametrize("rounds", [0, 3])
def test_a_turn_without_paintings_is_wrong_after_any_round(rounds: int) -> None:
    (figures,) = [round_figures([[]])["after_rounds"][str(rounds)]]
    assert figures["best_kept"].right == figures["newest_taken"].right == 0
