"""From briefs to what a decoder needs: the prompts of the published wording, groups of one size."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from ... import InputError
from ..contract import MAX_SIDE, MIN_SIDE, Brief, Message
from .settings import DecoderKind, ModelSettings

# The wording of the published training data (README and scripts of modelscope/Nexus-Gen).
GENERATION_PROMPT = "Generate an image according to the following description: {prompt}"
GENERATION_ANSWER = "Here is an image based on the description: "
EDITING_ANSWER = "Here is the image: "
GENERATION_PROMPT_ZH = "根据以下描述生成一张图像：{prompt}"
GENERATION_ANSWER_ZH = "这是根据您的描述生成的图像："
EDITING_ANSWER_ZH = "以下为编辑后的图像："


@dataclass(frozen=True)
class PaintingTask:
    """One brief, settled: what is said, which decoder paints, from what, and at which size."""

    brief: Brief
    messages: tuple[Message, ...]
    answer: str
    kind: DecoderKind
    reference: Image.Image | None  # the picture that the edit decoder sees
    height: int  # pixels to be painted; the picture is then brought to the brief's size
    width: int
    wanted: tuple[int, int]  # height, width of the picture that is returned
    num_inference_steps: int | None

    @property
    def group(self) -> tuple[DecoderKind, int, int, int | None]:
        """Return what all pictures of one batch have in common."""
        return self.kind, self.height, self.width, self.num_inference_steps


def settle(
    brief: Brief, settings: ModelSettings, *, size_step: int, has_fixed_size: bool
) -> PaintingTask:
    """Return a brief as a task; sides are rounded up to multiples of `size_step`.

    A model of a fixed size paints at that size, whatever the brief says.
    """
    if not brief.prompt.strip():
        raise InputError("There is nothing to paint: the prompt is empty.")
    for side in (brief.height, brief.width):
        if side is not None and not MIN_SIDE <= side <= MAX_SIDE:
            raise InputError(
                f"A side of {side} pixels cannot be painted: {MIN_SIDE} to {MAX_SIDE} can."
            )
    pictures = [picture for picture in (brief.source, *brief.references) if picture is not None]
    wanted = brief.height or settings.height, brief.width or settings.width
    height, width = settings.height, settings.width
    if not has_fixed_size:
        if pictures and brief.height is brief.width is None:
            wanted = shape_of(pictures[0], settings.height * settings.width, size_step)
        height, width = wanted
    messages, answer = _wording(brief.prompt, [] if settings.describes_edits else pictures)
    return PaintingTask(
        brief,
        messages,
        answer,
        kind="edit" if pictures else "generation",
        reference=pictures[0] if pictures else None,
        height=-(-height // size_step) * size_step,
        width=-(-width // size_step) * size_step,
        wanted=wanted,
        num_inference_steps=brief.num_inference_steps or settings.num_inference_steps,
    )


def shape_of(picture: Image.Image, area: int, size_step: int) -> tuple[int, int]:
    """Return height and width of about `area` pixels in a picture's aspect, in whole steps."""
    scale = math.sqrt(area / (picture.width * picture.height))
    height, width = (
        min(MAX_SIDE, max(size_step, round(side * scale / size_step) * size_step))
        for side in (picture.height, picture.width)
    )
    return height, width


def grouped(tasks: Sequence[PaintingTask]) -> list[list[int]]:
    """Return the numbers of the tasks that can be painted as one batch, group by group."""
    groups: dict[tuple, list[int]] = {}
    for number, task in enumerate(tasks):
        groups.setdefault(task.group, []).append(number)
    return list(groups.values())


def _wording(prompt: str, pictures: list[Image.Image]) -> tuple[tuple[Message, ...], str]:
    """Return the conversation and the beginning of the answer, before the picture."""
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in prompt)
    if pictures:
        answer = EDITING_ANSWER_ZH if is_chinese else EDITING_ANSWER
        return (Message("user", (*pictures, f" {prompt}")),), answer
    wording = GENERATION_PROMPT_ZH if is_chinese else GENERATION_PROMPT
    answer = GENERATION_ANSWER_ZH if is_chinese else GENERATION_ANSWER
    return (Message("user", (wording.format(prompt=prompt),)),), answer
