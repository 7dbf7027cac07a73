"""Evidence rows to frames with the dtypes of ``schema.evidence``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analyzer.schema import Column

_TIME = pd.DatetimeTZDtype("us", "UTC")


def frame(rows: Iterable[Mapping[str, object]], columns: tuple[Column, ...]) -> pd.DataFrame:
    """The rows as a frame, columns in the schema's order.

    Text is ``object`` with None where missing (so that plain Python reads it), times are
    aware UTC microseconds, required booleans ``bool``, others ``boolean``, integers ``Int64``.
    """
    listed = list(rows)
    series = {column.name: _series(listed, column) for column in columns}
    return pd.DataFrame(series, columns=[column.name for column in columns])


def _series(rows: list[Mapping[str, object]], column: Column) -> pd.Series:
    values = [row.get(column.name) for row in rows]
    if column.kind == "time":
        return pd.Series(values, dtype=_TIME)
    if column.kind == "integer":
        return pd.Series(values, dtype="Int64")
    if column.kind == "boolean":
        return pd.Series(values, dtype="bool" if column.required else "boolean")
    # An array filled by hand: pandas would spread tuples over rows.
    text = np.empty(len(values), dtype=object)
    text[:] = values
    return pd.Series(text, dtype=object)
