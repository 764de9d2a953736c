"""What users give: checked, turned upright, stripped of metadata, or refused with a sentence."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pentimento import InputError
from pentimento.agent.pictures import decode, encode, read_mask, read_picture, side_by_side
from PIL import Image, PngImagePlugin


def encoded(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def noise(width: int = 40, height: int = 30, channels: int = 3) -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (height, width, channels))
    return Image.fromarray(values.astype(np.uint8).squeeze())


def test_a_png_keeps_its_pixels_and_loses_its_metadata() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("where", "at home")
    image = noise()
    clean = read_picture(encoded(image, pnginfo=info))
    assert (clean.width, clean.height) == (40, 30)
    assert decode(clean.data).tobytes() == image.tobytes()
    assert b"at home" not in clean.data


def test_a_photo_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    clean = read_picture(encoded(noise(), "JPEG", exif=exif))
    assert (clean.width, clean.height) == (30, 40)
    assert not decode(clean.data).getexif()


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (noise(channels=1), "RGB"),
        (noise(channels=4), "RGBA"),
        (noise().convert("P"), "RGB"),
        (noise(channels=1).convert("1"), "RGB"),
        (noise(channels=4).convert("LA"), "RGBA"),
    ],
)
def test_every_mode_becomes_rgb_or_rgba(image: Image.Image, mode: str) -> None:
    assert decode(read_picture(encoded(image)).data).mode == mode


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    levels = np.array([[0, 257, 32896, 65535]], np.uint16)
    image = decode(read_picture(encoded(Image.fromarray(levels))).data)
    assert np.asarray(image)[0, :, 0].tolist() == [0, 1, 128, 255]


def huge_png() -> bytes:
    """Return the head of a PNG of 30,000 x 30,000 pixels."""
    import struct
    import zlib

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"just a text", "is not a picture that can be read; PNG"),
        (b"", "is not a picture"),
        (huge_png(), "too large: at most 80 million pixels"),
        (encoded(noise(400, 300), "JPEG")[:4000], "damaged or cut off"),
        (encoded(noise(400, 300))[:4000], "damaged or cut off"),
        (encoded(noise(), "GIF", save_all=True, append_images=[noise(40, 30)]), ""),
        (encoded(Image.new("F", (3, 3)), "TIFF"), "floating-point"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    if not sentence:  # two different frames
        data = encoded(noise(), "GIF", save_all=True, append_images=[Image.new("RGB", (40, 30))])
        sentence = "has several frames"
    with pytest.raises(InputError, match=sentence):
        read_picture(data)


def test_a_picture_just_above_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "wide.bmp"
    path.write_bytes(encoded(Image.new("1", (10_000, 8_001)), "BMP"))
    with pytest.raises(InputError, match=r"wide.bmp is too large \(10,000 x 8,001 pixels\)"):
        read_picture(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file .*nowhere.png"):
        read_picture(tmp_path / "nowhere.png")
    with pytest.raises(InputError, match="cannot be read"):
        read_picture(tmp_path)


def test_a_mask_is_read_from_its_light_or_from_its_opacity() -> None:
    white = Image.new("L", (4, 4))
    white.putpixel((1, 1), 255)
    assert np.asarray(decode(read_mask(encoded(white)).data)).sum() == 255
    layer = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    layer.putpixel((2, 2), (0, 0, 0, 255))
    mask = np.asarray(decode(read_mask(encoded(layer)).data))
    assert mask[2, 2] == mask.sum() == 255
    with pytest.raises(InputError, match="mask is empty"):
        read_mask(encoded(Image.new("L", (4, 4))))


def test_two_pictures_stand_side_by_side_at_one_height() -> None:
    joined = side_by_side(Image.new("RGB", (40, 20), "red"), Image.new("RGBA", (50, 100), "blue"))
    assert joined.height == 100 and joined.width == 200 + 4 + 50
    assert decode(encode(joined)).getpixel((10, 50)) == (255, 0, 0)
