"""What an evaluation counts, on cases made by hand."""

import json
import math
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento import InputError
from pentimento.model.contract import Brief, Message
from pentimento.model.errors import ModelError
from pentimento.model.storybook.dialogues import CORE, parse_draw, parse_plan
from pentimento.model.storybook.oracle import Oracle, Reading
from pentimento.model.storybook.renderer import Renderer
from pentimento.model.storybook.scene import Scene, parse_listing
from pentimento.ui.measure import asking, samples
from pentimento.ui.measure.categories import category_figures, category_scenes, covered_figures
from pentimento.ui.measure.chains import next_wish
from pentimento.ui.measure.evaluation import FULL_ONLY, TASKS, EvaluationRequest, check_tasks
from pentimento.ui.measure.figures import (
    Estimate,
    breakdown,
    count_share,
    gap_of,
    mean_of,
    mean_of_shares,
    percentile,
    share_of,
    wilson_interval,
)
from pentimento.ui.measure.goals import goals_of
from pentimento.ui.measure.machine import machine_facts
from pentimento.ui.measure.picture_tasks import EditResult, edit_figures, wanted_scene
from pentimento.ui.measure.reports import check_section, goal_table, write_section
from pentimento.ui.measure.scoring import (
    brief_figures,
    f1_score,
    object_figures,
    picture_figures,
    score_objects,
    score_picture,
)
from pentimento.ui.measure.sheets import draw_sheet, wrap, write_sheets
from pentimento.ui.measure.tables import lines_of, share_text
from pentimento.ui.measure.timing import TimedModel, stage_of, time_painting
from pentimento.ui.measure.turn_bench import TimedTurn, turn_figures
from pentimento.ui.measure.wild_words import MAKERS, WILD_ROWS, wild_pairs
from pentimento.ui.measure.workbench import Painted
from PIL import Image, ImageFont

WANTED = parse_listing("meadow, day; cat red small top left; house blue large bottom right.")


def reading_of(scene: Scene, unsure: tuple[int, ...] = (), background: bool = False) -> Reading:
    return Reading(scene, unsure, (0.0,) * 9, background)


# Figures


def test_the_wilson_interval_is_the_textbook_one() -> None:
    low, high = wilson_interval(81, 263)  # Newcombe 1998, table I, method 3
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == pytest.approx(1.0)
    assert wilson_interval(10, 10)[0] == pytest.approx(1 / (1 + 1.959964**2 / 10))


def test_nothing_counted_has_no_share() -> None:
    assert count_share(0, 0).share is None
    assert share_of([]).n == 0
    assert share_text(share_of([])) == "-"
    assert percentile([], 0.9) is None


def test_a_breakdown_weighs_every_kind_the_same_and_names_the_worst() -> None:
    figures = breakdown([("a", True)] * 9 + [("b", False)])
    assert figures["all"].share == 0.9
    assert figures["mean_of_kinds"].value == 0.5
    assert figures["worst_kind"] == {"kind": "b", "share": 0.0}


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert percentile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.5
    assert percentile([1.0, 2.0], 0.9) == 1.9
    assert percentile([7.0], 0.9) == 7.0


# Scoring


def test_the_picture_wanted_is_right() -> None:
    score = score_picture(reading_of(WANTED), WANTED)
    assert score.is_exact and score.is_count_right and score.is_background_right
    assert score.objects.num_right == score.num_placed == 2
    assert score.num_garbled == 0


def test_an_unsure_object_is_wrong_by_the_strict_rule_alone() -> None:
    score = score_picture(reading_of(WANTED, unsure=(0,)), WANTED)
    assert not score.is_exact and score.is_exact_lenient
    assert (score.objects.num_right, score.objects.num_found, score.num_garbled) == (1, 2, 1)


def test_an_unsure_empty_cell_spoils_the_scene_but_garbles_no_object() -> None:
    score = score_picture(reading_of(WANTED, unsure=(4,)), WANTED)
    assert not score.is_exact
    assert (score.objects.num_right, score.num_garbled) == (2, 0)


