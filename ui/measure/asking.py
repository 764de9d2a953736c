"""Asking as the agent asks, many cases at once: listings, answers, plans, routes."""

from collections.abc import Sequence

from ...agent import routing
from ...agent.errors import AnswerError
from ...agent.evidence import held_against
from ...agent.language import QuestionAnswer, read_question, says_already
from ...agent.nodes.settle import ALREADY, UNCHANGED
from ...agent.state import Plan
from ...agent.steps import Update
from ...agent.vocabulary import listing_of
from ...model.storybook.checks import check_holds
from ...model.storybook.scene import Scene
from .samples import Case
from .workbench import Asked, Workbench, still_so, still_there


def choose_route(bench: Workbench, case: Case) -> str:
    """Return the route of a request, chosen as the agent chooses it."""
    at_hand, _, text = case.text.partition(": ")
    return routing.choose_route(bench.services, text, has_picture=at_hand == "picture").route


def decline(bench: Workbench, case: Case, caption: str | None) -> str:
    """Return what comes of a request that cannot be met; caption None: a drawing."""
    if caption is None:
        return outcome_of(bench.plan("draw", case.text))
    return outcome_of(bench.plan("edit", case.text, caption, case.last, case.before))


def is_declined(case: Case, got: str) -> bool:
    """Return whether an outcome declines in the right manner.

    Where a wish changes nothing, to say so is as good as to ask what should change.
    """
    if got.startswith("already: ") and says_already(case.answer):
        return True
    return got.partition(": ")[0] == wanted_refusal(case).partition(": ")[0]


def wanted_refusal(case: Case) -> str:
    """Return the question or the refusal of a right answer, without its evidence."""
    return case.answer.rpartition(" => ")[2]


def list_scenes(bench: Workbench, cases: Sequence[Case], task: str) -> list[str]:
    """Return the model's own listings of the cases' pictures."""
    images = [bench.renderer.render(case.scene) for case in cases if case.scene]
    bench.rehearse_listings(images, task)
    return [bench.listing_of(image) for image in images]


def rehearse_questions(
    bench: Workbench, cases: Sequence[Case], captions: Sequence[str], task: str
) -> None:
    """Have questions about listed pictures answered in batches."""
    pairs = zip(cases, captions, strict=True)
    bench.rehearse([(c, "question", {"question": case.text}) for case, c in pairs], task)


def rehearse_wishes(
    bench: Workbench, cases: Sequence[Case], captions: Sequence[str], task: str
) -> None:
    """Have wishes about listed pictures planned in batches."""
    asked: list[Asked] = []
    for case, caption in zip(cases, captions, strict=True):
        values: dict[str, object] = {
            "instruction": case.text,
            "last": still_there(case.last, caption),
            "before": still_so(case.before, caption),
        }
        asked.append((caption, "wish", values))
    bench.rehearse(asked, task)


def rehearse_drawings(bench: Workbench, cases: Sequence[Case], task: str) -> None:
    """Have draw requests planned in batches."""
    bench.rehearse([(None, "draw", {"request": case.text}) for case in cases], task)


def outcome_of(update: Update) -> str:
    """Return what came of a plan as the model would have put it: a plan, unclear or outside."""
    if update.get("question"):
        return f"unclear: {update['question']}"
    if update.get("route") == "outside":
        return f"outside: {update['reply']}"
    made: Plan = update.get("plan", {})
    if made:
        return f"plan: {made['target']}"
    reply = update.get("reply", "")
    return f"already: {reply}" if reply in (ALREADY, UNCHANGED) else f"failed: {reply}"


def read_answer(said: str, question: str, caption: str) -> QuestionAnswer | None:
    """Return what an answer says, as the agent takes it, or None where it cannot be read."""
    try:
        return held_against(read_question(said), question, listing_of(caption))
    except AnswerError:
        return None


def all_hold(checks: Sequence[str], scene: Scene) -> bool:
    """Return whether a scene meets all checks."""
    return all(check_holds(check, scene) for check in checks)
