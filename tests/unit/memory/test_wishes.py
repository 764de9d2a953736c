"""Standing wishes are data of their session: numbered, kept when revoked, carried away with it."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pentimento import InputError
from pentimento.memory.records import CheckRecord
from pentimento.memory.store import SessionStore

OpenStore = Callable[..., SessionStore]
NIGHT = {"ground": ["night"]}


def test_wishes_are_numbered_listed_and_revoked(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first = store.add_wish(session_id, "keep it night", NIGHT)
    second = store.add_wish(session_id, "never touch the dog", {"untouched": [["dog"]]})
    assert (first.number, second.number, first.rules) == (1, 2, NIGHT)
    assert store.wishes(session_id) == [first, second]
    revoked = store.revoke_wish(session_id, 1)
    assert revoked.revoked_at is not None
    assert store.wishes(session_id) == [second]
    assert store.wishes(session_id, with_revoked=True) == [revoked, second]
    assert store.revoke_wish(session_id, 1) == revoked  # once is enough
    assert store.add_wish(session_id, "keep it night", NIGHT).number == 3


def test_a_wish_that_holds_is_not_added_twice(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first = store.add_wish(session_id, "keep it night", NIGHT)
    assert store.add_wish(session_id, "keep it night", NIGHT) == first
    assert len(store.wishes(session_id)) == 1


def test_a_turn_that_is_taken_up_again_tells_its_wish_once(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    turn = store.begin_turn(session_id, "from now on keep it night")
    first = store.add_wish(session_id, "keep it night", NIGHT, turn.turn_id)
    store.revoke_wish(session_id, 1)
    again = store.add_wish(session_id, "keep it night", NIGHT, turn.turn_id)
    assert again.number == first.number and again.revoked_at is not None


def test_wishes_survive_a_restart(store: SessionStore, open_store: OpenStore) -> None:
    session_id = store.create_session().session_id
    told = store.add_wish(session_id, "nothing ünï but ж", {"absent": ["dog"]})
    assert open_store().wishes(session_id) == [told]


def test_what_belongs_to_no_session_is_refused(store: SessionStore) -> None:
    one, other = store.create_session().session_id, store.create_session().session_id
    turn = store.begin_turn(other, "hello")
    with pytest.raises(InputError, match="another session"):
        store.add_wish(one, "keep it night", NIGHT, turn.turn_id)
    with pytest.raises(InputError, match="no standing wish 4"):
        store.revoke_wish(one, 4)
    with pytest.raises(InputError, match="no session"):
        store.wishes("nowhere")


def test_wishes_leave_with_their_session_and_come_back(store: SessionStore, tmp_path: Path) -> None:
    session_id = store.create_session("Told").session_id
    turn = store.begin_turn(session_id, "from now on keep it night")
    store.add_wish(session_id, "keep it night", NIGHT, turn.turn_id)
    store.add_wish(session_id, "no dogs", {"absent": ["dog"]})
    store.revoke_wish(session_id, 2)
    told = store.wishes(session_id, with_revoked=True)
    path = store.export_session(session_id, tmp_path / "told.zip")

    twin = store.import_session(path)  # beside the original: new ids
    assert twin.session_id != session_id
    copied = store.wishes(twin.session_id, with_revoked=True)
    assert [(one.number, one.text, one.rules, one.revoked_at) for one in copied] == [
        (one.number, one.text, one.rules, one.revoked_at) for one in told
    ]
    assert copied[0].turn_id == store.turns(twin.session_id)[0].turn_id != turn.turn_id
    store.purge_session(twin.session_id)
    store.purge_session(session_id)
    assert store.wishes(store.import_session(path).session_id, with_revoked=True) == told


def test_an_archive_without_wishes_is_read_and_one_with_strange_wishes_is_not(
    store: SessionStore, tmp_path: Path
) -> None:
    session_id = store.create_session("Old").session_id
    store.add_wish(session_id, "no dogs", {"absent": ["dog"]})
    path = store.export_session(session_id, tmp_path / "new.zip")

    def rewritten(name: str, change: Callable[[dict[str, object]], object]) -> Path:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / name, "w") as new:
            for member in old.namelist():
                data = old.read(member)
                if member == "session.json":
                    content = json.loads(data)
                    change(content)
                    data = json.dumps(content).encode()
                new.writestr(member, data)
        return tmp_path / name

    old = rewritten("old.zip", lambda content: content.pop("wishes"))
    assert store.wishes(store.import_session(old).session_id) == []

    def double(content: dict[str, object]) -> None:
        wishes = content["wishes"]
        assert isinstance(wishes, list)
        wishes.append(wishes[0])

    with pytest.raises(InputError, match="one number"):
        store.import_session(rewritten("double.zip", double))


def test_the_user_overrules_what_the_critic_failed(
    store: SessionStore, open_store: OpenStore, tmp_path: Path
) -> None:
    session_id = store.create_session().session_id
    first = store.begin_turn(session_id, "draw a cat")
    told = [
        CheckRecord(first.turn_id, "cat", "yes", "yes"),
        CheckRecord(first.turn_id, "star", "yes", "no"),
        CheckRecord(first.turn_id, "dog", "yes", "unsure"),
    ]
    store.commit_turn(first.turn_id, route="draw", reply="Done.", checks=told)
    second = store.begin_turn(session_id, "it's fine")
    store.commit_turn(second.turn_id, route="history", reply="Well.")
    store.overrule_checks(first.turn_id)
    assert store.overrule_checks(first.turn_id) == open_store().checks(first.turn_id)
    assert [one.is_overruled for one in store.checks(first.turn_id)] == [False, True, False]
    assert store.path_checks(second.turn_id) == {first.turn_id: store.checks(first.turn_id)}
    path = store.export_session(session_id, tmp_path / "s.zip")
    twin = store.import_session(path)
    copied = store.checks(store.turns(twin.session_id)[0].turn_id)
    assert [one.is_overruled for one in copied] == [False, True, False]
