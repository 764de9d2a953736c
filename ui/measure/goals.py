"""What first light should reach, and whether it does."""

from collections.abc import Callable
from typing import Any

from .figures import Figures

Look = Callable[[Figures], float | None]

# name, task, how the figure is found, limit, whether the figure must be at least that
GOALS: tuple[tuple[str, str, Look, float, bool], ...] = (
    ("listing exact", "understanding", lambda t: t["exact"].share, 0.97, True),
    ("objects painted, F1", "generation", lambda t: t["objects"]["f1"], 0.95, True),
    ("scene painted exactly", "generation", lambda t: t["exact"].share, 0.85, True),
    ("objects garbled", "generation", lambda t: t["garbled"].share, 0.08, False),
    (
        "single edits, mean over kinds",
        "editing",
        lambda t: t["single_edits"]["mean_of_kinds"],
        0.60,
        True,
    ),
    ("single edits, worst kind", "editing", lambda t: _worst(t["single_edits"]), 0.40, True),
    ("questions, worst kind", "questions", lambda t: _worst(t["sentence"]), 0.80, True),
    ("routing", "routing", lambda t: t["route"]["all"].share, 0.97, True),
)


def goals_of(tasks: Figures) -> list[Figures]:
    """Return the goals of the tasks that ran, each with its figure and whether it is met."""
    goals = []
    for name, task, look, limit, is_floor in GOALS:
        if task not in tasks:
            continue
        value = look(tasks[task])
        is_met = value is not None and (value >= limit if is_floor else value <= limit)
        goals.append(
            {"goal": name, "is_floor": is_floor, "limit": limit, "value": value, "is_met": is_met}
        )
    return goals


def _worst(figures: dict[str, Any]) -> float | None:
    worst = figures["worst_kind"]
    return worst["share"] if worst else None
