"""`pentimento story run`: many stories, one after another, into one folder that can be resumed."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from .. import InputError
from ..agent.events import Event, Progress
from ..agent.stories import Story, StoryStep, load_story
from ..agent.story_runner import StepResult, StoryResult, run_story
from .commands.context import Settings
from .compose import Studio, make_folder
from .console import StatusLine, print_json, to_plain
from .failures import DONE, FAILED
from .files import write_whole
from .storyboard import render_storyboard

REPORT, PAGE = "report.json", "storyboard.html"


def run_stories(settings: Settings, scripts: Sequence[Path], out: Path, *, as_json: bool) -> int:
    """Run the stories, write pictures, page and report, and return the exit code."""
    stories = {name: load_story(path) for name, path in _named(scripts).items()}
    make_folder(out)
    results = _earlier_results(out)
    studio = settings.open_studio()
    try:
        with StatusLine() as line:
            for name, story in stories.items():
                _run_one(studio, name, story, results, out, line)
                if not as_json:
                    line.show("")
                    _print_story(results[name])
        results = {name: results[name] for name in stories}
        pictures = {picture: studio.store.images.get(picture) for picture in _pictures(results)}
        write_whole(out / PAGE, render_storyboard(list(results.values()), pictures).encode())
    finally:
        studio.close()
    report = _report(results, out)
    if as_json:
        print_json(report)
    else:
        typer.echo(f"{out / PAGE}")
    return DONE if report["is_ok"] else FAILED


def _run_one(
    studio: Studio,
    name: str,
    story: Story,
    results: dict[str, StoryResult],
    out: Path,
    line: StatusLine,
) -> None:
    def show(step: StoryStep, event: Event) -> None:
        if isinstance(event, Progress):
            line.show(f"{story.title}: {step.kind} {step.number}", event.step, event.num_steps)
        else:
            line.show(f"{story.title}", step.number - 1, len(story.steps))

    def keep(result: StoryResult) -> None:
        results[name] = result
        if result.results:
            _write_picture(studio, name, result.results[-1], out)
        report = json.dumps(to_plain(_report(results, out)), ensure_ascii=False, indent=2)
        write_whole(out / REPORT, report.encode())

    try:
        run_story(studio.agent, story, resume=results.get(name), on_event=show, on_result=keep)
    except InputError as error:
        raise InputError(
            f"{name}: {error} Give another folder to tell it from the beginning."
        ) from error


def _write_picture(studio: Studio, name: str, step: StepResult, out: Path) -> None:
    if step.picture is None or step.status == "failed":
        return
    make_folder(out / name)
    path = out / name / f"{step.number:02d}-{step.kind}.png"
    write_whole(path, studio.store.images.get(step.picture))


def _named(scripts: Sequence[Path]) -> dict[str, Path]:
    """Return the scripts by the names of their folders; InputError if two are the same."""
    named: dict[str, Path] = {}
    for path in scripts:
        name = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "story"
        if name in named:
            raise InputError(f"Two stories are called {name!r}: {named[name]} and {path}.")
        named[name] = path
    return named


def _earlier_results(out: Path) -> dict[str, StoryResult]:
    path = out / REPORT
    if not path.is_file():
        return {}
    try:
        stories = json.loads(path.read_text(encoding="utf-8"))["stories"]
        return {name: StoryResult.from_json(one["result"]) for name, one in stories.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no report of stories: give another folder.") from error


def _report(results: dict[str, StoryResult], out: Path) -> dict[str, Any]:
    asked = [step for one in results.values() for step in one.results if step.is_met is not None]
    return {
        "is_ok": all(result.is_ok for result in results.values()),
        "num_stories": len(results),
        "num_expectations": len(asked),
        "num_expectations_met": sum(bool(step.is_met) for step in asked),
        "storyboard": str(out / PAGE),
        "stories": {
            name: {"is_ok": result.is_ok, "result": result.to_json()}
            for name, result in results.items()
        },
    }


def _pictures(results: dict[str, StoryResult]) -> set[str]:
    return {step.picture for result in results.values() for step in result.results if step.picture}


def _print_story(result: StoryResult) -> None:
    typer.echo(f"{'✓' if result.is_ok else '✗'} {result.title}")
    for step in result.results:
        sign = "✗" if step.status == "failed" or step.is_met is False else "✓"
        wanted = f" (expected: {' or '.join(step.expect)})" if step.is_met is False else ""
        typer.echo(f"  {sign} {step.number}. {step.kind}: {step.text} -> {step.reply}{wanted}")
    left = result.num_steps - len(result.done)
    if left:
        typer.echo(f"  {left} step{'' if left == 1 else 's'} left: run it again to go on.")
