"""Every node by itself: it reads the state and returns only the keys that it changes."""

from collections.abc import Callable
from typing import Any

import pytest
from pentimento.agent.events import CandidatePainted, Thought, Token
from pentimento.agent.nodes.adjust import adjust
from pentimento.agent.nodes.answer import answer
from pentimento.agent.nodes.commit import commit
from pentimento.agent.nodes.decline import decline
from pentimento.agent.nodes.history import history
from pentimento.agent.nodes.paint import paint
from pentimento.agent.nodes.perceive import perceive
from pentimento.agent.nodes.plan import plan
from pentimento.agent.nodes.reflect import reflect
from pentimento.agent.nodes.resolve import resolve
from pentimento.agent.nodes.route import route
from pentimento.agent.services import TurnOptions
from pentimento.agent.state import PICTURELESS_ROUTES

LISTING = "meadow, day; cat red small top left; house blue large bottom right."
CAT, HOUSE = "cat red small top left", "house blue large bottom right"
Run = Callable[..., dict[str, Any]]


def test_perceive_captions_an_upload_once(bench: Any, run: Run) -> None:
    key = bench.put(LISTING)
    state = bench.state("what is this?", image_hashes=[key])
    assert run(perceive, state) == {} == run(perceive, state)
    assert bench.store.image(key).caption == LISTING
    assert bench.model.asked == ["List the picture."]


def test_route_scores_a_closed_set_without_pictures(bench: Any, run: Run) -> None:
    seen: list[tuple[str, ...]] = []
    choose = bench.model.choose

    def listen(messages: Any, options: Any) -> list[float]:
        seen.append(tuple(options))
        scores: list[float] = choose(messages, options)
        return scores

    bench.model.choose = listen
    assert run(route, bench.state("draw a cat")) == {"route": "draw", "source": None}
    assert seen == [PICTURELESS_ROUTES]
    key = bench.put(LISTING)
    found = run(route, bench.state("make it red", image_hashes=[key]))
    assert found == {"route": "edit", "source": key}


def test_route_obeys_its_caller(bench: Any, run: Run) -> None:
    options = TurnOptions(route="adjust").to_json()
    assert run(route, bench.state("draw a cat", options=options))["route"] == "adjust"


def test_answer_gives_the_sentence_and_remembers_the_object(bench: Any, run: Run) -> None:
    key = bench.put(LISTING)
    found = run(answer, bench.state("what colour is the cat?", source=key))
    assert found == {"reply": "It is red.", "last": CAT}
    assert [event.text for event in bench.events if isinstance(event, Token)]
    assert any(CAT in event.text for event in bench.events if isinstance(event, Thought))
    assert run(answer, bench.state("what is it?", source=None))["reply"].startswith("There is no")


def test_adjust_hands_on_what_is_none(bench: Any, run: Run) -> None:
    key = bench.put(LISTING)
    assert run(adjust, bench.state("make the cat blue", source=key)) == {"route": "edit"}
    forced = TurnOptions(route="adjust").to_json()
    told = run(adjust, bench.state("make the cat blue", source=key, options=forced))
    assert "I can crop" in told["reply"]
    done = run(adjust, bench.state("crop to 50%", source=key))
    assert bench.store.image(done["version"]).width == 72 and "72 x 72" in done["reply"]


def test_history_only_decides_where_the_head_goes(bench: Any, run: Run) -> None:
    assert run(history, bench.state("undo", source=None)) == {
        "reply": "There is nothing to undo.",
        "head": "stay",
    }
    assert run(history, bench.state("blah", source=None))["head"] == "stay"
    assert run(history, bench.state("start over", source=None))["head"] is None


@pytest.mark.parametrize("text", ["undoo thta", "go bcak", "unod it"])
def test_a_slip_of_the_finger_does_not_stand_in_the_way_of_an_undo(
    bench: Any, run: Run, text: str
) -> None:
    assert run(history, bench.state(text, source=None))["reply"] == "There is nothing to undo."


def test_resolve_finds_the_named_picture_and_drops_its_name(bench: Any, run: Run) -> None:
    first, second = bench.put(LISTING), bench.put("snow, day; nothing.")
    for key in (first, second):
        turn = bench.store.begin_turn(bench.session_id, "x")
        bench.store.commit_turn(turn.turn_id, route="draw", reply="", version=key)
    state = bench.state("make the cat blue in the first picture", route="edit", source=second)
    found = run(resolve, state)
    assert found["source"] == first and found["text"] == "make the cat blue"
    assert found["source_caption"] == LISTING
    state = bench.state("make it blue in picture 7", route="edit", source=second)
    assert run(resolve, state) == {"reply": "There is no picture 7: this session has 2 pictures."}


