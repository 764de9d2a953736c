"""`pentimento bench large`: edits of a photograph-like picture of 12 megapixels."""

import gc
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from PIL import Image

from ...agent.events import Clarify, TurnFinished
from ...agent.language import place_of, read_changes
from ...agent.pictures import decode, encode
from ...agent.services import TurnOptions
from ...agent.targets import current_picture
from ...agent.windows import place_box
from ...memory.images import ImageStore
from ...memory.records import TurnRecord
from ...model.contract import UnifiedModel
from ...model.storybook.checks import short_name
from ...model.storybook.scene import PLACES, Scene, Thing
from ...model.storybook.world import CORE, sample_scene
from ..commands.context import Settings
from ..compose import Studio, compose
from ..console import StatusLine, print_json
from ..files import check_folder_of
from ..home import Home
from .evaluation import model_facts
from .figures import Figures, median
from .machine import now, peak_memory, provenance, reset_peak_memory
from .photograph import take_photograph
from .reports import aligned, check_section, markdown_rows, source_line, write_section
from .workbench import read_scene

SECTION = "bench large"
NUM_THINGS, MAX_THINGS = 4, 5
TRIES = 3  # requests an edit: one that is not painted is followed by another
MASK_EVERY = 5
MASK_INSET = 0.1  # of a place's side: the user's mask is smaller than the place
MEGABYTE = 2**20
NOTE = (
    "Edits in a row of one picture that the command makes itself: a scene of the picture book with "
    "the grain, the fall-off and the size of a photograph, stored as JPEG. All are painted by the "
    "model at its own size and laid into the picture by the pixel lock. “Outside” is every pixel "
    "beyond the places that the edit's plan names, or beyond the user's mask, held against the "
    "version before. Memory is the most that was resident during the turn."
)


@dataclass(frozen=True)
class LargeRequest:
    """What to measure."""

    edits: int = 20
    size: tuple[int, int] = (4000, 3000)  # width, height
    seed: int = 0
    into: Path | None = None

    @property
    def command(self) -> str:
        """Return the command line that asks for this."""
        parts = [f"pentimento {SECTION} --edits {self.edits}"]
        parts += [f"--size {self.size[0]}x{self.size[1]}"] if self.size != (4000, 3000) else []
        return " ".join([*parts, *([f"--seed {self.seed}"] if self.seed else [])])


@dataclass(frozen=True)
class LargeEdit:
    """One edit of the large picture."""

    words: str
    is_masked: bool
    seconds: float
    processor_seconds: float  # of all threads: what other work on the machine does not change
    identical: float  # share of all pixels that are as in the version before
    is_outside_identical: bool  # all that lie outside of what was to change
    told_identical: float  # what the agent measured itself
    peak_mb: float


def run_large_bench(settings: Settings, request: LargeRequest, *, as_json: bool) -> None:
    """Measure edits of a large picture and print the report."""
    if request.into:
        check_folder_of(request.into)
        check_section(request.into, SECTION)
    model = settings.open_model()
    start = time.perf_counter()
    figures = measure_large(model, request, settings.model)
    report: Figures = {
        "model": model_facts(model, settings.model),
        **provenance(),
        "command": request.command,
        "seed": request.seed,
        "width": request.size[0],
        "height": request.size[1],
        "large": figures,
        "duration_seconds": round(time.perf_counter() - start, 1),
    }
    report["measured"] = {"large": {"commit": report["commit"], "date": now()}}
    if request.into:
        lines = [
            source_line(report),
            "",
            NOTE,
            "",
            *_summary(report),
            "",
            *markdown_rows(_rows(report)),
        ]
        write_section(request.into, SECTION, lines)
    if as_json:
        print_json(report)
        return
    typer.echo("\n".join([source_line(report), "", *aligned(_rows(report)), "", *_summary(report)]))


