"""What several suites share: a throw-away PostgreSQL, and one torch thread for each worker."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

if "PYTEST_XDIST_WORKER" in os.environ:  # before torch is imported: the cores are shared already
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the URL, without a database, of a real PostgreSQL that lives for this run only."""
    binaries = _postgres_binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and under CI its tests must run.")
        pytest.skip("PostgreSQL is not installed")
    drop: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="pentimento-pg-", dir="/tmp"))  # its socket path is short
    if os.geteuid() == 0:  # PostgreSQL refuses root
        drop = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")

    def run(name: str, *arguments: str) -> None:
        command = [str(binaries / name), *arguments]
        done = subprocess.run(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            **drop,
        )
        assert done.returncode == 0, done.stdout.decode()

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = f"{folder}/data"
    flags = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder}"
    flags += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        run(
            "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        run("pg_ctl", "-D", data, "-l", f"{folder}/log", "-w", "-o", flags, "start")
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(postgres_server: str) -> Callable[[], str]:
    """Return what makes a new, empty database and returns its URL."""

    def make() -> str:
        name = f"test_{uuid.uuid4().hex}"
        engine = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        engine.dispose()
        return f"{postgres_server}/{name}"

    return make


@pytest.fixture
def postgres_url(new_database: Callable[[], str]) -> str:
    """Return the URL of a fresh, empty database."""
    return new_database()


def _postgres_binaries() -> Path | None:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None