def test_an_unsure_background_spoils_the_scene() -> None:
    score = score_picture(reading_of(WANTED, background=True), WANTED)
    assert not score.is_exact and not score.is_background_right


def test_attributes_are_counted_over_the_objects_that_stand_in_their_places() -> None:
    seen = parse_listing("meadow, night; cat green large top left; star red small top right.")
    score = score_picture(reading_of(seen), WANTED)
    assert score.num_placed == 1
    assert score.attributes == {"kind": 1, "colour": 0, "size": 0}
    assert score.is_count_right and not score.is_background_right
    figures = picture_figures([score])
    assert figures["place"].share == 0.5
    assert figures["objects"]["f1"] == 0.0
    assert set(brief_figures([score])) == {"exact", "f1", "garbled"}


def test_f1_is_the_harmonic_mean_over_all_objects() -> None:
    half = parse_listing("meadow, day; cat red small top left; star red small top right.")
    scores = [score_objects(half, WANTED), score_objects(None, WANTED)]
    figures = object_figures(scores)
    assert figures["precision"].share == 0.5
    assert figures["recall"].share == 0.25
    assert figures["f1"] == round(2 * 0.5 * 0.25 / 0.75, 4)
    assert f1_score(0, 0, 0) is None


def edit_result(kind: str, reading: Reading | None, planned: Scene | None = WANTED) -> EditResult:
    source = parse_listing("meadow, day; cat red small top left.")
    answer = f"nothing -> house blue large bottom right => {WANTED}"
    case = samples.Case(kind, "add a big blue house", answer, source, None, 1)
    outcome = "unclear: Where?" if planned is None else f"plan: {planned}"
    return EditResult(case, WANTED, outcome, planned, None, reading)


def test_an_edit_needs_a_plan_a_sure_reading_and_the_whole_scene() -> None:
    spoilt = parse_listing("meadow, day; cat green small top left; house blue large bottom right.")
    results = [
        edit_result("add", reading_of(WANTED)),
        edit_result("add", reading_of(WANTED, unsure=(3,))),
        edit_result("swap", reading_of(spoilt)),
        edit_result("several", None, planned=None),
    ]
    figures = edit_figures(results)
    assert figures["whole_scene"]["all"].right == 1
    assert figures["whole_scene_lenient"].right == 2
    assert figures["plan"]["all"].right == 3
    assert figures["whole_scene_given_right_plan"].n == 3
    assert figures["single_edits"]["mean_of_kinds"].value == 0.25
    assert figures["single_edits"]["worst_kind"] == {"kind": "swap", "share": 0.0}
    assert figures["not_planned"] == {"unclear": 1, "outside": 0, "already": 0, "failed": 0}
    assert (figures["kept_objects"].n, figures["kept_objects"].right) == (3, 2)


def test_goals_are_held_against_the_figures_that_ran() -> None:
    routing = {
        "route": breakdown([("draw", True)] * 99 + [("edit", False)]),
        "small_talk_and_outside_as_one": share_of([True] * 100),
    }
    goal, as_one = goals_of({"routing": routing})
    assert as_one["value"] == 1.0 and as_one["limit"] is None
    assert goal["is_met"] and goal["value"] == 0.99
    assert goal["low"] < 0.99 < goal["high"] and goal["n"] == 100
    pairs = [(WANTED, reading_of(WANTED, unsure=(0,)))]
    painted = picture_figures([score_picture(reading, wanted) for wanted, reading in pairs])
    goals = goals_of({"generation": painted | {"world": covered_figures(pairs)}})
    met = {goal["goal"]: goal["is_met"] for goal in goals}
    assert met["garbled objects"] is False
    assert met["kinds painted right in half the cases or more"] is False


def test_a_worst_kind_bears_its_own_interval() -> None:
    flags = [("colour", True)] * 20 + [("where", True)] * 9 + [("where", False)]
    figures = {"sentence": breakdown(flags), "evidence": breakdown(flags)}
    mean, worst = goals_of({"questions": figures})
    assert (mean["limit"], mean["is_met"], mean["value"]) == (None, None, 0.95)
    assert (worst["value"], worst["n"], worst["is_met"]) == (0.9, 10, False)


