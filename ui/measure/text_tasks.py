"""The tasks that end in words: listing, answering, judging, routing, polishing, declining."""

from ...agent.checklist import checks_of_draw
from ...agent.errors import AnswerError
from ...agent.language import QuestionAnswer, read_checks, read_question
from ...agent.state import PICTURELESS_ROUTES, ROUTES, Plan
from ...agent.steps import Update
from ...model.contract import Message
from ...model.storybook.checks import check_holds
from ...model.storybook.dialogues import parse_critique, parse_draw
from ...model.storybook.scene import Scene
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
    for number, scene in enumerate(scenes, 1):
        listing = bench.listing_of(bench.renderer.render(scene))
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
        bench.tell("understanding", number, len(scenes))
    return {
        "exact": share_of(flag for _, flag in exact),
        "objects": object_figures(scores),
        "background": share_of(backgrounds),
        "exact_by_objects": dict(sorted(shares_by_kind(exact).items())),
    }


def measure_questions(bench: Workbench) -> Figures:
    """Return how many questions about pictures, listed by the model first, are answered right."""
    cases = question_cases(new_rng(bench.seed, "questions"), bench.world, bench.samples)
    exact, evidence = [], []
    for number, case in enumerate(cases, 1):
        said = bench.ask("question", caption=_listed(bench, case), question=case.text)
        wanted, got = read_question(case.answer), _read_answer(said)
        exact.append((case.kind, got is not None and got.sentence == wanted.sentence))
        evidence.append((case.kind, got is not None and got.evidence == wanted.evidence))
        _note(bench, "questions", case, said, exact[-1][1])
        bench.tell("questions", number, len(cases))
    return {"sentence": breakdown(exact), "evidence": breakdown(evidence)}


def measure_critique(bench: Workbench) -> Figures:
    """Return how well checklists are judged, on pictures that the model lists first."""
    cases = critique_cases(new_rng(bench.seed, "critique"), bench.world, bench.samples)
    caught: list[bool] = []
    left_alone: list[bool] = []
    verdicts, revisions, whole = [], [], []
    for number, case in enumerate(cases, 1):
        wanted = parse_critique(case.answer)
        checks = case.text.split("; ")
        said = bench.ask("check", caption=_listed(bench, case), checks=checks)
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
        bench.tell("critique", number, len(cases))
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
    confusions: dict[str, int] = {}
    for number, case in enumerate(cases, 1):
        at_hand, _, text = case.text.partition(": ")
        options = ROUTES if at_hand == "picture" else PICTURELESS_ROUTES
        prompt = bench.services.prompts.render("route", has_picture=at_hand == "picture", text=text)
        scores = bench.model.choose([Message("user", (prompt,))], options)
        chosen = max(zip(scores, options, strict=True), key=lambda pair: pair[0])[1]
        right.append((case.kind, chosen == case.answer))
        if chosen != case.answer:
            name = f"{case.answer} -> {chosen}"
            confusions[name] = confusions.get(name, 0) + 1
        _note(bench, "routing", case, chosen, right[-1][1])
        bench.tell("routing", number, len(cases))
    return {"route": breakdown(right), "confusions": confusions}


def measure_polishing(bench: Workbench) -> Figures:
    """Return how draw requests become complete pictures and checklists, by the plan node."""
    cases = draw_cases(new_rng(bench.seed, "polishing"), bench.world, bench.samples)
    complete, faithful, convention, checklist = [], [], [], []
    for number, case in enumerate(cases, 1):
        update = bench.plan("draw", case.text)
        wanted = parse_draw(case.answer)
        made: Plan = update.get("plan", {})
        target = read_scene(made["target"]) if made else None
        kind = draw_kind(case)
        asked = [check["text"] for check in made["checks"]] if made else []
        complete.append((kind, target is not None))
        faithful.append((kind, target is not None and _all_hold(wanted.checks, target)))
        convention.append((kind, target == wanted.target))
        checklist.append((kind, asked == [one["text"] for one in checks_of_draw(wanted.checks)]))
        got = f"{'; '.join(asked)} => {made['target']}" if made else outcome_of(update)
        _note(bench, "polishing", case, got, convention[-1][1] and checklist[-1][1])
        bench.tell("polishing", number, len(cases))
    return {
        "complete": breakdown(complete),
        "faithful": breakdown(faithful),
        "convention": breakdown(convention),
        "checklist": breakdown(checklist),
    }


def measure_declining(bench: Workbench) -> Figures:
    """Return how requests that cannot be met are declined or asked back, by the plan node."""
    cases = declined_cases(new_rng(bench.seed, "declining"), bench.world, bench.samples)
    manner, exact = [], []
    for number, case in enumerate(cases, 1):
        if case.scene is None:
            kind, update = f"draw: {case.kind}", bench.plan("draw", case.text)
        else:
            kind = f"edit: {case.kind}"
            update = bench.plan("edit", case.text, _listed(bench, case), case.last)
        got = outcome_of(update)
        wanted = case.answer.rpartition(" => ")[2]
        manner.append((kind, got.partition(": ")[0] == wanted.partition(": ")[0]))
        exact.append((kind, got == wanted))
        _note(bench, "declining", case, got, exact[-1][1])
        bench.tell("declining", number, len(cases))
    return {"declined": breakdown(manner), "sentence": breakdown(exact)}


def outcome_of(update: Update) -> str:
    """Return what came of a plan as the model would have put it: a plan, unclear or outside."""
    if update.get("question"):
        return f"unclear: {update['question']}"
    if update.get("route") == "outside":
        return f"outside: {update['reply']}"
    made: Plan = update.get("plan", {})
    return f"plan: {made['target']}" if made else f"failed: {update.get('reply', '')}"


def _listed(bench: Workbench, case: Case) -> str:
    assert case.scene is not None
    return bench.listing_of(bench.renderer.render(case.scene))


def _read_answer(said: str) -> QuestionAnswer | None:
    try:
        return read_question(said)
    except AnswerError:
        return None


def _all_hold(checks: tuple[str, ...], scene: Scene) -> bool:
    return all(check_holds(check, scene) for check in checks)


def _note(bench: Workbench, task: str, case: Case, got: str, is_right: bool) -> None:
    asked = f"[{case.scene}] {case.text}" if case.scene else case.text
    bench.log.note(task, case.kind, asked=asked, wanted=case.answer, got=got, is_right=is_right)
