"""Thirty times `kill -9` in the middle of turns: none that was committed is lost, none is twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pentimento import InputError
from pentimento.agent.conversation import Agent
from pentimento.agent.errors import BusyError
from pentimento.agent.events import NodeStarted, TurnFinished
from pentimento.agent.pictures import decode
from pentimento.memory.leases import new_owner
from pentimento.memory.records import TurnRecord

HERE = Path(__file__).parent
NUM_KILLS = 30
NODES = ("paint", "reflect", "commit")


@pytest.fixture
def breeder() -> Iterator[subprocess.Popen[str]]:
    """Yield the process that forks a victim for every line it is sent."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "takes_turns.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert process.stdin and process.stdout
    yield process
    process.stdin.close()
    process.wait()
    process.stdout.close()


def kill_somewhere(
    breeder: subprocess.Popen[str], order: str, rng: random.Random, node: str
) -> list[str]:
    """Kill a victim a moment after it reached a node; return the turns it told as committed."""
    assert breeder.stdin and breeder.stdout
    breeder.stdin.write(order)
    breeder.stdin.flush()
    committed, pid, is_alive = [], 0, True
    countdown = rng.randrange(1, 3)  # in the first or the second turn
    for line in breeder.stdout:
        word, _, name = line.strip().partition(" ")
        if word == "pid":
            pid = int(name)
        elif word == "dead":
            break
        elif word in ("committed", "recovered"):
            committed.append(name)
        elif name == node:
            countdown -= 1
        if countdown <= 0 and pid and is_alive:
            time.sleep(rng.random() * 0.03)
            os.kill(pid, signal.SIGKILL)
            is_alive = False
    assert not is_alive, "the victim died by itself"
    return committed


@pytest.mark.timeout(240)
def test_a_kill_at_any_point_loses_no_committed_turn_and_doubles_none(
    tmp_path: Path,
    open_agent: Callable[..., Agent],
    scripted: ModuleType,
    breeder: subprocess.Popen[str],
) -> None:
    agent = open_agent(scripted.ScriptedStorybook())
    session_id = agent.store.create_session().session_id
    list(agent.take_turn(session_id, "draw a small red cat at the top left"))
    rng = random.Random(7)
    known: dict[str, TurnRecord] = {}
    for number in range(NUM_KILLS):
        order = f"{tmp_path} {session_id} {rng.randrange(1000)}\n"
        told = kill_somewhere(breeder, order, rng, NODES[number % len(NODES)])
        now = {turn.turn_id: turn for turn in agent.store.turns(session_id)}
        for turn_id in told:  # what was announced as committed is there
            assert now[turn_id].status == "done"
        for turn_id, turn in known.items():  # and stays as it was
            assert now[turn_id] == turn
        known = {key: turn for key, turn in now.items() if turn.is_finished}
    last = agent.recover()
    assert [turn.status for turn in last] in ([], ["done"])
    assert agent.store.unfinished_turns() == []
    check_tree(agent, session_id, scripted)


def check_tree(agent: Agent, session_id: str, scripted: ModuleType) -> None:
    turns = agent.store.turns(session_id)
    assert len(turns) > NUM_KILLS // 2
    assert {turn.status for turn in turns} == {"done"}
    assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
    # One line of turns, each under the one before: none was committed twice.
    assert max(Counter(turn.parent_id for turn in turns).values()) == 1
    assert [turn.turn_id for turn in agent.view(session_id).path] == [t.turn_id for t in turns]
    for turn in turns[1:]:
        version = agent.store.version_at(turn.turn_id)  # its own, unless the cat was so already
        colour = turn.text.split()[-1]
        seen = scripted.read_scene(decode(agent.store.images.get(version or "")))
        assert [thing.colour for thing in seen.things] == [colour]
        chosen = [one for one in agent.store.candidates(turn.turn_id) if one.chosen]
        assert len(chosen) <= 1


EDIT_NODES = ["perceive", "route", "resolve", "plan", "paint", "reflect", "measure"]


def killed_while_painting(
    agent: Agent, session_id: str, monkeypatch: pytest.MonkeyPatch, words: str
) -> str:
    """Return the id of a turn whose process is gone."""
    die_at(monkeypatch, "paint")
    events = agent.take_turn(session_id, words)
    turn_id: str = next(events).turn_id
    bury(agent, turn_id)
    die_at(monkeypatch, "nowhere")
    return turn_id


