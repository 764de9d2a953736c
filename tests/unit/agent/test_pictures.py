"""What users give: checked, turned upright, stripped of metadata, or refused with a sentence."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pentimento import InputError
from pentimento.agent.pictures import decode, encode, read_mask, read_picture, side_by_side
from pentimento.agent.raster import Raster, encode_raster, open_raster
from PIL import Image, ImageCms, PngImagePlugin


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


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def deep_png(values: np.ndarray, more: bytes = b"") -> bytes:
    """Return a PNG of sixteen bits and one to four channels, as plainly as it can be written."""
    height, width, channels = values.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    parts = [png_chunk(b"IHDR", head), more, png_chunk(b"IDAT", zlib.compress(rows))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + png_chunk(b"IEND", b"")


def deep_tiff(values: np.ndarray, order: str, orientation: int = 1) -> bytes:
    """Return an uncompressed TIFF of sixteen bits: order "<" or ">"."""
    height, width, channels = values.shape
    count = 11 if channels == 4 else 10
    extra = 8 + 2 + 12 * count + 4
    body = values.astype(f"{order}u2").tobytes()
    shorts = {256: width, 257: height, 259: 1, 262: 2, 274: orientation, 277: channels, 278: height}
    shorts |= {338: 2} if channels == 4 else {}
    longs = {273: extra + 2 * channels, 279: len(body)}
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, count)
    for tag in sorted([*shorts, *longs, 258]):
        if tag == 258:
            out += struct.pack(f"{order}HHII", tag, 3, channels, extra)
        elif tag in shorts:
            out += struct.pack(f"{order}HHIHH", tag, 3, 1, shorts[tag], 0)
        else:
            out += struct.pack(f"{order}HHII", tag, 4, 1, longs[tag])
    return out + bytes(4) + struct.pack(f"{order}{channels}H", *[16] * channels) + body


def deep_noise(channels: int, height: int = 7, width: int = 5) -> np.ndarray:
    shape = (height, width, channels)
    return np.random.default_rng(1).integers(0, 65536, shape).astype(np.uint16)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_are_kept_to_the_last(channels: int) -> None:
    values = deep_noise(channels)
    clean = read_picture(deep_png(values))
    kept = open_raster(clean.data).values
    colours = values if channels > 2 else np.repeat(values[..., :1], 3, axis=2)
    expected = np.concatenate((colours, values[..., 1:]), axis=2) if channels == 2 else colours
    assert kept.dtype == np.uint16 and (kept == expected).all()
    seen = np.asarray(decode(clean.data))  # what a model sees of it: the upper eight
    assert seen.dtype == np.uint8 and (seen == expected >> 8).all()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_tiff_of_sixteen_bits_is_kept_and_turned_upright(order: str, channels: int) -> None:
    values = deep_noise(channels)
    kept = open_raster(read_picture(deep_tiff(values, order)).data).values
    assert kept.dtype == np.uint16 and (kept == values).all()
    turned = open_raster(read_picture(deep_tiff(values, order, orientation=6)).data).values
    assert (turned == np.rot90(values, -1)).all()


def test_a_deep_picture_of_many_rows_survives_the_encoder() -> None:
    values = deep_noise(3, 300, 2000)  # more rows than one band
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encode_raster(Raster(values, profile, (300.0, 300.0)))
    again = open_raster(data)
    assert (again.values == values).all() and again.profile == profile
    assert again.dpi == pytest.approx((300, 300), abs=0.1)


def test_one_colour_that_stands_for_clear_becomes_alpha() -> None:
    values = deep_noise(3)
    key = png_chunk(b"tRNS", struct.pack(">HHH", *values[2, 3].tolist()))
    kept = open_raster(read_picture(deep_png(values, key)).data).values
    assert kept.shape[2] == 4 and kept[2, 3, 3] == 0
    assert (kept[..., 3] == 65535).sum() == 5 * 7 - 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_and_forgotten(orientation: int) -> None:
    turns: dict[int, Any] = {
        1: lambda v: v,
        2: lambda v: v[:, ::-1],
        3: lambda v: v[::-1, ::-1],
        4: lambda v: v[::-1],
        5: lambda v: np.swapaxes(v, 0, 1),
        6: lambda v: np.rot90(v, -1),
        7: lambda v: np.swapaxes(v[::-1, ::-1], 0, 1),
        8: lambda v: np.rot90(v),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    shallow = noise()
    clean = read_picture(encoded(shallow, exif=exif))
    assert (np.asarray(decode(clean.data)) == turns[orientation](np.asarray(shallow))).all()
    deep = deep_noise(3)
    chunk = png_chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    clean = read_picture(deep_png(deep, chunk))
    assert (open_raster(clean.data).values == turns[orientation](deep)).all()
    assert b"eXIf" not in clean.data


def test_the_place_is_dropped_and_the_colour_profile_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera of somebody"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = encoded(noise(), "JPEG", exif=exif, icc_profile=profile, comment=b"my house")
    with Image.open(io.BytesIO(photo)) as given:
        assert given.getexif().get_ifd(0x8825)[2] == (52.0, 31.0, 12.0)
    clean = read_picture(photo)
    image = decode(clean.data)
    assert not image.getexif() and image.info.keys() <= {"icc_profile", "dpi"}
    assert image.info["icc_profile"] == profile
    assert b"somebody" not in clean.data and b"my house" not in clean.data
    assert decode(encode(image.copy())).info["icc_profile"] == profile


def test_a_profile_of_other_colours_is_not_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    inks = profile[:16] + b"CMYK" + profile[20:]
    photo = encoded(noise().convert("CMYK"), "JPEG", icc_profile=inks)
    assert "icc_profile" not in decode(read_picture(photo).data).info


def huge_png() -> bytes:
    """Return the head of a PNG of 30,000 x 30,000 pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"just a text", "is not a picture that can be read; PNG"),
        (b"", "is not a picture"),
        (huge_png(), "too large: at most 80 million pixels"),
        (encoded(noise(400, 300), "JPEG")[:4000], "damaged or cut off"),
        (encoded(noise(400, 300))[:4000], "damaged or cut off"),
        (deep_png(deep_noise(3, 40, 40))[:3000], "damaged or cut off"),
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
