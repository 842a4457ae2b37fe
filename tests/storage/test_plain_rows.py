"""Rows as another process gives them: with fewer columns the same is stored, and no other table reached."""

import pytest
import sqlalchemy as sa

from fieldapp.storage.plain_rows import Lot, Lots
from fieldapp.storage.rows import shapes, spread
from fieldapp.storage.tables import nodes, record_table
from fieldapp.storage.writer import Writer
from tests.bench.model import session

WHOLE, LEAN, THIRD, FOURTH = (bytes(15) + bytes([n]) for n in range(1, 5))


def lots_of(*activities):
    """Their rows without the columns in which nothing stands."""
    found, every = {}, [spread(one) for one in activities]
    for one in shapes("activity"):
        rows = [(of, row) for of, tables in enumerate(every) for row in tables.get(one.table, ())]
        if rows:
            kept = [at for at in range(len(one.columns)) if any(row[at] for _, row in rows)]
            named = tuple(one.columns[at] for at in kept)
            values = [[row[at] for _, row in rows] for at in kept]
            found[one.table] = Lot(
                [of for of, _ in rows], named, [one if len({*one}) > 1 else one[0] for one in values]
            )
    return Lots(len(activities), found)


def stored(tx, name, key):
    """The rows of a record in one table with the kind of each value, without its id."""
    columns = [column for column in record_table(name).columns if column.name != "id"]
    kinds = [sa.func.typeof(column) for column in columns]
    found = tx.execute(sa.select(*columns, *kinds).where(record_table(name).c.id == key))
    return sorted(tuple(row) for row in found)


def test_columns_that_are_left_out_hold_what_empty_ones_hold(hq_home):
    activity = session(1, people=3)
    lots = lots_of(activity)
    assert len(lots.tables["activity_rows"].columns) < len(record_table("activity_rows").columns) / 2 + 2
    with hq_home.database.transaction() as tx:
        writer = Writer(tx)
        writer.add(1, WHOLE, activity)
        writer.add_from(lots, 0, "activity", 1, LEAN)
        writer.flush()
        for one in shapes("activity"):
            assert stored(tx, one.table, LEAN) == stored(tx, one.table, WHOLE)


def test_of_records_that_were_spread_together_only_those_are_written_that_are_taken(hq_home):
    activities = [session(seed, people=seed) for seed in (2, 3, 4)]
    lots = lots_of(*activities)
    with hq_home.database.transaction() as tx:
        writer = Writer(tx)
        writer.add(1, WHOLE, activities[2])
        writer.add(1, FOURTH, activities[0])
        writer.add_from(lots, 2, "activity", 1, LEAN)
        writer.add_from(lots, 0, "activity", 1, THIRD)
        writer.flush()
        for one in shapes("activity"):
            assert stored(tx, one.table, LEAN) == stored(tx, one.table, WHOLE)
            assert stored(tx, one.table, THIRD) == stored(tx, one.table, FOURTH)
        sessions = sa.select(sa.func.count()).select_from(record_table("activity"))
        assert tx.execute(sessions).scalar() == 4
        writer.add_from(lots, 1, "activity", 1, bytes(15) + b"\5")
        writer.flush()
        assert tx.execute(sessions).scalar() == 5


def test_rows_reach_only_the_tables_of_their_record_and_columns_that_are_there(hq_home):
    with hq_home.database.transaction() as tx:
        writer = Writer(tx)
        writer.add_from(Lots(1, {nodes.name: Lot([0], ("key",), [b"k" * 16])}), 0, "activity", 1, LEAN)
        writer.flush()
        assert tx.execute(sa.select(sa.func.count()).select_from(nodes)).scalar() == 0
        strange = Lots(1, {"activity": Lot([0], ('kind") VALUES (1); --',), ["x"])})
        writer.add_from(strange, 0, "activity", 1, LEAN)
        with pytest.raises(KeyError):
            writer.flush()


def test_a_column_with_too_few_values_loses_no_row_unseen(hq_home):
    with hq_home.database.transaction() as tx:
        writer = Writer(tx)
        writer.add(1, WHOLE, session(1, people=0))
        writer.flush()
        short = Lots(1, {"activity_rows": Lot([0, 0, 0], ("row", "age"), [[1, 2, 3], [40, 41]])})
        writer.add_from(short, 0, "activity", 1, WHOLE)
        with pytest.raises(ValueError, match="shorter"):
            writer.flush()
