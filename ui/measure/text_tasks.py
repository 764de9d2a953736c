"""The tasks that end in words: listing, answering, judging, routing, polishing, declining."""

from ...agent.checklist import checks_of_draw
from ...agent.errors import AnswerError
from ...agent.language import read_checks, read_question
from ...agent.state import Plan
from ...model.storybook.dialogues import parse_critique, parse_draw
from .asking import (
    all_hold,
    choose_route,
    decline,
    is_declined,
    list_scenes,
    outcome_of,
    read_answer,
    rehearse_drawings,
    rehearse_questions,
    rehearse_wishes,
    wanted_refusal,
)
from .figures import Figures, breakdown, share_of, shares_by_kind
from .samples import (
    Case,
    critique_cases,
    declined_cases,
    draw_cases,
    draw_kind,
    new_rng,
    question_cases,
    route_cases,
    sample_scenes,
)
from .scoring import object_figures, score_objects
from .workbench import Workbench, read_scene


def measure_understanding(bench: Workbench) -> Figures:
    """Return how exactly the model lists rendered pictures."""
    scenes = sample_scenes(new_rng(bench.seed, "understanding"), bench.world, bench.samples)
    scores, exact, backgrounds = [], [], []
    images = [bench.renderer.render(scene) for scene in scenes]
    bench.rehearse_listings(images, "understanding")
    for scene, image in zip(scenes, images, strict=True):
        listing = bench.listing_of(image)
        found = read_scene(listing)
        kind = f"{len(scene.things)} objects"
        scores.append(score_objects(found, scene))
        exact.append((kind, listing == str(scene)))
        backgrounds.append(
            found is not None and (found.scene, found.light) == (scene.scene, scene.light)
        )
        bench.log.note(
            "understanding", kind, asked="", wanted=str(scene), got=listing, is_right=exact[-1][1]
        )
    return {
        "exact": share_of(flag for _, flag in exact),
        "objects": object_figures(scores),
        "background": share_of(backgrounds),
        "exact_by_objects": dict(sorted(shares_by_kind(exact).items())),
    }


def measure_questions(bench: Workbench) -> Figures:
    """Return how many questions about pictures, listed by the model first, are answered right."""
    rng = new_rng(bench.seed, "questions")
    cases = question_cases(rng, bench.world, bench.samples, per_kind=bench.per_kind)
    captions = list_scenes(bench, cases, "questions: listings")
    rehearse_questions(bench, cases, captions, "questions")
    exact, evidence = [], []
    for case, caption in zip(cases, captions, strict=True):
        said = bench.ask("question", caption=caption, question=case.text)
        wanted, got = read_question(case.answer), read_answer(said, case.text, caption)
        exact.append((case.kind, got is not None and got.sentence == wanted.sentence))
        evidence.append((case.kind, got is not None and got.evidence == wanted.evidence))
        _note(bench, "questions", case, said, exact[-1][1])
    return {"sentence": breakdown(exact), "evidence": breakdown(evidence)}


def measure_critique(bench: Workbench) -> Figures:
    """Return how well checklists are judged, on pictures that the model lists first."""
    cases = critique_cases(new_rng(bench.seed, "critique"), bench.world, bench.samples)
    caught: list[bool] = []
    left_alone: list[bool] = []
    verdicts, revisions, whole = [], [], []
    captions = list_scenes(bench, cases, "critique: listings")
    checklists = [case.text.split("; ") for case in cases]
    bench.rehearse(
        [(c, "check", {"checks": made}) for c, made in zip(captions, checklists, strict=True)],
        "critique",
    )
    for case, caption, checks in zip(cases, captions, checklists, strict=True):
        wanted = parse_critique(case.answer)
        said = bench.ask("check", caption=caption, checks=checks)
        try:
            found = read_checks(said, len(checks))
            seen = [judgement.verdict == "yes" for judgement in found.judgements]
            revision = found.revision or "nothing"
        except AnswerError:
            seen, revision = [], ""
        is_flawed = case.kind != "sound"
        (caught if is_flawed else left_alone).append(bool(seen) and all(seen) != is_flawed)
        verdicts.append((case.kind, seen == [holds for _, holds in wanted.verdicts]))
        revisions.append((case.kind, revision == wanted.revision))
        whole.append(said == case.answer)
        _note(bench, "critique", case, said, whole[-1])
    return {
        "flawed_caught": share_of(caught),
        "sound_left_alone": share_of(left_alone),
        "verdicts": breakdown(verdicts),
        "revision": breakdown(revisions),
        "whole_answer": share_of(whole),
    }


