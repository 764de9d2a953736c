"""Work with a time limit: done in threads that are used again, given up when it hangs."""

import threading

import pytest
from pentimento.agent.errors import TimeLimitError
from pentimento.agent.limits import run_limited


def test_one_piece_of_work_after_the_other_shares_a_thread() -> None:
    def whoami() -> int:
        return threading.get_ident()

    first = run_limited(whoami, 5.0, "work")
    assert {run_limited(whoami, 5.0, "work") for _ in range(20)} == {first}
    assert first != threading.get_ident()


def test_work_inside_of_work_has_its_own_thread() -> None:
    assert run_limited(lambda: run_limited(lambda: 7, 5.0, "inner"), 5.0, "outer") == 7


def test_what_hangs_is_given_up_and_keeps_its_thread_to_itself() -> None:
    release, seen = threading.Event(), []

    def hang() -> None:
        seen.append(threading.get_ident())
        release.wait(10)

    with pytest.raises(TimeLimitError, match="work took longer than 0.05 seconds"):
        run_limited(hang, 0.05, "work")
    assert run_limited(threading.get_ident, 5.0, "more work") not in seen
    release.set()


@pytest.mark.parametrize("error", [ValueError("no"), TimeoutError("the network's own"), KeyError()])
def test_an_error_crosses_the_thread(error: Exception) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        run_limited(fail, 5.0, "work")
    assert caught.value is error
