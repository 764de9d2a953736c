"""Multi-turn figures: instruction following, consistency, success until a turn, collapse."""

import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...model.storybook.oracle import Reading
from ...model.storybook.scene import Scene, Thing
from .figures import Estimate, Figures, Share, mean_of, median, share_of

# Printed by others for photographs (EdiVal-Bench: O at turns 1, 2, 3; LME-Bench: success until
# turn 10). The worlds differ: theirs is the open one, ours a picture book.
PUBLISHED: dict[str, Figures] = {
    "Qwen-Image-Edit": {"overall_at_1_2_3": [78.4, 59.6, 41.9], "success_until_10": 0.03},
    "best reported": {"overall_at_1_2_3": [83.8, 70.0, 59.8], "success_until_10": None},
}
WORLDS_DIFFER = (
    "The worlds differ: published figures are of photographs and open words, judged by models; "
    "ours are of the picture book, judged by an oracle that knows its few hundred things."
)
COLLAPSED = 0.5  # a picture with at least this share of its things garbled
RESAMPLES = 1000  # of the sessions, for the interval of O


@dataclass(frozen=True)
class TurnScore:
    """What one turn of one session came to."""

    kind: str
    is_done: bool  # the turn was committed
    has_asked: bool  # a question came back; nobody answers
    is_followed: bool | None  # all that was asked for is in the picture; None: nothing was to do
    consistency: float  # share of what was not to change that is as it was
    is_exact: bool  # the whole scene is the one wanted after all turns so far
    is_collapsed: bool
    is_back: bool | None  # a reversion: the picture is the earlier one, bit for bit
    is_answered: bool | None  # a question: the reply holds the right word
    is_held: bool | None  # an edit: what a standing wish told earlier asks for is so
    kept_share: float | None  # an edit of objects: pixels bit-identical to the picture before
    paintings: int
    critiques: int  # how often a critic looked
    is_needless: bool | None  # the first round was right: was there another? None: it was wrong
    ms: float

    @property
    def is_edit(self) -> bool:
        """Return whether the turn was to change a picture."""
        return self.kind in ("edit", "pronoun")

    @property
    def is_paint(self) -> bool:
        """Return whether the turn was to paint."""
        return self.is_edit or self.kind == "draw"


Session = Sequence[TurnScore]


@dataclass(frozen=True)
class Seen:
    """What a picture held when something was last asked of each part of it."""

    cells: tuple[Thing | None, ...]
    ground: tuple[str, str]


def followed(reading: Reading, wanted: Scene, before: Scene | None) -> bool:
    """Return whether everything that differs from before is as wanted; all of a drawing.

    Of an object that changes, what changes counts, and that it is there: a star that was to be
    made blue in vain, and is now to be made small, is followed as a small star of any colour.
    """
    if before is None or ground_of(before) != ground_of(wanted):
        if reading.background_unsure or ground_of(reading.scene) != ground_of(wanted):
            return False
    old = set(before.things if before else ()) - set(wanted.things)
    if any(_is_still_there(reading, thing, wanted) for thing in old):
        return False
    new = set(wanted.things) - set(before.things if before else ())
    return all(_is_made(reading, thing, _earlier(thing, old)) for thing in new)


def _is_still_there(reading: Reading, old: Thing, wanted: Scene) -> bool:
    seen = reading.scene.at(old.cell)
    return wanted.at(old.cell) is None and seen is not None and seen.kind == old.kind


def _is_made(reading: Reading, new: Thing, old: Thing | None) -> bool:
    seen = reading.scene.at(new.cell)
    if seen is None or new.cell in reading.unsure or seen.kind != new.kind:
        return False
    if old is None:
        return seen == new
    return (old.colour == new.colour or seen.colour == new.colour) and (
        old.size == new.size or seen.size == new.size
    )


def _earlier(new: Thing, old: set[Thing]) -> Thing | None:
    """Return what a wanted object was before: in its place, or moved; None: it is added."""
    alike = [one for one in old if one.kind == new.kind]
    here = [one for one in alike if one.cell == new.cell]
    same = [one for one in alike if (one.colour, one.size) == (new.colour, new.size)]
    return next(iter(here or same or alike), None)


def seen_after(reading: Reading, wanted: Scene, before: Scene | None, earlier: Seen | None) -> Seen:
    """Return what is to stay from here on: what a turn asked for, as it is; the rest as before."""
    if before is None or earlier is None:
        return Seen(tuple(reading.scene.at(cell) for cell in range(9)), ground_of(reading.scene))
    asked = asked_cells(wanted, before)
    cells = tuple(
        reading.scene.at(cell) if cell in asked else earlier.cells[cell] for cell in range(9)
    )
    is_same = ground_of(wanted) == ground_of(before)
    return Seen(cells, earlier.ground if is_same else ground_of(reading.scene))