def test_resolve_finds_the_object_that_was_spoken_of_or_forgets_one_that_is_gone(
    bench: Any, run: Run
) -> None:
    key = bench.put(LISTING)
    for last, expected in (
        (CAT, CAT),
        ("dog red small top left", None),
        ("cat blue large top left", CAT),  # it came out otherwise than planned
        ("cat red small middle center", CAT),  # the only one of its kind
    ):
        turn = bench.store.begin_turn(bench.session_id, "x")
        bench.store.commit_turn(
            turn.turn_id, route="draw", reply="", version=key, plan={"last": last}
        )
        state = bench.state("make it blue", route="edit", source=key)
        assert run(resolve, state)["last"] == expected


def edit_state(bench: Any, text: str, **more: Any) -> Any:
    return bench.state(text, route="edit", source_caption=LISTING, **more)


def test_plan_writes_target_checks_and_what_was_spoken_of(bench: Any, run: Run) -> None:
    found = run(plan, edit_state(bench, "make it blue", last=CAT))
    made = found["plan"]
    assert made["target"] == LISTING.replace("cat red", "cat blue") == made["prompt"]
    assert [(check["text"], check["is_kept"]) for check in made["checks"]] == [
        ("cat blue small top left", False),
        (HOUSE, True),
    ]
    assert found["last"] == "cat blue small top left" and found["question"] is None
    assert bench.model.asked == [f"Last: {CAT}\nWish: make it blue"]


def test_plan_trusts_the_changes_where_the_copy_slips(bench: Any, run: Run) -> None:
    slip = "house blue small bottom left"
    bench.model.on_answer = lambda prompt: f"{CAT} -> nothing => meadow, day; {slip}."
    made = run(plan, edit_state(bench, "remove the cat"))["plan"]
    assert made["target"] == f"meadow, day; {HOUSE}."


def test_plan_asks_again_for_what_does_not_fit_and_never_paints_it(bench: Any, run: Run) -> None:
    wrong = f"cat red large top left -> cat green large top left => {LISTING}"
    bench.model.on_answer = lambda prompt: wrong if "Make" in prompt else None
    found = run(plan, edit_state(bench, "Make the cat green!"))
    assert found["plan"]["changes"] == [f"{CAT} -> cat green small top left"]
    assert bench.model.asked == ["Wish: Make the cat green!", "Wish: make the cat green"]
    bench.model.on_answer = lambda prompt: wrong
    told = run(plan, edit_state(bench, "Make the cat green!"))
    assert "in other words" in told["reply"] and "plan" not in told


def test_plan_asks_what_should_go_where_there_is_no_room(bench: Any, run: Run) -> None:
    places = ("top center", "top right", "middle left", "middle center")
    more = "; ".join(f"nothing -> star red small {place}" for place in places)
    bench.model.on_answer = lambda prompt: f"{more} => {LISTING}"
    assert "at most 5 things" in run(plan, edit_state(bench, "add four stars"))["question"]


def test_to_change_places_takes_nothing_away(bench: Any, run: Run) -> None:
    bench.model.on_answer = lambda prompt: f"{CAT} -> nothing => meadow, day; nothing."
    told = run(plan, edit_state(bench, "Swap them"))
    assert told == {"question": "Which two things should change places?"}
    assert run(plan, edit_state(bench, "swap it out"))["plan"]["changes"] == [f"{CAT} -> nothing"]


def test_plan_leaves_what_is_so_already(bench: Any, run: Run) -> None:
    bench.model.on_answer = lambda prompt: f"{CAT} -> {CAT} => {LISTING}"
    assert "shows that already" in run(plan, edit_state(bench, "make the cat red"))["reply"]
    assert "shows that already" in run(plan, edit_state(bench, "let it be tiny"))["reply"]
    assert "do not know how" in run(plan, edit_state(bench, "make the cat striped"))["reply"]


def test_plan_asks_and_declines(bench: Any, run: Run) -> None:
    assert run(plan, edit_state(bench, "make the dog blue"))["question"].startswith("There is no")
    told = run(plan, edit_state(bench, "make the dog blue", num_questions=2))
    assert told["question"] is None and told["reply"].startswith("I still do not know")
    assert run(plan, edit_state(bench, "add an elephant"))["route"] == "outside"


def test_a_second_round_lets_the_failing_checks_change_the_instruction(
    bench: Any, run: Run
) -> None:
    before = {"prompt": "A cat.", "checks": []}
    more = {"plan": before, "round": 1, "best": {"revision": "add a dog"}}
    assert run(plan, edit_state(bench, "x", **more)) == {"question": None}
    bench.model.describes_edits = False
    assert run(plan, edit_state(bench, "x", **more))["plan"]["prompt"] == "A cat. Add a dog."
    assert bench.model.asked == []


