"""The database underneath: SQLite in WAL mode, or PostgreSQL; transactions and their errors."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from .. import InputError, PentimentoError
from .errors import StoreError

BUSY_SECONDS = 30.0  # how long a writer waits for another one
PRAGMAS = ("foreign_keys=ON", "secure_delete=ON")
# One key for every process: whoever holds it may migrate, or take pictures away.
ADVISORY_KEY = 0x50454E54  # "PENT"


def sqlite_url(path: str | Path) -> str:
    """Return the URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def parse_url(url: str) -> URL:
    """Return the URL of a database that the memory can live in."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InputError(
            "That is no database URL; give sqlite:///FILE or postgresql+psycopg://..."
        ) from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise InputError(
            f"Databases of kind {parsed.drivername!r} are not supported; "
            "give sqlite:///FILE or postgresql+psycopg://..."
        )
    if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise InputError("The memory needs a file: give sqlite:///FILE.")
    return parsed


class Database:
    """An engine and its two kinds of transactions: `read` and `write`."""

    def __init__(self, url: str) -> None:
        """Make the engine; nothing is opened yet but the folder of a SQLite file."""
        self.url = parse_url(url)
        self.is_sqlite = self.url.drivername == "sqlite"
        waits = f"-c lock_timeout={BUSY_SECONDS:.0f}s"
        arguments: dict[str, Any] = {"connect_timeout": 10, "options": waits, **self.url.query}
        if self.is_sqlite:
            arguments = {"timeout": BUSY_SECONDS}
            try:
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"Cannot make the folder of {self.url.database}: {error.strerror}."
                ) from error
        self.engine = create_engine(
            self.url,
            json_serializer=_to_json,
            pool_size=8,
            max_overflow=24,
            pool_use_lifo=True,  # the connection used last has its pages and statements at hand
            pool_pre_ping=not self.is_sqlite,
            connect_args=arguments,
        )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _on_sqlite_connect)
            event.listen(self.engine, "begin", _on_sqlite_begin)
        self._engine_with = lru_cache(self._make_engine_with)  # making one costs as much as a query

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection on one snapshot; it waits for no writer."""
        with self.connect(is_reader=True) as connection:
            yield connection

    @contextmanager
    def write(self, *, is_durable: bool = False) -> Iterator[Connection]:
        """Yield a connection that is committed at the end, or rolled back as a whole.

        On SQLite it holds the only write lock from its first moment (no lost updates). What is
        durable outlives a power cut, with everything written before it; the rest, a killed process.
        """
        with self.connect(is_durable=is_durable) as connection:
            yield connection

    @contextmanager
    def connect(self, **options: bool) -> Iterator[Connection]:
        """Yield a connection inside one transaction, errors told as sentences."""
        with self._told(), self._engine_with(**options).begin() as connection:
            yield connection

    def lock_all(self, connection: Connection) -> None:
        """Wait until no other process holds this lock; freed at the end of the transaction."""
        if not self.is_sqlite:  # a SQLite writer is alone anyway
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_KEY})"))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _make_engine_with(self, **options: bool) -> Engine:
        return self.engine.execution_options(**options)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(self._sentence(error)) from error
        except StatementError as error:  # a value that a column refused
            if isinstance(error.orig, PentimentoError):
                raise error.orig from error
            raise StoreError(f"This cannot be stored: {error.orig}.") from error
        except PoolTimeoutError as error:
            raise StoreError("Too many threads use the memory at once; try again.") from error

    def _sentence(self, error: DBAPIError) -> str:
        where = self.url.database if self.is_sqlite else self.url.render_as_string()
        cause = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no reason"
        if "disk is full" in cause or getattr(error.orig, "sqlstate", None) == "53100":
            return f"The disk is full: {where} cannot grow. Free some space and try again."
        if "database is locked" in cause or "lock timeout" in cause:
            return f"The database {where} stayed busy for {BUSY_SECONDS:.0f} s; try again."
        if "readonly" in cause or "unable to open" in cause:
            return f"The database {where} cannot be opened for writing ({cause})."
        if "not a database" in cause or "malformed" in cause:
            return f"The database {where} is damaged ({cause})."
        return f"The database {where} refused: {cause}."


def _on_sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    # lower() of SQLite knows ASCII alone; searching needs every alphabet.
    connection.create_function("lower", 1, _lower, deterministic=True)
    _use_wal(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch a new database to WAL; SQLite does not wait for others here, so we do."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def _on_sqlite_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("is_reader"):
        connection.exec_driver_sql("BEGIN")
        return
    # Pragmas count per connection and cannot be set inside a transaction.
    # A batch migration drops and rebuilds tables; it checks the keys at its end.
    wanted = {
        "synchronous": "FULL" if options.get("is_durable") else "NORMAL",
        "foreign_keys": "OFF" if options.get("is_migration") else "ON",
    }
    known = connection.info.setdefault("pragmas", {})
    for name, value in wanted.items():
        if known.get(name) != value:
            connection.exec_driver_sql(f"PRAGMA {name}={value}")
            known[name] = value
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lower(value: str | bytes | float | None) -> str | bytes | float | None:
    return value.lower() if isinstance(value, str) else value


def _to_json(value: object) -> str:
    # NaN and infinity are no JSON: PostgreSQL would refuse them, SQLite take them.
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"Only plain JSON can be stored: {error}.") from error
