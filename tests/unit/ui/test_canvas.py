"""The mask brush: what is painted on the screen becomes a mask of the picture's size."""

import io

import numpy as np
from pentimento.ui.canvas import editor_background, read_mask
from PIL import Image


def layer(height: int, width: int, box: tuple[int, int, int, int] | None) -> np.ndarray:
    """Return a layer of the editor, (H, W, 4), with strokes in the box."""
    strokes = np.zeros((height, width, 4), np.uint8)
    if box:
        top, left, bottom, right = box
        strokes[top:bottom, left:right] = (229, 72, 77, 255)
    return strokes


def decoded(png: bytes | None) -> np.ndarray:
    """Return a mask: (H, W), uint8."""
    assert png
    return np.asarray(Image.open(io.BytesIO(png)))


def test_a_small_picture_is_enlarged_to_paint_on() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (144, 96), "red").save(buffer, "PNG")
    assert editor_background(buffer.getvalue()).shape == (384, 576, 3)


def test_a_large_picture_is_sent_small_to_paint_on() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4000, 3000), "red").save(buffer, "PNG")
    assert editor_background(buffer.getvalue()).shape == (768, 1024, 3)


def test_strokes_on_a_small_background_are_crisp_in_the_large_picture() -> None:
    mask = decoded(read_mask({"layers": [layer(750, 1000, (75, 100, 150, 300))]}, 4000, 3000))
    assert set(np.unique(mask)) == {0, 255}
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (300, 599, 400, 1199)


def test_strokes_become_a_mask_of_the_pictures_size() -> None:
    mask = decoded(read_mask({"layers": [layer(576, 576, (0, 0, 40, 80))]}, 144, 144))
    assert mask.shape == (144, 144)
    assert set(np.unique(mask)) == {0, 255}
    assert mask[:10, :20].all() and not mask[10:].any() and not mask[:, 20:].any()


def test_a_pixel_touched_at_its_edge_may_change() -> None:
    mask = decoded(read_mask({"layers": [layer(576, 576, (0, 0, 1, 1))]}, 144, 144))
    assert mask[0, 0] == 255 and mask.astype(int).sum() == 255


def test_no_strokes_are_no_mask() -> None:
    assert read_mask(None, 144, 144) is None
    assert read_mask({"layers": []}, 144, 144) is None
    assert read_mask({"layers": [layer(576, 576, None)]}, 144, 144) is None
