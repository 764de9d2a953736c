"""Everyday wishes lead from one picture of the world to another, in words that fit them."""

import random

from pentimento.model.storybook.scene import parse_listing
from pentimento.model.storybook.world import CORE, FULL
from pentimento.ui.measure.everyday import FAMILIES, everyday_cases


def test_every_wish_leads_to_another_picture_of_the_world() -> None:
    for world in (CORE, FULL):
        cases = list(everyday_cases(random.Random(1), world, 40))
        assert len(cases) == 40 * len(FAMILIES)
        for case in cases:
            wanted = parse_listing(case.answer)
            assert case.scene and wanted != case.scene and "{" not in case.text
            assert {thing.kind for thing in wanted.things} <= set(world.kinds)


def test_what_leans_on_a_turn_before_is_told_of_it() -> None:
    for case in everyday_cases(random.Random(2), CORE, 30):
        assert (case.before is not None) == case.kind.startswith("then:")
        if case.before:
            new = case.before["changes"].partition(" -> ")[2]
            assert new in str(case.scene) and case.last == new


def test_the_same_seed_gives_the_same_cases() -> None:
    first, second = (list(everyday_cases(random.Random(3), CORE, 5)) for _ in range(2))
    assert first == second
