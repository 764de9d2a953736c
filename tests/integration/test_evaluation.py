"""The evaluation and the benches with the shipped checkpoint, on a few samples."""

from pentimento.model.contract import UnifiedModel
from pentimento.model.nexus.slot_timing import time_embeddings
from pentimento.model.nexus.unified import NexusModel
from pentimento.ui.measure.evaluation import TASKS, EvaluationRequest, evaluate


def test_every_task_measures_the_shipped_model(storybook_model: UnifiedModel) -> None:
    request = EvaluationRequest(samples=4, reflected=2)
    report = evaluate(storybook_model, request, tuple(TASKS), "storybook")
    tasks = report["tasks"]
    assert list(tasks) == list(TASKS)
    assert tasks["understanding"]["exact"].share >= 0.5
    assert tasks["generation"]["objects"]["f1"] >= 0.5
    assert tasks["routing"]["route"]["all"].share >= 0.5
    assert tasks["latency"]["embeddings_ms"]["median"] > 0
    assert 1.0 <= tasks["reflection"]["mean_rounds"] <= 2.0


def test_one_pass_gives_what_the_slot_loop_gives(storybook_model: UnifiedModel) -> None:
    assert isinstance(storybook_model, NexusModel)
    model = storybook_model.autoregressive
    (timing,) = time_embeddings(
        model, dtypes=["float32"], batches=[2], prompt_lengths=[12], repeats=1
    )
    assert timing.difference < 1e-3
    assert timing.one_pass_ms < timing.cached_loop_ms
    assert timing.uncached_loop_ms is not None