def measure_large(model: UnifiedModel, request: LargeRequest, name: str = "storybook") -> Figures:
    """Return the figures of all edits, in a session that is thrown away."""
    rng = random.Random(f"large/{request.seed}")
    photo = take_photograph(sample_scene(rng, CORE, NUM_THINGS), request.size, request.seed)
    found: list[LargeEdit] = []
    with (
        tempfile.TemporaryDirectory(prefix="pentimento-large-") as folder,
        StatusLine(is_long=True) as line,
    ):
        studio = compose(Home(Path(folder)), name, load_model=lambda _: model)
        try:
            photographed = _Session(studio, rng, request.size)
            reset_peak_memory()
            before = peak_memory()
            photographed.upload(photo)
            uploading = peak_memory()
            for _ in range(TRIES * request.edits):
                line.show("edit", len(found), request.edits)
                edit = photographed.edit(is_masked=len(found) % MASK_EVERY == MASK_EVERY - 1)
                found += [edit] if edit else []
                if len(found) == request.edits:
                    break
            untouched, is_identical = photographed.untouched()
        finally:
            studio.close()
    return {
        "edits": found,
        "not_painted": photographed.not_painted,
        "undone": photographed.undone,
        "all_outside_identical": all(edit.is_outside_identical for edit in found),
        "never_touched_share": untouched,
        "is_never_touched_identical": is_identical,
        "seconds_median": median([edit.seconds for edit in found]),
        "processor_seconds_median": median([edit.processor_seconds for edit in found]),
        "resident_before_mb": round(before, 1),
        "peak_upload_mb": round(uploading, 1),
        "peak_edit_mb": max((edit.peak_mb for edit in found), default=None),
    }


class _Session:
    """The session of the large picture: what was painted where."""

    def __init__(self, studio: Studio, rng: random.Random, size: tuple[int, int]) -> None:
        self._studio, self._rng, self._size = studio, rng, size
        self._images: ImageStore = studio.store.images
        self._session_id = studio.store.create_session().session_id
        self._first = ""
        self._touched = np.zeros((size[1], size[0]), bool)
        self.not_painted = self.undone = 0

    def upload(self, photo: bytes) -> None:
        """Give the picture with a question, so that the first edit is as the others."""
        self._take("what do you see?", TurnOptions(route="answer"), images=[photo])
        self._first = self._current()

    def edit(self, *, is_masked: bool) -> LargeEdit | None:
        """Return one edit, compared with the version before; None if nothing was painted."""
        scene = self._scene()
        while scene is None or not scene.things:  # the model cannot read what it painted
            self._studio.agent.undo(self._session_id)
            self.undone += 1
            scene = self._scene()
        before = self._current()
        words, cell = next_words(self._rng, scene, is_still=is_masked)
        box = _inset(place_box(PLACES[cell], self._size)) if is_masked else None
        mask = _mask_of(box, self._size) if box else None
        gc.collect()
        reset_peak_memory()
        start, busy = time.perf_counter(), time.process_time()
        turn = self._take(words, TurnOptions(route="edit"), mask=mask)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        peak = peak_memory()
        if turn is None or not turn.brief or not turn.version or not turn.plan:
            self.not_painted += 1
            return None
        boxes = [box] if box else planned_boxes(turn.plan["changes"], self._size)
        share, is_identical = self._compare(before, turn.version, boxes)
        return LargeEdit(
            words, is_masked, round(seconds, 2), round(busy, 2), share, is_identical,
            turn.plan["kept_share"], round(peak, 1),
        )  # fmt: skip

    def untouched(self) -> tuple[float, bool]:
        """Return the share that no edit was to change, and whether it is as it was uploaded."""
        differs = _differing(self._images, self._first, self._current())
        return float((~self._touched).mean()), not differs[~self._touched].any()

    def _compare(
        self, before: str, after: str, boxes: Sequence[tuple[int, int, int, int]]
    ) -> tuple[float, bool]:
        differs = _differing(self._images, before, after)
        share = 1.0 - float(differs.mean())
        for left, top, right, bottom in boxes:
            differs[top:bottom, left:right] = False
            self._touched[top:bottom, left:right] = True
        return share, not differs.any()

    def _scene(self) -> Scene | None:
        return read_scene(self._studio.store.image(self._current()).caption or "")

    def _current(self) -> str:
        found = current_picture(self._studio.store, self._session_id)
        assert found is not None
        return found

    def _take(
        self,
        text: str,
        options: TurnOptions,
        images: Sequence[bytes] = (),
        mask: bytes | None = None,
    ) -> TurnRecord | None:
        agent, last = self._studio.agent, None
        for event in agent.take_turn(
            self._session_id, text, images=images, mask=mask, options=options,
            seed=self._rng.getrandbits(31),
        ):  # fmt: skip
            last = event
        if isinstance(last, Clarify):
            agent.cancel(last.turn_id)
        return last.turn if isinstance(last, TurnFinished) else None