def paint_state(bench: Any, target: str, **more: Any) -> Any:
    made = {"prompt": target, "is_global": False, "checks": [], "changes": [], "target": target}
    return bench.state("x", route="edit", plan=made, **more)


def test_paint_stores_each_candidate_locked_to_its_source(bench: Any, run: Run) -> None:
    source = bench.put(LISTING)
    target = LISTING.replace("cat red", "cat blue")
    options = TurnOptions(candidates=2).to_json()
    found = run(paint, paint_state(bench, target, source=source, options=options))["candidates"]
    assert [one["index"] for one in found] == [0, 1]
    assert [one["seed"] for one in found][0] == 11 and len({one["seed"] for one in found}) == 2
    assert all(0.9 < one["kept_share"] < 1 for one in found)
    assert len([event for event in bench.events if isinstance(event, CandidatePainted)]) == 2
    assert all(bench.store.images.exists(one["image_hash"]) for one in found)


def test_reflect_keeps_the_best_and_says_why_it_stops(bench: Any, run: Run) -> None:
    checks = [{"text": text, "expected": "yes", "is_kept": False} for text in (CAT, HOUSE)]
    made = {"prompt": LISTING, "checks": checks}
    good, bad = bench.put(LISTING), bench.put(f"meadow, day; {CAT}.")
    candidates = [
        {"image_hash": key, "seed": 1, "round": 0, "index": index}
        for index, key in enumerate((bad, good))
    ]
    found = run(reflect, bench.state("x", plan=made, candidates=candidates))
    assert found["best"]["image_hash"] == good and found["best"]["score"] == 1.0
    assert found["stop_reason"] == "all checks passed"
    found = run(reflect, bench.state("x", plan=made, candidates=candidates[:1]))
    assert found["best"]["score"] == 0.5 and found["stop_reason"] is None and found["round"] == 1


def test_reflect_judges_a_picture_once(bench: Any, run: Run) -> None:
    made = {
        "prompt": LISTING,
        "checks": [{"text": text, "expected": "yes", "is_kept": False} for text in (CAT, HOUSE)],
    }
    bad = bench.put(f"meadow, day; {CAT}.")
    twins = [{"image_hash": bad, "seed": n, "round": 0, "index": n} for n in (0, 1)]
    state = bench.state("x", plan=made, candidates=twins)
    first = run(reflect, state)
    again = [{"image_hash": bad, "seed": 2, "round": 1, "index": 0}]
    second = run(reflect, {**state, "candidates": again, "round": 1, "best": first["best"]})
    assert [prompt[:5] for prompt in bench.model.asked] == ["List ", "Check"]
    assert [one["score"] for one in first["candidates"] + second["candidates"]] == [0.5] * 3
    assert second["stop_reason"] == "the round limit was reached"
    assert len(bench.store.candidates(state["turn_id"])) == 3


@pytest.mark.parametrize(("lead", "seen"), [(7.0, LISTING), (9.0, f"meadow, day; {CAT}.")])
def test_what_was_meant_is_believed_unless_the_eye_is_sure(
    bench: Any, run: Run, lead: float, seen: str
) -> None:
    made = {
        "target": LISTING,
        "prompt": LISTING,
        "checks": [{"text": HOUSE, "expected": "yes", "is_kept": False}],
    }
    bench.model.choose = lambda messages, options: [lead, 0.0]
    key = bench.put(f"meadow, day; {CAT}.", "version")
    candidate = {"image_hash": key, "seed": 0, "round": 0, "index": 0}
    found = run(reflect, bench.state("x", plan=made, candidates=[candidate]))
    assert found["best"]["listing"] == bench.store.image(key).caption == seen
    assert found["best"]["score"] == (1.0 if seen == LISTING else 0.0)


def test_what_the_lock_kept_is_not_read_anew(bench: Any, run: Run) -> None:
    """The eye is sure of a dog where nothing was painted, and of a green house where it was."""
    target = "meadow, day; cat red small top left; house blue small bottom right."
    made = {"target": target, "checks": [{"text": CAT, "expected": "yes", "is_kept": True}]}
    bench.model.choose = lambda messages, options: [99.0, 0.0]
    seen = "meadow, night; dog white small top left; house green small bottom right."
    key = bench.put(seen, "version")
    candidate = {"image_hash": key, "seed": 0, "round": 0, "index": 0}
    state = bench.state("x", plan=made, candidates=[candidate], source_caption=LISTING)
    found = run(reflect, state)
    wanted = "meadow, day; cat red small top left; house green small bottom right."
    assert found["best"]["listing"] == wanted
    loose = {**state["options"], "lock": "off"}
    other = {**candidate, "image_hash": bench.put(seen.replace("green", "red"), "version")}
    found = run(reflect, {**state, "options": loose, "candidates": [other]})
    assert found["best"]["listing"] == seen.replace("green", "red")


