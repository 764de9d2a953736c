"""Edits of a photograph of 12 megapixels through the whole agent."""

import io
import json
import resource
from collections.abc import Callable
from types import ModuleType

import numpy as np
from pentimento.agent.conversation import Agent
from pentimento.agent.events import TurnFinished
from pentimento.agent.pictures import decode
from pentimento.agent.raster import Raster, encode_raster, open_raster
from pentimento.agent.services import Limits
from pentimento.agent.windows import place_box
from pentimento.model.contract import Brief, UnifiedModel
from pentimento.model.storybook.scene import Scene, Thing, parse_listing
from pentimento.ui.measure.large_bench import LargeRequest, measure_large
from PIL import Image, ImageCms

SIZE = (4000, 3000)
SCENE = "meadow, day; cat red small top left; house blue large bottom right."
EDITS = (
    ("make the cat green", "top left"),
    ("add a star at the top right", "top right"),
    ("remove the house", "bottom right"),
)


def photograph(scripted: ModuleType) -> np.ndarray:
    """Return a scene that the test double can read, large and grainy: (H, W, 3), uint8."""
    drawn = scripted.paint_scene(parse_listing(SCENE)).resize(SIZE, Image.Resampling.NEAREST)
    grain = np.random.default_rng(3).integers(-6, 7, (SIZE[1], SIZE[0], 1), dtype=np.int8)
    pixels: np.ndarray = (np.asarray(drawn, np.int16) + grain).clip(0, 255).astype(np.uint8)
    return pixels


def test_edits_of_a_photograph_leave_every_other_place_bit_identical(
    open_agent: Callable[..., Agent], scripted: ModuleType
) -> None:
    def rash(brief: Brief, scene: Scene) -> Scene:  # whatever is asked, it adds a dog
        dog = Thing(4, "dog", "white", "small")
        return Scene(scene.scene, scene.light, (*scene.things, dog))

    agent = open_agent(scripted.ScriptedStorybook(on_paint=rash), Limits(node=300, critic=300))
    session_id = agent.store.create_session().session_id
    photo = photograph(scripted)
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "PNG", compress_level=1)
    before, touched = photo, np.zeros(photo.shape[:2], bool)
    for number, (text, place) in enumerate(EDITS):
        images = [] if number else [file.getvalue()]
        events = list(agent.take_turn(session_id, text, images=images))
        assert isinstance(events[-1], TurnFinished), events[-1]
        turn = events[-1].turn
        assert turn.version and turn.plan
        left, top, right, bottom = place_box(place, SIZE)
        touched[top:bottom, left:right] = True
        after = np.asarray(decode(agent.store.images.get(turn.version)))
        same = (after == before).all(axis=2)
        assert not same[top:bottom, left:right].all()
        same[top:bottom, left:right] = True
        assert same.all()
        measured = float((after == before).all(axis=2).mean())
        assert abs(turn.plan["kept_share"] - measured) < 1e-9
        assert 0.03 < turn.plan["over_edit_share"] < 0.2
        critique = agent.store.candidates(turn.turn_id)[0].critique
        assert critique["over_edit"] == turn.plan["over_edit"]
        unasked = np.asarray(decode(agent.store.images.get(critique["over_edit"])))
        assert unasked[48:96, 48:96].any() and not unasked[:, :40].any()
        painted = next(step for step in agent.store.steps(turn.turn_id) if step.node == "paint")
        assert "kept_share" in json.dumps(painted.output)
        before = after
    assert (before[~touched] == photo[~touched]).all()
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:.0f} MB")


def test_an_edit_keeps_sixteen_bits_and_the_colour_profile(
    open_agent: Callable[..., Agent], scripted: ModuleType
) -> None:
    agent = open_agent(scripted.ScriptedStorybook())
    drawn = np.asarray(scripted.paint_scene(parse_listing(SCENE)).convert("RGB"), np.uint16)
    deep = drawn * 257 ^ np.random.default_rng(5).integers(0, 256, drawn.shape, np.uint16)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    given = encode_raster(Raster(deep, profile, (300.0, 300.0)))
    session_id = agent.store.create_session().session_id
    events = list(agent.take_turn(session_id, "make the cat green", images=[given]))
    assert isinstance(events[-1], TurnFinished) and events[-1].turn.version, events[-1]
    after = open_raster(agent.store.images.get(events[-1].turn.version))
    left, top, right, bottom = place_box("top left", (after.width, after.height))
    changed = (after.values != deep).any(axis=2)
    assert after.values.dtype == np.uint16 and after.profile == profile and after.dpi
    assert changed[top:bottom, left:right].any()
    changed[top:bottom, left:right] = False
    assert not changed.any()


def test_the_shipped_model_edits_a_photograph_and_leaves_the_rest(
    storybook_model: UnifiedModel,
) -> None:
    request = LargeRequest(edits=2, size=(800, 600))
    figures = measure_large(storybook_model, request)
    assert len(figures["edits"]) == 2 and figures["all_outside_identical"]
    assert figures["is_never_touched_identical"] and figures["never_touched_share"] > 0.3
    for edit in figures["edits"]:
        assert 0.5 < edit.identical < 1.0
        assert abs(edit.identical - edit.told_identical) < 1e-9
