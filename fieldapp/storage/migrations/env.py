"""What Alembic runs for each upgrade: on the connection it is handed, whose transaction is already open."""

from alembic import context

context.configure(connection=context.config.attributes["tx"])
context.run_migrations()
