"""What is known is left out of the rows, and nothing else."""

import random
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from pentimento.model.nexus.hybrid_loss import IGNORE_INDEX
from pentimento.model.training.packing import fill_rows, hardest_rows, lay_out
from pentimento.model.training.samples import CONTEXT, NO_IMAGE, TARGET_IMAGE, Sample

CONTEXT_SIZE, TURN_SIZE, ANSWER_SIZE = 4, 6, 2


def sample(first: int, turns: int) -> Sample:
    """Return a sample whose tokens count from `first`; the last two of each turn are learned."""
    made = Sample([], [], [], [], [])
    for number in range(CONTEXT, turns):
        size = CONTEXT_SIZE if number == CONTEXT else TURN_SIZE
        ids = list(range(first + len(made), first + len(made) + size))
        learned = 0 if number == CONTEXT else ANSWER_SIZE
        made.input_ids += ids
        made.labels += [IGNORE_INDEX] * (size - learned) + ids[size - learned :]
        made.image_kind += [NO_IMAGE] * size
        made.image_rows += [0] * size
        made.close_turn(number)
    return made


def endless(length: int) -> Iterator[Sample]:
    """Yield samples of one to three turns, each the first `length` tokens of a range."""
    first = 0
    while True:
        yield sample(first, random.Random(first).randint(1, 3))
        first += length


def test_rows_hold_whole_samples_and_never_more_than_fits() -> None:
    rows = fill_rows(endless(100), 5, 30, [], random.Random(0))
    assert len(rows) == 5
    for row in rows:
        assert 0 < sum(map(len, row)) <= 30
    firsts = [one.input_ids[0] for row in rows for one in row]
    assert len(set(firsts)) == len(firsts)


def test_a_batch_tells_its_samples_apart() -> None:
    batch = lay_out([[sample(0, 1), sample(100, 1)], []], 24)
    assert batch["segment"][0].tolist() == [1] * 10 + [2] * 10 + [0] * 4
    assert batch["input_ids"][0, 10:20].tolist() == list(range(100, 110))
    assert batch["positions"][:, 0, 10].tolist() == [0, 0, 0]
    assert not batch["segment"][1].any()


def test_turns_that_are_known_are_left_out() -> None:
    looked_at = [[sample(0, 3)], [sample(100, 1)]]
    losses = [0.0, 0.0, 0.5, 0.1, 0.0, 0.001] + [0.0, 0.01]
    [row], share = hardest_rows(looked_at, losses, 1, 60)
    [chosen] = row
    context, turn = list(range(4)), list(range(10, 16))
    assert chosen.input_ids == context + turn
    assert set(chosen.turns) == {CONTEXT, 1}
    assert share == pytest.approx(2 / 8)


def test_the_worst_turns_come_first_where_room_is_short() -> None:
    looked_at = [[sample(100 * number, 1) for number in range(4)]]
    losses = [0.1, 0.0, 2.0, 0.0, 0.5, 0.0, 0.0, 3.0]
    packed, share = hardest_rows(looked_at, losses, 2, 10)
    assert [row[0].input_ids[0] for row in packed] == [300, 100]
    assert share == pytest.approx(4 / 8)


def test_paintings_are_always_kept_and_their_slots_are_no_words() -> None:
    painting = sample(500, 1)
    painting.image_kind[-1] = TARGET_IMAGE
    packed, share = hardest_rows([[sample(0, 1), painting]], [9.0, 9.0, 0.0], 1, 12)
    assert [one.input_ids[0] for one in packed[0]] == [500]
    assert share == pytest.approx(1 / 3)


def test_the_mean_over_what_was_chosen_times_its_share_is_that_over_everything() -> None:
    looked_at = [[sample(100 * number, 2)] for number in range(6)]
    rng = np.random.default_rng(0)
    lost = torch.tensor(rng.exponential(1.0, 24))
    for known in (0, 5, 6, 11):  # turns of two words
        lost[2 * known : 2 * known + 2] = 0.0
    packed, share = hardest_rows(looked_at, lost.tolist(), 6, 16)
    kept = [
        lost[4 * (one.input_ids[0] // 100) + 2 * turn + place]
        for row in packed
        for one in row
        for turn in sorted({turn for turn in one.turns if turn != CONTEXT})
        for place in range(ANSWER_SIZE)
    ]
    assert len(kept) == 16
    assert torch.stack(kept).mean() * share == pytest.approx(lost.mean().item())
