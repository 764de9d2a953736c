"""Where and from what a figure comes: machine, versions, commit."""

import os
import platform
import re
import resource
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ... import __version__
from .figures import Figures

ROOT = Path(__file__).parents[2]
PACKAGES = ("torch", "transformers", "diffusers")


def provenance() -> Figures:
    """Return the machine, the versions, the commit (None outside a checkout) and the time."""
    return {
        "machine": machine_facts(),
        "pentimento": __version__,
        "commit": find_commit(),
        "date": now(),
    }


def now() -> str:
    """Return the time in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def machine_facts() -> Figures:
    """Return processor, cores, threads, load and versions; the machine's name is left out."""
    return {
        "cpu": cpu_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS"),
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }  # fmt: skip


def reset_peak_memory() -> None:
    """Let `peak_memory` count from here on, where the system can (Linux)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets the peak resident set


def peak_memory() -> float:
    """Return the most memory that was resident since the last reset, in megabytes."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        status = ""
    found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    most = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024


def cpu_name() -> str:
    """Return the processor's model name as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def find_commit() -> str | None:
    """Return the commit of this checkout, with "+" where files were changed since."""
    if not (ROOT / ".git").exists():
        return None
    commit = _git("rev-parse", "HEAD")
    if commit is None:
        return None
    return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
