"""The tasks that end in pictures: generation, and editing without reflection."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from ...agent.nodes.paint import painted_from
from ...agent.state import Plan
from ...model.contract import Brief
from ...model.storybook.dialogues import parse_plan
from ...model.storybook.oracle import Reading
from ...model.storybook.scene import Scene
from .asking import list_scenes, outcome_of, rehearse_wishes
from .categories import category_figures, category_scenes, covered_figures
from .figures import Figures, breakdown, count_share, mean_of_shares, share_of, worst_kind
from .samples import FOLLOW_UP, SEVERAL, Case, edit_cases, new_rng, sample_scenes
from .scoring import PictureScore, brief_figures, picture_figures, score_picture
from .workbench import Painted, Workbench, lock_edit, read_scene

NUM_SHOWN = 24  # pictures of a contact sheet


@dataclass(frozen=True)
class EditResult:
    """An edit as planned, and as painted where there was a plan."""

    case: Case
    wanted: Scene
    outcome: str  # "plan: ...", "unclear: ...", "outside: ..." or "failed: ..."
    planned: Scene | None
    image: Image.Image | None
    reading: Reading | None

    @property
    def is_planned_right(self) -> bool:
        """Return whether the planned target is exactly the wanted one."""
        return self.planned == self.wanted

    @property
    def score(self) -> PictureScore | None:
        """Return the picture's score, or None where nothing was painted."""
        return score_picture(self.reading, self.wanted) if self.reading else None

    @property
    def is_exact(self) -> bool:
        """Return whether the whole scene is right by the strict rule."""
        return self.score is not None and self.score.is_exact


def measure_generation(bench: Workbench) -> Figures:
    """Return how the oracle reads pictures painted from complete listings."""
    rng = new_rng(bench.seed, "generation")
    scenes = sample_scenes(rng, bench.world, bench.samples)
    num_plain = len(scenes)
    scenes += category_scenes(rng, bench.world, scenes, bench.per_kind)
    seeds = [rng.getrandbits(31) for _ in scenes]
    briefs = [Brief(str(scene), seed=seed) for scene, seed in zip(scenes, seeds, strict=True)]
    images = bench.imagine(briefs, "generation")
    readings = bench.oracle.read_batch(images)
    pairs = list(zip(scenes, readings, strict=True))
    categories = category_figures(pairs)
    del scenes[num_plain:], pairs[num_plain:]  # the others were drawn for the categories alone
    scores = [score_picture(reading, scene) for scene, reading in pairs]
    for (scene, reading), seed, score in zip(pairs, seeds, scores, strict=False):
        bench.log.note(
            "generation",
            f"{len(scene.things)} objects",
            asked=f"seed {seed}",
            wanted=str(scene),
            got=describe_reading(reading),
            is_right=score.is_exact,
        )
    bench.sheets["generations"] = [
        Painted(brief.prompt, image)
        for brief, image in zip(briefs[: min(NUM_SHOWN, num_plain)], images, strict=False)
    ]
    numbers = sorted({len(scene.things) for scene in scenes})
    groups = {
        number: [s for s, scene in zip(scores, scenes, strict=True) if len(scene.things) == number]
        for number in numbers
    }
    return picture_figures(scores) | {
        "by_objects": {
            f"{number} objects": brief_figures(group) for number, group in groups.items()
        },
        "categories": categories,
        "world": covered_figures(pairs),
    }


def measure_editing(bench: Workbench) -> Figures:
    """Return how edits are planned and painted, pixel lock applied, without reflection."""
    cases = edit_cases(
        new_rng(bench.seed, "editing"),
        bench.world,
        bench.samples,
        per_kind=bench.per_kind,
        several=bench.samples if bench.per_kind else 0,
    )
    results = run_edits(bench, cases)
    bench.sheets["edits"] = [
        Painted(
            result.case.text,
            result.image,
            bench.renderer.render(result.case.scene) if result.case.scene else None,
        )
        for result in results[:NUM_SHOWN]
    ]
    for result in results:
        case, got = result.case, result.outcome
        if result.reading:
            got = f"{got} | painted: {describe_reading(result.reading)}"
        last = f" (last: {case.last})" if case.last else ""
        last += f" (before: {case.before['words']})" if case.before else ""
        bench.log.note(
            "editing",
            case.kind,
            asked=f"[{case.scene}] {case.text}{last}",
            wanted=case.answer,
            got=got,
            is_right=result.is_exact,
        )
    return edit_figures(results)


