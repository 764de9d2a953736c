"""Wishes about a listed picture as turns: alone, with pronouns, several in one sentence."""

from dataclasses import replace

from .edits import Edit, EditError, apply_changes
from .follow_ups import sample_follow_up, sample_past
from .phrases import (
    FRAMES,
    IT_WORDS,
    JOINERS,
    OTHER_WORDS,
)
from .refusals import sample_outside, sample_unclear
from .scene import NOTHING, PLACES, Scene, Thing, parse_thing
from .voice import Voice
from .wish_kinds import (
    EDIT_KINDS,
    LOOK_KINDS,
    OBJECT_KINDS,
    WAY_KINDS,
    Before,
    Wish,
    WishTurn,
    add_at,
    choose_kind,
    last_mentioned,
    make_wish,
    say,
)

FOLLOW_UP_SHARE = 0.36  # of the wishes: few words that lean on the change before
BEFORE_SHARE = 0.6  # of the others: a change went before, and tells nothing of them
BY_IT_SHARE = 0.25  # of the wishes with a pronoun: a new thing beside what it stands for
HIM_SHARE = 0.25  # of the pronouns for an animal
MENTION_SHARE = (
    0.25  # of the others: what it stands for is named right before, "the cat? remove it"
)
ASKED_SHARE = 0.3  # of the turns where another object was spoken of since: in a question
TERSE_KINDS = ("recolour", "resize", "resize", "move_dir", "move_place", "remove")
TERSE_JOINERS = (", ", ", ", " and ", "; ", " + ", ", and ")
AND_SHARE = 0.35  # in training, of what joins wishes: it is what people say, and stands within one


def sample_wish(voice: Voice, scene: Scene, kinds: tuple[str, ...] = EDIT_KINDS) -> WishTurn:
    """Return a random wish about `scene`: mostly one that can be met, else a question back."""
    is_plain = kinds is not EDIT_KINDS
    if not is_plain and voice.chance() < FOLLOW_UP_SHARE:
        follow_up = sample_follow_up(voice, scene)
        if follow_up:
            return follow_up
    turn = _sample_wish(voice, scene, kinds)
    past = sample_past(voice, scene) if voice.chance() < BEFORE_SHARE else None
    if past is None or (turn.kind == "bare_it" and past.last):  # "it" would be what was changed
        return turn
    if turn.kind == "ambiguous" and _leads_to(past.before, turn.answer):  # that one is meant
        return turn
    if turn.last and past.last and turn.last != past.last and voice.chance() > ASKED_SHARE:
        return turn
    return replace(turn, before=past.before)


def _leads_to(before: Before, listed: str) -> bool:
    """Return whether a change before led to one of the objects that are listed."""
    made = [change.partition(" -> ")[2] for change in before.changes.split("; ")]
    return any(new in listed for new in made if new != NOTHING)


