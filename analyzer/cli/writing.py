"""A store held for writing by one command, with what the disk says put into words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.sources.store.layout import Store


@contextmanager
def writing(store: Store) -> Iterator[Store]:
    """Hold a store alone, swept of what an interrupted run left, and close it at the end.

    Raises:
        UsageError: Another run holds it, or the folder may not be written.
        IncompleteError: The disk refuses in the middle.
    """
    import sqlite3  # noqa: PLC0415 - not for the help

    from analyzer.errors import IncompleteError  # noqa: PLC0415

    try:
        with store, store.locked():
            store.sweep()
            yield store
    except (OSError, sqlite3.OperationalError) as error:
        why = getattr(error, "strerror", None) or str(error)
        msg = f"the store {store.folder} cannot be written: {why}"
        raise IncompleteError(
            msg, remedy="Make room or check the folder's rights, then run the command again."
        ) from error
