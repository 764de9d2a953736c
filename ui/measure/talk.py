"""Conversations written by hand, not by the grammar, and the one picture each turn leads to."""

from dataclasses import dataclass
from pathlib import Path

from ...agent import routing
from ...agent.comparing import changes_between
from ...agent.language import read_listing
from ...agent.pictures import encode
from ...agent.state import Before, Plan
from ...model.storybook.scene import Scene, parse_listing
from .asking import rehearse_wishes
from .chains import say
from .figures import Figures, share_of
from .samples import Case, new_rng
from .workbench import Workbench, read_scene

TALKS = Path(__file__).with_name("talks.txt")


@dataclass(frozen=True)
class Said:
    """What is typed in one turn, and the picture that it must lead to."""

    text: str
    wanted: Scene


@dataclass(frozen=True)
class Talk:
    """A conversation about a picture."""

    start: Scene
    turns: tuple[Said, ...]


def read_talks(path: Path = TALKS) -> list[Talk]:
    """Return the conversations of a file: a picture, then words and the picture after them.

    Conversations are parted by an empty line; lines that begin with "#" are remarks.
    """
    talks = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line[:1] not in ("", "#")]
        if lines:
            start, *rest = lines
            turns = zip(rest[::2], map(parse_listing, rest[1::2]), strict=True)
            talks.append(Talk(parse_listing(start), tuple(Said(*turn) for turn in turns)))
    return talks


def measure_talk(bench: Workbench) -> Figures:
    """Return how many turns are planned right, and how far whole conversations stay right.

    A turn is planned on the true listing of the picture before it, and knows of no earlier picture;
    its route is chosen by the words alone. Conversations go through whole turns of the agent, as a
    person meets it, and end with their first wrong picture.
    """
    talks = read_talks()
    cases = [case for talk in talks for case in cases_of(talk)]
    rehearse_wishes(bench, cases, [str(case.scene) for case in cases], "talk: plans")
    planned = [_is_planned(bench, case) for case in cases]
    firsts = [flag for case, flag in zip(cases, planned, strict=True) if case.before is None]
    routed = [
        routing.choose_route(bench.services, case.text, has_picture=True).route for case in cases
    ]
    whole, lengths = talks[: bench.num_chains], []
    for number, talk in enumerate(whole):
        lengths.append(_turns_right(bench, talk, number))
        bench.tell("talk", number + 1, len(whole))
    longest = max(len(talk.turns) for talk in talks)
    return {
        "planned": share_of(planned),
        "first_turns_planned": share_of(firsts),
        "routed": share_of(route == "edit" for route in routed),
        "all_right": share_of(
            length == len(talk.turns) for length, talk in zip(lengths, whole, strict=True)
        ),
        "right_after": {
            f"{turns} turns": share_of(length >= turns for length in lengths)
            for turns in range(1, longest + 1)
        },
    }


def cases_of(talk: Talk) -> list[Case]:
    """Return each turn by itself, told of the turn before it; the answer is the listing."""
    cases: list[Case] = []
    scene, told, last = talk.start, None, None
    for number, said in enumerate(talk.turns, 1):
        cases.append(Case(f"turn {number}", said.text, str(said.wanted), scene, last, number, told))
        listings = (read_listing(str(one)) for one in (scene, said.wanted))
        changes = changes_between(*listings)
        told = Before(words=said.text, changes="; ".join(map(str, changes)))
        news = (change.new for change in reversed(changes) if not change.is_global)
        last = next((new for new in news if new), None)
        scene = said.wanted
    return cases


def _is_planned(bench: Workbench, case: Case) -> bool:
    update = bench.plan("edit", case.text, str(case.scene), case.last, case.before)
    made: Plan = update.get("plan", {})
    is_right = bool(made) and read_scene(made["target"]) == parse_listing(case.answer)
    told = f"{case.before['words']} | " if case.before else ""
    bench.log.note(
        "talk",
        case.kind,
        asked=f"[{case.scene}] {told}{case.text}",
        wanted=case.answer,
        got=made["target"] if made else str(update.get("question") or update.get("reply")),
        is_right=is_right,
    )
    return is_right


def _turns_right(bench: Workbench, talk: Talk, number: int) -> int:
    """Return how many turns of a conversation end with the right picture, before the first that
    does not."""
    rng = new_rng(bench.seed, f"talk/{number}")
    session_id = bench.studio.store.create_session().session_id
    images = [encode(bench.renderer.render(talk.start))]
    for done, said in enumerate(talk.turns):
        kind, seed = f"whole, turn {done + 1}", rng.getrandbits(31)
        if not say(bench, "talk", kind, session_id, said.text, said.wanted, seed, images):
            return done
        images = []
    return len(talk.turns)
