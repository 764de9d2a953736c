"""The agent around a model that makes no mistakes: what goes wrong here is the agent's own."""

import random
from collections.abc import Callable, Sequence
from types import ModuleType

import pytest
from pentimento.agent.conversation import Agent
from pentimento.agent.events import TurnFinished
from pentimento.agent.pictures import decode, encode
from pentimento.model.contract import Message
from pentimento.model.storybook.voice import Split
from pentimento.model.storybook.world import CORE, sample_scene
from pentimento.ui.measure.chains import next_wish

SESSIONS, EDITS = 8, 10


@pytest.mark.parametrize("split", ["train", "test"])
def test_edits_in_a_row_stay_right(
    open_agent: Callable[..., Agent], scripted: ModuleType, split: Split
) -> None:
    plans: list[str] = []  # the grammar's own to the wish in hand
    model = scripted.ScriptedStorybook(
        on_answer=lambda prompt: plans[-1] if "Wish: " in prompt else None
    )
    read_picture = model.choose

    def choose(messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        if "edit" in options:  # everything is an edit, ...
            return [0.0 if option == "edit" else -9.0 for option in options]
        if options[0].endswith(":"):  # ... and one wish
            return [0.0 for _ in options]
        scores: list[float] = read_picture(messages, options)
        return scores

    model.choose = choose
    agent, wrong, rng = open_agent(model), list[str](), random.Random(5)
    for _ in range(SESSIONS):
        scene = sample_scene(rng, CORE, rng.randint(1, 4))
        session_id = agent.store.create_session().session_id
        images = [encode(scripted.paint_scene(scene))]
        for _ in range(EDITS):
            wish, target = next_wish(rng, CORE, scene, split)
            plans.append(wish.answer)
            last = list(agent.take_turn(session_id, wish.text, images=images))[-1]
            version = last.turn.version if isinstance(last, TurnFinished) else None
            picture = decode(agent.store.images.get(version)) if version else None
            if picture is None or scripted.read_scene(picture) != target:
                wrong.append(f"{wish.text} | {scene} | {last}")
                break
            scene, images = target, []
    assert len(wrong) <= 1, wrong  # "... from now on" is kept in mind, not carried out
