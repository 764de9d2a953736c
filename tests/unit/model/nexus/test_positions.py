"""Where tokens stand, beside transformers' own rule."""

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.positions import (
    condition_text_ids,
    latent_image_ids,
    merger_positions,
    position_after_slots,
    rope_positions,
    slot_positions,
)

IMAGE = 99


def sentence(*parts: int | tuple[int, int]) -> list[int]:
    """Return ids: a number is so much text, a pair is a picture of that grid."""
    ids: list[int] = []
    for part in parts:
        ids += [1] * part if isinstance(part, int) else [IMAGE] * (part[0] * part[1])
    return ids


ROWS = [
    sentence(3, (2, 3), 2, (4, 1), 1),
    sentence(1, (9, 9), 4),
    sentence(5),
    sentence(2, (1, 1), 1, (3, 3), 2, (2, 2)),
]
GRIDS = [(2, 3), (4, 1), (9, 9), (1, 1), (3, 3), (2, 2)]


@pytest.mark.parametrize("side", ["left", "right"])
def test_positions_are_those_of_transformers(side: str, tiny_model: NexusAutoregressive) -> None:
    width = max(map(len, ROWS))
    ids = torch.zeros(len(ROWS), width, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, content in enumerate(ROWS):
        first = width - len(content) if side == "left" else 0
        ids[row, first : first + len(content)] = torch.tensor(content)
        mask[row, first : first + len(content)] = 1
    ours, following = rope_positions(ids, mask, IMAGE, GRIDS)
    grid_thw = torch.tensor([(1, 2 * rows, 2 * columns) for rows, columns in GRIDS])
    theirs, deltas = tiny_model.qwen.model.get_rope_index(
        ids, (ids == IMAGE).int(), grid_thw, attention_mask=mask
    )
    assert torch.equal(ours, theirs)
    assert torch.equal(following, deltas[:, 0] + mask.sum(1))


def test_positions_go_on_where_the_last_part_ended() -> None:
    ids = torch.tensor([ROWS[0]])
    whole, end = rope_positions(ids, None, IMAGE, GRIDS[:2])
    first, middle = rope_positions(ids[:, :10], None, IMAGE, GRIDS[:1])
    second, last = rope_positions(ids[:, 10:], None, IMAGE, GRIDS[1:2], middle)
    assert torch.equal(torch.cat([first, second], -1), whole)
    assert torch.equal(last, end)


def test_one_grid_serves_all_pictures() -> None:
    ids = torch.tensor([sentence(2, (3, 3), 1, (3, 3), 1)])
    one, _ = rope_positions(ids, None, IMAGE, (3, 3))
    assert torch.equal(one, rope_positions(ids, None, IMAGE, [(3, 3), (3, 3)])[0])


def test_a_picture_without_a_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="2 pictures in the text, 1 grids"):
        rope_positions(torch.tensor([sentence(1, (2, 2), 1, (2, 2))]), None, IMAGE, [(2, 2)])


def test_slots_stand_as_a_picture_and_the_rules_part_after_it() -> None:
    start = torch.tensor([4, 7])
    ids = torch.tensor([sentence(4, (9, 9), 1), sentence(4, (9, 9), 1)])
    whole, _ = rope_positions(ids, None, IMAGE, (9, 9), start - 4)
    assert torch.equal(slot_positions(start, (9, 9)), whole[..., 4:-1])
    assert torch.equal(position_after_slots(start, (9, 9), "training"), whole[0, :, -1])
    assert position_after_slots(start, (9, 9), "published").tolist() == [85, 88]


def test_merged_pictures_overlap_whatever_their_grid() -> None:
    positions = merger_positions([(18, 18), (36, 36), (4, 6)])
    assert positions.shape == (3, 1, 81 + 324 + 6) and not positions[0].any()
    assert positions[1:, 0, 80].tolist() == [32, 32]  # the last of 9: 8 * 72 / 18
    assert positions[1:, 0, 404].tolist() == [34, 34]
    assert positions[1:, 0, -1].tolist() == [18, 24]


def test_text_ids_cover_the_image_tokens() -> None:
    ids = condition_text_ids([(18, 18), (18, 18)], 18, 18)
    image = latent_image_ids(18, 18)
    assert torch.equal(ids[:81], image)  # aligned one to one at Storybook's size
    assert torch.equal(ids[81:, 1:], image[:, 1:]) and ids[81:, 0].eq(1).all()
