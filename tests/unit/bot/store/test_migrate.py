from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store.database import postgres_engine, sqlite_engine
from bot.store.migrate import FOLDER, NewerDatabaseError, current, upgrade
from bot.store.schema import REVISION, metadata


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> sa.Engine:
    if request.param == "sqlite":
        return sqlite_engine(tmp_path / "bot.sqlite3")
    return postgres_engine(request.getfixturevalue("postgres_url"), pool=2)


def test_the_revisions_make_the_tables_that_the_code_works_with(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        before = upgrade(connection)
    with engine.begin() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        after = current(connection)
        again = upgrade(connection)
    engine.dispose()

    assert before is None
    assert after == again == REVISION
    assert differences == []


def test_a_database_of_a_newer_release_is_left_alone(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        upgrade(connection)
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerDatabaseError, match="9999"), engine.begin() as connection:
        upgrade(connection)

    engine.dispose()


def test_the_named_revision_is_the_newest_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))

    assert ScriptDirectory.from_config(config).get_current_head() == REVISION
