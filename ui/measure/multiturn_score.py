"""Multi-turn figures: instruction following, consistency, success until a turn, collapse."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...model.storybook.oracle import Reading
from ...model.storybook.scene import Scene
from .figures import Figures, median, share_of

# Printed by others for photographs (EdiVal-Bench: O at turns 1, 2, 3; LME-Bench: success until
# turn 10). The worlds differ: theirs is the open one, ours a picture book.
PUBLISHED = {
    "Qwen-Image-Edit": {"overall_at_1_2_3": [78.4, 59.6, 41.9], "success_until_10": 0.03},
    "best reported": {"overall_at_1_2_3": [83.8, 70.0, 59.8], "success_until_10": None},
}
WORLDS_DIFFER = "Published figures are of photographs and open words; ours of the picture book."
COLLAPSED = 0.5  # a picture with at least this share of its things garbled


@dataclass(frozen=True)
class TurnScore:
    """What one turn of one session came to."""

    kind: str
    is_done: bool  # the turn was committed
    is_followed: bool  # everything that was asked for is in the picture
    consistency: float  # share of what was not to change that is as it was
    is_collapsed: bool
    is_back: bool | None  # a reversion: the picture is the earlier one, bit for bit
    is_answered: bool | None  # a question: the reply holds the right word
    kept_share: float | None  # pixels bit-identical to the version before
    rounds: int
    ms: float


def followed(reading: Reading, wanted: Scene, before: Scene | None) -> bool:
    """Return whether everything that differs from before is as wanted; all of a drawing."""
    things = set(wanted.things) - set(before.things if before else ())
    gone = set(before.things if before else ()) - set(wanted.things)
    sure = {thing for thing in reading.scene.things if thing.cell not in reading.unsure}
    is_ground = (reading.scene.scene, reading.scene.light) == (wanted.scene, wanted.light)
    asks_ground = before is None or (before.scene, before.light) != (wanted.scene, wanted.light)
    return things <= sure and not gone & sure and (is_ground or not asks_ground)


def consistency(reading: Reading, wanted: Scene, before: Scene | None) -> float:
    """Return the share of what was to stay (objects, empty places, the ground) that is there."""
    if before is None:
        return 1.0
    sure = {thing for thing in reading.scene.things if thing.cell not in reading.unsure}
    stays = [thing in sure for thing in wanted.things if thing in before.things]
    empty = set(before.free_cells) & set(wanted.free_cells)
    stays += [reading.scene.at(cell) is None for cell in empty]
    if (before.scene, before.light) == (wanted.scene, wanted.light):
        stays.append((reading.scene.scene, reading.scene.light) == (wanted.scene, wanted.light))
    return sum(stays) / len(stays) if stays else 1.0


def is_collapsed(reading: Reading) -> bool:
    """Return whether so much of a picture is garbled that it shows nothing any more."""
    things = max(1, len(reading.scene.things))
    return reading.background_unsure or len(reading.unsure) / things >= COLLAPSED


def session_figures(sessions: Sequence[Sequence[TurnScore]]) -> Figures:
    """Return the figures of many sessions, by turn."""
    num_turns = max((len(session) for session in sessions), default=0)
    turns = [[s[i] for s in sessions if len(s) > i] for i in range(num_turns)]
    follow = [_share([one.is_followed for one in turn]) for turn in turns]
    keep = [_mean([one.consistency for one in turn]) for turn in turns]
    every = [one for session in sessions for one in session]
    until = [
        share_of(all(one.is_followed for one in session[: i + 1]) for session in sessions)
        for i in range(num_turns)
    ]
    return {
        "sessions": len(sessions),
        "instruction_following_by_turn": follow,
        "content_consistency_by_turn": keep,
        "overall_by_turn": [
            round(100 * math.sqrt(one * other), 1) for one, other in zip(follow, keep, strict=True)
        ],
        "success_until_turn": [one.share for one in until],
        "success_until_last": until[-1] if until else None,
        "collapse_rate": share_of(any(one.is_collapsed for one in session) for session in sessions),
        "turns_done": share_of(one.is_done for one in every),
        "skills": {
            "content_memory": share_of(
                one.is_followed for one in every if one.kind in ("pronoun", "wish")
            ),
            "content_understanding": share_of(
                bool(one.is_answered) for one in every if one.kind == "question"
            ),
            "version_backtracking": share_of(
                bool(one.is_back) for one in every if one.kind == "revert"
            ),
        },
        "kept_share": _mean([one.kept_share for one in every if one.kept_share is not None]),
        "rounds": _mean([float(one.rounds) for one in every if one.rounds]),
        "ms_median": median([one.ms for one in every]) if every else None,
    }


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
