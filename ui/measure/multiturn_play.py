"""Scripted sessions played through the agent: every turn said, its picture read, and scored."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...agent.clauses import clauses_of
from ...agent.conversation import Agent
from ...agent.dialogue import weigh_deeds
from ...agent.events import CandidatePainted, Clarify, Critiqued, Event, TurnFinished
from ...agent.lock import identical_share
from ...agent.pictures import decode, encode, flatten
from ...agent.services import Limits, TurnOptions
from ...agent.squash import SQUASH_TEXT
from ...agent.stories import meets
from ...memory.images import ImageStore
from ...memory.records import CandidateRecord, TurnRecord
from ...memory.store import SessionStore
from ...model.contract import UnifiedModel
from ...model.storybook.oracle import Oracle, Reading
from ...model.storybook.renderer import Renderer
from ...model.storybook.scene import Scene
from ...prompts.loader import PromptLibrary
from .multiturn_cases import MultiturnCase
from .multiturn_score import (
    Seen,
    TurnScore,
    consistency,
    followed,
    ground_of,
    is_collapsed,
    seen_after,
    sure_things,
)
from .multiturn_script import ScriptTurn
from .scoring import score_picture
from .workbench import CaseLog

SQUASH_EVERY = 5
BACK = {1: "undo", 2: "go back two steps", 3: "go back three steps", 4: "go back four steps"}
BLANK = Reading(Scene("meadow", "day", ()), tuple(range(9)), (0.0,) * 9, True)  # of no picture


@dataclass
class Said:
    """What came of one scripted turn, which may be several of the agent's."""

    words: list[str] = field(default_factory=list)
    turns: list[TurnRecord | None] = field(default_factory=list)  # None: asked back, or failed
    told: str = ""  # the last reply, question or failure
    has_asked: bool = False
    paintings: int = 0
    critiques: int = 0
    ms: float = 0.0

    @property
    def done(self) -> TurnRecord | None:
        """Return the last turn, if all were done."""
        return self.turns[-1] if self.turns and all(self.turns) else None


@dataclass
class Playing:
    """A session on its way: the pictures after each turn, and the scores."""

    session_id: str
    seed: int
    pictures: list[str | None] = field(default_factory=list)
    scores: list[TurnScore] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)  # after each turn
    is_thing_seen: bool = False  # what a wish keeps was in the picture when it was told