def test_a_gap_is_as_wide_as_its_shares_are_unsure() -> None:
    gap = gap_of(count_share(56, 70), count_share(48, 80))  # Newcombe 1998, table II, method 10
    assert gap == Estimate(150, 20.0, 5.24, 33.39)
    assert gap_of(share_of([]), count_share(1, 2)).value is None


def test_a_mean_of_kinds_is_as_unsure_as_its_kinds() -> None:
    one, other = count_share(9, 10), count_share(30, 40)
    mean = mean_of_shares({"a": one, "b": other, "empty": share_of([])})
    assert (mean.n, mean.value) == (50, 0.825)
    assert one.low is not None and other.low is not None
    below = math.hypot(0.9 - one.low, 0.75 - other.low) / 2
    assert mean.low == pytest.approx(0.825 - below, abs=1e-4)
    assert mean_of_shares({"a": one}) == Estimate(10, 0.9, one.low, one.high)
    assert mean_of([30.0, 31.0, 32.0]) == Estimate(3, 31.0, 29.8684, 32.1316)


# Cases


def test_cases_are_balanced_unseen_and_the_same_for_a_seed() -> None:
    cases = samples.edit_cases(samples.new_rng(3, "editing"), CORE, 38)
    kinds = [case.kind for case in cases]
    assert {kinds.count(kind) for kind in samples.WISH_KINDS} == {2}
    assert kinds[: len(samples.WISH_KINDS)] == list(samples.WISH_KINDS)  # kinds take turns
    assert all(parse_plan(case.answer).target for case in cases)
    assert not any(case.text.startswith(("Wish: ", "Last: ")) for case in cases)
    assert any(case.last for case in cases)
    assert len({str(case.scene) for case in cases}) > 30  # no two cases of one dialogue
    assert cases == samples.edit_cases(samples.new_rng(3, "editing"), CORE, 38)
    assert cases != samples.edit_cases(samples.new_rng(4, "editing"), CORE, 38)


def test_drawings_are_balanced_by_the_number_of_objects() -> None:
    cases = samples.draw_cases(samples.new_rng(0, "polishing"), CORE, 12)
    numbers = [len(target.things) for c in cases if (target := parse_draw(c.answer).target)]
    assert sorted(numbers) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize(
    ("wanted", "got", "expected"),
    [
        ("outside: I cannot draw an elf.", "outside: I cannot draw an elf.", True),
        ("outside: I cannot draw an elf.", "plan: meadow, day; nothing.", False),
        ("day -> day => unclear: It is already day. What should change?", "unclear: What?", True),
        ("day -> day => unclear: It is already day. What should change?", "already: So.", True),
        ("a cat => unclear: The cat is already there. Where should it go?", "already: So.", False),
        ("day -> day => unclear: It is already day. What should change?", "failed: No.", False),
    ],
)
def test_saying_that_nothing_would_change_declines_a_wish_for_nothing(
    wanted: str, got: str, expected: bool
) -> None:
    case = samples.Case("refused", "make it day", wanted, None, None, 0)
    assert asking.is_declined(case, got) is expected


def test_declined_cases_have_no_target() -> None:
    cases = samples.declined_cases(samples.new_rng(0, "declining"), CORE, 18)
    assert len(cases) == 18
    assert all(parse_plan(case.answer).target is None for case in cases)


def test_without_a_picture_no_edit_is_to_be_routed() -> None:
    cases = samples.route_cases(samples.new_rng(0, "routing"), CORE, 140)
    bare = {case.answer for case in cases if case.text.startswith("no picture: ")}
    assert bare and not bare & {"edit", "adjust"}


