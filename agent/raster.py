"""Pictures at their full depth: eight or sixteen bits a channel, with their colour profile.

Pillow has no colour picture of sixteen bits a channel: it keeps the high bytes when it reads one
and writes none. Here it reads a file twice, the second time for the low bytes, and the PNG
encoder for sixteen bits is our own.
"""

import io
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pixels = NDArray[np.unsignedinteger]  # (H, W, 3 or 4), uint8 or uint16; the fourth is alpha

PNG_LEVEL = 3  # level 6 takes twice the time for some 3 % fewer bytes
BAND_PIXELS = 400_000  # work in bands of rows keeps temporary arrays small on large pictures
NATIVE, SWAPPED = ("L", "B") if sys.byteorder == "little" else ("B", "L")
LOW_BYTES = {"16B": "16L", "16L": "16B", "16N": "16" + SWAPPED}


@dataclass(frozen=True)
class Raster:
    """A picture's pixels, and what is kept of its metadata."""

    values: Pixels
    profile: bytes | None = None  # ICC
    dpi: tuple[float, float] | None = None

    @property
    def width(self) -> int:
        """Return the width in pixels."""
        return int(self.values.shape[1])

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return int(self.values.shape[0])

    def to_image(self) -> Image.Image:
        """Return the picture with eight bits a channel, without its metadata."""
        is_deep = self.values.dtype == np.uint16
        return Image.fromarray((self.values >> 8).astype(np.uint8) if is_deep else self.values)

    def repainted(self, image: Image.Image) -> "Raster":
        """Return an edited `to_image()` at this picture's depth, with what is kept of its metadata.

        Pixels that the edit left alone keep all their bits.
        """
        values = np.asarray(image)
        if self.values.dtype == np.uint16:
            deep = np.empty(values.shape, np.uint16)
            for rows in bands(values):
                old, new = self.values[rows], values[rows]
                is_kept = ((old >> 8) == new).all(axis=2, keepdims=True)
                deep[rows] = np.where(is_kept, old, new.astype(np.uint16) * 257)
            values = deep
        return Raster(values, self.profile, self.dpi)

    def blended(self, other: "Raster", cover: Image.Image) -> "Raster":
        """Return this picture with another of its shape laid over it, at this picture's depth.

        cover: how much of the other one shows, "L" of this size; where it is 0 every bit stays.
        """
        values = np.empty_like(self.values)
        shares = np.asarray(cover, np.uint8)[..., None]
        for rows in bands(values):
            share = shares[rows].astype(np.uint32)
            old, new = self.values[rows], other.values[rows]
            values[rows] = (old * (255 - share) + new * share + 127) // 255
        return Raster(values, self.profile, self.dpi)


def open_raster(data: bytes, formats: tuple[str, ...] = ("PNG",)) -> Raster:
    """Return a picture file's pixels as RGB or RGBA, upright, at the depth of the file."""
    image = Image.open(io.BytesIO(data), formats=formats)
    rawmode = _rawmode(image)
    image.load()
    if image.mode.startswith("I"):
        grey = np.asarray(_upright(image)).clip(0, 65535).astype(np.uint16)
        values = _with_key(np.repeat(grey[..., None], 3, axis=2), image)
    elif image.mode in ("RGB", "RGBA") and rawmode == "LA;16B":
        pairs = np.asarray(_upright(_reread(data, formats, "RGBA")))  # bytes: grey, then alpha
        grey, alpha = (_join(pairs[..., at], pairs[..., at + 1]) for at in (0, 2))
        values = np.stack((grey, grey, grey, alpha), axis=2)
    elif rawmode in _deep_rawmodes():
        low = _reread(data, formats, rawmode[:-3] + LOW_BYTES[rawmode[-3:]])
        joined = _join(np.asarray(_upright(image)), np.asarray(_upright(low)))
        values = _with_key(joined, image)
    else:
        values = np.asarray(to_rgb(_upright(image)))
    return Raster(values, rgb_profile(image), image.info.get("dpi"))