class Stage:
    """An agent on a store of its own, on which the sessions of one case are played."""

    def __init__(
        self, model: UnifiedModel, case: MultiturnCase, folder: Path, oracle: Oracle, log: CaseLog
    ) -> None:
        """Take the model and the judge; the folder is made."""
        folder.mkdir(parents=True)
        self._case, self._oracle, self._log = case, oracle, log
        self._renderer = Renderer()
        self._store = SessionStore(f"sqlite:///{folder / 'p.db'}", ImageStore(folder / "images"))
        limits = Limits(critic=case.critic_seconds) if case.critic_seconds else None
        prompts = PromptLibrary(model.info.family)
        self._asked = model, prompts  # what tells the wishes of a sentence apart
        self._agent = Agent(case.model_of(model), self._store, prompts, limits=limits)
        self._readings: dict[str, Reading] = {}

    def close(self) -> None:
        """Stop what runs."""
        self._agent.close()
        self._store.close()

    def play(self, script: Sequence[ScriptTurn], number: int) -> list[TurnScore]:
        """Return a score a turn of one session."""
        playing = Playing(self._store.create_session().session_id, 1000 * number)
        variant = self._case.variant
        for index, turn in enumerate(script):
            said = self._say_turn(playing, turn, index)
            if variant.squashes and index % SQUASH_EVERY == SQUASH_EVERY - 1:
                self._say(playing, SQUASH_TEXT, variant.options, index, Said())
            picture = self._agent.view(playing.session_id).picture
            score = self._score(playing, turn, said, picture)
            playing.scores.append(score)
            playing.pictures.append(picture)
            self._log.note(
                f"{self._case.name}/{number}/{index + 1}",
                turn.kind,
                asked=" | ".join(said.words) or f"({turn.text}: nothing to undo)",
                wanted=turn.answer or str(turn.wanted),
                got=f"{said.told} | {self._read(picture).scene}",
                is_right=score.is_followed is not False,
            )
        self._readings.clear()
        return playing.scores

    def _say_turn(self, playing: Playing, turn: ScriptTurn, index: int) -> Said:
        """Say a turn; a sentence of several wishes in parts, where the variant splits."""
        variant, said = self._case.variant, Said()
        texts = self._wishes_of(turn) if variant.is_split and turn.kind == "edit" else []
        if turn.kind == "revert":
            texts = _back_words(self._agent, playing, turn)
        elif not texts:
            texts = [turn.text]
        images = []
        if turn.is_upload and turn.before:
            images = [encode(self._renderer.render(turn.before))]
        options = replace(variant.options, route="draw" if turn.kind == "draw" else None)
        start = time.perf_counter()
        for text in texts:
            self._say(playing, text, options, index, said, images)
            images = []
        said.ms = round((time.perf_counter() - start) * 1000, 1)
        return said

    def _wishes_of(self, turn: ScriptTurn) -> list[str]:
        """Return the wishes of a turn one by one, told apart as the agent tells them."""
        caption = str(turn.before)
        return clauses_of(turn.text, lambda words: weigh_deeds(*self._asked, words, caption))

    def _say(
        self,
        playing: Playing,
        text: str,
        options: TurnOptions,
        index: int,
        said: Said,
        images: Sequence[bytes] = (),
    ) -> None:
        """Take one turn of the agent; one that asks back is given up, for nobody answers."""
        events: list[Event] = list(
            self._agent.take_turn(
                playing.session_id,
                text,
                images=images,
                seed=playing.seed + index,
                options=options,
            )
        )
        match events[-1]:
            case TurnFinished(_, done):
                said.turns.append(done)
                said.told = done.reply
            case Clarify(turn_id, question):
                self._agent.cancel(turn_id)
                said.turns.append(None)
                said.told, said.has_asked = question, True
            case other:
                said.turns.append(None)
                said.told = str(getattr(other, "error", other))
        said.words.append(text)
        said.paintings += sum(isinstance(event, CandidatePainted) for event in events)
        said.critiques += sum(isinstance(event, Critiqued) for event in events)

    def _score(
        self, playing: Playing, turn: ScriptTurn, said: Said, picture: str | None
    ) -> TurnScore:
        reading, done = self._read(picture), said.done
        before = playing.pictures[-1] if playing.pictures else None
        is_local = turn.before and ground_of(turn.before) == ground_of(turn.wanted)
        earlier = _seen_before(playing, turn)
        if turn.same_as is not None:
            playing.seen.append(playing.seen[turn.same_as])
        else:
            playing.seen.append(seen_after(reading, turn.wanted, turn.before, earlier))
        if turn.kind == "wish":
            playing.is_thing_seen = turn.held_thing in sure_things(reading)
        return TurnScore(
            kind=turn.kind,
            is_done=done is not None or not said.turns,
            has_asked=said.has_asked,
            is_followed=_is_followed(turn, said, reading, picture, playing.pictures),
            consistency=consistency(reading, turn.wanted, turn.before, earlier or playing.seen[-1]),
            is_exact=score_picture(reading, turn.wanted).is_exact,
            is_collapsed=is_collapsed(reading),
            is_back=_is_back(turn, picture, playing.pictures) if said.turns else None,
            is_answered=_is_answered(turn, done),
            is_held=_is_held(turn, reading, is_thing_seen=playing.is_thing_seen),
            kept_share=self._kept_share(before, picture) if turn.is_edit and is_local else None,
            paintings=said.paintings,
            critiques=said.critiques,
            is_needless=self._is_needless(turn, said),
            ms=said.ms,
        )

    def _is_needless(self, turn: ScriptTurn, said: Said) -> bool | None:
        """Return whether a right first round was followed by another; None if it was not right."""
        done = said.done
        told = self._store.candidates(done.turn_id) if done and done.brief else []
        first = [one for one in told if one.round == 0]
        if not first or len(said.turns) > 1:
            return None
        best = max(first, key=_score_of)  # of equals the first, as the agent keeps it
        if not followed(self._read(best.image_hash), turn.wanted, turn.before):
            return None
        return any(one.round > 0 for one in told)

    def _kept_share(self, before: str | None, picture: str | None) -> float | None:
        if before is None or picture is None:
            return None
        images = self._store.images
        return identical_share(decode(images.get(before)), decode(images.get(picture)))

    def _read(self, image_hash: str | None) -> Reading:
        if image_hash is None:
            return BLANK
        if image_hash not in self._readings:
            image = flatten(decode(self._store.images.get(image_hash)))
            self._readings[image_hash] = self._oracle.read(image)
        return self._readings[image_hash]


