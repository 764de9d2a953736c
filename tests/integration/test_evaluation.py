"""The evaluation and the benches with the shipped checkpoint, on a few samples."""

from pathlib import Path

import pytest
from pentimento.model.contract import Message, UnifiedModel
from pentimento.model.nexus.slot_timing import time_embeddings
from pentimento.model.nexus.unified import NexusModel
from pentimento.model.storybook.dialogues import DRAW_PREFIX
from pentimento.ui.measure.claims import CLAIMS, SECTION, charts_of, claims_section
from pentimento.ui.measure.evaluation import TASKS, EvaluationRequest, evaluate
from pentimento.ui.measure.goals import GOALS
from pentimento.ui.measure.rehearsal import RehearsedModel


@pytest.mark.timeout(900)  # nearly five minutes on two cores that do other work
def test_every_task_measures_the_shipped_model(storybook_model: UnifiedModel) -> None:
    request = EvaluationRequest(samples=3, reflected=1)
    report = evaluate(storybook_model, request, tuple(TASKS), "storybook")
    tasks = report["tasks"]
    assert list(tasks) == list(TASKS)
    assert tasks["understanding"]["exact"].share >= 0.5
    assert tasks["generation"]["objects"]["f1"] >= 0.5
    assert tasks["routing"]["route"]["all"].share >= 0.5
    assert tasks["latency"]["embeddings_ms"]["median"] > 0
    assert 1.0 <= tasks["reflection"]["mean_rounds"] <= 2.0
    assert 25 < tasks["parts"]["autoencoder_psnr"].value < 50
    assert tasks["parts"]["decoder_from_true_embeddings"]["objects"]["f1"] >= 0.5
    assert tasks["wordings"]["tasks"]["wishes"]["seen"].share >= 0.5
    assert tasks["wild"]["kinds"]["typing slip"]["plain"].n == 1
    assert tasks["chain"]["all_right"].n == 1
    assert {goal["goal"] for goal in report["goals"]} == {goal.name for goal in GOALS}


def test_one_pass_gives_what_the_slot_loop_gives(storybook_model: UnifiedModel) -> None:
    assert isinstance(storybook_model, NexusModel)
    model = storybook_model.autoregressive
    (timing,) = time_embeddings(
        model, dtypes=["float32"], batches=[2], prompt_lengths=[12], repeats=1
    )
    assert timing.difference < 1e-3
    assert timing.one_pass_ms < timing.cached_loop_ms
    assert timing.uncached_loop_ms is not None


def test_batches_answer_as_the_agent_is_answered_one_by_one(storybook_model: UnifiedModel) -> None:
    rehearsed = RehearsedModel(storybook_model)
    scene = "Meadow, day; cat red small top left."
    asked = [[Message("user", (f"{DRAW_PREFIX}{text}",))] for text in ("a red cat", "three dogs")]
    asked.append([*asked[0], Message("assistant", (scene,)), Message("user", ("a bird",))])
    rehearsed.rehearse(asked, lambda done, total: None)
    for messages in asked:
        assert rehearsed.converse(messages) == storybook_model.converse(messages)
    assert not rehearsed.calls  # from memory: nothing was timed
    rehearsed.forget()
    rehearsed.converse(asked[0])
    assert [call.stage for call in rehearsed.calls] == ["plan_draw"]


def test_every_claim_is_measured_and_drawn(storybook_model: UnifiedModel) -> None:
    request = EvaluationRequest(samples=2, reflected=1, section=SECTION)
    report = evaluate(storybook_model, request, tuple(CLAIMS), "storybook", CLAIMS)
    tasks = report["tasks"]
    assert list(tasks) == list(CLAIMS)
    prefill = tasks["prefill"]
    assert len(prefill["prefilled"]["mse_by_slot"]) == len(prefill["fed_back"]["mse_by_slot"]) == 81
    assert prefill["prefilled"]["mse"].value < prefill["fed_back"]["mse"].value
    assert tasks["reading_back"]["imagined"].n == 2
    lock = tasks["lock"]["after_turns"]["20"]
    assert lock["on: pixels_identical"] > lock["off: pixels_identical"]
    charts = charts_of(tasks)
    section = "\n".join(claims_section(report, Path("results"), charts))
    for name in charts:
        assert f"(results/{name}.svg)" in section
