"""A picture's file keeps what its format can hold."""

import io
from pathlib import Path

import numpy as np
import pytest
from pentimento import InputError
from pentimento.ui.files import write_picture
from PIL import Image, ImageCms

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", icc_profile=PROFILE, dpi=(300, 300))
    return buffer.getvalue()


@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_the_colour_profile_goes_along(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"cat.{ending}"
    write_picture(path, _png(Image.new("RGB", (32, 24), "orange")))
    with Image.open(path) as written:
        assert written.info["icc_profile"] == PROFILE and written.size == (32, 24)
        if ending == "jpg":
            assert written.info["dpi"] == (300, 300)


@pytest.mark.parametrize(("ending", "width"), [("jpg", 65_501), ("webp", 16_384)])
def test_what_a_format_cannot_hold_is_refused(tmp_path: Path, ending: str, width: int) -> None:
    path = tmp_path / f"wide.{ending}"
    with pytest.raises(InputError, match="write it as .png"):
        write_picture(path, _png(Image.new("RGB", (width, 1))))
    assert not path.exists()


def test_jpeg_shows_what_is_transparent_on_white_and_webp_keeps_it(tmp_path: Path) -> None:
    data = _png(Image.new("RGBA", (32, 24), (255, 0, 0, 0)))
    write_picture(tmp_path / "clear.jpg", data)
    write_picture(tmp_path / "clear.webp", data)
    with Image.open(tmp_path / "clear.jpg") as written:
        assert np.asarray(written).min() > 250
    with Image.open(tmp_path / "clear.webp") as written:
        assert written.mode == "RGBA" and written.getchannel("A").getextrema() == (0, 0)
