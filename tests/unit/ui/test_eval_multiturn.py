"""Scripted sessions of many turns: what they say, how they are scored, and the command."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento.model.storybook.oracle import Reading
from pentimento.model.storybook.scene import parse_listing
from pentimento.model.storybook.world import CORE
from pentimento.ui.measure.multiturn import REFLECTION, MultiturnRequest, measure_multiturn
from pentimento.ui.measure.multiturn_report import chart, print_multiturn, write_plots
from pentimento.ui.measure.multiturn_score import (
    TurnScore,
    consistency,
    followed,
    is_collapsed,
    session_figures,
)
from pentimento.ui.measure.multiturn_script import draw_text, write_session

Run = Callable[..., Any]
BEFORE = parse_listing("meadow, day; cat red small top left; dog white small bottom right.")
WANTED = parse_listing("meadow, day; cat blue small top left; dog white small bottom right.")


@pytest.mark.parametrize("seed", range(20))
def test_every_session_is_consistent(seed: int) -> None:
    turns = write_session(random.Random(seed), CORE, 10)
    assert len(turns) == 10 and turns[0].kind == "draw" and turns[0].before is None
    assert {"wish", "revert"} <= {turn.kind for turn in turns}
    for earlier, later in zip(turns, turns[1:], strict=False):
        if later.kind == "revert":
            assert later.same_as is not None
            assert turns[later.same_as].wanted == later.wanted
        else:
            assert later.before == earlier.wanted
    assert turns == write_session(random.Random(seed), CORE, 10)


def test_a_standing_wish_is_in_every_later_scene() -> None:
    for seed in range(30):
        turns = write_session(random.Random(seed), CORE, 8)
        told = next(turn.text for turn in turns if turn.kind == "wish")
        edits = [t for t in turns[3:5] if t.kind in ("edit", "pronoun")]
        if "keep it" in told:
            assert all(turn.wanted.light == told.split()[-1] for turn in edits)
        else:
            kind = told.split()[-1]
            kept = [t for t in turns[2].wanted.things if t.kind == kind]
            assert all(set(kept) <= set(turn.wanted.things) for turn in edits)


def test_a_drawing_names_everything() -> None:
    assert draw_text(BEFORE).startswith("draw a small red cat at the top left and a small white")
    assert draw_text(BEFORE).endswith(" dog at the bottom right, meadow, day")


def read(listing: str, *unsure: int) -> Reading:
    return Reading(parse_listing(listing), unsure, (), False)


def test_following_and_consistency_are_told_apart() -> None:
    right = read(str(WANTED))
    assert followed(right, WANTED, BEFORE) and consistency(right, WANTED, BEFORE) == 1.0
    ignored = read(str(BEFORE))
    assert not followed(ignored, WANTED, BEFORE) and consistency(ignored, WANTED, BEFORE) == 1.0
    careless = read("snow, day; cat blue small top left; boat red small top right.")
    assert followed(careless, WANTED, BEFORE)
    # The dog and the meadow are gone, and one of seven empty places is not empty any more.
    assert consistency(careless, WANTED, BEFORE) == pytest.approx(6 / 9)
    assert not is_collapsed(right) and is_collapsed(read(str(WANTED), 0))
    assert not followed(read(str(WANTED), 0), WANTED, BEFORE)  # garbled is not there


def score(is_followed: bool, kept: float = 1.0, **more: Any) -> TurnScore:
    values = dict(kind="edit", is_done=True, is_collapsed=False, is_back=None, is_answered=None,
                  kept_share=0.9, rounds=1, ms=10.0)  # fmt: skip
    return TurnScore(is_followed=is_followed, consistency=kept, **{**values, **more})


def test_the_figures_of_sessions() -> None:
    sessions = [
        [score(True), score(False, 0.5, is_collapsed=True)],
        [score(True), score(True, kind="revert", is_back=True)],
    ]
    found = session_figures(sessions)
    assert found["instruction_following_by_turn"] == [1.0, 0.5]
    assert found["content_consistency_by_turn"] == [1.0, 0.75]
    assert found["overall_by_turn"] == [100.0, 61.2]  # the geometric mean of 0.5 and 0.75
    assert found["success_until_turn"] == [1.0, 0.5]
    assert found["collapse_rate"].share == 0.5
    assert found["skills"]["version_backtracking"].share == 1.0


def test_a_chart_has_one_curve_a_name() -> None:
    drawn = chart("O <by> turn", {"all on": [100.0, 50.0], "no lock": [100.0, None]}, 100.0)
    assert drawn.count("<polyline") == 2 and "O &lt;by&gt; turn" in drawn


def test_every_variant_and_fault_is_measured_and_printed(
    tmp_path: Path, scripted: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    request = MultiturnRequest(
        turns=2, sessions=1, variants=("all on", "with squash"), fault_sessions=1
    )
    model = scripted.ScriptedStorybook()
    report = measure_multiturn(model, replace(request, reflection_sessions=1))
    assert list(report["variants"]) == ["all on", "with squash"]
    assert set(report["faults"]) == {"always_fails", "always_passes", "raises", "hangs"}
    for figures in report["faults"].values():
        drawn = figures["instruction_following_by_turn"]
        assert len(drawn) == 2  # a broken critic costs no turn
    assert [(row["rounds"], row["candidates"]) for row in report["reflection"]] == list(REFLECTION)
    paths = write_plots(tmp_path / "plots", report)
    assert all(path.read_text().startswith("<svg") for path in paths)
    print_multiturn(report)
    shown = capsys.readouterr().out
    assert shown.count("reflection, ") == 12 and "critic always fails" in shown
    assert "published, Qwen-Image-Edit: O at T1/T2/T3 78.4 / 59.6 / 41.9" in shown


def test_a_variant_that_is_none_is_refused(pentimento: Run) -> None:
    refused = pentimento("eval", "multiturn", "--variants", "nothing")
    assert refused.code == 2 and "Variants: all on, no lock" in refused.err
