"""Scripted sessions of many turns: what they say, how they are scored, and the command."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento import InputError
from pentimento.model.storybook.oracle import Reading
from pentimento.model.storybook.scene import Scene, parse_listing
from pentimento.model.storybook.world import CORE
from pentimento.ui.measure.kept import join_reports, read_report
from pentimento.ui.measure.multiturn import MultiturnRequest, measure_multiturn
from pentimento.ui.measure.multiturn_cases import BROKEN, REFLECTION, VARIANTS
from pentimento.ui.measure.multiturn_report import charts_of, figures_of
from pentimento.ui.measure.multiturn_score import (
    Seen,
    TurnScore,
    consistency,
    followed,
    is_collapsed,
    seen_after,
    session_figures,
)
from pentimento.ui.measure.multiturn_script import Style, draw_text, write_session

Run = Callable[..., Any]
BEFORE = parse_listing("meadow, day; cat red small top left; dog white small bottom right.")
WANTED = parse_listing("meadow, day; cat blue small top left; dog white small bottom right.")


@pytest.mark.parametrize("style", ["mixed", "edits"])
@pytest.mark.parametrize("seed", range(20))
def test_every_session_is_consistent(seed: int, style: Style) -> None:
    turns = write_session(random.Random(seed), CORE, 10, style)
    assert len(turns) == 10 and turns[0].kind == ("draw" if style == "mixed" else "edit")
    assert [turn.is_upload for turn in turns] == [style == "edits"] + [False] * 9
    kinds = {turn.kind for turn in turns}
    assert {"wish", "revert"} <= kinds if style == "mixed" else kinds == {"edit"}
    for earlier, later in zip(turns, turns[1:], strict=False):
        if later.kind == "revert":
            assert later.same_as is not None
            assert turns[later.same_as].wanted == later.wanted
        else:
            assert later.before == earlier.wanted
    assert turns == write_session(random.Random(seed), CORE, 10, style)


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


def seen(listing: str) -> Seen:
    return seen_after(read(listing), parse_listing(listing), None, None)


def test_following_and_consistency_are_told_apart() -> None:
    earlier = seen(str(BEFORE))

    def kept(reading: Reading) -> float:
        return consistency(reading, WANTED, BEFORE, earlier)

    right = read(str(WANTED))
    assert followed(right, WANTED, BEFORE) and kept(right) == 1.0
    ignored = read(str(BEFORE))
    assert not followed(ignored, WANTED, BEFORE) and kept(ignored) == 1.0
    careless = read("snow, day; cat blue small top left; boat red small top right.")
    assert followed(careless, WANTED, BEFORE)
    # The dog and the meadow are gone, and one of seven empty places is not empty any more.
    assert kept(careless) == pytest.approx(6 / 9)
    assert not is_collapsed(right) and is_collapsed(read(str(WANTED), 0))
    assert not followed(read(str(WANTED), 0), WANTED, BEFORE)  # garbled is not there


def test_a_wish_that_was_not_followed_counts_once() -> None:
    small = parse_listing("meadow, day; cat blue small top left.")
    large = parse_listing("meadow, day; cat blue large top left.")
    still_red = read("meadow, day; cat red large top left.")
    assert followed(still_red, large, small)  # the colour was the turn's before
    assert not followed(still_red, small, large)
    assert not followed(read("meadow, day; cat red large top center."), large, small)
    # A cat that was to be removed is not gone because it has another colour.
    assert not followed(still_red, Scene("meadow", "day", ()), large)
    moved = parse_listing("meadow, day; cat blue large bottom left.")
    assert followed(read("meadow, day; cat red large bottom left."), moved, large)
    assert not followed(read("meadow, day; cat red large top left."), moved, large)


def test_what_is_spoilt_counts_until_it_is_mended() -> None:
    without_dog = "meadow, day; cat blue small top left."
    after = seen_after(read(without_dog), WANTED, BEFORE, seen(str(BEFORE)))
    star = parse_listing(f"{str(WANTED)[:-1]}; star red small top right.")
    later = read("meadow, day; cat blue small top left; star red small top right.")
    assert consistency(later, star, WANTED, after) < 1.0  # the dog was never to go
    assert after.cells[0] == WANTED.at(0) and after.cells[8] == BEFORE.at(8)


def score(is_followed: bool | None, kept: float = 1.0, **more: Any) -> TurnScore:
    values = dict(kind="edit", is_done=True, has_asked=False, is_exact=bool(is_followed),
                  is_collapsed=False, is_back=None, is_answered=None, is_held=None, kept_share=0.9,
                  paintings=1, critiques=1, is_needless=None, ms=10.0)  # fmt: skip
    return TurnScore(is_followed=is_followed, consistency=kept, **{**values, **more})


def test_the_figures_of_sessions() -> None:
    sessions = [
        [score(True), score(False, 0.5, is_collapsed=True), score(None, kind="revert")],
        [score(True), score(True, kind="revert", is_back=True), score(True, is_held=False)],
    ]
    found = session_figures(sessions)
    assert [one.share for one in found["instruction_following_by_turn"]] == [1.0, 0.5, 1.0]
    assert [one.value for one in found["content_consistency_by_turn"]] == [1.0, 0.75, 1.0]
    assert found["overall_by_turn"][1].value == 61.2  # the geometric mean of 0.5 and 0.75
    assert [one.n for one in found["overall_by_edit"]] == [2, 2]
    assert [one.share for one in found["success_until_turn"]] == [1.0, 0.5, 0.5]
    assert found["collapse_rate"].share == 0.5
    assert found["skills"]["version_backtracking"].share == 1.0
    assert found["skills"]["content_memory"].right == 0
    assert (found["success"].right, found["success"].n) == (3, 4)  # of what was to be painted


def test_sessions_of_all_cases_take_turns_and_are_shared_out() -> None:
    request = MultiturnRequest(
        sessions=12, variants={"all on": None, "no lock": 3}, fault_sessions=0, part=(1, 2)
    )
    first = request.jobs()
    assert first[:5] == [("all on", 0), ("all on", 2), ("all on", 4), ("no lock", 0),
                         ("no lock", 2)]  # fmt: skip
    second = replace(request, part=(2, 2)).jobs()
    assert sorted(first + second) == sorted(replace(request, part=(1, 1)).jobs())
    assert len({*first, *second}) == 15
    assert replace(request, first=100).jobs()[0] == ("all on", 100)


def test_every_case_is_played_kept_joined_and_printed(
    tmp_path: Path, scripted: ModuleType, pentimento: Run
) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    request = MultiturnRequest(
        turns=2, sessions=1, fault_sessions=1, reflection_sessions=1, report=paths[0]
    )
    model = scripted.ScriptedStorybook()
    report = measure_multiturn(model, request)
    kept = read_report(paths[0])
    assert kept["tasks"] == report["tasks"]
    assert set(report["tasks"]) == {f"{name}/0" for name in (*VARIANTS, *BROKEN, *REFLECTION)}
    assert measure_multiturn(model, request)["measured"] == report["measured"]  # nothing is left
    more = replace(request, variants={"all on": 1}, fault_sessions=0, reflection_sessions=0)
    other = measure_multiturn(model, replace(more, first=1, report=paths[1]))
    shown = figures_of(join_reports([report, other]))
    assert shown["variants"]["all on"]["sessions"] == 2
    report_done = figures_of(report)["variants"]["all on"]["turns_done"]
    for figures in shown["faults"].values():
        assert figures["turns_done"] == report_done  # a broken critic costs no turn
    with pytest.raises(InputError, match="turns was 2, then 3"):
        join_reports([report, report | {"turns": 3}])
    document = tmp_path / "results.md"
    plots = tmp_path / "plots"
    done = pentimento("eval", "show", *map(str, paths), "--plots", str(plots), "--into",
                      str(document))  # fmt: skip
    assert done.code == 0 and "Without a critic nobody chooses" in done.out
    text = document.read_text()
    assert text.startswith("<!-- eval multiturn: begin -->")
    assert "| published: Qwen-Image-Edit | 78.4 | 59.6 | 41.9 | 0.03 |" in text
    assert all(f"| {name} |" in text for name in (*VARIANTS, *BROKEN, *REFLECTION))
    for name in charts_of(shown):
        assert f"(plots/{name}.svg)" in text and (plots / f"{name}.svg").exists()


def test_a_variant_that_is_none_is_refused(pentimento: Run) -> None:
    refused = pentimento("eval", "multiturn", "--variants", "nothing")
    assert refused.code == 2 and "Variants: all on, no lock" in refused.err
    assert pentimento("eval", "multiturn", "--part", "3/2").code == 2
    assert "--variants" not in pentimento("eval", "multiturn", "--variants", "all on=x").out
