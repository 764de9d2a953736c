"""Bringing a database to the schema of this code, once, whoever comes first."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from .engine import Database
from .errors import StoreError
from .tables import METADATA

SCHEMA_REVISION = "0004"  # the newest file of migrations/versions; a test compares the two
MIGRATIONS = Path(__file__).parent / "migrations"


def open_schema(database: Database) -> None:
    """Migrate the database to this code's schema, or refuse one that is newer than the code."""
    with database.connect(is_reader=True) as connection:
        revision = _revision(connection)
    if revision != SCHEMA_REVISION:
        with database.connect(is_migration=True, is_durable=True) as connection:
            database.lock_all(connection)
            migrate(connection)


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to a revision inside the caller's transaction."""
    # Alembic costs 0.4 s to import and is needed once in the life of a database.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, target_metadata=METADATA)
    found = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"The database was written by a newer Pentimento (schema {found}; this one knows "
            f"{SCHEMA_REVISION}). Update Pentimento, or choose another database."
        )
    if found is None and inspect(connection).has_table("session"):
        raise StoreError("The database holds tables of another program; choose another database.")
    command.upgrade(config, revision)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise StoreError(f"The database is inconsistent: {len(broken)} rows point nowhere.")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
