"""Checklists about a listed picture, mostly met, and their critiques."""

from dataclasses import dataclass

from .checks import NUMBER_WORDS, Check, Partial, judge, partial_of
from .scene import MAX_OBJECTS, PLACES, SIZES, Scene, Thing
from .voice import Voice

KIND_BY_FLAWS = ("sound", "one_flaw", "two_flaws")
Draft = tuple[Check, int | None]  # a check and the cell of the object that it speaks of


@dataclass(frozen=True)
class CritiqueTurn:
    """A checklist as a user turn without its prefix, its critique, and its finer family."""

    text: str
    answer: str
    kind: str


def critique_text(verdicts: list[tuple[str, bool]], revision: str) -> str:
    """Return the critique: each check's evidence and verdict, and the revision."""
    words = "; ".join(f"{evidence} {'yes' if holds else 'no'}" for evidence, holds in verdicts)
    return f"{words} => {revision}"


def sample_critique(voice: Voice, scene: Scene) -> CritiqueTurn:
    """Return a checklist about `scene`, of which none, one or two checks fail, and its critique."""
    while True:
        checks = _sample_checks(voice, scene) or [Check(scene=scene.scene)]
        verdicts, revision = judge(checks, scene)
        has_room = _num_added(revision) <= MAX_OBJECTS - len(scene.things)
        if has_room and not _contradicts(verdicts):
            kind = KIND_BY_FLAWS[sum(not holds for _, holds in verdicts)]
            text = "; ".join(map(str, checks))
            return CritiqueTurn(text, critique_text(verdicts, revision), kind)


def _contradicts(verdicts: list[tuple[str, bool]]) -> bool:
    """Return whether an object that is to change is needed by another check."""
    kept = {entry for evidence, holds in verdicts if holds for entry in evidence.split("; ")}
    wrong = [
        entry
        for evidence, holds in verdicts
        if not holds and evidence != "nothing"
        for entry in evidence.split("; ")
    ]
    return len(set(wrong)) < len(wrong) or not kept.isdisjoint(wrong)


def _num_added(revision: str) -> int:
    """Return how many objects a revision adds, less those it removes for them."""
    words = revision.split(" ")
    numbers = [after for word, after in zip(words, words[1:], strict=False) if word == "add"]
    num_added = sum(NUMBER_WORDS.index(number) if number != "a" else 1 for number in numbers)
    return num_added - words.count("remove")


def _sample_checks(voice: Voice, scene: Scene) -> list[Check]:
    num_flaws = voice.rng.choices((0, 1, 2), (35, 42, 23))[0]
    flaws = [True] * num_flaws + [False] * voice.rng.randint(1, 4)
    voice.rng.shuffle(flaws)
    drafts: list[Draft] = []
    for is_flawed in flaws:
        for _ in range(8):
            draft = _draft(voice, scene, is_flawed)
            if draft and draft[0].holds(scene) != is_flawed and not _clashes(draft, drafts):
                drafts.append(draft)
                break
    return [check for check, _ in drafts]


def _clashes(draft: Draft, drafts: list[Draft]) -> bool:
    """Return whether a checklist speaks of the same already."""
    check, cell = draft
    for other, other_cell in drafts:
        if cell is not None and cell == other_cell:
            return True
        if check.partial is None or other.partial is None:
            if check.partial is other.partial and bool(check.scene) == bool(other.scene):
                return True
        elif check.partial == other.partial:
            return True
        elif check.partial.cell is not None and check.partial.cell == other.partial.cell:
            return True
        elif check.count is not None or other.count is not None:
            if check.partial.kind == other.partial.kind:
                return True
    return False


def _draft(voice: Voice, scene: Scene, is_flawed: bool) -> Draft | None:
    roll, world = voice.chance(), voice.world
    if roll < 0.1:
        return Check(scene=voice.pick(world.scenes) if is_flawed else scene.scene), None
    if roll < 0.2:
        return Check(light=voice.pick(world.lights) if is_flawed else scene.light), None
    if roll < 0.3:
        kind = voice.pick(scene.things).kind if scene.things and is_flawed else None
        return Check(partial=Partial(kind or voice.pick(world.kinds)), count=0), None
    if not scene.things or (is_flawed and roll > 0.82):
        return _absent(voice, scene)
    thing = voice.pick(scene.things)
    if roll < 0.45:
        return _counted(voice, scene, thing, is_flawed)
    wanted = _flawed(voice, scene, thing) if is_flawed else thing
    return Check(partial=_part_of(voice, wanted)), thing.cell


def _absent(voice: Voice, scene: Scene) -> Draft:
    """Return a check of an object that is not there at all, maybe in the stead of another."""
    cell = voice.pick(range(len(PLACES)))
    world = voice.world
    thing = Thing(cell, voice.pick(world.kinds), voice.pick(world.colours), voice.pick(SIZES))
    return Check(partial=_part_of(voice, thing)), cell if scene.at(cell) else None


def _counted(voice: Voice, scene: Scene, thing: Thing, is_flawed: bool) -> Draft | None:
    partial = Partial(thing.kind, thing.colour if voice.chance() < 0.4 else None)
    count = len(partial.find(scene))
    if is_flawed:
        most = count + MAX_OBJECTS - len(scene.things)
        count = voice.pick([n for n in (2, 3, 4) if n != count and n <= most] or [0])
    return (Check(partial=partial, count=count), None) if count > 1 else None


def _flawed(voice: Voice, scene: Scene, thing: Thing) -> Thing:
    cell, colour, size = thing.cell, thing.colour, thing.size
    if voice.chance() < 0.35:
        cell = voice.pick(scene.free_cells if voice.chance() < 0.7 else range(len(PLACES)))
    if voice.chance() < 0.45:
        colour = voice.pick(voice.world.colours)
    if voice.chance() < 0.45:
        size = voice.pick(SIZES)
    return Thing(cell, thing.kind, colour, size)


def _part_of(voice: Voice, thing: Thing) -> Partial:
    is_full = voice.chance() < 0.3
    return partial_of(
        thing,
        colour=is_full or voice.chance() < 0.55,
        size=is_full or voice.chance() < 0.4,
        place=is_full or voice.chance() < 0.45,
    )
