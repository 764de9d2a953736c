"""Who works on an unfinished turn, and whether that process still lives.

A lease is time-based: its owner renews it while it works, and LEASE_SECONDS after the last
renewal anyone may take it. That holds on any number of machines. In addition, an owner on *this*
machine whose process is gone (kill -9) has lost its leases at once: nobody waits for a dead man.
"""

import os
import socket
import uuid
from datetime import timedelta
from functools import cache
from pathlib import Path

ELSEWHERE = "Another program works on this session; wait for it, or cancel it there."
LEASE_SECONDS = 60.0
LEASE = timedelta(seconds=LEASE_SECONDS)


def new_owner() -> str:
    """Return a fresh name for a worker in this process: machine, process, and a number of its own.

    Two workers of one process need two names: an owner may always renew its own lease.
    """
    pid = os.getpid()
    return f"{_machine()}|{pid}|{_started(pid)}|{uuid.uuid4().hex[:8]}"


def is_dead(owner: str) -> bool:
    """Return whether the owner was a process of this machine that is certainly gone."""
    machine, _, rest = owner.partition("|")
    pid, _, rest = rest.partition("|")
    if machine != _machine() or not pid.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, under another user
    # A process that took over the number started at another time.
    return _started(int(pid)) not in ("", rest.partition("|")[0])


@cache
def _machine() -> str:
    """Return what tells this machine, this boot and this container from others."""
    parts = [socket.gethostname()]
    for read in (
        lambda: Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        lambda: os.readlink("/proc/self/ns/pid"),
    ):
        try:
            parts.append(read())
        except OSError:
            parts.append("")
    return "/".join(parts).replace("|", "")


def _started(pid: int) -> str:
    """Return the start time of a process in clock ticks since boot, "" where it cannot be known.

    A zombie counts as gone: it will never work again.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "zombie" if fields[0] in "ZX" else fields[19]
