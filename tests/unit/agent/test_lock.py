"""The pixel lock: what had to change changes, everything else is the source, bit for bit."""

import io
import random
from collections.abc import Iterator

import numpy as np
import pytest
from pentimento.agent.language import Listing, read_changes, read_listing
from pentimento.agent.lock import identical_share, lock_pixels, share_of
from pentimento.agent.pictures import flatten
from pentimento.agent.windows import asked_area
from pentimento.model.storybook.edits import Edit, EditError
from pentimento.model.storybook.renderer import Renderer
from pentimento.model.storybook.scene import Scene, parse_listing
from pentimento.model.storybook.voice import Voice
from pentimento.model.storybook.wish_kinds import EDIT_KINDS, make_wish
from pentimento.model.storybook.world import CORE, sample_scene
from PIL import Image, ImageFilter

RENDERER = Renderer(144)
BEFORE = "meadow, day; cat red small top left; house blue large bottom right."


def picture(listing: str) -> Image.Image:
    return RENDERER.render(parse_listing(listing))


def spoiled(image: Image.Image, seed: int = 0) -> Image.Image:
    """Return the picture as an autoencoder might give it back."""
    grain = np.random.default_rng(seed).normal(0, 4, (image.height, image.width, 3))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8))) + grain
    buffer = io.BytesIO()
    Image.fromarray(soft.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=65)
    return Image.open(buffer).convert("RGB")


def cell(image: Image.Image, number: int) -> np.ndarray:
    y, x = number // 3 * 48, number % 3 * 48
    return np.asarray(image.convert("RGB"), np.int32)[y : y + 48, x : x + 48]


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ("meadow, day; cat red small top left; house yellow large bottom right.", 8),
        ("meadow, day; house blue large bottom right.", 0),
        ("meadow, day; cat red large top left; house blue large bottom right.", 0),
        (
            "meadow, day; cat red small top left; star yellow small middle center; "
            "house blue large bottom right.",
            4,
        ),
    ],
)
def test_only_the_changed_cell_is_taken_from_the_painting(after: str, changed: int) -> None:
    source, painting = picture(BEFORE), spoiled(picture(after))
    locked = lock_pixels(source, painting)
    for number in range(9):
        is_same = (cell(source, number) == cell(locked.image, number)).all()
        if number != changed:
            near = {changed + step for step in (-3, -1, 1, 3)}  # growth may touch the rim
            assert is_same or number in near
    wanted = cell(picture(after), changed)
    off = np.abs(cell(locked.image, changed) - wanted).max(axis=2)
    assert (off > 60).mean() < 0.08
    assert 0.8 < locked.kept_share < 1.0
    assert locked.kept_share == identical_share(source, locked.image)


def test_a_painting_without_a_change_leaves_every_pixel() -> None:
    source = picture(BEFORE)
    locked = lock_pixels(source, spoiled(source))
    assert locked.kept_share == 1.0
    assert locked.image.tobytes() == source.tobytes()


def test_twenty_edits_leave_the_untouched_cell_bit_identical() -> None:
    image = picture(BEFORE)
    first = cell(image, 0)
    for number in range(20):
        colour = ("yellow", "green", "red", "purple")[number % 4]
        after = f"meadow, day; cat red small top left; house {colour} large bottom right."
        image = lock_pixels(image, spoiled(picture(after), number)).image
    assert (cell(image, 0) == first).all()


def test_the_size_the_aspect_and_the_transparency_stay() -> None:
    source = picture(BEFORE).resize((600, 300)).convert("RGBA")
    after = picture(BEFORE.replace("blue", "yellow")).resize((600, 300)).convert("RGBA")
    for image in (source, after):
        image.putalpha(Image.linear_gradient("L").resize((600, 300)))
    locked = lock_pixels(source, spoiled(flatten(after).resize((144, 144))))
    assert (locked.image.size, locked.image.mode) == ((600, 300), "RGBA")
    assert (np.asarray(locked.image)[:100, :200] == np.asarray(source)[:100, :200]).all()
    assert locked.kept_share > 0.7


