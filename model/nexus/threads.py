"""How many threads a small model computes with on the CPU, measured and not guessed.

A model of a few megabytes spends its time in products too small to share. And whoever calls it from
several threads in turn, as the agent's steps do, has a team of helpers in each of them; those that
wait keep their cores busy. On some machines two threads take twice as long as one, on others half.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import torch
from torch import nn

SMALL = 200_000_000  # parameters; a larger model's products are always worth sharing
TRIES, HOPELESS = 2, 2.0
CALLERS = 2  # threads that call the model in turn
WORTH = 0.95  # more threads are taken for a time below this share of the fewer threads' time
USER_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
PROMPT_TOKENS, ANSWER_TOKENS = 32, 16  # of one measured step


def settle_threads(language_model: nn.Module) -> None:
    """Let torch compute with as many threads as read and write fastest with a small model.

    Nothing is done on a GPU, for a large model, and where the user has said how many by
    OMP_NUM_THREADS or MKL_NUM_THREADS.
    """
    parameter = next(language_model.parameters())
    is_small = sum(p.numel() for p in language_model.parameters()) < SMALL
    is_said = any(os.environ.get(name) for name in USER_VARIABLES)
    if parameter.device.type == "cpu" and is_small and not is_said:
        torch.set_num_threads(fastest_thread_count(_step_of(language_model, parameter)))


def fastest_thread_count(step: Callable[[], object]) -> int:
    """Return how many threads run `step` fastest: 1, 2, 4 ... or as many as there are now."""
    most = torch.get_num_threads()
    if most == 1:
        return most
    counts = [1 << power for power in range(most.bit_length()) if 1 << power < most] + [most]
    best, best_time = most, float("inf")
    try:
        for count in counts:
            torch.set_num_threads(count)  # a thread keeps what it found when it first computed
            with ExitStack() as stack:
                callers = [stack.enter_context(ThreadPoolExecutor(1)) for _ in range(CALLERS)]
                if _time(step, callers) > HOPELESS * best_time:  # also warms up
                    continue
                seconds = min(_time(step, callers) for _ in range(TRIES))
            if seconds < WORTH * best_time:
                best, best_time = count, seconds
    finally:
        torch.set_num_threads(most)
    return best


def _time(step: Callable[[], object], callers: Sequence[ThreadPoolExecutor]) -> float:
    """Return the seconds that a step takes each of the callers, one after the other."""
    start = time.perf_counter()
    for caller in callers:
        caller.submit(step).result()
    return time.perf_counter() - start


def _step_of(language_model: nn.Module, parameter: nn.Parameter) -> Callable[[], object]:
    """Return a step of a turn in small: a prompt is read, a few tokens are written."""
    width: int = language_model.config.hidden_size  # type: ignore[assignment, union-attr]
    prompt = torch.zeros(1, PROMPT_TOKENS, width, dtype=parameter.dtype)

    @torch.inference_mode()
    def step() -> None:
        language_model(inputs_embeds=prompt, use_cache=False)
        for _ in range(ANSWER_TOKENS):
            language_model(inputs_embeds=prompt[:, :1], use_cache=False)

    return step