def next_words(rng: random.Random, scene: Scene, *, is_still: bool = False) -> tuple[str, int]:
    """Return a plain wish about a scene, and the place that it is about.

    `is_still`: nothing moves or comes, as a mask on one place asks.
    """
    thing = rng.choice(scene.things)
    name = short_name(thing, scene)
    free = list(scene.free_cells)
    ways: list[Callable[[], tuple[str, int]]] = [
        lambda: (f"make {name} {_other(rng, CORE.colours, thing.colour)}", thing.cell)
    ]
    if not is_still:
        ways.append(lambda: (f"move {name} to the {PLACES[rng.choice(free)]}", thing.cell))
        ways.append(
            lambda: (f"make {name} {_other(rng, ('small', 'large'), thing.size)}", thing.cell)
        )
        if len(scene.things) < MAX_THINGS:
            ways += [lambda: _adding(rng, free)] * 2
        if len(scene.things) > 2:
            ways.append(lambda: (f"remove {name}", thing.cell))
    return rng.choice(ways)()


def planned_boxes(changes: Sequence[str], size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Return the places, in pixels, that a plan's changes name."""
    sides = [
        side for change in read_changes("; ".join(changes)) for side in (change.old, change.new)
    ]
    return [place_box(place_of(side), size) for side in sides if side]


def _adding(rng: random.Random, free: Sequence[int]) -> tuple[str, int]:
    cell = rng.choice(free)
    new = Thing(
        cell, rng.choice(CORE.kinds), rng.choice(CORE.colours), rng.choice(("small", "large"))
    )
    return f"add a {new.size} {new.colour} {new.kind} at the {new.place}", cell


def _other(rng: random.Random, words: Sequence[str], word: str) -> str:
    return rng.choice([one for one in words if one != word])


def _inset(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    across, down = round((right - left) * MASK_INSET), round((bottom - top) * MASK_INSET)
    return left + across, top + down, right - across, bottom - down


def _mask_of(box: tuple[int, int, int, int], size: tuple[int, int]) -> bytes:
    mask = Image.new("L", size)
    mask.paste(255, box)
    return encode(mask)


def _differing(images: ImageStore, one: str, other: str) -> np.ndarray:
    """Return where two stored pictures differ: (H, W), bool."""
    first, second = (np.asarray(decode(images.get(key))) for key in (one, other))
    differs: np.ndarray = (first != second).any(axis=2)
    return differs


def _rows(report: Figures) -> list[list[str]]:
    head = ["edit", "words", "seconds", "of a processor", "pixels identical", "outside", "MB"]
    return [head] + [
        [str(number), edit.words + (" (within a mask)" if edit.is_masked else ""),
         f"{edit.seconds:.1f}", f"{edit.processor_seconds:.1f}", f"{100 * edit.identical:.2f} %",
         "identical" if edit.is_outside_identical else "**changed**", f"{edit.peak_mb:.0f}"]
        for number, edit in enumerate(report["large"]["edits"], 1)
    ]  # fmt: skip


def _summary(report: Figures) -> list[str]:
    figures = report["large"]
    edits = figures["edits"]
    identical = sum(edit.is_outside_identical for edit in edits)
    pixels = report["width"] * report["height"]
    never = figures["never_touched_share"]
    kept = "is" if figures["is_never_touched_identical"] else "is **not**"
    return [
        f"{len(edits)} edits of {report['width']} x {report['height']} pixels "
        f"({pixels / 1e6:.1f} megapixels); {figures['not_painted']} requests came to nothing, "
        f"{figures['undone']} edits were undone because the model could not read their picture. "
        f"Outside of what was to change all pixels were bit-identical in {identical} of "
        f"{len(edits)} edits; the {100 * never:.1f} % of the picture that no edit was to change "
        f"{kept} bit for bit the upload. Median {figures['seconds_median']:.1f} s an edit, and "
        f"{figures['processor_seconds_median']:.1f} s of processor time. Memory: "
        f"{figures['resident_before_mb']:.0f} MB before the upload, model included, at most "
        f"{figures['peak_upload_mb']:.0f} MB during it and {figures['peak_edit_mb']:.0f} MB during "
        f"an edit; one such picture takes {pixels * 3 / MEGABYTE:.0f} MB."
    ]
