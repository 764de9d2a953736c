"""Rows packed of several samples, and the choice of those from which much is still learned."""

import random
from collections.abc import Iterator, Sequence

import numpy as np

from ..nexus.hybrid_loss import IGNORE_INDEX
from .samples import TARGET_IMAGE, Sample

POOL_SIZE = 64  # samples from which rows are packed
LEARNED = 0.02  # nats over a whole answer; one that loses less teaches nothing
Rows = list[list[Sample]]
Batch = dict[str, np.ndarray]


def fill_rows(
    samples: Iterator[Sample], rows: int, length: int, pool: list[Sample], rng: random.Random
) -> Rows:
    """Return `rows` rows of at most `length` tokens, each of whole samples from the pool.

    Every row begins with a random sample and goes on with the longest that fits; the pool is kept
    at POOL_SIZE and nothing but over-long samples is lost.
    """
    filled: Rows = []
    for _ in range(rows):
        row: list[Sample] = []
        room = length
        while True:
            while len(pool) < POOL_SIZE:
                sample = next(samples)
                if len(sample) <= length:
                    pool.append(sample)
            fitting = [i for i, sample in enumerate(pool) if len(sample) <= room]
            if not fitting:
                break
            chosen = max(fitting, key=lambda i: len(pool[i])) if row else rng.choice(fitting)
            room -= len(pool[chosen])
            row.append(pool.pop(chosen))
        filled.append(row)
    return filled


def hardest_rows(
    looked_at: Rows, losses: Sequence[float], rows: int, length: int
) -> tuple[Rows, float]:
    """Return the `rows` rows from which most is to be learned, and their share of all answers.

    losses: cross entropy of every supervised word of `looked_at`, in order, in nats. Turns that are
    known are left out; the samples that remain are taken by their loss a token, as far as they fit,
    paintings first (arXiv 1910.00762 chooses whole samples). The share is counted in words: a mean
    loss over what was chosen, times the share, is that over everything if the rest loses nothing.
    """
    remaining = iter(losses)
    chosen: list[tuple[float, Sample]] = []
    supervised = 0
    for sample in (sample for row in looked_at for sample in row):
        lost: dict[int, float] = {}
        for turn, is_word in zip(sample.turns, _is_word(sample), strict=True):
            if is_word:
                lost[turn] = lost.get(turn, 0.0) + next(remaining)
                supervised += 1
        if TARGET_IMAGE in sample.image_kind:
            chosen.append((float("inf"), sample))
            continue
        hard = {turn for turn, loss in lost.items() if loss > LEARNED}
        if hard:
            part = sample.only(hard)
            chosen.append((sum(lost[turn] for turn in hard) / len(part), part))
    chosen.sort(key=lambda pair: -pair[0])
    packed: Rows = [[] for _ in range(rows)]
    room = [length] * rows
    for _, sample in chosen:
        row = next((i for i in range(rows) if room[i] >= len(sample)), None)
        if row is not None:
            packed[row].append(sample)
            room[row] -= len(sample)
    kept = sum(sum(_is_word(sample)) for row in packed for sample in row)
    return packed, kept / max(supervised, 1)


def _is_word(sample: Sample) -> list[bool]:
    """Return where a word is learned: not where a picture's slot is."""
    return [
        label != IGNORE_INDEX and kind != TARGET_IMAGE
        for label, kind in zip(sample.labels, sample.image_kind, strict=True)
    ]


def lay_out(packed: Rows, length: int) -> Batch:
    """Return the arrays of packed rows.

    Keys: input_ids, labels, image_kind, image_rows, segment (all (rows, length); segment 0 is
    padding) and positions (3, rows, length).
    """
    rows = len(packed)
    batch = {
        name: np.zeros((rows, length), dtype=np.int64)
        for name in ("input_ids", "image_kind", "image_rows", "segment")
    }
    batch["labels"] = np.full((rows, length), IGNORE_INDEX, dtype=np.int64)
    batch["positions"] = np.zeros((3, rows, length), dtype=np.int64)
    for row, samples in enumerate(packed):
        start = 0
        for number, sample in enumerate(samples, 1):
            span = slice(start, start + len(sample))
            batch["input_ids"][row, span] = sample.input_ids
            batch["labels"][row, span] = sample.labels
            batch["labels"][row, start] = IGNORE_INDEX
            batch["image_kind"][row, span] = sample.image_kind
            batch["image_rows"][row, span] = sample.image_rows
            batch["positions"][:, row, span] = sample.positions()
            batch["segment"][row, span] = number
            start = span.stop
    return batch
