"""Stories: YAML scripts of a session, read with errors that name the line and the step."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .. import InputError
from .numbers import NUMBERS
from .services import MAX_CANDIDATES, MAX_ROUNDS

StepKind = Literal["draw", "edit", "ask", "adjust", "undo", "redo", "say"]
STEP_KINDS: tuple[StepKind, ...] = ("draw", "edit", "ask", "adjust", "undo", "redo", "say")
STORY_KEYS = ("title", "seed", "candidates", "max_rounds", "steps")
STEP_KEYS = ("expect", "image", "seed", "answer")
MAX_STEPS = 1_000
MAX_BYTES = 1_000_000
NUMBER_WORDS = {word: str(number) for number, word in enumerate(("zero", *NUMBERS))}


@dataclass(frozen=True)
class StoryStep:
    """One step of a story."""

    number: int  # from 1
    line: int
    kind: StepKind
    text: str
    expect: tuple[str, ...] = ()  # any of these must be in the reply; none: nothing is expected
    image: Path | None = None
    seed: int | None = None
    answer: str | None = None  # to a question that the agent may ask back


@dataclass(frozen=True)
class Story:
    """A whole script."""

    title: str
    steps: tuple[StoryStep, ...]
    seed: int | None = None
    candidates: int | None = None
    max_rounds: int | None = None


def load_story(path: Path) -> Story:
    """Return the story in a file; pictures it names lie relative to it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is too large for a story: at most {MAX_BYTES:,} bytes.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InputError(f"The story {path} cannot be read: {reason}.") from error
    return read_story(text, path.name, path.parent)


def read_story(text: str, name: str = "story", folder: Path = Path()) -> Story:
    """Return the story that a YAML text spells; InputError names the line and the step."""
    return _Reader(name, folder).story(text)


def meets(expected: tuple[str, ...], reply: str) -> bool:
    """Return whether a reply holds one of the expected words; "2" and "two" are the same."""
    said = _words(reply)
    return not expected or any(f" {_words(one)} " in f" {said} " for one in expected)


def _words(text: str) -> str:
    words = re.findall(r"\w+", text.lower())
    return " ".join(NUMBER_WORDS.get(word, word) for word in words)


class _Reader:
    """Reads a story from YAML nodes, which know their lines."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder

    def story(self, text: str) -> Story:
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            where = f"line {mark.line + 1}" if mark else "somewhere"
            raise InputError(f"{self._name}, {where}: this is no YAML: {error.problem}.") from error
        except yaml.YAMLError as error:
            raise InputError(f"{self._name}: this is no YAML: {error}.") from error
        if not isinstance(root, MappingNode):
            raise InputError(f"{self._name}: a story has a title and steps.")
        items = self._items(root, STORY_KEYS, "a story")
        steps = items.get("steps")
        if not isinstance(steps, SequenceNode) or not steps.value:
            raise self._error(steps or root, "a story needs a list of steps")
        if len(steps.value) > MAX_STEPS:
            raise self._error(steps, f"a story has at most {MAX_STEPS:,} steps")
        title = items.get("title")
        return Story(
            title=self._text(title, "the title") if title else Path(self._name).stem,
            steps=tuple(self._step(number, node) for number, node in enumerate(steps.value, 1)),
            seed=self._number(items.get("seed"), "the seed", 0, 2**31 - 1),
            candidates=self._number(items.get("candidates"), "candidates", 1, MAX_CANDIDATES),
            max_rounds=self._number(items.get("max_rounds"), "max_rounds", 1, MAX_ROUNDS),
        )

    def _step(self, number: int, node: Node) -> StoryStep:
        what = f"step {number}"
        line = node.start_mark.line + 1
        if isinstance(node, ScalarNode) and node.value in ("undo", "redo"):
            kind: StepKind = "undo" if node.value == "undo" else "redo"
            return StoryStep(number, line, kind, kind)
        if not isinstance(node, MappingNode):
            raise self._error(node, f"{what} is no step; write for example `- draw: a red cat`")
        items = self._items(node, (*STEP_KINDS, *STEP_KEYS), what)
        kinds = [kind for kind in STEP_KINDS if kind in items]
        if len(kinds) != 1:
            raise self._error(node, f"{what} needs exactly one of {', '.join(STEP_KINDS)}")
        kind = kinds[0]
        value = items[kind]
        is_bare = kind in ("undo", "redo") and isinstance(value, ScalarNode) and not value.value
        text = kind if is_bare else self._text(value, f"{what}, {kind}")
        if "expect" in items and kind not in ("ask", "say"):
            raise self._error(items["expect"], f"{what}: only an ask has an expect")
        return StoryStep(
            number=number,
            line=line,
            kind=kind,
            text=text,
            expect=self._texts(items.get("expect"), f"{what}, expect"),
            image=self._image(items.get("image"), what),
            seed=self._number(items.get("seed"), f"{what}, seed", 0, 2**31 - 1),
            answer=self._text(items["answer"], f"{what}, answer") if "answer" in items else None,
        )

    def _items(self, node: MappingNode, known: tuple[str, ...], what: str) -> dict[str, Node]:
        items: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                raise self._error(key, f"{what} has no {name!r}; it has {', '.join(known)}")
            if name in items:
                raise self._error(key, f"{what} has {name!r} twice")
            items[name] = value
        return items

    def _text(self, node: Node, what: str) -> str:
        if not isinstance(node, ScalarNode) or not str(node.value).strip():
            raise self._error(node, f"{what} needs a text")
        return str(node.value).strip()

    def _texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        if node is None:
            return ()
        if isinstance(node, SequenceNode) and node.value:
            return tuple(self._text(one, what) for one in node.value)
        return (self._text(node, what),)

    def _number(self, node: Node | None, what: str, low: int, high: int) -> int | None:
        if node is None:
            return None
        text = node.value if isinstance(node, ScalarNode) else ""
        if not re.fullmatch(r"\d{1,10}", text) or not low <= int(text) <= high:
            raise self._error(node, f"{what} is a whole number between {low:,} and {high:,}")
        return int(text)

    def _image(self, node: Node | None, what: str) -> Path | None:
        if node is None:
            return None
        path = self._folder / self._text(node, f"{what}, image")
        if not path.is_file():
            raise self._error(node, f"{what}: there is no picture {path}")
        return path

    def _error(self, node: Any, sentence: str) -> InputError:
        return InputError(f"{self._name}, line {node.start_mark.line + 1}: {sentence}.")
