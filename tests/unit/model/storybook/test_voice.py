"""A voice keeps what is held out from what is taught, whatever it borrows."""

import random

from pentimento.model.storybook.phrases import COMMANDS, REQUESTS, SENTENCES
from pentimento.model.storybook.refusals import ask_for
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.world import CORE


def test_patterns_are_borrowed_in_training_alone() -> None:
    own, lent = REQUESTS["outside"], REQUESTS["draw"]
    taught = Voice(random.Random(0), CORE)
    found = [taught.borrowed(own, lent) for _ in range(400)]
    assert 100 < sum(one in lent.train for one in found) < 200
    assert not set(found) & set(own.test)
    examined = Voice(random.Random(0), CORE, "test")
    assert {examined.borrowed(own, lent) for _ in range(400)} <= set(own.test)


def test_a_thing_beyond_the_world_is_asked_for_in_every_slot_that_patterns_have() -> None:
    voice = Voice(random.Random(1), CORE)
    texts = [ask_for(voice, "a gnu", " on the left", "the dog") for _ in range(600)]
    assert all("a gnu" in text for text in texts)
    assert not any("{" in text for text in texts)
    for bank in (REQUESTS["edit_outside"], COMMANDS["replace"], SENTENCES["add"]):
        spoken = {
            one.format(a="a gnu", at=" on the left", x="the dog", x1="the dog")
            for one in bank.train
        }
        assert spoken & set(texts)
