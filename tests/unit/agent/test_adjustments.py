"""What exact adjustments do to the pixels: at eight and sixteen bits, with and without alpha."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pentimento import InputError
from pentimento.agent.adjustments.clauses import Adjustment
from pentimento.agent.adjustments.table import OPERATIONS, apply_adjustments
from pentimento.agent.raster import Pixels, Raster
from PIL import Image, ImageFilter

KINDS = [(np.uint8, 3), (np.uint8, 4), (np.uint16, 3), (np.uint16, 4)]
EVERY: list[tuple[str, dict[str, Any]]] = [
    ("crop", {"share": 0.5}),
    ("rotate", {"degrees": 90.0}),
    ("rotate", {"degrees": 12.5}),
    ("flip", {"axis": "vertical"}),
    ("resize", {"factor": 0.5}),
    ("brightness", {"factor": 1.3}),
    ("contrast", {"factor": 0.7}),
    ("saturation", {"factor": 1.3}),
    ("warmth", {"amount": 0.12}),
    ("hue", {"degrees": 90.0}),
    ("greyscale", {}),
    ("sepia", {}),
    ("blur", {"strength": 1.5}),
    ("sharpen", {"strength": 1.0}),
    ("vignette", {"strength": 1.0}),
    ("border", {"colour": "red"}),
    ("text", {"words": "Hello"}),
]
TONES = EVERY[5:12] + [("sharpen", {"strength": 1.0}), ("vignette", {"strength": 1.0})]


def picture(dtype: Any = np.uint8, channels: int = 3, height: int = 40, width: int = 60) -> Pixels:
    top = int(np.iinfo(dtype).max)
    noise = np.random.default_rng(3).integers(0, top + 1, (height, width, channels))
    return noise.astype(dtype)


def run(values: Pixels, name: str, **arguments: Any) -> Pixels:
    before = values.copy()
    result = apply_adjustments(Raster(values), [Adjustment(name, arguments, "")]).values
    assert (values == before).all()  # the picture that was given is never written into
    return result


def test_every_operation_is_tried_below() -> None:
    assert {name for name, _ in EVERY} == {operation.name for operation in OPERATIONS}


@pytest.mark.parametrize(("dtype", "channels"), KINDS)
@pytest.mark.parametrize(("name", "arguments"), EVERY)
def test_depth_and_alpha_stay_and_something_changes(
    name: str, arguments: dict[str, Any], dtype: Any, channels: int
) -> None:
    values = picture(dtype, channels, 120, 160)
    result = run(values, name, **arguments)
    assert result.dtype == dtype and result.shape[2] == channels
    assert result.shape != values.shape or (result != values).any()
    if dtype == np.uint16:  # not eight bits in a wide coat
        assert (result % 257 != 0).mean() > 0.25


@pytest.mark.parametrize(("name", "arguments"), TONES)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tones_leave_alpha_alone(name: str, arguments: dict[str, Any], dtype: Any) -> None:
    values = picture(dtype, 4)
    assert (run(values, name, **arguments)[..., 3] == values[..., 3]).all()


@pytest.mark.parametrize(("name", "arguments"), TONES)
def test_sixteen_bits_agree_with_eight(name: str, arguments: dict[str, Any]) -> None:
    values = np.asarray(Image.fromarray(picture()).filter(ImageFilter.GaussianBlur(3)))
    deep = run(values.astype(np.uint16) * np.uint16(257), name, **arguments)
    difference = np.abs(run(values, name, **arguments) - deep / 257)
    assert difference.max() <= (3.5 if name == "sharpen" else 0.51)


@pytest.mark.parametrize(("dtype", "channels"), KINDS)
def test_quarter_turns_and_flips_only_move_pixels(dtype: Any, channels: int) -> None:
    values = picture(dtype, channels)
    turned = values
    for _ in range(4):
        turned = run(turned, "rotate", degrees=90.0)
        assert sorted(turned.ravel()) == sorted(values.ravel())
    assert (turned == values).all()
    assert (run(values, "rotate", degrees=90.0)[0, -1] == values[0, 0]).all()
    assert (run(values, "rotate", degrees=-90.0) == np.rot90(values)).all()
    assert (run(values, "rotate", degrees=540.0) == values[::-1, ::-1]).all()
    for axis in ("horizontal", "vertical"):
        once = run(values, "flip", axis=axis)
        assert (once != values).any() and (run(once, "flip", axis=axis) == values).all()
    assert (run(values, "flip", axis="horizontal")[:, 0] == values[:, -1]).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_slight_turn_makes_room_for_the_corners(dtype: Any) -> None:
    top = np.iinfo(dtype).max
    plain = np.full((40, 60, 3), top // 4, dtype)
    turned = run(plain, "rotate", degrees=30.0)
    assert turned.shape[0] > 60 and (turned[0, 0] == top).all()  # white
    assert (turned[turned.shape[0] // 2, turned.shape[1] // 2] == top // 4).all()
    clear = run(np.full((40, 60, 4), top, dtype), "rotate", degrees=30.0)
    assert clear[0, 0, 3] == 0 and clear[20, 30, 3] == top


def test_crops_cut_what_was_asked_for() -> None:
    values = picture()
    assert run(values, "crop", aspect=(1, 1)).shape[:2] == (40, 40)
    assert (run(values, "crop", share=0.5, anchor="left") == values[:, :30]).all()
    assert (run(values, "crop", inset=(5, 5, 5, 5)) == values[5:35, 5:55]).all()
    assert (run(values, "crop", inset=(10, 0, 0, 0), unit="%") == values[:, 6:]).all()
    assert (run(values, "crop", box=(1, 2, 3, 4)) == values[2:4, 1:3]).all()
    assert (run(values, "crop", box=(50, 0, 100, 50), unit="%") == values[:20, 30:]).all()
    assert (run(values, "crop", size=(7, None), anchor="right") == values[:, -7:]).all()
    assert (run(values, "crop", size=(8, 6), anchor="bottom right") == values[-6:, -8:]).all()


def test_any_box_inside_is_cut_exactly_and_any_other_is_refused() -> None:
    values, rng = picture(), np.random.default_rng(5)
    for left, top, right, bottom in rng.integers(-10, 75, (300, 4)).tolist():
        is_inside = 0 <= left < right <= 60 and 0 <= top < bottom <= 40
        if is_inside:
            cut = run(values, "crop", box=(left, top, right, bottom))
            assert (cut == values[top:bottom, left:right]).all()
        else:
            with pytest.raises(InputError, match="not lie inside the picture, which is 60 x 40"):
                run(values, "crop", box=(left, top, right, bottom))


def test_resizing_keeps_the_aspect_unless_both_sides_are_given() -> None:
    values = picture()

    def size(**arguments: Any) -> tuple[int, ...]:
        return run(values, "resize", **arguments).shape[1::-1]

    assert size(width=30) == (30, 20) and size(height=80) == (120, 80)
    assert size(width=10, height=10) == (10, 10)
    assert size(fit=(30, 30)) == (30, 20) and size(fit=(600, 80)) == (120, 80)
    assert size(fit=(600, 600), grows=False) == (60, 40)
    assert (run(values, "resize", width=60) == values).all()
    with pytest.raises(InputError, match="too large"):
        size(width=20_000)


def test_greyscale_has_equal_channels_and_the_weights_of_bt_709() -> None:
    for dtype in (np.uint8, np.uint16):
        values = picture(dtype)
        grey = run(values, "greyscale")
        assert (grey[..., 0] == grey[..., 1]).all() and (grey[..., 0] == grey[..., 2]).all()
        expected = values @ np.array([0.2126, 0.7152, 0.0722])
        assert np.abs(grey[..., 0] - expected).max() <= 0.51
    assert (run(values, "saturation", factor=0.0) == grey).all()


def test_tones_follow_their_formulas() -> None:
    grey = np.full((2, 2, 3), 100, np.uint8)
    assert run(grey, "brightness", factor=1.3)[0, 0].tolist() == [130, 130, 130]
    assert run(grey, "warmth", amount=0.2)[0, 0].tolist() == [120, 100, 80]
    assert run(grey, "contrast", factor=2.0)[0, 0].tolist() == [72, 72, 72]  # 127.5 - 2 * 27.5, up
    assert run(grey, "sepia")[0, 0].tolist() == [135, 120, 94]
    assert run(grey, "brightness", factor=20.0).max() == 255


def test_hues_turn_and_greys_stay() -> None:
    red = np.array([[[200, 0, 0]]], np.uint8)
    green = run(red, "hue", degrees=120.0)[0, 0]
    assert green.argmax() == 1 and green[0] == green[2] == 0
    values = np.repeat(picture(np.uint16, 1), 3, axis=2)
    assert (run(values, "hue", degrees=77.0) == values).all()
    assert (run(picture(), "hue", degrees=360.0) == picture()).all()


def test_a_vignette_leaves_the_middle_and_a_quarter_of_the_corners() -> None:
    values = np.full((41, 61, 3), 200, np.uint8)
    result = run(values, "vignette", strength=1.0)
    assert (result[20, 30] == 200).all() and (result[0, 0] == 50).all()
    across = result[20, 30:, 0].astype(int)
    assert (np.diff(across) <= 0).all()
    assert (run(values, "vignette", strength=1.0, colour="white")[0, 0] > 200).all()


def test_blur_of_sixteen_bits_is_pillows_gaussian_without_its_rounding() -> None:
    values = np.asarray(Image.fromarray(picture(height=80, width=100)).resize((200, 160)))
    for radius in (0.5, 1.0, 3.3, 12.0):
        shallow = run(values, "blur", radius=radius)
        deep = run(values.astype(np.uint16) * np.uint16(257), "blur", radius=radius)
        assert np.abs(shallow - deep / 257).max() < 3
        assert abs(deep.mean() - values.mean() * 257) < 100  # light is neither made nor lost
    spot = np.zeros((41, 41, 3), np.uint16)
    spot[20, 20] = 65535
    spread = run(spot, "blur", radius=3.0)[..., 0].astype(float)
    variance = (spread.sum(axis=0) * (np.arange(41) - 20) ** 2).sum() / spread.sum()
    assert variance == pytest.approx(9, rel=0.02)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_clear_pixels_lend_no_colour_when_blurred_or_resized(dtype: Any) -> None:
    top = np.iinfo(dtype).max
    values = np.zeros((20, 20, 4), dtype)  # clear black beside solid red
    values[:, 10:] = (top, 0, 0, top)
    for result in (run(values, "blur", radius=2.0), run(values, "resize", width=10)):
        seen = result[result[..., 3] > top // 4]
        assert (seen[:, 0] >= top * 0.98).all()


@pytest.mark.parametrize(("dtype", "channels"), KINDS)
def test_text_changes_its_box_alone(dtype: Any, channels: int) -> None:
    values = picture(dtype, channels, 200, 300)
    result = run(values, "text", words="Hello", place="top left", colour="white")
    changed = np.argwhere((result != values).any(axis=2))
    assert 100 < len(changed) < 4000
    assert changed[:, 0].max() < 60 and changed[:, 1].max() < 120
    ink = np.iinfo(dtype).max
    assert (result == ink).all(axis=2).sum() > 50  # opaque white


def test_text_stands_where_it_is_wanted_in_the_colour_and_size_that_are_wanted() -> None:
    ground = np.full((200, 300, 3), 90, np.uint8)

    def box(**arguments: Any) -> tuple[int, int, int, int]:
        changed = np.argwhere((run(ground, "text", words="Hi", **arguments) != ground).any(axis=2))
        (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
        return int(left), int(top), int(right), int(bottom)

    left, top, right, bottom = box(place="center")
    assert abs((left + right) - 300) <= 3 and abs((top + bottom) - 200) <= 3
    assert box(place="bottom right")[2] > 285 and box(place="bottom right")[3] > 185
    assert 30 <= box(at=(30, 40))[0] <= 33 and 40 <= box(at=(30, 40))[1] <= 43
    tall = box(size=80.0)
    assert tall[3] - tall[1] > 1.6 * (box(size=40.0)[3] - box(size=40.0)[1])
    assert box(share=0.05)[3] - box(share=0.05)[1] < bottom - top
    green = run(ground, "text", words="Hi", colour="#00ff00", size=80.0)
    assert (green == (0, 255, 0)).all(axis=2).sum() > 100


def test_long_text_shrinks_or_breaks_and_what_cannot_fit_is_refused() -> None:
    ground = np.full((200, 300, 3), 90, np.uint8)
    long = "a rather long sentence that goes on for a while"
    assert (run(ground, "text", words=long) != ground).any()
    broken = run(ground, "text", words=long, size=24.0, place="top left")
    rows = (broken != ground).any(axis=(1, 2))
    assert np.flatnonzero(rows).max() > 60  # several lines
    with pytest.raises(InputError, match="does not fit into the picture at 90 pixels"):
        run(ground, "text", words=long, size=90.0)
    with pytest.raises(InputError, match="does not fit"):
        run(np.zeros((3, 3, 3), np.uint8), "text", words="Hello")


def test_an_unknown_font_or_sign_is_named() -> None:
    ground = np.zeros((100, 100, 3), np.uint8)
    with pytest.raises(InputError, match='no font "Nowhere Sans" on this computer'):
        run(ground, "text", words="x", font="Nowhere Sans")
    with pytest.raises(InputError, match="no sign for"):
        run(ground, "text", words="\U000f1234")


def test_accents_are_letters_of_the_font_without_a_name() -> None:
    ground = np.zeros((100, 200, 3), np.uint8)
    assert (run(ground, "text", words="Çédille Ñ ß") != ground).any()


@pytest.mark.parametrize(("dtype", "channels"), KINDS)
def test_a_border_stands_around_untouched_pixels(dtype: Any, channels: int) -> None:
    values = picture(dtype, channels)
    framed = run(values, "border", colour="red", width=3)
    top = int(np.iinfo(dtype).max)
    assert framed.shape[:2] == (46, 66)
    assert framed[0, 0].tolist() == [top, 0, 0, top][:channels]
    assert (framed[3:-3, 3:-3] == values).all()
    assert run(values, "border", colour="red", percent=10).shape[:2] == (48, 68)


def test_operations_run_in_their_order_and_keep_the_profile() -> None:
    values: NDArray[Any] = picture()
    wishes = [
        Adjustment("crop", {"share": 0.5, "anchor": "left"}, ""),
        Adjustment("rotate", {"degrees": 90.0}, ""),
    ]
    result = apply_adjustments(Raster(values, b"profile", (72, 72)), wishes)
    assert (result.values == np.rot90(values[:, :30], -1)).all()
    assert (result.profile, result.dpi) == (b"profile", (72, 72))
