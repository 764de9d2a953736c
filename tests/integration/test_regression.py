"""What earlier turns asked for is asked again, brought back or reported; the user may overrule."""

from collections.abc import Callable
from types import ModuleType

from pentimento.agent.conversation import Agent
from pentimento.agent.events import TurnFinished
from pentimento.agent.pictures import decode
from pentimento.agent.services import TurnOptions
from pentimento.memory.records import TurnRecord
from pentimento.model.contract import Brief
from pentimento.model.storybook.scene import Scene, parse_listing

DRAW = "draw a small red dog at the top left, meadow"
STAR = "star yellow small bottom left"
FREE = TurnOptions(lock="off", max_rounds=1)
Open = Callable[..., Agent]


def test_a_lost_object_comes_back_with_the_next_painting(
    open_agent: Open, scripted: ModuleType
) -> None:
    careless = True

    def forget_the_star(brief: Brief, scene: Scene) -> Scene:
        if not (careless and "night" in str(scene)):
            return scene
        return parse_listing(str(scene).replace(f"; {STAR}", ""))

    agent = open_agent(scripted.ScriptedStorybook(on_paint=forget_the_star))
    session_id = agent.store.create_session().session_id

    def take(text: str) -> TurnRecord:
        last = list(agent.take_turn(session_id, text, options=FREE))[-1]
        assert isinstance(last, TurnFinished), last
        return last.turn

    def seen(turn: TurnRecord) -> str:
        return str(scripted.read_scene(decode(agent.store.images.get(turn.version or ""))))

    take(DRAW)
    take("add a yellow star at the bottom left")
    lost = take("make it night")
    assert "star" not in seen(lost) and "not content with" in lost.reply
    verdicts = {check.text: check.verdict for check in agent.store.checks(lost.turn_id)}
    assert verdicts[STAR] == "no" and verdicts["meadow"] == "yes"  # asked in turn 1
    careless = False
    mended = take("make the dog blue")
    assert STAR in seen(mended)
    assert mended.plan and mended.plan["repaired"] == [STAR]
    assert "I brought back what was lost on the way: a small yellow star" in mended.reply
    assert str(mended.plan["last"]).startswith("dog blue")  # that is "it" now, not the star


def test_it_is_fine_overrules_the_critic(open_agent: Open, scripted: ModuleType) -> None:
    def never_a_star(brief: Brief, scene: Scene) -> Scene:
        return parse_listing(str(scene).replace(f"; {STAR}", ""))

    agent = open_agent(scripted.ScriptedStorybook(on_paint=never_a_star))
    session_id = agent.store.create_session().session_id

    def take(text: str) -> TurnRecord:
        last = list(agent.take_turn(session_id, text, options=FREE))[-1]
        assert isinstance(last, TurnFinished), last
        return last.turn

    take(DRAW)
    assert take("thanks").plan is not None
    assert take("it's fine").reply.startswith("Good, I leave it")  # there is nothing to overrule
    doubtful = take("add a yellow star at the bottom left")
    assert "not content with" in doubtful.reply
    told = take("it's fine as it is")
    assert told.reply.startswith("As you say: it is fine as it is.")
    overruled = [check.text for check in agent.store.checks(doubtful.turn_id) if check.is_overruled]
    assert overruled == [STAR]
    turn = take("make the dog blue")
    assert STAR not in [check.text for check in agent.store.checks(turn.turn_id)]
    assert turn.plan and "repaired" not in turn.plan and "lost" not in turn.plan
