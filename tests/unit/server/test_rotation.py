"""Rotating the data keys reaches everything that is sealed with them."""

from sqlalchemy import LargeBinary

from server.rotation import COLUMNS
from server.schema import metadata


def test_no_sealed_column_is_forgotten_when_keys_rotate() -> None:
    sealed = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name.endswith("sealed")
    }

    assert {(one.table, one.column) for one in COLUMNS} == sealed
    for one in COLUMNS:
        assert set(one.keys) >= {key.name for key in metadata.tables[one.table].primary_key}, one.table
