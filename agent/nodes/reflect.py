"""reflect: the model judges the candidates by the checklist; the best one stays the best."""

import logging
from collections.abc import Mapping
from typing import Any, cast

from langgraph.runtime import Runtime

from ...model.errors import CancelledError
from ..checklist import Check
from ..dialogue import Meant, ask, caption_of
from ..errors import AnswerError
from ..events import Critiqued
from ..language import CheckAnswer, Judgement, place_of, read_checks
from ..limits import run_limited
from ..services import Services, TurnOptions
from ..state import Candidate, TurnState
from ..steps import Update
from ..vocabulary import listing_of

log = logging.getLogger(__name__)

PASSED = "all checks passed"
ROUND_LIMIT = "the round limit was reached"
NO_GAIN = "the last round did not improve the picture"
ABSTAINED = "the critic abstained"
UNCHECKED = "nothing was checked"
CRITIQUE = (
    "kept_share", "over_edit_share", "over_edit", "listing", "verdicts", "score", "revision",
)  # fmt: skip


# What is said of a picture alone, whoever painted it.
SAID = ("listing", "verdicts", "score", "revision")


def reflect(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Judge the newest round, keep the best candidate of all rounds, decide whether to go on."""
    services = runtime.context
    options = TurnOptions.from_json(state["options"])
    checks = state["plan"]["checks"]
    if not options.reflect or not checks:
        for candidate in state["candidates"]:
            _store(state, services, candidate)
        first = {**state["candidates"][0], "score": None, "verdicts": [], "revision": ""}
        return {"best": first, "stop_reason": UNCHECKED}
    judged = _judge_all(state, services, checks)
    before = state.get("best")
    best = keep_best(before, judged)
    round = state.get("round", 0)
    stop_reason = why_stop(before, best, judged, round, options.max_rounds)
    services.emit(
        Critiqued(
            state["turn_id"],
            tuple(best.get("verdicts", [])),
            best.get("score"),
            best.get("revision", ""),
            stop_reason,
        )
    )
    # The trace shows every candidate with its seed, its listing and what it missed or lost.
    return {
        "candidates": judged,
        "best": best,
        "stop_reason": stop_reason,
        "round": round + 1,
    }


def keep_best(before: Candidate | None, judged: list[Candidate]) -> Candidate:
    """Return the candidate with the highest score; an earlier one keeps its place in a tie."""
    ranked = [candidate for candidate in (before, *judged) if candidate is not None]
    return max(ranked, key=_score)  # max returns the first of equals


def why_stop(
    before: Candidate | None,
    best: Candidate,
    judged: list[Candidate],
    round: int,
    max_rounds: int,
) -> str | None:
    """Return why the loop ends here, or None if another round follows."""
    if best.get("score") == 1.0:
        return PASSED
    if all(candidate.get("score") is None for candidate in judged):
        return ABSTAINED
    if round + 1 >= max_rounds:
        return ROUND_LIMIT
    if before is not None and _score(best) <= _score(before):
        return NO_GAIN
    return None


def score_of(verdicts: list[dict[str, Any]]) -> float | None:
    """Return the share of the decided checks that passed; None if none was decided."""
    decided = [verdict["verdict"] for verdict in verdicts if verdict["verdict"] != "unsure"]
    return decided.count("yes") / len(decided) if decided else None


def _score(candidate: Candidate) -> float:
    score = candidate.get("score")
    return -1.0 if score is None else score


def _judge_all(state: TurnState, services: Services, checks: list[Check]) -> list[Candidate]:
    """Return the candidates with their critiques, stored; no picture is judged twice."""
    known = _critiques(state, services, checks)
    meant = _meant(state)
    judged: list[Candidate] = []
    for candidate in state["candidates"]:
        critique = known.get(candidate["image_hash"])
        if critique:
            judged.append(cast(Candidate, {**candidate, **critique}))
        else:
            judged.append(_critique(services, checks, candidate, meant))
            known.update(_decided(checks, candidate["image_hash"], judged[-1]))
        _store(state, services, judged[-1])
    return judged


def _meant(state: TurnState) -> Meant | None:
    """Return what was to be painted; what the pixel lock kept is as it was in the source."""
    plan = state["plan"]
    target, source = listing_of(plan.get("target")), listing_of(state.get("source_caption"))
    if target is None:
        return None
    is_locked = TurnOptions.from_json(state["options"]).lock != "off"
    if source is None or plan.get("is_global") or not is_locked:
        return Meant(target)
    return Meant(target, frozenset(map(place_of, {*target.entries} ^ {*source.entries})))


def _critiques(
    state: TurnState, services: Services, checks: list[Check]
) -> dict[str, dict[str, Any]]:
    """Return by picture what this turn's critic said before, in an earlier round or run."""
    known: dict[str, dict[str, Any]] = {}
    for told in services.store.candidates(state["turn_id"]):
        known.update(_decided(checks, told.image_hash, told.critique))
    return known


def _decided(
    checks: list[Check], image_hash: str, critique: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the critique by its picture; empty if it decided nothing, or on other checks."""
    asked = [verdict["text"] for verdict in critique.get("verdicts") or []]
    if critique.get("score") is None or asked != [check["text"] for check in checks]:
        return {}
    return {image_hash: {name: critique.get(name) for name in SAID}}


def _critique(
    services: Services, checks: list[Check], candidate: Candidate, meant: Meant | None
) -> Candidate:
    """Return the candidate with its verdicts; a critic that fails costs the critique alone."""
    try:
        return run_limited(
            lambda: _judge(services, checks, candidate, meant),
            services.limits.critic,
            "The critic",
            services.keep_alive,
        )
    except CancelledError:
        raise
    except Exception as error:  # whatever the model raises: the turn must survive its critic
        log.warning("The critic failed: %s", error)
        verdicts = [_verdict(check, "unsure", f"The critic failed: {error}") for check in checks]
        return {**candidate, "verdicts": verdicts, "score": None, "revision": ""}


def _judge(
    services: Services, checks: list[Check], candidate: Candidate, meant: Meant | None
) -> Candidate:
    listing = caption_of(services, candidate["image_hash"], meant)
    try:
        found = _ask_checks(services, candidate, listing, checks)
    except AnswerError:  # too much at once, perhaps
        found = _ask_one_by_one(services, candidate, listing, checks)
    verdicts = [
        _verdict(check, judgement.verdict, judgement.evidence)
        for check, judgement in zip(checks, found.judgements, strict=True)
    ]
    return {
        **candidate,
        "listing": listing,
        "verdicts": verdicts,
        "score": score_of(verdicts),
        "revision": found.revision,
    }


def _ask_checks(
    services: Services, candidate: Candidate, listing: str, checks: list[Check]
) -> CheckAnswer:
    prompt = services.prompts.render("check", checks=[check["text"] for check in checks])
    said = ask(services, prompt, caption=listing, image_hash=candidate["image_hash"])
    return read_checks(said, len(checks))


def _ask_one_by_one(
    services: Services, candidate: Candidate, listing: str, checks: list[Check]
) -> CheckAnswer:
    """Return the judgements of checks asked singly; one without a clear answer is unsure."""
    judgements: list[Judgement] = []
    revisions: list[str] = []
    for check in checks:
        try:
            found = _ask_checks(services, candidate, listing, [check])
        except AnswerError as error:
            judgements.append(Judgement("unsure", str(error)))
            continue
        judgements += found.judgements
        revisions += [found.revision] if found.revision else []
    if all(judgement.verdict == "unsure" for judgement in judgements):
        raise AnswerError(judgements[0].evidence)
    return CheckAnswer(tuple(judgements), " and ".join(revisions))


def _verdict(check: Check, verdict: str, reason: str) -> dict[str, Any]:
    """Return the verdict on a check; one that contradicts its own evidence follows the evidence."""
    if verdict == "no" and reason == check["text"]:
        verdict = "yes"
    return {**check, "verdict": verdict, "reason": reason}


def _store(state: TurnState, services: Services, candidate: Candidate) -> None:
    critique = {name: candidate.get(name) for name in CRITIQUE}
    services.store.add_candidate(
        state["turn_id"],
        round=candidate["round"],
        index=candidate["index"],
        image_hash=candidate["image_hash"],
        seed=candidate["seed"],
        critique=critique,
    )
