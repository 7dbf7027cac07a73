"""A small table's rows as dictionaries of plain Python values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def records(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    """The frame's rows with text keys, none for no frame; missing is None, instants ``datetime``.

    pandas' own ``to_dict`` asks of every cell what it is; this asks every column once.
    """
    if frame is None or frame.empty:
        return []
    names = [str(name) for name in frame.columns]
    columns = [_values(frame.iloc[:, at]) for at in range(len(names))]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _values(column: pd.Series[Any]) -> list[Any]:
    if column.dtype == object:
        return list(column)
    is_instant = str(column.dtype).startswith("datetime64")
    values = list(column.dt.to_pydatetime()) if is_instant else column.tolist()
    missing = column.isna()
    if not missing.any():
        return values
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]