def _back_words(agent: Agent, playing: Playing, turn: ScriptTurn) -> list[str]:
    """Return what a person says who wants an earlier picture back.

    Counted from what was really painted: a person does not undo an edit that came to nothing, and
    undoes twice what was painted in two steps. Empty: that picture is the current one.
    """
    assert turn.same_as is not None
    path = [one.version for one in agent.view(playing.session_id).path if one.version]
    wanted = playing.pictures[turn.same_as]
    if wanted not in path:
        return [turn.text]
    steps = len(path) - 1 - max(at for at, one in enumerate(path) if one == wanted)
    if not steps:
        return []
    return [BACK[steps]] if steps in BACK else ["undo"] * steps


def _is_followed(
    turn: ScriptTurn,
    said: Said,
    reading: Reading,
    picture: str | None,
    pictures: Sequence[str | None],
) -> bool | None:
    """Return whether a turn did what it was told; None: nothing had to be said."""
    done = said.done
    if not said.turns:
        return None
    if done is None or picture is None:
        return False
    if turn.kind == "revert":
        return bool(_is_back(turn, picture, pictures))
    if turn.kind == "question":
        return bool(_is_answered(turn, done))
    if turn.kind == "wish":
        return bool((done.plan or {}).get("told"))
    return followed(reading, turn.wanted, turn.before)


def _is_back(turn: ScriptTurn, picture: str | None, pictures: Sequence[str | None]) -> bool | None:
    return None if turn.same_as is None else pictures[turn.same_as] == picture


def _is_answered(turn: ScriptTurn, done: TurnRecord | None) -> bool | None:
    if turn.answer is None:
        return None
    return meets((turn.answer,), done.reply if done else "")


def _is_held(turn: ScriptTurn, reading: Reading, *, is_thing_seen: bool) -> bool | None:
    """Return whether a standing wish holds; None: there is none, or nothing that it could keep."""
    if not turn.is_edit:
        return None
    if turn.held_light:
        return not reading.background_unsure and reading.scene.light == turn.held_light
    if turn.held_thing and is_thing_seen:
        return turn.held_thing in sure_things(reading)
    return None


def _seen_before(playing: Playing, turn: ScriptTurn) -> Seen | None:
    """Return what is to stay in a turn, where nothing is asked of it; None: nothing yet."""
    if turn.is_upload and turn.before:
        return Seen(tuple(turn.before.at(cell) for cell in range(9)), ground_of(turn.before))
    if turn.same_as is not None:
        return playing.seen[turn.same_as]
    return playing.seen[-1] if playing.seen else None


def _score_of(candidate: CandidateRecord) -> float:
    score = candidate.critique.get("score")
    return -1.0 if score is None else score
