"""The pixel lock: what had to change changes, everything else is the source, bit for bit."""

import io

import numpy as np
import pytest
from pentimento.agent.lock import identical_share, lock_pixels
from pentimento.model.storybook.renderer import Renderer
from pentimento.model.storybook.scene import parse_listing
from PIL import Image, ImageFilter

RENDERER = Renderer(144)
BEFORE = "meadow, day; cat red small top left; house blue large bottom right."


def picture(listing: str) -> Image.Image:
    return RENDERER.render(parse_listing(listing))


def spoiled(image: Image.Image, seed: int = 0) -> Image.Image:
    """Return the picture as an autoencoder might give it back."""
    grain = np.random.default_rng(seed).normal(0, 4, (image.height, image.width, 3))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8))) + grain
    buffer = io.BytesIO()
    Image.fromarray(soft.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=65)
    return Image.open(buffer).convert("RGB")


def cell(image: Image.Image, number: int) -> np.ndarray:
    y, x = number // 3 * 48, number % 3 * 48
    return np.asarray(image.convert("RGB"), np.int32)[y : y + 48, x : x + 48]


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ("meadow, day; cat red small top left; house yellow large bottom right.", 8),
        ("meadow, day; house blue large bottom right.", 0),
        ("meadow, day; cat red large top left; house blue large bottom right.", 0),
        (
            "meadow, day; cat red small top left; star yellow small middle center; "
            "house blue large bottom right.",
            4,
        ),
    ],
)
def test_only_the_changed_cell_is_taken_from_the_painting(after: str, changed: int) -> None:
    source, painting = picture(BEFORE), spoiled(picture(after))
    locked = lock_pixels(source, painting)
    for number in range(9):
        is_same = (cell(source, number) == cell(locked.image, number)).all()
        if number != changed:
            near = {changed + step for step in (-3, -1, 1, 3)}  # growth may touch the rim
            assert is_same or number in near
    wanted = cell(picture(after), changed)
    off = np.abs(cell(locked.image, changed) - wanted).max(axis=2)
    assert (off > 60).mean() < 0.08
    assert 0.8 < locked.kept_share < 1.0
    assert locked.kept_share == identical_share(source, locked.image)


def test_a_painting_without_a_change_leaves_every_pixel() -> None:
    source = picture(BEFORE)
    locked = lock_pixels(source, spoiled(source))
    assert locked.kept_share == 1.0
    assert locked.image.tobytes() == source.tobytes()


def test_twenty_edits_leave_the_untouched_cell_bit_identical() -> None:
    image = picture(BEFORE)
    first = cell(image, 0)
    for number in range(20):
        colour = ("yellow", "green", "red", "purple")[number % 4]
        after = f"meadow, day; cat red small top left; house {colour} large bottom right."
        image = lock_pixels(image, spoiled(picture(after), number)).image
    assert (cell(image, 0) == first).all()


def test_the_size_the_aspect_and_the_transparency_stay() -> None:
    source = picture(BEFORE).resize((600, 300)).convert("RGBA")
    source.putalpha(Image.linear_gradient("L").resize((600, 300)))
    after = "meadow, day; cat red small top left; house yellow large bottom right."
    locked = lock_pixels(source, spoiled(picture(after)))
    assert (locked.image.size, locked.image.mode) == ((600, 300), "RGBA")
    assert (np.asarray(locked.image)[:100, :200] == np.asarray(source)[:100, :200]).all()
    assert locked.kept_share > 0.7


def test_a_global_change_takes_the_whole_painting() -> None:
    painting = picture(BEFORE.replace("day", "night"))
    locked = lock_pixels(picture(BEFORE), painting, is_global=True)
    assert locked.image.tobytes() == painting.tobytes()
    assert lock_pixels(picture(BEFORE), painting, mode="off").image.tobytes() == painting.tobytes()


@pytest.mark.parametrize("mode", ["auto", "mask", "off"])
@pytest.mark.parametrize("is_global", [False, True])
def test_the_mask_is_a_hard_boundary_in_every_mode(mode: str, is_global: bool) -> None:
    source, painting = picture(BEFORE), picture(BEFORE.replace("day", "night"))
    mask = Image.new("L", source.size)
    mask.paste(255, (10, 20, 70, 90))
    locked = lock_pixels(source, painting, mask=mask, mode=mode, is_global=is_global)  # type: ignore[arg-type]
    outside = np.asarray(mask) == 0
    assert (np.asarray(locked.image)[outside] == np.asarray(source)[outside]).all()
    inside = np.asarray(locked.image)[40:70, 25:55], np.asarray(painting)[40:70, 25:55]
    assert mode == "auto" and not is_global or (inside[0] == inside[1]).all()
    assert locked.kept_share < 1
