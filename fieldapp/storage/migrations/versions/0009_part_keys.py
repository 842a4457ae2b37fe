"""On PostgreSQL the parts of a record are tied to it partition by partition.

Both lie in partitions of the same number. A key between the whole tables makes the server look for the
partition anew with every row that comes, which takes nine times as long as writing it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PARTITIONS = 16
_BETWEEN_WHOLE_TABLES = """
SELECT link.conname, part.relname, whole.relname, pg_get_constraintdef(link.oid)
FROM pg_constraint link
JOIN pg_class part ON part.oid = link.conrelid
JOIN pg_class whole ON whole.oid = link.confrelid
WHERE link.contype = 'f' AND link.conparentid = 0 AND part.relkind = 'p' AND whole.relkind = 'p'
"""


def upgrade() -> None:
    """Tie each partition to the one with its number."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, part, whole, words in op.get_bind().execute(sa.text(_BETWEEN_WHOLE_TABLES)).fetchall():
        op.execute(f'ALTER TABLE "{part}" DROP CONSTRAINT "{name}"')
        for n in range(PARTITIONS):
            here = words.replace(f"REFERENCES {whole}(", f"REFERENCES {whole}_p{n:02d}(")
            op.execute(f'ALTER TABLE "{part}_p{n:02d}" ADD CONSTRAINT "{name}" {here}')