def run_edits(bench: Workbench, cases: Sequence[Case]) -> list[EditResult]:
    """Return the edits, planned by the agent's plan node and painted in batches."""
    plans: list[Plan] = []
    outcomes: list[str] = []
    sources = [bench.renderer.render(case.scene) for case in cases if case.scene]
    captions = list_scenes(bench, cases, "editing: listings")
    rehearse_wishes(bench, cases, captions, "editing: plans")
    for case, caption in zip(cases, captions, strict=True):
        update = bench.plan("edit", case.text, caption, case.last, case.before)
        plans.append(update.get("plan", {}))
        outcomes.append(outcome_of(update))
    planned = [index for index, made in enumerate(plans) if made]
    info = bench.model.info
    briefs = [
        Brief(plans[i]["prompt"], painted_from(plans[i], sources[i], None, info), cases[i].seed)
        for i in planned
    ]
    paintings = bench.imagine(briefs, "editing: pictures")
    images = {
        index: lock_edit(sources[index], painting, captions[index], plans[index])
        for index, painting in zip(planned, paintings, strict=True)
    }
    readings = dict(zip(images, bench.oracle.read_batch(list(images.values())), strict=True))
    return [
        EditResult(
            case,
            wanted_scene(case),
            outcomes[index],
            read_scene(plans[index]["target"]) if plans[index] else None,
            images.get(index),
            readings.get(index),
        )
        for index, case in enumerate(cases)
    ]


def edit_figures(results: Sequence[EditResult]) -> Figures:
    """Return the figures of edits; a single edit is one wish that can be read by itself."""
    whole = breakdown([(result.case.kind, result.is_exact) for result in results])
    others = (SEVERAL, FOLLOW_UP)
    singles = {kind: one for kind, one in whole["by_kind"].items() if kind not in others}
    scores = [result.score for result in results]
    painted = [score for score in scores if score is not None]
    return {
        "plan": breakdown([(result.case.kind, result.is_planned_right) for result in results]),
        "whole_scene": whole,
        "single_edits": {
            "mean_of_kinds": mean_of_shares(singles),
            "worst_kind": worst_kind(singles),
        },
        "whole_scene_lenient": share_of(
            score is not None and score.is_exact_lenient for score in scores
        ),
        "whole_scene_given_right_plan": share_of(
            result.is_exact for result in results if result.is_planned_right
        ),
        "whole_scene_with_pronoun_or_last": share_of(
            result.is_exact for result in results if result.case.last
        ),
        "not_planned": {
            manner: sum(result.outcome.startswith(manner) for result in results)
            for manner in ("unclear", "outside", "already", "failed")
        },
        "painted": picture_figures(painted),
        "kept_objects": kept_share(results),
    }


def kept_share(results: Sequence[EditResult]) -> object:
    """Return the share of the objects that no wish named which are still right in the picture."""
    kept = right = 0
    for result in results:
        if result.reading is None or result.case.scene is None:
            continue
        wanted = set(result.case.scene.things).intersection(result.wanted.things)
        unsure = result.reading.unsure
        sure = {t for t in result.reading.scene.things if t.cell not in unsure}
        kept += len(wanted)
        right += len(wanted & sure)
    return count_share(right, kept)


def wanted_scene(case: Case) -> Scene:
    """Return the scene that an edit's right answer leads to."""
    target = parse_plan(case.answer).target
    assert target is not None
    return target


def describe_reading(reading: Reading) -> str:
    """Return what the oracle read, with what it is unsure of."""
    unsure = [f"cell {cell}" for cell in reading.unsure]
    unsure += ["background"] if reading.background_unsure else []
    return f"{reading.scene} (unsure: {', '.join(unsure)})" if unsure else str(reading.scene)
