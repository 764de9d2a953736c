"""Databases are opened, migrated from the oldest schema, or refused with a sentence."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pentimento import InputError
from pentimento.memory.engine import Database, parse_url, sqlite_url
from pentimento.memory.errors import StoreError
from pentimento.memory.images import ImageStore
from pentimento.memory.schema import MIGRATIONS, SCHEMA_REVISION, migrate
from pentimento.memory.store import SessionStore
from pentimento.memory.tables import METADATA
from sqlalchemy import text

# What the first release wrote: two turns, a picture, a trace.
OLD_ROWS = """
INSERT INTO session VALUES ('s', 'Old', NULL, '[]', 2, :early, :early);
INSERT INTO image VALUES (:hash, 1, 1, 3, 'image/png', 'a cat', 'version', :early);
INSERT INTO turn VALUES ('t1', 's', NULL, 1, 'done', 'draw', 'draw a cat', NULL,
    '{"prompt": "cat"}', NULL, 'Here.', :hash, 7, 'storybook', '{"paint": 1.5}', NULL, NULL,
    :early, :early);
INSERT INTO turn VALUES ('t2', 's', 't1', 2, 'running', NULL, 'make it blue', NULL, NULL, NULL,
    '', NULL, NULL, '', '{}', NULL, NULL, :early, NULL);
INSERT INTO turn_image VALUES ('t2', 0, :hash);
INSERT INTO step VALUES ('t1', 0, 'plan', 'done', '{}', '{"saw": "cat"}', 2.5, :early);
INSERT INTO candidate VALUES ('t1', 0, 0, :hash, 7, '{}', true);
INSERT INTO "check" VALUES ('t1', 0, 'cat', 'yes', 'yes', '', false);
UPDATE session SET head_turn_id = 't1'
"""


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return sqlite_url(tmp_path / "deep" / "er" / "store.db")


def open_at(url: str, folder: Path) -> SessionStore:
    return SessionStore(url, ImageStore(folder / "images"))


def test_the_oldest_schema_is_brought_up_with_all_it_holds(new_url: str, tmp_path: Path) -> None:
    image_hash = ImageStore(tmp_path / "images").put(b"cat")
    database = Database(new_url)
    with database.connect(is_migration=True) as connection:
        migrate(connection, "0001")
        values = {"early": "2026-01-02 03:04:05.000006+00:00", "hash": image_hash}
        if database.is_sqlite:
            values["early"] = values["early"].removesuffix("+00:00")
        for statement in OLD_ROWS.split(";\n"):
            asked = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement.replace('": ', '"\\: ')), asked)
    database.close()
    with open_at(new_url, tmp_path) as store:
        assert store.session("s").head_turn_id == "t1"
        first, second = store.turns("s")
        assert first.brief == {"prompt": "cat"} and first.timings == {"paint": 1.5}
        assert first.created_at.isoformat() == "2026-01-02T03:04:05.000006+00:00"
        assert second.image_hashes == (image_hash,) and second.label is None
        assert store.steps("t1")[0].output == {"saw": "cat"}
        assert store.candidates("t1")[0].chosen and store.checks("t1")[0].text == "cat"
        assert store.head_version("s") == image_hash
        assert store.claim_turn("t2", "somebody")
        store.commit_turn("t2", route="edit", reply="Blue.", version=image_hash)
        assert store.session("s").head_turn_id == "t2"


def test_the_migrations_end_where_the_tables_are(new_url: str, tmp_path: Path) -> None:
    open_at(new_url, tmp_path).close()
    database = Database(new_url)
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    database.close()
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == SCHEMA_REVISION


def test_a_database_of_a_newer_pentimento_is_refused_untouched(
    new_url: str, tmp_path: Path
) -> None:
    open_at(new_url, tmp_path).close()
    database = Database(new_url)
    with database.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for _ in range(2):
        with pytest.raises(StoreError, match="newer Pentimento .schema 9999.*Update"):
            open_at(new_url, tmp_path)
    with database.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    database.close()
    assert found == "9999"


def test_tables_of_another_program_are_refused(new_url: str, tmp_path: Path) -> None:
    database = Database(new_url)
    with database.connect() as connection:
        connection.execute(text("CREATE TABLE session (name TEXT)"))
    database.close()
    with pytest.raises(StoreError, match="another program"):
        open_at(new_url, tmp_path)


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 500)
    with pytest.raises(StoreError, match="damaged .file is not a database"):
        open_at(sqlite_url(path), tmp_path)
    assert path.read_text() == "dear diary " * 500


def test_a_place_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Cannot make the folder"):
        open_at(sqlite_url(tmp_path / "file" / "store.db"), tmp_path)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_at(sqlite_url(tmp_path), tmp_path)
    with pytest.raises(StoreError, match="postgres:\\*\\*\\*@127.0.0.1:1/none refused"):
        open_at("postgresql+psycopg://postgres:secret@127.0.0.1:1/none", tmp_path)


@pytest.mark.parametrize(
    "url", ["", "store.db", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"]
)
def test_urls_that_cannot_hold_a_memory_are_refused(url: str) -> None:
    with pytest.raises(InputError, match="sqlite:///FILE"):
        parse_url(url)


def test_the_usual_names_of_postgresql_are_understood() -> None:
    for name in ("postgres", "postgresql", "postgresql+psycopg"):
        assert parse_url(f"{name}://me@here/db").drivername == "postgresql+psycopg"


def test_sqlite_runs_in_wal_and_keeps_its_keys(tmp_path: Path) -> None:
    open_at(sqlite_url(tmp_path / "a b ü.db"), tmp_path).close()
    connection = sqlite3.connect(tmp_path / "a b ü.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    database = Database(sqlite_url(tmp_path / "a b ü.db"))
    with pytest.raises(StoreError, match="FOREIGN KEY"), database.connect() as connection_again:
        connection_again.execute(text("INSERT INTO turn_image VALUES ('nobody', 0, 'nothing')"))
    database.close()


def test_opening_an_up_to_date_database_needs_no_alembic(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "store.db")
    open_at(url, tmp_path).close()
    code = (
        "import sys\n"
        "from pentimento.memory import records\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "from pentimento.memory.images import ImageStore\n"
        "from pentimento.memory.store import SessionStore\n"
        f"SessionStore({url!r}, ImageStore({str(tmp_path)!r})).create_session()\n"
        "heavy = {'alembic', 'torch', 'gradio', 'langgraph', 'PIL', 'transformers', 'diffusers'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
