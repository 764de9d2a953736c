"""Stores to test: every test that asks for `store` runs on SQLite and on PostgreSQL."""

import importlib
import multiprocessing
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento.memory.engine import Database, sqlite_url
from pentimento.memory.images import ImageStore
from pentimento.memory.store import SessionStore
from pentimento.memory.tables import METADATA
from sqlalchemy import text

OpenStore = Callable[..., SessionStore]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    SessionStore(sqlite_url(folder / "a.db"), ImageStore(folder / "images")).close()
    return folder / "a.db"


@pytest.fixture(scope="session")
def postgres_migrated(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the URL of a migrated database that the tests empty and use in turn."""
    url = new_database()
    SessionStore(url, ImageStore(tmp_path_factory.mktemp("images"))).close()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a migrated, empty database of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.db")
        return sqlite_url(tmp_path / "store.db")
    url = str(request.getfixturevalue("postgres_migrated"))
    database = Database(url)
    tables = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
    with database.connect() as connection:
        connection.execute(text(f"TRUNCATE {tables}"))
    database.close()
    return url


@pytest.fixture
def open_store(store_url: str, tmp_path: Path) -> Iterator[OpenStore]:
    """Yield what opens the same database again, as after a restart; closed at the end."""
    opened: list[SessionStore] = []

    def open_again(**options: Any) -> SessionStore:
        opened.append(SessionStore(store_url, ImageStore(tmp_path / "images"), **options))
        return opened[-1]

    yield open_again
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> SessionStore:
    """Return a store with nothing in it."""
    return open_store()


@pytest.fixture(scope="session")
def racers() -> Iterator[ModuleType]:
    """Yield the module whose functions other processes can import, with a pool of three."""
    folder = str(Path(__file__).parent)
    sys.path.insert(0, folder)  # spawned processes get this path too
    module = importlib.import_module("racers")
    pool = ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn"))
    vars(module)["pool"] = pool
    yield module
    pool.shutdown()
    sys.path.remove(folder)