def measure_routing(bench: Workbench) -> Figures:
    """Return how often the route is right, chosen as the agent chooses it."""
    cases = route_cases(new_rng(bench.seed, "routing"), bench.world, bench.samples)
    right: list[tuple[str, bool]] = []
    same_way: list[bool] = []
    confusions: dict[str, int] = {}
    for number, case in enumerate(cases, 1):
        chosen = choose_route(bench, case)
        right.append((case.kind, chosen == case.answer))
        same_way.append(chosen == case.answer or {chosen, case.answer} == {"chat", "outside"})
        if chosen != case.answer:
            name = f"{case.answer} -> {chosen}"
            confusions[name] = confusions.get(name, 0) + 1
        _note(bench, "routing", case, chosen, right[-1][1])
        bench.tell("routing", number, len(cases))
    return {
        "route": breakdown(right),
        "small_talk_and_outside_as_one": share_of(same_way),  # a turn's way is the same for both
        "confusions": confusions,
    }


def measure_polishing(bench: Workbench) -> Figures:
    """Return how draw requests become complete pictures and checklists, by the plan node."""
    cases = draw_cases(new_rng(bench.seed, "polishing"), bench.world, bench.samples)
    complete, faithful, convention, checklist = [], [], [], []
    rehearse_drawings(bench, cases, "polishing")
    for case in cases:
        update = bench.plan("draw", case.text)
        wanted = parse_draw(case.answer)
        made: Plan = update.get("plan", {})
        target = read_scene(made["target"]) if made else None
        kind = draw_kind(case)
        asked = [check["text"] for check in made["checks"]] if made else []
        complete.append((kind, target is not None))
        faithful.append((kind, target is not None and all_hold(wanted.checks, target)))
        convention.append((kind, target == wanted.target))
        checklist.append((kind, asked == [one["text"] for one in checks_of_draw(wanted.checks)]))
        got = f"{'; '.join(asked)} => {made['target']}" if made else outcome_of(update)
        _note(bench, "polishing", case, got, convention[-1][1] and checklist[-1][1])
    both = [(kind, a and b) for (kind, a), (_, b) in zip(complete, faithful, strict=True)]
    return {
        "complete_and_faithful": breakdown(both),
        "complete": breakdown(complete),
        "faithful": breakdown(faithful),
        "convention": breakdown(convention),
        "checklist": breakdown(checklist),
    }


def measure_declining(bench: Workbench) -> Figures:
    """Return how requests that cannot be met are declined or asked back, by the plan node."""
    cases = declined_cases(
        new_rng(bench.seed, "declining"),
        bench.world,
        bench.samples,
        outside=bench.samples if bench.per_kind else 0,
    )
    captions = iter(list_scenes(bench, [c for c in cases if c.scene], "declining: listings"))
    asked = [(case, next(captions) if case.scene else None) for case in cases]
    rehearse_drawings(bench, [case for case, caption in asked if caption is None], "declining")
    edits = [(case, caption) for case, caption in asked if caption is not None]
    rehearse_wishes(bench, [c for c, _ in edits], [caption for _, caption in edits], "declining")
    manner, exact = [], []
    for case, caption in asked:
        kind, got = (
            f"{'draw' if caption is None else 'edit'}: {case.kind}",
            decline(bench, case, caption),
        )
        wanted = wanted_refusal(case)
        manner.append((kind, is_declined(case, got)))
        exact.append((kind, got == wanted))
        _note(bench, "declining", case, got, exact[-1][1])
    return {
        "outside": share_of(flag for kind, flag in manner if kind.endswith("outside")),
        "declined": breakdown(manner),
        "sentence": breakdown(exact),
    }


def _note(bench: Workbench, task: str, case: Case, got: str, is_right: bool) -> None:
    asked = f"[{case.scene}] {case.text}" if case.scene else case.text
    bench.log.note(task, case.kind, asked=asked, wanted=case.answer, got=got, is_right=is_right)