def test_full_asks_for_enough_of_every_kind() -> None:
    request = EvaluationRequest(is_full=True)
    assert (request.num_samples, request.per_kind) == (500, 100)
    assert EvaluationRequest(is_full=True, samples=40).per_kind == 8
    assert (EvaluationRequest().num_samples, EvaluationRequest().per_kind) == (300, 0)
    cases = samples.edit_cases(samples.new_rng(0, "x"), CORE, 19, per_kind=2, several=5)
    kinds = [case.kind for case in cases]
    assert {kinds.count(kind) for kind in samples.EDIT_KINDS} == {2}
    assert kinds.count("several") == 5
    declined = samples.declined_cases(samples.new_rng(0, "x"), CORE, 8, outside=6)
    assert sum(case.kind == "outside" for case in declined) == 6


def test_seen_wordings_are_those_of_the_training() -> None:
    seen = samples.question_cases(samples.new_rng(0, "x"), CORE, 28, split="train")
    unseen = samples.question_cases(samples.new_rng(0, "x"), CORE, 28)
    assert {case.text for case in seen}.isdisjoint(case.text for case in unseen)


# Categories


def test_categories_are_those_of_the_benchmarks() -> None:
    two = parse_listing("meadow, day; cat red small top left; house blue large bottom right.")
    swapped = parse_listing("meadow, day; cat blue small top left; house red large bottom right.")
    turned = parse_listing("meadow, day; house blue small top left; cat red large bottom right.")
    figures = category_figures([(two, reading_of(two)), (two, reading_of(swapped)),
                                (two, reading_of(turned))])  # fmt: skip
    found = {name: (one.right, one.n) for name, one in figures["geneval"].items()}
    assert found == {
        "single_object": (0, 0),
        "two_objects": (3, 3),
        "counting": (0, 0),
        "colours": (0, 0),
        "position": (2, 3),  # the third stands the wrong way round
        "colour_attribution": (2, 3),  # the second has its colours mixed up
    }
    t2i = figures["t2i_compbench"]
    assert (t2i["attribute_binding_objects"].right, t2i["attribute_binding_objects"].n) == (4, 6)
    assert (t2i["spatial_relation_pairs"].right, t2i["spatial_relation_pairs"].n) == (2, 3)
    assert t2i["numeracy_kinds"].right == t2i["numeracy_kinds"].n == 6


def test_counting_is_the_exact_number_of_sure_objects() -> None:
    three = parse_listing(
        "snow, day; star red small top left; star red small top right; star blue large middle left."
    )
    good = category_figures([(three, reading_of(three))])["geneval"]["counting"]
    bad = category_figures([(three, reading_of(three, unsure=(3,)))])["geneval"]["counting"]
    assert (good.right, good.n, bad.right, bad.n) == (1, 1, 0, 1)


def test_every_category_is_filled_up() -> None:
    scenes = samples.sample_scenes(samples.new_rng(0, "x"), CORE, 5)
    scenes += category_scenes(samples.new_rng(1, "x"), CORE, scenes, 12)
    figures = category_figures([(scene, reading_of(scene)) for scene in scenes])["geneval"]
    assert all(one.n >= 12 and one.right == one.n for one in figures.values())


# Wild words


def test_wild_words_keep_their_meaning_and_change_their_words() -> None:
    for name, make in MAKERS.items():
        pairs = wild_pairs(name, make, 0, CORE, 4)
        assert len(pairs) == 4, name
        for pair in pairs:
            assert pair.plain.text != pair.wild.text
            assert (pair.plain.answer, pair.plain.scene) == (pair.wild.answer, pair.wild.scene)
            if pair.task == "wishes":
                assert parse_plan(pair.wild.answer).target


def test_wild_places_mean_the_cell_that_they_name() -> None:
    for pair in wild_pairs("x", MAKERS["left and right in other phrases"], 3, CORE, 20):
        assert pair.wild.scene is not None
        (thing,) = set(wanted_scene(pair.wild).things) - set(pair.wild.scene.things)
        row, side = thing.place.split()
        assert side in pair.wild.text and thing.place in pair.plain.text
        assert any(word in pair.wild.text for word in (row, *WILD_ROWS[row]))


# Ten edits in a row


def test_a_chain_of_wishes_stays_one_world() -> None:
    rng = samples.new_rng(0, "x")
    scene = parse_listing("meadow, day; nothing.")
    for _ in range(30):
        wish, target = next_wish(rng, CORE, scene)
        assert wish.text and wish.kind in samples.EDIT_KINDS and target != scene
        scene = target