def encode_raster(raster: Raster) -> bytes:
    """Return the picture as PNG bytes with its colour profile and no other metadata."""
    if raster.values.dtype == np.uint8:
        return _encode_bare(Image.fromarray(raster.values), raster.profile, raster.dpi)
    head = struct.pack(
        ">IIBBBBB",
        raster.width,
        raster.height,
        16,
        2 if raster.values.shape[2] == 3 else 6,
        0,
        0,
        0,
    )
    chunks = [(b"IHDR", head)]
    if raster.profile:
        chunks.append((b"iCCP", b"ICC Profile\0\0" + zlib.compress(raster.profile)))
    if raster.dpi:
        per_metre = [round(float(dots) / 0.0254) for dots in raster.dpi]
        chunks.append((b"pHYs", struct.pack(">IIB", *per_metre, 1)))
    chunks += [(b"IDAT", data) for data in _deflate(raster.values)] + [(b"IEND", b"")]
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in chunks:
        check = zlib.crc32(data, zlib.crc32(name))
        parts += [struct.pack(">I", len(data)), name, data, struct.pack(">I", check)]
    return b"".join(parts)


def encode_image(image: Image.Image) -> bytes:
    """Return an eight-bit picture as PNG bytes; profile and resolution are all that is kept."""
    bare = image
    if image.info:
        bare = image.copy()
        bare.info = {}
    return _encode_bare(bare, rgb_profile(image), image.info.get("dpi"))


def _encode_bare(
    image: Image.Image, profile: bytes | None, dpi: tuple[float, float] | None
) -> bytes:
    """Return a picture that bears no metadata as PNG bytes, with what is to be kept of it."""
    buffer = io.BytesIO()
    given = {"icc_profile": profile, "dpi": dpi}
    kept = {name: value for name, value in given.items() if value}
    image.save(buffer, "PNG", compress_level=PNG_LEVEL, **kept)
    return buffer.getvalue()


def rgb_profile(image: Image.Image) -> bytes | None:
    """Return the picture's ICC profile if it speaks of RGB: one of CMYK would no longer be true.

    Bytes 16 to 19 of a profile name its colour space (ICC.1:2022, table 19).
    """
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and profile[16:20] == b"RGB " else None


def to_rgb(image: Image.Image) -> Image.Image:
    """Return an eight-bit picture as RGB, or as RGBA if it has transparency."""
    has_alpha = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def bands(values: NDArray[np.generic]) -> Iterator[slice]:
    """Yield slices of rows that together cover the picture."""
    rows = max(1, BAND_PIXELS // max(1, values.shape[1]))
    for top in range(0, values.shape[0], rows):
        yield slice(top, min(top + rows, values.shape[0]))


def _rawmode(image: Image.Image) -> str:
    """Return how Pillow is about to unpack the file's bytes, for example "RGB;16B"."""
    tiles = getattr(image, "tile", None)
    args = tiles[0].args if tiles else ""
    first = args[0] if isinstance(args, tuple) and args else args
    return first if isinstance(first, str) else ""


def _deep_rawmodes() -> set[str]:
    return {f"{mode};{order}" for mode in ("RGB", "RGBA") for order in LOW_BYTES}


def _reread(data: bytes, formats: tuple[str, ...], rawmode: str) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=formats)
    tiles = getattr(image, "tile", [])
    for at, tile in enumerate(tiles):
        args = (rawmode, *tile.args[1:]) if isinstance(tile.args, tuple) else rawmode
        tiles[at] = tile._replace(args=args)
    image.load()
    return image


def _join(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.uint16]:
    joined = high.astype(np.uint16)
    joined <<= 8
    joined |= low
    return joined


def _with_key(values: NDArray[np.uint16], image: Image.Image) -> NDArray[np.uint16]:
    """Return the pixels with alpha if one colour stands for transparency (PNG, chunk tRNS)."""
    key = image.info.get("transparency")
    if key is None:
        return values
    is_clear = (values == np.asarray(key)).all(axis=2, keepdims=True)
    return np.concatenate((values, np.where(is_clear, 0, 65535).astype(np.uint16)), axis=2)


def _upright(image: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(image)
    return image if turned is None else turned


def _deflate(values: Pixels) -> Iterator[bytes]:
    """Yield the compressed rows, each as its difference to the row above (PNG filter 2, "Up")."""
    packer = zlib.compressobj(PNG_LEVEL)
    above = np.zeros((1, values.shape[1] * values.shape[2] * 2), np.uint8)
    for rows in bands(values):
        raw = values[rows].astype(">u2").view(np.uint8).reshape(rows.stop - rows.start, -1)
        lines = np.empty((len(raw), raw.shape[1] + 1), np.uint8)
        lines[:, 0] = 2
        np.subtract(raw, np.concatenate((above, raw[:-1])), out=lines[:, 1:])
        above = raw[-1:]
        yield packer.compress(lines.tobytes())
    yield packer.flush()