def test_reflect_asks_again_where_the_critic_failed(bench: Any, run: Run) -> None:
    made = {"prompt": LISTING, "checks": [{"text": CAT, "expected": "yes", "is_kept": False}]}
    candidates = [{"image_hash": bench.put(LISTING), "seed": 1, "round": 0, "index": 0}]
    state = bench.state("x", plan=made, candidates=candidates)
    bench.model.on_answer = lambda prompt: "hm" if prompt.startswith("Check") else None
    assert run(reflect, state)["best"]["score"] is None
    bench.model.on_answer = lambda prompt: None
    assert run(reflect, state)["best"]["score"] == 1.0


def test_a_verdict_that_contradicts_its_evidence_follows_the_evidence(bench: Any, run: Run) -> None:
    made = {
        "prompt": LISTING,
        "checks": [{"text": text, "expected": "yes", "is_kept": False} for text in (CAT, HOUSE)],
    }
    candidates = [{"image_hash": bench.put(LISTING), "seed": 1, "round": 0, "index": 0}]
    state = bench.state("x", plan=made, candidates=candidates)
    said = f"{CAT} no; cat no => make it a house"
    bench.model.on_answer = lambda prompt: said if prompt.startswith("Check") else None
    verdicts = run(reflect, state)["best"]["verdicts"]
    assert [one["verdict"] for one in verdicts] == ["yes", "no"]


def test_commit_twice_changes_nothing(bench: Any, run: Run) -> None:
    state = bench.state("hello", route="chat", reply="Hello.")
    assert run(commit, state)["reply"] == "Hello."
    first = bench.store.turn(state["turn_id"])
    run(commit, {**state, "reply": "Again."})
    assert bench.store.turn(state["turn_id"]) == first


@pytest.mark.parametrize(
    ("text", "is_named"),
    [("draw an elephant", True), ("draw two elepahnts", True), ("read me a story", False)],
)
def test_a_refusal_names_only_what_the_user_named(
    bench: Any, run: Run, text: str, is_named: bool
) -> None:
    refusal = "I cannot draw an elephant."
    state = bench.state(text, route="outside", reply=refusal, source=bench.put(LISTING))
    told = run(decline, state)["reply"]
    assert told.startswith(refusal if is_named else "That is outside what I can do.")


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("make it rain", "I cannot draw a rainld.", "I cannot draw a rain."),
        ("put it in a fire station", "I cannot draw a fireo station.", "a fire station."),
        ("a camel in the desert", "I cannot draw a derer.", "outside what I can do."),
        ("a dog that looks angry", "I cannot make things an an ansy.", "outside what I can do."),
        ("make the house striped", "I cannot make things house.", "outside what I can do."),
        ("draw a car", "I have no apple.", "That is outside what I can do."),
        ("read me a story", "I cannot draw a tractor.", "That is outside what I can do."),
    ],
)
def test_a_refusal_is_in_the_users_own_words(
    bench: Any, run: Run, text: str, said: str, expected: str
) -> None:
    state = bench.state(text, route="outside", reply=said, source=bench.put(LISTING))
    assert expected in run(decline, state)["reply"]


@pytest.mark.parametrize("text", ["remove the cat", "make it brighter"])
def test_a_change_without_a_picture_is_told_so(bench: Any, run: Run, text: str) -> None:
    told = run(decline, bench.state(text, route="outside"))["reply"]
    assert told.startswith("There is no picture yet.")


@pytest.mark.parametrize("route_name", ["chat", "outside"])
def test_decline_says_what_can_be_drawn(bench: Any, run: Run, route_name: str) -> None:
    told = run(decline, bench.state("draw an elephant", route=route_name))["reply"]
    assert "I can draw cats" in told
    assert (route_name == "outside") == told.startswith("I cannot draw an elephant.")


def test_a_model_of_photographs_gets_the_wishes_in_words(bench: Any, run: Run) -> None:
    bench.model.describes_edits = False
    bench.store.add_wish(bench.session_id, "make everything warmer", {})
    key = bench.put(LISTING)
    state = bench.state("make the cat green", source=key, source_caption=LISTING, route="edit")
    made = run(plan, state)["plan"]
    assert made["prompt"].endswith(". Keep to this: make everything warmer.")
    assert made["checks"][-1] == {
        "text": "make everything warmer", "expected": "yes", "is_kept": True
    }  # fmt: skip
    assert made["wishes"] == [1]