# Reports


def test_a_section_is_replaced_between_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    path.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n")
    write_section(path, "x", ["new"])
    write_section(path, "x", ["newer"])
    assert path.read_text() == "a\n<!-- x: begin -->\n\nnewer\n\n<!-- x: end -->\nb\n"
    write_section(path, "y", ["at the end"])
    assert path.read_text().endswith("b\n\n<!-- y: begin -->\n\nat the end\n\n<!-- y: end -->\n")
    path.write_text("<!-- x: begin -->")
    with pytest.raises(InputError, match="only one of"):
        check_section(path, "x")


def test_the_table_of_goals_says_what_was_missed() -> None:
    routing = {
        "route": breakdown([("draw", True)] * 9 + [("edit", False)]),
        "small_talk_and_outside_as_one": share_of([True] * 10),
    }
    *_, line, _ = goal_table(goals_of({"routing": routing}))
    assert line.startswith("| words | routing | 90.0 % | ") and "≥ 98.0 %" in line
    assert line.endswith("| **missed** |")


# Time


def test_a_call_is_noted_under_its_stage(scripted: ModuleType) -> None:
    model = TimedModel(scripted.ScriptedStorybook())
    model.converse([Message("user", ("Draw: a cat",))])
    model.choose([Message("user", ("Route: picture: undo",))], ("history", "draw"))
    briefs = [Brief("meadow, day; nothing.", seed=seed) for seed in (1, 2)]
    model.imagine(briefs[:1])
    model.imagine(briefs)
    assert [call.stage for call in model.calls] == ["plan_draw", "route", "imagine", "imagine"]
    assert len(model.times_of("imagine")) == 1  # batches are no single paintings
    assert stage_of([Message("user", ("Last: x\nWish: y",))]) == "plan_edit"


def test_embeddings_end_where_denoising_begins(scripted: ModuleType) -> None:
    model = scripted.ScriptedStorybook(num_steps=3, step_seconds=0.02)
    _, embeddings, painting = time_painting(model, Brief("meadow, day; nothing."))
    # This double asks after the sleep of every step: the second question follows two of the three.
    assert embeddings is not None and embeddings >= 40 and painting >= 20


def test_overhead_is_what_the_model_did_not_take() -> None:
    turns = [TimedTurn(100.0 + i, 80.0, 5.0, 20.0, 1, {"plan": 30.0}) for i in range(12)]
    figures = turn_figures(turns, asked=13)
    assert figures["overhead_ms"]["median"] == 25.5
    assert figures["other_turns"] == 1
    length = figures["session_length"]
    assert (length["turn_2_ms"], length["last_turn_ms"]) == (101.0, 111.0)
    assert (length["early_ms"], length["late_ms"]) == (103.0, 109.0)


# Sheets, tables, the command line


def test_captions_are_wrapped_to_the_width_of_their_picture() -> None:
    font = ImageFont.load_default(13)
    lines = wrap("a small red cat at the top left of a very wide meadow", font, 100)
    assert len(lines) > 2
    assert all(font.getlength(line) <= 100 for line in lines)
    assert " ".join(lines) == "a small red cat at the top left of a very wide meadow"


def test_an_edit_stands_beside_its_source(tmp_path: Path) -> None:
    red, blue = Image.new("RGB", (144, 144), "red"), Image.new("RGB", (144, 144), "blue")
    sheet = draw_sheet([Painted("make it blue", blue, red), Painted("and?", None, red)], 1)
    assert sheet.getpixel((30, 30)) == (255, 0, 0)
    assert sheet.getpixel((300, 30)) == (0, 0, 255)
    (path,) = write_sheets(tmp_path / "sheets", {"edits": [Painted("x", blue, red)]})
    assert path.name == "edits.png" and path.is_file()


def test_a_table_has_one_row_a_kind() -> None:
    figures = {"sentence": breakdown([("colour", True), ("where", False)]), "f1": 0.5}
    lines = list(lines_of(figures))
    assert lines[0].split() == ["f1", "0.500"]
    assert any(line.split()[:2] == ["colour", "1.000"] for line in lines)
    assert sum("where" in line for line in lines) == 1


