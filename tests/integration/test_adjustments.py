"""Exact adjustments through whole turns: from an upload to the stored version."""

import io
from collections.abc import Callable
from types import ModuleType

import numpy as np
from pentimento.agent.conversation import Agent
from pentimento.agent.events import Event, TurnFinished
from pentimento.agent.pictures import encode
from pentimento.agent.raster import Raster, encode_raster, open_raster
from pentimento.memory.records import TurnRecord
from pentimento.model.storybook.scene import parse_listing
from PIL import Image

Say = Callable[..., list[Event]]
LISTING = "snow, day; dog red small top left."


def finished(events: list[Event]) -> TurnRecord:
    last = events[-1]
    assert isinstance(last, TurnFinished), last
    return last.turn


def values(agent: Agent, image_hash: str | None) -> np.ndarray:
    assert image_hash
    return open_raster(agent.store.images.get(image_hash)).values


def painted(scripted: ModuleType) -> Image.Image:
    image: Image.Image = scripted.paint_scene(parse_listing(LISTING))
    return image


def test_sixteen_bits_last_from_the_upload_through_several_adjustments(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    grain = np.random.default_rng(2).integers(0, 257, (144, 144, 3))
    deep = (np.asarray(painted(scripted)).astype(int) * 255 + grain).astype(np.uint16)
    turn = finished(say("rotate it 90 degrees", images=[encode_raster(Raster(deep))]))
    first = values(agent, turn.version)
    assert first.dtype == np.uint16 and (first == np.rot90(deep, -1)).all()
    turn = finished(say("rotate it back by -90 degrees, then flip it and flip it vertically"))
    assert (values(agent, turn.version) == deep[::-1, ::-1]).all()
    assert turn.route == "adjust" and turn.plan and "turned 90 degrees" in turn.plan["changes"][0]


def test_a_photo_on_its_side_is_adjusted_upright(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    image = painted(scripted)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    buffer = io.BytesIO()
    image.transpose(Image.Transpose.ROTATE_90).save(buffer, "PNG", exif=exif)
    turn = finished(
        say("crop to the left half and add a 4 px red border", images=[buffer.getvalue()])
    )
    data = agent.store.images.get(turn.version or "")
    result = open_raster(data).values
    assert result.shape == (152, 80, 3)
    assert (result[4:-4, 4:-4] == np.asarray(image)[:, :72]).all()
    assert b"eXIf" not in data and b"eXIf" not in agent.store.images.get(turn.image_hashes[0])
    assert "80 x 152 pixels" in turn.reply


def test_what_cannot_be_done_is_said_and_what_can_is_done(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    buffer = io.BytesIO()
    painted(scripted).save(buffer, "PNG")
    turn = finished(say("crop to the dog", images=[buffer.getvalue()]))
    assert turn.version == turn.image_hashes[0] and "cannot find the dog" in turn.reply
    turn = finished(say("flip it and write something"))
    assert turn.version is None and turn.reply.startswith("Write what?")
    turn = finished(say("flip it and add a cat"))
    assert turn.version and "I left out “add a cat”" in turn.reply
    turn = finished(say("rotate it by 360 degrees"))
    assert turn.reply.startswith("That leaves every pixel as it was")


def test_again_repeats_an_adjustment_and_keeps_the_ones_before(agent: Agent, say: Say) -> None:
    finished(say("draw a red dog on snow"))
    finished(say("flip it"))
    cropped = finished(say("crop to 50%"))
    for words in ("once more", "do it again"):
        before = values(agent, cropped.version)
        turn = finished(say(words))
        assert turn.route == "adjust" and turn.parent_id == cropped.turn_id
        height, width = before.shape[:2]
        result = values(agent, turn.version)
        assert result.shape[:2] == (height // 2, width // 2)
        top, left = height // 4, width // 4
        assert (result == before[top : top + height // 2, left : left + width // 2]).all()
        cropped = turn
    finished(say("thanks"))
    assert finished(say("again")).route == "adjust"


def test_again_keeps_the_mask_of_what_it_repeats(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    buffer = io.BytesIO()
    painted(scripted).save(buffer, "PNG")
    mask = Image.new("L", (144, 144))
    mask.paste(255, (48, 48, 120, 120))
    first = finished(say("make it sepia", images=[buffer.getvalue()], mask=encode(mask)))
    again = values(agent, finished(say("again")).version)
    is_free = np.asarray(mask) == 255
    assert (again[~is_free] == values(agent, first.version)[~is_free]).all()


def test_rotating_back_takes_the_turn_back(agent: Agent, say: Say) -> None:
    drawn = finished(say("draw a red dog on snow"))
    finished(say("rotate it by 12 degrees"))
    turn = finished(say("rotate it back"))
    assert turn.route == "history" and turn.reply == "I went back 1 step."
    assert agent.store.head_version(drawn.session_id) == drawn.version


def test_a_mask_bounds_an_adjustment_at_full_depth(
    agent: Agent, say: Say, scripted: ModuleType
) -> None:
    grain = np.random.default_rng(3).integers(0, 257, (144, 144, 3))
    deep = (np.asarray(painted(scripted)).astype(int) * 200 + grain).astype(np.uint16)
    mask = Image.new("L", (144, 144))
    mask.paste(255, (48, 48, 120, 120))
    upload = [encode_raster(Raster(deep))]
    turn = finished(say("make it a lot darker", images=upload, mask=encode(mask)))
    assert turn.route == "adjust" and "where the mask lets it" in turn.reply
    result = values(agent, turn.version).astype(int)
    is_free = np.asarray(mask) == 255
    assert (result[~is_free] == deep[~is_free]).all()
    before = deep.astype(int)
    assert (result[60:108, 60:108] < 0.8 * before[60:108, 60:108] + 1).all()  # well inside
    edge = (before - result)[84, 48:60].mean(axis=1) / before[84, 48:60].mean(axis=1)
    assert 0 <= edge[0] < edge[-1]  # the change begins softly


def test_what_moves_every_pixel_knows_no_mask(agent: Agent, say: Say, scripted: ModuleType) -> None:
    buffer = io.BytesIO()
    painted(scripted).save(buffer, "PNG")
    mask = encode(Image.new("L", (144, 144), 255))
    turn = finished(say("rotate it by 90 degrees", images=[buffer.getvalue()], mask=mask))
    assert turn.version == turn.image_hashes[0]
    assert turn.reply.startswith("A mask cannot bound this: rotate is")
