"""Are words understood that were never heard? Held-out patterns against those of the training.

Asked about the true listing, so that nothing but the words tells the two apart.
"""

from collections.abc import Sequence

from ...agent.language import read_question
from ...agent.state import Plan
from ...model.storybook.dialogues import parse_draw
from ...model.storybook.voice import Split
from .asking import (
    choose_route,
    decline,
    is_declined,
    read_answer,
    rehearse_drawings,
    rehearse_questions,
    rehearse_wishes,
)
from .figures import Figures, gap_of, share_of
from .picture_tasks import wanted_scene
from .samples import (
    Case,
    declined_cases,
    draw_cases,
    edit_cases,
    new_rng,
    question_cases,
    route_cases,
)
from .workbench import Workbench, read_scene

SAMPLERS = {
    "questions": question_cases,
    "wishes": edit_cases,
    "polishing": draw_cases,
    "declining": declined_cases,
    "routing": route_cases,
}


def measure_wordings(bench: Workbench) -> Figures:
    """Return, a task, the shares with sentence patterns of the training and with held-out ones,
    and the points between them."""
    figures: Figures = {}
    for task, sample in SAMPLERS.items():
        shares = {}
        for name, split in (("seen", "train"), ("unseen", "test")):
            rng = new_rng(bench.seed, f"wordings/{task}/{split}")
            part: Split = "train" if split == "train" else "test"
            cases = sample(rng, bench.world, bench.samples, split=part)  # type: ignore[operator]
            shares[name] = share_of(judge(bench, task, cases, f"wordings: {task}, {name}"))
        figures[task] = {**shares, "gap_points": gap_of(shares["seen"], shares["unseen"])}
    gaps = [one["gap_points"] for one in figures.values() if one["gap_points"].n]
    return {
        "tasks": figures,
        "largest_gap_points": max(gaps, key=lambda gap: gap.value, default=None),
    }


def judge(bench: Workbench, task: str, cases: Sequence[Case], label: str) -> list[bool]:
    """Return of each case, about its true listing, whether the model's words are right."""
    listed = [(case, str(case.scene)) for case in cases if case.scene]
    captions = [caption for _, caption in listed]
    if task == "questions":
        rehearse_questions(bench, cases, captions, label)
        return [_is_answered(bench, case, caption) for case, caption in listed]
    if task == "wishes":
        rehearse_wishes(bench, cases, captions, label)
        return [_is_planned(bench, case, caption) for case, caption in listed]
    if task == "polishing":
        rehearse_drawings(bench, cases, label)
        return [_is_polished(bench, case) for case in cases]
    if task == "declining":
        rehearse_drawings(bench, [case for case in cases if not case.scene], label)
        rehearse_wishes(bench, [case for case, _ in listed], captions, label)
        return [_is_declined(bench, case) for case in cases]
    flags = []
    for number, case in enumerate(cases, 1):
        flags.append(choose_route(bench, case) == case.answer)
        bench.tell(label, number, len(cases))
    return flags


def _is_answered(bench: Workbench, case: Case, caption: str) -> bool:
    said = bench.ask("question", caption=caption, question=case.text)
    got = read_answer(said, case.text, caption)
    return got is not None and got.sentence == read_question(case.answer).sentence


def _is_planned(bench: Workbench, case: Case, caption: str) -> bool:
    made: Plan = bench.plan("edit", case.text, caption, case.last, case.before).get("plan", {})
    return bool(made) and read_scene(made["target"]) == wanted_scene(case)


def _is_polished(bench: Workbench, case: Case) -> bool:
    made: Plan = bench.plan("draw", case.text).get("plan", {})
    return bool(made) and read_scene(made["target"]) == parse_draw(case.answer).target


def _is_declined(bench: Workbench, case: Case) -> bool:
    return is_declined(case, decline(bench, case, str(case.scene) if case.scene else None))
