"""The drift meter: what nobody asked to change, compared with the original."""

import numpy as np
from pentimento.agent.drift import Drift, changed_between, drift_of, squash_reason
from pentimento.agent.lock import lock_pixels, share_of
from pentimento.model.storybook.renderer import Renderer
from pentimento.model.storybook.scene import parse_listing
from PIL import Image, ImageFilter

RENDERER = Renderer(144)
COLOURS = ("blue", "yellow", "green", "red", "purple")


def house(colour: str, light: str = "day") -> Image.Image:
    listing = f"meadow, {light}; cat red small top left; house {colour} large bottom right."
    return RENDERER.render(parse_listing(listing))


def worn(image: Image.Image, seed: int) -> Image.Image:
    """Return the picture as a painter without a lock gives it back: a little softer and grainy."""
    grain = np.random.default_rng(seed).normal(0, 2, (image.height, image.width, 3))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(0.6))) + grain
    return Image.fromarray(soft.clip(0, 255).astype(np.uint8))


def test_locked_edits_do_not_drift() -> None:
    versions = [house("blue")]
    for turn in range(1, 5):
        painting = worn(house(COLOURS[turn % 5]), turn)
        versions.append(lock_pixels(versions[-1], painting).image)
    drift = drift_of(versions)
    assert drift.identical_share == 1.0 and drift.distance == 0.0
    assert 0.7 < drift.kept_share < 0.95
    assert drift.layers == 4
    assert squash_reason(drift) is None


def test_unlocked_edits_drift_further_with_every_turn() -> None:
    versions = [house("blue")]
    for turn in range(1, 13):
        last = versions[-1].copy()
        last.paste(house(COLOURS[turn % 5]).crop((96, 96, 144, 144)), (96, 96))
        versions.append(worn(last, turn))
    found = [drift_of(versions[: turn + 1]) for turn in (1, 4, 12)]
    distances = [drift.distance or 0.0 for drift in found]
    assert 0 < distances[0] < distances[1] < distances[2]
    assert all(drift.kept_share > 0.5 for drift in found)
    assert found[0].identical_share is not None and found[0].identical_share < 0.2
    assert squash_reason(found[0]) is None
    assert "moved away" in (squash_reason(found[2]) or "")


def test_what_a_locked_turn_changed_is_what_differs() -> None:
    parent = house("blue")
    child = lock_pixels(parent, worn(house("yellow"), 1)).image
    changed = np.asarray(changed_between(parent, child)) > 0
    differs = (np.asarray(parent) != np.asarray(child)).any(axis=2)
    assert (changed == differs).all()


def test_nothing_is_compared_after_a_new_light_or_another_size() -> None:
    drift = drift_of([house("blue"), house("blue", "night")])
    assert drift.kept_share < 0.5
    changed = changed_between(house("blue"), house("blue").resize((72, 72)))
    assert changed.size == (72, 72) and share_of(changed) == 1.0
    assert drift_of([house("blue"), Image.new("RGB", (144, 144), "black")]).distance is None


def test_many_layers_call_for_a_squash() -> None:
    assert "7 times" in (squash_reason(Drift(0.9, 1.0, 0.0, 7)) or "")
    assert squash_reason(Drift(0.9, 1.0, 0.0, 6)) is None
    assert squash_reason(Drift(0.0, None, None, 1)) is None
