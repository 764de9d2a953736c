"""The renderer: same scene, same pixels; cells that know nothing of each other; readable looks."""

import itertools
import time

import numpy as np
import pytest
from pentimento.model.storybook.backgrounds import SCENERY
from pentimento.model.storybook.renderer import Renderer, cell_box
from pentimento.model.storybook.scene import COLOURS, KINDS, LIGHTS, SCENES, SIZES, Scene, Thing
from pentimento.model.storybook.sprites import DRAWINGS, PALETTE

LOOKS = list(itertools.product(KINDS, COLOURS, SIZES))


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(144)


def random_scenes(count: int, seed: int) -> list[Scene]:
    generator = np.random.default_rng(seed)
    scenes = []
    for i in range(count):
        cells = generator.permutation(9)[: i % 6]
        looks = [LOOKS[generator.integers(len(LOOKS))] for _ in cells]
        things = tuple(Thing(int(cell), *look) for cell, look in zip(cells, looks, strict=True))
        scene = SCENES[generator.integers(len(SCENES))]
        scenes.append(Scene(scene, LIGHTS[generator.integers(len(LIGHTS))], things))
    return scenes


def test_every_word_of_the_world_has_a_look() -> None:
    assert set(DRAWINGS) == set(KINDS)
    assert set(PALETTE) == set(COLOURS)
    assert set(SCENERY) == set(SCENES)


def test_the_same_scene_always_gives_the_same_pixels(renderer: Renderer) -> None:
    scenes = random_scenes(6, seed=0)
    again = Renderer(144).render_batch(scenes)
    assert np.array_equal(renderer.render_batch(scenes), again)
    assert np.array_equal(np.asarray(renderer.render(scenes[5])), again[5])
    assert again.shape == (6, 144, 144, 3)
    assert again.dtype == np.uint8


def test_a_cell_depends_on_scene_light_and_its_own_object_only(renderer: Renderer) -> None:
    scenes = random_scenes(60, seed=1)
    for scene, picture in zip(scenes, renderer.render_batch(scenes), strict=True):
        for cell in range(9):
            left, top, right, bottom = cell_box(cell, 144)
            alone = renderer.cell_pixels(scene.scene, scene.light, cell, scene.at(cell))
            assert np.array_equal(picture[top:bottom, left:right], alone)


@pytest.mark.parametrize("look", LOOKS, ids=" ".join)
def test_an_object_lies_strictly_inside_its_cell(
    renderer: Renderer, look: tuple[str, str, str]
) -> None:
    _, veil = renderer.sprite("day", *look)
    edge = np.ones((48, 48), bool)
    edge[1:-1, 1:-1] = False
    assert (veil[edge] == 255).all()
    rows, columns = np.nonzero(veil[..., 0] < 128)
    low, high = (36, 46) if look[2] == "large" else (22, 30)
    assert low <= max(np.ptp(rows), np.ptp(columns)) + 1 <= high
    assert abs((columns.min() + columns.max()) / 2 - 23.5) <= 3


def test_all_objects_differ_clearly_in_every_light(renderer: Renderer) -> None:
    for light in LIGHTS:
        sprites = [renderer.sprite(light, *look)[0].astype(np.float32) for look in LOOKS]
        flat = np.stack(sprites).reshape(len(LOOKS), -1)
        squares = (flat**2).sum(1)
        distances = squares[:, None] + squares - 2 * flat @ flat.T
        np.fill_diagonal(distances, np.inf)
        assert (distances.min() / flat.shape[1]) ** 0.5 > 7  # grey levels over the whole cell


def test_colours_stay_apart_in_every_light(renderer: Renderer) -> None:
    for light in LIGHTS:
        bodies = []
        for colour in COLOURS:
            pixels, _ = renderer.sprite(light, "apple", colour, "large")
            bodies.append(np.median(pixels[22:36, 12:34].reshape(-1, 3), axis=0))
        gaps = [np.linalg.norm(a - b) for a, b in itertools.combinations(bodies, 2)]
        assert min(gaps) > 55


def test_the_lights_change_the_mood(renderer: Renderer) -> None:
    for scene in SCENES:
        day, sunset, night = (
            renderer.background(scene, light).mean((0, 1)) for light in ("day", "sunset", "night")
        )
        assert night.mean() < 0.6 * day.mean()
        assert night[2] > night[0]  # blue
        assert sunset[0] - sunset[2] > day[0] - day[2] + 20  # warmer


@pytest.mark.parametrize("size", [96, 288, 576])
def test_other_sizes_show_the_same_picture(renderer: Renderer, size: int) -> None:
    scene = Scene("beach", "sunset", (Thing(1, "kite", "blue", "large"),))
    picture = Renderer(size).render(scene)
    assert picture.size == (size, size)
    small = np.asarray(picture.resize((48, 48)), float)
    same = np.asarray(renderer.render(scene).resize((48, 48)), float)
    assert np.abs(small - same).mean() < 4


@pytest.mark.parametrize("size", [0, -3, 100])
def test_a_size_without_nine_equal_cells_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="multiple of 3"):
        Renderer(size)


def test_two_thousand_scenes_a_second(renderer: Renderer) -> None:
    scenes = random_scenes(300, seed=2)
    renderer.render_batch(scenes)
    start = time.process_time()
    renderer.render_batch(scenes)
    assert len(scenes) / (time.process_time() - start) > 2000
