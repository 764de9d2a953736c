"""Earlier turns' checks: which still stand, which were lost, and what brings them back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pentimento.agent.acceptance import accepts
from pentimento.agent.language import Change, read_changes, read_listing
from pentimento.agent.regression import holds, is_superseded, regression, standing_checks
from pentimento.memory.records import CheckRecord, TurnRecord

PARK = read_listing("meadow, day; dog red small top left; cat blue small top right.")


def turn(number: int, changes: str = "", **more: Any) -> TurnRecord:
    source = f"v{number - 1}" if number > 1 else None
    values: dict[str, Any] = {
        "turn_id": f"t{number}",
        "session_id": "s",
        "parent_id": f"t{number - 1}" if number > 1 else None,
        "number": number,
        "text": "",
        "status": "done",
        "version": f"v{number}",
        "brief": {"prompt": "", "source": source},
        "plan": {"changes": changes.split("; ") if changes else []},
        "created_at": datetime.now(UTC),
        "route": "edit",
        "image_hashes": (),
        "mask_hash": None,
        "reply": "",
        "seed": 1,
        "model": "",
        "timings": {},
        "error": None,
        "finished_at": None,
    }
    return TurnRecord(**values | more)


def check(number: int, text: str, **more: Any) -> CheckRecord:
    return CheckRecord(f"t{number}", text, "yes", more.pop("verdict", "yes"), **more)


def texts(path: list[TurnRecord], *checks: CheckRecord) -> list[str]:
    told: dict[str, list[CheckRecord]] = {}
    for one in checks:
        told.setdefault(one.turn_id, []).append(one)
    return [one.text for one in standing_checks(path, told)]


def test_what_was_asked_stands_until_a_request_is_about_it() -> None:
    path = [turn(1), turn(2, "nothing -> hat red small top center"), turn(3, "day -> night")]
    told = [check(1, "cat blue"), check(1, "day"), check(2, "hat red small top center")]
    assert texts(path[:2], *told) == ["cat blue", "day", "hat red small top center"]
    assert texts(path, *told, check(3, "night")) == [
        "cat blue",
        "hat red small top center",
        "night",
    ]


def test_nothing_of_a_kind_is_missed_once_its_last_was_taken_away() -> None:
    lost, gone = "cat red small top left", "cat blue small top right"
    target = "meadow, day; dog red small top left."
    path = [turn(1), turn(2, f"{gone} -> nothing")]
    told = [check(1, lost), check(1, "dog")]
    assert texts(path, *told) == [lost, "dog"]
    path[1] = turn(2, plan={"changes": [f"{gone} -> nothing"], "target": target})
    assert texts(path, *told) == ["dog"]
    past = regression(
        standing_checks(path[:1], {"t1": told}),
        PARK,
        read_listing(target),
        read_changes(f"{gone} -> nothing"),
    )
    assert not past.repairs and not past.lost


def test_what_never_held_was_kept_or_overruled_does_not_stand() -> None:
    path = [turn(1), turn(2, "day -> night")]
    told = [
        check(1, "cat", verdict="no"),
        check(1, "dog", verdict="unsure"),
        check(1, "star"),
        check(2, "star", verdict="no", is_kept=True, is_overruled=True),
        check(2, "boat", is_kept=True),
    ]
    assert texts(path, *told) == []


def test_a_new_drawing_and_an_adjustment_begin_anew() -> None:
    told = [check(1, "cat"), check(2, "boat")]
    drawn = turn(2, brief={"prompt": "", "source": None})
    assert texts([turn(1), drawn], *told) == ["boat"]
    assert texts([turn(1), turn(2, brief=None, route="adjust")], check(1, "cat")) == []


def test_a_loss_is_told_once() -> None:
    path = [turn(1), turn(2, plan={"changes": [], "lost": ["cat"]})]
    assert texts(path, check(1, "cat"), check(1, "dog")) == ["dog"]


@pytest.mark.parametrize(
    ("text", "change", "is_about"),
    [
        ("cat blue", "cat blue small top right -> cat red small top right", True),
        ("cat small", "cat blue small top right -> cat red small top right", False),
        ("cat", "cat blue small top right -> nothing", True),
        ("dog red small top left", "cat blue small top right -> nothing", False),
        ("day", "day -> night", True),
        ("meadow", "day -> night", False),
        ("no hat", "nothing -> hat red small top center", True),
        ("2 cat", "nothing -> cat red small top center", True),
        ("hat red small top center", "nothing -> star red small top center", True),
    ],
)
def test_what_a_request_is_about(text: str, change: str, is_about: bool) -> None:
    assert is_superseded(text, read_changes(change)) is is_about


@pytest.mark.parametrize(
    ("text", "is_held"),
    [("day", True), ("beach", False), ("no hat", True), ("no dog", False), ("1 cat", True),
     ("2 cat", False), ("cat blue", True), ("cat red", False), ("left of everything", None)],
)  # fmt: skip
def test_what_a_listing_passes(text: str, is_held: bool | None) -> None:
    assert holds(text, PARK) is is_held


def found(*earlier: str, wish: str = "day -> night") -> Any:
    from pentimento.agent.language import apply_changes

    told = [check(1, text) for text in earlier]
    changes = read_changes(wish)
    target = apply_changes(PARK, changes)
    assert target
    return regression(standing_checks([turn(1)], {"t1": told}), PARK, target, changes)


def test_what_is_lost_is_brought_back_to_its_free_place() -> None:
    assert found("hat red small bottom left").repairs == (
        Change(None, "hat red small bottom left"),
    )
    assert found("dog green small top left").repairs == (
        Change("dog red small top left", "dog green small top left"),
    )


def test_what_was_painted_astray_moves_and_is_not_drawn_twice() -> None:
    cat = next(entry for entry in PARK.entries if entry.startswith("cat"))
    wanted = " ".join([*cat.split()[:3], "bottom left"])
    assert found(wanted).repairs == (Change(cat, wanted),)
    assert found(wanted, cat).repairs == (Change(None, wanted),)  # that one was asked for, too


def test_what_cannot_be_brought_back_is_reported() -> None:
    told = found("hat red small top left", "boat", "cat blue", "no star")
    assert told.repairs == ()
    assert [one.text for one in told.lost] == ["hat red small top left", "boat"]
    assert told.asked == ("no star",)  # the cat's own entry says as much as "cat blue"


@pytest.mark.parametrize(
    "text",
    [
        "it's fine",
        "That's ok as it is.",
        "looks good to me",
        "leave it",
        "I'm happy with it",
        "it's fine, leave it",
        "Perfect!",
        "I like it as it is",
        "leave it as is",
        "ok, that will do",
    ],
)
def test_the_user_is_content(text: str) -> None:
    assert accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        "make it fine",
        "is it ok?",
        "leave it out",
        "it's too dark",
        "perfect, now make it night",
        "I like the cat",
    ],
)
def test_the_user_is_not(text: str) -> None:
    assert not accepts(text)
