"""The conversations written by hand are well-formed."""

from pathlib import Path

import pytest
from pentimento.model.storybook.world import CORE
from pentimento.ui.measure.talk import read_talks


def test_every_turn_leads_to_another_picture_of_the_world() -> None:
    talks = read_talks()
    assert len(talks) >= 80
    for talk in talks:
        scenes = [talk.start, *(said.wanted for said in talk.turns)]
        assert len(talk.turns) == 5
        assert all(one != other for one, other in zip(scenes, scenes[1:], strict=False))
        for scene in scenes:
            assert {thing.kind for thing in scene.things} <= set(CORE.kinds)
            assert {thing.colour for thing in scene.things} <= set(CORE.colours)


def test_no_conversation_stands_in_the_file_twice() -> None:
    texts = [tuple(said.text for said in talk.turns) for talk in read_talks()]
    assert len(set(texts)) == len(texts)


def test_a_malformed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talks.txt"
    path.write_text("meadow, day; cat red small top left.\nmake it blue\n  meadow, day; a cat.\n")
    with pytest.raises(ValueError, match="Not an object entry"):
        read_talks(path)
