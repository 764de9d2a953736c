"""Windows: the part of a large picture that is painted for a mask."""

from typing import Any

import numpy as np
import pytest
from pentimento.agent.language import PLACES
from pentimento.agent.pictures import MIME, clean, decode
from pentimento.agent.windows import place_box, window_of
from PIL import Image


def mask_of(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size)
    mask.paste(255, box)
    return mask


@pytest.mark.parametrize(
    "box", [(0, 0, 9, 9), (2990, 1990, 3000, 2000), (1400, 900, 1500, 960), (0, 990, 3, 1000)]
)
def test_a_window_holds_the_mask_inside_the_picture(box: tuple[int, int, int, int]) -> None:
    window = window_of(mask_of((3000, 2000), box), 512, 512)
    assert window is not None
    left, top, right, bottom = window
    assert 0 <= left <= box[0] and box[2] <= right <= 3000
    assert 0 <= top <= box[1] and box[3] <= bottom <= 2000
    assert (right - left, bottom - top) == (512, 512)


def test_a_large_mask_brings_its_context() -> None:
    window = window_of(mask_of((4000, 3000), (1000, 1000, 1800, 1600)), 512, 512)
    assert window == (600, 700, 2200, 1900)


def test_no_window_where_the_picture_serves_as_well() -> None:
    assert window_of(mask_of((512, 512), (0, 0, 9, 9)), 512, 512) is None
    assert window_of(mask_of((900, 900), (100, 100, 800, 800)), 512, 512) is None
    assert window_of(Image.new("L", (2000, 2000)), 512, 512) is None


def test_the_places_tile_any_picture() -> None:
    area = np.zeros((97, 145), int)
    for place in PLACES:
        left, top, right, bottom = place_box(place, (145, 97))
        area[top:bottom, left:right] += 1
    assert (area == 1).all()


@pytest.mark.parametrize("paints_windows", [True, False])
def test_a_masked_edit_of_a_large_picture_shows_the_model_a_window(
    bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch, paints_windows: bool
) -> None:
    from dataclasses import replace

    from pentimento.agent.nodes.paint import paint
    from pentimento.agent.services import TurnOptions

    info = replace(bench.model.info, paints_windows=paints_windows, describes_edits=False)
    monkeypatch.setattr(type(bench.model), "info", info)
    photo = Image.effect_noise((1200, 900), 40).convert("RGB")
    mask = mask_of(photo.size, (600, 500, 640, 530))
    stored = {}
    for name, image in (("source", photo), ("mask_hash", mask)):
        png = clean(image)
        stored[name] = bench.store.put_image(png.data, MIME, *image.size, name).hash
    listing = "meadow, day; cat red small middle center."
    made = {"prompt": listing, "target": listing, "is_global": False, "changes": [], "checks": []}
    options = TurnOptions(lock="mask").to_json()
    state = bench.state("x", route="edit", plan=made, options=options, **stored)
    found = run(paint, state)["candidates"][0]
    brief = bench.model.painted[0]
    expected = (144, 144) if paints_windows else photo.size
    assert brief.source.size == brief.mask.size == expected
    result = decode(bench.store.images.get(found["image_hash"]))
    outside = np.asarray(mask) == 0
    assert (np.asarray(result)[outside] == np.asarray(photo)[outside]).all()
    assert (np.asarray(result)[~outside] != np.asarray(photo)[~outside]).any()
    assert found["kept_share"] > 0.99
