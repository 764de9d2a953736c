"""Reports on disk: written after every task, gone on with, and joined.

A task is what is measured as a whole: one of `eval storybook`, one session of `eval multiturn`.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from ... import InputError
from ..console import to_plain
from ..files import write_whole
from .figures import Estimate, Figures, Share
from .goals import goals_of
from .multiturn_score import TurnScore

MULTITURN = "eval multiturn"
OF_TASKS = ("model", "seed", "samples", "is_full", "world")
# What reports must share to be joined, by the command that wrote them.
SAME = {
    "eval storybook": OF_TASKS,
    "eval claims": OF_TASKS,
    "eval losses": OF_TASKS,
    MULTITURN: ("model", "seed", "turns", "world"),
}
TAIL = 65536  # bytes of every file of weights that tell it from others
RECORDS = {frozenset(kind.__dataclass_fields__): kind for kind in (Share, Estimate, TurnScore)}


def read_report(path: Path) -> Figures:
    """Return a stored report, its shares and estimates as such; InputError where it is none."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"), object_hook=_revive)
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror or error}.") from error
    except ValueError as error:
        raise InputError(f"{path} is no report: {error}.") from error
    needed = {"command", "tasks", "measured"}
    if not isinstance(report, dict) or not needed <= set(report) or not section_of(report):
        raise InputError(f"{path} is no report of `pentimento eval`.")
    return report


def section_of(report: Figures) -> str:
    """Return the command that wrote a report, and the section of documents; "" if it is none."""
    named = (name for name in SAME if report["command"].startswith(f"pentimento {name}"))
    return next((name for name in named if set(SAME[name]) <= set(report)), "")


def write_report(path: Path, report: Figures) -> None:
    """Write a report whole."""
    text = json.dumps(to_plain(report), ensure_ascii=False, indent=2)
    write_whole(path, f"{text}\n".encode())


def begin_report(path: Path | None, report: Figures, order: Sequence[str] | None = None) -> Figures:
    """Return a new report with the tasks of the one that is kept in a file, if there is one."""
    if path is None or not path.exists():
        return report
    return join_reports([read_report(path), report], order)


def join_reports(reports: Sequence[Figures], order: Sequence[str] | None = None) -> Figures:
    """Return one report of all tasks; where two measured the same task, the later one counts.

    `order` is that of the tasks; None: as they are found. InputError where they were not
    measured alike.
    """
    sections = {section_of(report) for report in reports}
    if len(sections) > 1:
        raise InputError(f"These reports do not belong together: {', '.join(sorted(sections))}.")
    joined = dict(reports[-1])
    for name in ("tasks", "measured"):
        found = {task: value for report in reports for task, value in report[name].items()}
        joined[name] = {task: found[task] for task in order or found if task in found}
    for name in SAME[sections.pop()]:
        values = [report[name] for report in reports]
        other = next((value for value in values if value != values[0]), None)
        if other is not None:
            raise InputError(
                f"These figures do not belong together: {name} was {values[0]}, then {other}. "
                "Write the report to another file."
            )
    return summed_up(joined)


def summed_up(report: Figures) -> Figures:
    """Return a report with the goals of its tasks, and the seconds that they took together."""
    seconds = sum(one["seconds"] for one in report["measured"].values())
    goals = goals_of(report["tasks"])
    return report | {"goals": goals, "duration_seconds": round(seconds, 1)}


def digest_of(folder: Path) -> str:
    """Return what tells the weights in a folder from others: of sizes and the files' ends."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")):
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - TAIL))
            digest.update(f"{path.relative_to(folder)} {size} ".encode() + file.read())
    return digest.hexdigest()[:16]


def _revive(value: Figures) -> object:
    kind = RECORDS.get(frozenset(value))
    return kind(**value) if kind else value
