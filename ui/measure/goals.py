"""What Storybook should reach where it was trained without a GPU, and whether it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .figures import Estimate, Figures, Share, wilson_interval

Found = Share | Estimate | float | None
Look = Callable[[Figures], Found]


@dataclass(frozen=True)
class Goal:
    """One figure of the table, and its bound; limit None: it is shown without a goal."""

    row: str
    name: str
    task: str
    look: Look
    limit: float | None
    is_floor: bool = True
    unit: str = "%"  # of a share; else the figure's own


def _worst(figures: dict[str, Any]) -> Share | None:
    """Return the worst kind's share, with its interval where the breakdown is at hand."""
    worst = figures["worst_kind"]
    return figures["by_kind"][worst["kind"]] if worst else None


def _worst_single(task: Figures) -> Share | None:
    worst = task["single_edits"]["worst_kind"]
    return task["whole_scene"]["by_kind"][worst["kind"]] if worst else None


def _psnr(task: Figures) -> Found:
    return task["autoencoder_psnr"] if task else None


def _true(task: Figures) -> Found:
    return task["decoder_from_true_embeddings"]["exact"] if task else None


def _f1(task: Figures) -> Estimate | None:
    """Return the F1 of objects; its interval is that of a share of as many objects."""
    objects = task["objects"]
    n = (objects["precision"].n + objects["recall"].n) // 2
    return Estimate(n, objects["f1"], *wilson_interval(objects["recall"].right, n)) if n else None


GOALS = (
    Goal("the parts", "autoencoder PSNR", "parts", _psnr, 30.0, unit="dB"),
    Goal("the parts", "decoder from true embeddings, exact scenes", "parts", _true, 0.98),
    Goal("understanding", "exact listing", "understanding", lambda t: t["exact"], 0.98),
    Goal(
        "understanding",
        "short questions, mean of kinds",
        "questions",
        lambda t: t["sentence"]["mean_of_kinds"],
        None,
    ),
    Goal(
        "understanding",
        "short questions, worst kind",
        "questions",
        lambda t: _worst(t["sentence"]),
        0.92,
    ),
    Goal(
        "generation from complete text",
        "per-object F1",
        "generation",
        _f1,
        0.98,
        unit="",
    ),
    Goal("generation from complete text", "exact scene", "generation", lambda t: t["exact"], 0.93),
    Goal(
        "generation from complete text",
        "garbled objects",
        "generation",
        lambda t: t["garbled"],
        0.04,
        is_floor=False,
    ),
    Goal(
        "editing, one wish, whole scene right",
        "mean of kinds",
        "editing",
        lambda t: t["single_edits"]["mean_of_kinds"],
        0.80,
    ),
    Goal("editing, one wish, whole scene right", "worst kind", "editing", _worst_single, 0.65),
    Goal(
        "editing, 2-3 wishes",
        "whole scene right",
        "editing",
        lambda t: t["whole_scene"]["by_kind"].get("several"),
        0.65,
    ),
    Goal(
        "editing, few words after a change",
        "whole scene right",
        "editing",
        lambda t: t["whole_scene"]["by_kind"].get("follow_up"),
        None,
    ),
    Goal(
        "words",
        "polishing complete and faithful",
        "polishing",
        lambda t: t["complete_and_faithful"]["all"],
        0.97,
    ),
    Goal("words", "routing", "routing", lambda t: t["route"]["all"], 0.98),
    Goal(
        "words",
        "routing, small talk and what is outside taken for one",
        "routing",
        lambda t: t["small_talk_and_outside_as_one"],
        None,
    ),
    Goal("words", "declining what is outside", "declining", lambda t: t["outside"], 0.95),
    Goal("critique", "flawed pictures caught", "critique", lambda t: t["flawed_caught"], 0.88),
    Goal(
        "critique", "correct pictures left alone", "critique", lambda t: t["sound_left_alone"], 0.93
    ),
    Goal(
        "wordings never seen in training",
        "points below the seen ones, worst task",
        "wordings",
        lambda t: t["largest_gap_points"],
        6.0,
        is_floor=False,
        unit="points",
    ),
    Goal(
        "everyday wishes",
        "planned right, on the true picture",
        "everyday",
        lambda t: t["planned"]["all"],
        None,
    ),
    Goal("ten edits in a row", "all still right", "chain", lambda t: t["all_right"], 0.30),
    Goal(
        "conversations written by hand",
        "a turn planned right, on the true picture before it",
        "talk",
        lambda t: t["planned"],
        None,
    ),
    Goal(
        "conversations written by hand",
        "all five turns right",
        "talk",
        lambda t: t["all_right"],
        None,
    ),
    Goal(
        "world",
        "kinds painted right in half the cases or more",
        "generation",
        lambda t: float(t["world"]["kinds_covered"]),
        12.0,
        unit="kinds",
    ),
    Goal(
        "world",
        "colours painted right in half the cases or more",
        "generation",
        lambda t: float(t["world"]["colours_covered"]),
        6.0,
        unit="colours",
    ),
)


def goals_of(tasks: Figures) -> list[Figures]:
    """Return the figures of the table whose tasks ran, each with its goal and whether it is met."""
    return [_held(goal, tasks[goal.task]) for goal in GOALS if goal.task in tasks]


def _held(goal: Goal, task: Figures) -> Figures:
    found = _estimate(goal.look(task))
    value, is_met = found.value, None
    if goal.limit is not None:
        is_met = value is not None and (
            value >= goal.limit if goal.is_floor else value <= goal.limit
        )
    return {
        "row": goal.row,
        "goal": goal.name,
        "is_floor": goal.is_floor,
        "limit": goal.limit,
        "value": value,
        "low": found.low,
        "high": found.high,
        "n": found.n or None,
        "unit": goal.unit,
        "is_met": is_met,
    }


def _estimate(found: Found) -> Estimate:
    if isinstance(found, Estimate):
        return found
    if isinstance(found, Share):
        return Estimate(found.n, found.share, found.low, found.high)
    return Estimate(0, found, None, None)
