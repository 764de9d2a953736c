"""The picture that `bench large` makes itself, what it asks, and what it refuses."""

import io
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pentimento.model.storybook.scene import parse_listing
from pentimento.ui.measure.large_bench import next_words, planned_boxes
from pentimento.ui.measure.photograph import take_photograph
from PIL import Image

SCENE = parse_listing("snow, day; cat red small top left; dog blue large middle center.")


def test_a_photograph_has_its_size_and_grain_and_is_the_same_for_a_seed() -> None:
    photo = take_photograph(SCENE, (640, 480), 1)
    image = Image.open(io.BytesIO(photo))
    assert image.format == "JPEG" and image.size == (640, 480)
    steps = np.abs(np.diff(np.asarray(image.convert("L"), np.int16), axis=1))
    assert 1 <= np.median(steps) <= 6  # a drawing has flat areas; a sensor has none
    assert photo == take_photograph(SCENE, (640, 480), 1)
    assert photo != take_photograph(SCENE, (640, 480), 2)


def test_what_is_asked_within_a_mask_stays_in_its_place() -> None:
    for seed in range(40):
        words, cell = next_words(random.Random(seed), SCENE, is_still=True)
        assert words.startswith("make the ") and cell in (0, 4)
    kinds = {next_words(random.Random(seed), SCENE)[0].split()[0] for seed in range(40)}
    assert kinds == {"make", "move", "add"}


def test_a_move_is_allowed_in_both_places() -> None:
    changes = ["cat red small top left -> cat red small bottom right"]
    assert planned_boxes(changes, (300, 300)) == [(0, 0, 100, 100), (200, 200, 300, 300)]
    added = ["nothing -> star red small top center"]
    assert planned_boxes(added, (300, 300)) == [(100, 0, 200, 100)]


def test_peak_memory_is_counted_from_the_reset_on() -> None:
    code = (  # a process of its own: not every kernel can forget a peak
        "import numpy as np\n"
        "from pentimento.ui.measure.machine import peak_memory, reset_peak_memory\n"
        "reset_peak_memory()\n"
        "before = peak_memory()\n"
        "filled = np.ones(40_000_000, np.uint8)\n"
        "print(peak_memory() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 30 < float(done.stdout) < 60


@pytest.mark.parametrize("size", ["12", "4000x", "10x4000"])
def test_a_size_that_is_none_is_refused(pentimento: Callable[..., Any], size: str) -> None:
    refused = pentimento("bench", "large", "--size", size)
    assert refused.code == 2 and "say 4000x3000" in refused.err
