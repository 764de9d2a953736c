"""How right a picture or a listing is: objects, attributes, the whole scene.

Strict, the rule of every headline figure: what the oracle is unsure of does not count. An object
in an unsure cell is wrong, and a picture with one unsure cell is not the scene that was asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...model.storybook.oracle import Reading
from ...model.storybook.scene import Scene
from .figures import Figures, count_share, share_of

ATTRIBUTES = ("kind", "colour", "size")


@dataclass(frozen=True)
class ObjectScore:
    """How many objects were wanted, were found, and were found exactly as wanted."""

    num_wanted: int
    num_found: int
    num_right: int


@dataclass(frozen=True)
class PictureScore:
    """A picture against the scene that it should show."""

    objects: ObjectScore
    num_garbled: int  # wanted objects whose cell the oracle is unsure of
    num_placed: int  # wanted objects in whose cell there is something
    attributes: dict[str, int]  # of the placed ones: how many have the kind, colour, size wanted
    is_count_right: bool
    is_background_right: bool
    is_exact: bool  # strict
    is_exact_lenient: bool  # unsure cells are taken at their likeliest reading


def score_objects(found: Scene | None, wanted: Scene) -> ObjectScore:
    """Return the objects of a listing against those wanted; None: nothing could be read."""
    things = found.things if found else ()
    num_right = len(set(things) & set(wanted.things))
    return ObjectScore(len(wanted.things), len(things), num_right)


def score_picture(reading: Reading, wanted: Scene) -> PictureScore:
    """Return what the oracle read against the scene wanted."""
    unsure, found = set(reading.unsure), reading.scene
    sure = {thing for thing in found.things if thing.cell not in unsure}
    placed = [(thing, found.at(thing.cell)) for thing in wanted.things]
    pairs = [(thing, seen) for thing, seen in placed if seen is not None]
    is_same_background = (found.scene, found.light) == (wanted.scene, wanted.light)
    return PictureScore(
        objects=ObjectScore(
            len(wanted.things), len(found.things), len(sure.intersection(wanted.things))
        ),
        num_garbled=sum(thing.cell in unsure for thing in wanted.things),
        num_placed=len(pairs),
        attributes={
            name: sum(getattr(thing, name) == getattr(seen, name) for thing, seen in pairs)
            for name in ATTRIBUTES
        },
        is_count_right=len(found.things) == len(wanted.things),
        is_background_right=is_same_background and not reading.background_unsure,
        is_exact=reading.is_sure and found == wanted,
        is_exact_lenient=found == wanted,
    )


def object_figures(scores: Sequence[ObjectScore]) -> Figures:
    """Return precision, recall and F1 over all objects of all pictures."""
    wanted = sum(score.num_wanted for score in scores)
    found = sum(score.num_found for score in scores)
    right = sum(score.num_right for score in scores)
    return {
        "precision": count_share(right, found),
        "recall": count_share(right, wanted),
        "f1": f1_score(right, found, wanted),
    }


def f1_score(right: int, found: int, wanted: int) -> float | None:
    """Return the harmonic mean of precision and recall; None where there was nothing at all."""
    return round(2 * right / (found + wanted), 4) if found + wanted else None


def brief_figures(scores: Sequence[PictureScore]) -> Figures:
    """Return the few figures of many pictures that a breakdown shows."""
    whole = picture_figures(scores)
    return {"exact": whole["exact"], "f1": whole["objects"]["f1"], "garbled": whole["garbled"]}


def picture_figures(scores: Sequence[PictureScore]) -> Figures:
    """Return the figures of many pictures."""
    wanted = sum(score.objects.num_wanted for score in scores)
    placed = sum(score.num_placed for score in scores)
    return {
        "exact": share_of(score.is_exact for score in scores),
        "exact_lenient": share_of(score.is_exact_lenient for score in scores),
        "objects": object_figures([score.objects for score in scores]),
        "garbled": count_share(sum(score.num_garbled for score in scores), wanted),
        "count": share_of(score.is_count_right for score in scores),
        "place": count_share(placed, wanted),
        **{
            name: count_share(sum(score.attributes[name] for score in scores), placed)
            for name in ATTRIBUTES
        },
        "background": share_of(score.is_background_right for score in scores),
    }
