"""The number of threads is the one that was measured to be fastest."""

from collections.abc import Callable, Iterator

import pytest
import torch
from pentimento.model.nexus.threads import (
    SMALL,
    USER_VARIABLES,
    fastest_thread_count,
    settle_threads,
)
from transformers import Qwen2Config, Qwen2Model


@pytest.fixture(autouse=True)
def four_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    for name in USER_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def spend(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what lets a number of seconds pass, on the only clock that `threads` reads."""
    now = 0.0

    def spend(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("pentimento.model.nexus.threads.time.perf_counter", lambda: now)
    return spend


@pytest.mark.parametrize("fastest", [1, 2, 4])
def test_the_fastest_count_is_found_and_the_setting_is_left_alone(
    fastest: int, spend: Callable[[float], None]
) -> None:
    assert fastest_thread_count(lambda: spend(1 + (torch.get_num_threads() != fastest))) == fastest
    assert torch.get_num_threads() == 4


def test_fewer_threads_are_taken_where_more_gain_little(spend: Callable[[float], None]) -> None:
    assert fastest_thread_count(lambda: spend(1 - torch.get_num_threads() / 100)) == 1


def test_a_small_model_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    model = _model()
    model.register_forward_pre_hook(lambda *_: seen.add(torch.get_num_threads()))
    settle_threads(model)
    assert seen == {1, 2, 4}
    assert torch.get_num_threads() in seen


@pytest.mark.parametrize("name", USER_VARIABLES)
def test_what_the_user_said_stands(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "4")
    model = _model()
    model.register_forward_pre_hook(lambda *_: pytest.fail("The model was measured."))
    settle_threads(model)
    assert torch.get_num_threads() == 4


def test_a_large_model_keeps_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model()
    size = sum(parameter.numel() for parameter in model.parameters())
    monkeypatch.setattr("pentimento.model.nexus.threads.SMALL", size)
    assert size < SMALL
    settle_threads(model)
    assert torch.get_num_threads() == 4


def _model() -> Qwen2Model:
    return Qwen2Model(
        Qwen2Config(
            vocab_size=8, hidden_size=32, intermediate_size=64, num_hidden_layers=1,
            num_attention_heads=2, num_key_value_heads=2,
        )
    )  # fmt: skip