def _sample_wish(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn:
    is_plain = kinds is not EDIT_KINDS
    roll = voice.chance()
    if roll < (0.03 if is_plain else 0.14):
        turn = sample_unclear(voice, scene, kinds)
    elif roll < 0.19 and not is_plain:
        turn = sample_outside(voice, scene)
    else:
        turn = None
    while turn is None:
        roll = voice.chance()
        if roll < 0.2:
            turn = _sample_pronoun(voice, scene, kinds)
        elif roll < 0.6 and not is_plain:
            turn = _sample_several(voice, scene)
        else:
            turn = _sample_single(voice, scene, kinds)
    return turn


def _sample_single(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    wish = make_wish(voice, scene, choose_kind(voice, kinds))
    if wish is None:
        return None
    try:
        edit = wish.apply(scene)
    except EditError:
        return None
    last = last_mentioned(voice, scene)
    return _turn(voice, say(voice, wish), last, edit, wish.deed, wish.kind)


def _sample_pronoun(voice: Voice, scene: Scene, kinds: tuple[str, ...]) -> WishTurn | None:
    """ "it" is the last mentioned object, or the only one; "the other one" its only twin."""
    if not scene.things:
        return None
    thing = voice.pick(scene.things)
    last: Thing | None = thing
    is_animal = thing.kind in ("cat", "dog") and voice.chance() < HIM_SHARE
    words = voice.pick(("him", "her") if is_animal else IT_WORDS)
    twins = [t for t in scene.things if t.kind == thing.kind and t != thing]
    if len(twins) == 1 and voice.chance() < 0.6:
        last, words = twins[0], voice.pick(OTHER_WORDS).format(k=voice.kind(thing.kind))
    elif len(scene.things) == 1 and voice.chance() < 0.5:
        last = None
    mention = None
    if last == thing and kinds is EDIT_KINDS and voice.chance() < MENTION_SHARE:
        mention, words = voice.refer(scene, thing), words if is_animal else "it"
        last = last_mentioned(voice, scene)
    if kinds is EDIT_KINDS and voice.chance() < BY_IT_SHARE:
        kind, wishes = "add", [add_at(voice, scene, thing, words)]
    else:
        kind = choose_kind(voice, tuple(k for k in kinds if k in OBJECT_KINDS))
        wishes = [make_wish(voice, scene, kind, subject=thing, name=words, is_command=True)]
    if voice.chance() < 0.12 and kinds is EDIT_KINDS:
        other = voice.pick(("scene", "light", "add"))
        wishes.append(make_wish(voice, scene, other, is_command=True))
    edit = _apply_all(scene, wishes)
    if edit is None:
        return None
    first, *others = wishes
    assert first
    deed, kind = ("several", "several") if others else (first.deed, kind)
    text = say_all(voice, wishes)
    if mention:
        text = voice.pattern(FRAMES["mention"]).format(text, x=mention)
    return _turn(voice, text, last, edit, deed, kind)


def _sample_several(voice: Voice, scene: Scene) -> WishTurn | None:
    roll = voice.chance()
    if scene.things and roll < 0.25:
        wishes = _same_thing_wishes(voice, scene)
    elif len(scene.things) > 1 and roll < 0.35:
        wishes = _two_looks(voice, scene)
    elif len(scene.things) > 1 and roll < 0.42:
        return _two_terse(voice, scene)
    else:
        kinds = [choose_kind(voice, EDIT_KINDS) for _ in range(3 if voice.chance() < 0.2 else 2)]
        if "clear" in kinds or any(kinds.count(kind) > 1 for kind in ("scene", "light", "count")):
            return None
        wishes = [make_wish(voice, scene, kind, is_command=True) for kind in kinds]
    edit = _apply_all(scene, wishes)
    if edit is None:
        return None
    last = last_mentioned(voice, scene)
    return _turn(voice, say_all(voice, wishes), last, edit, "several", "several")


def _same_thing_wishes(voice: Voice, scene: Scene) -> "list[Wish | None]":
    """ "make the cat blue and move it to the top left": one object, its looks and its place."""
    thing = voice.pick(scene.things)
    kinds = [voice.pick(LOOK_KINDS), voice.pick(WAY_KINDS)]
    if voice.chance() < 0.4 and kinds[1] != "swap":  # after a swap "it" may be either
        kinds.reverse()
    first = make_wish(voice, scene, kinds[0], subject=thing, is_command=True)
    if first is None:
        return [None]
    try:
        middle = first.apply(scene)
    except EditError:
        return [None]
    it = parse_thing(middle.changes[0][1])
    return [first, make_wish(voice, scene, kinds[1], subject=it, name="it", is_command=True)]


def _two_looks(voice: Voice, scene: Scene) -> "list[Wish | None]":
    """ "make the cat blue and the dog red": the verb is said but once."""
    verb = voice.pick(("make", "make", "paint", "colour", "turn", "dye"))
    wishes: list[Wish | None] = []
    for thing in voice.rng.sample(scene.things, 2):
        wish = make_wish(voice, scene, "recolour", subject=thing, is_command=True)
        edit = wish.apply(scene) if wish else None
        if wish is None or edit is None or edit.evidence:  # "like the cat" names no colour
            return [None]
        colour = edit.changes[0][1].split()[1]
        text = f"{voice.refer(scene, thing)} {voice.colour(colour)}"
        wishes.append(replace(wish, text=text if wishes else f"{verb} {text}"))
    return wishes


def _two_terse(voice: Voice, scene: Scene) -> WishTurn | None:
    """ "tree bigger, house smaller": two wishes without a verb."""
    things = voice.rng.sample(scene.things, 2)
    kinds = [voice.pick(TERSE_KINDS), voice.pick(TERSE_KINDS)]
    if voice.chance() < 0.5:
        kinds[1] = kinds[0]
    wishes = [
        make_wish(voice, scene, kind, subject=thing, terse_share=1.0)
        for thing, kind in zip(things, kinds, strict=True)
    ]
    if not all(wish and wish.is_terse for wish in wishes):
        return None
    edit = _apply_all(scene, wishes)
    if edit is None:
        return None
    text = voice.pick(TERSE_JOINERS).join(wish.text for wish in wishes if wish)
    last = last_mentioned(voice, scene)
    return _turn(voice, text, last, edit, "several", "several")


def _apply_all(scene: Scene, wishes: "list[Wish | None]") -> Edit | None:
    """Return the wishes as one edit, or None if one fails or two touch the same cells."""
    edit: Edit | None = None
    for wish in wishes:
        if wish is None:
            return None
        try:
            step = wish.apply(edit.target if edit else scene)
        except (EditError, ValueError):
            return None
        if not step.changes:
            return None
        if edit is None:
            edit = step
            continue
        if _recounts(edit, step):
            return None
        is_same_thing = edit.changes[0][1] == step.changes[0][0] != "nothing"
        is_global = len(step.cells) == len(PLACES) or len(edit.cells) == len(PLACES)
        if not is_global and not is_same_thing and edit.cells & step.cells:
            return None
        edit = edit.then(step)
    if edit is not None and not _is_told(scene, edit):
        return None
    return edit


def _is_told(scene: Scene, edit: Edit) -> bool:
    """Return whether the changes, made to the scene, give the target: none is told twice."""
    try:
        return apply_changes(scene, edit.changes) == edit.target
    except ValueError:
        return False


def _recounts(first: Edit, second: Edit) -> bool:
    """Return whether one edit changes how many there are of a kind that the other speaks of."""
    kinds = [{entry.split(" ")[0] for c in edit.changes for entry in c} for edit in (first, second)]
    are_counted = any("nothing" in seen for seen in kinds)
    is_same_thing = first.changes[0][1] == second.changes[0][0] != "nothing"
    return are_counted and not is_same_thing and bool((kinds[0] & kinds[1]) - {"nothing"})


def _turn(
    voice: Voice, text: str, last: Thing | None, edit: Edit, deed: str, kind: str
) -> WishTurn:
    return WishTurn(voice.finish(text), last, f"{deed}: {edit}", kind, edit)


def say_all(voice: Voice, wishes: "list[Wish | None]") -> str:
    """Return commands joined into one sentence."""
    texts = [wish.text for wish in wishes if wish]
    text = texts[0] if len(texts) < 3 else ", ".join(texts[:-1])
    if len(texts) > 1:
        is_plain = voice.split == "train" and voice.chance() < AND_SHARE
        text = f"{text}{' and ' if is_plain else voice.pattern(JOINERS)}{texts[-1]}"
    return voice.pattern(FRAMES["command"]).format(text) if voice.chance() < 0.35 else text
