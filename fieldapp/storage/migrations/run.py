"""Running the migrations with Alembic, inside the caller's transaction. Imported only when one is due."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection


def upgrade(tx: Connection) -> None:
    """Bring the database from whatever it holds to the newest schema; all or nothing with the transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    context = MigrationContext.configure(
        tx,
        opts={
            "fn": lambda revision, _: scripts._upgrade_revs("head", revision),
            "script": scripts,
            "transactional_ddl": True,
        },
    )
    with Operations.context(context):
        context.run_migrations()
