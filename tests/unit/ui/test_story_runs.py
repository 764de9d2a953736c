"""Stories on the command line: pictures, page, report, and going on where it failed."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Run = Callable[..., Any]
STORY = """
title: The cat & the <house>
seed: 7
steps:
  - draw: draw a small red cat at the top left, meadow, day
  - ask: how many things are there?
    expect: one
  - edit: add a large blue house at the bottom right
  - ask: how many things are there?
    expect: [two, "2"]
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Return a story's script."""
    path = tmp_path / "cat.yaml"
    path.write_text(STORY)
    return path


def test_a_story_leaves_pictures_a_page_and_a_report(
    tmp_path: Path, script: Path, pentimento: Run
) -> None:
    out = tmp_path / "out"
    result = pentimento("story", "run", script, "-o", out, "--json")
    assert result.code == 0
    assert result.json["num_expectations_met"] == result.json["num_expectations"] == 2
    assert sorted(path.name for path in (out / "cat").iterdir()) == [
        "01-draw.png",
        "02-ask.png",
        "03-edit.png",
        "04-ask.png",
    ]
    page = (out / "storyboard.html").read_text()
    assert "The cat &amp; the &lt;house&gt;" in page
    assert page.count("data:image/png;base64,") == 4
    assert "http" not in page  # it needs nothing beside itself


def test_a_failed_expectation_is_exit_code_1(tmp_path: Path, script: Path, pentimento: Run) -> None:
    script.write_text(STORY.replace("expect: one", "expect: nine"))
    result = pentimento("story", "run", script, "-o", tmp_path / "out")
    assert result.code == 1
    assert "✗ 2. ask" in result.out and "expected: nine" in result.out


def test_a_story_goes_on_at_the_failed_step(
    tmp_path: Path, script: Path, pentimento: Run, scripted: ModuleType
) -> None:
    from pentimento.model.errors import ModelError

    class Failing(scripted.ScriptedStorybook):  # type: ignore[misc, name-defined]
        def imagine(self, briefs: Any, **more: Any) -> Any:
            if self.painted:  # the drawing went well
                raise ModelError("The decoder gave up.")
            return super().imagine(briefs, **more)

    out = tmp_path / "out"
    first = pentimento("story", "run", script, "-o", out, "--json", model=Failing())
    assert first.code == 1
    told = first.json["stories"]["cat"]["result"]["results"]
    assert [step["status"] for step in told] == ["done", "done", "failed"]

    model = scripted.ScriptedStorybook()
    second = pentimento("story", "run", script, "-o", out, "--json", model=model)
    assert second.code == 0
    assert len(model.painted) == 1  # the drawing was not done again
    assert (
        second.json["stories"]["cat"]["result"]["session_id"]
        == (first.json["stories"]["cat"]["result"]["session_id"])
    )


def test_many_stories_share_a_page(tmp_path: Path, script: Path, pentimento: Run) -> None:
    other = tmp_path / "dog.yaml"
    other.write_text("title: A dog\nsteps:\n  - draw: draw a dog\n")
    result = pentimento("story", "run", script, other, "-o", tmp_path / "out", "--json")
    assert result.code == 0
    assert set(result.json["stories"]) == {"cat", "dog"}
    assert (tmp_path / "out" / "storyboard.html").read_text().count("<section>") == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("steps: []", "needs a list of steps"),
        ("steps: [{dance: wildly}]", "line 1"),
        ("title: x\nsteps:\n  - draw: [", "line 3"),
    ],
)
def test_a_bad_script_is_refused_with_its_line(
    text: str, word: str, tmp_path: Path, pentimento: Run
) -> None:
    script = tmp_path / "bad.yaml"
    script.write_text(text)
    result = pentimento("story", "run", script, "-o", tmp_path / "out")
    assert result.code == 2
    assert word in result.err
    assert not (tmp_path / "out").exists()


def test_a_foreign_report_is_not_overwritten(tmp_path: Path, script: Path, pentimento: Run) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.json").write_text("[1]")
    assert pentimento("story", "run", script, "-o", out).code == 2
    assert (out / "report.json").read_text() == "[1]"
