"""The command line run in this process, on a home of its own, with the scripted model."""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento.ui.cli import main
from pentimento.ui.compose import Studio, compose
from pentimento.ui.home import Home

SCRIPTED = Path(__file__).parents[2] / "integration" / "scripted.py"


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the JSON on stdout."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def scripted() -> ModuleType:
    """Return the module of the test double."""
    if "scripted" not in sys.modules:
        spec = importlib.util.spec_from_file_location("scripted", SCRIPTED)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules["scripted"] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
    return sys.modules["scripted"]


@pytest.fixture
def studio(tmp_path: Path, scripted: ModuleType) -> Iterator[Studio]:
    """Return a studio with the scripted model."""
    model = scripted.ScriptedStorybook()
    opened = compose(Home(tmp_path / "home"), "scripted", load_model=lambda name: model)
    yield opened
    opened.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which this test's data lives."""
    path = tmp_path / "home"
    monkeypatch.setenv("PENTIMENTO_HOME", str(path))
    return path


@pytest.fixture
def pentimento(
    home: Path, scripted: ModuleType, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Result]:
    """Return what runs a command line; `model` is the scripted one unless given."""

    def run(*arguments: object, model: Any = None) -> Result:
        capsys.readouterr()
        given = model or scripted.ScriptedStorybook()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments], load_model=lambda name: given)
        printed = capsys.readouterr()
        code = left.value.code
        return Result(int(code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def session_id(tmp_path: Path, pentimento: Callable[..., Result]) -> str:
    """Return a session of a drawing and an edit."""
    out = tmp_path / "x.png"
    drawn = pentimento("draw", "draw a red cat at the top left", "-o", out, "--json")
    session_id = str(drawn.json["session_id"])
    assert pentimento("edit", session_id, "make the cat blue", "-o", out).code == 0
    return session_id
