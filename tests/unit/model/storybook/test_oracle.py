"""The oracle: reads clean and worn pictures, and admits what it cannot explain."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from pentimento.model.storybook.oracle import Oracle
from pentimento.model.storybook.renderer import Renderer, cell_box
from pentimento.model.storybook.scene import (
    COLOURS,
    CORE_COLOURS,
    CORE_KINDS,
    KINDS,
    LIGHTS,
    SCENES,
    SIZES,
    Scene,
    Thing,
)
from PIL import Image, ImageFilter

Wear = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(144)


def random_thing(generator: np.random.Generator, cell: int) -> Thing:
    kind, colour, size = (
        words[generator.integers(len(words))] for words in (KINDS, COLOURS, SIZES)
    )
    return Thing(cell, kind, colour, size)


def random_scene(generator: np.random.Generator, count: int) -> Scene:
    cells = generator.permutation(9)[:count]
    things = tuple(random_thing(generator, int(cell)) for cell in cells)
    scene, light = (words[generator.integers(len(words))] for words in (SCENES, LIGHTS))
    return Scene(scene, light, things)


def keep(image: Image.Image) -> Image.Image:
    return image


def add_noise(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image, np.float32)
    noise = np.random.default_rng(5).normal(0, 8, pixels.shape)
    return Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))


def blur(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(0.8))


def compress(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=60)
    return Image.open(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize(
    ("wear", "least"), [(keep, 0.995), (add_noise, 0.98), (blur, 0.98), (compress, 0.98)]
)
def test_pictures_are_read_back(
    oracle: Oracle, renderer: Renderer, wear: Wear, least: float
) -> None:
    generator = np.random.default_rng(11)
    scenes = [random_scene(generator, i % 6) for i in range(300)]
    readings = oracle.read_batch([wear(renderer.render(scene)) for scene in scenes])
    pairs = list(zip(scenes, readings, strict=True))
    right = sum(len(set(scene.things) & set(found.scene.things)) for scene, found in pairs)
    invented = sum(len(set(found.scene.things) - set(scene.things)) for scene, found in pairs)
    total = sum(len(scene.things) for scene in scenes)
    assert right / total >= least
    assert invented / total <= 1 - least
    assert all(
        (scene.scene, scene.light) == (found.scene.scene, found.scene.light)
        for scene, found in pairs
    )
    assert all(found.is_sure for found in readings)


def test_the_mean_of_two_objects_is_unsure(oracle: Oracle, renderer: Renderer) -> None:
    generator = np.random.default_rng(12)
    flagged, wrong = 0, 0
    for _ in range(200):
        scene = random_scene(generator, 3)
        first, *others = scene.things
        other = random_thing(generator, first.cell)
        while other.kind == first.kind:
            other = random_thing(generator, first.cell)
        changed = Scene(scene.scene, scene.light, (other, *others))
        blended = Image.blend(renderer.render(scene), renderer.render(changed), 0.5)
        reading = oracle.read(blended)
        flagged += first.cell in reading.unsure
        wrong += len(set(reading.unsure) - {first.cell})
    assert flagged >= 198
    assert wrong == 0


def test_a_smeared_object_is_unsure(oracle: Oracle, renderer: Renderer) -> None:
    generator = np.random.default_rng(13)
    flagged = 0
    for _ in range(100):
        scene = random_scene(generator, 2)
        box = cell_box(scene.things[0].cell, 144)
        picture = renderer.render(scene)
        picture.paste(picture.crop(box).filter(ImageFilter.GaussianBlur(4)), box)
        flagged += scene.things[0].cell in oracle.read(picture).unsure
    assert flagged >= 98


def test_a_foreign_background_is_unsure(oracle: Oracle) -> None:
    noise = np.random.default_rng(14).integers(0, 256, (144, 144, 3), dtype=np.uint8)
    for picture in (Image.fromarray(noise), Image.new("RGB", (300, 200), (128, 128, 128))):
        assert oracle.read(picture).background_unsure


def test_pictures_of_other_sizes_and_modes_are_read(oracle: Oracle) -> None:
    scene = Scene("city", "night", (Thing(0, "robot", "pink", "small"),))
    for size in (96, 288):
        reading = oracle.read(Renderer(size).render(scene).convert("RGBA"))
        assert reading.scene == scene


def test_a_smaller_vocabulary_names_nothing_else(renderer: Renderer) -> None:
    core = Oracle(kinds=CORE_KINDS, colours=CORE_COLOURS)
    known = Scene("snow", "day", (Thing(3, "cat", "white", "small"),))
    assert core.read(renderer.render(known)).scene == known
    foreign = Scene("snow", "day", (Thing(3, "robot", "pink", "large"),))
    assert core.read(renderer.render(foreign)).unsure == (3,)


def test_a_batch_reads_like_single_pictures(oracle: Oracle, renderer: Renderer) -> None:
    generator = np.random.default_rng(15)
    pictures = [renderer.render(random_scene(generator, i % 6)) for i in range(40)]
    batch = oracle.read_batch(pictures)
    assert oracle.read_batch([]) == []
    for i in (0, 17, 39):
        single = oracle.read(pictures[i])
        assert (single.scene, single.unsure) == (batch[i].scene, batch[i].unsure)


def test_an_uneven_size_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 18"):
        Oracle(size=150)