def test_a_global_change_takes_the_whole_painting() -> None:
    painting = picture(BEFORE.replace("day", "night"))
    locked = lock_pixels(picture(BEFORE), painting, is_global=True)
    assert locked.image.tobytes() == painting.tobytes()
    assert lock_pixels(picture(BEFORE), painting, mode="off").image.tobytes() == painting.tobytes()


@pytest.mark.parametrize("mode", ["auto", "mask", "off"])
@pytest.mark.parametrize("is_global", [False, True])
def test_the_mask_is_a_hard_boundary_in_every_mode(mode: str, is_global: bool) -> None:
    source, painting = picture(BEFORE), picture(BEFORE.replace("day", "night"))
    mask = Image.new("L", source.size)
    mask.paste(255, (10, 20, 70, 90))
    locked = lock_pixels(source, painting, mask=mask, mode=mode, is_global=is_global)  # type: ignore[arg-type]
    outside = np.asarray(mask) == 0
    assert (np.asarray(locked.image)[outside] == np.asarray(source)[outside]).all()
    inside = np.asarray(locked.image)[40:70, 25:55], np.asarray(painting)[40:70, 25:55]
    assert mode == "auto" and not is_global or (inside[0] == inside[1]).all()
    assert locked.kept_share < 1


def edits(kind: str, number: int) -> Iterator[tuple[Scene, Edit]]:
    """Yield edits of a kind that change something."""
    rng = random.Random(f"lock {kind}")
    voice = Voice(rng, CORE)
    while number:
        scene = sample_scene(rng, CORE)
        try:
            wish = make_wish(voice, scene, kind)
            edit = wish.apply(scene) if wish else None
        except EditError:
            continue
        if edit and edit.target != scene:
            number -= 1
            yield scene, edit


def asked_by(scene: Scene, edit: Edit) -> Image.Image | None:
    changes = read_changes("; ".join(f"{old} -> {new}" for old, new in edit.changes))
    return asked_area(read_listing(str(scene)), read_listing(str(edit.target)), changes, (144, 144))


@pytest.mark.parametrize("kind", [kind for kind in EDIT_KINDS if kind not in ("scene", "light")])
@pytest.mark.parametrize("how", ["exact", "spoiled"])
def test_every_kind_of_edit_is_contained_and_spares_the_other_cells(kind: str, how: str) -> None:
    lost = []
    for number, (scene, edit) in enumerate(edits(kind, 4)):
        source, wanted = RENDERER.render(scene), RENDERER.render(edit.target)
        painting = wanted if how == "exact" else spoiled(wanted, number)
        locked = lock_pixels(source, painting, asked=asked_by(scene, edit))
        for other in set(range(9)) - edit.cells:
            assert (cell(source, other) == cell(locked.image, other)).all()
        before, after, made = (
            np.asarray(image, np.int32) for image in (source, painting, locked.image)
        )
        changed = np.abs(before - np.asarray(wanted, np.int32)).max(axis=2) > 32
        lost.append((changed & (np.abs(made - after).max(axis=2) > 40)).sum() / changed.sum())
        assert locked.over_edit_share == 0.0
    assert max(lost) < 0.08 and np.mean(lost) < 0.02


