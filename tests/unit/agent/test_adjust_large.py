"""Every operation on a picture of twelve megapixels, in bounded memory."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from pentimento.agent.adjustments.clauses import Adjustment
from pentimento.agent.adjustments.table import OPERATIONS, apply_adjustments
from pentimento.agent.raster import Raster

WIDTH, HEIGHT = 4000, 3000
ARGUMENTS: dict[str, dict[str, Any]] = {
    "crop": {"share": 0.9},
    "rotate": {"degrees": 90.0},
    "flip": {"axis": "horizontal"},
    "resize": {"factor": 0.9},
    "brightness": {"factor": 1.3},
    "contrast": {"factor": 1.3},
    "saturation": {"factor": 1.3},
    "warmth": {"amount": 0.1},
    "hue": {"degrees": 30.0},
    "greyscale": {},
    "sepia": {},
    "blur": {"strength": 1.5},
    "sharpen": {"strength": 1.0},
    "vignette": {"strength": 1.0},
    "border": {"colour": "white"},
    "text": {"words": "Twelve megapixels"},
}


@pytest.fixture(scope="module")
def photo() -> Raster:
    """Return a picture with light, colour and grain."""
    y, x = np.ogrid[0:1:3000j, 0:1:4000j]
    grain = np.random.default_rng(0).integers(0, 24, (HEIGHT, WIDTH), np.uint8)
    planes = [
        (180 * shade).astype(np.uint8) + grain for shade in (x * y, (x + y) / 2, 1 - x + 0 * y)
    ]
    return Raster(np.stack(planes, axis=2))


def peak_share(raster: Raster, name: str) -> float:
    """Return the most memory that NumPy held besides the picture, in sizes of the picture."""
    tracemalloc.start()
    try:
        result = apply_adjustments(raster, [Adjustment(name, ARGUMENTS[name], "")])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.values.dtype == raster.values.dtype
    return peak / raster.values.nbytes


def test_every_operation_holds_few_copies_of_a_large_picture(photo: Raster) -> None:
    shares = {operation.name: peak_share(photo, operation.name) for operation in OPERATIONS}
    assert len(shares) == 16
    # The result itself is one. A picture in floats would be four, in double precision eight.
    assert {name: share for name, share in shares.items() if share > 3} == {}


def test_sixteen_bits_of_a_large_picture_are_worked_on_piece_by_piece(photo: Raster) -> None:
    deep = Raster(photo.values.astype(np.uint16) * np.uint16(257))
    shares = {name: peak_share(deep, name) for name in ("saturation", "resize")}
    assert max(shares.values()) <= 3
