"""The folder of a store: where things are, who may read them, and who is writing."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from analyzer.errors import InputError, UsageError
from analyzer.sources.store.ledger import Ledger
from analyzer.sources.store.marks import LEDGER, is_store
from analyzer.sources.store.raw import FOLDER, PARTIAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

DAYS = "signins"
_LOCK = "lock"


@dataclass
class Store:
    """An open store; a context manager that closes its ledger."""

    folder: Path
    ledger: Ledger

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a store that exists.

        Raises:
            InputError: The folder is no store, cannot be read, or is of a newer version.
        """
        if not is_store(folder):
            raise InputError(
                "folder is no store: it has no ledger",
                remedy="Name a folder that `analyzer pull` or `analyzer import` wrote.",
                source=folder,
            )
        return cls(folder, Ledger(folder / LEDGER))

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Open a store, made first where there is none; only its owner may read it.

        Raises:
            UsageError: The folder holds other things, or cannot be written.
            InputError: The store is of a newer version.
        """
        if is_store(folder):
            return cls.open(folder)
        try:
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                msg = f"{folder} holds other files and is no store"
                raise UsageError(msg, remedy="Name a new or an empty folder.")
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            # The ledger first: interrupted here, the folder is a store already. SQLite gives the
            # files beside the ledger the ledger's own mode.
            os.close(os.open(folder / LEDGER, os.O_WRONLY | os.O_CREAT, 0o600))
            (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
            (folder / DAYS).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            msg = f"{folder} cannot be made a store: {error.strerror or error}"
            raise UsageError(msg, remedy="Name a folder on a disk you may write to.") from error
        return cls(folder, Ledger(folder / LEDGER))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ledger.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store alone for writing.

        Raises:
            UsageError: Another run holds it, or the folder may not be written.
        """
        try:
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            msg = f"{self.folder} cannot be written: {error.strerror or error}"
            raise UsageError(msg, remedy="Check the folder's owner and the disk.") from error
        try:
            _lock(handle, self.folder)
            os.ftruncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
            yield
        finally:
            os.close(handle)

    def sweep(self) -> int:
        """Remove what an interrupted run left: partial files, and files the ledger lacks.

        The rows of a day's file that the ledger lacks come again from the raw files.

        Returns:
            How many files were removed. Call it with the store locked.
        """
        known = {each.path for each in self.ledger.stored()}
        known |= {each.path for each in self.ledger.imports()}
        removed = 0
        for path in sorted((self.folder / FOLDER).rglob("*")):
            relative = path.relative_to(self.folder).as_posix()
            if not path.is_file() or relative.startswith(f"{FOLDER}/tenant/"):
                continue
            if relative.endswith(PARTIAL) or relative not in known:
                path.unlink()
                removed += 1
        days = self.ledger.days()
        for path in sorted((self.folder / DAYS).glob("*")):
            if path.name.endswith(PARTIAL) or path.stem not in days:
                path.unlink()
                removed += 1
        return removed

    def day_files(self) -> dict[str, Path]:
        """Parquet file of each day (ISO date, UTC), in order."""
        return {path.stem: path for path in sorted((self.folder / DAYS).glob("*.parquet"))}


def _lock(handle: int, folder: Path) -> None:
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 - there is no fcntl

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl  # noqa: PLC0415 - there is no msvcrt

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held_by = os.pread(handle, 20, 0).decode(errors="replace").strip()
        who = f" (process {held_by})" if held_by.isdecimal() else ""
        msg = f"another run is writing to the store {folder}{who}"
        raise UsageError(msg, remedy="Wait for it to end; only one may write.") from error
