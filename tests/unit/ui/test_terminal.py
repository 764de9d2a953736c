"""The questions of a turn at a real terminal: plans that are confirmed, rewritten or refused."""

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

SCRIPTED = Path(__file__).parents[2] / "integration" / "scripted.py"
RUN = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("scripted", sys.argv[1])
scripted = importlib.util.module_from_spec(spec)
sys.modules["scripted"] = scripted
spec.loader.exec_module(scripted)
from pentimento.ui.cli import main
main(sys.argv[2:], load_model=lambda name: scripted.ScriptedStorybook())
"""
ASKED, PLAN = "edit it / no): ", "The plan [meadow, day; cat blue small top left.]: "
SECONDS = 240
pytestmark = pytest.mark.timeout(300)  # a busy machine starts a program slowly


@pytest.fixture
def drawn(tmp_path: Path, pentimento: Callable[..., Any]) -> Path:
    """Return a picture that was drawn in this home."""
    picture = tmp_path / "cat.png"
    assert pentimento("draw", "draw a small red cat at the top left", "-o", picture).code == 0
    return picture


def at_terminal(command: Sequence[str], *answers: tuple[str, str]) -> tuple[int, str]:
    """Return the exit code and all that was shown; each answer is typed once it is asked for."""
    arguments = [sys.executable, "-c", RUN, str(SCRIPTED), *command]
    process, terminal = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background ignores it
        os.execv(sys.executable, arguments)
    shown, waiting, deadline = "", list(answers), time.monotonic() + SECONDS
    read = 0  # up to here the questions were answered
    while True:
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:  # Linux tells the end of a terminal by EIO
            break
        shown += data.decode(errors="replace")
        if waiting and (place := shown.find(waiting[0][0], read)) >= 0:
            time.sleep(0.3)  # a person types after the question; until then typing is dropped
            os.write(terminal, waiting.pop(0)[1].encode())
            read = place + 1
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), shown


def edit(drawn: Path, *answers: tuple[str, str]) -> tuple[int, str, Path]:
    """Return what came of an edit whose plan is shown first, and where its picture would be."""
    out = drawn.with_name("blue.png")
    command = ("edit", str(drawn), "make the cat blue", "--confirm-plan", "-o", str(out))
    code, shown = at_terminal(command, *answers)
    return code, shown, out


def test_a_plan_is_rewritten_by_hand(drawn: Path) -> None:
    rewritten = "snow, night; cat blue large top left.\n"
    code, shown, out = edit(drawn, (ASKED, "edit it\n"), (PLAN, rewritten))
    assert code == 0, shown
    assert "change: cat red small top left -> cat blue small top left" in shown
    assert "the scene is snow now, it is night now, and the cat is blue and large now" in shown
    assert out.is_file()


def test_enter_takes_the_plan_as_it_is(drawn: Path) -> None:
    code, shown, out = edit(drawn, (ASKED, "edit it\n"), (PLAN, "\n"))
    assert code == 0, shown
    assert "Done: the cat is blue now." in shown and out.is_file()


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_leaving_at_the_question_cancels_the_turn(drawn: Path, key: str) -> None:
    code, shown, out = edit(drawn, (ASKED, key))
    assert code == 130, shown
    assert "Cancelled." in shown and not out.exists()
