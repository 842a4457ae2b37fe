"""Running the migrations with Alembic, inside the caller's transaction. Imported only when one is due."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection


def upgrade(tx: Connection, to: str = "head") -> None:
    """Bring the database from whatever it holds to the newest schema, or to the one with that number; all or
    nothing with the transaction.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["tx"] = tx
    command.upgrade(config, to)
