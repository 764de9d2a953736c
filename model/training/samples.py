"""Token sequences of the autoregressive model: dialogues and painting prompts, packed into rows."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from transformers import PreTrainedTokenizerFast

from ..nexus.hybrid_loss import IGNORE_INDEX
from ..nexus.painting import GENERATION_ANSWER, GENERATION_PROMPT
from ..nexus.pointers import marked_words, point
from ..storybook.dialogues import Dialogue
from ..storybook.lexicon import storybook_spelling
from ..storybook.scene import Scene
from ..storybook.tokenizer import ANSWER_PREFIX
from .cells import GRID, CellIndex

POOL_SIZE = 64  # samples from which rows are packed
NO_IMAGE, INPUT_IMAGE, TARGET_IMAGE = 0, 1, 2


@dataclass
class Sample:
    """One sequence; every array has length L, `positions` is (3, L)."""

    input_ids: list[int]
    labels: list[int]  # IGNORE_INDEX where nothing is learned, the image token at a target
    image_kind: list[int]  # NO_IMAGE, INPUT_IMAGE or TARGET_IMAGE
    image_rows: list[int]  # row of the embedding table at an image position, else 0

    def __len__(self) -> int:
        return len(self.input_ids)

    def extend(self, other: "Sample") -> None:
        """Put another sequence behind this one."""
        self.input_ids += other.input_ids
        self.labels += other.labels
        self.image_kind += other.image_kind
        self.image_rows += other.image_rows

    def positions(self) -> np.ndarray:
        """Return the 3-axis positions, (3, L), by the training rule of FORMAT.md section 3."""
        kinds = np.asarray(self.image_kind)
        positions = np.zeros((3, len(kinds)), dtype=np.int64)
        offset = np.arange(GRID * GRID)
        grid = np.stack([np.zeros_like(offset), offset // GRID, offset % GRID])
        index = following = 0
        while index < len(kinds):
            if kinds[index] == NO_IMAGE:
                positions[:, index] = following
                index, following = index + 1, following + 1
            else:
                positions[:, index : index + GRID * GRID] = following + grid
                index, following = index + GRID * GRID, following + GRID
        return positions


class SampleMaker:
    """Turns dialogues and scenes into samples with Qwen's chat template."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, index: CellIndex) -> None:
        self.index, self.spelling = index, storybook_spelling()
        self._tokenizer = tokenizer.backend_tokenizer
        one = tokenizer.convert_tokens_to_ids
        self.im_start, self.im_end = one("<|im_start|>"), one("<|im_end|>")
        self.boi, self.eoi, self.image_pad = (
            one("<|vision_start|>"), one("<|vision_end|>"), one("<|image_pad|>"),
        )  # fmt: skip
        self.newline = self.encode("\n")
        self.system = self._turn("system", "You are a helpful assistant.")

    def encode(self, text: str) -> list[int]:
        """Return the token ids of a plain text."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def dialogue(self, dialogue: Dialogue, *, with_image: bool, length: int) -> Sample:
        """Return a dialogue without the turns that do not fit into `length` tokens any more.

        Without the picture its listing is given, not learned.
        """
        sample = self._begin()
        for number, turn in enumerate(dialogue.turns):
            is_listing = number == 0 and dialogue.scene is not None
            image = dialogue.scene if is_listing and with_image else None
            asked = self.spelling.read(turn.user)
            said = point(turn.assistant, marked_words(asked))
            part = Sample([], [], [], [])
            self._user(part, asked, image)
            self._assistant(part, said, learned=with_image or not is_listing)
            if len(sample) + len(part) <= length:
                sample.extend(part)
        return sample

    def painting(self, scene: Scene) -> Sample:
        """Return the sequence in which `scene` is painted from its listing."""
        sample = self._begin()
        self._user(sample, self.spelling.read(GENERATION_PROMPT.format(prompt=scene)), None)
        head = [self.im_start, *self.encode("assistant\n")]
        self._text(sample, head, learned=False)
        self._text(sample, [*self.encode(GENERATION_ANSWER), self.boi], learned=True)
        self._image(sample, scene, TARGET_IMAGE)
        self._text(sample, [self.eoi, self.im_end], learned=True)
        return sample

    def _begin(self) -> Sample:
        count = len(self.system)
        return Sample(list(self.system), [IGNORE_INDEX] * count, [NO_IMAGE] * count, [0] * count)

    def _turn(self, role: str, text: str) -> list[int]:
        return [self.im_start, *self.encode(f"{role}\n{text}"), self.im_end, *self.newline]

    def _user(self, sample: Sample, text: str, image: Scene | None) -> None:
        if image is None:
            self._text(sample, self._turn("user", text), learned=False)
            return
        self._text(sample, [self.im_start, *self.encode("user\n"), self.boi], learned=False)
        self._image(sample, image, INPUT_IMAGE)
        rest = [self.eoi, *self.encode(text), self.im_end, *self.newline]
        self._text(sample, rest, learned=False)

    def _assistant(self, sample: Sample, text: str, *, learned: bool) -> None:
        head = self.encode("assistant\n")
        ids = self.encode(f"assistant\n{ANSWER_PREFIX}{text}")
        self._text(sample, [self.im_start, *head], learned=False)
        self._text(sample, [*ids[len(head) :], self.im_end], learned=learned)
        self._text(sample, self.newline, learned=False)

    def _text(self, sample: Sample, ids: list[int], *, learned: bool) -> None:
        sample.input_ids += ids
        sample.labels += ids if learned else [IGNORE_INDEX] * len(ids)
        sample.image_kind += [NO_IMAGE] * len(ids)
        sample.image_rows += [0] * len(ids)

    def _image(self, sample: Sample, scene: Scene, kind: int) -> None:
        count = GRID * GRID
        sample.input_ids += [self.image_pad] * count
        sample.labels += [self.image_pad if kind == TARGET_IMAGE else IGNORE_INDEX] * count
        sample.image_kind += [kind] * count
        sample.image_rows += self.index.rows(scene).tolist()


def pack(
    samples: Iterator[Sample], rows: int, length: int, pool: list[Sample], rng: random.Random
) -> dict[str, np.ndarray]:
    """Return `rows` rows of `length` tokens, each filled with whole samples from the pool.

    Keys: input_ids, labels, image_kind, image_rows, segment (all (rows, length); segment 0 is
    padding) and positions (3, rows, length). Every row begins with a random sample and goes on with
    the longest that fits; the pool is kept at POOL_SIZE and nothing but over-long samples is lost.
    """
    bins: list[list[Sample]] = []
    for _ in range(rows):
        bins.append([])
        room = length
        while True:
            while len(pool) < POOL_SIZE:
                sample = next(samples)
                if len(sample) <= length:
                    pool.append(sample)
            fitting = [i for i, sample in enumerate(pool) if len(sample) <= room]
            if not fitting:
                break
            if bins[-1]:
                chosen = max(fitting, key=lambda i: len(pool[i]))
            else:
                chosen = rng.choice(fitting)
            room -= len(pool[chosen])
            bins[-1].append(pool.pop(chosen))
    batch = {
        name: np.zeros((rows, length), dtype=np.int64)
        for name in ("input_ids", "image_kind", "image_rows", "segment")
    }
    batch["labels"] = np.full((rows, length), IGNORE_INDEX, dtype=np.int64)
    batch["positions"] = np.zeros((3, rows, length), dtype=np.int64)
    for row, packed in enumerate(bins):
        start = 0
        for number, sample in enumerate(packed, 1):
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
