"""Exact adjustments: from a sentence to operations, and what they do to the pixels."""

from typing import Any

import numpy as np
import pytest
from pentimento import InputError
from pentimento.agent.adjust import read_adjustments
from pentimento.agent.adjustments import Adjustment, apply_adjustments
from pentimento.model.storybook.phrases_draw import ADJUST
from PIL import Image

RAMP = np.arange(60 * 40 * 3).reshape(40, 60, 3) % 251
PHOTO = Image.fromarray(RAMP.astype(np.uint8))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("crop to a square", [("crop", {"aspect": (1, 1), "anchor": "center"})]),
        ("crop to 16:9", [("crop", {"aspect": (16, 9), "anchor": "center"})]),
        ("crop 10, 20, 30, 40", [("crop", {"box": (10, 20, 30, 40)})]),
        ("crop 10% off the left", [("crop", {"share": 0.9, "anchor": "right"})]),
        ("crop 3 pixels from each side", [("crop", {"inset": 3, "anchor": "center"})]),
        ("cut off the left", [("crop", {"share": 0.9, "anchor": "right"})]),
        ("rotate 90 degrees left", [("rotate", {"degrees": -90.0})]),
        ("turn it upside down", [("rotate", {"degrees": 180.0})]),
        (
            "flip horizontally and vertically",
            [("flip", {"axis": "horizontal"}), ("flip", {"axis": "vertical"})],
        ),
        ("resize to 1,200 px wide", [("resize", {"width": 1200})]),
        ("resize to 800x600", [("resize", {"width": 800, "height": 600})]),
        ("make the image 20% smaller in pixels", [("resize", {"factor": 0.8})]),
        ("lower the brightness by 10%", [("brightness", {"factor": 0.9})]),
        ("it's too dark, brighten it up", [("brightness", {"factor": 1.3})]),
        ("make the colours stronger", [("saturation", {"factor": 1.3})]),
        ("set the saturation to zero", [("saturation", {"factor": 0.0})]),
        ("make it much warmer", [("warmth", {"amount": 0.25})]),
        ("make it black and white", [("greyscale", {})]),
        ("blur a bit then sharpen", [("blur", {"strength": 0.7}), ("sharpen", {"strength": 1.0})]),
        (
            'write "Hello, World" at the top in red',
            [("text", {"words": "Hello, World", "place": "top", "colour": "red"})],
        ),
        (
            "add a caption that says Good Night",
            [("text", {"words": "Good Night", "place": "bottom", "colour": "white"})],
        ),
        ("a 10 px black border", [("border", {"colour": "black", "width": 10})]),
        (
            "crop to a square, a bit brighter and flip it",
            [
                ("crop", {"aspect": (1, 1), "anchor": "center"}),
                ("brightness", {"factor": 1.15}),
                ("flip", {"axis": "horizontal"}),
            ],
        ),
        ("make the house yellow", []),
        ("add a star at the top right", []),
    ],
)
def test_a_sentence_is_read(sentence: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    found = read_adjustments(sentence)
    assert [(one.name, rounded(one.values)) for one in found] == expected


def rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(one, 6) if isinstance(one, float) else one for key, one in values.items()}


def test_what_the_router_is_trained_to_send_here_is_read() -> None:
    patterns = ADJUST.patterns
    slots = {"n": 3, "side": "left", "deg": 90, "px": 512, "pct": 15, "text": "hello"}
    unread = [one for one in patterns if not read_adjustments(one.format(**slots))]
    assert len(unread) <= len(patterns) // 50, unread


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("resize to 0 pixels", "between 1 and"),
        ("resize to 9999999 px", "between 1 and"),
        ("resize it", "Which size"),
        ("crop to 0%", "keeps between"),
        ("resize to 90000%", "cannot be resized"),
        ("a 5000 px border", "between 1 and 2,000"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(sentence: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_adjustments(sentence)


def run(image: Image.Image, name: str, **values: Any) -> Image.Image:
    return apply_adjustments(image, [Adjustment(name, values, "")])


def test_quarter_turns_and_flips_only_move_pixels() -> None:
    turned = PHOTO
    for _ in range(4):
        turned = run(turned, "rotate", degrees=90.0)
    assert turned.tobytes() == PHOTO.tobytes()
    assert (np.asarray(run(PHOTO, "rotate", degrees=-90.0)) == np.rot90(np.asarray(PHOTO))).all()
    assert (np.asarray(run(PHOTO, "flip", axis="horizontal")) == np.asarray(PHOTO)[:, ::-1]).all()
    assert (np.asarray(run(PHOTO, "flip", axis="vertical")) == np.asarray(PHOTO)[::-1]).all()


def test_crops_cut_what_was_asked_for() -> None:
    assert run(PHOTO, "crop", aspect=(1, 1)).size == (40, 40)
    assert run(PHOTO, "crop", share=0.5, anchor="left").tobytes() == (
        PHOTO.crop((0, 0, 30, 40)).tobytes()
    )
    assert run(PHOTO, "crop", inset=5, anchor="center").size == (50, 30)
    assert run(PHOTO, "crop", inset=5, anchor="left").size == (55, 40)
    assert run(PHOTO, "crop", box=(1, 2, 3, 4)).tobytes() == PHOTO.crop((1, 2, 3, 4)).tobytes()
    with pytest.raises(InputError, match="does not lie inside the picture, which is 60 x 40"):
        run(PHOTO, "crop", box=(0, 0, 61, 10))
    with pytest.raises(InputError, match="does not lie inside"):
        run(PHOTO, "crop", inset=30, anchor="center")


def test_resizing_keeps_the_aspect_unless_both_sides_are_given() -> None:
    assert run(PHOTO, "resize", width=30).size == (30, 20)
    assert run(PHOTO, "resize", height=80).size == (120, 80)
    assert run(PHOTO, "resize", width=10, height=10).size == (10, 10)
    with pytest.raises(InputError, match="too large"):
        run(PHOTO, "resize", width=20_000)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("brightness", {"factor": 0.5}),
        ("contrast", {"factor": 1.4}),
        ("saturation", {"factor": 0.2}),
        ("warmth", {"amount": 0.2}),
        ("greyscale", {}),
        ("sharpen", {"strength": 1.0}),
    ],
)
def test_tones_change_and_transparency_stays(name: str, values: dict[str, float]) -> None:
    clear = PHOTO.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(PHOTO.size))
    result = run(clear, name, **values)
    assert result.size == PHOTO.size and result.tobytes() != clear.tobytes()
    assert result.getchannel("A").tobytes() == clear.getchannel("A").tobytes()
    assert run(PHOTO, name, **values).tobytes() != PHOTO.tobytes()


def test_brightness_scales_and_warmth_shifts() -> None:
    grey = Image.new("RGB", (2, 2), (100, 100, 100))
    assert run(grey, "brightness", factor=1.3).getpixel((0, 0)) == (130, 130, 130)
    assert run(grey, "warmth", amount=0.2).getpixel((0, 0)) == (120, 100, 80)


def test_text_and_border_are_drawn() -> None:
    ground = Image.new("RGB", (300, 200), "green")
    written = np.asarray(run(ground, "text", words="Hello", place="top left", colour="white"))
    changed = np.argwhere((written != np.asarray(ground)).any(axis=2))
    assert len(changed) > 50 and changed[:, 0].max() < 80
    framed = run(PHOTO, "border", colour="red", width=3)
    assert framed.size == (66, 46) and framed.getpixel((0, 0)) == (255, 0, 0)
    assert framed.crop((3, 3, 63, 43)).tobytes() == PHOTO.tobytes()