def test_what_nobody_asked_for_is_put_back_and_told() -> None:
    scene = read_listing(BEFORE)
    target = read_listing(BEFORE.replace("house blue", "house yellow"))
    asked = asked_area(scene, target, (), (144, 144))
    rash = "meadow, day; dog white small top left; star yellow small top right; "
    source = picture(BEFORE)
    locked = lock_pixels(
        source, spoiled(picture(f"{rash}house yellow large bottom right.")), asked=asked
    )
    assert all((cell(source, other) == cell(locked.image, other)).all() for other in range(8))
    assert locked.over_edit is not None and locked.over_edit_share == share_of(locked.over_edit)
    assert 0.01 < locked.over_edit_share < 0.2
    for number in range(9):
        assert cell(locked.over_edit, number).any() == (number in (0, 2))


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("cat red small top left", "cat red small bottom right", [0, 8]),
        ("cat red small top left", "nothing", [0]),
        ("nothing", "cat red small middle center", [4]),
    ],
)
def test_the_asked_area_is_the_cells_that_the_plan_names(
    before: str, after: str, places: list[int]
) -> None:
    one, other = (read_listing(f"meadow, day; {entries}.") for entries in (before, after))
    area = asked_area(one, other, read_changes(f"{before} -> {after}"), (301, 200))
    assert area is not None and area.size == (301, 200)
    for number in range(9):
        middle = (50 + number % 3 * 100, 33 + number // 3 * 67)
        assert (area.getpixel(middle) == 255) == (number in places)


def test_a_new_scene_has_no_asked_area() -> None:
    scene = read_listing(BEFORE)
    night = Listing("meadow", "night", scene.entries)
    assert asked_area(scene, night, (), (144, 144)) is None
    assert asked_area(scene, scene, read_changes("day -> night"), (144, 144)) is None
    assert asked_area(scene, scene, (), (144, 144)) is None


def test_a_faint_cast_of_the_painter_neither_counts_nor_shows() -> None:
    source = picture(BEFORE)
    tinted = np.asarray(picture(BEFORE.replace("blue", "yellow")), np.int16) + (6, -5, 7)
    painting = Image.fromarray(tinted.clip(0, 255).astype(np.uint8))
    locked = lock_pixels(source, painting)
    assert locked.kept_share > 0.8
    ground = np.abs(cell(locked.image, 8) - cell(source, 8)).max(axis=2)
    assert (ground > 0).mean() < 0.9 and np.median(ground[ground < 12]) <= 1


def test_a_change_of_nearly_everything_is_taken_whole() -> None:
    source = picture(BEFORE)
    painting = picture(BEFORE.replace("meadow, day", "beach, night"))
    assert lock_pixels(source, painting).image.tobytes() == painting.tobytes()


def test_hidden_colours_under_transparency_are_no_change() -> None:
    source = Image.new("RGBA", (144, 144), (0, 0, 0, 0))  # black, but a model sees white
    locked = lock_pixels(source, Image.new("RGB", (144, 144), "white"))
    assert locked.kept_share == 1.0 and locked.image.tobytes() == source.tobytes()


@pytest.mark.parametrize("size", [(1, 1), (7, 301), (145, 143), (333, 97)])
@pytest.mark.parametrize("mode", ["auto", "mask", "off"])
def test_a_soft_mask_of_an_odd_size_holds(size: tuple[int, int], mode: str) -> None:
    source = picture(BEFORE).resize(size)
    mask = Image.radial_gradient("L").resize(size).point([max(0, 160 - v) for v in range(256)])
    painting = Image.eval(picture(BEFORE), lambda value: 255 - value)
    locked = lock_pixels(source, painting, mask=mask, mode=mode)  # type: ignore[arg-type]
    outside = np.asarray(mask) == 0
    assert (np.asarray(locked.image)[outside] == np.asarray(source)[outside]).all()
    assert not np.asarray(locked.region)[outside].any()
    half = (np.asarray(mask) > 100) & (np.asarray(mask) < 160)
    if mode == "mask" and half.any() and min(size) > 50:  # a soft mask mixes
        made, old = (np.asarray(image, np.int32)[half] for image in (locked.image, source))
        assert (made != old).any()


def test_a_window_is_painted_in_its_place_alone() -> None:
    source = picture(BEFORE).resize((900, 600))
    mask = Image.new("L", source.size)
    mask.paste(255, (420, 310, 500, 370))
    window = (400, 300, 544, 400)
    painting = Image.new("RGB", (144, 100), "magenta")
    locked = lock_pixels(source, painting, mask=mask, mode="mask", window=window)
    assert locked.image.getpixel((460, 340)) == (255, 0, 255)
    outside = np.asarray(mask) == 0
    assert (np.asarray(locked.image)[outside] == np.asarray(source)[outside]).all()
    assert locked.kept_share == identical_share(source, locked.image) > 0.98
