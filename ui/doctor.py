"""`pentimento doctor`: is everything here that a conversation needs, and if not, what to do."""

import platform
import re
import shutil
import sys
import time
from collections.abc import Callable
from importlib import metadata

import typer

from .. import PentimentoError, __version__
from .commands.context import Settings
from .compose import open_store, source_of
from .console import print_json
from .failures import DONE, FAILED, sentence
from .findings import Finding

OLDEST_PYTHON = (3, 11)
MIN_FREE_BYTES = 200_000_000
GIGABYTE = 1_000_000_000
Look = Callable[[Settings], Finding | list[Finding]]


def run_doctor(settings: Settings, *, as_json: bool) -> int:
    """Print what was found and a verdict; return the exit code."""
    findings = [
        finding for name, look in CHECKS.items() for finding in _guarded(name, look, settings)
    ]
    faults = [finding for finding in findings if not finding.is_well]
    verdict = "Ready: `pentimento chat` will work."
    if faults:
        names = ", ".join(finding.name for finding in faults)
        verdict = f"Not ready: mend {names} first."
    if as_json:
        print_json({"is_ready": not faults, "verdict": verdict, "checks": findings})
    else:
        for finding in findings:
            typer.echo(f"{'✓' if finding.is_well else '✗'} {finding.name:<9} {finding.text}")
            if finding.advice:
                typer.echo(f"  {'':<9} {finding.advice}")
        typer.echo(verdict)
    return FAILED if faults else DONE


def _guarded(name: str, look: Look, settings: Settings) -> list[Finding]:
    try:
        found = look(settings)
        return [found] if isinstance(found, Finding) else found
    except Exception as error:  # a doctor reports a fault, whatever it is
        advice = "" if isinstance(error, PentimentoError) else "This should not happen: report it."
        return [Finding(name, False, sentence(error), advice)]


def _look_at_python(settings: Settings) -> Finding:
    text = f"{platform.python_version()}, pentimento {__version__}, {platform.system()}"
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return Finding("python", False, text, f"Python {oldest} or newer is needed.")
    return Finding("python", True, text)


def _look_at_packages(settings: Settings) -> Finding:
    wanted = [
        match[0]
        for line in metadata.requires("pentimento") or ()
        if "extra ==" not in line and (match := re.match(r"[\w.-]+", line))
    ]
    missing = []
    for name in wanted:
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        text = f"missing: {', '.join(missing)}"
        return Finding("packages", False, text, f"pip install {' '.join(missing)}")
    shown = ("torch", "transformers", "diffusers", "gradio", "langgraph")
    return Finding("packages", True, ", ".join(f"{n} {metadata.version(n)}" for n in shown))


def _look_at_model(settings: Settings) -> Finding | list[Finding]:
    path = None
    if not settings.load_model:
        from ..model.nexus.settings import read_model_settings  # torch: seconds to load

        source = source_of(settings.model)
        path = source.folder
        has_config = (path / "config.json").is_file()
        if has_config and read_model_settings(path).family == "nexus-gen":
            from .nexus_doctor import look_at_files

            return look_at_files(source)
    start = time.perf_counter()
    info = settings.open_model().info
    seconds = time.perf_counter() - start
    lacks = []
    decoders = info.extras.get("decoders")
    if isinstance(decoders, list) and {"generation", "edit"} - set(decoders):
        lacks.append("a decoder")
    if info.extras.get("has_autoencoder") is False:
        lacks.append("the autoencoder")
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) if path else 0
    text = (
        f"{info.name}, {info.parameters / 1e6:.1f} M parameters, {size / 1e6:.0f} MB, "
        f"{info.width} x {info.height} pixels, opened in {seconds:.1f} s"
    )
    if lacks:
        return Finding("model", False, text, f"The folder lacks {' and '.join(lacks)}.")
    return Finding("model", True, text)


def _look_at_device(settings: Settings) -> Finding:
    import torch

    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        memory = f"{properties.total_memory / GIGABYTE:.0f} GB"
        return Finding("device", True, f"{properties.name}, {memory}")
    return Finding("device", True, f"CPU, {torch.get_num_threads()} threads")


def _look_at_database(settings: Settings) -> Finding:
    with open_store(settings.home) as store:
        num_sessions = len(store.sessions(limit=1_000_000))
        unfinished = [turn for turn in store.unfinished_turns() if turn.status == "running"]
    text = f"{num_sessions} session{'' if num_sessions == 1 else 's'} in {settings.home.path}"
    if unfinished:
        text += f", {len(unfinished)} unfinished (taken up when the chat starts)"
    return Finding("database", True, text)


def _look_at_disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home.path).free
    text = f"{free / GIGABYTE:.1f} GB free"
    if free < MIN_FREE_BYTES:
        advice = f"At least {MIN_FREE_BYTES / GIGABYTE:.1f} GB are wanted: free some space."
        return Finding("disk", False, text, advice)
    return Finding("disk", True, text)


CHECKS: dict[str, Look] = {
    "python": _look_at_python,
    "packages": _look_at_packages,
    "model": _look_at_model,
    "device": _look_at_device,
    "database": _look_at_database,
    "disk": _look_at_disk,
}
