"""From a sentence to exact adjustments."""

from typing import Any

import pytest
from pentimento import InputError
from pentimento.agent.adjustments.sentence import read_adjustments
from pentimento.model.storybook.phrases import ASIDES


def read(sentence: str) -> list[tuple[str, dict[str, Any]]]:
    return [(one.name, rounded(one.values)) for one in read_adjustments(sentence).adjustments]


def rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(one, 4) if isinstance(one, float) else one for key, one in values.items()}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("crop to a square", [("crop", {"aspect": (1, 1), "anchor": "center"})]),
        ("crop to 16:9", [("crop", {"aspect": (16.0, 9.0), "anchor": "center"})]),
        ("crop 10, 20, 30, 40", [("crop", {"box": (10, 20, 30, 40), "unit": "px"})]),
        ("crop 10% 20% 90% 80%", [("crop", {"box": (10.0, 20.0, 90.0, 80.0), "unit": "%"})]),
        ("crop from (10, 20) to (300, 400)", [("crop", {"box": (10, 20, 300, 400), "unit": "px"})]),
        ("crop to 100x50 at 10, 20", [("crop", {"box": (10, 20, 110, 70), "unit": "px"})]),
        (
            "crop to 800 x 600 pixels at the top left",
            [("crop", {"size": (800, 600), "anchor": "top left"})],
        ),
        ("crop to the upper left quarter", [("crop", {"share": 0.25, "anchor": "top left"})]),
        ("crop to the top two thirds", [("crop", {"share": 0.6667, "anchor": "top"})]),
        ("keep only the right half", [("crop", {"share": 0.5, "anchor": "right"})]),
        ("crop 10% off the left", [("crop", {"inset": (10.0, 0, 0, 0), "unit": "%"})]),
        ("crop 3 pixels from each side", [("crop", {"inset": (3, 3, 3, 3), "unit": "px"})]),
        ("crop 20 px off the left and right", [("crop", {"inset": (20, 0, 20, 0), "unit": "px"})]),
        ("crop to the leftmost 100 pixels", [("crop", {"size": (100, None), "anchor": "left"})]),
        ("remove the top 100 pixels", [("crop", {"inset": (0, 100, 0, 0), "unit": "px"})]),
        ("cut off the left", [("crop", {"inset": (10, 0, 0, 0), "unit": "%"})]),
        ("crop by 10 %", [("crop", {"share": 0.9, "anchor": "center"})]),
        ("crop to widescreen", [("crop", {"aspect": (16, 9), "anchor": "center"})]),
        ("crop out the left third", [("crop", {"inset": (33.333333, 0, 0, 0), "unit": "%"})]),
        ("crop the bottom", [("crop", {"inset": (0, 0, 0, 10), "unit": "%"})]),
        ("crop the left and right", [("crop", {"inset": (10, 0, 10, 0), "unit": "%"})]),
        ("crop to A4", [("crop", {"aspect": (70.0, 99.0), "anchor": "center"})]),
        ("make it 4:5", [("crop", {"aspect": (4.0, 5.0), "anchor": "center"})]),
        ("crop out the top left quarter", [("crop", {"share": 0.25, "anchor": "top left"})]),
        ("keep the right half", [("crop", {"share": 0.5, "anchor": "right"})]),
        ("make it square", [("crop", {"aspect": (1, 1), "anchor": "center"})]),
    ],
)
def test_crops_are_read(sentence: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    assert read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("rotate 90 degrees left", [("rotate", {"degrees": -90.0})]),
        ("rotate it by 12.5° counter-clockwise", [("rotate", {"degrees": -12.5})]),
        ("rotate ninety degrees anticlockwise", [("rotate", {"degrees": -90.0})]),
        ("rotate by one hundred and eighty degrees", [("rotate", {"degrees": 180.0})]),
        ("tilt it five degrees right", [("rotate", {"degrees": 5.0})]),
        ("rotate a little to the left", [("rotate", {"degrees": -5.0})]),
        ("turn it upside down", [("rotate", {"degrees": 180.0})]),
        ("flip it by 180 degrees", [("rotate", {"degrees": 180.0})]),
        ("rotate it twice", [("rotate", {"degrees": 180.0})]),
        ("rotate it 3 times", [("rotate", {"degrees": 270.0})]),
        ("turn it back to the left", [("rotate", {"degrees": -90.0})]),
        ("rotate the image a quarter turn", [("rotate", {"degrees": 90.0})]),
        (
            "flip horizontally and vertically",
            [("flip", {"axis": "horizontal"}), ("flip", {"axis": "vertical"})],
        ),
        ("flip it both ways", [("flip", {"axis": "horizontal"}), ("flip", {"axis": "vertical"})]),
        ("mirror it left to right", [("flip", {"axis": "horizontal"})]),
        ("flip upside down", [("flip", {"axis": "vertical"})]),
        ("flip around the vertical axis", [("flip", {"axis": "horizontal"})]),
    ],
)
def test_turns_and_mirrors_are_read(
    sentence: str, expected: list[tuple[str, dict[str, Any]]]
) -> None:
    assert read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("resize to 1,200 px wide", [("resize", {"width": 1200})]),
        ("resize to 1.200 px", [("resize", {"width": 1200})]),
        ("resize to 800x600", [("resize", {"width": 800, "height": 600})]),
        ("resize it to fit into 800x600", [("resize", {"fit": (800, 600)})]),
        (
            "make the picture at most 1000 pixels wide",
            [("resize", {"fit": (1000, 20000), "grows": False})],
        ),
        ("resize so that the longest side is 1024", [("resize", {"fit": (1024, 1024)})]),
        ("make the image 20% smaller in pixels", [("resize", {"factor": 0.8})]),
        ("make it half the size", [("resize", {"factor": 0.5})]),
        ("scale it up by 2", [("resize", {"factor": 2.0})]),
        ("shrink it by 2", [("resize", {"factor": 0.5})]),
        ("enlarge it by 3", [("resize", {"factor": 3.0})]),
        ("scale the picture by 1.5", [("resize", {"factor": 1.5})]),
        ("scale it down by a factor of 4", [("resize", {"factor": 0.25})]),
        ("resize it to 0.5", [("resize", {"factor": 0.5})]),
        ("shrink it by a third", [("resize", {"factor": 0.6667})]),
        ("enlarge it by half", [("resize", {"factor": 1.5})]),
        ("reduce the size to 800 pixels", [("resize", {"width": 800})]),
        ("resize to 20", [("resize", {"width": 20})]),
        ("scale to 50%", [("resize", {"factor": 0.5})]),
        ("make the image a bit smaller", [("resize", {"factor": 0.9})]),
        ("make it 512 wide", [("resize", {"width": 512})]),
        ("make it 300 x 200", [("resize", {"width": 300, "height": 200})]),
        ("thumbnail of 200 px", [("resize", {"fit": (200, 200), "grows": False})]),
    ],
)
def test_sizes_are_read(sentence: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    assert read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("lower the brightness by 10%", [("brightness", {"factor": 0.9})]),
        ("make it brighter by twenty five percent", [("brightness", {"factor": 1.25})]),
        ("set brightness to 80 %", [("brightness", {"factor": 0.8})]),
        ("twice as bright", [("brightness", {"factor": 2.0})]),
        ("it's too dark, brighten it up", [("brightness", {"factor": 1.3})]),
        ("make it not so bright", [("brightness", {"factor": 0.7})]),
        ("make it brighter but not too much", [("brightness", {"factor": 1.15})]),
        ("make it brighter, but not too much", [("brightness", {"factor": 1.15})]),
        ("make it darker, only slightly", [("brightness", {"factor": 0.85})]),
        ("not that bright", [("brightness", {"factor": 0.7})]),
        ("not quite so bright", [("brightness", {"factor": 0.7})]),
        ("don't make it so bright", [("brightness", {"factor": 0.7})]),
        ("i don't want it that dark", [("brightness", {"factor": 1.3})]),
        ("make it less dark", [("brightness", {"factor": 1.3})]),
        ("twice as dark", [("brightness", {"factor": 0.5})]),
        ("2x brighter", [("brightness", {"factor": 2.0})]),
        ("brighten it, it is very dark", [("brightness", {"factor": 1.3})]),
        ("set the brightness to 0.8", [("brightness", {"factor": 0.8})]),
        ("reduce the brightness by half", [("brightness", {"factor": 0.5})]),
        ("too much contrast", [("contrast", {"factor": 0.7})]),
        ("the contrast is too high", [("contrast", {"factor": 0.7})]),
        ("contrast is too weak", [("contrast", {"factor": 1.3})]),
        ("remove the contrast", [("contrast", {"factor": 0.7})]),
        ("take the saturation out", [("saturation", {"factor": 0.0})]),
        ("too saturated", [("saturation", {"factor": 0.7})]),
        ("make it look faded", [("saturation", {"factor": 0.7})]),
        ("less grey", [("saturation", {"factor": 1.3})]),
        ("remove the warmth", [("warmth", {"amount": -0.12})]),
        ("warmer by 20", [("warmth", {"amount": 0.2})]),
        ("remove the blur", [("sharpen", {"strength": 1.0})]),
        ("reduce the blur a lot", [("sharpen", {"strength": 2.0})]),
        ("take the blur out", [("sharpen", {"strength": 1.0})]),
        ("it's blurry", [("sharpen", {"strength": 1.0})]),
        ("make it look blurry", [("blur", {"strength": 1.5})]),
        ("reduce the sharpness", [("blur", {"strength": 0.7})]),
        ("lower the sharpness", [("blur", {"strength": 0.7})]),
        ("not as sharp", [("blur", {"strength": 0.7})]),
        ("make the colours stronger", [("saturation", {"factor": 1.3})]),
        ("make it more colorful", [("saturation", {"factor": 1.3})]),
        ("set the saturation to zero", [("saturation", {"factor": 0.0})]),
        ("make it much warmer", [("warmth", {"amount": 0.25})]),
        ("less warm", [("warmth", {"amount": -0.12})]),
        ("cool it down a bit", [("warmth", {"amount": -0.06})]),
        ("colour temperature down", [("warmth", {"amount": -0.12})]),
        ("make it black and white", [("greyscale", {})]),
        ("b&w please", [("greyscale", {})]),
        ("half greyscale", [("greyscale", {"amount": 0.5})]),
        ("a little sepia please", [("sepia", {"amount": 0.4})]),
        ("shift the hue by -30 degrees", [("hue", {"degrees": -30.0})]),
        ("rotate the hue by 90 degrees", [("hue", {"degrees": 90.0})]),
        ("blur a bit then sharpen", [("blur", {"strength": 0.7}), ("sharpen", {"strength": 1.0})]),
        ("blur with radius 5 px", [("blur", {"radius": 5.0})]),
        ("add a strong vignette", [("vignette", {"strength": 1.6, "colour": "black"})]),
        ("darken the corners", [("vignette", {"strength": 1.0, "colour": "black"})]),
        ("turn the colours by 180°", [("hue", {"degrees": 180.0})]),
        ("half saturation", [("saturation", {"factor": 0.5})]),
        ("increase the exposure by 1 stop", [("brightness", {"factor": 1.3704})]),
        ("reduce exposure by half a stop", [("brightness", {"factor": 0.8542})]),
        ("add a white vignette", [("vignette", {"strength": 1.0, "colour": "white"})]),
    ],
)
def test_tones_and_detail_are_read(
    sentence: str, expected: list[tuple[str, dict[str, Any]]]
) -> None:
    assert read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            'write "Hello, World" at the top in red',
            [("text", {"words": "Hello, World", "place": "top", "colour": "red"})],
        ),
        (
            "write Hello World in red Arial",
            [
                (
                    "text",
                    {"words": "Hello World", "place": "bottom", "colour": "red", "font": "arial"},
                )
            ],
        ),
        ("write the word cat", [("text", {"words": "cat", "place": "bottom", "colour": "white"})]),
        (
            "write the words happy birthday at the top",
            [("text", {"words": "happy birthday", "place": "top", "colour": "white"})],
        ),
        (
            "add a caption that says Good Night",
            [("text", {"words": "Good Night", "place": "bottom", "colour": "white"})],
        ),
        (
            "write Hello World at the bottom in dark green and make it warmer",
            [
                ("text", {"words": "Hello World", "place": "bottom", "colour": "darkgreen"}),
                ("warmth", {"amount": 0.12}),
            ],
        ),
        (
            'write "A" at the top and "B" at the bottom',
            [
                ("text", {"words": "A", "place": "top", "colour": "white"}),
                ("text", {"words": "B", "place": "bottom", "colour": "white"}),
            ],
        ),
        (
            'write "Good day" in the top left corner in dark red, bold, size 40',
            [
                (
                    "text",
                    {
                        "words": "Good day",
                        "place": "top left",
                        "colour": "darkred",
                        "font": "bold",
                        "size": 40.0,
                    },
                )
            ],
        ),
        (
            "write 'it's me' at 20, 30 in yellow in a serif font",
            [
                (
                    "text",
                    {
                        "words": "it's me",
                        "place": "bottom",
                        "at": (20, 30),
                        "colour": "yellow",
                        "font": "serif",
                    },
                )
            ],
        ),
        (
            'put the text "x" in DejaVu Sans Mono at the centre, large',
            [
                (
                    "text",
                    {
                        "words": "x",
                        "place": "center",
                        "colour": "white",
                        "font": "dejavu sans mono",
                        "share": 0.16,
                    },
                )
            ],
        ),
        (
            'add a watermark "(c) Me" in the font "DejaVu Serif" bottom right, 5 %',
            [
                (
                    "text",
                    {
                        "words": "(c) Me",
                        "place": "bottom right",
                        "colour": "white",
                        "font": "DejaVu Serif",
                        "share": 0.05,
                    },
                )
            ],
        ),
        (
            'write "crop me" at the top',
            [("text", {"words": "crop me", "place": "top", "colour": "white"})],
        ),
        ("a 10 px black border", [("border", {"colour": "black", "width": 10})]),
        ("add a border, 20 px, in #ff8800", [("border", {"colour": "#ff8800", "width": 20})]),
        ("a white border on all four sides", [("border", {"colour": "white"})]),
        ("a frame, but not too thick", [("border", {"colour": "white", "percent": 1.5})]),
        ("give it a 5 % border in dark blue", [("border", {"colour": "darkblue", "percent": 5.0})]),
        ("a thin light blue frame", [("border", {"colour": "lightblue", "percent": 1.5})]),
        (
            'write "x" in a small dark red bold serif font',
            [
                (
                    "text",
                    {
                        "words": "x",
                        "place": "bottom",
                        "colour": "darkred",
                        "font": "bold serif",
                        "share": 0.06,
                    },
                )
            ],
        ),
    ],
)
def test_text_and_borders_are_read(
    sentence: str, expected: list[tuple[str, dict[str, Any]]]
) -> None:
    assert read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            'crop it to a square, make it a bit warmer and write "Hello" at the bottom in white',
            [
                ("crop", {"aspect": (1, 1), "anchor": "center"}),
                ("warmth", {"amount": 0.06}),
                ("text", {"words": "Hello", "place": "bottom", "colour": "white"}),
            ],
        ),
        (
            "crop to a square, a bit brighter and flip it",
            [
                ("crop", {"aspect": (1, 1), "anchor": "center"}),
                ("brightness", {"factor": 1.15}),
                ("flip", {"axis": "horizontal"}),
            ],
        ),
        (
            "increase brightness and contrast by 20%",
            [("brightness", {"factor": 1.2}), ("contrast", {"factor": 1.2})],
        ),
        (
            "a bit brighter and warmer",
            [("brightness", {"factor": 1.15}), ("warmth", {"amount": 0.06})],
        ),
        ("don't crop it, just flip it", [("flip", {"axis": "horizontal"})]),
        ("make it grey but don't crop it", [("greyscale", {})]),
        (
            "crop to a square, only slightly brighter",
            [
                ("crop", {"aspect": (1, 1), "anchor": "center"}),
                ("brightness", {"factor": 1.15}),
            ],
        ),
        ("black & white with a black border", [("greyscale", {}), ("border", {"colour": "black"})]),
        (
            "rotate 90, flip it, and crop to 4:3",
            [
                ("rotate", {"degrees": 90.0}),
                ("flip", {"axis": "horizontal"}),
                ("crop", {"aspect": (4.0, 3.0), "anchor": "center"}),
            ],
        ),
    ],
)
def test_several_wishes_are_read(sentence: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    assert read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("turn it 90deg", [("rotate", {"degrees": 90.0})]),
        ("mirorr it", [("flip", {"axis": "horizontal"})]),
        ("roate it 90 degress clockwize", [("rotate", {"degrees": 90.0})]),
        ("incrase the brighness", [("brightness", {"factor": 1.3})]),
        ("make it brigther", [("brightness", {"factor": 1.3})]),
        ("satturation up by 10 percent", [("saturation", {"factor": 1.1})]),
        ("grayscal please", [("greyscale", {})]),
        ("shrapen it", [("sharpen", {"strength": 1.0})]),
        ("crpo to a sqaure", [("crop", {"aspect": (1, 1), "anchor": "center"})]),
        ("vingette", [("vignette", {"strength": 1.0, "colour": "black"})]),
    ],
)
def test_typing_slips_are_read(sentence: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    assert read(sentence) == expected


def test_what_the_router_is_trained_to_send_here_is_read() -> None:
    slots = {"n": 3, "side": "left", "deg": 90, "px": 512, "pct": 15, "text": "hello"}
    unread = [one for one in ASIDES["adjust"].patterns if not is_answered(one.format(**slots))]
    assert len(unread) <= len(ASIDES["adjust"].patterns) // 50, unread


def is_answered(sentence: str) -> bool:
    try:
        return bool(read_adjustments(sentence).adjustments)
    except InputError:
        return True


@pytest.mark.parametrize(
    "sentence",
    [
        "make the house yellow",
        "add a star at the top right",
        "make the horse bigger",
        "share the picture",
        "blur the background a bit",  # a part of the picture has to be found, and that is no
        "make the red house brighter",  # work for a formula
        "flip the cat",
        'write "Sale" on the sign',
        "make it smaller",
        "make the text at the bottom red",
        "take the text at the bottom away",
        "label it please",
        "he should say no",
        "put a hat on its head",
        "make the way darker",
        "is it overexposed",
        "a printed shirt",
        "add a reflection",
        "draw a house with exposed bricks",
        "everything turned out all right",
        "set the height of the house to 3",
        "make a door half as wide",
        "make that at the top brighter",
        "don't rotate it",
        "please never crop it",
        "i don't want a border",
        "no blur",
        "",
        "please",
    ],
)
def test_what_is_no_exact_adjustment_is_left_to_others(sentence: str) -> None:
    assert read(sentence) == []


def test_the_parts_that_are_no_adjustment_are_named() -> None:
    reading = read_adjustments(
        'Please make it brighter, add a cat and write "Hi" on the sign. Thanks!'
    )
    assert [one.name for one in reading.adjustments] == ["brightness"]
    assert len(reading.unread) == 2 and reading.unread[0] == "add a cat"
    assert '"Hi"' in reading.unread[1]


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("brighten the top half", "whole picture only, not of the top half"),
        ("make the left side black and white", "whole picture only"),
        ("blur the corners", "whole picture only"),
        ("resize to 0 pixels", "between 1 and"),
        ("resize to 9999999 px", "between 1 and"),
        ("resize it", "Which size"),
        ("crop to 0%", "keeps between"),
        ("crop 0 pixels off the left", "at least one pixel"),
        ("crop to the cat", "cannot find the cat .*name a part"),
        ("crop to 0:9", "two numbers above 0"),
        ("resize to 90000%", "cannot be resized"),
        ("a 5000 px border", "between 1 and 2,000"),
        ("remove the border", "cannot tell a border"),
        ("take the border away", "cannot tell a border"),
        ("take the thin white frame off", "cannot tell a border"),
        ("make the border red", "cannot tell a border"),
        ("remove the vignette", "vignette is part of the picture now. Say .undo"),
        ("take the vignette off", "vignette is part"),
        ("make the vignette weaker", "vignette is part"),
        ("less sepia", "sepia is part"),
        ("remove the black and white", "black and white is part"),
        ("rotate it back", "undo"),
        ("rotate it back 90 degrees", "which way"),
        ("flip it back", "undo"),
        ("straighten it", "By how many degrees"),
        ("turn it the right way up", "By how many degrees"),
        ("shrink it by 20 px", "Which size"),
        ("resize it for A4 print", "Which size"),
        ("resize to 10x15 cm", "count in pixels"),
        ("resize to 2 MB", "count in pixels"),
        ("a 1 cm border", "count in pixels"),
        ("make the text red", "part of the picture now"),
        ("make the text bigger", "part of the picture now"),
        ("remove the caption", "part of the picture now"),
        ("the title is too small", "part of the picture now"),
        ("write something", "Write what.*in quotes"),
        ('write "" at the top', "Write what"),
        ("add a caption", "Write what"),
        ("shift the hue", "how many degrees"),
        ("blur it by 5000 pixels", "at most 1,000 pixels"),
        ("brightness by 90000 %", "at most to 2,000"),
        ('write "x" size 99999', "between 6 and 5,000"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(sentence: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_adjustments(sentence)


@pytest.mark.parametrize("word", ["share", "contract", "order", "wrote", "blue", "farmer", "drop"])
def test_right_words_are_not_taken_for_slips(word: str) -> None:
    assert read(f"{word} it") == []


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("greyscale", "grayscale"),
        ("more colourful", "more colorful"),
        ("crop to the centre", "crop to the center"),
        ("rotate it anticlockwise", "rotate it counterclockwise"),
        ("a grey border", "a gray border"),
    ],
)
def test_both_spellings_mean_the_same(british: str, american: str) -> None:
    assert read(british) == read(american) != []