def test_an_unknown_task_is_named() -> None:
    assert check_tasks(("routing", "questions")) == ("questions", "routing")
    assert check_tasks((), is_full=True) == tuple(TASKS)
    assert set(TASKS) - set(check_tasks(())) == set(FULL_ONLY)
    assert check_tasks(("chain",)) == ("chain",)
    with pytest.raises(InputError, match="no task 'singing'"):
        check_tasks(("singing",))


def test_a_report_names_the_machine_but_not_its_host() -> None:
    facts = machine_facts()
    assert facts["cores"] >= 1 and facts["torch"]
    assert socket.gethostname() not in json.dumps(facts)


@pytest.fixture(scope="session")
def painter(scripted: ModuleType) -> Callable[[], Any]:
    """Return what makes a scripted model whose pictures are the world's own."""
    oracle, renderer = Oracle(), Renderer()

    class Painter(scripted.ScriptedStorybook):  # type: ignore[name-defined,misc]
        def converse(self, messages: list[Message], **more: Any) -> str:
            image = messages[-1].content[0]
            if isinstance(image, Image.Image):
                return str(oracle.read(image).scene)
            try:
                return super().converse(messages, **more)
            except (ValueError, KeyError, TypeError, IndexError):
                return "?"  # the double knows plain words only

        def imagine(self, briefs: list[Brief], **more: Any) -> Any:
            pictures = super().imagine(briefs, **more)
            return [
                replace(one, image=renderer.render(parse_listing(brief.prompt)))
                for one, brief in zip(pictures, briefs, strict=True)
            ]

    return Painter


def test_eval_prints_one_json(pentimento: Callable[..., Any], painter: Any, tmp_path: Path) -> None:
    cases, sheet = tmp_path / "cases.jsonl", tmp_path / "sheets"
    result = pentimento(
        "eval", "storybook", "--samples", 6, "--tasks", "understanding,critique,generation",
        "--cases", cases, "--sheet", sheet, "--json", model=painter(),
    )  # fmt: skip
    assert result.code == 0, result.err
    report = result.json
    assert report["tasks"]["understanding"]["exact"]["share"] == 1.0
    assert report["tasks"]["critique"]["verdicts"]["all"]["share"] == 1.0
    assert report["tasks"]["generation"]["objects"]["f1"] == 1.0
    held = [goal for goal in report["goals"] if goal["row"] != "world"]
    assert all(goal["is_met"] for goal in held)  # six scenes do not show the world
    assert math.isclose(report["tasks"]["generation"]["exact"]["low"], 0.6097, abs_tol=1e-3)
    assert (sheet / "generations.png").is_file()
    lines = [json.loads(line) for line in cases.read_text().splitlines()]
    assert len(lines) == 18 and all(line["is_right"] for line in lines)
    assert "generation:" in result.err


def test_an_evaluation_goes_on_where_it_was_cut_off(
    pentimento: Callable[..., Any], painter: Any, tmp_path: Path
) -> None:
    report, document, cases = (tmp_path / name for name in ("r.json", "d.md", "c.jsonl"))

    class Tired(painter):  # type: ignore[name-defined,misc]
        def imagine(self, briefs: list[Brief], **more: Any) -> Any:
            raise ModelError("Tired.")

    asked = ("eval", "storybook", "--samples", 6, "--tasks", "understanding,generation",
             "--report", report, "--cases", cases)  # fmt: skip
    assert pentimento(*asked, model=Tired()).code != 0
    assert list(json.loads(report.read_text())["tasks"]) == ["understanding"]
    result = pentimento(*asked, "--into", document, model=painter())
    assert result.code == 0, result.err
    assert "understanding: taken from" in result.err and "generation: " in result.err
    assert len(cases.read_text().splitlines()) == 12
    assert "| understanding | exact listing | 100.0 % | 61.0 % to 100.0 % | 6 |" in (
        document.read_text()
    )
    shown = pentimento("eval", "show", report, "--json")
    assert shown.json == json.loads(report.read_text())
    assert shown.json["tasks"].keys() == shown.json["measured"].keys()
    other = pentimento(*asked, "--seed", 1, model=painter())
    assert other.code == 2 and "seed was 0, then 1" in other.err


