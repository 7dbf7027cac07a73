"""Where engine frames live between passes: persist, collect, and push small tables back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import narwhals as nw
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


Frame: TypeAlias = "nw.LazyFrame[Any]"
"""A frame of whichever engine runs, as Narwhals sees it."""


_ROW_GROUP = 30_720
"""Rows that one thread reads at a time; with the engine's own 122,880 one waits for the other."""


def distinct(frame: Frame, *columns: str) -> Frame:
    """The distinct values of some columns; Narwhals' ``unique`` numbers the rows of each first."""
    return frame.group_by(*columns).agg()


class Workspace(Protocol):
    """What the stages above need of an engine; they know no engine by name."""

    def persist(self, frame: Frame, name: str) -> Frame:
        """Compute a frame once and return it as stored, so that later passes only scan it."""
        ...

    def collect(self, frame: Frame) -> pd.DataFrame:
        """Bring a small result to Python; text columns as ``object`` with None where null."""
        ...

    def push(self, frame: pd.DataFrame) -> Frame:
        """Make a small pandas table joinable with the engine's frames."""
        ...


class DuckDbWorkspace:
    """Workspace on one DuckDB connection; persisted frames are Parquet files in its folder.

    Parquet rather than temporary tables keeps peak memory flat: nothing but what an operator
    is working on stays in the buffer pool.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def persist(self, frame: Frame, name: str) -> Frame:
        """Write the frame to ``name.parquet`` in the folder and return a scan of it."""
        path = self._folder / f"{name}.parquet"
        relation = nw.to_native(frame)
        relation.write_parquet(str(path), compression="snappy", row_group_size=_ROW_GROUP)
        return nw.from_native(self._connection.read_parquet(str(path)))

    def collect(self, frame: Frame) -> pd.DataFrame:
        """Collect through Arrow; instants come back aware, in UTC."""
        table: pa.Table = _small_integers(nw.to_native(frame).to_arrow_table())
        # Text is taken out by hand: pandas keeps it in Arrow, which Python walks through slowly.
        text = {field.name for field in table.schema if _is_text(field.type)}
        rest = table.select([name for name in table.column_names if name not in text])
        found: pd.DataFrame = rest.to_pandas(types_mapper=_pandas_type)
        found.index = pd.RangeIndex(table.num_rows)
        columns = {
            name: pd.Series(table[name].to_numpy(zero_copy_only=False), dtype="object")
            if name in text
            else found[name]
            for name in table.column_names
        }
        collected = pd.DataFrame(columns, columns=table.column_names)
        for name, dtype in collected.dtypes.items():
            if str(dtype).startswith("datetime64") and collected[name].dt.tz is None:
                collected[name] = collected[name].dt.tz_localize("UTC")
        return collected

    def push(self, frame: pd.DataFrame) -> Frame:
        """Register a small table; aware instants become UTC ``TIMESTAMP`` as in the frames."""
        naive = frame.copy()
        for name, dtype in naive.dtypes.items():
            if isinstance(dtype, pd.DatetimeTZDtype):
                utc = naive[name].dt.tz_convert("UTC").dt.tz_localize(None)
                naive[name] = utc.astype("datetime64[us]")
        table = pa.Table.from_pandas(naive, preserve_index=False)
        fields = [
            pa.field(f.name, pa.string()) if pa.types.is_null(f.type) else f for f in table.schema
        ]
        return nw.from_native(self._connection.from_arrow(table.cast(pa.schema(fields))))


def _small_integers(table: pa.Table) -> pa.Table:
    """DuckDB sums integers to 128 bits, which Arrow hands over as decimals; counts fit 64."""
    fields = [
        pa.field(field.name, pa.int64()) if pa.types.is_decimal(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _is_text(arrow: pa.DataType) -> bool:
    return bool(pa.types.is_string(arrow) or pa.types.is_large_string(arrow))


def _pandas_type(arrow: pa.DataType) -> object | None:
    if pa.types.is_boolean(arrow):
        return pd.BooleanDtype()
    return pd.Int64Dtype() if pa.types.is_integer(arrow) else None
