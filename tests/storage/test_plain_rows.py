"""Rows as another process gives them: with fewer columns the same is stored, and no other table reached."""

import pytest
import sqlalchemy as sa

from fieldapp.storage.plain_rows import Lot
from fieldapp.storage.rows import shapes, spread
from fieldapp.storage.tables import nodes, record_table
from fieldapp.storage.writer import Writer
from tests.bench.model import session

WHOLE, LEAN = bytes(15) + b"\1", bytes(15) + b"\2"


def lots_of(activity):
    """Its rows without the columns in which nothing stands."""
    found = {}
    for one in shapes("activity"):
        if rows := spread(activity).get(one.table):
            kept = [at for at in range(len(one.columns)) if any(row[at] for row in rows)]
            named = tuple(one.columns[at] for at in kept)
            values = [[row[at] for row in rows] for at in kept]
            found[one.table] = Lot(named, [one if len({*one}) > 1 else one[0] for one in values])
    return found


def stored(tx, name, key):
    """The rows of a record in one table with the kind of each value, without its id."""
    columns = [column for column in record_table(name).columns if column.name != "id"]
    kinds = [sa.func.typeof(column) for column in columns]
    found = tx.execute(sa.select(*columns, *kinds).where(record_table(name).c.id == key))
    return sorted(tuple(row) for row in found)


def test_columns_that_are_left_out_hold_what_empty_ones_hold(hq_home):
    activity = session(1, people=3)
    lots = lots_of(activity)
    assert len(lots["activity_rows"].columns) < len(record_table("activity_rows").columns) / 2 + 2
    with hq_home.database.transaction() as tx:
        writer = Writer(tx)
        writer.add(1, WHOLE, activity)
        writer.add_lots("activity", 1, LEAN, lots)
        writer.flush()
        for one in shapes("activity"):
            assert stored(tx, one.table, LEAN) == stored(tx, one.table, WHOLE)


def test_rows_reach_only_the_tables_of_their_record_and_columns_that_are_there(hq_home):
    with hq_home.database.transaction() as tx:
        writer = Writer(tx)
        writer.add_lots("activity", 1, LEAN, {nodes.name: Lot(("key",), [b"k" * 16])})
        writer.flush()
        assert tx.execute(sa.select(sa.func.count()).select_from(nodes)).scalar() == 0
        writer.add_lots("activity", 1, LEAN, {"activity": Lot(('kind") VALUES (1); --',), ["x"])})
        with pytest.raises(KeyError):
            writer.flush()


def test_a_column_with_too_few_values_loses_no_row_unseen(hq_home):
    with hq_home.database.transaction() as tx, pytest.raises(ValueError, match="shorter"):
        Writer(tx).add_lots(
            "activity", 1, LEAN, {"activity_rows": Lot(("row", "age"), [[1, 2, 3], [40, 41]])}
        )