def test_tasks_measured_apart_are_joined(
    pentimento: Callable[..., Any], painter: Any, tmp_path: Path
) -> None:
    paths = []
    for task in ("generation", "understanding"):
        paths.append(tmp_path / f"{task}.json")
        asked = ("--samples", 6, "--tasks", task, "--report", paths[-1])
        assert pentimento("eval", "storybook", *asked, model=painter()).code == 0
    joined = pentimento("eval", "show", *paths, "--json").json
    assert list(joined["tasks"]) == ["understanding", "generation"]
    rows = [goal["row"] for goal in joined["goals"]]
    assert rows[0] == "understanding" and rows[-1] == "world"
    document = tmp_path / "README.md"
    document.write_text("# Before\n")
    assert pentimento("eval", "show", *paths, "--goals", document).code == 0
    written = document.read_text()
    assert written.startswith("# Before\n\n<!-- eval storybook: goals: begin -->\n\n`pentimento")
    assert "| understanding | exact listing | 100.0 % |" in written
    (tmp_path / "no.json").write_text("[]")
    assert pentimento("eval", "show", tmp_path / "no.json").code == 2


def test_every_task_runs(pentimento: Callable[..., Any], painter: Any) -> None:
    result = pentimento(
        "eval", "storybook", "--samples", 1, "--reflected", 3, "--json", model=painter()
    )
    assert result.code == 0, result.err
    tasks = result.json["tasks"]
    assert list(tasks) == list(check_tasks(()))
    assert set(tasks["editing"]["plan"]["by_kind"]) == set(samples.WISH_KINDS)
    assert tasks["reflection"]["mean_rounds"] == 1.0
    assert len(result.json["goals"]) == 18


def test_claims_are_written_with_their_charts(
    pentimento: Callable[..., Any], painter: Any, tmp_path: Path
) -> None:
    document, plots = tmp_path / "results.md", tmp_path / "plots"
    result = pentimento(
        "eval", "claims", "--tasks", "steps,rounds,lock", "--samples", 2, "--reflected", 1,
        "--into", document, "--plots", plots, "--json", model=painter(),
    )  # fmt: skip
    assert result.code == 0, result.err
    last = result.json["tasks"]["lock"]["after_turns"]["20"]
    assert last["on: scene_right"]["right"] == 1
    assert last["on: levels_moved"] == last["off: levels_moved"] == 0.0  # the renderer's own
    assert "### Lock" in document.read_text()
    assert "(plots/claim-lock-scene-right.svg)" in document.read_text()
    assert (plots / "claim-rounds.svg").read_text().startswith("<svg")


def test_eval_refuses_before_the_model_is_loaded(pentimento: Callable[..., Any]) -> None:
    assert pentimento("eval", "storybook", "--tasks", "singing").code == 2
    assert pentimento("eval", "storybook", "--world", "ours").code == 2
    assert pentimento("eval", "storybook", "--cases", "/no/such/folder/x.jsonl").code == 2


def test_bench_turn_prints_one_json(pentimento: Callable[..., Any], painter: Any) -> None:
    result = pentimento("bench", "turn", "--turns", 4, "--json", model=painter())
    assert result.code == 0, result.err
    figures = result.json["turn"]
    assert figures["painted_turns"] == 4
    assert figures["turn_ms"]["median"] > figures["overhead_ms"]["median"] > 0
    assert figures["first_event_ms"]["median"] <= figures["first_thought_ms"]["median"]


def test_bench_embeddings_needs_a_real_model(pentimento: Callable[..., Any]) -> None:
    assert pentimento("bench", "embeddings").code == 2
    assert pentimento("bench", "embeddings", "--lengths", "many").code == 2
    assert pentimento("bench", "embeddings", "--dtypes", "float8").code == 2
