"""The pixel lock on a photograph of 12 megapixels: twenty edits, and the memory they take."""

import resource
import sys

import numpy as np
import pytest
from pentimento.agent.drift import drift_of, squash_reason
from pentimento.agent.lock import differing, lock_pixels, share_of
from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (4000, 3000)
SEEN = (512, 384)  # what a model sees and paints
NUM_EDITS = 20


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """Return a picture with what photographs have: soft light, hard edges, and grain."""
    light = Image.linear_gradient("L").resize(SIZE)
    image = Image.merge("RGB", (light, light.rotate(180), Image.radial_gradient("L").resize(SIZE)))
    draw = ImageDraw.Draw(image)
    for number in range(24):
        x, y = number % 6 * 660 + 40, number // 6 * 740 + 60
        colour = tuple(60 + number * step % 180 for step in (37, 53, 71))
        draw.ellipse((x, y, x + 380, y + 420), fill=colour)
        draw.line((x, y + 500, x + 520, y + 610), fill=(20, 20, 30), width=5)
    rng = np.random.default_rng(5)
    tile = rng.integers(-9, 10, (1000, 1000, 3), dtype=np.int16)
    pixels = np.asarray(image)
    for y in range(0, SIZE[1], 1000):
        for x in range(0, SIZE[0], 1000):
            part = pixels[y : y + 1000, x : x + 1000] + np.roll(tile, (x // 7, y // 9), (0, 1))
            image.paste(Image.fromarray(part.clip(0, 255).astype(np.uint8)), (x, y))
    return image


def repaint(source: Image.Image, number: int) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """Return a whole painting at the model's size, as a decoder gives it, and where it changed."""
    x, y = number * 97 % 400 + 10, number * 61 % 280 + 10
    box = (x, y, x + 60, y + 50)
    image = source.resize(SEEN).filter(ImageFilter.GaussianBlur(0.7))
    ImageDraw.Draw(image).ellipse(box, fill=((255, 30, 40), (30, 60, 255))[number % 2])
    grain = np.random.default_rng(number).normal(2, 3, (*SEEN[::-1], 3))
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8)), box


def peak_megabytes() -> float:
    """Return the most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def test_twenty_edits_leave_every_untouched_pixel_of_a_photograph(photo: Image.Image) -> None:
    before = peak_megabytes()
    current = photo
    touched = Image.new("L", SIZE)  # generously: where a change was painted, and its surroundings
    changed = Image.new("L", SIZE)
    scale, margin = SIZE[0] / SEEN[0], 16
    for number in range(NUM_EDITS):
        painting, box = repaint(current, number)
        locked = lock_pixels(current, painting)
        left, top, right, bottom = box
        wide = (left - margin, top - margin, right + margin, bottom + margin)
        ImageDraw.Draw(touched).rectangle([side * scale for side in wide], fill=255)
        changed = ImageChops.lighter(changed, locked.region)
        middle = [round((box[at] + box[at + 2]) / 2 * scale) for at in (0, 1)]
        red, _, blue = locked.image.getpixel((middle[0], middle[1]))  # type: ignore[misc]
        assert (red > 200) if number % 2 == 0 else (blue > 200)
        assert locked.image.size == SIZE and locked.kept_share > 0.95
        current = locked.image
    differs = differing(photo, current)
    assert ImageChops.subtract(differs, changed).getbbox() is None
    assert ImageChops.subtract(differs, touched).getbbox() is None
    assert 0.05 < share_of(differs) < 0.4
    peak = peak_megabytes()
    print(f"\npeak memory {peak:.0f} MB ({peak - before:+.0f} MB over 20 edits)")
    assert peak - before < 600


def test_a_locked_photograph_does_not_drift(photo: Image.Image) -> None:
    versions = [photo.resize((1500, 1125))]
    for number in range(2):
        versions.append(lock_pixels(versions[-1], repaint(versions[-1], number)[0]).image)
    drift = drift_of(versions)
    assert drift.identical_share == 1.0 and drift.distance == 0.0
    assert drift.kept_share > 0.9 and squash_reason(drift) is None
