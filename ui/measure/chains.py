"""Ten edits in a row through whole turns of the agent: how long a picture stays right."""

import random
import statistics
from collections.abc import Sequence

from ...agent.pictures import encode
from ...agent.services import TurnOptions
from ...model.storybook.dialogues import EDIT_KINDS, parse_plan
from ...model.storybook.scene import Scene
from ...model.storybook.voice import Split, Voice
from ...model.storybook.wishes import WishTurn, sample_wish
from ...model.storybook.world import World, sample_scene
from .agent_tasks import MAX_ROUNDS, finish, read_version
from .figures import Figures, share_of
from .samples import new_rng
from .scoring import score_picture
from .workbench import Workbench

LENGTH = 10
MAX_TRIES = 500


def measure_chain(bench: Workbench) -> Figures:
    """Return how many sessions are still right after each of ten edits; a session ends with its
    first wrong picture, since all ten must be right.

    With routing, reflection and lock, as a person meets it; held-out wordings, one wish a turn.
    """
    lengths: list[int] = []
    broken: dict[str, int] = {}
    for number in range(bench.num_chains):
        length, kind = run_chain(bench, new_rng(bench.seed, f"chain/{number}"))
        lengths.append(length)
        if kind:
            broken[kind] = broken.get(kind, 0) + 1
        bench.tell("chain", number + 1, bench.num_chains)
    return {
        "all_right": share_of(length >= LENGTH for length in lengths),
        "mean_right_in_a_row": round(statistics.fmean(lengths), 2) if lengths else None,
        "right_after": {
            f"{edits} edits": share_of(length >= edits for length in lengths)
            for edits in range(1, LENGTH + 1)
        },
        "first_wrong": dict(sorted(broken.items(), key=lambda pair: -pair[1])),
    }


def run_chain(bench: Workbench, rng: random.Random) -> tuple[int, str | None]:
    """Return how many edits of a session were right before the first wrong one, and its kind."""
    scene = sample_scene(rng, bench.world, rng.randint(1, 4))
    images = [encode(bench.renderer.render(scene))]
    session_id = bench.studio.store.create_session().session_id
    for done in range(LENGTH):
        wish, scene = next_wish(rng, bench.world, scene)
        seed = rng.getrandbits(31)
        if not say(bench, "chain", wish.kind, session_id, wish.text, scene, seed, images):
            return done, wish.kind
        images = []
    return LENGTH, None


def say(
    bench: Workbench,
    task: str,
    kind: str,
    session_id: str,
    text: str,
    wanted: Scene,
    seed: int,
    images: Sequence[bytes],
) -> bool:
    """Return whether a turn of the agent, as a person meets it, ends with the wanted picture."""
    options = TurnOptions(max_rounds=MAX_ROUNDS)
    events = list(
        bench.agent.take_turn(session_id, text, images=images, seed=seed, options=options)
    )
    turn = finish(bench, events)
    reading = read_version(bench, turn.version if turn else None)
    is_right = reading is not None and score_picture(reading, wanted).is_exact
    bench.log.note(
        task,
        kind,
        asked=text,
        wanted=str(wanted),
        got=str(reading.scene if reading else events[-1]),
        is_right=is_right,
    )
    return is_right


def next_wish(
    rng: random.Random, world: World, scene: Scene, split: Split = "test"
) -> tuple[WishTurn, Scene]:
    """Return a wish for an edit of a scene, in held-out words, and the scene that it leads to.

    Without a last mentioned object: the session decides itself what was mentioned.
    """
    for _ in range(MAX_TRIES):
        wish = sample_wish(Voice(rng, world, split), scene)
        target = parse_plan(wish.answer).target
        if wish.kind in EDIT_KINDS and wish.last is None and target is not None:
            return wish, target
    raise AssertionError(f"Nothing can be wished for {scene}")