def test_the_next_request_goes_on_from_what_a_killed_process_left(
    open_agent: Callable[..., Agent], scripted: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = open_agent(scripted.ScriptedStorybook())
    session_id = agent.store.create_session().session_id
    list(agent.take_turn(session_id, "draw a small red cat at the top left"))
    turn_id = killed_while_painting(agent, session_id, monkeypatch, "make the cat blue")
    again = open_agent(scripted.ScriptedStorybook())
    list(again.take_turn(session_id, "add a large green tree at the bottom right"))
    view = again.view(session_id)
    assert [turn.status for turn in view.turns] == ["done"] * 3
    assert [turn.turn_id for turn in view.path][1] == turn_id
    seen = scripted.read_scene(decode(again.store.images.get(view.picture or "")))
    assert str(seen) == "meadow, day; cat blue small top left; tree green large bottom right."


def test_a_killed_turn_leaves_the_head_where_the_user_went_since(
    open_agent: Callable[..., Agent], scripted: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = open_agent(scripted.ScriptedStorybook())
    session_id = agent.store.create_session().session_id
    for words in ("draw a small red cat at the top left", "make the cat green"):
        list(agent.take_turn(session_id, words))
    turn_id = killed_while_painting(agent, session_id, monkeypatch, "make the cat blue")
    again = open_agent(scripted.ScriptedStorybook())
    before = again.undo(session_id)
    assert [turn.status for turn in again.recover()] == ["done"]
    after = again.view(session_id)
    assert (after.picture, after.can_redo) == (before.picture, True)
    assert after.turns[-1].turn_id == turn_id and after.turns[-1].version != after.picture


def test_two_programs_do_not_take_turns_of_one_session_at_once(
    open_agent: Callable[..., Agent], scripted: ModuleType
) -> None:
    agent = open_agent(scripted.ScriptedStorybook())
    session_id = agent.store.create_session().session_id
    list(agent.take_turn(session_id, "draw a small red cat at the top left"))
    other = agent.store.begin_turn(session_id, "make the cat blue", owner=new_owner())
    with pytest.raises(BusyError, match="Another program works on this session"):
        agent.take_turn(session_id, "make the cat green")
    with pytest.raises(InputError, match="Another program works on this session"):
        agent.store.begin_turn(session_id, "make the cat green", owner=new_owner())
    agent.store.fail_turn(other.turn_id, "It was enough.")
    list(agent.take_turn(session_id, "make the cat green"))
    assert agent.view(session_id).turns[-1].status == "done"


@pytest.mark.parametrize("node", EDIT_NODES)
def test_a_turn_goes_on_after_its_last_finished_node(
    node: str,
    open_agent: Callable[..., Agent],
    scripted: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The process "dies" as the node begins: nothing after that moment is written."""
    model = scripted.ScriptedStorybook()
    agent = open_agent(model)
    session_id = agent.store.create_session().session_id
    list(agent.take_turn(session_id, "draw a small red cat at the top left"))
    die_at(monkeypatch, node)
    events = agent.take_turn(session_id, "make the cat blue", seed=3)
    turn_id = next(events).turn_id
    bury(agent, turn_id)
    die_at(monkeypatch, "nowhere")
    asked = len(model.asked)
    again = open_agent(model)
    (turn,) = again.recover()
    assert (turn.turn_id, turn.status, turn.seed) == (turn_id, "done", 3)
    assert [turn.version] == [again.view(session_id).picture]
    before = EDIT_NODES[: EDIT_NODES.index(node)]
    nodes = [step.node for step in again.store.steps(turn_id)]
    assert nodes == ["begin", *before, "recover", *EDIT_NODES[len(before) :], "commit"]
    if node in ("paint", "reflect", "measure"):  # the plan was not asked for again
        assert not any(prompt.startswith(("Wish", "Last")) for prompt in model.asked[asked:])


class Death(BaseException):
    """Ends a thread as a kill would: nothing catches it."""


def die_at(monkeypatch: pytest.MonkeyPatch, node: str) -> None:
    """Make every turn from now on end in that node without a trace."""

    def announce(turn_id: str, name: str) -> NodeStarted:
        if name == node:
            raise Death
        return NodeStarted(turn_id, name)

    monkeypatch.setattr("pentimento.agent.steps.NodeStarted", announce)


def bury(agent: Agent, turn_id: str) -> None:
    """Wait for the thread to die; free its lease, for this process itself lives on."""
    for thread in list(agent._runner._threads):
        thread.join(5)
        assert not thread.is_alive()
    agent.store.release_turn(turn_id, agent._owner)


@pytest.fixture(autouse=True)
def quiet_deaths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.excepthook", lambda arguments: None)


def test_a_turn_that_always_kills_the_program_is_given_up(
    open_agent: Callable[..., Agent], scripted: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = scripted.ScriptedStorybook()
    agent = open_agent(model)
    session_id = agent.store.create_session().session_id
    die_at(monkeypatch, "plan")
    events = agent.take_turn(session_id, "draw a cat")
    turn_id = next(events).turn_id
    bury(agent, turn_id)
    for _ in range(3):
        again = open_agent(model)
        turn = again.store.turn(turn_id)
        assert again.store.claim_turn(turn_id, again._owner)
        events = again._take_up(turn)
        bury(again, turn_id)
    (turn,) = open_agent(model).recover()
    assert turn.status == "failed" and "stopped the program 3 times" in (turn.error or "")


def test_a_question_that_was_not_told_before_the_kill_is_asked_again(
    open_agent: Callable[..., Agent], scripted: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(turn_id: str, question: str) -> None:
        raise Death

    agent = open_agent(scripted.ScriptedStorybook())
    session_id = agent.store.create_session().session_id
    monkeypatch.setattr(agent.store, "wait_turn", die)
    events = agent.take_turn(session_id, "draw something", seed=4)
    turn_id = next(events).turn_id
    bury(agent, turn_id)
    again = open_agent(scripted.ScriptedStorybook())
    (turn,) = again.recover()
    assert (turn.status, turn.question) == ("waiting", "What should I draw?")
    last = list(again.resume_turn(turn_id, "a red cat"))[-1]
    assert isinstance(last, TurnFinished) and last.turn.version and last.turn.seed == 4


def test_the_same_turn_id_is_taken_once(agent: Agent, session_id: str) -> None:
    turn_id = "a" * 32
    first = list(agent.take_turn(session_id, "draw a cat", turn_id=turn_id))[-1]
    second = list(agent.take_turn(session_id, "draw a cat", turn_id=turn_id))
    assert isinstance(first, TurnFinished) and second == [first]
    assert len(agent.store.turns(session_id)) == 1