def consistency(reading: Reading, wanted: Scene, before: Scene | None, earlier: Seen) -> float:
    """Return the share of what was to stay (objects, empty places, the ground) that is there.

    Held against what was really seen when it was last asked for, so that a wish that was not
    followed counts once, and what was spoilt on the way counts until it is mended.
    """
    if before is None:
        return 1.0
    stays = [
        reading.scene.at(cell) == earlier.cells[cell]
        and (cell not in reading.unsure or earlier.cells[cell] is None)
        for cell in set(range(9)) - asked_cells(wanted, before)
    ]
    if ground_of(before) == ground_of(wanted):
        stays.append(not reading.background_unsure and ground_of(reading.scene) == earlier.ground)
    return sum(stays) / len(stays) if stays else 1.0


def asked_cells(wanted: Scene, before: Scene) -> set[int]:
    """Return the places of which a turn asks a change."""
    return {thing.cell for thing in set(wanted.things) ^ set(before.things)}


def ground_of(scene: Scene) -> tuple[str, str]:
    """Return scene and light."""
    return scene.scene, scene.light


def sure_things(reading: Reading) -> set[Thing]:
    """Return the objects that are seen without doubt."""
    return {thing for thing in reading.scene.things if thing.cell not in reading.unsure}


def is_collapsed(reading: Reading) -> bool:
    """Return whether so much of a picture is garbled that it shows nothing any more."""
    things = max(1, len(reading.scene.things))
    return reading.background_unsure or len(reading.unsure) / things >= COLLAPSED


def session_figures(sessions: Sequence[Session]) -> Figures:
    """Return the figures of many sessions, by turn; shares with their 95 % intervals."""
    turns = _by_place(sessions)
    edits = [[score for score in session if score.is_edit] for session in sessions]
    every = [score for session in sessions for score in session]
    until = [_until(sessions, at, lambda one: one.is_followed is not False)
             for at in range(len(turns))]  # fmt: skip
    exact = [_until(sessions, at, lambda one: one.is_exact) for at in range(len(turns))]
    kept = [score.kept_share for score in every if score.kept_share is not None]
    paints = [score for score in every if score.is_paint]
    return {
        "sessions": len(sessions),
        "edits_a_session": mean_of([float(len(session)) for session in edits]).value,
        "instruction_following_by_turn": [_following(turn) for turn in turns],
        "content_consistency_by_turn": [_consistency(turn) for turn in turns],
        "overall_by_turn": [overall(turn) for turn in turns],
        "overall_by_edit": [overall(edit) for edit in _by_place(edits)],
        "success_until_turn": until,
        "success_until_last": until[-1] if until else None,
        "exact_until_turn": exact,
        "exact_until_last": exact[-1] if exact else None,
        "collapse_rate": share_of(any(one.is_collapsed for one in session) for session in sessions),
        "turns_done": share_of(score.is_done for score in every),
        "asked_back": share_of(score.has_asked for score in every),
        "skills": {
            "content_memory": share_of(one.is_held for one in every if one.is_held is not None),
            "content_understanding": share_of(
                bool(one.is_followed) for one in every if one.kind == "pronoun"
            ),
            "version_backtracking": share_of(
                one.is_back for one in every if one.is_back is not None
            ),
        },
        "questions_answered": share_of(
            one.is_answered for one in every if one.is_answered is not None
        ),
        "success": share_of(bool(score.is_followed) for score in paints),
        "over_reflection": share_of(
            score.is_needless for score in paints if score.is_needless is not None
        ),
        "critiques": _mean([float(score.critiques) for score in paints if score.paintings]),
        "paintings": _mean([float(score.paintings) for score in paints if score.paintings]),
        "kept_share": mean_of(kept),
        "ms_median": median([one.ms for one in paints]),
    }


def overall(scores: Sequence[TurnScore]) -> Estimate:
    """Return O in percent: the geometric mean of following and consistency.

    The interval is the bootstrap's (Efron 1979, percentiles), the sessions drawn anew.
    """
    if not scores:
        return Estimate(0, None, None, None)
    rng = random.Random(0)
    drawn = sorted(_overall(rng.choices(scores, k=len(scores))) for _ in range(RESAMPLES))
    low, high = drawn[round(0.025 * RESAMPLES)], drawn[round(0.975 * RESAMPLES) - 1]
    return Estimate(len(scores), _overall(scores), low, high)


def _overall(scores: Sequence[TurnScore]) -> float:
    follow = _mean([float(one.is_followed) for one in scores if one.is_followed is not None])
    keep = _mean([one.consistency for one in scores])
    return 0.0 if follow is None or keep is None else round(100 * math.sqrt(follow * keep), 1)


def _by_place(sessions: Sequence[Session]) -> list[list[TurnScore]]:
    """Return all first turns, all second turns, and so on."""
    longest = max((len(session) for session in sessions), default=0)
    return [[one[at] for one in sessions if len(one) > at] for at in range(longest)]


def _following(turn: Sequence[TurnScore]) -> Share:
    return share_of(score.is_followed for score in turn if score.is_followed is not None)


def _consistency(turn: Sequence[TurnScore]) -> Estimate:
    return mean_of([score.consistency for score in turn])


def _until(sessions: Sequence[Session], at: int, is_right: Callable[[TurnScore], bool]) -> Share:
    """Return the share of sessions without a miss up to a turn."""
    return share_of(all(map(is_right, session[: at + 1])) for session in sessions)


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None
