"""Pictures at the border: what users give is checked and re-encoded; what is stored is opened."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from .. import InputError
from .raster import Raster, encode_image, encode_raster, open_raster

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
MAX_PIXELS = 80_000_000  # below the size at which Pillow itself warns of a decompression bomb
MAX_BYTES = 100_000_000
MIME = "image/png"
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


@dataclass(frozen=True)
class CleanPicture:
    """A picture re-encoded as PNG: RGB, or RGBA if it had transparency, of 8 or 16 bits.

    Of its metadata only the colour profile and the resolution are left: no place, no date, no name.
    """

    data: bytes
    width: int
    height: int


def read_picture(given: bytes | Path, name: str = "") -> CleanPicture:
    """Return the user's picture, upright and re-encoded; InputError says what is wrong with it."""
    return clean(_open(given, name or _name_of(given)))


def read_mask(given: bytes | Path) -> CleanPicture:
    """Return the mask as "L": 255 = repaint. A transparent picture is a mask by its opacity."""
    image = _open(given, "The mask").to_image()
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    grey = image.convert("L") if alpha is None or alpha.getextrema()[0] == 255 else alpha
    mask = grey.point([0] * 128 + [255] * 128)
    if not mask.getbbox():
        raise InputError("The mask is empty: paint over what may change, or leave the mask away.")
    return CleanPicture(encode(mask), *mask.size)


def clean(picture: Image.Image | Raster) -> CleanPicture:
    """Return the picture as PNG bytes and its size."""
    return CleanPicture(encode(picture), picture.width, picture.height)


def encode(picture: Image.Image | Raster) -> bytes:
    """Return the picture as PNG bytes, without any metadata that tells of people or places."""
    return encode_raster(picture) if isinstance(picture, Raster) else encode_image(picture)


def decode(data: bytes) -> Image.Image:
    """Return a stored picture in its own mode; of sixteen bits the upper eight."""
    image = Image.open(io.BytesIO(data), formats=("PNG",))
    image.load()
    return image


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture as RGB, transparency on white: what a model can see.

    What is RGB already is returned itself: a large picture is not held twice.
    """
    if image.mode == "RGB":
        return image
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Return both pictures next to each other, at the height of the taller one."""
    height = max(left.height, right.height)
    scaled = [
        flatten(image).resize((max(1, round(image.width * height / image.height)), height))
        for image in (left, right)
    ]
    gap = max(4, height // 36)
    joined = Image.new("RGB", (scaled[0].width + gap + scaled[1].width, height), "white")
    joined.paste(scaled[0], (0, 0))
    joined.paste(scaled[1], (scaled[0].width + gap, 0))
    return joined


def _name_of(given: bytes | Path) -> str:
    return given.name if isinstance(given, Path) else "The picture"


def _open(given: bytes | Path, name: str) -> Raster:
    data = _read_bytes(given, name)
    with _damage_told(name):
        _check(data, name)
        try:
            return open_raster(data, FORMATS)
        except DAMAGED as error:
            raise InputError(
                f"{name} is damaged or cut off and cannot be read: {error}."
            ) from error


def _read_bytes(given: bytes | Path, name: str) -> bytes:
    try:
        size = given.stat().st_size if isinstance(given, Path) else len(given)
        if size > MAX_BYTES:
            raise InputError(
                f"{name} is too large: {size:,} bytes, at most {MAX_BYTES:,} are read."
            )
        return given.read_bytes() if isinstance(given, Path) else given
    except FileNotFoundError as error:
        raise InputError(f"There is no file {given!s}.") from error
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}.") from error


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except UnidentifiedImageError as error:
        raise InputError(
            f"{name} is not a picture that can be read; PNG, JPEG, WebP, BMP, GIF and TIFF can be."
        ) from error
    except Image.DecompressionBombError as error:
        raise InputError(_too_large(name)) from error
    except DAMAGED as error:
        raise InputError(f"{name} is damaged and cannot be read: {error}.") from error


def _check(data: bytes, name: str) -> None:
    """Look at the file's head alone, so that what is refused is never unpacked."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise InputError(_too_large(name, image.size))
    if getattr(image, "is_animated", False) and image.format != "MPO":  # MPO: a camera's JPEG
        raise InputError(f"{name} has several frames; give a still picture.")
    if image.mode == "F":
        raise InputError(f"{name} has floating-point pixels; save it as a PNG or a JPEG first.")


def _too_large(name: str, size: tuple[int, int] | None = None) -> str:
    extent = f" ({size[0]:,} x {size[1]:,} pixels)" if size else ""
    return (
        f"{name} is too large{extent}: at most {MAX_PIXELS // 1_000_000} million pixels are read."
    )
