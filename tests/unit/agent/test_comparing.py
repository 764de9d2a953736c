"""What differs between two pictures, marked."""

import numpy as np
from pentimento.agent.comparing import MARK, mark_difference
from PIL import Image


def test_what_differs_is_red_and_the_rest_pale_and_grey() -> None:
    one = Image.new("RGB", (8, 6), (0, 0, 0))
    other = one.copy()
    other.putpixel((2, 3), (255, 255, 255))
    other.putpixel((5, 1), (1, 0, 0))
    marked = mark_difference(one, other)
    assert marked is not None
    assert marked.getpixel((2, 3)) == MARK  # as different as can be
    red, green, _ = np.asarray(marked, int)[1, 5]
    assert red > green + 40  # one level of 255 is still seen
    rest = np.delete(np.asarray(marked, int).reshape(-1, 3), [3 * 8 + 2, 1 * 8 + 5], axis=0)
    assert (rest == rest[:, :1]).all() and rest.min() > 150


def test_transparency_is_a_difference_too() -> None:
    clear, solid = Image.new("RGBA", (2, 1), (9, 9, 9, 0)), Image.new("RGB", (2, 1), (9, 9, 9))
    marked = mark_difference(clear, solid)
    assert marked is not None and marked.getpixel((0, 0)) == MARK


def test_pictures_of_different_sizes_have_no_difference_picture() -> None:
    assert mark_difference(Image.new("RGB", (4, 4)), Image.new("RGB", (5, 4))) is None
