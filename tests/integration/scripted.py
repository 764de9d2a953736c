"""A test double: it follows the text language by plain parsing and paints coloured bands.

For the mechanics of the graph alone (crashes, hangs, wrong critics); what the agent is worth is
tested with the shipped checkpoint.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from pentimento.model.contract import Brief, Message, ModelInfo, Picture, Progress
from pentimento.model.errors import CancelledError, ModelError
from pentimento.model.storybook.checks import judge, parse_check
from pentimento.model.storybook.scene import (
    COLOURS,
    KINDS,
    LIGHTS,
    PLACES,
    SCENES,
    SIZES,
    Scene,
    Thing,
    parse_listing,
)
from PIL import Image

SIDE, CELL, BAND = 144, 48, 10
LEVELS, GROUND_LEVELS = (0, 127, 255), (60, 125, 190)
FLAG = (255, 0, 255)


def paint_scene(scene: Scene) -> Image.Image:
    """Return the picture of a scene: bands of colour that can be read back."""
    pixels = np.empty((SIDE, SIDE, 3), np.uint8)
    ground = SCENES.index(scene.scene) * 3 + LIGHTS.index(scene.light)
    pixels[:] = _code(ground, GROUND_LEVELS)
    for thing in scene.things:
        y, x = thing.cell // 3 * CELL + 4, thing.cell % 3 * CELL + 4
        pixels[y : y + BAND, x : x + 4 * BAND] = FLAG
        indices = (
            KINDS.index(thing.kind),
            COLOURS.index(thing.colour),
            SIZES.index(thing.size),
        )
        for row, index in enumerate(indices, 1):
            band = slice(y + row * BAND, y + (row + 1) * BAND)
            pixels[band, x : x + 4 * BAND] = _code(index, LEVELS)
    return Image.fromarray(pixels)


def read_scene(image: Image.Image) -> Scene:
    """Return the scene that `paint_scene` painted."""
    pixels = np.asarray(image.convert("RGB").resize((SIDE, SIDE)), np.int32)
    ground = _decode(pixels[1, 1], GROUND_LEVELS)
    things = []
    for cell in range(9):
        y, x = cell // 3 * CELL + 4 + BAND // 2, cell % 3 * CELL + CELL // 2
        if np.abs(pixels[y, x] - FLAG).sum() > 60:
            continue
        kind, colour, size = (_decode(pixels[y + row * BAND, x], LEVELS) for row in (1, 2, 3))
        things.append(Thing(cell, KINDS[kind], COLOURS[colour], SIZES[size]))
    return Scene(SCENES[ground // 3], LIGHTS[ground % 3], tuple(things))


def _code(index: int, levels: tuple[int, ...]) -> tuple[int, int, int]:
    return levels[index // 9], levels[index // 3 % 3], levels[index % 3]


def _decode(pixel: np.ndarray, levels: tuple[int, ...]) -> int:
    digits = [int(np.argmin(np.abs(np.array(levels) - value))) for value in pixel]
    return digits[0] * 9 + digits[1] * 3 + digits[2]


COMMAND = re.compile(
    r"(?:\bWish: |[,;.&] |\b(?:and|then|also|please) )"
    r"(?:add|make|move|remove|delete|paint|turn|put|swap|change|draw|set|let|colou?r|shrink|grow)\b",
    re.IGNORECASE,
)


@dataclass
class ScriptedStorybook:
    """A `UnifiedModel` by plain rules, whose every part can be made to fail."""

    num_steps: int = 2
    step_seconds: float = 0.0
    answer_seconds: float = 0.0
    is_held: Callable[[], bool] = lambda: False  # while it holds, no painting comes to its end
    describes_edits: bool = True
    on_answer: Callable[[str], str | None] = lambda prompt: None  # replaces an answer; may raise
    on_paint: Callable[[Brief, Scene], Scene] = lambda brief, scene: scene
    asked: list[str] = field(default_factory=list)
    painted: list[Brief] = field(default_factory=list)

    @property
    def info(self) -> ModelInfo:
        return ModelInfo(
            name="scripted",
            family="storybook",
            parameters=0,
            device="cpu",
            dtype="uint8",
            height=SIDE,
            width=SIDE,
            num_inference_steps=self.num_steps,
            describes_edits=self.describes_edits,
            can_draw="I can draw cats, dogs, houses and other simple things.",
        )

    def converse(
        self,
        messages: Sequence[Message],
        *,
        max_new_tokens: int = 256,
        stop: Sequence[str] = (),
        on_token: Callable[[str], None] | None = None,
    ) -> str:
        time.sleep(self.answer_seconds)
        prompt = messages[-1].text
        self.asked.append(prompt)
        answer = self.on_answer(prompt)
        if answer is None:
            answer = self._answer(messages, prompt)
        if on_token is not None:
            for word in re.findall(r"\S+\s*", answer):
                on_token(word)
        return answer

    def choose(self, messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        if any(not isinstance(part, str) for part in messages[-1].content):
            return [0.0 if option == self.converse(messages) else -99.0 for option in options]
        if options[0].endswith(":"):  # the first word of a plan
            wish = messages[-1].text[messages[-1].text.rindex("Wish: ") :]
            deed = "several:" if len(COMMAND.findall(wish)) > 1 else "add:"
            return [0.0 if option == deed else -9.0 for option in options]
        text = messages[-1].text.split(": ", 2)[2].lower()
        return [0.0 if option == route_of(text) else -9.0 for option in options]

    def imagine(
        self,
        briefs: Sequence[Brief],
        *,
        on_step: Callable[[Progress], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> list[Picture]:
        self.painted += briefs
        step = 0
        while step < self.num_steps or self.is_held():
            step = min(step + 1, self.num_steps)
            time.sleep(self.step_seconds)
            if cancel and cancel():
                raise CancelledError("stopped")
            if on_step:
                on_step(Progress(step, self.num_steps))
        pictures = []
        for brief in briefs:
            try:
                scene = parse_listing(brief.prompt)
            except ValueError as error:
                raise ModelError(f"Only listings can be painted: {brief.prompt!r}") from error
            pictures.append(Picture(paint_scene(self.on_paint(brief, scene)), brief.seed))
        return pictures

    def embed(self, images: Sequence[Image.Image]) -> list[list[float]]:
        return [[1.0] for _ in images]

    def _answer(self, messages: Sequence[Message], prompt: str) -> str:
        if prompt == "List the picture.":
            picture = messages[-1].content[0]
            assert isinstance(picture, Image.Image)
            return str(read_scene(picture))
        word, _, rest = prompt.partition(": ")
        if word == "Draw":
            return _draw(rest)
        scene = parse_listing(messages[1].text)
        if word == "Question":
            return _question(scene, rest)
        if word == "Check":
            verdicts, revision = judge([parse_check(check) for check in rest.split("; ")], scene)
            said = "; ".join(f"{evidence} {'yes' if held else 'no'}" for evidence, held in verdicts)
            return f"{said} => {revision}"
        last = re.search(r"^Last: (.*)$", prompt, re.MULTILINE)
        return _wish(scene, prompt.rpartition("Wish: ")[2], last[1] if last else None)


def route_of(text: str) -> str:
    """Return the route of a canonical sentence."""
    starts = {
        "draw": r"(draw|paint)\b",
        "answer": r"(how|what|where|is|which)\b",
        "history": r"(undo|redo|go back|compare)\b",
        "adjust": r"(crop|rotate|flip|brighten|resize)\b",
        "chat": r"(hello|thanks)\b",
        "outside": r"(write|sing)\b",
    }
    return next((route for route, start in starts.items() if re.match(start, text)), "edit")


def _parts(text: str) -> tuple[list[str], str | None]:
    """Return the words of the language in a text, and its first unknown noun."""
    match = re.search(r"\b(elephant|car park)\b", text)
    words = re.findall(r"\w+", text)
    return words, match[1] if match else None


def _find(words: Sequence[str], known: Sequence[str]) -> str | None:
    return next((word for word in words if word in known), None)


def _place(text: str) -> str | None:
    text = text.replace("in the center", "middle center")
    return next((place for place in PLACES if place in text), None)


def _draw(text: str) -> str:
    words, unknown = _parts(text.lower())
    if unknown:
        return f"outside: I cannot draw an {unknown}."
    if not _find(words, KINDS):
        return "unclear: What should I draw?"
    scene, light = _find(words, SCENES), _find(words, LIGHTS)
    asked, things, free = [], [], list(range(9))
    for clause in re.split(r" and |,", text.lower()):
        words = re.findall(r"\w+", clause)
        kind = _find(words, KINDS)
        if not kind:
            continue
        colour, size, place = _find(words, COLOURS), _find(words, SIZES), _place(clause)
        asked.append(" ".join(word for word in (kind, colour, size, place) if word))
        cell = PLACES.index(place) if place else free[-1]
        free.remove(cell)
        things.append(Thing(cell, kind, colour or "red", size or "small"))
    asked += [word for word in (scene, light) if word]
    return f"{'; '.join(asked)} => {Scene(scene or 'meadow', light or 'day', tuple(things))}"


def _question(scene: Scene, text: str) -> str:
    kind = _find(re.findall(r"[a-z]+", text.lower()), KINDS)
    things = [thing for thing in scene.things if kind in (None, thing.kind)]
    evidence = "; ".join(map(str, things)) or "nothing"
    if text.lower().startswith("how many"):
        return f"{evidence} => There are {len(things)}."
    if not things:
        return f"nothing => There is no {kind}."
    return f"{things[0]} => It is {things[0].colour}."


def _wish(scene: Scene, text: str, last: str | None) -> str:
    things, changes = list(scene.things), []
    name, light = scene.scene, scene.light
    for clause in re.split(r" and ", text.lower()):
        words = re.findall(r"\w+", clause)
        if _parts(clause)[1]:
            return f"outside: I cannot draw an {_parts(clause)[1]}."
        new_scene, new_light = _find(words, SCENES), _find(words, LIGHTS)
        if new_scene or new_light:
            if new_scene:
                changes.append(f"{name} -> {new_scene}")
                name = new_scene
            if new_light:
                changes.append(f"{light} -> {new_light}")
                light = new_light
            continue
        kind, colour, size = _find(words, KINDS), _find(words, COLOURS), _find(words, SIZES)
        place = _place(clause)
        if words[0] == "add":
            cell = PLACES.index(place or "top right")
            new = Thing(cell, kind or "star", colour or "yellow", size or "small")
            if any(thing.cell == cell for thing in things):
                return f"unclear: There is no room at the {PLACES[cell]}. Where should it go?"
            changes.append(f"nothing -> {new}")
            things.append(new)
            continue
        found = [t for t in things if t.kind == kind] if kind else []
        alike = [t for t in found if t.colour in words]
        if len(found) > 1 and len(alike) == 1:
            found = alike
            colour = _find([word for word in words if word != alike[0].colour], COLOURS)
        if kind is None:
            found = [t for t in things if str(t) == last]
        if not found:
            ask = f"There is no {kind}. Which thing do you mean?" if kind else "Which one?"
            return f"unclear: {ask}"
        if len(found) > 1:
            ones = " or ".join(f"the {t.colour} one at the {t.place}" for t in found)
            return f"unclear: Which {kind} do you mean, {ones}?"
        old = found[0]
        things.remove(old)
        if words[0] == "remove":
            changes.append(f"{old} -> nothing")
            continue
        cell = PLACES.index(place) if place else old.cell
        new = Thing(cell, old.kind, colour or old.colour, size or old.size)
        changes.append(f"{old} -> {new}")
        things.append(new)
    return f"{'; '.join(changes)} => {Scene(name, light, tuple(things))}"
