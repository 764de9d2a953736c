"""Takes turns until it is killed: the victims of test_kill.py.

Each line on stdin ("folder session seed") forks a victim, which spares it the imports.
"""

import os
import random
import sys
from pathlib import Path

from pentimento.agent.conversation import Agent
from pentimento.agent.events import CandidatePainted, Event, NodeStarted, Progress, TurnFinished
from pentimento.memory.images import ImageStore
from pentimento.memory.store import SessionStore
from pentimento.prompts.loader import PromptLibrary
from scripted import ScriptedStorybook

COLOURS = ("red", "green", "blue", "yellow", "purple", "white")


def open_agent(folder: Path) -> Agent:
    """Return an agent on a folder, slow enough to be killed in every node."""
    model = ScriptedStorybook(num_steps=3, step_seconds=0.02, answer_seconds=0.01)
    store = SessionStore(f"sqlite:///{folder / 'p.db'}", ImageStore(folder / "images"))
    return Agent(model, store, PromptLibrary("storybook"))


def main(folder: Path, session_id: str, seed: int) -> None:
    """Take turns for ever; one line a committed turn, and one where a kill would hurt."""
    agent, rng = open_agent(folder), random.Random(seed)
    for turn in agent.recover():
        say("recovered", turn.turn_id)
    while True:
        for event in agent.take_turn(session_id, f"make the cat {rng.choice(COLOURS)}"):
            tell(event)


def tell(event: Event) -> None:
    """Print where the turn is."""
    if isinstance(event, NodeStarted):
        say("node", event.node)
    elif isinstance(event, Progress | CandidatePainted):
        say("node", "paint")
    elif isinstance(event, TurnFinished):
        say("committed", event.turn_id)


def say(*words: str) -> None:
    """Print one line in one piece, begun afresh: a kill may have left half a line."""
    sys.stdout.write("\n" + " ".join(words) + "\n")
    sys.stdout.flush()


def breed() -> None:
    """Fork a victim a line, and tell its number and its end."""
    for line in sys.stdin:
        folder, session_id, seed = line.split()
        pid = os.fork()
        if pid == 0:
            main(Path(folder), session_id, int(seed))
        say("pid", str(pid))
        os.waitpid(pid, 0)
        say("dead", str(pid))


if __name__ == "__main__":
    breed()
